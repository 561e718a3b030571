"""Boards that speak in frames of five bytes beginning with 8A, 80, 81 or 82 ("8A" boards), 9600 8N1. Pure.

A frame is header, board, lock, word, XOR of the four. The word says whether the lock's feedback contact is short (11)
or open (00), in replies to an order to open as well: what that means for the door depends on how the lock is wired.
Published tables hold frames with a wrong XOR, so it is always worked out. The question for a whole board is not used:
the order of the bits in its answer differs between boards.
"""

from collections.abc import Mapping
from functools import reduce
from operator import xor
from types import MappingProxyType
from typing import Final

from devices.locker.protocol import (
    Answer,
    AskLock,
    Damaged,
    LockSeen,
    OpenEvery,
    OpenLock,
    Order,
    Pushed,
    Taken,
)

_OPEN: Final = 0x8A
_ASK: Final = 0x80
_PUSHES: Final = (0x81, 0x82)
_HEADERS: Final = (_OPEN, _ASK, *_PUSHES)
_ORDER_OPEN: Final = 0x11
_ORDER_ASK: Final = 0x33
_CONTACT: Final = {0x00: False, 0x11: True}
_WORD: Final = {False: 0x00, True: 0x11}
_BYTES: Final = 5
_EVERY: Final = 0x00


def frame(header: int, board: int, lock: int, word: int) -> bytes:
    """The wire form with its checksum."""
    counted = bytes((header, board, lock, word))
    return counted + bytes([reduce(xor, counted)])


class _Frames:
    """Cuts a stream into frames whose checksum fits; everything else is damage."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def frames(self, chunk: bytes) -> list[tuple[int, int, int, int] | Damaged]:
        self._buffer += chunk
        found: list[tuple[int, int, int, int] | Damaged] = []
        skipped = 0
        while self._buffer:
            if self._buffer[0] in _HEADERS:
                if len(self._buffer) < _BYTES:
                    break
                if not reduce(xor, self._buffer[:_BYTES]):
                    found += [Damaged(skipped)] if skipped else []
                    found.append((self._buffer[0], self._buffer[1], self._buffer[2], self._buffer[3]))
                    del self._buffer[:_BYTES]
                    skipped = 0
                    continue
            del self._buffer[0]
            skipped += 1
        return [*found, Damaged(skipped)] if skipped else found


class _Answers(_Frames):
    def feed(self, chunk: bytes) -> list[Answer]:
        """See AnswerReader. A question of our own that an adapter echoes is no answer and no damage."""
        return [answer for one in self.frames(chunk) if (answer := _answer(one)) is not None]


class _Orders(_Frames):
    def feed(self, chunk: bytes) -> list[Order | Damaged]:
        """See OrderReader."""
        return [order for one in self.frames(chunk) if (order := _order(one)) is not None]


def _answer(one: tuple[int, int, int, int] | Damaged) -> Answer | None:
    if isinstance(one, Damaged):
        return one
    header, board, lock, word = one
    if header in _PUSHES:
        return Pushed(board, lock)
    if header == _OPEN:
        return Taken(board, lock if lock != _EVERY else None)
    return None if word == _ORDER_ASK else LockSeen(board, lock, _CONTACT.get(word))


def _order(one: tuple[int, int, int, int] | Damaged) -> Order | Damaged | None:
    if isinstance(one, Damaged):
        return one
    header, board, lock, word = one
    match header, word:
        case (0x8A, 0x11):
            return OpenEvery(board) if lock == _EVERY else OpenLock(board, lock)
        case (0x80, 0x33):
            return AskLock(board, lock)
    return None


class Family8A:
    """See Family."""

    asks_boards = False
    asks_locks = True
    pulses = False
    least_lock = 1
    """Lock 0 means every lock of the board."""
    refusals: Mapping[int, str] = MappingProxyType({})

    def encode(self, order: Order) -> bytes:
        """See Family. Lock 0 is refused: on the wire it would open every door."""
        match order:
            case AskLock(board=board, lock=lock) if lock != _EVERY:
                return frame(_ASK, board, lock, _ORDER_ASK)
            case OpenLock(board=board, lock=lock) if lock != _EVERY:
                return frame(_OPEN, board, lock, _ORDER_OPEN)
            case OpenEvery(board=board):
                return frame(_OPEN, board, _EVERY, _ORDER_OPEN)
        raise ValueError(f"no frame for {order}")

    def answer_reader(self) -> _Answers:
        """See Family."""
        return _Answers()

    def order_reader(self) -> _Orders:
        """See Family."""
        return _Orders()

    def encode_answer(self, order: Order, answer: Answer) -> bytes:
        """See Family."""
        match order, answer:
            case (AskLock(), LockSeen(board=board, lock=lock, contact=contact)):
                return frame(_ASK, board, lock, _WORD[bool(contact)])
            case (OpenLock(), LockSeen(board=board, lock=lock, contact=contact)):
                return frame(_OPEN, board, lock, _WORD[bool(contact)])
            case (OpenEvery(board=board), _):
                return frame(_OPEN, board, _EVERY, _WORD[False])
        raise ValueError(f"no answer {answer} to {order}")

    def encode_push(self, board: int, lock: int, *, contact: bool) -> bytes:
        """See Family."""
        return frame(_PUSHES[0], board, lock, _WORD[contact])
