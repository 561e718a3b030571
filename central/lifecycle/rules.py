"""Phases and the steps each allows; who gives which opinion; when links, stages and cases are due. Pure.

Source: GB/T 39046-2020 6.2 to 6.5 and tables 5 to 8 (申请 → 受理 → 办理 → 办结).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

import msgspec

from central.progress.rules import ENDS, Did, Step
from contract.catalogue import TimeLimit, Unit
from contract.worktime import Pause as Stopped
from contract.worktime import Worktime

OPINION_LIMIT: Final = 400
CO_HANDLER: Final = TimeLimit(1, Unit.WORKING_DAY)
"""协办单位 has one working day; silent for longer, it is deemed to agree (clause SX-06 of the district)."""
SIGNATURE: Final = TimeLimit(1, Unit.WORKING_DAY)
SYSTEM: Final = ""
"""Who ended a link that nobody of the staff did."""


class Refused(ValueError):
    """What cannot be done with this case now; the message is a key of the pages' words."""


class Phase(StrEnum):
    """申请, 受理, 办理, 办结."""

    APPLICATION = "application"
    ACCEPTANCE = "acceptance"
    HANDLING = "handling"
    COMPLETION = "completion"


_ANYWHERE: Final = (Did.TRANSFERRED, Did.BROUGHT_BACK, Did.AWAY)
MOVES: Final[Mapping[tuple[Phase, Did], Phase]] = {
    (Phase.APPLICATION, Did.ACCEPTED): Phase.ACCEPTANCE,
    (Phase.APPLICATION, Did.CORRECTION): Phase.APPLICATION,
    (Phase.APPLICATION, Did.COMPLETED): Phase.APPLICATION,
    (Phase.APPLICATION, Did.REFUSED): Phase.COMPLETION,
    (Phase.APPLICATION, Did.RETURNED): Phase.COMPLETION,
    (Phase.APPLICATION, Did.SENT_AWAY): Phase.HANDLING,
    (Phase.ACCEPTANCE, Did.SENT_AWAY): Phase.HANDLING,
    (Phase.HANDLING, Did.SENT_AWAY): Phase.HANDLING,
    (Phase.HANDLING, Did.BACK_FROM_AWAY): Phase.HANDLING,
    (Phase.COMPLETION, Did.READY): Phase.COMPLETION,
    (Phase.COMPLETION, Did.DELIVERED): Phase.COMPLETION,
    **{
        (phase, did): to
        for phase in (Phase.ACCEPTANCE, Phase.HANDLING)
        for did, to in (
            (Did.CORRECTION, phase),
            (Did.COMPLETED, phase),
            (Did.DECIDED, Phase.COMPLETION),
            (Did.REFUSED, Phase.COMPLETION),
            (Did.RETURNED, Phase.COMPLETION),
        )
    },
    **{(phase, did): phase for phase in Phase for did in _ANYWHERE if phase is not Phase.COMPLETION},
}
"""Every step a phase allows, and the phase it leads to. What is not here cannot be set."""


class Role(StrEnum):
    """Whose opinion a link waits for. Acceptance is a step of the window; nobody who accepted gives one of these."""

    REVIEW = "review"
    """审核, 会签: one branch among several."""
    APPROVE = "approve"
    SIGN = "sign"
    """审签: the person in charge signs, here and electronically."""
    CHECK = "check"
    """事后核查 of what was promised instead of proven."""


class Action(StrEnum):
    """业务动作 of table 7: 通过, 退回, 其他."""

    PASS = "pass"  # noqa: S105 - an opinion
    RETURN = "return"
    OTHER = "other"


class Level(IntEnum):
    """行使层级, table A.2."""

    STATE = 1
    PROVINCE = 2
    CITY = 3
    COUNTY = 4
    TOWNSHIP = 5
    VILLAGE = 6


class Seat(msgspec.Struct, frozen=True):
    """A unit that has a say, at its level, within its limit."""

    unit: str
    level: Level
    limit: TimeLimit


class Stage(msgspec.Struct, frozen=True):
    """Units that work at the same time; the next stage begins when all of them have passed."""

    name: str
    role: Role
    seats: tuple[Seat, ...]
    signed: bool = False
    """Afterwards the person in charge of the first unit signs."""


class Route(msgspec.Struct, frozen=True):
    """The way of an item's cases through units and levels. A level may be left out: 县 reports to 省 directly."""

    item: str
    stages: tuple[Stage, ...]
    title: str = ""
    changed_by: str = ""


class Link(msgspec.Struct, frozen=True):
    """One 环节: open it is 待办 (1), ended 已办 (2)."""

    link_id: str
    case_id: str
    stage: int
    role: Role
    name: str
    unit: str
    level: int
    owner: int
    """1 where this unit was asked first: it leads and answers for all of the case."""
    amount: int
    limit_unit: str
    opened_by: str
    opened_at: datetime
    due_at: datetime | None
    ended_at: datetime | None = None
    action: str = ""
    opinion: str = ""
    by_whom: str = ""
    deemed: int = 0

    @property
    def limit(self) -> TimeLimit:
        """Its own clock."""
        return TimeLimit(self.amount, Unit(self.limit_unit))


class Special(msgspec.Struct, frozen=True):
    """特别程序 of table 7: the time inside does not count."""

    pause_id: str
    case_id: str
    kind: str
    """`extension` (延长审批, 1) or `other` (其他情况, 2)."""
    reason: str
    basis: str
    applicant: str
    unit: str
    by_whom: str
    started_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    result: str = ""
    opinion: str = ""


SPECIAL_KINDS: Final = ("extension", "other")


def phase(steps: Iterable[Step], links: Sequence[Link] = ()) -> Phase:
    """Where a case stands. Steps that older versions let through lead where they lead now."""
    now = Phase.APPLICATION
    for step in steps:
        to = MOVES.get((now, step.step))
        if to is None and step.step in ENDS:
            to = Phase.COMPLETION
        elif to is None and step.step is Did.ACCEPTED and now is not Phase.COMPLETION:
            to = Phase.ACCEPTANCE
        now = to or now
    return Phase.HANDLING if now is Phase.ACCEPTANCE and links else now


def check_step(did: Did, steps: Sequence[Step], links: Sequence[Link], *, paused: bool, proposed: bool) -> None:
    """Raises Refused where this step cannot be set now."""
    now = phase(steps, links)
    if (now, did) not in MOVES:
        raise Refused("lifecycle.not_now")
    if did is Did.DECIDED:
        if paused:
            raise Refused("lifecycle.paused")
        if proposed:
            raise Refused("lifecycle.refusal_waits")
        if any(link.role is not Role.CHECK for link in waiting(links)):
            raise Refused("lifecycle.links_open")
        if returned(links):
            raise Refused("lifecycle.returned")


def waiting(links: Iterable[Link]) -> list[Link]:
    """Those nobody has ended."""
    return [link for link in links if link.ended_at is None]


def returned(links: Iterable[Link]) -> list[Link]:
    """The last opinions that were no consent, and after which nobody was asked again."""
    last = {(link.role, link.unit): link for link in sorted(links, key=lambda one: one.opened_at)}
    return [link for link in last.values() if link.action == Action.RETURN and link.role is not Role.CHECK]


def signing(links: Iterable[Link]) -> bool:
    """Whether the case waits for a signature: until then nothing asks its citizen to come."""
    return any(link.role is Role.SIGN for link in waiting(links))


def opinion_of(link: Link, action: str, opinion: str, who: str, unit: str, accepted_by: Iterable[str]) -> Action:
    """What somebody of this unit says. Raises Refused: 受审分离, and whoever does not consent says why."""
    if link.ended_at is not None:
        raise Refused("lifecycle.ended_before")
    if who in set(accepted_by) and link.role is not Role.CHECK:
        raise Refused("lifecycle.accepted_yourself")
    if link.role in (Role.REVIEW, Role.APPROVE) and unit != link.unit:
        raise Refused("lifecycle.other_unit")
    if action not in set(Action):
        raise Refused("lifecycle.no_action")
    if action != Action.PASS and not opinion:
        raise Refused("lifecycle.why_missing")
    return Action(action)


def next_stage(route: Route | None, links: Sequence[Link]) -> int | None:
    """The stage that begins now, from 0; None while one goes on, where somebody did not consent, or after the last."""
    if route is None or returned(links):
        return None
    mine = [link for link in links if link.role in (Role.REVIEW, Role.APPROVE) and link.stage >= 0]
    if any(link.ended_at is None for link in mine):
        return None
    reached = max((link.stage for link in mine), default=-1)
    done = route.stages[reached] if 0 <= reached < len(route.stages) else None
    if done is not None and done.signed:
        signed = [link for link in links if link.role is Role.SIGN and link.stage == reached]
        if not signed or signed[-1].ended_at is None:
            return None
    return reached + 1 if reached + 1 < len(route.stages) else None


def to_sign(route: Route | None, links: Sequence[Link]) -> int | None:
    """The stage whose units have all passed and that now wants a signature."""
    if route is None or waiting(links) or returned(links):
        return None
    reached = max((link.stage for link in links if link.role in (Role.REVIEW, Role.APPROVE)), default=-1)
    if not 0 <= reached < len(route.stages) or not route.stages[reached].signed:
        return None
    return None if any(link.role is Role.SIGN and link.stage == reached for link in links) else reached


def due_of_case(links: Iterable[Link]) -> datetime | None:
    """并联: branches run at the same time, so the clock of the case is the largest of theirs, not their sum."""
    return max((link.due_at for link in waiting(links) if link.due_at is not None), default=None)


def owner_of(links: Iterable[Link], otherwise: str) -> str:
    """首问: the unit that was asked first leads and answers for the case."""
    return next((link.unit for link in links if link.owner), otherwise)


def stopped(pauses: Iterable[Special]) -> list[Stopped]:
    """The pauses as the working-time engine takes them."""
    return [Stopped(one.started_at, one.ended_at) for one in pauses]


def moved(promise: datetime, filed: datetime, pauses: Sequence[Special], worktime: Worktime) -> datetime | None:
    """The promise after its pauses: the same number of working days, none of them inside; None while one is open."""
    if any(one.ended_at is None for one in pauses):
        return None
    worked = worktime.worked(filed, promise)
    whole, halves = TimeLimit(int(worked), Unit.WORKING_DAY), TimeLimit(int(worked * 2), Unit.HALF_WORKING_DAY)
    return max(promise, worktime.due(filed, whole if whole.amount else halves, stopped(pauses)).at or promise)


def days_left(now: datetime, due: datetime, worktime: Worktime) -> int:
    """Countdown: the working days after today up to the last; negative ones are overdue."""
    return worktime.left(now.date(), due.date())


TABLE_7: Final[Mapping[Action, str]] = {Action.PASS: "通过", Action.RETURN: "退回", Action.OTHER: "其他"}
