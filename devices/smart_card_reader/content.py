"""What a social-security card says of its holder: which records hold it, and how they are read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from unicodedata import category

APPLICATION: Final = "sx1.sh.社会保障".encode("gbk")
"""The application identifier of the social-security application (HDOS_VC6)."""


@dataclass(frozen=True)
class Record:
    """Where one value lies: record number (also its tag), short file identifier, usual length of the value."""

    number: int
    short_file: int
    length: int


FILE_OF: Final = {5: 0xEF05, 6: 0xEF06}
RECORDS: Final[dict[str, Record]] = {
    "card_id": Record(0x01, 5, 16),
    "issued": Record(0x05, 5, 4),
    "expires": Record(0x06, 5, 4),
    "card_number": Record(0x07, 5, 9),
    "id_number": Record(0x08, 6, 18),
    "name": Record(0x09, 6, 30),
    "sex": Record(0x0A, 6, 1),
    "ethnic_group": Record(0x0B, 6, 1),
}
"""EF05 is the card's own file, EF06 the holder's. Cards and provinces differ in lengths: what the card says counts."""


_NO_TEXT: Final = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories no name or number has; private use is allowed, where old cards keep rare characters."""


class UnreadableContent(ValueError):
    """A record holds what it cannot hold. The message names the field, never what is in it."""


@dataclass(frozen=True)
class SocialSecurityCard:
    """One card. None: this card does not have it, or gives it to nobody without a security module."""

    card_number: str | None = field(repr=False)
    id_number: str | None = field(repr=False)
    name: str | None = field(repr=False)
    card_id: str | None = field(default=None, repr=False)
    sex: str | None = field(default=None, repr=False)
    ethnic_group: str | None = field(default=None, repr=False)
    issued: date | None = field(default=None, repr=False)
    expires: date | None = field(default=None, repr=False)

    def as_json(self) -> dict[str, str | None]:
        """For the command line: what stands on the card."""
        return {
            "card_number": self.card_number,
            "id_number": self.id_number,
            "name": self.name,
            "card_id": self.card_id,
            "sex": self.sex,
            "ethnic_group": self.ethnic_group,
            "issued": self.issued.isoformat() if self.issued else None,
            "expires": self.expires.isoformat() if self.expires else None,
        }


def decode_content(values: Mapping[str, bytes]) -> SocialSecurityCard:
    """The card behind the values of its records; one that is missing or blank becomes None.

    Raises UnreadableContent.
    """
    return SocialSecurityCard(
        card_number=_text("card_number", values),
        id_number=_text("id_number", values),
        name=_text("name", values),
        card_id=values["card_id"].hex().upper() if values.get("card_id") else None,
        sex=_code("sex", values, 1),
        ethnic_group=_code("ethnic_group", values, 2),
        issued=_date("issued", values),
        expires=_date("expires", values),
    )


def encode_content(card: Mapping[str, str]) -> dict[str, bytes]:
    """Values of records by field, padded to their usual lengths, for sample cards."""
    return {name: _encoded(name, text).ljust(RECORDS[name].length, b"\x00") for name, text in card.items()}


def _encoded(name: str, text: str) -> bytes:
    if name in ("card_id", "issued", "expires", "ethnic_group"):
        return bytes.fromhex(text)
    return text.encode("gb18030")


def _text(name: str, values: Mapping[str, bytes]) -> str | None:
    raw = values.get(name, b"").rstrip(b"\x00\xff ")
    try:
        text = raw.decode("gb18030").strip(" \u3000")
    except UnicodeDecodeError as error:
        raise UnreadableContent(name) from error
    if any(
        category(char) in _NO_TEXT for char in text
    ):  # a NUL in the middle: a damaged name must not be taken for somebody else's
        raise UnreadableContent(name)
    return text or None


def _code(name: str, values: Mapping[str, bytes], digits: int) -> str | None:
    """A code of GB/T 2261.1 or GB/T 3304: as ASCII digits, or packed into one byte."""
    raw = values.get(name, b"").rstrip(b"\x00\xff ")
    if not raw:
        return None
    text = raw.decode("ascii") if raw.isdigit() and len(raw) == digits else raw.hex().lstrip("0").zfill(digits)
    if not text.isdecimal() or len(text) != digits:
        raise UnreadableContent(name)
    return text


def _date(name: str, values: Mapping[str, bytes]) -> date | None:
    raw = values.get(name, b"")
    if not raw.strip(b"\x00\xff"):
        return None
    digits = raw.hex() if len(raw) == 4 else raw.decode("ascii", "replace")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError as error:
        raise UnreadableContent(name) from error
