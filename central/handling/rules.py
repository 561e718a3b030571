"""What a notice in writing needs, when a second one is a matter of supervision, who has a case now. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from central.progress.rules import ENDS, Did, Step
from contract.catalogue import TimeLimit, Unit
from contract.handling import Wrong

MOST_DEFECTS: Final = 12
LINE_LIMIT: Final = 120
TEXT_LIMIT: Final = 400
UNIT_LIMIT: Final = 40
SECOND_CORRECTION: Final = "second_correction"
DOUBLED_DRAFT: Final = "doubled_draft"
FALSE_PROMISE: Final = "false_promise"
ASKED_THOUGH_REMOVABLE: Final = "asked_though_removable"


class Refused(StrEnum):
    """不予受理 or 不予批准."""

    ACCEPTANCE = "acceptance"
    APPROVAL = "approval"


class Code(StrEnum):
    """Why something is refused; the text says the rest."""

    CONDITIONS = "conditions"
    """不符合法定条件."""
    MATERIALS = "materials"
    """材料不符合要求，告知后仍未补正."""
    FALSE = "false"
    """提供虚假材料."""
    NOT_OURS = "not_ours"
    """不属于本机关职权."""
    REPEATED = "repeated"
    """重复申请."""
    QUOTA = "quota"
    """超出法定数量限制."""
    OTHER = "other"
    """法律、法规规定的其他情形."""


CONFIRM_WITHIN: Final = TimeLimit(1, Unit.WORKING_DAY)
"""A leader looks at what a window could not decide within it; the notice leaves the moment it is confirmed."""


class Contact(StrEnum):
    """What a citizen came for, where no terminal noted it: 咨询, 领表, 交材料."""

    CONSULTATION = "consultation"
    FORM = "form"
    MATERIALS = "materials"


class Malformed(ValueError):
    """What was typed cannot be kept; the message is a key of the pages' words."""


class Correction(msgspec.Struct, frozen=True):
    """补正告知 as it is kept. `new_fact` is why one more became necessary."""

    notice_id: str
    case_id: str
    wrong: tuple[Wrong, ...]
    until: str
    new_fact: str
    by_whom: str
    at: datetime


class Refusal(msgspec.Struct, frozen=True):
    """不予受理 or 不予批准 as it is kept; one a case."""

    notice_id: str
    case_id: str
    refused: Refused
    reason: str
    next_steps: str
    by_whom: str
    at: datetime
    code: str = ""
    confirmed_by: str = ""
    """The leader; nobody refuses alone (无否决权)."""


class Proposal(msgspec.Struct, frozen=True):
    """“不能决定，上报”: what a window would refuse and why; a leader confirms it or sends it back."""

    proposal_id: str
    case_id: str
    refused: Refused
    code: Code
    reason: str
    next_steps: str
    by_whom: str
    at: datetime
    due_at: datetime
    decided: str = ""
    """`confirmed` or `returned`; empty while it waits."""
    decided_by: str | None = None
    decided_at: datetime | None = None
    decided_note: str = ""


class Event(msgspec.Struct, frozen=True):
    """Something supervision has to look at. `about` is the notice it came from."""

    event_id: str
    what: str
    case_id: str
    about: str
    who: str
    at: datetime
    seen_by: str | None = None
    seen_at: datetime | None = None
    seen_note: str | None = None


class Transfer(msgspec.Struct, frozen=True):
    """内部流转: a case went from one unit to another, who passed it on and why, and when it came back."""

    transfer_id: str
    case_id: str
    from_unit: str
    to_unit: str
    reason: str
    by_whom: str
    at: datetime
    back_at: datetime | None = None
    back_by: str | None = None
    back_note: str | None = None
    accepted_at: datetime | None = None
    """Until the other unit has taken it over, whoever passed it on keeps owning it (首问负责)."""
    accepted_by: str | None = None

    @property
    def waits(self) -> bool:
        """Whether the other unit has neither taken it over nor declined."""
        return self.accepted_at is None and self.back_at is None


def read_correction(form: Mapping[str, str], today: date) -> tuple[tuple[Wrong, ...], str, str]:
    """Defects, last day, new fact. Every line that was begun is whole, and whoever writes it says that it is all
    (一次性告知). Raises Malformed.
    """
    found = []
    for at in range(1, MOST_DEFECTS + 1):
        line = [_line(form.get(f"{name}_{at}", ""), LINE_LIMIT) for name in ("what", "wrong", "mend")]
        if any(line):
            if not all(line):
                raise Malformed("handling.defect_half")
            found.append(Wrong(*line))
    if not found:
        raise Malformed("handling.no_defect")
    if form.get("all_named") != "yes":
        raise Malformed("handling.not_all_named")
    try:
        until = date.fromisoformat(form.get("until", ""))
    except ValueError:
        raise Malformed("handling.until_wrong") from None
    if until < today:
        raise Malformed("handling.until_wrong")
    return tuple(found), until.isoformat(), _line(form.get("new_fact", ""), TEXT_LIMIT)


def read_refusal(form: Mapping[str, str]) -> tuple[Refused, Code, str, str]:
    """What is refused, by which code, why, and what to do next: none of them may be missing. Raises Malformed."""
    if form.get("refused", "") not in set(Refused):
        raise Malformed("handling.refused_missing")
    if form.get("code", "") not in set(Code):
        raise Malformed("handling.code_missing")
    reason, next_steps = (_line(form.get(name, ""), TEXT_LIMIT) for name in ("reason", "next_steps"))
    if not reason:
        raise Malformed("handling.reason_missing")
    if not next_steps:
        raise Malformed("handling.next_missing")
    return Refused(form["refused"]), Code(form["code"]), reason, next_steps


def check_confirmer(proposal: Proposal, who: str) -> None:
    """Raises Malformed: whoever proposed a refusal does not confirm it."""
    if proposal.decided_at is not None:
        raise Malformed("handling.decided_before")
    if proposal.by_whom == who:
        raise Malformed("handling.own_proposal")


def may_take_over(transfer: Transfer, who: str, unit: str, members: Collection[str]) -> bool:
    """Somebody of the unit; where no account belongs to it, anybody but whoever passed it on notes it for them."""
    if unit == transfer.to_unit:
        return True
    return not members and who != transfer.by_whom


def read_transfer(form: Mapping[str, str], unit_now: str) -> tuple[str, str]:
    """To whom and why. Raises Malformed."""
    to_unit, reason = _line(form.get("to_unit", ""), UNIT_LIMIT), _line(form.get("reason", ""), TEXT_LIMIT)
    if not to_unit or to_unit == unit_now:
        raise Malformed("handling.unit_missing")
    if not reason:
        raise Malformed("handling.why_missing")
    return to_unit, reason


def event_of(correction: Correction, before: Sequence[Correction]) -> Event | None:
    """A second correction of a case is a matter of supervision, unless a new fact made it necessary."""
    if not before or correction.new_fact:
        return None
    return Event(
        f"{SECOND_CORRECTION}.{correction.notice_id}",
        SECOND_CORRECTION,
        correction.case_id,
        correction.notice_id,
        correction.by_whom,
        correction.at,
    )


def doubled(case_id: str, draft_id: str, terminal: str, at: datetime) -> Event:
    """One draft became two cases: staff ask its citizen which of them stands, and end the other."""
    return Event(f"{DOUBLED_DRAFT}.{case_id}", DOUBLED_DRAFT, case_id, draft_id, terminal, at)


def removable_asked(case_id: str, paper: str, who: str, at: datetime) -> Event:
    """A paper was asked for that nobody has to bring: supervision looks into it (减证便民)."""
    return Event(f"{ASKED_THOUGH_REMOVABLE}.{case_id}.{paper}", ASKED_THOUGH_REMOVABLE, case_id, paper, who, at)


def is_over(steps: Sequence[Step]) -> bool:
    """Whether nothing can be asked of its citizen any more."""
    return any(step.step in ENDS for step in steps)


def unit_now(transfers: Sequence[Transfer], owner: str) -> str:
    """Who has it. The office that took it in keeps owning it, and gives out its result."""
    open_ = [one for one in transfers if one.back_at is None and one.accepted_at is not None]
    return open_[-1].to_unit if open_ else owner


def steps_by_hand() -> tuple[Did, ...]:
    """What staff note without anything else; the others come from a notice or a transfer."""
    return (Did.ACCEPTED, Did.COMPLETED, Did.DECIDED, Did.READY, Did.DELIVERED)


def _line(text: str, limit: int) -> str:
    words = " ".join(text.split())
    if len(words) > limit or not words.isprintable():
        raise Malformed("handling.too_long")
    return words
