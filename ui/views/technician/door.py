"""The door: something one has and a PIN. Pure."""

from kiosk.technician import events as e
from kiosk.technician.step import can_try
from ui.views.technician.sheet import Look, Part, Row, Sheet, SheetView


def door_view(look: Look) -> SheetView:
    """Card or code, then the PIN; it never says which of the two was wrong."""
    s, say = look.session, look.say
    gate = s.gate
    sheet = Sheet(look, say("technician.door.title"), say("technician.door.lead"), form="pad")
    shut = int(-(-(gate.shut_until - s.now) // 1))
    if not gate.enrolled:
        sheet.words(say("technician.door.nobody"), "attention")
    if shut > 0:
        sheet.words(say("technician.door.shut", time=f"{shut // 60}:{shut % 60:02}"), "wrong")
    elif gate.refused:
        sheet.words(say("technician.door.refused"), "wrong")
    if gate.by_code:
        code = " ".join((gate.code[:4], gate.code[4:])).strip()
        sheet.row(_entry("code", say("technician.door.code"), code, say("technician.door.code_lead")))
    else:
        sheet.fact(say("technician.door.card"), *_card(look))
    left = say("technician.door.pin_lead")
    sheet.row(_entry("pin", say("technician.door.pin"), "●" * len(gate.pin), left))
    other = "technician.door.by_card" if gate.by_code else "technician.door.by_code"
    icon = "id-card" if gate.by_code else "clock"
    sheet.parts("buttons", "", ((Part("door.way", say(other), icon), e.CodeWanted(not gate.by_code)),))
    sheet.keys(
        (
            *((Part(f"key.{digit}", digit), e.DigitPressed(digit)) for digit in "1234567890"),
            (Part("clear", say("form.clear")), e.DigitsCleared()),
            (Part("erase", say("form.erase"), "delete"), e.DigitErased()),
        )
    )
    sheet.main(
        Part("main", say("technician.door.enter"), "arrow-right", able=can_try(gate) and shut <= 0), e.DoorTried()
    )
    sheet.second(Part("second", say("technician.door.leave"), "log-out"), e.LeaveConfirmed())
    return sheet.view()


def _entry(name: str, title: str, value: str, note: str) -> Row:
    return Row("entry", name=f"entry.{name}", title=title, value=value, note=note)


def _card(look: Look) -> tuple[str, str]:
    gate = look.session.gate
    if gate.keyed:
        return look.say("technician.door.keyed"), "good"
    if gate.card_seen:
        return look.say("technician.door.card_seen"), "good"
    tone = "plain" if gate.reader == "ready" else "attention"
    return look.say(f"technician.door.reader_{gate.reader}"), tone
