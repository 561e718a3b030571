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
    """How the call for a person stands, what they say, and whom to call where nobody can be reached from here."""

    title: str
    why: str
    ways: tuple[WayView, ...]
    back: str
    solved: str = ""
    unsolved: str = ""
    """Both are empty while nobody is there."""


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
    """A person at the centre and their words; without one the desk's telephone, its hours, and what to tell it."""
    help_ = scene.journey.help
    state = help_.state if help_ is not None and help_.live else ""
    if help_ is not None and state == "answered" and help_.stands is not None:
        return HelpView(
            title=scene.say("help.answered", helper=help_.stands.helper),
            why=scene.say("help.answered_why"),
            ways=tuple(WayView("message-square", "", text) for text in help_.said) or _telephone(scene),
            back=scene.say("help.back"),
            solved=scene.say("help.solved"),
            unsolved=scene.say("help.unsolved"),
        )
    return HelpView(
        title=scene.say("help.title"), why=_how_it_stands(scene), ways=_telephone(scene), back=scene.say("help.back")
    )


def _how_it_stands(scene: Scene) -> str:
    """The truth about the bell: it rings, nobody could come and when somebody calls back, or it cannot ring."""
    help_ = scene.journey.help
    if help_ is None or help_.ended:
        return scene.say("help.honest")
    if help_.silent:
        return scene.say("help.silent")
    if help_.state == "call_back" and help_.stands is not None:
        return scene.say("help.call_back", time=help_.stands.call_back_at[11:16])
    return scene.say("help.ringing" if help_.live else "help.over")


def _telephone(scene: Scene) -> tuple[WayView, ...]:
    site = scene.site
    here = scene.say("help.say_terminal", terminal=site.terminal, place=scene.text(site.place))
    return (
        WayView("phone", scene.say("help.call"), site.desk_phone),
        WayView("clock", scene.say("help.hours"), site.staffed_hours),
        WayView("map-pin", scene.say("help.say_this"), here),
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
