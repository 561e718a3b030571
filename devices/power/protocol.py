"""NUT's network protocol as values, both directions: lines of words between upsd and its clients. Pure.

Source: RFC 9271, and upsd 2.8 as it speaks.
"""

import re
from dataclasses import dataclass
from typing import Final

LONGEST_LINE: Final = 1024

ERRORS: Final = (
    "ACCESS-DENIED", "UNKNOWN-UPS", "VAR-NOT-SUPPORTED", "CMD-NOT-SUPPORTED", "INVALID-ARGUMENT", "INSTCMD-FAILED",
    "SET-FAILED", "READONLY", "TOO-LONG", "FEATURE-NOT-SUPPORTED", "FEATURE-NOT-CONFIGURED", "ALREADY-SSL-MODE",
    "DRIVER-NOT-CONNECTED", "DATA-STALE", "ALREADY-LOGGED-IN", "INVALID-PASSWORD", "ALREADY-SET-PASSWORD",
    "INVALID-USERNAME", "ALREADY-SET-USERNAME", "USERNAME-REQUIRED", "PASSWORD-REQUIRED", "UNKNOWN-COMMAND",
    "INVALID-VALUE",
)  # fmt: skip
"""Every word that can follow ERR."""


@dataclass(frozen=True)
class ListUps:
    """Which UPSes are there?"""


@dataclass(frozen=True)
class ListVariables:
    """Everything one UPS says of itself."""

    ups: str


@dataclass(frozen=True)
class Logout:
    """The client goes."""


Request = ListUps | ListVariables | Logout


@dataclass(frozen=True)
class Begin:
    """A list begins; `of` repeats the question."""

    of: str


@dataclass(frozen=True)
class End:
    """A list is complete."""

    of: str


@dataclass(frozen=True)
class Ups:
    """One UPS of the list."""

    name: str
    description: str


@dataclass(frozen=True)
class Variable:
    """One thing a UPS says of itself."""

    ups: str
    name: str
    value: str


@dataclass(frozen=True)
class Refused:
    """ERR and why. Whatever was asked is unknown then."""

    error: str


@dataclass(frozen=True)
class Done:
    """OK and perhaps more words."""

    words: str


@dataclass(frozen=True)
class Strange:
    """A line nobody knows; its length only."""

    length: int


Answer = Begin | End | Ups | Variable | Refused | Done | Strange

_WORD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)')


def encode_request(request: Request) -> bytes:
    """The line of a question."""
    match request:
        case ListUps():
            return b"LIST UPS\n"
        case ListVariables(ups=ups):
            return f"LIST VAR {ups}\n".encode()
        case Logout():
            return b"LOGOUT\n"


def decode_request(line: str) -> Request | None:
    """The question a line asks, or None for one that upsd answers and we never ask."""
    match line.split():
        case ["LIST", "UPS"]:
            return ListUps()
        case ["LIST", "VAR", ups]:
            return ListVariables(ups)
        case ["LOGOUT"]:
            return Logout()
    return None


def encode_answer(answer: Begin | End | Ups | Variable | Refused | Done) -> bytes:
    """The line of an answer."""
    return f"{_line(answer)}\n".encode()


def decode_answer(line: str) -> Answer:
    """What one line without its end says."""
    match _words(line):
        case ["BEGIN", "LIST", *of]:
            return Begin(" ".join(of))
        case ["END", "LIST", *of]:
            return End(" ".join(of))
        case ["UPS", name, description]:
            return Ups(name, description)
        case ["VAR", ups, name, value]:
            return Variable(ups, name, value)
        case ["ERR", error, *_]:
            return Refused(error)
        case ["OK", *words]:
            return Done(" ".join(words))
    return Strange(len(line))


def _line(answer: Begin | End | Ups | Variable | Refused | Done) -> str:
    match answer:
        case Begin(of=of):
            return f"BEGIN LIST {of}"
        case End(of=of):
            return f"END LIST {of}"
        case Ups(name=name, description=description):
            return f"UPS {name} {_quoted(description)}"
        case Variable(ups=ups, name=name, value=value):
            return f"VAR {ups} {name} {_quoted(value)}"
        case Refused(error=error):
            return f"ERR {error}"
        case Done(words=words):
            return f"OK {words}".rstrip()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _words(line: str) -> list[str]:
    words, at = [], 0
    while at < len(line):
        if line[at] == " ":
            at += 1
            continue
        found = _WORD.match(line, at)
        if found is None:
            return []
        words.append(re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[2])
        at = found.end()
    return words


class LineReader:
    """Cuts a byte stream into lines; a line that never ends is dropped and reported once as strange."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._too_long = False

    def feed(self, chunk: bytes) -> list[str | None]:
        """The lines these bytes complete, without their ends; None for one that was too long."""
        lines: list[str | None] = []
        for byte in chunk:
            if byte == 0x0A:
                lines.append(None if self._too_long else self._line.decode("utf-8", "replace").rstrip("\r"))
                self._line.clear()
                self._too_long = False
            elif len(self._line) >= LONGEST_LINE:
                self._too_long = True
            else:
                self._line.append(byte)
        return lines
