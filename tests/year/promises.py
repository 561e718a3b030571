"""What citizens are promised and when it was done: the product's working time beside a reckoning by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from contract.catalogue import TimeLimit, Unit
from contract.worktime import Pause, Worktime
from tests.contract.test_working_time_agrees_with_a_plain_reckoning import SITE, plain

LIMITS: Final = (
    TimeLimit(30, Unit.MINUTE), TimeLimit(1, Unit.HALF_WORKING_DAY), TimeLimit(1, Unit.WORKING_DAY),
    TimeLimit(2, Unit.WORKING_DAY), TimeLimit(3, Unit.WORKING_DAY), TimeLimit(5, Unit.WORKING_DAY),
    TimeLimit(10, Unit.WORKING_DAY), TimeLimit(20, Unit.CALENDAR_DAY), TimeLimit(2, Unit.CALENDAR_MONTH),
)  # fmt: skip
"""Of the seeds' classes (standards.md 7)."""
_BY_HAND: Final = frozenset({Unit.WORKING_DAY, Unit.HALF_WORKING_DAY, Unit.CALENDAR_DAY})


@dataclass
class Promises:
    """Every filing of the year: its limit, when it was due, when it was done."""

    chance: Random
    worktime: Worktime = SITE
    checked: float = 0.05
    """Share of the filings that are reckoned by hand too: every day, one by one."""
    made: int = 0
    late: int = 0
    paused: int = 0
    worked: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def promise(self, received: datetime) -> datetime:
        """One filing: promised, perhaps paused, done. Returns when it was due."""
        local = received.replace(tzinfo=None)
        limit = self.chance.choice(LIMITS)
        pauses: Sequence[Pause] = ()
        if limit.unit is Unit.WORKING_DAY and limit.amount >= 3 and self.chance.random() < 0.1:
            start = local + timedelta(hours=self.chance.random() * 40)
            pauses = (Pause(start, start + timedelta(days=self.chance.random() * 20)),)
        due = self.worktime.due(local, limit, pauses).at
        assert due is not None
        if limit.unit in _BY_HAND and self.chance.random() < self.checked:
            by_hand = plain(local, limit.amount, limit.unit, pauses)
            if by_hand != due:
                self.wrong.append(f"{limit} from {local} with {pauses}: {due}, by hand {by_hand}")
        if due < local:
            self.wrong.append(f"{limit} from {local}: due before it was received")
        done = due - (due - local) * self.chance.random() + timedelta(days=3) * (self.chance.random() < 0.03)
        self.made += 1
        self.paused += bool(pauses)
        self.late += done > due
        self.worked += self.worktime.worked(local, done, pauses)
        return due
