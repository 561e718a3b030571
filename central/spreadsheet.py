"""A table as an XLSX file (ECMA-376): one sheet, a heading line that stays in sight, columns as wide as their words."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

_WIDEST = 48
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Everything is text, so nothing that was typed is a formula; numbers stay numbers."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF6", "border": 1, "valign": "vcenter"})
    plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    widths = [_width(heading) for heading in headings]
    sheet.write_row(0, 0, headings, bold)
    for at, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            kept = value if isinstance(value, int | float) else str(value)
            sheet.write(at, place, kept, plain)
            widths[place] = max(widths[place], _width(str(kept)))
    for place, width in enumerate(widths):
        sheet.set_column(place, place, min(width + 2, _WIDEST))
    sheet.freeze_panes(1, 0)
    book.close()
    return held.getvalue()


def _width(text: str) -> int:
    """Chinese characters are two wide."""
    return sum(1 if ord(letter) < 0x2E80 else 2 for letter in text)
