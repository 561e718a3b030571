"""The 256-byte text block: four layouts, both directions, and the card content a journey works with. Pure."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from itertools import accumulate
from typing import Final

import msgspec

from devices.id_card_reader.codes import ethnic_group_name, sex_name

TEXT_BYTES: Final = 256
ADDRESS_BYTES: Final = 70
FLAG_AT: Final = 248
LONG_TERM: Final = "长期"


class CardKind(StrEnum):
    """Which of the four cards it is."""

    RESIDENT = "resident"
    HK_MO_TW = "hk_mo_tw"
    FOREIGNER_2017 = "foreigner_2017"
    FOREIGNER_2023 = "foreigner_2023"


FLAGS: Final = {
    " ": CardKind.RESIDENT,
    "J": CardKind.HK_MO_TW,
    "I": CardKind.FOREIGNER_2017,
    "Y": CardKind.FOREIGNER_2023,
}

Layout = tuple[tuple[str, int], ...]
"""Field names and sizes in bytes, in order; names that begin with a line are not used."""

_TAIL: Final[Layout] = (("_flag", 2), ("_rest", 6))
_PERSON: Final[Layout] = (
    ("name", 30),
    ("sex", 2),
    ("ethnic_group", 4),
    ("birth_date", 16),
    ("address", 70),
    ("id_number", 36),
    ("issuer", 30),
    ("valid_from", 16),
    ("valid_to", 16),
)
LAYOUTS: Final[dict[CardKind, Layout]] = {
    CardKind.RESIDENT: (*_PERSON, ("_reserved", 28), *_TAIL),
    CardKind.HK_MO_TW: (*_PERSON, ("pass_number", 18), ("issue_count", 4), ("_reserved", 6), *_TAIL),
    CardKind.FOREIGNER_2017: (
        ("latin_name", 120),
        ("sex", 2),
        ("id_number", 30),
        ("nationality", 6),
        ("name", 30),
        ("valid_from", 16),
        ("valid_to", 16),
        ("birth_date", 16),
        ("card_version", 4),
        ("authority_code", 8),
        *_TAIL,
    ),
    CardKind.FOREIGNER_2023: (
        ("name", 30),
        ("sex", 2),
        ("renewal_count", 4),
        ("birth_date", 16),
        ("latin_name", 70),
        ("id_number", 36),
        ("_reserved", 30),
        ("valid_from", 16),
        ("valid_to", 16),
        ("latin_name_rest", 22),
        ("nationality", 6),
        ("_flag", 2),
        ("earlier_number_link", 6),
    ),
}


class UnreadableContent(ValueError):
    """The block is whole but says what no rule of the card allows; the message names the place, not the content."""


class CardContent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """What a card says of its holder. Its repr shows the kind only, so that no log can leak it."""

    kind: CardKind
    name: str
    sex: str
    sex_code: str
    ethnic_group: str | None = None
    ethnic_code: str | None = None
    birth_date: date | None
    address: str | None = None
    newest_address: str | None = None
    id_number: str
    issuer: str | None = None
    valid_from: date | None
    valid_to: date | None
    """None means 长期: without end."""
    latin_name: str | None = None
    nationality: str | None = None
    pass_number: str | None = None
    issue_count: str | None = None
    card_version: str | None = None
    authority_code: str | None = None
    renewal_count: str | None = None
    earlier_number_link: str | None = None
    photo: bytes | None = None
    """A picture (BMP) where a decoder is fitted; it lives in the visit's memory and goes nowhere else."""

    def __repr__(self) -> str:
        """Nothing personal."""
        return f"CardContent({self.kind.value})"

    def as_json(self) -> dict[str, str | None]:
        """The ten names every card has, then what this layout adds. Dates are ISO, 长期 is None."""
        plain: dict[str, str | None] = msgspec.to_builtins(self)
        return {name: plain[name] for name in _ALWAYS} | {
            name: value for name, value in plain.items() if name not in (*_ALWAYS, *_NEVER) and value is not None
        }


_ALWAYS: Final = (
    "kind",
    "name",
    "sex",
    "ethnic_group",
    "birth_date",
    "address",
    "id_number",
    "issuer",
    "valid_from",
    "valid_to",
)
_NEVER: Final = ("sex_code", "ethnic_code", "photo")


def encode_text(kind: CardKind, fields: Mapping[str, str]) -> bytes:
    """The 256 bytes of a card: UTF-16LE padded with U+0020. Raises ValueError for a field that does not fit."""
    values = dict(fields)
    if kind is CardKind.FOREIGNER_2023:
        latin = values.get("latin_name", "")
        values |= {"latin_name": latin[:35], "latin_name_rest": latin[35:]}
    values["_flag"] = next(flag for flag, flagged in FLAGS.items() if flagged is kind)
    return b"".join(encode_field(values.get(name, ""), size) for name, size in LAYOUTS[kind])


def encode_field(text: str, size: int) -> bytes:
    """One field of `size` bytes. Raises ValueError when the text is longer."""
    raw = text.encode("utf-16-le")
    if len(raw) > size:
        raise ValueError(f"{len(raw)} bytes do not fit into {size}")
    return raw + b"\x20\x00" * ((size - len(raw)) // 2)


def decode_field(raw: bytes) -> str:
    """One field without its padding; U+3000 and other blanks that belong to a name stay."""
    return raw.decode("utf-16-le", "replace").rstrip(" \0")


def card_kind(text: bytes) -> CardKind:
    """Which layout a block has. Raises UnreadableContent for a flag nobody knows."""
    flag = text[FLAG_AT : FLAG_AT + 2].decode("utf-16-le", "replace")
    if len(text) != TEXT_BYTES or flag not in FLAGS:
        raise UnreadableContent("type flag")
    return FLAGS[flag]


def decode_text(text: bytes) -> CardContent:
    """A block as content. Wrong check digits and unknown codes are kept; only flag and valid-to can be refused."""
    kind = card_kind(text)
    names, sizes = zip(*LAYOUTS[kind], strict=True)
    ends = list(accumulate(sizes))
    raw = {name: text[end - size : end] for name, size, end in zip(names, sizes, ends, strict=True)}
    # the two parts of a long name are joined before the padding goes, or a blank at the seam is lost
    raw["latin_name"] = raw.get("latin_name", b"") + raw.pop("latin_name_rest", b"")
    fields = {name: decode_field(value) for name, value in raw.items() if not name.startswith("_")}
    return _content(kind, {name: value for name, value in fields.items() if value})


def with_newest_address(content: CardContent, raw: bytes) -> CardContent:
    """The content with the address a police station added later (30 03); unchanged when that is blank."""
    return msgspec.structs.replace(content, newest_address=decode_field(raw) or None)


def with_photo(content: CardContent, photo: bytes | None) -> CardContent:
    """The content with its picture, if there is one."""
    return msgspec.structs.replace(content, photo=photo)


def _content(kind: CardKind, fields: dict[str, str]) -> CardContent:
    sex = fields.pop("sex", "")
    ethnic = fields.pop("ethnic_group", None)  # a 'J' card leaves it blank
    valid_to = fields.pop("valid_to", "")
    return CardContent(
        kind=kind,
        name=fields.pop("name", fields.get("latin_name", "")),
        sex=sex_name(sex),
        sex_code=sex,
        ethnic_group=ethnic_group_name(ethnic) if ethnic else None,
        ethnic_code=ethnic,
        birth_date=_date(fields.pop("birth_date", "")),
        id_number=fields.pop("id_number", ""),
        valid_from=_date(fields.pop("valid_from", "")),
        valid_to=None if valid_to == LONG_TERM else _end(valid_to),
        photo=None,
        **fields,
    )


def _date(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{8}", text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _end(text: str) -> date:
    # None means "without end" here, so an unreadable end must not become None
    end = _date(text)
    if end is None:
        raise UnreadableContent("valid to")
    return end
