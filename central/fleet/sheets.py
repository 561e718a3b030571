"""A table as a file to take along: XLSX or CSV. Every value is written as text or number, never as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from litestar.response import Response

from central.spreadsheet import XLSX, workbook

Value = str | int | float | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(name: str, form: str, head: Sequence[str], rows: Iterable[Sequence[Value]]) -> Response[bytes]:
    """The answer with the file `name`.`form`; `form` is `xlsx` or `csv`."""
    filled = [["" if value is None else value for value in row] for row in rows]
    content = workbook(name, head, filled) if form == "xlsx" else _lines(head, filled)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX if form == "xlsx" else "text/csv; charset=utf-8", headers=headers)


def _lines(head: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """With a byte order mark: spreadsheet programs read the Chinese text then."""
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(head)
    out.writerows([_harmless(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _harmless(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
