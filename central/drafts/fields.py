"""The questions of an item as a phone or a window shows them, and what is kept of what was typed. Pure.

Only what holds for the answers so far is asked. What a card says, and where somebody lives, is not asked on a phone:
the card is laid where the filing ends, and addresses are picked from the divisions at the terminal.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta

import msgspec
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from central.masking import masked_mobile, masked_name
from contract.catalogue import Field, FieldKind, Item, Text, is_mobile
from contract.offering import holds

_HIDDEN = frozenset({FieldKind.NAME, FieldKind.ID_NUMBER, FieldKind.MOBILE, FieldKind.ADDRESS})
_CODE = re.compile(r"[A-Za-z0-9]+\Z")
_MONEY = re.compile(r"\d{1,9}(\.\d{1,2})?\Z")
_DIGITS_AT_MOST = 18
CLEAR = "-"
"""Typed into a field that is hidden: take away what is kept."""


class Shown(msgspec.Struct, frozen=True):
    """One question. `value` stands in the field, `kept` says in masked form what is kept and is not shown."""

    key: str
    label: Text
    why: Text
    kind: str
    value: str = ""
    kept: str = ""
    choices: tuple[tuple[str, Text], ...] = ()
    optional: bool = False
    locked: bool = False
    from_card: bool = False
    """A card fills it in where the filing goes on; a locked field without one is filled in by hand there."""
    example: Text = {}
    longest: int = 60


def shown(item: Item, told: Mapping[str, str], *, full: bool) -> list[Shown]:
    """The questions that hold now; `full` shows what is personal, to staff who noted why."""
    answers = dict(told)
    found = [
        Shown(
            one.key,
            one.question,
            one.why,
            "choice",
            answers.get(one.key, ""),
            choices=tuple((answer.value, answer.label) for answer in one.answers if not answer.stop),
        )
        for one in item.situations
        if holds(one.when, answers)
    ]
    return found + [
        _field(field, answers.get(field.key, ""), full=full) for field in item.form if holds(field.when, answers)
    ]


def _field(field: Field, kept: str, *, full: bool) -> Shown:
    hidden = field.kind in _HIDDEN and not full
    return Shown(
        field.key,
        field.label,
        field.why,
        field.kind.value,
        "" if hidden else _typed(field, kept),
        _masked(field, kept) if hidden and kept else "",
        tuple((choice.value, choice.label) for choice in field.choices),
        field.optional,
        (bool(field.card) or field.kind is FieldKind.ADDRESS) and not full,
        bool(field.card),
        field.example,
        field.longest,
    )


def _typed(field: Field, kept: str) -> str:
    if field.kind is FieldKind.MONEY and kept.isdecimal():
        return f"{int(kept) // 100}.{int(kept) % 100:02}"
    return "".join(kept.split("|")[-2:]) if field.kind is FieldKind.ADDRESS else kept


def _masked(field: Field, kept: str) -> str:
    match field.kind:
        case FieldKind.NAME:
            return masked_name(kept)
        case FieldKind.MOBILE:
            return masked_mobile(kept)
        case FieldKind.ID_NUMBER:
            return f"{kept[:3]}{'*' * max(len(kept) - 5, 0)}{kept[-2:]}"
        case _:
            return "***"


def filled(
    item: Item, told: Mapping[str, str], form: Mapping[str, str | list[str]], today: date, *, full: bool
) -> tuple[dict[str, str], dict[str, str]]:
    """The answers after what was typed, and what is wrong by key. A hidden field that was left empty keeps its answer;
    one that is wrong keeps the old.
    """
    answers, faults = dict(told), {}
    for asked in shown(item, told, full=full):
        if asked.locked or asked.key not in form:
            continue
        said = form[asked.key]
        typed = " ".join(said) if isinstance(said, list) else " ".join(said.split())
        if not typed and asked.kept:
            continue
        if not typed or typed == CLEAR:
            answers.pop(asked.key, None)
            continue
        kept, fault = _kept(item, asked, typed, today)
        if fault:
            faults[asked.key] = fault
        else:
            answers[asked.key] = kept
    return answers, faults


def open_keys(item: Item, told: Mapping[str, str], *, full: bool) -> list[str]:
    """What still has to be answered, as far as it can be here."""
    return [
        one.key for one in shown(item, told, full=full) if not one.optional and not one.locked and not told.get(one.key)
    ]


def _kept(item: Item, asked: Shown, typed: str, today: date) -> tuple[str, str]:
    """What is kept and what is wrong, one of them empty."""
    field = next((one for one in item.form if one.key == asked.key), None)
    if field is None or field.kind is FieldKind.CHOICE:
        return (typed, "") if typed in dict(asked.choices) else ("", "draft.choose")
    match field.kind:
        case FieldKind.SEVERAL:
            return (typed, "") if set(typed.split()) <= set(dict(asked.choices)) else ("", "draft.choose")
        case FieldKind.MOBILE:
            return (typed, "") if is_mobile(typed) else ("", "draft.mobile")
        case FieldKind.ID_NUMBER:
            return _number(typed.upper())
        case FieldKind.DATE:
            return _day(field, typed, today)
        case FieldKind.MONEY:
            return _money(field, typed)
        case FieldKind.NUMBER:
            written = typed.isascii() and typed.isdecimal() and len(typed) <= _DIGITS_AT_MOST
            good = written and int(field.least or 0) <= int(typed) <= int(field.most or "9" * field.longest)
            return (typed, "") if good else ("", "draft.number")
        case FieldKind.CODE:
            return (typed, "") if _CODE.match(typed) and len(typed) <= field.longest else ("", "draft.code_wrong")
        case _:
            return (typed, "") if len(typed) <= field.longest else ("", "draft.too_long")


def _number(typed: str) -> tuple[str, str]:
    try:
        ric.validate(typed)
    except ValidationError:
        return "", "draft.id_number"
    return typed, ""


def _day(field: Field, typed: str, today: date) -> tuple[str, str]:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return "", "draft.day"
    good = _bound(field.least, today, date.min) <= day <= _bound(field.most, today, date.max)
    return (day.isoformat(), "") if good else ("", "draft.day")


def _bound(bound: str, today: date, otherwise: date) -> date:
    if not bound:
        return otherwise
    if bound == "today":
        return today
    return today + timedelta(days=int(bound)) if bound[0] in "+-" else date.fromisoformat(bound)


def _money(field: Field, typed: str) -> tuple[str, str]:
    if not _MONEY.match(typed):
        return "", "draft.money"
    yuan, _, rest = typed.partition(".")
    fen = int(yuan) * 100 + int(f"{rest:0<2}")
    good = int(field.least or 0) <= fen <= int(field.most or 10**11)
    return (str(fen), "") if good else ("", "draft.money")
