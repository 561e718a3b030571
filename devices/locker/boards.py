"""A locker's boards on one line: one order at a time, answers told from echoes, noise and late ones."""

import time
from typing import Final

from devices import model
from devices.locker.family_8a import Family8A
from devices.locker.family_modbus import FamilyModbus
from devices.locker.family_wkly import FamilyWkly
from devices.locker.protocol import (
    Answer,
    AskBoard,
    AskLock,
    BoardSeen,
    Damaged,
    Family,
    LockSeen,
    Order,
    Pushed,
    Refused,
    SwitchCoil,
    answers,
)
from devices.locker.state import locker_fault
from devices.model import DeviceError, Fault
from devices.parts.half_duplex import HalfDuplexLine
from devices.port import Deadline
from devices.tally import Tally

FAMILIES: Final[dict[str, type[Family]]] = {"8a": Family8A, "wkly": FamilyWkly, "modbus": FamilyModbus}
ANSWER_SECONDS: Final = 0.25
"""A frame takes 15 ms at 9600 baud, a board some more to think."""
_RELEASES: Final = 4
"""How often a relay is told to let go before somebody else must see to it."""


class Boards:
    """Asks and orders. A missing or damaged answer raises; DeviceErrors of the line pass through."""

    def __init__(self, family: Family, line: HalfDuplexLine, tally: Tally) -> None:
        self.family = family
        self._line = line
        self._tally = tally
        self._reader = family.answer_reader()
        self._pushed: list[Pushed] = []

    def contacts(self, board: int, first: int, count: int, deadline: Deadline) -> tuple[bool | None, ...]:
        """What the sensors of a board say from lock `first` on; None for one the board cannot read."""
        if self.family.asks_boards:
            seen = self._asked(AskBoard(board, first, count), deadline)
            return seen.contacts[:count] if isinstance(seen, BoardSeen) else (None,) * count
        return tuple(self.contact(board, lock, deadline) for lock in range(first, first + count))

    def contact(self, board: int, lock: int, deadline: Deadline) -> bool | None:
        """What the sensor of one lock says; None when the board cannot read it."""
        seen = self._asked(AskLock(board, lock), deadline)
        return seen.contact if isinstance(seen, LockSeen) else None

    def order(self, order: Order, deadline: Deadline) -> Fault | None:
        """Have something done, once. None when the board said that the order arrived, which proves no more."""
        try:
            answer = self._exchange(order, deadline)
        except DeviceError as error:
            if error.fault.key in model.LOST:
                raise
            return error.fault
        return self._refusal(answer) if isinstance(answer, Refused) else None

    def release(self, board: int, lock: int, times: int = _RELEASES) -> bool:
        """Take the current off a coil; whether the board said that it did."""
        return any(self.order(SwitchCoil(board, lock, on=False), Deadline.after(1.0)) is None for _ in range(times))

    def pulse(self, board: int, lock: int, seconds: float, deadline: Deadline) -> tuple[Fault | None, bool]:
        """Give a coil current for a moment: what became of the order, and whether the coil was let go again."""
        try:
            fault = self.order(SwitchCoil(board, lock, on=True), deadline)
            time.sleep(seconds)
        finally:
            released = self.release(board, lock)
        return fault, released

    def pushes(self, deadline: Deadline) -> tuple[Pushed, ...]:
        """Which doors moved, as boards said by themselves since the last time; waits for the first until the deadline.

        One door once, however often the board repeated it.
        """
        self._sorted(self._line.unasked())
        while not self._pushed and not deadline.expired:
            self._sorted(self._line.read(deadline))
        pushed, self._pushed = tuple(dict.fromkeys(self._pushed)), []
        self._tally.add("doors_moved", len(pushed))
        return pushed

    def close(self) -> None:
        """Let go of the line."""
        self._line.close()

    def _asked(self, order: Order, deadline: Deadline) -> Answer:
        """The answer to a question; asking twice does no harm, so a missing answer is asked for once more."""
        for last in (False, True):
            try:
                answer = self._exchange(order, deadline)
            except DeviceError as error:
                if last or deadline.expired or error.fault.key in model.LOST:
                    raise
                continue
            if isinstance(answer, Refused):
                raise DeviceError(self._refusal(answer))
            return answer
        raise AssertionError

    def _exchange(self, order: Order, deadline: Deadline) -> Answer:
        """One order and its answer. Pushes that come in between are kept; anything else is not for us."""
        if deadline.expired:
            raise DeviceError(model.fault("device.silent", f"board {order.board} was not asked"))
        self._sorted(self._line.unasked())
        self._reader = self.family.answer_reader()  # what was cut off before this can never be completed
        self._line.send(self.family.encode(order), deadline)
        until, damaged = deadline.sooner(ANSWER_SECONDS), False
        while chunk := self._line.read(until):
            for answer in self._sorted(chunk):
                if answers(order, answer):
                    return answer
                damaged |= isinstance(answer, Damaged)
        self._tally.add("damaged_answers" if damaged else "timeouts")
        key = "device.garbled" if damaged else "device.silent"
        raise DeviceError(model.fault(key, f"board {order.board}"))

    def _sorted(self, chunk: bytes) -> list[Answer]:
        found = self._reader.feed(chunk)
        self._pushed += [one for one in found if isinstance(one, Pushed)]
        return [one for one in found if not isinstance(one, Pushed)]

    def _refusal(self, answer: Refused) -> Fault:
        key = self.family.refusals.get(answer.code, "locker.board_failed")
        return locker_fault(key, f"board {answer.board}, code {answer.code:02X}")
