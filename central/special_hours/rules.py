"""The list of windows that serve beside the usual hours, one line an opening, from the items in force. Pure."""

from collections.abc import Callable, Iterable

import msgspec

from central.csv_text import csv_text
from contract.catalogue import Item, say
from contract.hours import Mode

SPECIAL = (Mode.STAGGERED, Mode.EXTENDED, Mode.ON_DUTY, Mode.BOOKED)


class Line(msgspec.Struct, frozen=True):
    """单位, 事项, 窗口, 地址, 方式, 日子, 时间, 预约方式, 电话; in one language but for mode, days and booking."""

    unit: str
    item: str
    window: str
    place: str
    mode: Mode
    days: tuple[str, ...]
    """Kinds of days (`contract.calendar.DayKind`)."""
    weekdays: tuple[int, ...]
    times: str
    booking: bool
    phone: str


def lines(items: Iterable[Item], language: str) -> tuple[Line, ...]:
    """Every special opening of every item, by unit and item; an item without any is not there."""
    found = [
        Line(
            say(item.department, language),
            say(item.title, language),
            say(item.window, language),
            say(item.place, language),
            opening.mode,
            tuple(day.value for day in opening.days),
            opening.weekdays,
            f"{opening.opens}–{opening.closes}",
            opening.mode is Mode.BOOKED or (item.booking and opening.mode is not Mode.ON_DUTY),
            item.consultation_phone,
        )
        for item in items
        for opening in item.hours.windows
        if opening.mode in SPECIAL
    ]
    return tuple(sorted(found, key=lambda line: (line.unit, line.item, line.mode, line.times)))


def table(found: Iterable[Line], head: tuple[str, ...], told: Callable[[Line], tuple[str, ...]]) -> str:
    """As CSV."""
    return csv_text(head, (told(line) for line in found))
