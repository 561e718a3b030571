"""咨询一次写清、表格一次发清、材料一次收清、内容一次审清: the four counters of a case, and their share. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

ASKED_BEFORE = timedelta(days=90)
"""What somebody asked about the same item so long before the case belongs to it."""


class Counted(msgspec.Struct, frozen=True):
    """A case with its four counters."""

    case_id: str
    case_number: str
    item_title: str
    business_date: str
    consultations: int
    forms: int
    submissions: int
    corrections: int

    @property
    def once(self) -> bool:
        """Nothing had to be done twice."""
        return max(self.consultations, self.forms, self.submissions, self.corrections) <= 1


class Figures(msgspec.Struct, frozen=True):
    """Of all cases of a time: how many, how many with all four at most 1, and the share in percent."""

    cases: int
    once: int
    share: float | None
    over: tuple[int, int, int, int]
    """Cases with more than one consultation, hand-out of forms, submission, correction."""


def figures(counted: Sequence[Counted]) -> Figures:
    """The share; none where there is no case."""
    once = sum(one.once for one in counted)
    over = (
        sum(one.consultations > 1 for one in counted),
        sum(one.forms > 1 for one in counted),
        sum(one.submissions > 1 for one in counted),
        sum(one.corrections > 1 for one in counted),
    )
    return Figures(len(counted), once, round(100 * once / len(counted), 1) if counted else None, over)


def month(text: str, today: date) -> tuple[date, date]:
    """The first and last day of `YYYY-MM`; of this month where it makes no sense."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = today.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first, following - timedelta(days=1)
