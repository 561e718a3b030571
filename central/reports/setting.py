"""Sets a report as PDF with typst. Takes tenths of a second to seconds: never for a page's thread."""

import functools
import json
from datetime import datetime
from importlib.resources import files
from typing import Any, Final

import typst

from central.reports.document import Chart, Document, Part, told

_LABEL_MOST: Final = 14
_BARS_MOST: Final = 16
_WIDE: Final = 8
"""A table of more columns than these wants the page lying."""


def pdf(document: Document) -> bytes:
    """The report as PDF with text. Raises typst.TypstError."""
    source = {"main.typ": _source()}
    inputs = {"report": json.dumps(content(document), ensure_ascii=False)}
    made: bytes = typst.compile(source, sys_inputs=inputs)  # type: ignore[call-overload]  # its stub knows no folders
    return made


@functools.cache
def _source() -> bytes:
    return (files("central") / "reports" / "templates" / "report.typ").read_bytes()


def facts_of(document: Document) -> list[tuple[str, str]]:
    """What stands above every report: period, n, up to when, who answers for it."""
    found = [
        ("统计期间", f"{document.first} 至 {document.last}"),
        ("样本量 n", str(document.n)),
        ("数据时间", moment(document.as_of)),
        ("生成时间", moment(document.made_at)),
        ("版本", f"第 {document.version} 版"),
        ("责任人", document.responsible or "未设置"),
    ]
    return [*found, ("公开范围", "公开版：不含个人信息，少于 10 的数不列出")] if document.for_all else found


def moment(text: str) -> str:
    """A time to the minute, as the hall's clock showed it."""
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M}"


def content(document: Document) -> dict[str, Any]:
    """What the template sets, all of it text."""
    return {
        "title": document.title,
        "office": document.office,
        "period": document.period,
        "facts": facts_of(document),
        "foot": f"由系统自动生成，数据时间 {moment(document.as_of)}",
        "wide": any(len(part.columns) > _WIDE for part in document.parts),
        "parts": [_part(part) for part in document.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "title": part.title,
        "note": part.note,
        "empty": part.empty,
        "figures": [
            {"title": one.title, "value": one.value, "n": "" if one.n is None else f"n = {one.n}", "means": one.means}
            for one in part.figures
        ],
        "columns": [{"title": one.title, "number": one.number} for one in part.columns],
        "widths": _widths(part),
        "rows": [[told(cell) for cell in row] for row in part.rows],
        "chart": _chart(part, part.chart) if part.chart and part.chart.shape == "bar" else None,
    }


def _widths(part: Part) -> list[float]:
    """By what stands in a column: a power keeps long texts from taking everything; 0 is as wide as its longest word."""
    found = []
    for at, column in enumerate(part.columns):
        cells = [told(row[at]) for row in part.rows]
        whole = not any(ord(letter) > 0x2E80 for cell in cells for letter in cell)
        longest = max([len(column.title) * 1.0, *map(_wide, cells)])
        found.append(0.0 if whole and cells else round(max(2.4, min(longest, 60.0) ** 0.62), 2))
    return found if any(found) else [1.0] * len(found)


def _wide(text: str) -> float:
    return sum(1.0 if ord(letter) > 0x2E80 else 0.55 for letter in text)


def _chart(part: Part, chart: Chart) -> dict[str, Any] | None:
    """Bars of the first of its columns; a table that is longer says it better."""
    at = chart.values[0]
    rows = [(told(row[chart.label]), float(value)) for row in part.rows if isinstance(value := row[at], int | float)]
    if not 1 < len(rows) <= _BARS_MOST:
        return None
    whole = 100.0 if chart.unit == "%" else max((value for _, value in rows), default=0.0) or 1.0
    target = "" if chart.target is None else f"竖线为目标 {chart.target:g}{chart.unit}。"
    return {
        "bars": [
            (label[:_LABEL_MOST], min(1.0, max(0.0, value / whole)), f"{value:g}{chart.unit}") for label, value in rows
        ],
        "target": None if chart.target is None else chart.target / whole,
        "told": f"{part.columns[at].title.removesuffix(' %')}。{target}",
    }
