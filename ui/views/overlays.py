"""What may lie over a page: the way to a person, and the report that something did not work. Pure."""

import msgspec

from kiosk.journey.step import Overlay
from ui.views.scene import Scene

REASONS = ("cannot_find", "hard_to_use", "machine", "refused")


class WayView(msgspec.Struct, frozen=True):
    """One way to a person."""

    icon: str
    label: str
    value: str


class HelpView(msgspec.Struct, frozen=True):
    """Whom to call and where to go; it does not pretend that anyone has been called."""

    title: str
    why: str
    ways: tuple[WayView, ...]
    back: str


class ReasonView(msgspec.Struct, frozen=True):
    """One thing that can have gone wrong."""

    reason: str
    label: str


class DifficultyView(msgspec.Struct, frozen=True):
    """办不成事: four reasons, or the word that one was noted."""

    title: str
    why: str
    reasons: tuple[ReasonView, ...]
    back: str


def help_view(scene: Scene) -> HelpView:
    """The desk's telephone, its hours, and what to tell it."""
    site = scene.site
    here = scene.say("help.say_terminal", terminal=site.terminal, place=scene.text(site.place))
    return HelpView(
        title=scene.say("help.title"),
        why=scene.say("help.honest"),
        ways=(
            WayView("phone", scene.say("help.call"), site.desk_phone),
            WayView("clock", scene.say("help.hours"), site.staffed_hours),
            WayView("map-pin", scene.say("help.say_this"), here),
        ),
        back=scene.say("help.back"),
    )


def difficulty_view(scene: Scene) -> DifficultyView:
    """The four reasons, or the receipt."""
    sent = scene.journey.overlay is Overlay.DIFFICULTY_SENT
    site = scene.site
    return DifficultyView(
        title=scene.say("difficulty.sent" if sent else "difficulty.title"),
        why=scene.say("difficulty.sent_do", phone=site.desk_phone, hours=site.staffed_hours)
        if sent
        else scene.say("difficulty.why"),
        reasons=() if sent else tuple(ReasonView(reason, scene.say(f"difficulty.{reason}")) for reason in REASONS),
        back=scene.say("difficulty.back"),
    )
