"""What becomes of a complaint, a consultation or a suggestion: taken, looked into, answered. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

import msgspec

from contract.catalogue import DEFAULT_LANGUAGE, Text, TimeLimit, Unit
from contract.messages import Matter
from contract.questions import CaseStep
from contract.worktime import Worktime

ANSWER_AT_MOST = 1000
EXTENDED_AT_MOST = timedelta(days=60)


TOLD_WITH_WORDS = ("progress", "explained")
"""Steps whose note is written for the citizen."""


class Refused(ValueError):
    """Why an act is not done; the message is a key of the words."""


class Unextendable(ValueError):
    """Why an answer cannot be put off so; the message is a key of the words."""


class State(StrEnum):
    """Where it stands."""

    RECEIVED = "received"
    TAKEN = "taken"
    """转办 or 办理: a unit has it."""
    ANSWERED = "answered"
    """反馈."""
    CALLED_BACK = "called_back"
    """回访."""
    CLOSED = "closed"
    """销号."""


WAITS = (State.RECEIVED, State.TAKEN)
"""Its citizen has no answer yet, or said at the call back that it is not settled."""


class Weight(StrEnum):
    """How much there is to look into: its limit follows (city opinions 11 to 13)."""

    CLEAR = "clear"
    HEAVY = "heavy"
    """A lot of work: an explanation in writing goes with it."""
    JOINT = "joint"
    """Several departments: its citizen is told of progress from time to time."""


WITHIN: dict[Weight, TimeLimit] = {
    Weight.CLEAR: TimeLimit(7, Unit.WORKING_DAY),
    Weight.HEAVY: TimeLimit(10, Unit.WORKING_DAY),
    Weight.JOINT: TimeLimit(30, Unit.WORKING_DAY),
}

PROMISED: dict[Matter, TimeLimit] = {
    Matter.CONSULTATION: TimeLimit(3, Unit.WORKING_DAY),
    Matter.COMPLAINT: WITHIN[Weight.CLEAR],
    Matter.SUGGESTION: TimeLimit(15, Unit.WORKING_DAY),
}
"""承诺时限: within it each is answered. GB/T 39046 6.7 leaves it to the office."""


class CalledBack(StrEnum):
    """What whoever complained says at the call back (回访)."""

    SETTLED = "settled"
    UNSETTLED = "unsettled"
    """It goes back to work."""
    UNREACHABLE = "unreachable"


UNREACHABLE_ENOUGH = 3
"""After so many attempts on different days a call back counts as tried."""


WORDS: dict[str, Text] = {
    "received": {"zh-Hans": "已收到", "en": "Received"},
    "taken": {"zh-Hans": "正在处理", "en": "Being looked into"},
    "passed_on": {"zh-Hans": "已转给有关部门", "en": "Passed on to the department"},
    "answered": {"zh-Hans": "已答复", "en": "Answered"},
    "extended": {"zh-Hans": "答复延期", "en": "The answer was put off"},
    "opened": {"zh-Hans": "工作人员查看了内容", "en": "Staff read it"},
    "explained": {"zh-Hans": "情况复杂，延长办理，说明如下", "en": "It takes longer; the reason in writing"},
    "looked_into": {"zh-Hans": "已调查核实", "en": "Looked into"},
    "progress": {"zh-Hans": "办理进展", "en": "How far it is"},
    "supervised": {"zh-Hans": "已列入督办", "en": "Supervision has ordered it"},
    "called_back": {"zh-Hans": "已回访", "en": "You were called back"},
    "unsettled": {"zh-Hans": "您表示没有解决，重新办理", "en": "You said it is not settled; it is worked on again"},
    "closed": {"zh-Hans": "已办结销号", "en": "Struck off"},
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
    unit: str = ""
    """Who works on it."""
    against: str = ""
    """The unit that is complained about: it never sees by whom."""
    routed_by: str = ""
    routed_why: str = ""
    brief: str = ""
    """What is to be looked into, in the coordinator's words: all the unit reads of what was said."""
    weight: str = ""
    weight_why: str = ""
    looked_into_at: datetime | None = None
    found: str = ""
    told_at: datetime | None = None
    called_back: str = ""
    called_back_by: str | None = None
    called_back_at: datetime | None = None
    accountable: str = ""
    closed_by: str | None = None
    closed_at: datetime | None = None
    closed_note: str = ""
    complete: int | None = None
    """Whether one answer was enough, in the words of whoever gave it; None where nobody said."""

    @property
    def last_day(self) -> str:
        """The day that holds: what was promised, or what it was put off to."""
        return self.extended_until or self.promised_until or ""

    @property
    def is_answered(self) -> bool:
        """Whether its citizen has the answer that stands."""
        return self.state not in WAITS

    @property
    def parties(self) -> frozenset[str]:
        """The units whose people never see who complained."""
        return frozenset(unit for unit in (self.unit, self.against) if unit)


class Step(msgspec.Struct, frozen=True):
    """One thing that was done with it."""

    what: str
    by_whom: str
    note: str
    at: datetime


def told(steps: list[Step]) -> tuple[CaseStep, ...]:
    """The way of it as its citizen reads it: what was done, never by whom, and no inner notes."""
    return tuple(
        CaseStep(step.at.isoformat(timespec="seconds"), WORDS[step.what], _words(step))
        for step in steps
        if step.what in WORDS and step.what != "opened"
    )


def _words(step: Step) -> Text:
    return {DEFAULT_LANGUAGE: step.note} if step.note and step.what in TOLD_WITH_WORDS else {}


def days_left(found: Complaint, today: date, worktime: Worktime) -> int | None:
    """倒计时: working days until the last day; None where it is answered, late, or none was promised."""
    if found.is_answered or not found.last_day or found.last_day < today.isoformat():
        return None
    days = (date.fromisoformat(found.last_day) - today).days
    return sum(worktime.calendar.works(today + timedelta(days=at)) for at in range(1, days + 1))


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
    if found.is_answered:
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
