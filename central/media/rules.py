"""What may be shown on the attract screens, who must agree, and what of it a terminal is told. Pure."""

from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from central.feed.rules import Invalid, words
from contract.media import SECONDS, Form, Media

RAW_LARGEST: Final = 24 * 1024 * 1024
"""Bytes of a file somebody sends in."""
PIXELS_LARGEST: Final = 50_000_000
PICTURE_SIDE: Final = 1920
SEQUENCE_SIDE: Final = 720
SIDE_SMALLEST: Final = 320
FRAMES_LARGEST: Final = 300
SEQUENCE_SECONDS: Final = 30
FRAMES_A_SECOND: Final = 10
FLASHES_A_SECOND: Final = 3
"""More harm people who have seizures (experience.md 6.4; WCAG 2.3.1)."""
_FLASH_STEP: Final = 0.1
_FLASH_DARK: Final = 0.8
DAYS_LONGEST: Final = 366
SLOT_LONGEST: Final = 40
WHY_LONGEST: Final = 200


class State(StrEnum):
    """How far one is."""

    WAITING = "waiting"
    """A second person has still to agree."""
    SHOWN = "shown"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    PAST = "past"


class Piece(msgspec.Struct, frozen=True):
    """One picture or sequence at one place of the tree. `slot` is its name there: a place below may put another of the
    same name in its stead. `says` is JSON, text by language.
    """

    media_id: str
    node: str
    slot: str
    sha256: str
    size: int
    form: Form
    width: int
    height: int
    seconds: int
    says: str
    first_day: str
    last_day: str
    state: State
    sent_by: str
    sent_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    why: str = ""
    changed_at: datetime | None = None

    @property
    def texts(self) -> dict[str, str]:
        """What is to be read of it, by language."""
        return msgspec.json.decode(self.says, type=dict[str, str])

    def told(self) -> Media:
        """As a terminal is told."""
        return Media(self.sha256, self.size, self.form, self.texts, self.first_day, self.last_day, self.seconds)


class Wish(msgspec.Struct, frozen=True):
    """What somebody who sends one in says of it."""

    node: str
    slot: str
    says: dict[str, str]
    first: str
    last: str
    seconds: int


def wish(form: Mapping[str, str], today: date, places: Container[str]) -> Wish:
    """A form, checked. Raises Invalid with a key of the pages' words."""
    if form.get("node", "") not in places:
        raise Invalid("media.place_wrong")
    slot = " ".join(form.get("slot", "").split())
    if not slot or len(slot) > SLOT_LONGEST or not slot.isprintable():
        raise Invalid("media.slot_wrong")
    try:
        says = words("media", "says", {"zh-Hans": form.get("says_zh", ""), "en": form.get("says_en", "")})
    except Invalid:
        raise Invalid("media.says_missing") from None
    if "en" not in says:
        raise Invalid("media.says_missing")
    try:
        first, last = (date.fromisoformat(form.get(name, "")) for name in ("first", "last"))
    except ValueError:
        raise Invalid("media.days_wrong") from None
    if not first <= last or last < today or last - first > timedelta(days=DAYS_LONGEST):
        raise Invalid("media.days_wrong")
    seconds = form.get("seconds", "10")
    if not (seconds.isdecimal() and int(seconds[:4]) in SECONDS):
        raise Invalid("media.seconds_wrong")
    return Wish(form.get("node", ""), slot, says, first.isoformat(), last.isoformat(), int(seconds))


def may_decide(piece: Piece, who: str) -> bool:
    """Whether somebody may agree or refuse: never who sent it in."""
    return piece.state is State.WAITING and piece.sent_by != who


def kept_frames(milliseconds: Sequence[int]) -> list[tuple[int, int]]:
    """(frame, its time in ms) of a sequence at no more than `FRAMES_A_SECOND`; the one before what is left out stays
    longer. Raises Invalid where it is too long.
    """
    least = 1000 // FRAMES_A_SECOND
    if sum(milliseconds) > SEQUENCE_SECONDS * 1000:
        raise Invalid("media.too_long")
    found: list[tuple[int, int]] = []
    for index, lasts in enumerate(milliseconds):
        if found and found[-1][1] < least:
            found[-1] = found[-1][0], found[-1][1] + lasts
        else:
            found.append((index, lasts))
    return [(index, max(least, lasts)) for index, lasts in found]


def flashes(light: Sequence[float], milliseconds: Sequence[int]) -> int:
    """The most flashes within any second of a sequence that begins again at its end: pairs of opposed changes of a
    tenth of the light or more, the darker below 0.8 (WCAG 2.3.1). `light`: mean relative luminance of each frame, 0–1.
    """
    turns: list[int] = []
    at, extreme, rising = 0, light[0] if light else 0.0, 0
    for lamp, lasts in zip([*light, *light], [*milliseconds, *milliseconds], strict=True):
        change = lamp - extreme
        way = 1 if change > 0 else -1
        if abs(change) >= _FLASH_STEP and min(lamp, extreme) < _FLASH_DARK:
            if way != rising:
                turns.append(at)
            rising, extreme = way, lamp
        elif way == rising:
            extreme = lamp
        at += lasts
    return max((sum(begins <= other < begins + 1000 for other in turns) for begins in turns), default=0) // 2
