"""The kinds of mandate with their limits, as data (SX-01 to SX-09, SX-15 to SX-18, SX-21)."""

from enum import StrEnum
from typing import Final

import msgspec

from contract.catalogue import TimeLimit, Unit


class Kind(StrEnum):
    """What somebody was told to do."""

    URGENT_DOCUMENT = "urgent_document"
    """紧急公文: 即收即办."""
    DOCUMENT = "document"
    URGENT = "urgent"
    IMPORTANT = "important"
    NORMAL = "normal"
    JOINT = "joint"
    """联办: several units; one leads, the others are asked."""
    APPROVAL = "approval"
    """One step of an approval: what its silence means is said beforehand."""
    MEETING = "meeting"
    """A decision of a meeting."""
    YEARLY = "yearly"
    """A target of the year."""
    SUPERVISED = "supervised"
    """督办: ordered by supervision."""


class Terms(msgspec.Struct, frozen=True):
    """What holds for a kind. Without `limit` its last day is named with it."""

    limit: TimeLimit | None
    ahead: int = 3
    """An extension is asked for in writing at least so many days before it is due."""
    ahead_unit: Unit = Unit.WORKING_DAY
    report: TimeLimit | None = None
    """Progress is reported within it."""
    alert: bool = False
    """Supervision is told in the moment it comes in."""


def _days(amount: int) -> TimeLimit:
    return TimeLimit(amount, Unit.WORKING_DAY)


CO_HANDLER: Final = _days(1)
"""A co-handler that says nothing for so long has agreed (city opinions, 8)."""
REPORT: Final = _days(3)

TERMS: Final[dict[Kind, Terms]] = {
    Kind.URGENT_DOCUMENT: Terms(TimeLimit(0, Unit.MINUTE), alert=True),
    Kind.DOCUMENT: Terms(TimeLimit(1, Unit.HALF_WORKING_DAY)),
    Kind.URGENT: Terms(_days(1)),
    Kind.IMPORTANT: Terms(_days(3)),
    Kind.NORMAL: Terms(_days(5)),
    Kind.JOINT: Terms(_days(10), ahead=1),
    Kind.APPROVAL: Terms(_days(2)),
    Kind.MEETING: Terms(None, report=REPORT),
    Kind.YEARLY: Terms(None, ahead=10),
    Kind.SUPERVISED: Terms(_days(5), report=REPORT),
}
