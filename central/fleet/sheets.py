"""A table as a file to take along: XLSX or CSV. Every value is written as text or number, never as a formula."""

from collections.abc import Iterable, Sequence

from litestar.response import Response

from central.csv_text import Cell, csv_text
from central.spreadsheet import XLSX, workbook


def sheet(name: str, form: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response[bytes]:
    """The answer with the file `name`.`form`; `form` is `xlsx` or `csv`."""
    filled = [["" if value is None else value for value in row] for row in rows]
    content = workbook(name, head, filled) if form == "xlsx" else csv_text(head, filled).encode()
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX if form == "xlsx" else "text/csv; charset=utf-8", headers=headers)
