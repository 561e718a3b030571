"""Boards whose frames begin with the letters WKLY, 9600 8N1. Pure.

A frame is 57 4B 4C 59, its whole length, board, command, what belongs to it, XOR of everything before. Left out are the
commands that switch a coil on until further notice: a lock's coil burns out under lasting current.
"""

from collections.abc import Mapping
from functools import reduce
from operator import xor
from types import MappingProxyType
from typing import Final

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
    Pushed,
    Refused,
    Taken,
)

HEADER: Final = b"WKLY"
_SHORTEST: Final = 8
_LONGEST: Final = 72
"""A board drives at most 64 locks."""
_OPEN: Final = 0x82
_ASK: Final = 0x83
_ASK_BOARD: Final = 0x84
_PUSH: Final = 0x85
_OPEN_EVERY: Final = 0x86
_OK: Final = 0x00
_FAILED: Final = 0xFF
_CONTACT: Final = {0x00: False, 0x01: True}
_WORD: Final = {False: 0x00, True: 0x01, None: 0xFF}

Raw = tuple[int, int, bytes]
"""Board, command, what belongs to it."""


def frame(board: int, command: int, content: bytes) -> bytes:
    """The wire form with its length and checksum."""
    counted = HEADER + bytes((_SHORTEST + len(content), board, command)) + content
    return counted + bytes([reduce(xor, counted)])


class Frames:
    """Cuts a stream into frames whose length and checksum fit; everything else is damage."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def frames(self, chunk: bytes) -> list[Raw | Damaged]:
        """What these bytes complete, in order."""
        self._buffer += chunk
        found: list[Raw | Damaged] = []
        while self._buffer:
            start = self._buffer.find(HEADER)
            skipped = start if start >= 0 else len(self._buffer) - self._hopeful()
            if skipped:
                found.append(Damaged(skipped))
                del self._buffer[:skipped]
            if start < 0 or len(self._buffer) <= len(HEADER):
                break
            length = self._buffer[len(HEADER)]
            if not _SHORTEST <= length <= _LONGEST:
                found.append(self._skip())
            elif len(self._buffer) < length:
                break
            elif reduce(xor, self._buffer[:length]):
                found.append(self._skip())
            else:
                found.append((self._buffer[5], self._buffer[6], bytes(self._buffer[7 : length - 1])))
                del self._buffer[:length]
        return found

    def _skip(self) -> Damaged:
        """The length itself may be what broke: the next frame may begin inside this one."""
        del self._buffer[0]
        return Damaged(1)

    def _hopeful(self) -> int:
        """How many bytes at the end may be the beginning of a header: it repeats nothing but its first byte."""
        return next((size for size in range(3, 0, -1) if self._buffer.endswith(HEADER[:size])), 0)


class _Answers(Frames):
    def feed(self, chunk: bytes) -> list[Answer]:
        """See AnswerReader. An order of our own that an adapter echoes is shorter than any answer to it."""
        return [answer for one in self.frames(chunk) if (answer := _answer(one)) is not None]


class _Orders(Frames):
    def feed(self, chunk: bytes) -> list[Order | Damaged]:
        """See OrderReader."""
        return [order for one in self.frames(chunk) if (order := _order(one)) is not None]


def _answer(one: Raw | Damaged) -> Answer | None:
    if isinstance(one, Damaged):
        return one
    board, command, content = one
    match command, len(content):
        case (0x82, 3):
            return Taken(board, content[1]) if content[0] == _OK else Refused(board, content[0])
        case (0x83, 3):
            return LockSeen(board, content[1], _CONTACT.get(content[2]) if content[0] == _OK else None)
        case (0x84, size) if size >= 2 and size == 2 + content[1]:
            known = content[0] == _OK
            return BoardSeen(board, tuple(_CONTACT.get(word) if known else None for word in content[2:]))
        case (0x85, 2):
            return Pushed(board, content[0])
        case (0x86, 1):
            return Taken(board, None) if content[0] == _OK else Refused(board, content[0])
    return None


def _order(one: Raw | Damaged) -> Order | Damaged | None:
    if isinstance(one, Damaged):
        return one
    board, command, content = one
    match command, len(content):
        case (0x82, 1):
            return OpenLock(board, content[0])
        case (0x83, 1):
            return AskLock(board, content[0])
        case (0x84, 0):
            return AskBoard(board, 0, 0)
        case (0x86, 0):
            return OpenEvery(board)
    return None


class FamilyWkly:
    """See Family."""

    asks_boards = True
    asks_locks = True
    pulses = False
    least_lock = 0
    refusals: Mapping[int, str] = MappingProxyType({_FAILED: "locker.board_failed"})

    def encode(self, order: Order) -> bytes:
        """See Family."""
        match order:
            case AskLock(board=board, lock=lock):
                return frame(board, _ASK, bytes([lock]))
            case AskBoard(board=board):
                return frame(board, _ASK_BOARD, b"")
            case OpenLock(board=board, lock=lock):
                return frame(board, _OPEN, bytes([lock]))
            case OpenEvery(board=board):
                return frame(board, _OPEN_EVERY, b"")
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
                return frame(board, _ASK, bytes((_OK, lock, _WORD[contact])))
            case (AskBoard(), BoardSeen(board=board, contacts=contacts)):
                return frame(board, _ASK_BOARD, bytes((_OK, len(contacts), *(_WORD[one] for one in contacts))))
            case (OpenLock(), LockSeen(board=board, lock=lock, contact=contact)):
                return frame(board, _OPEN, bytes((_OK, lock, _WORD[contact])))
            case (OpenLock(lock=lock), Refused(board=board, code=code)):
                return frame(board, _OPEN, bytes((code, lock, _WORD[True])))
            case (OpenEvery(board=board), _):
                return frame(board, _OPEN_EVERY, bytes([_OK]))
        raise ValueError(f"no answer {answer} to {order}")

    def encode_push(self, board: int, lock: int, *, contact: bool) -> bytes:
        """See Family. This one frame has no status byte."""
        return frame(board, _PUSH, bytes((lock, _WORD[contact])))
