"""A locker: a door is opened once, and called opened only when its own sensor says so."""

import time
from collections.abc import Callable
from typing import Final

import msgspec

from devices import model
from devices.locker.boards import FAMILIES, Boards
from devices.locker.commissioning import Step, commission
from devices.locker.protocol import OpenLock
from devices.locker.state import (
    BoardState,
    Door,
    DoorMoved,
    LockerOptions,
    LockerState,
    OpenOutcome,
    locker_fault,
)
from devices.model import DeviceError, Fault
from devices.parts.half_duplex import HalfDuplexLine
from devices.port import BytePort, Deadline
from devices.tally import Tally

_BOARD_SECONDS: Final = 1.0
_LOCK_SECONDS: Final = 0.05
"""Where each lock is asked by itself: question, pause and answer take 15 ms at 9600 baud."""
_SILENT_BOARD_SECONDS: Final = 0.25
"""A board that was silent the last time is asked for one lock first, so that it does not hold up the others."""
_ASK_SECONDS: Final = 1.0
_LOOK_EVERY: Final = 0.05
_LOOKS: Final = 2
"""How often in a row a sensor must say "open": one late answer of the time before must not count."""


class Locker:
    """Every door behind one line. Every call ends by its deadline."""

    def __init__(self, port: BytePort, options: LockerOptions | None = None) -> None:
        self.tally = Tally()
        self.options = options or LockerOptions()
        self.boards = Boards(FAMILIES[self.options.family](), HalfDuplexLine(port, echo=self.options.echo), self.tally)
        if 0 <= self.options.first_lock < self.boards.family.least_lock:
            why = f"first_lock: {self.options.family} boards count from {self.boards.family.least_lock}"
            raise DeviceError(model.fault("device.options_invalid", why))
        self._silent = set[int]()
        self._held = set[tuple[int, int]]()
        self._unsure = self._coils() if self.boards.family.pulses and self.options.proved else set[tuple[int, int]]()

    def status(self) -> LockerState:
        """Ask every board. A silent one leaves its own doors unknown; DeviceError only when the line is lost."""
        self._let_go()
        addresses = range(self.options.first_board, self.options.first_board + self.options.boards)
        boards = tuple(self._board(address) for address in addresses)
        self._silent = {board.address for board in boards if board.problem}
        return LockerState(self.options.proved, boards, coils_held=bool(self._held))

    def door(self, number: int) -> Door:
        """What the sensor of a door says now. Raises DeviceError for a door that is not there or a silent board."""
        board, lock = self._place(number)
        return self._said(self._contact(board, lock))

    def open(self, number: int) -> OpenOutcome:
        """Open a door and wait for its sensor. Never raises for the device; ordered again once at most, while closed.

        An order goes out only to a door that is closed beforehand: otherwise "open" would prove nothing.
        """
        try:
            board, lock = self._place(number)
            before = self.door(number)
        except DeviceError as error:
            return OpenOutcome("failed", "nothing was sent", error.fault)
        if before is not Door.CLOSED:
            key = "locker.already_open" if before is Door.OPEN else "locker.sensor_unreadable"
            return OpenOutcome("failed", "nothing was sent", locker_fault(key, f"door {number}"))
        try:
            outcome = self._opened(number, board, lock)
        except DeviceError as error:
            outcome = OpenOutcome("uncertain", "the line broke after the order", error.fault)
        self.tally.add(f"openings_{outcome.result}")
        return outcome

    def moved(self, deadline: Deadline) -> tuple[DoorMoved, ...]:
        """Which doors boards say have moved, each asked how it stands now; none when the deadline passed."""
        return tuple(
            DoorMoved(number, self.door(number))
            for push in self.boards.pushes(deadline)
            if (number := self._number(push.board, push.lock)) is not None
        )

    def commission(self, deadline: Deadline, say: Callable[[Step], None]) -> dict[str, object]:
        """Prove polarity and numbering with somebody's hands, then open that door by command.

        What was learned counts for this driver from now on and belongs into the settings. Raises DeviceError
        `locker.commissioning_failed`; nothing has changed then.
        """
        before, number = self.options, self.options.door
        learned = commission(self.boards, before, deadline, say)
        self.options = msgspec.structs.replace(before, **learned)
        say(Step.OPENS_BY_ITSELF)
        outcome = self.open(number)
        if outcome.result != "opened":
            self.options = before
            why = outcome.fault.key if outcome.fault else outcome.result
            raise DeviceError(locker_fault("locker.commissioning_failed", f"door {number} by command: {why}"))
        return dict(learned)

    def close(self) -> None:
        """Let go of the line."""
        self.boards.close()

    def _place(self, number: int) -> tuple[int, int]:
        """Board and lock of a door on the wire."""
        options = self.options
        if not options.proved:
            raise DeviceError(locker_fault("locker.polarity_unproved"))
        if not 1 <= number <= options.boards * options.doors:
            raise DeviceError(locker_fault("locker.door_unknown", f"door {number}"))
        board, lock = divmod(number - 1, options.doors)
        return options.first_board + board, options.first_lock + lock

    def _number(self, board: int, lock: int) -> int | None:
        at, place = board - self.options.first_board, lock - self.options.first_lock
        known = self.options.proved and 0 <= at < self.options.boards and 0 <= place < self.options.doors
        return at * self.options.doors + place + 1 if known else None

    def _said(self, contact: bool | None) -> Door:  # noqa: FBT001 - what the wire said
        if contact is None or not self.options.proved:
            return Door.UNKNOWN
        return Door.CLOSED if contact == (self.options.short_when == "closed") else Door.OPEN

    def _contact(self, board: int, lock: int) -> bool | None:
        deadline = Deadline.after(_ASK_SECONDS)
        if self.boards.family.asks_locks:
            return self.boards.contact(board, lock, deadline)
        first = self.options.first_lock
        return self.boards.contacts(board, first, self.options.doors, deadline)[lock - first]

    def _board(self, address: int) -> BoardState:
        doors, first = self.options.doors, max(self.boards.family.least_lock, self.options.first_lock)
        try:
            if address in self._silent:
                self.boards.contacts(address, first, 1, Deadline.after(_SILENT_BOARD_SECONDS))
            contacts = self.boards.contacts(
                address, first, doors, Deadline.after(_BOARD_SECONDS + doors * _LOCK_SECONDS)
            )
        except DeviceError as error:
            if error.fault.key in model.LOST:
                raise
            return BoardState(address, (Door.UNKNOWN,) * doors, problem=error.fault.key)
        said = tuple(map(self._said, contacts))
        return BoardState(address, (*said, *(Door.UNKNOWN,) * (doors - len(said))))

    def _opened(self, number: int, board: int, lock: int) -> OpenOutcome:
        fault, sent_again = self._command(board, lock), False
        until, said, open_in_a_row = Deadline.after(self.options.open_seconds), Door.UNKNOWN, 0
        while not until.expired:
            said = self._looked(number)
            open_in_a_row = open_in_a_row + 1 if said is Door.OPEN else 0
            if open_in_a_row == _LOOKS:
                return OpenOutcome("opened", "the door's sensor", self._held_fault())
            if said is Door.CLOSED and fault is not None and fault.key == "device.silent" and not sent_again:
                fault, sent_again = self._command(board, lock), True
            time.sleep(min(_LOOK_EVERY, until.left()))
        if said is Door.CLOSED:
            refused = fault if fault is not None and fault.key.startswith("locker.") else None
            held = self._held_fault()
            return OpenOutcome(
                "failed", "the door's sensor", held or refused or locker_fault("locker.did_not_open", f"door {number}")
            )
        return OpenOutcome("uncertain", "no sensor answered", locker_fault("locker.not_confirmed", f"door {number}"))

    def _looked(self, number: int) -> Door:
        try:
            return self.door(number)
        except DeviceError as error:
            if error.fault.key in model.LOST:
                raise
            return Door.UNKNOWN

    def _command(self, board: int, lock: int) -> Fault | None:
        """Order one lock open; None when the board said that the order arrived."""
        deadline = Deadline.after(_ASK_SECONDS)
        if not self.boards.family.pulses:
            return self.boards.order(OpenLock(board, lock), deadline)
        self._held.add((board, lock))
        fault, released = self.boards.pulse(board, lock, self.options.pulse_ms / 1000, deadline)
        if released:
            self._held.discard((board, lock))
        return fault

    def _held_fault(self) -> Fault | None:
        return locker_fault("locker.coil_not_released") if self._held else None

    def _coils(self) -> set[tuple[int, int]]:
        """Every coil there is: whoever was here before may have died with current on one."""
        return {self._place(number) for number in range(1, self.options.boards * self.options.doors + 1)}

    def _let_go(self) -> None:
        """Take the current off every coil that may have some, as far as its board answers."""
        silent = set[int]()
        for board, lock in sorted(self._held | self._unsure):
            if board not in silent and self.boards.release(board, lock, times=1):
                self._held.discard((board, lock))
                self._unsure.discard((board, lock))
            else:
                silent.add(board)
