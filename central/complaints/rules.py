"""What becomes of a complaint, a consultation or a suggestion: taken, looked into, answered. Pure."""

from datetime import datetime
from enum import StrEnum

import msgspec

from contract.catalogue import Text
from contract.questions import CaseStep

ANSWER_AT_MOST = 1000


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
