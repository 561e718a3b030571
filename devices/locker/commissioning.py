"""Commissioning: one door, closed and opened by hand, proves how its contact reads and how locks are numbered.

Polarity and numbering differ between locks, boards and wirings, and replies to orders look like echoes of them; so
nothing is believed that was not seen to change under somebody's hand.
"""

import time
from collections.abc import Callable
from enum import StrEnum
from typing import Final, Literal, TypedDict

from devices import model
from devices.locker.boards import Boards
from devices.locker.state import LockerOptions, locker_fault
from devices.model import DeviceError
from devices.port import Deadline

_LOOK_EVERY: Final = 0.1
_ASK_SECONDS: Final = 0.6

Contacts = dict[int, bool]
"""By the lock's number on the wire; locks that cannot be read are left out."""


class Step(StrEnum):
    """What whoever stands at the locker does next."""

    CLOSE_ALL = "close_all"
    OPEN_BY_HAND = "open_by_hand"
    CLOSE_AGAIN = "close_again"
    OPENS_BY_ITSELF = "opens_by_itself"


class Learned(TypedDict):
    """The options that were proved."""

    short_when: Literal["closed", "open"]
    first_lock: int


def commission(boards: Boards, options: LockerOptions, deadline: Deadline, say: Callable[[Step], None]) -> Learned:
    """Watch a door (`options.door`) closed, opened by hand and closed again. Opens nothing by command.

    Raises DeviceError `locker.commissioning_failed` when no door moved, several did, or the wrong one.
    """
    board, place = divmod(options.door - 1, options.doors)
    board += options.first_board
    say(Step.CLOSE_ALL)
    closed = _steady(boards, board, options, deadline)
    say(Step.OPEN_BY_HAND)
    opened = _changed(boards, board, options, closed, deadline)
    moved = [lock for lock, contact in opened.items() if closed.get(lock) not in (None, contact)]
    if len(moved) != 1:
        _fail(f"{len(moved)} doors moved")
    first = moved[0] - place
    if first not in (0, 1):
        _fail(f"door {options.door} is lock {moved[0]} on the wire")
    say(Step.CLOSE_AGAIN)
    while _read(boards, board, options).get(moved[0]) != closed[moved[0]]:
        _pause(deadline)
    return Learned(short_when="closed" if closed[moved[0]] else "open", first_lock=first)


def _steady(boards: Boards, board: int, options: LockerOptions, deadline: Deadline) -> Contacts:
    """The contacts once they are the same three times in a row."""
    seen = [_read(boards, board, options)]
    while len(seen) < 3 or seen[-3:] != [seen[-1]] * 3 or not seen[-1]:
        _pause(deadline)
        seen.append(_read(boards, board, options))
    return seen[-1]


def _changed(boards: Boards, board: int, options: LockerOptions, before: Contacts, deadline: Deadline) -> Contacts:
    """The contacts once they differ from before, twice in a row and in the same way."""
    earlier = before
    while True:
        now = _read(boards, board, options)
        if now == earlier and any(before.get(lock) not in (None, contact) for lock, contact in now.items()):
            return now
        earlier = now
        _pause(deadline)


def _read(boards: Boards, board: int, options: LockerOptions) -> Contacts:
    """Every lock there can be, whichever the first one is."""
    first = boards.family.least_lock
    count = options.doors + 1 - first
    if boards.family.asks_locks:
        found = {lock: _contact(boards, board, lock) for lock in range(first, first + count)}
    else:
        found = dict(enumerate(boards.contacts(board, first, count, Deadline.after(_ASK_SECONDS)), first))
    return {lock: contact for lock, contact in found.items() if contact is not None}


def _contact(boards: Boards, board: int, lock: int) -> bool | None:
    """None also for a number that is none on this board: such a one is silent or refused."""
    try:
        return boards.contact(board, lock, Deadline.after(_ASK_SECONDS))
    except DeviceError as error:
        if error.fault.key in model.LOST:
            raise
        return None


def _pause(deadline: Deadline) -> None:
    if deadline.expired:
        _fail("nothing moved in time")
    time.sleep(min(_LOOK_EVERY, deadline.left()))


def _fail(why: str) -> None:
    raise DeviceError(locker_fault("locker.commissioning_failed", why))
