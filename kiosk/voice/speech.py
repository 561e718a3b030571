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
    """Something the five keys come to. `said` is for all to hear, `whisper` takes its place in headphones."""

    said: str
    whisper: str = ""
    acts: bool = False
    """OK does something with it; the rest is for reading."""
    chosen: bool = False
    off: bool = False
    typed: bool = False
    """What the citizen types: no digit of it is for all to hear."""


def page(spoken: str, choices: int, language: str, *, first: bool = False) -> tuple[str, ...]:
    """Title, why, trouble line by line, then how to go on; how the keys work only on the first page."""
    lines = tuple(line.strip() for line in spoken.splitlines() if line.strip())
    count = (words.say(language, "voice.choices", count=choices),) if choices > 1 else ()
    how = (words.say(language, "voice.how"),) if first else ()
    return lines + count + how


def news(before: str, now: str) -> tuple[str, ...]:
    """What has come to a page since it was spoken: only the lines that were not there."""
    said = set(before.splitlines())
    return tuple(line.strip() for line in now.splitlines() if line.strip() and line not in said)


def control(stop: Stop, place: Place, language: str, *, private: bool) -> tuple[str, ...]:
    """Its name, its state, its place. `private`: only headphones hear it."""
    named = stop.whisper if private and stop.whisper else stop.said
    lines = [line for line in named.splitlines() if line.strip()]
    if not private and stop.typed:
        lines = [no_digits(lines[0], language), *lines[1:]]
    if not private and len(named.strip()) == 1 and named.strip().isdecimal():
        # Somebody who listens while a number is typed would hear which keys were passed.
        lines = [words.say(language, "voice.digit")]
    state = (words.say(language, "voice.chosen"),) if stop.chosen else ()
    off = (words.say(language, "voice.off"),) if stop.off else ()
    where = (words.say(language, "voice.place", at=place.at, of=place.of),) if stop.acts and place.of > 1 else ()
    return (*lines, *state, *off, *where)


def echo(before: str, now: str, missing: str, language: str, *, private: bool) -> tuple[str, ...]:
    """The answer to a key of a pad: what was added or that something went, and what is still missing."""
    if len(now) > len(before):
        heard = now[len(before) :] if now.startswith(before) else now[-1:]
        heard = heard if private or not any(c.isdecimal() for c in heard) else ""
    else:
        heard = words.say(language, "voice.erased" if now else "voice.empty")
    return tuple(line for line in (heard.strip(), missing.strip()) if line)


def for_ears(piece: str, language: str, *, private: bool) -> str:
    """`piece` as it may be spoken there: through headphones whole, for all to hear without anybody's numbers."""
    return read_aloud(unmasked(piece, language) if private else discreet(piece, language), language)


def for_eyes(piece: str, language: str) -> str:
    """The caption: the screen may be read by those behind, so it never says more than the loudspeaker."""
    return discreet(piece, language)


def sentences(piece: str, language: str) -> tuple[str, ...]:
    """`piece` cut where a voice takes breath, so that the first words come early."""
    ends = _CHINESE_END if language.startswith("zh") else _ENGLISH_END
    return tuple(part.strip() for part in ends.split(piece) if part and part.strip())
