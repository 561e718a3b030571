"""When the disk is too full to begin another case, and when to say so. Pure: what the disk has comes in as a value."""

from enum import StrEnum
from typing import Final

import msgspec

WARN_SHARE: Final = 0.15
"""Of the disk: below this somebody should look."""
STOP_SHARE: Final = 0.08
"""Below this no case is begun; one that was begun is finished."""
RETURN_SHARE: Final = 0.09
"""Once stopped, cases are begun again from here on: items do not open and close with every file that comes and goes."""
NEED_AT_ONCE: Final = 8 * 1024 * 1024
"""Bytes: with less, the next unit of work might not fit, so the ballast goes first."""


class Level(StrEnum):
    """How much room there is."""

    AMPLE = "room.ample"
    LOW = "room.low"
    SHORT = "room.short"


class Room(msgspec.Struct, frozen=True):
    """What the disk under the store has, in bytes. `free` is what an ordinary user may still write."""

    free: int
    total: int
    store: int = 0
    """Database and WAL together."""
    ballast: int = 0
    """Kept back for a case that was begun; not in `free`."""

    @property
    def free_share(self) -> float:
        """0 to 1."""
        return self.free / self.total if self.total else 0.0


def level(room: Room, before: Level = Level.AMPLE) -> Level:
    """Whether cases may be begun; `before` is what was found last."""
    if room.free_share < (RETURN_SHARE if before is Level.SHORT else STOP_SHARE):
        return Level.SHORT
    if room.ballast < NEED_AT_ONCE and room.free_share < WARN_SHARE:
        return Level.SHORT  # it gave way and cannot be made again yet: nothing would carry a case through a full disk
    return Level.LOW if room.free_share < WARN_SHARE else Level.AMPLE


def ballast_fits(room: Room, more: int) -> bool:
    """Whether `more` bytes of ballast leave the disk as ample as it was; for the first of it, whether cases go on."""
    least = WARN_SHARE if room.ballast >= NEED_AT_ONCE else STOP_SHARE
    return room.total > 0 and (room.free - more) / room.total >= least


def backup_fits(room: Room) -> bool:
    """Whether another copy of the store leaves room for cases to be begun."""
    return room.total > 0 and (room.free - room.store) / room.total >= STOP_SHARE and room.free > 2 * NEED_AT_ONCE
