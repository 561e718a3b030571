"""What the terminal may forget, and when. Pure: dates come in as values."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

import msgspec

DAYS: Final = 7
RULE: Final = f"archived and {DAYS} days"


class Held(msgspec.Struct, frozen=True):
    """One record that is still here: its place, and when the centre acknowledged it (ISO 8601)."""

    seq: int
    acked_at: str | None


STEP_SECONDS: Final = 0.025
"""What a step of the purge may take: a citizen whose case comes meanwhile waits for it."""


def next_amount(amount: int, seconds: float, *, least: int, most: int) -> int:
    """How much the next step takes, after one of `amount` that took so long: half or double, within these bounds."""
    if seconds > STEP_SECONDS:
        return max(min(least, amount), amount // 2)
    return min(most, amount * 2) if seconds < STEP_SECONDS / 3 else amount


def cutoff(today: str) -> str:
    """What was acknowledged on an earlier date than this is old enough. `today` is the business date."""
    return (date.fromisoformat(today) - timedelta(days=DAYS)).isoformat()


def last_to_go(rows: Iterable[Held], *, purged: int, acked: int, archived: int, before: str) -> int:
    """Up to where a lane may go: acknowledged, archived at the centre, and old enough; `purged` where nothing may.

    `rows` follow `purged` in order. The first that must stay keeps all behind it: what is gone is always a whole run.
    """
    last = purged
    for row in rows:
        if row.seq > min(acked, archived) or not row.acked_at or row.acked_at[:10] >= before:
            break
        last = row.seq
    return last
