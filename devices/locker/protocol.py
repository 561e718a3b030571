"""What can be asked of a locker's boards and what they answer, whatever their make: values only. Pure.

A contact is what the wire says of one lock's sensor; whether that means open or closed is learned at commissioning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class AskLock:
    """What does the sensor of one lock say?"""

    board: int
    lock: int


@dataclass(frozen=True)
class AskBoard:
    """What do the sensors of `count` locks from `first` on say?"""

    board: int
    first: int
    count: int


@dataclass(frozen=True)
class OpenLock:
    """Open one lock."""

    board: int
    lock: int


@dataclass(frozen=True)
class OpenEvery:
    """Open every lock of a board. Only ever sent for a person who stands there."""

    board: int


@dataclass(frozen=True)
class SwitchCoil:
    """Give a lock's coil current, or take it away. A coil that keeps its current burns out."""

    board: int
    lock: int
    on: bool


Order = AskLock | AskBoard | OpenLock | OpenEvery | SwitchCoil


@dataclass(frozen=True)
class LockSeen:
    """The sensor of one lock; None when the board cannot read it."""

    board: int
    lock: int
    contact: bool | None


@dataclass(frozen=True)
class BoardSeen:
    """The sensors of a board from the first lock asked for on."""

    board: int
    contacts: tuple[bool | None, ...]


@dataclass(frozen=True)
class Taken:
    """An order arrived. What its reply says of success is no evidence: wirings and echoes turn it around."""

    board: int
    lock: int | None
    on: bool | None = None
    """Of an order to a coil: which way."""


@dataclass(frozen=True)
class Refused:
    """The board says that it did not do what was ordered; `code` is its own word for that."""

    board: int
    code: int


@dataclass(frozen=True)
class Pushed:
    """A board says by itself that a door moved. Which way is asked afterwards: makes and wirings differ."""

    board: int
    lock: int


@dataclass(frozen=True)
class Damaged:
    """Bytes that are no frame, or a frame whose checksum does not fit."""

    length: int


Answer = LockSeen | BoardSeen | Taken | Refused | Pushed | Damaged


def answers(order: Order, answer: Answer) -> bool:
    """Whether this answer can belong to this order: a late one to another board or lock must not be taken for it."""
    match order, answer:
        case (_, Refused(board=board)):
            return board == order.board
        case (AskLock(lock=lock), LockSeen(board=board, lock=seen)):
            return (board, seen) == (order.board, lock)
        case (AskBoard(count=count), BoardSeen(board=board, contacts=contacts)):
            return board == order.board and len(contacts) >= count
        case (OpenLock(lock=lock), Taken(board=board, lock=taken)):
            return (board, taken) == (order.board, lock)
        case (SwitchCoil(lock=lock, on=on), Taken(board=board, lock=taken, on=way)):
            return (board, taken, way) == (order.board, lock, on)
        case (OpenEvery(), Taken(board=board, lock=taken)):
            return (board, taken) == (order.board, None)
    return False


class AnswerReader(Protocol):
    """Cuts what boards send into answers."""

    def feed(self, chunk: bytes) -> list[Answer]:
        """Take the next bytes; what they complete, in order. Damage is reported and skipped."""


class OrderReader(Protocol):
    """Cuts what a master sends into orders, as a board does."""

    def feed(self, chunk: bytes) -> list[Order | Damaged]:
        """Take the next bytes; what they complete, in order."""


class Family(Protocol):
    """One make of boards: how it says all that."""

    asks_boards: bool
    """One question tells every sensor of a board."""
    asks_locks: bool
    """The answer for one lock says which lock it is of."""
    pulses: bool
    """A lock is opened by giving its coil current and taking it away again."""
    least_lock: int
    """The lowest number a lock can have on the wire."""
    refusals: Mapping[int, str]
    """The fault each code of Refused stands for."""

    def encode(self, order: Order) -> bytes:
        """The frame of an order. Raises ValueError for one this make has no frame for."""

    def answer_reader(self) -> AnswerReader:
        """A fresh reader for the master's side."""

    def order_reader(self) -> OrderReader:
        """A fresh reader for the boards' side."""

    def encode_answer(self, order: Order, answer: Answer) -> bytes:
        """The frame of an answer to an order, as a board sends it; for the simulator."""

    def encode_push(self, board: int, lock: int, *, contact: bool) -> bytes:
        """What a board says by itself when a sensor changes; b"" for a make that never does."""
