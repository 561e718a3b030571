"""What is said: a page when it comes, a control when it is reached, an answer to what was typed. Pure.

Pieces are whole texts in the order they are spoken: one that stands in the catalogue is a recorded prompt.
"""

import re
from typing import Final

import msgspec

from kiosk import words
from kiosk.voice.discreet import discreet, no_digits, unmasked
from kiosk.voice.reading import read_aloud

SLOW, NORMAL, FAST = 1, 2, 3
SPEEDS: Final = (SLOW, NORMAL, FAST)
_CHINESE_END = re.compile(r"(?<=[。！？；])\s*|\n+")
_ENGLISH_END = re.compile(r"(?<=[.!?;])\s+|\n+")


class Place(msgspec.Struct, frozen=True):
    """Where a control stands among its like: the second of five."""

    at: int
    of: int


class Stop(msgspec.Struct, frozen=True):
    """Something the five keys come to: `acts` is what OK does something with, the rest is for reading."""

    said: str
    acts: bool
    chosen: bool = False
    typed: bool = False
    """What the citizen types: digits of it are for headphones only."""


def page(spoken: str, stops: int, language: str, *, keys: bool) -> tuple[str, ...]:
    """Title, why, trouble line by line, then how to go on. `keys`: the five keys are in use."""
    lines = tuple(line.strip() for line in spoken.splitlines() if line.strip())
    if not keys or not stops:
        return lines
    return (*lines, words.say(language, "voice.choices", count=stops), words.say(language, "voice.how"))


def news(before: str, now: str) -> tuple[str, ...]:
    """What has come to a page since it was spoken: only the lines that were not there."""
    said = set(before.splitlines())
    return tuple(line.strip() for line in now.splitlines() if line.strip() and line not in said)


def control(stop: Stop, place: Place, language: str) -> tuple[str, ...]:
    """Its name, its state, its place."""
    state = (words.say(language, "voice.chosen"),) if stop.chosen else ()
    where = (words.say(language, "voice.place", at=place.at, of=place.of),) if stop.acts and place.of > 1 else ()
    return (*(line for line in stop.said.splitlines() if line.strip()), *state, *where)


def echo(before: str, now: str, missing: str, language: str) -> tuple[str, ...]:
    """The answer to a key of a pad: what was added or that something went, and what is still missing."""
    if len(now) > len(before):
        heard = now[len(before) :] if now.startswith(before) else now[-1:]
    else:
        heard = words.say(language, "voice.erased") if now else words.say(language, "voice.empty")
    return tuple(line for line in (heard.strip(), missing.strip()) if line)


def for_ears(piece: str, language: str, *, private: bool, typed: bool = False) -> str:
    """`piece` as it may be spoken there: through headphones whole, for all to hear without anybody's numbers."""
    if private:
        return read_aloud(unmasked(piece, language), language)
    return read_aloud(no_digits(piece, language) if typed else discreet(piece, language), language)


def for_eyes(piece: str, language: str, *, typed: bool = False) -> str:
    """The caption: the screen may be read by those behind, so it never says more than the loudspeaker."""
    return no_digits(piece, language) if typed else discreet(piece, language)


def sentences(piece: str, language: str) -> tuple[str, ...]:
    """`piece` cut where a voice takes breath, so that the first words come early."""
    ends = _CHINESE_END if language.startswith("zh") else _ENGLISH_END
    return tuple(part.strip() for part in ends.split(piece) if part and part.strip())
