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
    assist: str = ""
    """For a member of staff beside the citizen; empty where one has said so already."""


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
    ways: tuple[WayView, ...] = ()
    """Once it is noted: what still works, and where else."""
    call: str = ""
    complain: str = ""


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
    over = scene.journey.helped_by or scene.journey.parked
    return HelpView(
        title=scene.say("help.title"),
        why=_how_it_stands(scene),
        ways=_telephone(scene),
        back=scene.say("help.back"),
        assist="" if over else scene.say("assist.entry"),
    )


def _how_it_stands(scene: Scene) -> str:
    """The truth about the bell: it rings, nobody could come and when somebody calls back, or it cannot ring."""
    help_ = scene.journey.help
    if help_ is None or help_.ended:
        return _closed(scene) if _is_closed(scene) else scene.say("help.honest")
    if help_.silent:
        return scene.say("help.silent")
    if help_.state == "call_back" and help_.stands is not None:
        return scene.say("help.call_back", time=help_.stands.call_back_at[11:16])
    return scene.say("help.ringing" if help_.live else "help.over")


def _is_closed(scene: Scene) -> bool:
    return scene.facts.help is not None and not scene.facts.help.rings


def _closed(scene: Scene) -> str:
    """Outside the hours of remote help: from when somebody helps, and what helps now (ZZ-01)."""
    begins = scene.facts.help.next_open if scene.facts.help is not None else ""
    if not begins:
        return scene.say("help.closed")
    return scene.say("help.closed_from", when=scene.when(begins))


def _telephone(scene: Scene) -> tuple[WayView, ...]:
    site = scene.site
    hotline = WayView("phone", scene.say("faq.hotline_why"), scene.say("faq.hotline_name"))
    here = scene.say("help.say_terminal", terminal=site.terminal, place=scene.text(site.place))
    return (
        WayView("phone", scene.say("help.call"), site.desk_phone),
        WayView("clock", scene.say("help.hours"), site.staffed_hours),
        *((hotline,) if _is_closed(scene) else ()),
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
        ways=_ways_on(scene) if sent else (),
        call=scene.say("difficulty.call") if sent else "",
        complain=scene.say("difficulty.complain") if sent and scene.journey.parked is None else "",
    )


def _ways_on(scene: Scene) -> tuple[WayView, ...]:
    """What still works here, and where else it can be done: another terminal, or the window that serves it."""
    item = scene.journey.item
    ways = [WayView("circle-check", "", scene.say("difficulty.works"))]
    if item is None:
        return tuple(ways)
    closed = scene.closed(item)
    if closed is not None and (places := scene.places(closed)):
        ways.append(WayView("map-pin", "", scene.say("difficulty.elsewhere", places=places)))
    window, place = scene.text(item.window), scene.text(item.place)
    told = scene.say("difficulty.window", window=window, place=place, phone=item.consultation_phone)
    return (*ways, WayView("building-2", "", told))
