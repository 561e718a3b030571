"""The pages of a filing that ask a question of the form: typed, chosen, or picked down to an address. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from contract.catalogue import FieldKind
from kiosk.input import checks, divisions
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Turn
from kiosk.journey.services.filing import plan
from kiosk.journey.services.filing.choosing import NEXT, NONE_CHOSEN
from kiosk.journey.services.filing.moving import onward
from kiosk.journey.services.filing.questions import Ask, accepts, as_kept, card_fact, every, verdict
from kiosk.journey.services.filing.state import Filing, tell, wrong

SKIP: Final = "skip"
HIGHER: Final = "higher"
LEAST_OF_AN_ADDRESS: Final = 2
LETTERS: Final = frozenset({p.Pad.TEXT, p.Pad.NAME, p.Pad.LATIN, p.Pad.CODE})
_NEXT: Final = p.Action(NEXT, p.word("frame.next"))
_MOBILE_GROUPS: Final = 7
"""A mobile number is read back in two groups: 138 0013, 8000 (experience.md 9.2)."""
EXAMPLES: Final[Mapping[FieldKind, str]] = MappingProxyType(
    {
        FieldKind.DATE: "filing.example_date",
        FieldKind.MONEY: "filing.example_money",
        FieldKind.ADDRESS: "filing.example_address",
    }
)


def asked(f: Filing) -> Ask | None:
    """The question at this place."""
    return every(f).get(f.at.removeprefix(plan.FORM)) if f.at.startswith(plan.FORM) else None


def page(f: Filing, ask: Ask, known: Known) -> p.Page:
    """Its page; what the card said of it is on it already."""
    skip = (p.Action(SKIP, p.word("form.skip"), note=p.word("form.skip_why")),) if ask.optional else ()
    why = p.word("filing.from_card") if card_fact(ask, f.subject(known)) else ask.why
    body, more = _body(f, ask, known)
    return p.Page(
        f"filing.{f.at}.{len(f.picked)}" if ask.kind is FieldKind.ADDRESS else f"filing.{f.at}",
        ask.question,
        body,
        why=why,
        main=None if isinstance(body, p.Choose) and ask.kind is FieldKind.ADDRESS else _NEXT,
        second=(*more, *skip),
        personal=True,
    )


def touched(f: Filing, ask: Ask, known: Known, event: e.Touch) -> Turn:
    """What a touch means while this is asked."""
    match event:
        case e.Acted(action) if action == SKIP and ask.optional:
            return onward(tell(f, ask.key, ""), known)
        case e.Acted(action) if action == NEXT:
            return _answered(f, ask, known)
        case e.Chose(value) if ask.kind is FieldKind.CHOICE and value in dict(ask.choices):
            return Turn(msgspec.structs.replace(f, typed=value, fault=""))
        case e.Chose(value) if ask.kind is FieldKind.SEVERAL and value in dict(ask.choices):
            picked = tuple(one for one in f.picked if one != value) if value in f.picked else (*f.picked, value)
            return Turn(msgspec.structs.replace(f, picked=picked, fault=""))
        case _ if ask.kind is FieldKind.ADDRESS:
            return Turn(_address(f, known, ask, event))
        case e.KeyPressed() | e.Erased() | e.Cleared() if ask.kind not in (FieldKind.CHOICE, FieldKind.SEVERAL):
            return Turn(_typed(f, known, ask, event))
        case _:
            return Turn(f)


def higher(f: Filing) -> Filing | None:
    """Back from the house number to the streets; None where back leaves the page."""
    ask = asked(f)
    if ask is None or ask.kind is not FieldKind.ADDRESS or not f.picked:
        return None
    return _up(f) if f.typed or not _below(f.picked[-1]) else None


def _up(f: Filing) -> Filing:
    above = tuple(division.code for division in divisions.path(f.picked[-1]))[:-1]
    return msgspec.structs.replace(f, picked=above, typed="", fault="")


def _body(f: Filing, ask: Ask, known: Known) -> tuple[p.Body, tuple[p.Action, ...]]:
    if ask.kind in (FieldKind.CHOICE, FieldKind.SEVERAL):
        several = ask.kind is FieldKind.SEVERAL
        options = tuple(
            p.Option(value, label, chosen=value in f.picked if several else value == f.typed)
            for value, label in ask.choices
        )
        return p.Choose(options, several=several), ()
    if ask.kind is FieldKind.ADDRESS:
        code = f.picked[-1] if f.picked else ""
        below = _below(code)
        path = tuple(division.name for division in divisions.path(code))
        higher = (p.Action(HIGHER, p.word("filing.higher"), "undo-2"),) if f.picked else ()
        if below and not f.typed:
            return p.Choose(_likely_first(f, known, below), path=path), higher
        return _enter(f, ask, known, path[-1] if path else ""), ()
    return _enter(f, ask, known, ""), ()


def _likely_first(f: Filing, known: Known, below: tuple[divisions.Division, ...]) -> tuple[p.Option, ...]:
    """Where the number on the card was given comes first: most people live there."""
    holder = f.subject(known)
    number = holder.id_number if holder else ""
    ordered = sorted(below, key=lambda one: not number.startswith(one.code))
    return tuple(p.Option(one.code, one.name) for one in ordered)


def _enter(f: Filing, ask: Ask, known: Known, left: p.Said) -> p.Enter:
    complete = bool(f.typed) and not verdict(ask, f.typed, known).fault
    if not left:
        left = _left(ask, f.typed, complete=complete)
    example = ask.example or p.word(EXAMPLES.get(ask.kind, f"filing.example_{ask.pad.value}"))
    return p.Enter(ask.pad, f.typed, example=example, left=left, complete=complete, longest=ask.length)


def _left(ask: Ask, typed: str, *, complete: bool) -> p.Said:
    if complete and ask.kind is FieldKind.MOBILE:
        front, behind = typed[:_MOBILE_GROUPS], typed[_MOBILE_GROUPS:]
        return p.word("filing.read_back", front=f"{front[:3]} {front[3:]}", behind=behind)
    missing = checks.left(ask.pad.value, typed)
    return p.word("form.digits_left", count=str(missing)) if missing else ""


def _typed(f: Filing, known: Known, ask: Ask, event: e.KeyPressed | e.Erased | e.Cleared) -> Filing:
    text = f.typed
    match event:
        case e.KeyPressed(key) if accepts(ask, text, key, known):
            text += key
        case e.Erased():
            text = text[:-1]
        case e.Cleared():
            text = ""
        case _:
            return f
    return msgspec.structs.replace(f, typed=text, fault="", blanks=())


def _address(f: Filing, known: Known, ask: Ask, event: e.Touch) -> Filing:
    code = f.picked[-1] if f.picked else ""
    below = _below(code)
    match event:
        case e.Chose(value) if value in {one.code for one in below} and not f.typed:
            return msgspec.structs.replace(f, picked=(*f.picked, value), fault="")
        case e.Acted(action) if action == HIGHER and f.picked and not f.typed:
            return _up(f)
        case e.KeyPressed() | e.Erased() | e.Cleared() if f.typed or not below:
            return _typed(f, known, ask, event)
        case _:
            return f


def _below(code: str) -> tuple[divisions.Division, ...]:
    """What is still to be picked."""
    return divisions.children(code)


def _answered(f: Filing, ask: Ask, known: Known) -> Turn:
    if ask.kind in (FieldKind.CHOICE, FieldKind.SEVERAL):
        value = f.typed if ask.kind is FieldKind.CHOICE else " ".join(f.picked)
        if not value and not ask.optional:
            return Turn(wrong(f, NONE_CHOSEN))
        return onward(tell(f, ask.key, value), known)
    if ask.kind is FieldKind.ADDRESS:
        if _below(f.picked[-1] if f.picked else "") and not f.typed:
            return Turn(wrong(f, NONE_CHOSEN))
        if len(f.typed.strip()) < LEAST_OF_AN_ADDRESS:
            return Turn(wrong(f, "filing.address_short"))
        code = f.picked[-1] if f.picked else ""
        front = f"{code}|{divisions.written(code)}|" if code else ""
        return onward(tell(f, ask.key, front + f.typed.strip()), known)
    found = verdict(ask, f.typed, known)
    if found.fault:
        return Turn(wrong(f, found.fault, *found.blanks))
    return onward(tell(f, ask.key, as_kept(ask, f.typed)), known)
