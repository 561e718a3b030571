"""Checks a file of another system field by field and makes its records, in our own names. Pure.

Nothing is guessed: a digit and its name that disagree are a fault, because the tables of two partners were mixed.
Persons are masked here, before anything is kept; what only names or finds a person is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, tzinfo
from enum import StrEnum
from typing import Any, Final

import msgspec

from central.exchange import tables_of_standard as standard
from central.exchange.rules import SOURCE_CODE, SOURCE_OTHER, Channel, read_moment
from central.exchange.tables_of_standard import Field, Form, Table
from central.exchange.taking.files import Kind, Sheet
from central.exchange.taking.partners import CASE_TYPE_OF, SATISFACTION_OF, Tables, spelt
from central.masking import masked_name, masked_text
from contract.codes import CaseType, Codes, Satisfaction

Row = dict[str, str]
Body = dict[str, list[Row]]
"""Table's name -> its rows."""

PERSONS: Final = frozenset({"申请者名称", "评价人", "咨询人", "投诉人"})
LEFT_OUT: Final = {
    standard.APPLICATION.name: frozenset(
        {
            *("证件类型代码", "证件号码", "联系人/代理人姓名", "联系人/代理人证件类型代码", "联系人/代理人证件号码"),
            *("联系人手机号码", "邮政编码", "通讯地址", "法定代表人", "投资项目编号"),
        }
    ),
    standard.MATERIAL.name: frozenset({"收取时间", "附件实体"}),
    standard.ACCEPTANCE.name: frozenset({"受理文书编号"}),
    standard.COMPLETION.name: frozenset(
        {"结果证照名称", "结果证照编号", "证照有效期限", "是否快递寄送结果", "是否收费"}
    ),
    standard.RATING.name: frozenset({"文字评价"}),
    standard.CONSULTATION.name: frozenset({"咨询内容"}),
    standard.COMPLAINT.name: frozenset({"被投诉人", "投诉内容", "承办单位代码", "承办时间"}),
}
"""Fields of the standard that are read and not kept: they name or find a person, or nothing here shows them."""
_NEEDED: Final = {
    standard.APPLICATION.name: ("办件编号", "事项名称", "申请时间"),
    standard.ACCEPTANCE.name: ("办件编号", "受理时间"),
    standard.HANDLING.name: ("办件编号", "环节名称", "环节开始时间"),
    standard.COMPLETION.name: ("办件编号", "办结时间"),
    standard.RATING.name: ("办件编号", "评价时间", "评价次数", "满意度代码"),
    standard.CONSULTATION.name: ("咨询编码", "咨询时间"),
    standard.COMPLAINT.name: ("投诉标题", "投诉时间"),
}
ONCE: Final = frozenset({"申请信息", "受理信息", "办结信息", "评价信息", "咨询信息", "投诉信息"})
"""Of these a record has one row."""
_IN_PRACTICE: Final = {"基本编码": 12, "实施编码": 36}
"""Longer than the standard prints (standards.md 3): read as they come."""
_STATES: Final = ("1", "2")
_SOURCES: Final = (*SOURCE_CODE.values(), "4", SOURCE_OTHER)
_SHOWN: Final = 40


class Fault(msgspec.Struct, frozen=True):
    """One cell that cannot be taken in. `what` is a key of the words, `value` never anything personal."""

    table: str
    line: int
    field: str
    what: str
    value: str = ""
    expected: str = ""


class Record(msgspec.Struct, frozen=True):
    """One case, rating or complaint: `code` names it by the standard, `number` is its 办件编号."""

    code: str
    number: str
    title: str
    body: Body
    line: int = 1
    """Where the file first tells of it."""


class Checked(msgspec.Struct, frozen=True):
    """What a file holds. `loose` are materials whose 办件编号 their field cannot hold; `left_out` counts fields."""

    records: tuple[Record, ...]
    faults: tuple[Fault, ...]
    loose: int
    left_out: dict[str, int]


class _Wrong(Exception):
    def __init__(self, what: str, value: str = "", expected: str = "") -> None:
        super().__init__(what)
        self.what, self.value, self.expected = what, value[:_SHOWN], expected


def checked(sheets: Iterable[Sheet], kind: Kind, tables: Tables, zone: tzinfo) -> Checked:
    """Every record of a file and everything that is wrong with it."""
    faults: list[Fault] = []
    bodies: dict[str, Body] = {}
    lines: dict[str, int] = {}
    left_out: dict[str, int] = defaultdict(int)
    loose = 0
    for sheet in sheets:
        for line, told in sheet.rows:
            row, wrong, unkept = _row(sheet.table, line, told, tables, zone)
            faults += wrong
            for name in unkept:
                left_out[name] += 1
            if wrong:
                continue
            if sheet.table is standard.MATERIAL and "办件编号" not in row:
                loose += 1
                continue
            code = _code(sheet.table, row)
            lines.setdefault(code, line)
            rows = bodies.setdefault(code, {}).setdefault(sheet.table.name, [])
            if row in rows:
                continue
            if rows and sheet.table.name in ONCE:
                faults.append(Fault(sheet.table.name, line, _key_field(sheet.table), "twice", code[:_SHOWN]))
            rows.append(row)
    records = [Record(code, _number(kind, code), _title(body), body, lines[code]) for code, body in bodies.items()]
    return Checked(tuple(records), tuple(faults), loose, dict(left_out))


def _row(
    table: Table, line: int, told: Mapping[str, str], tables: Tables, zone: tzinfo
) -> tuple[Row, list[Fault], list[str]]:
    row: Row = {}
    faults: list[Fault] = []
    unkept: list[str] = []
    fields = {field.name: field for field in table.fields}
    for name, cell in told.items():
        if name in LEFT_OUT.get(table.name, ()):
            unkept.append(name)
            continue
        if name not in fields:
            faults.append(Fault(table.name, line, name[:_SHOWN], "unknown_field", "", "、".join(fields)))
            continue
        try:
            row[name] = _cell(fields[name], cell, table, tables, zone)
        except _Wrong as error:
            faults.append(Fault(table.name, line, name, error.what, error.value, error.expected))
    if not faults:
        faults += [Fault(table.name, line, name, "missing") for name in _NEEDED.get(table.name, ()) if name not in row]
        faults += _disagree(table, line, row, told)
    return row, faults, unkept


def _cell(field: Field, cell: str, table: Table, tables: Tables, zone: tzinfo) -> str:
    """A cell in our own names. Raises _Wrong."""
    if field.form is Form.MOMENT:
        try:
            return read_moment(cell, zone).astimezone(UTC).isoformat(timespec="seconds")
        except ValueError:
            raise _Wrong("no_moment", cell, cell_form(table)) from None
    if field.name in _MAPPED:
        return _mapped(field.name, cell, tables)
    if field.form is Form.YES_NO and cell not in {"0", "1"}:
        raise _Wrong("no_code", cell, "0 / 1")
    if field.form is Form.NUMBER and not (cell.isascii() and cell.isdecimal()):
        raise _Wrong("no_number", cell)
    most = _IN_PRACTICE.get(field.name, field.most)
    if most and len(cell) > most:
        raise _Wrong("too_long", str(len(cell)), str(most))
    if field.name in PERSONS:
        return cell if "*" in cell else masked_name(cell)
    return masked_text(cell) if field.name not in _CODES_OF_CASES else cell


def cell_form(table: Table) -> str:
    """How this table writes 2026-11-22 09:02:03."""
    return {"%Y%m%dT%H%M%S": "20261122T090203", "%Y%m%d%H%M%S": "20261122090203"}.get(
        table.moments.value, "2026112209:02:03"
    )


_CODES_OF_CASES: Final = frozenset({"办件编号", "实施编码", "基本编码", "统一社会信用代码", "处理单位代码", "咨询编码"})
_MAPPED: Final = frozenset(
    {"满意度代码", "办件类型代码", "评价渠道", "申报来源代码", "环节办理状态代码", "满意度", "办件类型"}
)


def _mapped(name: str, cell: str, tables: Tables) -> str:
    if name in {"满意度", "办件类型"}:
        names: Mapping[str, Any] = SATISFACTION_OF if name == "满意度" else CASE_TYPE_OF
        if cell not in names:
            raise _Wrong("no_code", cell, " / ".join(names))
        return str(names[cell].value)
    fixed = {"申报来源代码": _SOURCES, "环节办理状态代码": _STATES}.get(name)
    if fixed is not None:
        if cell not in fixed:
            raise _Wrong("no_code", cell, " / ".join(fixed))
        return cell
    codes: dict[str, Codes[Any]] = {
        "满意度代码": tables.satisfaction,
        "办件类型代码": tables.case_type,
        "评价渠道": tables.channel,
    }
    try:
        return str(codes[name].name_of(cell).value)
    except LookupError:
        raise _Wrong("no_code", cell, spelt(codes[name], _NAMES[name])) from None


_NAMES: Final[Mapping[str, type[StrEnum]]] = {
    "满意度代码": Satisfaction,
    "办件类型代码": CaseType,
    "评价渠道": Channel,
}


def _disagree(table: Table, line: int, row: Row, told: Mapping[str, str]) -> list[Fault]:
    """A digit beside a name that means something else: the file is written in the other partner's table."""
    return [
        Fault(table.name, line, digit, "disagrees", told[digit], told[name])
        for name, digit in (("满意度", "满意度代码"), ("办件类型", "办件类型代码"))
        if name in row and digit in row and row[name] != row[digit]
    ]


def _key_field(table: Table) -> str:
    return {"咨询信息": "咨询编码", "投诉信息": "投诉标题"}.get(table.name, "办件编号")


def _code(table: Table, row: Row) -> str:
    """What the standard knows a record by; a complaint has no code of its own there: its title and time."""
    if table is standard.RATING:
        return f"{row['办件编号']}#{int(row['评价次数'])}"
    if table is standard.COMPLAINT:
        return f"{row['投诉时间']} {row['投诉标题']}"
    return row[_key_field(table)]


def _number(kind: Kind, code: str) -> str:
    if kind is Kind.CASES:
        return code
    return code.rpartition("#")[0] if kind is Kind.RATINGS else ""


def _title(body: Body) -> str:
    for rows in body.values():
        for name in ("事项名称", "投诉标题", "咨询标题", "满意度代码"):
            if name in rows[0]:
                return rows[0][name]
    return ""
