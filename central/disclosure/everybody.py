"""Who may read which field: public, personal or secret, from one table; what is in no list never goes out (ZN-16).

Masking keeps what is needed to recognise one's own and nothing by which others recognise somebody.
"""

import tomllib
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from central.reports.document import Cell, Document, Figure, Part

LEAST: Final = 10
"""Rows that speak of fewer are not told to everybody; a 0 is."""
HIDDEN: Final = "<10"


class Sort(StrEnum):
    """What a field is."""

    PUBLIC = "public"
    PERSONAL = "personal"
    SECRET = "secret"  # noqa: S105 - a kind of field


class Field(msgspec.Struct, frozen=True):
    """One field of the table; `mask` says how a personal one is told."""

    name: str
    sort: Sort
    mask: str = ""


@cache
def table() -> Mapping[str, Field]:
    """Every field that is typed. Raises ValueError for one that stands twice, or a mask nobody knows."""
    told = tomllib.loads((files("central") / "disclosure" / "fields.toml").read_text(encoding="utf-8"))
    found: dict[str, Field] = {}
    for sort in Sort:
        fields = told[sort.value]["fields"]
        for name in fields:
            mask = fields[name] if isinstance(fields, dict) else ""
            if name in found or (mask and mask not in _MASKS and mask != "drop"):
                message = f"fields.toml: `{name}`: stands twice, or its mask {mask!r} is unknown; mend the table"
                raise ValueError(message)
            found[name] = Field(name, sort, mask)
    return found


def sort_of(name: str) -> Sort:
    """What a field is; one nobody has typed is secret."""
    found = table().get(name)
    return found.sort if found is not None else Sort.SECRET


def told(name: str, value: Cell) -> Cell:
    """A value as everybody may read it; None where nobody may."""
    field = table().get(name)
    if field is None or field.sort is Sort.SECRET or field.mask == "drop":
        return None
    if field.sort is Sort.PUBLIC:
        return value
    return _MASKS[field.mask](str(value)) if value is not None else None


def _name(text: str) -> str:
    return text[:1] + "*" * max(1, len(text) - 1) if text else ""


def _mobile(text: str) -> str:
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else "*" * len(text)


def _id_number(text: str) -> str:
    return f"{text[:1]}{'*' * (len(text) - 2)}{text[-1:]}" if len(text) >= 15 else "*" * len(text)


_MASKS: Final[Mapping[str, Callable[[str], str]]] = {
    "name": _name,
    "mobile": _mobile,
    "id_number": _id_number,
    "day": lambda text: text[:10],
    "keep": lambda text: text,
}


def for_everybody(document: Document) -> Document:
    """The version without names, without what is secret, and without small numbers.

    A part of which no column is left is left out; so is a part whose rows are single cases or people.
    """
    parts = tuple(part for part in map(_part, document.parts) if part.figures or part.columns)
    return msgspec.structs.replace(document, parts=parts, for_all=True)


def _part(part: Part) -> Part:
    kept = [at for at, column in enumerate(part.columns) if _stays(column.field)]
    single = any(sort_of(column.field) is Sort.PERSONAL for column in part.columns)
    if part.columns and (not kept or single):
        return msgspec.structs.replace(part, columns=(), rows=(), chart=None, figures=_figures(part))
    columns = tuple(part.columns[at] for at in kept)
    hidden = _hidden(part)
    rows = tuple(_row(part, row, kept, few=at in hidden) for at, row in enumerate(part.rows))
    return msgspec.structs.replace(part, columns=columns, rows=rows, figures=_figures(part))


def _stays(field: str) -> bool:
    found = table().get(field)
    return found is not None and found.sort is not Sort.SECRET and found.mask != "drop"


def _hidden(part: Part) -> set[int]:
    """Rows that speak of few. One alone could be reckoned from a total, so the next smallest is hidden with it."""
    counts = [at for at, column in enumerate(part.columns) if column.counts]
    speaks = {
        at: [value for count in counts if isinstance(value := row[count], int)] for at, row in enumerate(part.rows)
    }
    few = {at for at, values in speaks.items() if any(0 < value < LEAST for value in values)}
    if len(few) == 1:
        rest = sorted((min(values), at) for at, values in speaks.items() if at not in few and values and min(values))
        few |= {at for _, at in rest[:1]}
    return few


def _row(part: Part, row: tuple[Cell, ...], kept: list[int], *, few: bool) -> tuple[Cell, ...]:
    """Where a row speaks of few, all its numbers are hidden: from each the few could be reckoned."""
    shown: list[Cell] = []
    for at in kept:
        hides = few and part.columns[at].number and row[at] not in {None, 0}
        shown.append(HIDDEN if hides else told(part.columns[at].field, row[at]))
    return tuple(shown)


def _figures(part: Part) -> tuple[Figure, ...]:
    return tuple(
        msgspec.structs.replace(one, value=HIDDEN if one.n is not None and 0 < one.n < LEAST else one.value)
        for one in part.figures
        if sort_of(one.field) is Sort.PUBLIC
    )
