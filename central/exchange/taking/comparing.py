"""What a record adds to the one that is kept, and where it says something else. Pure."""

from enum import StrEnum

import msgspec

from central.exchange.taking.rules import ONCE, Body, Row


class Outcome(StrEnum):
    """What becomes of one record of a file."""

    NEW = "new"
    GROWN = "grown"
    """It goes on: rows or fields that were not there before, none that says otherwise."""
    SAME = "same"
    OURS = "ours"
    """It is of a case of our own and says the same: it is not kept a second time."""
    CONFLICT = "conflict"
    """It says otherwise than what is kept: nothing is changed until a person has decided."""


class Compared(msgspec.Struct, frozen=True):
    """`body` is what is kept from now on, `fields` where the two differ."""

    outcome: Outcome
    body: Body
    fields: tuple[str, ...] = ()


def compared(before: Body, after: Body) -> Compared:
    """A record against the one that is kept."""
    body: Body = {name: list(rows) for name, rows in before.items()}
    differ: list[str] = []
    for name, rows in after.items():
        kept = body.setdefault(name, [])
        for row in rows:
            if row in kept:
                continue
            place = _place(name, kept, row)
            if place is None:
                kept.append(row)
                continue
            differ += [f"{name}·{field}" for field in differing(kept[place], row)]
            kept[place] = {**kept[place], **row}
    if differ:
        return Compared(Outcome.CONFLICT, before, tuple(differ))
    return Compared(Outcome.SAME if body == before else Outcome.GROWN, body)


def differing(kept: Row, row: Row) -> list[str]:
    """Fields both have, with different values."""
    return [field for field, cell in row.items() if kept.get(field, cell) != cell]


def _place(name: str, kept: list[Row], row: Row) -> int | None:
    """The row this one is about, where a record has only one; a material is known by its name."""
    if name in ONCE:
        return 0 if kept else None
    if name == "申请材料信息":
        return next((at for at, one in enumerate(kept) if one.get("材料名称") == row.get("材料名称")), None)
    return None


def replaced(before: Body, after: Body) -> Body:
    """The record as the file has it, where a person decided so; rows the file does not have stay."""
    body: Body = {name: list(rows) for name, rows in before.items()}
    for name, rows in after.items():
        kept = body.setdefault(name, [])
        for row in rows:
            place = _place(name, kept, row)
            if place is not None:
                kept[place] = {**kept[place], **row}
            elif row not in kept:
                kept.append(row)
    return body
