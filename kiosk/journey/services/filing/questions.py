"""What a filing asks, wherever it comes from: the item's form, an address to post to, the person filed for. Pure."""

from datetime import date, timedelta
from typing import Final

import msgspec

from contract.catalogue import Field, FieldKind, Item
from contract.messages import Holder
from contract.offering import Fee, holds
from kiosk.input import checks
from kiosk.journey import page as p
from kiosk.journey.masking import mask_id_number, mask_name
from kiosk.journey.service import Known
from kiosk.journey.services.filing.state import Filing

POSTED_TO: Final = ("post_address", "post_name", "post_mobile")
PRINCIPAL: Final = ("principal_name", "principal_number", "relation")

_PADS: Final = {
    FieldKind.MOBILE: p.Pad.MOBILE,
    FieldKind.NAME: p.Pad.NAME,
    FieldKind.ID_NUMBER: p.Pad.ID,
    FieldKind.DATE: p.Pad.DATE,
    FieldKind.MONEY: p.Pad.MONEY,
    FieldKind.NUMBER: p.Pad.DIGITS,
    FieldKind.TEXT: p.Pad.TEXT,
    FieldKind.ADDRESS: p.Pad.TEXT,
    FieldKind.CODE: p.Pad.CODE,
}
_LENGTHS: Final = {FieldKind.MOBILE: 11, FieldKind.ID_NUMBER: 18, FieldKind.DATE: 8}
RELATIONS: Final = ("spouse", "parent", "child", "relative", "other")


class Ask(msgspec.Struct, frozen=True):
    """One question: one page on the screen."""

    key: str
    kind: FieldKind
    label: p.Said
    question: p.Said
    why: p.Said
    optional: bool = False
    choices: tuple[tuple[str, p.Said], ...] = ()
    card: str = ""
    longest: int = 60
    least: str = ""
    most: str = ""
    example: p.Said = ""

    @property
    def pad(self) -> p.Pad:
        """How it is typed."""
        return _PADS[self.kind]

    @property
    def length(self) -> int:
        """The most it can hold."""
        return _LENGTHS.get(self.kind, self.longest)


def form(f: Filing) -> tuple[Ask, ...]:
    """The merged form: each datum once, whichever item asks for it, where its condition holds (BJ-08)."""
    asks: dict[str, Ask] = {}
    for item in (*chosen_parts(f), f.of):
        for field in item.form:
            if field.key not in asks and holds(field.when, f.answers):
                asks[field.key] = ask_of(field)
    return tuple(asks.values())


def chosen_parts(f: Filing) -> tuple[Item, ...]:
    """The items of 一件事 that are done in this go."""
    wanted = f.answers.get("parts", "").split(" ")
    return tuple(part for part in f.parts if part.slug in wanted)


def fees(f: Filing) -> tuple[Fee, ...]:
    """What is due for these answers; nothing outside the item's list can be (ZN-20)."""
    return tuple(fee for fee in f.of.fees if fee.standard_fen and holds(fee.when, f.answers))


def posting() -> tuple[Ask, ...]:
    """Where a result is posted to, and whom the courier asks for."""
    return tuple(
        Ask(key, kind, p.word(f"filing.{key}"), p.word(f"filing.{key}_ask"), p.word(f"filing.{key}_why"))
        for key, kind in zip(POSTED_TO, (FieldKind.ADDRESS, FieldKind.NAME, FieldKind.MOBILE), strict=True)
    )


def about_principal() -> tuple[Ask, ...]:
    """Whom somebody files for, where their card is not here."""
    name, number, relation = (p.word(f"filing.{key}") for key in PRINCIPAL)
    return (
        Ask(PRINCIPAL[0], FieldKind.NAME, name, p.word("filing.principal_name_ask"), p.word("filing.principal_why")),
        Ask(
            PRINCIPAL[1],
            FieldKind.ID_NUMBER,
            number,
            p.word("filing.principal_number_ask"),
            p.word("filing.number_why"),
        ),
        Ask(
            PRINCIPAL[2],
            FieldKind.CHOICE,
            relation,
            p.word("filing.relation_ask"),
            p.word("filing.relation_why"),
            choices=tuple((kind, p.word(f"filing.relation_{kind}")) for kind in RELATIONS),
        ),
    )


def every(f: Filing) -> dict[str, Ask]:
    """Every question there may be, by its key."""
    return {ask.key: ask for ask in (*form(f), *posting(), *about_principal())}


def card_fact(ask: Ask, holder: Holder | None) -> str:
    """What the card says of it, as it is kept; empty where it says nothing."""
    if holder is None or not ask.card:
        return ""
    value = {
        "name": holder.name or holder.latin_name,
        "id_number": holder.id_number,
        "address": holder.address,
        "birth_date": holder.birth_date or "",
        "sex": holder.sex,
        "ethnic_group": holder.ethnic_group,
    }[ask.card]
    if ask.kind is FieldKind.CHOICE and value not in dict(ask.choices):
        return ""
    return value


def as_typed(ask: Ask, kept: str) -> str:
    """What stands on the pad for what is kept: a day without its dashes, fen as yuan."""
    if ask.kind is FieldKind.DATE:
        return kept.replace("-", "")
    if ask.kind is FieldKind.MONEY and kept:
        return f"{int(kept) // 100}.{int(kept) % 100:02}"
    return kept


def as_kept(ask: Ask, typed: str) -> str:
    """What is kept of what was typed."""
    if ask.kind is FieldKind.DATE and typed:
        return f"{typed[:4]}-{typed[4:6]}-{typed[6:]}"
    if ask.kind is FieldKind.MONEY and typed:
        yuan, _, rest = typed.partition(".")
        return str(int(yuan or "0") * 100 + int(f"{rest:0<2}"[:2]))
    return typed.strip()


def verdict(ask: Ask, typed: str, known: Known) -> checks.Verdict:
    """What is wrong with the whole of it."""
    today = date.fromisoformat(known.today or "2026-01-01")
    found = checks.check(kind_of(ask), typed, today, limits(ask, today))
    if found.fault or ask.kind is not FieldKind.NUMBER:
        return found
    least, most = int(ask.least or 0), int(ask.most or "9" * ask.length)
    if not least <= int(typed) <= most:
        return checks.Verdict("filing.number_wrong", (("least", str(least)), ("most", str(most))))
    return found


def accepts(ask: Ask, typed: str, key: str, known: Known) -> bool:
    """Whether the pad takes the key."""
    today = date.fromisoformat(known.today or "2026-01-01")
    return bool(key) and key.isprintable() and checks.accepts(kind_of(ask), typed, key, limits(ask, today))


def kind_of(ask: Ask) -> str:
    """The name of its check."""
    return ask.pad.value


def limits(ask: Ask, today: date) -> checks.Limits:
    """The bounds of the field."""
    if ask.kind is FieldKind.DATE:
        return checks.Limits(
            longest=8,
            earliest=_day(ask.least, today, date(1900, 1, 1)),
            latest=_day(ask.most, today, date(2999, 12, 31)),
        )
    if ask.kind is FieldKind.MONEY and ask.most:
        return checks.Limits(longest=ask.longest, most_fen=int(ask.most))
    return checks.Limits(longest=ask.length)


def shown(ask: Ask, kept: str) -> p.Said:
    """A kept answer in words."""
    if not kept:
        return p.word("review.skipped")
    labels = dict(ask.choices)
    match ask.kind:
        case FieldKind.CHOICE:
            return labels.get(kept, kept)
        case FieldKind.SEVERAL:
            return p.Listed(tuple(labels.get(one, one) for one in kept.split(" ")))
        case FieldKind.DATE:
            return p.Day(kept)
        case FieldKind.MONEY:
            return p.Money(int(kept))
        case FieldKind.ADDRESS:
            return "".join(kept.split("|")[-2:])
        case _:
            return kept


def is_personal(ask: Ask) -> bool:
    """Whether an answer says who somebody is or where to find them; what is not can be checked at a glance."""
    return ask.kind in (FieldKind.NAME, FieldKind.ID_NUMBER, FieldKind.ADDRESS, FieldKind.MOBILE)


def masked(ask: Ask, kept: str, holder: Holder | None) -> p.Said:
    """As `shown`; a name and a number the card has said are shown as on every page: surname, ends of the number."""
    if kept and kept == card_fact(ask, holder):
        if ask.card == "name":
            return mask_name(kept)
        if ask.card == "id_number":
            return mask_id_number(kept)
    return shown(ask, kept)


def _day(bound: str, today: date, otherwise: date) -> date:
    """`today`, a day, or so many days from today: `+30`, `-6570`."""
    if not bound:
        return otherwise
    if bound == "today":
        return today
    return today + timedelta(days=int(bound)) if bound[0] in "+-" else date.fromisoformat(bound)


def ask_of(field: Field) -> Ask:
    """The question of a field."""
    return Ask(
        key=field.key,
        kind=field.kind,
        label=field.label,
        question=field.question,
        why=field.why,
        optional=field.optional,
        choices=tuple((choice.value, choice.label) for choice in field.choices),
        card=field.card,
        longest=field.longest,
        least=field.least,
        most=field.most,
        example=field.example,
    )
