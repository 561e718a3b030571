"""What an order asks: a form of its own for each wish, met by the pages of a filing. Pure."""

from datetime import date, timedelta
from typing import Final

import msgspec

from contract.catalogue import Choice, Field, FieldKind, Item, ItemKind, Text
from contract.orders import OrderContent, Reason, Wish
from kiosk import words
from kiosk.input import divisions
from kiosk.journey import page as p
from kiosk.journey.saying import said
from kiosk.journey.service import Known
from kiosk.journey.services import details
from kiosk.journey.services.details import Details

AREA_DIGITS: Final = (6, 9)
"""County and township: the name of a way's stop."""
_AFTER_HOURS: Final = (ItemKind.NUMBER, ItemKind.FILING)
"""Items somebody can stay longer for."""


def items(wish: Wish, known: Known) -> tuple[Item, ...]:
    """What can be asked for; what most people come for first."""
    found = (item for item in known.items if wish is not Wish.LATE or item.kind in _AFTER_HOURS)
    return tuple(sorted(found, key=lambda item: (-item.popular, item.slug)))


def begin(wish: Wish, item: Item, known: Known) -> Details:
    """The questions of this wish, the first of them shown; what the card says is offered."""
    asked = msgspec.structs.replace(item, kind=ItemKind.FILING, form=form(wish, known), situations=(), query=None)
    return details.begin(asked, known)


def form(wish: Wish, known: Known) -> tuple[Field, ...]:
    """Its questions in their order: why, when, who, where."""
    name, mobile = _field("name", FieldKind.NAME, card="name"), _field("mobile", FieldKind.MOBILE)
    note = _field("note", FieldKind.TEXT, optional=True, longest=100)
    match wish:
        case Wish.HOME:
            why = tuple(Choice(one.value, _texts(f"orders.reason.{one.value}")) for one in Reason)
            where = _field("address", FieldKind.ADDRESS)
            return (_choice("reason", why), *_when(known, known.offers.home), name, mobile, where, note)
        case Wish.LATE:
            return (*_when(known, known.offers.late), name, mobile)
        case Wish.AGENT:
            return (name, mobile, note)


def _when(known: Known, slots: tuple[str, ...]) -> tuple[Field, Field]:
    today = date.fromisoformat(known.today or "2026-01-01")
    days = [(today + timedelta(ahead)).isoformat() for ahead in range(1, known.offers.days + 1)]
    named = tuple(Choice(day, {tag: said(tag, p.Day(day)) for tag in words.languages()}) for day in days)
    times = tuple(Choice(slot, dict.fromkeys(words.languages(), slot)) for slot in slots)
    return _choice("day", named), _choice("slot", times)


def _choice(key: str, choices: tuple[Choice, ...]) -> Field:
    return msgspec.structs.replace(_field(key, FieldKind.CHOICE, choices), choices=choices)


def _field(
    key: str,
    kind: FieldKind,
    choices: tuple[Choice, ...] = (),
    *,
    card: str = "",
    optional: bool = False,
    longest: int = 60,
) -> Field:
    label, question, why = (_texts(f"orders.form.{key}{part}") for part in ("", "_ask", "_why"))
    return Field(key, kind, label, question, why, optional, choices, "name" if card == "name" else "", longest)


def _texts(key: str) -> Text:
    return {tag: words.say(tag, key) for tag in words.languages()}


def content(answers: dict[str, str], known: Known) -> OrderContent:
    """What is sealed of the answers."""
    kept = answers.get("address", "")
    holder = known.holder
    return OrderContent(
        name=answers.get("name", ""),
        mobile=answers.get("mobile", ""),
        address="".join(kept.split("|")[-2:]),
        note=answers.get("note", ""),
        id_number=holder.id_number if holder else "",
    )


def area(answers: dict[str, str]) -> tuple[str, str]:
    """Code and name of the county or township of an address; nothing of the house."""
    code = answers.get("address", "").split("|")[0] if "|" in answers.get("address", "") else ""
    if not code:
        return "", ""
    names = [one.name for one in divisions.path(code) if len(one.code) in AREA_DIGITS]
    return code, "".join(names)


def bring(item: Item, language: str) -> tuple[str, ...]:
    """What to have ready: the item's materials."""
    return tuple(said(language, material.name) for material in item.materials)
