"""The look of an electronic seal: the picture inside a seal or its signature (GB/T 38540, GM/T 0031). Pure.

It is drawn, never judged: who verified the certificate is the department that sent it over its own line.
"""

from typing import Final, NamedTuple

_SEQUENCE: Final = 0x30
_IA5: Final = 0x16
_OCTETS: Final = 0x04
_INTEGER: Final = 0x02
_INSIDE: Final = (0x30, 0x31, 0xA0, 0xA1, 0xA2, 0xA3)
_DEEPEST: Final = 12
_MOST_VALUES: Final = 20_000


class SealPicture(NamedTuple):
    """`kind` as the seal says it (PNG, JPG, BMP, OFD …), width and height in millimetres."""

    kind: str
    content: bytes
    width: int
    height: int


def picture_in(content: bytes) -> SealPicture | None:
    """The first SES_ESPictureInfo in a DER value: a SEQUENCE of IA5String, OCTET STRING, INTEGER, INTEGER.

    None where there is none, or the bytes are no DER.
    """
    budget = [_MOST_VALUES]
    try:
        return _search(content, 0, len(content), 0, budget)
    except (IndexError, ValueError):
        return None


def _search(content: bytes, at: int, end: int, depth: int, budget: list[int]) -> SealPicture | None:
    if depth > _DEEPEST:
        return None
    while at < end:
        budget[0] -= 1
        if budget[0] < 0:
            return None
        tag, start, stop = _value(content, at, end)
        if tag in _INSIDE:
            found = _picture(content, start, stop) if tag == _SEQUENCE else None
            found = found or _search(content, start, stop, depth + 1, budget)
            if found is not None:
                return found
        at = stop
    return None


def _picture(content: bytes, at: int, end: int) -> SealPicture | None:
    parts: list[tuple[int, bytes]] = []
    while at < end and len(parts) < 5:
        tag, start, stop = _value(content, at, end)
        parts.append((tag, content[start:stop]))
        at = stop
    if [tag for tag, _ in parts] != [_IA5, _OCTETS, _INTEGER, _INTEGER]:
        return None
    (_, kind), (_, picture), (_, width), (_, height) = parts
    return SealPicture(
        kind.decode("ascii", "replace").lower(), picture, int.from_bytes(width, "big"), int.from_bytes(height, "big")
    )


def _value(content: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Tag, and where the value begins and ends. Raises ValueError, IndexError."""
    tag, length, at = content[at], content[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise ValueError("a length that is no DER")
        length, at = int.from_bytes(content[at : at + count], "big"), at + count
    if at + length > end:
        raise ValueError("a value that is longer than what holds it")
    return tag, at, at + length
