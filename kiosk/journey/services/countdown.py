"""倒计时: how many working days are left until the promised day of a case, as its citizen reads it (SX-19). Pure."""

from contract.questions import CaseStands
from kiosk.journey import page as p


def blocks(case: CaseStands, today: str) -> list[p.Block]:
    """The days large, with the promised day beneath; that the clock stands, and why; nothing where nothing runs."""
    if case.paused:
        return [p.Big(p.word("countdown.stands"), case.paused)]
    left = _left(case, today)
    return [p.Big(left, p.word("countdown.until", day=p.Day(case.promise_date)))] if left else []


def line(case: CaseStands, today: str) -> p.Said:
    """When it was filed, and the countdown beside it, in the list of cases."""
    left: p.Said = p.word("countdown.stands") if case.paused else _left(case, today)
    return p.Listed((p.Moment(case.filed_at), left), "facts") if left else p.Moment(case.filed_at)


def _left(case: CaseStands, today: str) -> p.Said:
    """`还有 4 个工作日`, `今天到期`, `超期 2 个工作日`; nothing where no day is promised or it is over.

    On the weekend after its last day a case is late, though no working day has gone by.
    """
    if case.days_left is None or not case.promise_date:
        return ""
    if case.promise_date == today:
        return p.word("countdown.today")
    if case.promise_date > today:
        return p.word("countdown.left", count=str(case.days_left))
    late = abs(case.days_left)
    return p.word("countdown.overdue", count=str(late)) if late else p.word("countdown.passed")
