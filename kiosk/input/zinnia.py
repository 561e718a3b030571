"""Handwriting through Zinnia (Debian: libzinnia0 and a tegaki model), bound by ctypes. Absent, the mode is not offered.

Its models are mapped files; recognising keeps nothing. Zinnia is not for several threads at once: one lock holds it.
"""

import ctypes
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain, zip_longest
from pathlib import Path
from threading import Lock
from typing import Final

from kiosk.input.ink import SQUARE, Ink, Point, by_strokes, squared
from kiosk.input.tables import Tables

_LIBRARY: Final = "libzinnia.so.0"
_MODELS: Final = Path("/usr/share/tegaki/models/zinnia")
_SIMPLIFIED: Final = "handwriting-zh_CN.model"
_TRADITIONAL: Final = ("handwriting-zh_TW.model", "handwriting-ja.model")
"""Debian 12 has no Taiwanese model; the Japanese one knows most traditional forms."""
_HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
MOST_STROKES: Final = 40
MOST_POINTS: Final = 60
"""Of one stroke: more says nothing new, and a resting hand makes thousands."""


class Handwriting:
    """The models of one script. `recognise` takes some milliseconds and lets other threads run."""

    def __init__(self, library: ctypes.CDLL, models: tuple[Path, ...]) -> None:
        self._library = library
        self._lock = Lock()
        self._recognizers = []
        for model in models:
            recognizer = ctypes.c_void_p(library.zinnia_recognizer_new())
            if library.zinnia_recognizer_open(recognizer, str(model).encode()):
                self._recognizers.append(recognizer)

    @property
    def ready(self) -> bool:
        """Whether any model could be opened."""
        return bool(self._recognizers)

    def recognise(self, ink: Ink, most: int = 18) -> tuple[str, ...]:
        """What `ink`, squared, may be, the likeliest first."""
        if not ink or not self.ready:
            return ()
        with self._lock:
            found = [self._with(recognizer, ink, most) for recognizer in self._recognizers]
        turns = chain.from_iterable(zip_longest(*found))
        return tuple(dict.fromkeys(text for text in turns if text and _HAN.fullmatch(text)))[:most]

    def _with(self, recognizer: ctypes.c_void_p, ink: Ink, most: int) -> list[str]:
        library = self._library
        character = ctypes.c_void_p(library.zinnia_character_new())
        try:
            library.zinnia_character_set_width(character, SQUARE)
            library.zinnia_character_set_height(character, SQUARE)
            for number, stroke in enumerate(ink):
                for x, y in stroke:
                    library.zinnia_character_add(character, number, x, y)
            result = ctypes.c_void_p(library.zinnia_recognizer_classify(recognizer, character, most))
            return list(self._read(result)) if result.value else []
        finally:
            library.zinnia_character_destroy(character)

    def _read(self, result: ctypes.c_void_p) -> Iterator[str]:
        library = self._library
        try:
            for place in range(library.zinnia_result_size(result)):
                yield library.zinnia_result_value(result, place).decode()
        finally:
            library.zinnia_result_destroy(result)


def read(ink: Ink, tables: Tables, *, full: bool) -> tuple[str, ...]:
    """What was written anywhere on a field: what the model says and what has such strokes, the likeliest first."""
    square = squared(tuple(thinned(stroke) for stroke in ink[:MOST_STROKES]))
    recogniser = handwriting(full=full)
    seen = recogniser.recognise(square) if recogniser else ()
    counted = by_strokes(square, tables)
    return tuple(dict.fromkeys((*seen[:4], *counted[:3], *seen[4:], *counted[3:])))


def thinned(stroke: tuple[Point, ...]) -> tuple[Point, ...]:
    """`stroke` with at most 60 points, first and last kept."""
    if len(stroke) <= MOST_POINTS:
        return stroke
    step = (len(stroke) - 1) / (MOST_POINTS - 1)
    return tuple(stroke[round(place * step)] for place in range(MOST_POINTS))


@cache
def installed(library: str = _LIBRARY, models: Path = _MODELS) -> bool:
    """Whether handwriting can be offered: the library loads and there is a model. Opens no model."""
    try:
        _bound(ctypes.CDLL(library))
    except (OSError, AttributeError):
        return False
    return (models / _SIMPLIFIED).is_file()


@cache
def handwriting(*, full: bool, library: str = _LIBRARY, models: Path = _MODELS) -> Handwriting | None:
    """The recogniser for traditional (`full`) or simplified script; None where library or model is not installed."""
    wanted = (*_TRADITIONAL, _SIMPLIFIED) if full else (_SIMPLIFIED,)
    there = tuple(models / name for name in wanted if (models / name).is_file())
    if not there:
        return None
    try:
        found = Handwriting(_bound(ctypes.CDLL(library)), there)
    except (OSError, AttributeError):
        return None
    return found if found.ready else None


def _bound(library: ctypes.CDLL) -> ctypes.CDLL:
    pointer, number, text = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
    size = ctypes.c_size_t
    signatures: dict[str, tuple[type | None, tuple[type, ...]]] = {
        "zinnia_recognizer_new": (pointer, ()),
        "zinnia_recognizer_open": (number, (pointer, text)),
        "zinnia_recognizer_classify": (pointer, (pointer, pointer, size)),
        "zinnia_character_new": (pointer, ()),
        "zinnia_character_destroy": (None, (pointer,)),
        "zinnia_character_set_width": (None, (pointer, size)),
        "zinnia_character_set_height": (None, (pointer, size)),
        "zinnia_character_add": (number, (pointer, size, number, number)),
        "zinnia_result_size": (size, (pointer,)),
        "zinnia_result_value": (text, (pointer, size)),
        "zinnia_result_destroy": (None, (pointer,)),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
