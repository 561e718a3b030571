"""IPP messages, both directions (RFC 8010). Pure: it does not know who plays printer and who plays client."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

VERSION: Final = 0x0101
DEEPEST: Final = 8
"""Collections within collections; a message that nests deeper is refused."""


class Malformed(ValueError):
    """The bytes are no IPP message. Says where, never what."""


class Delimiter(IntEnum):
    """What a group of attributes is about."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05


class Tag(IntEnum):
    """What a value is."""

    UNSUPPORTED = 0x10
    UNKNOWN = 0x12
    NO_VALUE = 0x13
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    OCTETS = 0x30
    DATE_TIME = 0x31
    RESOLUTION = 0x32
    RANGE = 0x33
    COLLECTION = 0x34
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    URI_SCHEME = 0x46
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME = 0x49
    MEMBER = 0x4A


class Resolution(NamedTuple):
    """Dots per unit: 3 inch, 4 centimetre."""

    across: int
    along: int
    unit: int = 3


class Range(NamedTuple):
    """Both ends are in it."""

    lower: int
    upper: int


Content = int | str | bytes | Resolution | Range | tuple["Attribute", ...] | None


@dataclass(frozen=True)
class Value:
    """One value. A tag this file does not know keeps its bytes."""

    tag: int
    content: Content = None


@dataclass(frozen=True)
class Attribute:
    """A name and its values, at least one."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Group:
    """Attributes about one thing."""

    delimiter: int
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True)
class Message:
    """A request or an answer: `code` is the operation or the status."""

    code: int
    request_id: int
    groups: tuple[Group, ...] = ()
    version: int = VERSION

    def contents(self, delimiter: int) -> Iterator[dict[str, tuple[Content, ...]]]:
        """The groups of one sort, as contents by name. A name that comes twice in a group: the first one counts."""
        for group in self.groups:
            if group.delimiter == delimiter:
                found: dict[str, tuple[Content, ...]] = {}
                for one in group.attributes:
                    found.setdefault(one.name, tuple(value.content for value in one.values))
                yield found


_TEXTS: Final = frozenset(range(0x40, 0x60)) - {Tag.MEMBER}
OUT_OF_BAND: Final = range(0x10, 0x20)
_LENGTHS: Final[dict[int, int]] = {Tag.INTEGER: 4, Tag.BOOLEAN: 1, Tag.ENUM: 4, Tag.RESOLUTION: 9, Tag.RANGE: 8}


def attribute(name: str, tag: int, *contents: Content) -> Attribute:
    """An attribute whose values share one tag."""
    return Attribute(name, tuple(Value(tag, content) for content in contents))


def encode(message: Message) -> bytes:
    """The message as bytes; a document follows them directly."""
    out = bytearray(struct.pack(">HHI", message.version, message.code, message.request_id))
    for group in message.groups:
        out.append(group.delimiter)
        for one in group.attributes:
            _write_attribute(out, one)
    out.append(Delimiter.END)
    return bytes(out)


def _write_attribute(out: bytearray, one: Attribute) -> None:
    name = one.name.encode()
    for value in one.values:
        _write_value(out, name, value)
        name = b""


def _write_value(out: bytearray, name: bytes, value: Value) -> None:
    if value.tag == Tag.COLLECTION and isinstance(value.content, tuple):
        _write_field(out, Tag.COLLECTION, name, b"")
        for member in value.content:
            assert isinstance(member, Attribute)  # noqa: S101 - a collection holds nothing else
            _write_field(out, Tag.MEMBER, b"", member.name.encode())
            for item in member.values:
                _write_value(out, b"", item)
        _write_field(out, Tag.END_COLLECTION, b"", b"")
    else:
        _write_field(out, value.tag, name, _packed(value.content, value.tag))


def _write_field(out: bytearray, tag: int, name: bytes, content: bytes) -> None:
    out.append(tag)
    out += struct.pack(">H", len(name)) + name + struct.pack(">H", len(content)) + content


def _packed(content: Content, tag: int) -> bytes:
    match content:
        case None:
            return b""
        case bool() | int() if tag == Tag.BOOLEAN:
            return bytes((content != 0,))
        case int():
            return struct.pack(">i", content)
        case str():
            return content.encode("utf-8", "surrogateescape")
        case bytes():
            return content
        case Resolution():
            return struct.pack(">iib", *content)
        case Range():
            return struct.pack(">ii", *content)
    raise TypeError(f"a value with tag {tag:02X} cannot hold {type(content).__name__}")


def decode(received: bytes) -> tuple[Message, bytes]:
    """The message at the beginning and what follows it: the document. Raises Malformed."""
    if len(received) < 9 or received[0] not in (1, 2):
        raise Malformed("no IPP header")
    version, code, request_id = struct.unpack_from(">HHI", received)
    reader = _Reader(received, 8)
    groups: list[Group] = []
    while (delimiter := reader.byte()) != Delimiter.END:
        if not 0 < delimiter < 0x10:
            raise Malformed(f"no group begins at {reader.at - 1}")
        groups.append(Group(delimiter, tuple(_attributes(reader))))
    return Message(code, request_id, tuple(groups), version), received[reader.at :]


class _Reader:
    def __init__(self, received: bytes, at: int) -> None:
        self.received = received
        self.at = at

    def peek(self) -> int:
        if self.at >= len(self.received):
            raise Malformed(f"ends at {self.at}")
        return self.received[self.at]

    def byte(self) -> int:
        found = self.peek()
        self.at += 1
        return found

    def field(self) -> bytes:
        start = self.at + 2
        end = start + int.from_bytes(self.received[self.at : start], "big")
        if start > len(self.received) or end > len(self.received):
            raise Malformed(f"field at {self.at} is longer than the message")
        self.at = end
        return self.received[start:end]

    def triple(self) -> tuple[int, bytes, bytes]:
        return self.byte(), self.field(), self.field()


def _attributes(reader: _Reader) -> Iterator[Attribute]:
    """The attributes up to the next delimiter."""
    name, values = "", list[Value]()
    while reader.peek() >= 0x10:
        at = reader.at
        tag, written, content = reader.triple()
        if written:
            if values:
                yield Attribute(name, tuple(values))
            name, values = written.decode("utf-8", "surrogateescape"), []
        elif not values:
            raise Malformed(f"value without a name at {at}")
        values.append(_value(reader, tag, content, 1))
    if values:
        yield Attribute(name, tuple(values))


def _value(reader: _Reader, tag: int, content: bytes, depth: int) -> Value:
    if tag == Tag.COLLECTION:
        return Value(tag, _members(reader, depth))
    if tag in (Tag.MEMBER, Tag.END_COLLECTION):
        raise Malformed(f"no collection is open at {reader.at}")
    return Value(tag, _unpacked(tag, content, reader.at))


def _members(reader: _Reader, depth: int) -> tuple[Attribute, ...]:
    if depth > DEEPEST:
        raise Malformed(f"collections nest too deep at {reader.at}")
    members: list[tuple[str, list[Value]]] = []
    while True:
        tag, name, content = reader.triple()
        if name:
            raise Malformed(f"a collection does not end before {reader.at}")
        if tag == Tag.END_COLLECTION:
            break
        if tag == Tag.MEMBER:
            members.append((content.decode("utf-8", "surrogateescape"), []))
        elif members:
            members[-1][1].append(_value(reader, tag, content, depth + 1))
        else:
            raise Malformed(f"a member without a name at {reader.at}")
    return tuple(Attribute(member, tuple(values)) for member, values in members)


def _unpacked(tag: int, content: bytes, at: int) -> Content:
    if tag in OUT_OF_BAND:
        return None
    if tag in _TEXTS:
        return content.decode("utf-8", "surrogateescape")
    if len(content) != _LENGTHS.get(tag, len(content)):
        raise Malformed(f"value of a wrong length before {at}")
    match tag:
        case Tag.INTEGER | Tag.ENUM:
            return int.from_bytes(content, "big", signed=True)
        case Tag.BOOLEAN:
            return content != b"\x00"
        case Tag.RESOLUTION:
            return Resolution(*struct.unpack(">iib", content))
        case Tag.RANGE:
            return Range(*struct.unpack(">ii", content))
    return content
