"""Who owns a matter nobody is sure about, when it is due, and the ladder it climbs step by step. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

import msgspec

from contract.catalogue import TimeLimit, Unit

WITHIN: Final = TimeLimit(1, Unit.WORKING_DAY)
"""Each rung of the ladder, and the coordinator first, has one working day."""
TITLE_LIMIT: Final = 60
TOLD_LIMIT: Final = 400


class Rung(IntEnum):
    """Who decides whose it is: 协调员, 相关部门会商, 牵头部门, 本级政府研究确定."""

    COORDINATOR = 0
    DEPARTMENTS = 1
    LEAD = 2
    GOVERNMENT = 3


class What(StrEnum):
    """What happened to it."""

    RECEIVED = "received"
    OFFERED = "offered"
    TAKEN = "taken"
    DECLINED = "declined"
    ESCALATED = "escalated"
    DECIDED = "decided"
    """The government has decided whose it is: that unit does not decline."""
    SETTLED = "settled"


class Refused(ValueError):
    """What cannot be done; the message is a key of the pages' words."""


class Unclaimed(msgspec.Struct, frozen=True):
    """One matter. `owner` answers for it at any time: whoever received it, until another unit has taken it over."""

    unclaimed_id: str
    title: str
    told: str
    reference: str
    received_unit: str
    received_by: str
    received_at: datetime
    due_at: datetime
    owner: str
    offered: str
    rung: int
    settled_at: datetime | None
    changed_at: datetime


class Step(msgspec.Struct, frozen=True):
    """One step of it, kept for good."""

    what: What
    rung: int
    unit: str
    note: str
    by_whom: str
    at: datetime


def read(form: Mapping[str, str]) -> tuple[str, str, str]:
    """Title, what it is about, number of ticket or case. Raises Refused."""
    title, told = (" ".join(form.get(name, "").split()) for name in ("title", "told"))
    reference = "".join(form.get("reference", "").split())[:40]
    if not title or len(title) > TITLE_LIMIT or not told or len(told) > TOLD_LIMIT:
        raise Refused("unclaimed.empty")
    return title, told, reference


def check_offer(one: Unclaimed, unit: str) -> None:
    """Raises Refused where it cannot be offered to this unit now."""
    if one.settled_at is not None:
        raise Refused("unclaimed.settled_before")
    if not unit or len(unit) > 40 or unit in (one.offered, one.owner):
        raise Refused("unclaimed.unit_missing")


def check_answer(one: Unclaimed, unit: str, *, takes: bool, note: str) -> None:
    """Raises Refused: only the unit it was offered to answers, and whoever declines says why; what the government has
    decided is not declined.
    """
    if not one.offered or unit != one.offered:
        raise Refused("unclaimed.not_yours")
    if not takes and one.rung == Rung.GOVERNMENT:
        raise Refused("unclaimed.decided")
    if not takes and not note:
        raise Refused("unclaimed.why_missing")


def next_rung(one: Unclaimed, note: str) -> Rung:
    """One rung up and never two. Raises Refused at the top, or without a reason."""
    if one.settled_at is not None:
        raise Refused("unclaimed.settled_before")
    if one.rung >= Rung.GOVERNMENT:
        raise Refused("unclaimed.at_the_top")
    if not note:
        raise Refused("unclaimed.why_missing")
    return Rung(one.rung + 1)


def ladder(steps: Sequence[Step]) -> list[Step]:
    """The rungs it climbed, in their order."""
    return [step for step in steps if step.what in (What.RECEIVED, What.ESCALATED)]
