"""A table as CSV (RFC 4180) with the mark by which office programs know UTF-8; nothing in it is a formula. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

Cell = str | int | float | None
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The whole file. A text that a spreadsheet program would take for a formula has an apostrophe before it."""
    out = io.StringIO()
    out.write("\ufeff")
    written = csv.writer(out)
    written.writerow(head)
    written.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
