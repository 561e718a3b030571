"""What a code scanner sends, cut out of its line and read as text. Pure; the commands of each make are in makes.py."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

LONGEST: Final = 2953
"""Bytes a QR code holds at most in byte mode (ISO/IEC 18004, version 40-L)."""

Terminator = Literal["any", "cr", "lf", "crlf", "none"]
_ENDS: Final[dict[Terminator, tuple[bytes, ...]]] = {
    "any": (b"\r\n", b"\r", b"\n"),
    "cr": (b"\r",),
    "lf": (b"\n",),
    "crlf": (b"\r\n",),
    "none": (b"",),
}
_REFUSED: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})
"""Control and format characters: a code is written by anybody and must not steer a screen, a log or a printer."""


@dataclass(frozen=True)
class Framing:
    """What the scanner was told to put around each code."""

    terminator: Terminator = "any"
    prefix: bytes = b""
    suffix: bytes = b""


@dataclass(frozen=True)
class Answer:
    """The scanner's answer to a command. `text` echoes the command, with the value for a question."""

    verdict: Literal["ack", "nak", "enq"]
    text: str = ""
    reply: bytes = b""
    """What the host owes for it."""


@dataclass(frozen=True)
class Scanned:
    """One code as it came, without what surrounds it."""

    raw: bytes = field(repr=False)
    reply: bytes = b""


@dataclass(frozen=True)
class Dropped:
    """Bytes that are no code and no answer."""

    reason: Literal["unfinished", "several", "unframed", "too_long", "damaged"]
    length: int
    reply: bytes = b""


Event = Answer | Scanned | Dropped


class Reader(Protocol):
    """Cuts a scanner's bytes into events. Silence matters: whoever reads the line says when it fell quiet."""

    @property
    def inside(self) -> bool:
        """Whether bytes are waiting for more, or for silence."""

    @property
    def terminated(self) -> bool:
        """Whether what waits looks complete, so that a short silence is enough."""

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes; what they complete, in order."""

    def quiet(self) -> list[Event]:
        """The line fell quiet: what waited is a code or nothing."""


@dataclass(frozen=True)
class Code:
    """One code as text, with the bytes it came from. Shows neither: either may be personal."""

    text: str = field(repr=False)
    raw: bytes = field(repr=False)
    encoding: Literal["utf-8", "gb18030"]


class UnreadableCode(ValueError):
    """The bytes are no text, or hold characters nobody may send here. Says which rule, never the content."""


def decode_code(raw: bytes) -> Code:
    """Text by strict UTF-8, else by strict GB 18030, as whoever made the code chose. Raises UnreadableCode."""
    encodings: tuple[Literal["utf-8", "gb18030"], ...] = ("utf-8", "gb18030")
    for encoding in encodings:
        try:
            text = raw.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        if any(unicodedata.category(char) in _REFUSED for char in text):
            raise UnreadableCode("control characters")
        return Code(text, raw, encoding)
    raise UnreadableCode("neither UTF-8 nor GB 18030")


def encode_burst(raw: bytes, framing: Framing) -> bytes:
    """A code as the scanner sends it."""
    return framing.prefix + raw + framing.suffix + _ENDS[framing.terminator][0]


def cut_burst(burst: bytes, framing: Framing) -> Scanned | Dropped | None:
    """The one code between two silences; None when there is nothing.

    A code may hold line ends itself, so a burst is never split at them: several different lines are refused, or the
    first line of a hostile code would pass for a code of its own. The same code sent twice is one.
    """
    end = next((end for end in _ENDS[framing.terminator] if burst.endswith(end)), None)
    if end is None:
        return Dropped("unfinished", len(burst))
    lines = set(burst.split(end) if end else [burst]) - {b""}
    if len(lines) != 1:
        return Dropped("several", len(burst)) if lines else None
    raw = lines.pop()
    before, after = framing.prefix, framing.suffix
    if not raw.startswith(before) or not raw[len(before) :].endswith(after):
        return Dropped("unframed", len(burst))
    raw = raw[len(before) : len(raw) - len(after)]
    if len(raw) > LONGEST:
        return Dropped("too_long", len(raw))
    return Scanned(raw) if raw else None


FindAnswer = Callable[[bytes], tuple[int, int, Answer] | None]
"""Where an answer of one make stands in the bytes, and what it says."""


class TextReader:
    """For makes that send codes as plain text with their answers between them."""

    def __init__(self, framing: Framing, find_answer: FindAnswer) -> None:
        self._framing = framing
        self._find_answer = find_answer
        self._most = LONGEST + len(framing.prefix) + len(framing.suffix) + 2
        self._buffer = bytearray()
        self._too_long = 0

    @property
    def inside(self) -> bool:
        """See Reader."""
        return bool(self._buffer or self._too_long)

    @property
    def terminated(self) -> bool:
        """See Reader."""
        return any(end and self._buffer.endswith(end) for end in _ENDS[self._framing.terminator])

    def feed(self, chunk: bytes) -> list[Event]:
        """See Reader."""
        self._buffer += chunk
        events: list[Event] = []
        while (found := self._find_answer(bytes(self._buffer))) is not None:
            start, end, answer = found
            events += [*self._burst(bytes(self._buffer[:start])), answer]
            del self._buffer[:end]
        if len(self._buffer) > self._most:
            self._too_long += len(self._buffer)
            self._buffer.clear()
        return events

    def quiet(self) -> list[Event]:
        """See Reader."""
        burst = bytes(self._buffer)
        self._buffer.clear()
        return self._burst(burst)

    def _burst(self, burst: bytes) -> list[Event]:
        if self._too_long:
            length, self._too_long = self._too_long + len(burst), 0
            return [Dropped("too_long", length)]
        found = cut_burst(burst, self._framing) if burst else None
        return [found] if found else []
