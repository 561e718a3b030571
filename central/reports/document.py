"""What a report is before it is set: headed parts of figures and tables, shown as page, PDF, sheets and Word.

Pure. Every column names its field, by which `central.disclosure` says who may read it.
"""

from typing import Final, Literal

import msgspec

Cell = str | int | float | None
NOTHING: Final = "–"


class Column(msgspec.Struct, frozen=True):
    """`field` is the name in the table of `central.disclosure`; `number` columns are set to the right."""

    field: str
    title: str
    number: bool = False
    counts: bool = False
    """How many a row speaks of: rows with fewer than the least number are not for everybody."""


class Figure(msgspec.Struct, frozen=True):
    """One figure with how many it is computed from and how it is defined."""

    title: str
    value: str
    n: int | None = None
    means: str = ""
    field: str = "figure"


class Chart(msgspec.Struct, frozen=True):
    """A picture of some columns of the part's table, which stays beside it. `line` is a share against a target."""

    shape: Literal["bar", "line"]
    label: int
    values: tuple[int, ...]
    target: float | None = None
    unit: str = ""


class Part(msgspec.Struct, frozen=True):
    """One headed part: figures, or a table with what is said where it is empty."""

    title: str
    note: str = ""
    figures: tuple[Figure, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    empty: str = "无。"
    chart: Chart | None = None


class Document(msgspec.Struct, frozen=True):
    """A whole report. Times are ISO 8601 in the hall's zone; `as_of` is up to when what it counts had arrived."""

    kind: str
    title: str
    office: str
    period: str
    first: str
    last: str
    as_of: str
    made_at: str
    responsible: str
    n: int
    parts: tuple[Part, ...]
    for_all: bool = False
    version: int = 1


def told(cell: Cell) -> str:
    """A cell in words."""
    if cell is None or cell == "":
        return NOTHING
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def canonical(document: Document) -> bytes:
    """The bytes that are kept and hashed."""
    return msgspec.json.encode(document)


def read(raw: bytes) -> Document:
    """What was kept."""
    return msgspec.json.decode(raw, type=Document)
