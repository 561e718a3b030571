"""Finding devices, the chain test, calibration and the keyboard. Pure."""

from typing import Final

from kiosk.technician import events as e
from kiosk.technician.session import CARD_MM
from kiosk.technician.values import Found, Seen, Typing
from ui.views.technician.overview import state_word, tone_of
from ui.views.technician.sheet import ICONS, Look, Part, Row, Sheet, SheetView

_PORT_TONES: Final = {"asking": "quiet", "found": "good", "nothing": "plain", "ours": "quiet", "taken": "attention"}
_STEP_TONES: Final = {
    "ahead": "quiet", "now": "plain", "yours": "attention", "done": "good", "failed": "wrong", "lacking": "attention",
}  # fmt: skip
_ROWS: Final = ("1234567890", "qwertyuiop", "asdfghjkl:", "zxcvbnm.-_", "/?=&@,+*#%")


def find_view(look: Look) -> SheetView:
    """What answered where, and every port that was asked."""
    s, say = look.session, look.say
    sheet = Sheet(look, say("technician.find.title"), say("technician.find.lead"))
    wanted = s.kind(s.name)
    found = sorted(s.found, key=lambda one: wanted is None or one.kind != wanted.kind)
    if found:
        sheet.heading(say("technician.find.answered"))
    for at, one in enumerate(found):
        note = look.say("join.facts").join(filter(None, (one.address, one.detail)))
        row = _found(look, at, one, note)
        sheet.row(row, e.FoundChosen(one) if row.form == "go" else e.DeviceOpened(s.name_of(one.kind)))
    sheet.heading(say("technician.find.ports"))
    for port in s.ports:
        said = say(f"technician.port.{port.state}")
        detail = look.may_say(f"technician.port_fault.{port.detail}", port.detail)
        sheet.row(Row("fact", title=port.path, note=detail, value=said, tone=_PORT_TONES[port.state]))
    if not s.ports:
        sheet.words(say("technician.find.none" if s.work is None else "technician.find.begins"))
    again = Part("main", say("technician.find.again"), "search", able=s.work is None)
    sheet.main(again, e.FindAsked(s.name))
    return sheet.view()


def _found(look: Look, at: int, one: Found, note: str) -> Row:
    s = look.session
    name = s.name_of(one.kind)
    title = look.say("technician.find.use", device=look.kind(name or one.kind.replace("-", "_")))
    setup = s.draft.devices.get(name)
    if setup is not None and setup.port == one.address:
        seen = s.seen.get(name, Seen())
        return Row(
            "device",
            f"found.{at}",
            look.kind(name),
            note,
            state_word(look, seen),
            tone_of(seen),
            ICONS.get(name, "usb"),
        )
    able = s.work is None and bool(name)
    return Row("go", f"found.{at}", title, note, icon=ICONS.get(name, "usb"), able=able)


def chain_view(look: Look) -> SheetView:
    """Print, lay, look, compare."""
    s, say = look.session, look.say
    sheet = Sheet(look, say("technician.way.chain"), say("technician.chain.lead"))
    for step in s.chain:
        state = look.say(f"technician.step_state.{step.state}")
        sheet.row(
            Row(
                "fact",
                title=say(f"technician.chain.{step.name}"),
                note=look.text(step.what) or look.may_say(f"technician.chain_found.{step.found}", step.found),
                value=state,
                tone=_STEP_TONES[step.state],
            )
        )
    if any(step.state == "yours" for step in s.chain):
        sheet.words(say("technician.chain.lay"), "attention")
        sheet.main(Part("main", say("technician.chain.laid"), "camera", able=s.work is None), e.PageLaid())
    else:
        sheet.main(Part("main", say("technician.chain.begin"), "printer", able=s.work is None), e.ChainAsked())
    return sheet.view()


def calibrate_view(look: Look) -> SheetView:
    """The drawn card is as large as a real one when the measure is right."""
    s, say = look.session, look.say
    sheet = Sheet(look, say("technician.way.calibrate"), say("technician.calibrate.lead"), form="card")
    width = f"{s.draft.width_mm:.1f}"
    sheet.fact(say("technician.calibrate.width"), say("technician.calibrate.mm", mm=width))
    per_mm = f"{s.width_px / s.draft.width_mm:.3f}"
    sheet.fact(say("technician.calibrate.per_mm"), say("technician.calibrate.px", px=per_mm))
    sheet.fact(say("technician.calibrate.card"), say("technician.calibrate.mm", mm=f"{CARD_MM:.2f}"))
    night = s.night
    level = say("technician.night.level", volume=night.volume, brightness=night.brightness)
    sheet.fact(say("technician.night.hours", begins=night.begins, ends=night.ends), level)
    sheet.fact(say("technician.night.light"), night.light or say("technician.night.no_light"))
    sheet.fact(say("technician.night.help"), night.help or say("technician.night.help_always"))
    sheet.keys(
        tuple(
            (Part(f"card.{name}", label), e.WidthMoved(pixels))
            for name, label, pixels in (
                ("much_less", "− 10", -10.0), ("less", "− 1", -1.0), ("more", "+ 1", 1.0), ("much_more", "+ 10", 10.0),
            )
        )
    )  # fmt: skip
    if s.dirty:
        sheet.main(Part("main", say("technician.save"), "save", able=s.work is None), e.SaveAsked())
    return sheet.view()


def type_view(look: Look) -> SheetView:
    """A keyboard for what has no choices."""
    s, say = look.session, look.say
    typing = s.typing or Typing("target")
    what = typing.what.partition(":")[0]
    digits = what == "pin"
    title, why = say(f"technician.type.{what}"), say(f"technician.type_why.{what}")
    sheet = Sheet(look, title, why, form="pad" if digits else "keys")
    shown = "●" * len(typing.text) if typing.secret else typing.text
    sheet.row(Row("entry", "entry.text", "", say("technician.type.empty"), shown))
    keys: list[tuple[Part, e.Touch]] = [
        (Part(f"key.{key}", key.upper() if typing.shift else key), e.KeyTyped(key.upper() if typing.shift else key))
        for row in (_ROWS[:1] if digits else _ROWS)
        for key in row
    ]
    if not digits:
        keys.append((Part("shift", say("technician.type.shift"), chosen=typing.shift), e.ShiftTyped()))
        keys.append((Part("space", say("technician.type.space")), e.KeyTyped(" ")))
    keys.append((Part("clear", say("form.clear")), e.KeyTyped("clear")))
    keys.append((Part("erase", say("form.erase"), "delete"), e.KeyTyped("erase")))
    sheet.keys(tuple(keys))
    sheet.main(Part("main", say("technician.type.done"), "check"), e.TypingDone())
    return sheet.view()
