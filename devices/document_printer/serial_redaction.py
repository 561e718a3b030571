"""What of a serial document printer's line the flight recorder may keep: of a document only its length."""

from typing import Final, Literal

from devices.document_printer import escp, pjl
from devices.parts.frames import Direction
from devices.recording.answers_only import AnswersOnly

_STATUS: Final[tuple[Literal[1, 2, 3, 4], ...]] = (1, 2, 3, 4)
_ESCP_QUESTIONS: Final = frozenset(
    {
        *(escp.ask_status(n) for n in _STATUS),
        escp.ASK_BUFFER,
        escp.CLEAR_AT_ONCE + escp.CANCEL,
        escp.CLEAR_AT_ONCE + escp.CANCEL + escp.FORM_FEED,
    }
)
_PJL_QUESTIONS: Final = frozenset({pjl.ASK_STATUS, pjl.ASK_PAGE_COUNT, pjl.CANCEL})
_WORDS: Final = (
    b"@PJL INFO STATUS", b"@PJL INFO PAGECOUNT", b"@PJL USTATUS DEVICE", b"ONLINE=TRUE", b"ONLINE=FALSE",
)  # fmt: skip
_NUMBERS: Final = (b"CODE=", b"PAGECOUNT=")
_LONGEST_NUMBER: Final = 9
_LINE_ENDS: Final = b"\r\n" + pjl.END


class Redaction:
    """Both languages: the questions tell which one the line speaks."""

    def __init__(self) -> None:
        self._escp = AnswersOnly(_ESCP_QUESTIONS.__contains__, _answers_escp)
        self._pjl = _Lines()
        self._speaks_pjl = False

    def __call__(self, direction: Direction, piece: bytes) -> bytes:
        """What of a piece may be kept."""
        if direction == "out":
            if piece in _PJL_QUESTIONS or piece in _ESCP_QUESTIONS:
                self._speaks_pjl = piece in _PJL_QUESTIONS
            return piece if piece in _PJL_QUESTIONS else self._escp(direction, piece)
        if direction == "in" and self._speaks_pjl:
            return bytes(byte for byte in piece if self._pjl.shows(byte))
        return self._escp(direction, piece)


class _Lines:
    """PJL's answers: of each line as much as these words and numbers begin with, never what a panel shows."""

    def __init__(self) -> None:
        self._line = b""
        self._known = True

    def shows(self, byte: int) -> bool:
        if byte in _LINE_ENDS:
            self._line, self._known = b"", True
            return True
        if not self._known:
            return False
        self._line += bytes((byte,))
        self._known = any(word.startswith(self._line) for word in (*_WORDS, *_NUMBERS)) or _is_number(self._line)
        return self._known


def _is_number(line: bytes) -> bool:
    word = next((word for word in _NUMBERS if line.startswith(word)), None)
    digits = line[len(word) :] if word else b""
    return digits.isdigit() and len(digits) <= _LONGEST_NUMBER


def _answers_escp(byte: int) -> bool:
    return byte in (0x11, 0x13) or byte & 0x93 == 0x12 or byte & 0xF0 == 0
