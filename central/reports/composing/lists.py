"""零跑路 and 最多跑一次 with what changed since the last list (ZN-10), and the four work lists (ZN-14). Pure."""

from collections.abc import Iterable, Sequence

from central.reports import figures
from central.reports.composing.cases import trips_part
from central.reports.composing.head import Head
from central.reports.document import Cell, Column, Document, Figure, Part
from central.reports.facts import Facts
from central.reports.periods import Kind
from contract.catalogue import DEFAULT_LANGUAGE, Item, Text, TimeLimit, Unit
from contract.work_lists import Entry, entries

_UNITS = {
    Unit.MINUTE: "分钟",
    Unit.HALF_WORKING_DAY: "个半工作日",
    Unit.WORKING_DAY: "个工作日",
    Unit.CALENDAR_DAY: "个自然日",
    Unit.CALENDAR_MONTH: "个月",
}
NO_TRIP, ONE_TRIP = "“零跑路”事项清单", "“最多跑一次”事项清单"
_ITEM = 0
"""Where the name of the item stands in a row of both lists."""


def limit(told: TimeLimit) -> str:
    """A limit in words; nothing left to wait for is done at once."""
    return f"{told.amount} {_UNITS[told.unit]}" if told.amount else "当场办结"


def trips(head: Head, facts: Facts, last: Document | None) -> Document:
    """Both lists with the papers to bring, and the difference to the last list that was made."""
    none = [item for item in facts.items if figures.no_trip(item)]
    one = [item for item in facts.items if figures.one_trip(item) and not figures.no_trip(item)]
    lists = (_trip_part(NO_TRIP, none), _trip_part(ONE_TRIP, one))
    whole = len(facts.items)
    share = figures.percent(len(none) + len(one), whole)
    parts = (
        Part(
            "总体情况",
            figures=(
                Figure("零跑路事项", str(len(none)), None, "不用到现场即可办结。"),
                Figure("最多跑一次事项", str(len(one)), None, "到现场 1 次即可办结。"),
                Figure("合计占比", figures.shown(share), None, f"占在用事项 {whole} 项；目标 {figures.TARGET:.0f}%。"),
            ),
        ),
        _difference(lists, last),
        *lists,
        trips_part(facts),
    )
    return head.document(Kind.TRIPS, "“零跑路”“最多跑一次”事项清单", whole, parts)


def _trip_part(title: str, items: Iterable[Item]) -> Part:
    rows = sorted(
        (
            item.title[DEFAULT_LANGUAGE],
            figures.unit_of(item),
            item.implementation_code,
            "；".join(one.name[DEFAULT_LANGUAGE] for one in item.materials) or "身份证（现场读取）",
        )
        for item in items
    )
    columns = (
        Column("item", "事项"),
        Column("unit", "单位"),
        Column("implementation_code", "实施编码"),
        Column("materials", "办事材料"),
    )
    return Part(title, f"共 {len(rows)} 项。", columns=columns, rows=tuple(rows), empty="没有这样的事项。")


def _difference(lists: Sequence[Part], last: Document | None) -> Part:
    """Added, gone, and moved from one list to the other."""
    now = {str(row[_ITEM]): part.title for part in lists for row in part.rows}
    titles = {part.title for part in lists}
    then = {
        str(row[_ITEM]): part.title
        for part in (last.parts if last else ())
        if part.title in titles
        for row in part.rows
    }
    rows: list[tuple[Cell, ...]] = []
    for name in sorted({*now, *then}):
        if name not in then:
            rows.append((name, "新增", now[name]))
        elif name not in now:
            rows.append((name, "移出", then[name]))
        elif now[name] != then[name]:
            rows.append((name, "转入", now[name]))
    columns = (Column("item", "事项"), Column("change", "变化"), Column("standard", "清单"))
    note = f"与 {last.period} 的清单相比。" if last else "这是第一期清单，全部列为新增。"
    return Part("与上期清单的变化", note, columns=columns, rows=tuple(rows), empty="与上期清单相同。")


def work(head: Head, facts: Facts) -> Document:
    """事项、责任、流程、时限."""
    found = entries(facts.items)
    parts = (_items(found), _duties(found), _steps(found), _limits(found))
    return head.document(Kind.WORK, "“马上办”事项、责任、流程、时限清单", len(found), parts)


def _zh(text: Text) -> str:
    return text[DEFAULT_LANGUAGE]


_EMPTY = "目录为空。"


def _items(found: Iterable[Entry]) -> Part:
    rows = tuple(
        (at, _zh(one.title), one.code, _zh(one.department), "是" if one.at_once else "否")
        for at, one in enumerate(found, start=1)
    )
    columns = (
        Column("rank", "序号", number=True),
        Column("item", "事项"),
        Column("implementation_code", "实施编码"),
        Column("unit", "单位"),
        Column("tags", "马上办"),
    )
    return Part("事项清单", columns=columns, rows=rows, empty=_EMPTY)


def _duties(found: Iterable[Entry]) -> Part:
    rows = tuple(
        (_zh(one.title), _zh(one.department), _zh(one.window), one.consultation, one.supervision) for one in found
    )
    columns = (
        Column("item", "事项"),
        Column("unit", "责任单位"),
        Column("window", "办理窗口"),
        Column("consultation_phone", "咨询电话"),
        Column("supervision_phone", "监督电话"),
    )
    return Part("责任清单", columns=columns, rows=rows, empty=_EMPTY)


def _steps(found: Iterable[Entry]) -> Part:
    rows = tuple((_zh(one.title), len(one.steps), " → ".join(_zh(step) for step in one.steps)) for one in found)
    columns = (Column("item", "事项"), Column("step", "环节数", number=True), Column("procedure", "流程"))
    return Part("流程清单", columns=columns, rows=rows, empty=_EMPTY)


def _limits(found: Iterable[Entry]) -> Part:
    rows = tuple((_zh(one.title), limit(one.legal), limit(one.promised), one.cut) for one in found)
    columns = (
        Column("item", "事项"),
        Column("legal_limit", "法定时限"),
        Column("promised_limit", "承诺时限"),
        Column("share", "压缩 %", number=True),
    )
    return Part("时限清单", figures.MEANS["limits"], columns=columns, rows=rows, empty=_EMPTY)
