"""Printer Job Language (HP PJL): questions, answers and the wrapping of a job, both ways. Pure.

CODE decides, never DISPLAY: that is whatever stands on the panel, in the panel's language.
"""

import re
from dataclasses import dataclass
from typing import Final, TypeVar

UEL: Final = b"\x1b%-12345X"
"""Universal exit language: ends whatever the printer was reading."""
END: Final = b"\x0c"
_LONGEST: Final = 4096
CRLF: Final = b"\r\n"
ASK_STATUS: Final = UEL + b"@PJL INFO STATUS\r\n" + UEL
ASK_PAGE_COUNT: Final = UEL + b"@PJL INFO PAGECOUNT\r\n" + UEL
CANCEL: Final = UEL + UEL
"""Ends a job that broke off; what was read of it may still come out."""
READY: Final = 10001


@dataclass(frozen=True)
class Status:
    """INFO STATUS or an unasked USTATUS. None: the printer did not say."""

    code: int
    online: bool | None = None


@dataclass(frozen=True)
class PageCount:
    """How many sides the engine has printed in its life; None: it does not count."""

    sides: int | None


@dataclass(frozen=True)
class Other:
    """An answer about something nobody here asked."""

    length: int


Reply = Status | PageCount | Other
R = TypeVar("R", Status, PageCount)
_CODE: Final = re.compile(rb"^CODE *= *([0-9]{1,6})\r?$", re.MULTILINE)
_ONLINE: Final = re.compile(rb"^ONLINE *= *(TRUE|FALSE)\r?$", re.MULTILINE)
_COUNT: Final = re.compile(rb"^(?:PAGECOUNT *= *)?([0-9]{1,9})\r?$", re.MULTILINE)


class ReplyReader:
    """Cuts a printer's bytes into answers; each begins with @PJL and ends with a form feed."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, chunk: bytes) -> list[Reply]:
        """Take the next bytes; what they complete, in order."""
        self._buffer += chunk
        found = []
        while (end := self._buffer.find(END)) >= 0:
            answer = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            # an answer that lost its end is followed by another one: the last beginning counts
            start = answer.rfind(b"@PJL")
            if start >= 0:
                found.append(decode_reply(answer[start:]))
        if len(self._buffer) > _LONGEST:
            self._buffer.clear()
        return found


def decode_reply(answer: bytes) -> Reply:
    """One answer without its form feed."""
    head = b" ".join(answer.partition(b"\n")[0].split()).upper()
    if head in (b"@PJL INFO STATUS", b"@PJL USTATUS DEVICE"):
        code, online = _CODE.search(answer), _ONLINE.search(answer)
        return Status(int(code[1]), online[1] == b"TRUE" if online else None) if code else Other(len(answer))
    if head == b"@PJL INFO PAGECOUNT":
        count = _COUNT.search(answer)
        return PageCount(int(count[1]) if count else None)
    return Other(len(answer))


def encode_reply(reply: Status | PageCount) -> bytes:
    """An answer as the printer sends it."""
    if isinstance(reply, PageCount):
        lines = [b"@PJL INFO PAGECOUNT", b'"?"' if reply.sides is None else b"PAGECOUNT=%d" % reply.sides]
    else:
        lines = [b"@PJL INFO STATUS", b"CODE=%d" % reply.code, b'DISPLAY="-"']
        lines += [] if reply.online is None else [b"ONLINE=TRUE" if reply.online else b"ONLINE=FALSE"]
    return CRLF.join([*lines, b""]) + END


def encode_job(pdf: bytes, before: bytes = b"") -> bytes:
    """One PDF as one job. `before`: PJL lines ahead of it. ValueError: it holds the sequence that ends a job."""
    if UEL in pdf:
        raise ValueError("the document holds the universal exit sequence")
    return UEL + before + b"@PJL ENTER LANGUAGE=PDF\r\n" + pdf + UEL
