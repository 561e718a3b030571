"""Every device at one glance, and the ways to everything else. Pure."""

from typing import Final

from kiosk.technician import events as e
from kiosk.technician.values import Page, Presence, Seen
from ui.views.technician.sheet import ICONS, Look, Part, Row, Sheet, SheetView

TONES: Final = {
    Presence.READY: "good",
    Presence.CONNECTING: "quiet",
    Presence.TROUBLE: "wrong",
    Presence.LOST: "wrong",
}
_WAYS: Final = (
    (Page.ADD, "plus"),
    (Page.CHAIN, "activity"),
    (Page.CALIBRATE, "monitor"),
    (Page.REVISIONS, "rotate-ccw"),
    (Page.EXPORT, "share"),
    (Page.PEOPLE, "users"),
)


def tone_of(seen: Seen) -> str:
    """Red only where somebody must act."""
    return "attention" if seen.waits else TONES[seen.presence]


def overview_view(look: Look) -> SheetView:
    """What needs somebody stands first."""
    s, say = look.session, look.say
    fitted = sorted(s.draft.devices)
    troubled = [name for name in fitted if _seen(look, name).presence in (Presence.TROUBLE, Presence.LOST)]
    asked = [name for name in fitted if _seen(look, name).presence is Presence.CONNECTING]
    if not fitted:
        lead = say("technician.overview.none")
    elif troubled:
        lead = say("technician.overview.troubled", count=len(troubled))
    else:
        lead = say("technician.overview.asking" if asked else "technician.overview.well")
    sheet = Sheet(look, say("technician.overview.title"), lead)
    for name in (*troubled, *(name for name in fitted if name not in troubled)):
        sheet.row(_device(look, name), e.DeviceOpened(name))
    find: tuple[Part, e.Touch] = (
        Part("find", say("technician.find.title"), "search", able=s.work is None),
        e.FindAsked(""),
    )
    ways: list[tuple[Part, e.Touch]] = [
        (Part(page.value, say(f"technician.way.{page.value}"), icon), e.PageOpened(page)) for page, icon in _WAYS
    ]
    buttons = (ways[0], find, *ways[1:])
    for at in range(0, len(buttons), 2):
        sheet.parts("buttons", "", tuple(buttons[at : at + 2]))
    if s.dirty:
        sheet.main(Part("main", say("technician.save"), "save", able=s.work is None), e.SaveAsked())
        sheet.second(Part("second", say("technician.drop"), "rotate-ccw", able=s.work is None), e.DraftDropped())
    else:
        sheet.main(Part("main", say("technician.leave.way"), "log-out"), e.PageOpened(Page.LEAVE))
    return sheet.view()


def add_view(look: Look) -> SheetView:
    """The kinds that are not fitted yet."""
    s, say = look.session, look.say
    rest = [kind for kind in s.kinds if kind.name not in s.draft.devices and kind == s.kind(kind.name)]
    lead = say("technician.add.lead" if rest else "technician.add.none")
    sheet = Sheet(look, say("technician.way.add"), lead)
    for kind in rest:
        note = say(
            "technician.add.by", ways=say("join.list").join(look.word(scheme) for scheme in s.schemes(kind.name))
        )
        row = Row("go", f"add.{kind.name}", look.kind(kind.name), note, icon=ICONS.get(kind.name, "plus"))
        sheet.row(row, e.DeviceAdded(kind.name))
    return sheet.view()


def state_word(look: Look, seen: Seen) -> str:
    """One word, and since when."""
    word = look.say(f"technician.presence.{seen.presence.value}")
    return look.say("technician.since", word=word, since=seen.since) if seen.since else word


def _device(look: Look, name: str) -> Row:
    seen = _seen(look, name)
    advice = look.text(seen.advice)
    if seen.what:
        note = look.say("join.clause").join(filter(None, (look.text(seen.what), advice)))
    else:
        shown = [f"{look.part(part)} {look.word(value)}" for part, value in seen.parts[:4]]
        note = look.say("join.facts").join(shown)
    due = look.session.care.get(name)
    if due is not None and due.due:
        note = look.say("join.facts").join(filter(None, (note, look.say("technician.care.due_short"))))
    return Row(
        "device",
        f"device.{name}",
        look.kind(name),
        note or look.session.draft.devices[name].port,
        state_word(look, seen),
        tone_of(seen),
        ICONS.get(name, "wrench"),
    )


def _seen(look: Look, name: str) -> Seen:
    return look.session.seen.get(name, Seen())
