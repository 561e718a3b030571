"""A report as a spreadsheet: one sheet with the figures and their definitions, one for each table."""

import io
import re
from typing import Final

import xlsxwriter

from central.reports.document import Cell, Document, Part
from central.reports.setting import facts_of

_NAME_MOST: Final = 31
"""What Excel takes as a sheet's name."""
_WIDTH_MOST: Final = 60


def xlsx(document: Document) -> bytes:
    """The same report, every number a number. Text is never read as a formula."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": document.title, "company": document.office, "comments": document.period})
    formats = _Formats(book)
    _front(book, formats, document)
    names: set[str] = set()
    for part in document.parts:
        if part.columns:
            _table(book, formats, part, _name(part.title, names))
    book.close()
    return held.getvalue()


class _Formats:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.head = book.add_format({"bold": True, "bg_color": "#EEF3FA", "bottom": 1, "text_wrap": True})
        self.label = book.add_format({"font_color": "#3D4A66"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.part = book.add_format({"bold": True, "font_size": 12})


def _front(book: xlsxwriter.Workbook, formats: _Formats, document: Document) -> None:
    sheet = book.add_worksheet("概况")
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 2, 18)
    sheet.set_column(3, 3, _WIDTH_MOST)
    sheet.write_string(0, 0, f"{document.office} {document.title}（{document.period}）", formats.title)
    at = 2
    for label, value in facts_of(document):
        sheet.write_string(at, 0, label, formats.label)
        sheet.write_string(at, 1, value)
        at += 1
    for part in document.parts:
        if not part.figures:
            continue
        at += 1
        sheet.write_string(at, 0, part.title, formats.part)
        at += 1
        for column, name in enumerate(("指标", "数值", "n", "口径")):
            sheet.write_string(at, column, name, formats.head)
        for one in part.figures:
            at += 1
            sheet.write_string(at, 0, one.title)
            sheet.write_string(at, 1, one.value)
            _write(sheet, at, 2, one.n, formats)
            sheet.write_string(at, 3, one.means, formats.text)
        at += 1


def _table(book: xlsxwriter.Workbook, formats: _Formats, part: Part, name: str) -> None:
    sheet = book.add_worksheet(name)
    for column, one in enumerate(part.columns):
        longest = max([len(one.title), *(len(str(row[column])) for row in part.rows if row[column] is not None)])
        sheet.set_column(column, column, min(_WIDTH_MOST, 4 + longest * (1.2 if one.number else 1.8)))
        sheet.write_string(0, column, one.title, formats.head)
    for at, row in enumerate(part.rows, start=1):
        for column, cell in enumerate(row):
            _write(sheet, at, column, cell, formats)
    sheet.freeze_panes(1, 0)
    if part.rows:
        sheet.autofilter(0, 0, len(part.rows), len(part.columns) - 1)


def _write(sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell, formats: _Formats) -> None:
    if isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif cell:
        sheet.write_string(row, column, cell, formats.text)


def _name(title: str, names: set[str]) -> str:
    """A sheet's name: short, without the marks Excel refuses, each once."""
    plain = re.sub(r"[\[\]:*?/\\'“”]", "", title)[:_NAME_MOST]
    name, again = plain, 2
    while name in names:
        name, again = f"{plain[: _NAME_MOST - 2]}{again}", again + 1
    names.add(name)
    return name
