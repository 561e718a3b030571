"""Where a number stands, on a phone: the code on its ticket, also of a number taken while nobody was in reach. Pure."""

import base64
import hashlib
from typing import Final

import msgspec

PATH: Final = "/p"
_LENGTH: Final = 24


def position_token(case_id: str) -> str:
    """What opens the page of a number: 24 small letters and digits, of the case id alone, which nobody can guess.

    The terminal prints it without asking anybody; whoever has it learns nothing but how this number stands.
    """
    digest = hashlib.sha256(f"suiban position 1\0{case_id}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_LENGTH]


def position_address(public_url: str, case_id: str) -> str:
    """What a phone opens; empty where nothing is shown to phones."""
    return f"{public_url.rstrip('/')}{PATH}/{position_token(case_id)}" if public_url and case_id else ""


class NumbersAsked(msgspec.Struct, frozen=True, tag_field="kind", tag=True):
    """How today's numbers of a person stand, by the card laid."""

    id_number: str = ""
    case_id: str = ""


class NumberStands(msgspec.Struct, frozen=True):
    """One number. `stand` is `waiting`, `called`, `serving`, `parked`, `passed`, `done`, `void`, `cancelled` or
    `unprinted`; `before` counts whom is called first, None where that says nothing.
    """

    case_id: str
    number: str
    title: str
    stand: str
    before: int | None = None
    least: int | None = None
    most: int | None = None
    """Minutes; None where nobody can say."""
    window: str = ""
    place: str = ""
    at: str = ""
    """When it was so (ISO 8601)."""
    can_come_back: bool = False
    comes_back_until: str = ""


class NumbersStand(msgspec.Struct, frozen=True, tag_field="kind", tag=True):
    """Newest first."""

    numbers: tuple[NumberStands, ...]
    behind: int = 3
    """So many others are called before one that came back."""
    minutes: int = 30
    """So long after it was passed a number may come back."""


class BringBack(msgspec.Struct, frozen=True, tag_field="kind", tag=True):
    """过号恢复: by the card that took the number, at any terminal. `act_id` said twice is one act."""

    act_id: str
    case_id: str
    id_number: str


class BroughtBack(msgspec.Struct, frozen=True, tag_field="kind", tag=True):
    """It waits again, or why not: `why` as the queue names it (`number.why_…` in the terminal's words)."""

    number: NumberStands | None = None
    why: str = ""
