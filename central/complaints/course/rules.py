"""受理 → 转办 → 办理 → 督办 → 反馈 → 回访 → 销号 (→ 问责): what each step needs; nothing closes without 反馈 and 回访.

Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from central.complaints.rules import (
    UNREACHABLE_ENOUGH,
    WITHIN,
    CalledBack,
    Complaint,
    Refused,
    State,
    Step,
    Weight,
)
from contract.messages import Matter
from contract.worktime import Worktime

WORDS_LIMIT = 400


class Routed(msgspec.Struct, frozen=True):
    """To whom it is given, and in which words."""

    unit: str
    against: str
    brief: str
    why: str


class Checkpoints(msgspec.Struct, frozen=True):
    """有诉必理、有理必查、有查必果、有果必复 over the complaints of some days (TS-04)."""

    received: int
    taken: int
    looked_into: int
    found: int
    answered: int

    @property
    def rates(self) -> tuple[tuple[str, int, int], ...]:
        """Key, how many, of how many: each of those that reached the one before."""
        return (
            ("taken", self.taken, self.received),
            ("looked_into", self.looked_into, self.taken),
            ("found", self.found, self.looked_into),
            ("answered", self.answered, self.found),
        )


def read_route(form: Mapping[str, str], found: Complaint, suggested: str) -> Routed:
    """Another unit than the one that is in charge needs a reason. Raises Refused."""
    if found.is_answered:
        raise Refused("complaints.closed")
    unit, against = (" ".join(form.get(name, "").split()) for name in ("unit", "against"))
    brief, why = line(form.get("brief", "")), line(form.get("why", ""))
    if not unit or not brief:
        raise Refused("course.unit_missing")
    if suggested and unit != suggested and not why:
        raise Refused("course.why_missing")
    return Routed(unit, against or unit, brief, why)


def read_weight(
    form: Mapping[str, str], found: Complaint, received: datetime, working: Worktime
) -> tuple[Weight, str, str]:
    """Its class, the explanation in writing, and the last day. `received` is local. Raises Refused."""
    if found.is_answered:
        raise Refused("complaints.closed")
    if form.get("weight", "") not in set(Weight):
        raise Refused("course.weight_missing")
    weight, why = Weight(form["weight"]), line(form.get("why", ""))
    if weight is not Weight.CLEAR and not why:
        raise Refused("course.explanation_missing")
    due = working.due(received, WITHIN[weight]).at
    return weight, why, due.date().isoformat() if due else ""


def may_call_back(found: Complaint) -> None:
    """After the answer and before it is struck off. Raises Refused."""
    if found.closed_at is not None:
        raise Refused("complaints.closed")
    if not found.is_answered:
        raise Refused("course.not_answered")


def has_tried_enough(steps: Sequence[Step]) -> bool:
    """Whether nobody was reached on so many different days since the last answer."""
    answered = [at for at, step in enumerate(steps) if step.what == State.ANSWERED]
    since = steps[answered[-1] :] if answered else ()
    days = {step.at.date() for step in since if step.what == CalledBack.UNREACHABLE}
    return len(days) >= UNREACHABLE_ENOUGH


def may_close(found: Complaint, who: str) -> None:
    """销号: with the answer, called back where its citizen gave a name, by somebody else. Raises Refused."""
    if found.closed_at is not None:
        raise Refused("complaints.closed")
    if found.matter != Matter.COMPLAINT or not found.is_answered or not found.answer:
        raise Refused("course.not_answered")
    if found.named and found.called_back_at is None:
        raise Refused("course.not_called_back")
    if found.answered_by == who:
        raise Refused("course.not_by_oneself")


def may_see_who(found: Complaint, unit: str) -> bool:
    """Whether somebody of this unit may see by whom it is: the unit complained about never (AQ-02)."""
    return not unit or unit not in found.parties


def checkpoints(complaints: Iterable[Complaint]) -> Checkpoints:
    """Each counts at a point when it has reached all before it."""
    of = [one for one in complaints if one.matter == Matter.COMPLAINT]
    taken = [one for one in of if one.state is not State.RECEIVED or one.unit]
    looked = [one for one in taken if one.looked_into_at is not None]
    found = [one for one in looked if one.found]
    answered = [one for one in found if one.answer and one.answered_at is not None]
    return Checkpoints(len(of), len(taken), len(looked), len(found), len(answered))


def line(text: str) -> str:
    """On one line. Raises Refused where it is too long."""
    words = " ".join(text.split())
    if len(words) > WORDS_LIMIT or not words.isprintable():
        raise Refused("mandates.too_long")
    return words
