"""What wall and fleet draw: the day's load by half hour beside a week before, and whose paper ends next. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from central.fleet.rules import Card, Lasts

WEEK: Final = timedelta(days=7)
SLOTS: Final = 48
_OPENS, _CLOSES = 16, 36
"""Half hours that are always shown: 8:00 to 18:00."""


class Load(msgspec.Struct, frozen=True):
    """How many came in each half hour; `began` names each, e.g. `08:30`. `before` is of the same weekday a week ago."""

    began: tuple[str, ...]
    now: tuple[int | None, ...]
    """None for a half hour that has not begun."""
    before: tuple[int, ...]

    @property
    def until_now(self) -> tuple[int, int]:
        """How many came so far, and how many had come a week ago after as many half hours."""
        pairs = [(now, before) for now, before in zip(self.now, self.before, strict=True) if now is not None]
        return sum(now for now, _ in pairs), sum(before for _, before in pairs)

    def rows(self) -> list[tuple[str, int | None, int]]:
        """The same as a table."""
        return list(zip(self.began, self.now, self.before, strict=True))


def half_hour(began: str) -> int | None:
    """The slot of a time of day, of which `HH:M` is enough; None where it is none: a terminal's word is not proved."""
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5].*", began):
        return None
    return int(began[:2]) * 2 + (began[3] >= "3")


def load(now: Mapping[int, int], before: Mapping[int, int], at: str) -> Load:
    """From counts by slot; `at` is the time of day now, `HH:MM`."""
    come = half_hour(at) or 0
    slots = {*now, *before, _OPENS, _CLOSES - 1}
    shown = range(min(slots), max(slots) + 1)
    return Load(
        tuple(f"{slot // 2:02}:{slot % 2 * 30:02}" for slot in shown),
        tuple(now.get(slot, 0) if slot <= come else None for slot in shown),
        tuple(before.get(slot, 0) for slot in shown),
    )


def week_before(day: date) -> date:
    """The same weekday, to compare with: a Monday is no Sunday."""
    return day - WEEK


REFILL_WITHIN: Final = timedelta(days=3)
"""Whose paper ends sooner is on the next round."""
NEXT_EMPTY: Final = 12


def emptying(found: Iterable[tuple[Card, Lasts | None]], now: datetime) -> list[tuple[str, float]]:
    """Terminal and how many days its paper lasts, those that are empty first in front; at most `NEXT_EMPTY`."""
    day = timedelta(days=1)
    listed = [
        (card.terminal.id, round(max(0.0, (lasts.empty_at - now) / day), 1))
        for card, lasts in found
        if lasts is not None and lasts.empty_at is not None
    ]
    return sorted(listed, key=lambda pair: (pair[1], pair[0]))[:NEXT_EMPTY]
