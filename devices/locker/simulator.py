"""Boards with doors behind one line: doors are opened by hand or by order, closed, jammed; sensors stick."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from devices.locker.boards import FAMILIES
from devices.locker.protocol import (
    Answer,
    AskBoard,
    AskLock,
    BoardSeen,
    Damaged,
    LockSeen,
    OpenEvery,
    OpenLock,
    Order,
    Refused,
    SwitchCoil,
    Taken,
)
from devices.simulation.faults import Where

LINE: Final = "pty"
ADDRESS: Final = "serial:{port}"
OPTIONS: Final = {
    "family": ("8a", f"the make of its boards: {', '.join(FAMILIES)}"),
    "first_board": ("1", "the address of the first board"),
    "boards": ("1", "how many boards"),
    "doors": ("12", "doors on each board"),
    "short_when": ("closed", "when a door's contact is short: closed or open"),
    "first_lock": ("1", "the number of a board's first lock on the wire: 0 or 1"),
    "pushes": ("yes", "whether boards say by themselves that a door moved: yes or no"),
}


@dataclass
class SimulatedDoor:
    """One door, its lock and its sensor."""

    open: bool = False
    jammed: bool = False
    stuck: bool | None = None
    """What its sensor says whatever happens: open or not."""
    coil_since: float | None = None
    openings: int = 0
    orders: int = 0
    longest_pulse_ms: int = 0

    @property
    def seems_open(self) -> bool:
        """What its sensor says."""
        return self.open if self.stuck is None else self.stuck

    def ordered_open(self) -> None:
        """Its lock is told to let go."""
        self.orders += 1
        self.openings += not self.jammed and not self.open
        self.open = self.open or not self.jammed

    def coil(self, *, on: bool) -> None:
        """Current comes or goes."""
        if on and self.coil_since is None:
            self.coil_since = time.monotonic()
            self.ordered_open()
        elif not on and self.coil_since is not None:
            held = int((time.monotonic() - self.coil_since) * 1000)
            self.longest_pulse_ms, self.coil_since = max(self.longest_pulse_ms, held), None


class SimulatedLocker:
    """The boards' side of the line."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self.contradicting = False
        self._family = FAMILIES[options["family"]]()
        self._first_board = int(options["first_board"])
        self._first_lock = int(options["first_lock"])
        self._count = int(options["doors"])
        self._short_when_open = {"open": True, "closed": False}[options["short_when"]]
        self._pushes = {"yes": True, "no": False}[options["pushes"]]
        if self._first_lock not in (0, 1) or self._first_lock < self._family.least_lock:
            raise ValueError(f"{options['family']} boards have no first lock {self._first_lock}")
        self._doors = [SimulatedDoor() for _ in range(self._count * int(options["boards"]))]
        self._silent: set[int] = set()
        self._refusing = 0
        self._every = 0
        self._orders = self._family.order_reader()
        self.where = Where(length_at=4 if options["family"] == "wkly" else None)

    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:  # noqa: ARG002 - one line, one peer
        """See SimulatedDevice."""
        said: list[bytes] = []
        for order in self._orders.feed(chunk):
            if isinstance(order, Damaged) or order.board in self._silent or self._of(order.board) is None:
                continue
            before = self._seen()
            answer = self._answer(order)
            if answer is not None:
                said.append(self._family.encode_answer(order, answer))
            said += self._moved(before)
        return said

    def ordered(self, order: Mapping[str, object]) -> list[bytes]:
        """See SimulatedDevice."""
        before = self._seen()
        match order.get("do"):
            case "board_silent":
                self._silent.add(int(str(order["board"])))
            case "board_back":
                self._silent.clear()
            case "refuse":
                self._refusing = int(str(order.get("code", 0)))
            case "reset":
                self._doors = [SimulatedDoor() for _ in self._doors]
                self._silent.clear()
                self._refusing = self._every = 0
                before = self._seen()
            case str(name):
                self._with_door(name, self._doors[int(str(order.get("door", 1))) - 1])
            case unknown:
                raise ValueError(f"no order {unknown!r}")
        return self._moved(before)

    def restarted(self) -> None:
        """See SimulatedDevice. A board without power holds no coil."""
        self._orders = self._family.order_reader()
        for door in self._doors:
            door.coil(on=False)

    def state(self) -> dict[str, object]:
        """See SimulatedDevice."""
        return {
            "open": [number for number, door in enumerate(self._doors, 1) if door.open],
            "openings": sum(door.openings for door in self._doors),
            "orders": [door.orders for door in self._doors],
            "coils": [number for number, door in enumerate(self._doors, 1) if door.coil_since is not None],
            "longest_pulse_ms": max(door.longest_pulse_ms for door in self._doors),
            "every": self._every,
        }

    @staticmethod
    def _with_door(name: str, door: SimulatedDoor) -> None:
        match name:
            case "open_by_hand":
                door.open = True
            case "close":
                door.open = False
            case "jam":
                door.jammed = True
            case "free":
                door.jammed, door.stuck = False, None
            case "sensor_stuck":
                door.stuck = door.seems_open
            case unknown:
                raise ValueError(f"no order {unknown!r}")

    def _of(self, board: int) -> list[SimulatedDoor] | None:
        """The doors of a board, or None for an address nobody has."""
        at = (board - self._first_board) * self._count
        return self._doors[at : at + self._count] if 0 <= at < len(self._doors) else None

    def _door(self, board: int, lock: int) -> SimulatedDoor | None:
        doors, place = self._of(board) or [], lock - self._first_lock
        return doors[place] if 0 <= place < len(doors) else None

    def _contact(self, door: SimulatedDoor) -> bool:
        return door.seems_open == self._short_when_open

    def _seen(self) -> list[bool]:
        return [self._contact(door) for door in self._doors]

    def _answer(self, order: Order) -> Answer | None:
        if self._refusing and not isinstance(order, (AskLock, OpenEvery)):
            return Refused(order.board, self._refusing)
        match order:
            case AskLock(board=board, lock=lock):
                door = self._door(board, lock)
                return None if door is None else LockSeen(board, lock, self._contact(door))
            case AskBoard(board=board, first=first, count=count):
                return BoardSeen(board, self._contacts(board, first, count))
            case OpenLock(board=board, lock=lock):
                return self._open(board, lock)
            case SwitchCoil(board=board, lock=lock, on=on):
                return self._switch(board, lock, on=on)
            case OpenEvery(board=board):
                self._every += 1
                for door in self._of(board) or ():
                    door.ordered_open()
                return Taken(board, None)

    def _contacts(self, board: int, first: int, count: int) -> tuple[bool, ...]:
        if not count:  # a make whose question names no locks: every door of the board
            return tuple(map(self._contact, self._of(board) or ()))
        doors = (self._door(board, lock) for lock in range(first, first + count))
        return tuple(door is not None and self._contact(door) for door in doors)

    def _open(self, board: int, lock: int) -> Answer | None:
        door = self._door(board, lock)
        if door is None:
            return None
        if not self.contradicting:
            door.ordered_open()
        return LockSeen(board, lock, self._contact(door) if not self.contradicting else self._short_when_open)

    def _switch(self, board: int, lock: int, *, on: bool) -> Answer:
        door = self._door(board, lock)
        if door is None:
            return Refused(board, 0x02)
        if not self.contradicting:
            door.coil(on=on)
        return Taken(board, lock, on)

    def _moved(self, before: list[bool]) -> list[bytes]:
        """What boards say by themselves of the sensors that changed."""
        if not self._pushes:
            return []
        frames = []
        for at, (was, now) in enumerate(zip(before, self._seen(), strict=True)):
            board, place = divmod(at, self._count)
            if was != now:
                lock = self._first_lock + place
                frames.append(self._family.encode_push(self._first_board + board, lock, contact=now))
        return [frame for frame in frames if frame]


def simulated(options: Mapping[str, str]) -> SimulatedLocker:
    """The boards with every door closed. Raises ValueError for a choice nobody knows."""
    if options["family"] not in FAMILIES:
        raise ValueError(f"no family {options['family']!r}; there are: {', '.join(FAMILIES)}")
    try:
        return SimulatedLocker(options)
    except KeyError as error:
        raise ValueError(f"no choice {error}") from error
