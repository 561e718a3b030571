"""MJPEG over HTTP: a request, then pictures as parts of multipart/x-mixed-replace (RFC 2046), both directions. Pure.

A server that answers with one image and its length is understood as well.
"""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

LONGEST_HEAD: Final = 8192
LONGEST_PICTURE: Final = 32 << 20
JPEG_BEGINS: Final = b"\xff\xd8"
JPEG_ENDS: Final = b"\xff\xd9"
BOUNDARY: Final = "frame"
_BLANK_LINE: Final = b"\r\n\r\n"


@dataclass(frozen=True)
class Head:
    """The server's answer began: its status code and what kind of content follows."""

    status: int
    content: str


@dataclass(frozen=True)
class Picture:
    """One whole JPEG picture; never shown."""

    jpeg: bytes = field(repr=False)


@dataclass(frozen=True)
class Damaged:
    """A part came that is no whole picture."""

    length: int


@dataclass(frozen=True)
class NoStream:
    """What answers is no picture stream: nothing after this can be understood."""

    reason: str


Event = Head | Picture | Damaged | NoStream


def encode_request(host: str, path: str) -> bytes:
    """What asks for a stream."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: multipart/x-mixed-replace, image/jpeg\r\n\r\n".encode(
        "ascii"
    )


def decode_request(raw: bytes) -> str | None:
    """The path a complete request asks for; None while it is not complete. Raises ValueError for no GET."""
    head, blank, _ = raw.partition(_BLANK_LINE)
    if not blank and len(raw) < LONGEST_HEAD:
        return None
    found = re.match(rb"GET (/[!-~]*) HTTP/1\.[01]\r\n", head + b"\r\n")
    if found is None:
        raise ValueError("no GET request")
    return found[1].decode("ascii")


def encode_head(status: int = 200, boundary: str = BOUNDARY) -> bytes:
    """The beginning of a stream; of nothing for another status."""
    content = f"multipart/x-mixed-replace;boundary={boundary}" if status == 200 else "text/plain"
    return f"HTTP/1.1 {status} -\r\nContent-Type: {content}\r\nCache-Control: no-store\r\n\r\n".encode("ascii")


def encode_picture(jpeg: bytes, boundary: str = BOUNDARY) -> bytes:
    """One part of the stream."""
    head = f"--{boundary}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
    return head.encode("ascii") + jpeg + b"\r\n"


class StreamReader:
    """Cuts what a server sends into pictures; after damage it goes on with the next boundary."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        self._boundary = b""
        self._part_left: int | None = None
        self._state: Literal["head", "boundary", "part head", "part", "single", "over"] = "head"

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes; what they complete, in order."""
        self._buffer += chunk
        events: list[Event] = []
        while (event := self._next()) is not None:
            if not isinstance(event, _Step):
                events.append(event)
        return events

    def _next(self) -> "Event | _Step | None":
        match self._state:
            case "head":
                return self._head()
            case "boundary":
                return self._find_boundary()
            case "part head":
                return self._part_head()
            case "part" | "single":
                return self._part() if self._part_left is None else self._counted_part(self._part_left)
            case "over":
                self._buffer.clear()
                return None

    def _head(self) -> Event | None:
        end = self._buffer.find(_BLANK_LINE)
        if end < 0:
            return self._over("no HTTP answer") if len(self._buffer) > LONGEST_HEAD else None
        status, fields = _fields(bytes(self._take(end + 4)))
        found = re.fullmatch(r"HTTP/1\.[01] (\d{3})\b.*", status)
        if found is None:
            return self._over("no HTTP answer")
        content = fields.get("content-type", "")
        boundary = re.search(r'boundary="?-{0,2}([^";,\s]+)', content)
        if found[1] != "200" or "chunked" in fields.get("transfer-encoding", ""):
            return self._over(f"HTTP status {found[1]}" if found[1] != "200" else "chunked")
        if content.startswith("multipart/") and boundary:
            self._boundary, self._state = b"--" + boundary[1].encode("ascii", "replace"), "boundary"
        elif content.startswith("image/jpeg") and (length := _length(fields)):
            self._part_left, self._state = length, "single"
        else:
            return self._over("another kind of content")
        return Head(200, content.partition(";")[0])

    def _find_boundary(self) -> "_Step | None":
        at = self._buffer.find(self._boundary, max(0, self._searched - len(self._boundary)))
        if at < 0:
            del self._buffer[: max(0, len(self._buffer) - len(self._boundary))]
            return None
        self._take(at + len(self._boundary))
        self._state = "part head"
        return _Step()

    def _part_head(self) -> "Event | _Step | None":
        end = self._buffer.find(_BLANK_LINE)
        if end < 0:
            return self._give_part_up(len(self._buffer)) if len(self._buffer) > LONGEST_HEAD else None
        _, fields = _fields(bytes(self._take(end + 4)))
        self._part_left = _length(fields)
        if self._part_left is not None and self._part_left > LONGEST_PICTURE:
            return self._give_part_up(self._part_left)
        self._state = "part"
        return _Step()

    def _counted_part(self, length: int) -> Event | None:
        if len(self._buffer) < length:
            return None
        jpeg = bytes(self._buffer[:length])
        if not _whole(jpeg):  # the length may be what broke: the next boundary may lie inside
            return self._give_part_up(length)
        self._take(length)
        self._state = "over" if self._state == "single" else "boundary"
        return Picture(jpeg)

    def _part(self) -> Event | None:
        """A part that does not say its length ends with the next boundary."""
        at = self._buffer.find(b"\r\n" + self._boundary, max(0, self._searched - len(self._boundary) - 2))
        if at < 0:
            self._searched = len(self._buffer)
            return self._give_part_up(len(self._buffer)) if len(self._buffer) > LONGEST_PICTURE else None
        jpeg = bytes(self._take(at))
        self._state = "boundary"
        return Picture(jpeg) if _whole(jpeg) else Damaged(len(jpeg))

    def _give_part_up(self, length: int) -> Damaged:
        self._state, self._searched = "boundary", 0
        return Damaged(length)

    def _over(self, reason: str) -> NoStream:
        self._state = "over"
        return NoStream(reason)

    def _take(self, count: int) -> bytearray:
        taken = self._buffer[:count]
        del self._buffer[:count]
        self._searched = 0
        return taken


class _Step:
    """Something was understood that nobody needs to hear of."""


class Redaction:
    """For the flight recorder: nothing but lengths; a picture of a document is the document."""

    def __call__(self, direction: Literal["out", "in", "dropped"], piece: bytes) -> bytes:
        """What of a piece may be kept."""
        return piece if direction == "out" else b""


def _whole(jpeg: bytes) -> bool:
    return jpeg.startswith(JPEG_BEGINS) and jpeg.rstrip(b"\x00\r\n").endswith(JPEG_ENDS)


def _fields(head: bytes) -> tuple[str, dict[str, str]]:
    first, *lines = head.decode("latin-1").strip("\r\n").split("\r\n")
    pairs = (line.partition(":") for line in (first, *lines))
    return first, {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}


def _length(fields: dict[str, str]) -> int | None:
    text = fields.get("content-length", "")
    return int(text) if text.isdecimal() and len(text) < 12 else None
