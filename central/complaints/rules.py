"""What becomes of a complaint, a consultation or a suggestion: taken, looked into, answered. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

import msgspec

from contract.catalogue import Text, TimeLimit, Unit
from contract.messages import Matter
from contract.questions import CaseStep
from contract.worktime import Worktime

ANSWER_AT_MOST = 1000
EXTENDED_AT_MOST = timedelta(days=60)
PROMISED: dict[Matter, TimeLimit] = {
    Matter.CONSULTATION: TimeLimit(3, Unit.WORKING_DAY),
    Matter.COMPLAINT: TimeLimit(10, Unit.WORKING_DAY),
    Matter.SUGGESTION: TimeLimit(15, Unit.WORKING_DAY),
}
"""承诺时限: within it each is answered. GB/T 39046 6.7 leaves it to the office."""


class Unextendable(ValueError):
    """Why an answer cannot be put off so; the message is a key of the words."""


class State(StrEnum):
    """Where it stands."""

    RECEIVED = "received"
    TAKEN = "taken"
    ANSWERED = "answered"


WORDS: dict[str, Text] = {
    "received": {"zh-Hans": "已收到", "en": "Received"},
    "taken": {"zh-Hans": "正在处理", "en": "Being looked into"},
    "passed_on": {"zh-Hans": "已转给有关部门", "en": "Passed on to the department"},
    "answered": {"zh-Hans": "已答复", "en": "Answered"},
    "extended": {"zh-Hans": "答复延期", "en": "The answer was put off"},
    "opened": {"zh-Hans": "工作人员查看了内容", "en": "Staff read it"},
}


class Complaint(msgspec.Struct, frozen=True):
    """As staff see it: nothing personal but the masked contact."""

    complaint_id: str
    envelope_id: str
    terminal: str
    number: str
    code: str
    matter: str
    about: str
    item: str | None
    page: str
    last_error: str | None
    case_number: str
    named: int
    masked_contact: str
    language: str
    at: str
    received_at: datetime
    state: State
    answer: str
    answered_by: str | None
    answered_at: datetime | None
    changed_at: datetime
    promised_until: str | None = None
    extended_until: str | None = None
    extension_reason: str = ""
    extended_by: str | None = None
    complete: int | None = None
    """Whether one answer was enough, in the words of whoever gave it; None where nobody said."""

    @property
    def last_day(self) -> str:
        """The day that holds: what was promised, or what it was put off to."""
        return self.extended_until or self.promised_until or ""


class Step(msgspec.Struct, frozen=True):
    """One thing that was done with it."""

    what: str
    by_whom: str
    note: str
    at: datetime


def told(steps: list[Step]) -> tuple[CaseStep, ...]:
    """The way of it as its citizen reads it: what was done, never by whom, and no inner notes."""
    return tuple(
        CaseStep(step.at.isoformat(timespec="seconds"), WORDS[step.what])
        for step in steps
        if step.what in WORDS and step.what != "opened"
    )


def promised(matter: Matter, received: datetime, worktime: Worktime) -> str:
    """The last day for the answer, `YYYY-MM-DD`, of what was said at this local time."""
    due = worktime.due(received, PROMISED[matter]).at
    return due.date().isoformat() if due else ""


def overdue_days(found: Complaint, today: date, worktime: Worktime, zone: tzinfo) -> int:
    """超期天数: the working days after the last day, until it was answered or, where it was not, until today."""
    if not found.last_day:
        return 0
    end = found.answered_at.astimezone(zone).date() if found.answered_at else today
    day, late = date.fromisoformat(found.last_day), 0
    while day < end:
        day += timedelta(days=1)
        late += worktime.calendar.works(day)
    return late


def extension(found: Complaint, until: str, reason: str, today: date) -> str:
    """The day an answer is put off to. Raises Unextendable: it says a later day and why, before the old one is over."""
    if found.state == State.ANSWERED:
        raise Unextendable("complaints.closed")
    if not reason:
        raise Unextendable("complaints.extension_reason_missing")
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise Unextendable("complaints.extension_day") from None
    if not (found.last_day < day.isoformat() and today <= day <= today + EXTENDED_AT_MOST):
        raise Unextendable("complaints.extension_day")
    return day.isoformat()


def one_answer(answered: Iterable[Complaint]) -> tuple[int, int]:
    """一口清: of how many consultations was the answer complete, and of how many is it known."""
    said = [one.complete for one in answered if one.matter == Matter.CONSULTATION and one.complete is not None]
    return sum(said), len(said)
