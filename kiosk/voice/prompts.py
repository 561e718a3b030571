"""Fixed prompts: catalogue texts without blanks, as WAV files in a folder, found by the text they say.

A person's name or number has no file: only texts of the catalogue are ever written. Clips that people recorded, in a
dialect too, take the place of synthesised ones.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from contract.catalogue import Item
from kiosk import words
from kiosk.voice.sound import Sound, from_wav, to_wav, without_silence
from kiosk.voice.speech import NORMAL, for_ears, sentences
from kiosk.voice.synth import Synthesiser

_BLANK = re.compile(r"\{\w+\}|%\d")
_NOT_SAID: Final = ("technician.", "clock.", "join.", "ticket.", "receipt.", "paper.")
"""Parts of the catalogue no citizen hears: the technician's, and what stands on paper only."""


class Prompts:
    """The folder of one terminal. An absent folder or file means: synthesise."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def find(self, text: str, language: str) -> Sound | None:
        """The prompt that says exactly `text`."""
        if self._folder is None:
            return None
        with suppress(OSError, ValueError):
            return from_wav((self._folder / language / file_name(text)).read_bytes())
        return None


class Built(msgspec.Struct, frozen=True):
    """What one build came to."""

    written: int
    recorded: int
    there_already: int
    removed: int
    bytes: int


def file_name(text: str) -> str:
    """The file that says `text`."""
    return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.wav"


def fixed(language: str, items: tuple[Item, ...] = ()) -> Iterator[tuple[str, str]]:
    """Key and text of everything that can be said as it stands; texts of service items have the key `item.SLUG.N`."""
    for key, text in words.load(language).items():
        if not key.startswith(_NOT_SAID) and not _BLANK.search(text):
            yield from _pieces(key, text, language)
    for item in items:
        for at, text in enumerate(dict.fromkeys(_texts(msgspec.to_builtins(item), language))):
            yield from _pieces(f"item.{item.slug}.{at}", text, language)


def _pieces(key: str, text: str, language: str) -> Iterator[tuple[str, str]]:
    """One prompt a sentence: a text of several has `KEY.1`, `KEY.2`."""
    cut = sentences(text, language)
    yield from ((f"{key}.{at}" if len(cut) > 1 else key, piece) for at, piece in enumerate(cut, 1))


def _texts(value: object, language: str) -> Iterator[str]:
    match value:
        case dict() if isinstance(value.get(language), str):
            yield value[language]
        case dict():
            for part in value.values():
                yield from _texts(part, language)
        case list() | tuple():
            for part in value:
                yield from _texts(part, language)
        case _:
            pass


def build(folder: Path, voice: Synthesiser, items: tuple[Item, ...] = (), clips: Path | None = None) -> Built:
    """Make `folder` hold every prompt of every language, and nothing else. Raises Mute, OSError, ValueError.

    `clips` holds recordings as `LANGUAGE/KEY.wav`; they are taken as they are. What is there already is kept.
    """
    written = recorded = kept = removed = size = 0
    for language in words.languages():
        place = folder / language
        place.mkdir(parents=True, exist_ok=True)
        wanted: set[str] = set()
        for key, text in fixed(language, items):
            if (name := file_name(text)) in wanted:
                continue
            wanted.add(name)
            clip = clips / language / f"{key}.wav" if clips else None
            if clip is not None and clip.is_file():
                sound, recorded = from_wav(clip.read_bytes()), recorded + 1
            elif (place / name).is_file():
                size, kept = size + (place / name).stat().st_size, kept + 1
                continue
            else:
                spoken = voice.sound(for_ears(text, language, private=False), language, NORMAL)
                sound, written = without_silence(spoken), written + 1
            wav = to_wav(sound)
            (place / name).write_bytes(wav)
            size += len(wav)
        for path in place.glob("*.wav"):
            if path.name not in wanted:
                path.unlink()
                removed += 1
    return Built(written, recorded, kept, removed, size)
