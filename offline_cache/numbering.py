"""How numbers are spelt and which day they belong to. Pure: the clock's date comes in as a value."""

import re
from dataclasses import dataclass
from datetime import date

from stdnum.iso7064 import mod_37_36

_SERIALS = 1_000_000


def business_date(today: date, latest: str | None) -> str:
    """The later of today and the latest business date already used: a clock set back never opens an old day again."""
    return max(today.isoformat(), latest or "")


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

    def spoken(self, queue: str, count: int) -> str:
        """The number called in the hall: queue letter, the terminal's own series, at least three digits (`A1-001`)."""
        _need(r"[A-Z]", queue, "queue: one letter A to Z")
        return f"{queue}{self.series}-{count:03d}"

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


def _need(pattern: str, value: str, expected: str) -> None:
    if not re.fullmatch(pattern, value):
        message = f"{expected} expected, found {value!r}"
        raise ValueError(message)
