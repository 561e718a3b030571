"""What of IPP the flight recorder may keep."""

from typing import Final

from devices.document_printer.protocol import (
    OUT_OF_BAND,
    Attribute,
    Group,
    Malformed,
    Message,
    Tag,
    Value,
    decode,
    encode,
)
from devices.parts.frames import Direction

_SHOWN: Final = frozenset(
    {Tag.INTEGER, Tag.BOOLEAN, Tag.ENUM, Tag.RESOLUTION, Tag.RANGE, Tag.KEYWORD, Tag.CHARSET, Tag.LANGUAGE, Tag.MIME}
)


def redacted(_direction: Direction, piece: bytes) -> bytes:
    """What the recorder may keep: numbers and keywords of a message. Names, texts and documents leave their length."""
    try:
        message, _document = decode(piece)
    except Malformed:
        return b""
    groups = tuple(Group(group.delimiter, tuple(map(_blanked, group.attributes))) for group in message.groups)
    return encode(Message(message.code, message.request_id, groups, message.version))


def _blanked(one: Attribute) -> Attribute:
    return Attribute(one.name, tuple(map(_blank, one.values)))


def _blank(value: Value) -> Value:
    if value.tag in _SHOWN or value.tag in OUT_OF_BAND:
        return value
    if value.tag == Tag.COLLECTION and isinstance(value.content, tuple):
        members = tuple(_blanked(member) for member in value.content if isinstance(member, Attribute))
        return Value(Tag.COLLECTION, members)
    return Value(value.tag, b"")
