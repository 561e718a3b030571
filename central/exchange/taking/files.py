"""A file of another system as sheets of rows: the JSON that exports are, or CSV with the fields' names. Pure."""

import csv
import io
from enum import StrEnum
from typing import Any, Final

import msgspec

from central.exchange import tables_of_standard as standard
from central.exchange.tables_of_standard import Table

ROWS_AT_MOST: Final = 200_000


class Kind(StrEnum):
    """What may be imported."""

    CASES = "cases"
    RATINGS = "ratings"
    COMPLAINTS = "complaints"


OF_KIND: Final[dict[Kind, tuple[Table, ...]]] = {
    Kind.CASES: (
        standard.APPLICATION,
        standard.MATERIAL,
        standard.ACCEPTANCE,
        standard.HANDLING,
        standard.COMPLETION,
    ),
    Kind.RATINGS: (standard.RATING,),
    Kind.COMPLAINTS: (standard.COMPLAINT, standard.CONSULTATION),
}
"""The first is what a CSV of this kind holds."""


class Sheet(msgspec.Struct, frozen=True):
    """Rows of one table, each with its line: of a CSV the file's, of JSON the row's place in its table from 1 on."""

    table: Table
    rows: tuple[tuple[int, dict[str, str]], ...]


class Unreadable(ValueError):
    """The file is none; the message is a key of the words."""


def read(content: bytes, kind: Kind) -> list[Sheet]:
    """The sheets of a file. Raises Unreadable."""
    text = _text(content)
    sheets = _json(text, kind) if text.lstrip().startswith(("{", "[")) else _csv(text, kind)
    if not any(sheet.rows for sheet in sheets):
        raise Unreadable("imports.no_rows")
    if sum(len(sheet.rows) for sheet in sheets) > ROWS_AT_MOST:
        raise Unreadable("imports.too_many_rows")
    return sheets


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("imports.no_text")


def _json(text: str, kind: Kind) -> list[Sheet]:
    try:
        told = msgspec.json.decode(text, type=dict[str, Any])
        tables = msgspec.convert(told.get("tables"), list[dict[str, Any]])
    except msgspec.MsgspecError:
        raise Unreadable("imports.no_tables") from None
    known = {table.name: table for table in OF_KIND[kind]}
    sheets = []
    for one in tables:
        name = str(one.get("name", ""))
        if name not in known:
            raise Unreadable("imports.other_table")
        try:
            rows = msgspec.convert(one.get("rows"), list[dict[str, str | int | bool | None]])
        except msgspec.MsgspecError:
            raise Unreadable("imports.no_tables") from None
        sheets.append(Sheet(known[name], tuple((line, _plain(row)) for line, row in enumerate(rows, 1))))
    return sheets


def _plain(row: dict[str, str | int | bool | None]) -> dict[str, str]:
    """Every cell as text; empty ones are not there."""
    told = {
        name: str(int(cell) if isinstance(cell, bool) else cell).strip()
        for name, cell in row.items()
        if cell is not None
    }
    return {name: cell for name, cell in told.items() if cell}


def _csv(text: str, kind: Kind) -> list[Sheet]:
    table = OF_KIND[kind][0]
    read = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        names = [name.strip() for name in next(read, [])]
        if not set(names) & {field.name for field in table.fields}:
            raise Unreadable("imports.no_header")
        for cells in read:
            if any(cell.strip() for cell in cells):
                extra = {"": "…"} if len(cells) > len(names) else {}
                rows.append((read.line_num, extra | _plain(dict(zip(names, cells, strict=False)))))
    except csv.Error:
        raise Unreadable("imports.no_csv") from None
    return [Sheet(table, tuple(rows))]
