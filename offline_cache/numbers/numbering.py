"""How numbers are spelt and which day they belong to. Pure: the clock's date comes in as a value."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from stdnum.iso7064 import mod_37_36

from contract import numbers

_SERIALS = 1_000_000
OFF_AT_MOST = timedelta(days=1)
"""How long the machine may have been off by the word of its own clock; a longer step is taken for a wrong clock."""


@dataclass(frozen=True)
class Uptime:
    """The clock nobody sets: seconds since the machine started, and the name of that start."""

    boot: str
    seconds: float


@dataclass(frozen=True)
class HallTime:
    """A local time in the hall, and the reading of the clock nobody sets that belongs to it."""

    at: datetime
    uptime: Uptime


@dataclass(frozen=True)
class Day:
    """The business date of a number, and the time in the hall that goes with it; None where nobody ever told one."""

    business_date: str
    time: HallTime | None


def business_day(
    wall: datetime, uptime: Uptime, *, known: HallTime | None, leased: Collection[str], trusted: str, used: str
) -> Day:
    """Which day a number of this terminal's own belongs to; it never falls.

    `leased` are the dates it holds leases of: among them the wall clock decides. Without one for the wall clock's day,
    what was last `known` goes on by the clock nobody sets. `trusted` is the latest date that came about by one of
    these, `used` the latest of all: it counts only where there was never another word than the wall clock's.
    """
    today = wall.date().isoformat()
    time = known and HallTime(_carried_on(known, wall, uptime), uptime)
    if trusted and (time is None or time.at.date().isoformat() < trusted):
        time = HallTime(datetime.combine(date.fromisoformat(trusted), wall.timetz()), uptime)
    if today in leased and today >= trusted:
        return Day(today, HallTime(wall, uptime))
    if time is None:
        return Day(max(today, used), None)
    return Day(max(time.at.date().isoformat(), trusted), time)


def _carried_on(known: HallTime, wall: datetime, uptime: Uptime) -> datetime:
    """The time in the hall now. A restart sets the clock nobody sets to nothing: how long the machine was off only the
    wall clock can say, and it is believed for a day.
    """
    at = known.at.astimezone(wall.tzinfo)
    if uptime.boot == known.uptime.boot:
        return at + timedelta(seconds=max(0.0, uptime.seconds - known.uptime.seconds))
    running = timedelta(seconds=uptime.seconds)
    off = wall - running - at
    return at + running + (off if timedelta(0) <= off <= OFF_AT_MOST else timedelta(0))


def before(day: str) -> str:
    """The date before a date."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


@dataclass(frozen=True)
class Numbering:
    """What makes this terminal's numbers its own. Raises ValueError naming the setting that does not fit."""

    series: str
    district: str
    terminal_number: str

    def __post_init__(self) -> None:
        _need(r"[0-9A-Z]{1,2}", self.series, "series: one or two of 0-9 and A-Z")
        _need(r"[0-9]{6}", self.district, "district: 6 digits")
        _need(r"[0-9A-Z]{4}", self.terminal_number, "terminal_number: 4 of 0-9 and A-Z")

    def local(self, queue: str, count: int) -> str:
        """A number of the terminal itself, without a lease: `A3-X12`."""
        return numbers.local(queue, self.series, count)

    def case_number(self, day: str, serial: int) -> str:
        """办件编号: 区划 6 + terminal 4 + yyyymmdd 8 + serial 6 + check character of ISO 7064 MOD 37,36 = 25.

        `serial` only ever rises; its last six digits are written, and no terminal files a million cases a day.
        """
        text = f"{self.district}{self.terminal_number}{day.replace('-', '')}{serial % _SERIALS:06d}"
        return text + str(mod_37_36.calc_check_digit(text))

    def document_serial(self, day: str, serial: int) -> str:
        """What a document on A4 is known by: terminal 4 + yyyymmdd 8 + serial 6 + check character = 19."""
        text = f"{self.terminal_number}{day.replace('-', '')}{serial % _SERIALS:06d}"
        return text + str(mod_37_36.calc_check_digit(text))


def refuse_other_queue(queue: str) -> None:
    """Raises ValueError for what is no queue."""
    _need(r"[A-Z]", queue, "queue: one letter A to Z")


def _need(pattern: str, value: str, expected: str) -> None:
    if not re.fullmatch(pattern, value):
        message = f"{expected} expected, found {value!r}"
        raise ValueError(message)
