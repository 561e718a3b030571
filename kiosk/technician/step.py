"""step(session, event): the clock and the door here; touches and news beside it. Pure."""

from dataclasses import replace

import msgspec

from kiosk.technician import effects as f
from kiosk.technician import events as e
from kiosk.technician import news, touches
from kiosk.technician.session import (
    CODE_DIGITS,
    IDLE_SECONDS,
    PIN_DIGITS,
    Session,
    Step,
    begin,
    ended,
    opening,
)
from kiosk.technician.values import Gate, Notice, Page

__all__ = ["IDLE_SECONDS", "Session", "opening", "step"]

_DOOR_WORK_SECONDS = 15.0


def step(s: Session, event: e.Event) -> Step:
    """The next session and what it asks for. Total."""
    after, effects = _step(s, event)
    if after.page is Page.DEVICE and after.name not in after.draft.devices:  # it is fitted no more
        after = replace(after, page=Page.OVERVIEW, trail=())
    return after, effects


def _step(s: Session, event: e.Event) -> Step:
    if s.left:
        return s, ()
    if isinstance(event, e.Ticked):
        return _tick(replace(s, now=event.now))
    if isinstance(event, e.Touch):
        return touches.touch(replace(s, touched_at=s.now), event) if s.inside else _at_the_door(s, event)
    if s.inside:
        return news.hear(s, event)
    return _door_news(s, event)


def _tick(s: Session) -> Step:
    if s.work is not None:
        if s.now - s.work.began <= s.work.seconds:
            return s, ()
        late = Notice("wrong", f"technician.late.{s.work.what}")
        return replace(s, work=None, notice=late, touched_at=s.now if s.inside else s.touched_at), ()
    if s.idle_left == 0:
        return replace(s, left=True, page=Page.LEAVE, trail=()), (f.Leave(idle=True),)
    return s, ()


def _at_the_door(s: Session, touch: e.Touch) -> Step:
    gate = s.gate
    match touch:
        case e.LanguageChosen(language):
            return replace(s, language=language), ()
        case e.WentBack() | e.LeaveConfirmed():
            return replace(s, left=True, page=Page.LEAVE, trail=()), (f.Leave(idle=False),)
        case _ if s.work is not None or s.now < gate.shut_until:
            return s, ()
        case e.CodeWanted(on):
            return _gate(s, by_code=on, code="", pin="", refused=False), ()
        case e.DigitPressed(digit):
            return _digit(s, digit), ()
        case e.DigitErased():
            return (_gate(s, pin=gate.pin[:-1]) if gate.pin else _gate(s, code=gate.code[:-1])), ()
        case e.DigitsCleared():
            return _gate(s, pin="", code=""), ()
        case e.DoorTried() if can_try(gate):
            tried = begin(s, "door", _DOOR_WORK_SECONDS)
            return tried, (f.TryDoor(gate.pin, gate.code),)
        case _:
            return s, ()


def can_try(gate: Gate) -> bool:
    """Whether enough was given: something one has, and something one knows."""
    has = gate.keyed or (len(gate.code) == CODE_DIGITS if gate.by_code else gate.card_seen)
    return has and len(gate.pin) >= PIN_DIGITS[0]


def _digit(s: Session, digit: str) -> Session:
    gate = s.gate
    if gate.by_code and len(gate.code) < CODE_DIGITS:
        code = gate.code + digit
        return replace(_gate(s, code=code, refused=False), given=s.given or len(code) == CODE_DIGITS)
    return _gate(s, pin=(gate.pin + digit)[: PIN_DIGITS[1]], refused=False)


def _door_news(s: Session, event: e.Event) -> Step:
    match event:
        case e.CardSeen():
            return replace(_gate(s, card_seen=True, by_code=False, refused=False), given=True), ()
        case e.DoorSeen(reader, keyed, enrolled):
            return replace(_gate(s, reader=reader, keyed=keyed, enrolled=enrolled), given=s.given or keyed), ()
        case e.DoorOpened(who):
            inside = replace(ended(s, "door"), who=who, gate=Gate(), page=Page.OVERVIEW, touched_at=s.now)
            return inside, (f.ReadRevisions(), f.ReadPeople())
        case e.DoorRefused(seconds):
            return _gate(
                ended(s, "door"), pin="", code="", card_seen=False, refused=True, shut_until=s.now + seconds
            ), ()
        case _:
            return news.learn(s, event), ()


def _gate(s: Session, **changes: object) -> Session:
    return replace(s, gate=msgspec.structs.replace(s.gate, **changes))
