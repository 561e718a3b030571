"""Writes and reads the fields of GB/T 39046 and says what a field could not hold. Pure.

Nothing is cut and nothing is guessed: a value that does not fit is left out and named, with the reason.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Final

import msgspec

from central.exchange.tables_of_standard import Field, Form, Moments, Table
from contract.codes import Codes

Value = str | int | bool | datetime | date | None
Row = dict[str, str]


class Why(StrEnum):
    """Why a field could not hold its value."""

    TOO_LONG = "too_long"
    NOT_GB2312 = "not_gb2312"
    """Written whole, in Unicode; a partner that reads GB 2312 alone loses these characters."""


class Loss(msgspec.Struct, frozen=True):
    """One field that is not carried over whole: `what` is its length, or the characters; never its value."""

    row: int
    field: str
    why: Why
    what: str


class Written(msgspec.Struct, frozen=True):
    """The rows of one table, and what they could not hold."""

    standard: str
    table: str
    name: str
    rows: list[Row]
    losses: list[Loss]


class Channel(StrEnum):
    """评价渠道 by our own names."""

    COMPUTER = "computer"
    MOBILE = "mobile"
    QR_CODE = "qr_code"
    HALL_TABLET = "hall_tablet"
    HALL_TERMINAL = "hall_terminal"
    PHONE = "phone"
    SMS = "sms"
    BY_DEFAULT = "by_default"


GBT_39046_CHANNEL: Final[Codes[Channel]] = Codes(
    "GB/T 39046 表9 评价渠道",
    {
        Channel.COMPUTER: "PC端",
        Channel.MOBILE: "移动服务端",
        Channel.QR_CODE: "二维码",
        Channel.HALL_TABLET: "政务大厅平板电脑",
        Channel.HALL_TERMINAL: "政务大厅其他终端",
        Channel.PHONE: "电话",
        Channel.SMS: "短信",
    },
)
ZHEJIANG_CHANNEL: Final[Codes[Channel]] = Codes(
    "浙江 评价渠道",
    {
        Channel.COMPUTER: "1",
        Channel.MOBILE: "2",
        Channel.QR_CODE: "3",
        Channel.HALL_TABLET: "4",
        Channel.HALL_TERMINAL: "5",
        Channel.SMS: "6",
        Channel.BY_DEFAULT: "7",
    },
)
ELSEWHERE_CHANNEL: Final[Codes[Channel]] = Codes(
    "其他地区 评价渠道",
    {
        Channel.COMPUTER: "1",
        Channel.MOBILE: "2",
        Channel.QR_CODE: "3",
        Channel.HALL_TABLET: "4",
        Channel.HALL_TERMINAL: "5",
        Channel.PHONE: "6",
        Channel.SMS: "7",
    },
)

SOURCE_CODE: Final = {"window": "1", "web": "2", "mobile": "3"}
"""申报来源, A.5; a self-service terminal has no code of its own there: 9 其他."""
SOURCE_OTHER: Final = "9"


def written(table: Table, rows: Sequence[Mapping[str, Value]], zone: tzinfo) -> Written:
    """The rows as this table's fields want them. Raises LookupError for a field the table does not have."""
    told: list[Row] = []
    losses: list[Loss] = []
    known = {field.name: field for field in table.fields}
    for number, row in enumerate(rows):
        strange = row.keys() - known.keys()
        if strange:
            message = f"{table.name}: no field {min(strange)}; table {table.number} has {', '.join(known)}"
            raise LookupError(message)
        cells: Row = {}
        for name, value in row.items():
            text = _text(known[name], value, table.moments, zone)
            lost = _lost(known[name], text)
            losses += [Loss(number, name, why, what) for why, what in lost]
            if Why.TOO_LONG not in {why for why, _ in lost}:
                cells[name] = text
        told.append(cells)
    return Written("GB/T 39046-2020", table.number, table.name, told, losses)


def _text(field: Field, value: Value, moments: Moments, zone: tzinfo) -> str:
    if value is None:
        return ""
    if field.form is Form.YES_NO:
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime(moments.value)
    if isinstance(value, date):
        return value.strftime("%Y%m%d")
    return str(value)


def _lost(field: Field, text: str) -> list[tuple[Why, str]]:
    found = []
    if field.most and len(text) > field.most:
        found.append((Why.TOO_LONG, f"{len(text)} > {field.most}"))
    strange = sorted({letter for letter in text if not _in_gb2312(letter)})
    if strange:
        found.append((Why.NOT_GB2312, "".join(strange)))
    return found


def _in_gb2312(letter: str) -> bool:
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def read_moment(text: str, zone: tzinfo) -> datetime:
    """A date with its time in any of the three forms, or a partner's `yyyy-MM-dd HH:mm:ss`. Raises ValueError."""
    for form in (*(one.value for one in Moments), "%Y-%m-%d %H:%M:%S"):
        try:
            found = datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
        if found.strftime(form) == text:
            return found
    message = f"{text!r} is no date with a time: expected one of the three forms of GB/T 39046, or yyyy-MM-dd HH:mm:ss"
    raise ValueError(message)
