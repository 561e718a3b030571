"""What a paper that came later means for its case: whether it is believed, what is still missing, when all is there.
Pure.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

PICTURES_AT_MOST = 12
"""Of one time a phone hands something in."""
PICTURE_LARGEST = 6 * 1024 * 1024
PHONE_LARGEST = 24 * 1024 * 1024
"""Bytes of all of them together."""


class How(StrEnum):
    """Where it was handed in: by card or by number and code at a terminal, at a window, on a phone."""

    CARD = "card"
    CODE = "code"
    WINDOW = "window"
    PHONE = "phone"


class State(StrEnum):
    """`received` counts as brought once its pictures are here; `checked` was looked at; `refused` does not count."""

    RECEIVED = "received"
    CHECKED = "checked"
    REFUSED = "refused"


class Supplement(msgspec.Struct, frozen=True):
    """Papers handed in for a case. `materials` is JSON of codes; `reason` is staff's, at a window or for refusing."""

    supplement_id: str
    terminal: str
    case_number: str
    code: str
    item: str
    how: How
    materials: str
    scans: int
    sealed_as: str
    trust: str
    masked_name: str
    reason: str
    by_whom: str
    at: str
    received_at: datetime
    state: State
    settled_by: str = ""
    settled_at: datetime | None = None
    envelope_id: str | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """Its materials."""
        return msgspec.json.decode(self.materials, type=tuple[str, ...])


def believed(one: Supplement, codes: Collection[str]) -> bool:
    """Whether it counts for its case: a card, staff or a phone that was let in; or the code of one of its receipts."""
    return one.state is not State.REFUSED and (one.how is not How.CODE or one.code in codes)


def brought(given: Iterable[Supplement], codes: Collection[str]) -> set[str]:
    """The materials that are here by now. `codes` are the verification codes of the case's receipts."""
    return {code for one in given if believed(one, codes) for code in one.codes}


def still_missing(missing: Sequence[str], given: Iterable[Supplement], codes: Collection[str]) -> list[str]:
    """What is yet to be brought, in the order it was named."""
    here = brought(given, codes)
    return [code for code in missing if code not in here]


def completes(missing: Sequence[str], given: Sequence[Supplement], codes: Collection[str], *, held: bool) -> bool:
    """Whether the case is complete by this: everything that was missing was brought, and every picture is held."""
    return bool(missing) and held and not still_missing(missing, given, codes)


_SIGNS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))


def kind_of_picture(content: bytes) -> str:
    """The media type by the first bytes, never by what a phone says of it; empty for anything that is no picture."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for sign, kind in _SIGNS if content.startswith(sign)), "")
