"""What of a ticket printer's line the flight recorder may keep: questions and answers, of a ticket only its length."""

from typing import Final, Literal

from devices.recording.answers_only import AnswersOnly
from devices.ticket_printer.protocol import ASB_ON, ASK_BUFFERED_STATUS, CLEAR_BUFFERS, RECOVER_AND_CLEAR, ask_status
from devices.ticket_printer.replies import XOFF, XON

_STATUS: Final[tuple[Literal[1, 2, 3, 4], ...]] = (1, 2, 3, 4)
_QUESTIONS: Final = frozenset(
    {*(ask_status(n) for n in _STATUS), ASB_ON, ASK_BUFFERED_STATUS, RECOVER_AND_CLEAR, CLEAR_BUFFERS}
)
_PRINT_ID: Final = b"\x37\x22"
_PRINT_ID_SIZE: Final = 7


class _Answers:
    """Stricter than the reader of replies: what might be text that comes back is no answer here."""

    def __init__(self) -> None:
        self._begun = b""

    def __call__(self, byte: int) -> bool:
        answer = self._begun + bytes((byte,))
        size = _size(answer)
        self._begun = answer if len(answer) < size else b""
        return size > 0


def _size(answer: bytes) -> int:
    """How long the answer is that begins so; 0: none does."""
    first = answer[0]
    if first == _PRINT_ID[0]:
        fits = _PRINT_ID.startswith(answer[:2]) and all(0x20 <= byte <= 0x7E for byte in answer[2:6])
        return _PRINT_ID_SIZE if fits and answer[6:] in (b"", b"\0") else 0
    if first & 0x93 == 0x10:
        return 4 if all(byte & 0x90 == 0 for byte in answer[1:]) else 0
    return int(first in (XON, XOFF) or first & 0x93 == 0x12 or first & 0xF0 == 0)


def redaction() -> AnswersOnly:
    """One for each line."""
    return AnswersOnly(_QUESTIONS.__contains__, _Answers())
