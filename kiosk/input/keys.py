"""Which keys lie on which pad, in rows. Pure values; what stands on a key in words comes from the catalogue."""

from enum import StrEnum
from typing import Final

import msgspec

ERASE: Final = "erase"
CLEAR: Final = "clear"
SHIFT: Final = "shift"
APART: Final = "apart"
SPACE: Final = "space"
BEFORE: Final = "page.before"
AFTER: Final = "page.after"
UNDO: Final = "ink.undo"
WIPE: Final = "ink.wipe"
CHOOSE: Final = "choose."
MODE: Final = "mode."
STROKE: Final = "stroke."
NARROW: Final = "narrow."
"""What a key sends that is not itself what it types; `choose.0` is the first candidate of the page that is shown."""


class Mode(StrEnum):
    """One way to type."""

    PINYIN = "pinyin"
    HANDWRITING = "handwriting"
    STROKES = "strokes"
    RADICAL = "radical"
    LATIN = "latin"
    NUMBERS = "numbers"
    DIGITS = "digits"
    ID = "id"
    MONEY = "money"
    CODE = "code"


MODES: Final[dict[str, tuple[Mode, ...]]] = {
    "digits": (Mode.DIGITS,),
    "mobile": (Mode.DIGITS,),
    "date": (Mode.DIGITS,),
    "money": (Mode.MONEY,),
    "id": (Mode.ID,),
    "code": (Mode.CODE,),
    "latin": (Mode.LATIN, Mode.NUMBERS),
    "name": (Mode.PINYIN, Mode.HANDWRITING, Mode.STROKES, Mode.RADICAL, Mode.LATIN),
    "text": (Mode.PINYIN, Mode.HANDWRITING, Mode.STROKES, Mode.LATIN, Mode.NUMBERS),
}
"""By `journey.page.Pad`: the ways that are offered, the one that is shown first in front."""


class Key(msgspec.Struct, frozen=True):
    """`sends` is typed as it is, or one of the names above. `weight`: how wide, in keys."""

    sends: str
    weight: float = 1
    quiet: bool = False


Rows = tuple[tuple[Key, ...], ...]


def _row(keys: str) -> tuple[Key, ...]:
    return tuple(Key(key) for key in keys)


_ERASE: Final = Key(ERASE, quiet=True)
_CLEAR: Final = Key(CLEAR, quiet=True)
_WIDE_ERASE: Final = Key(ERASE, 2, quiet=True)
_WIDE_CLEAR: Final = Key(CLEAR, 2, quiet=True)
_THREE: Final[Rows] = (_row("123"), _row("456"), _row("789"))
_LETTERS: Final[Rows] = (_row("qwertyuiop"), _row("asdfghjkl"))
_MARKS: Final = {
    "zh": (_row("-/#.@&%+"), _row("，。、：（）")),
    "other": (_row("-/#.@&%+"), _row(",:;()'")),
}
_ROWS: Final[dict[Mode, Rows]] = {
    Mode.DIGITS: (*_THREE, (_CLEAR, Key("0"), _ERASE)),
    Mode.ID: (*_THREE, (Key("X"), Key("0"), _ERASE), (Key(CLEAR, 3, quiet=True),)),
    Mode.MONEY: (*_THREE, (Key("."), Key("0"), _ERASE), (Key(CLEAR, 3, quiet=True),)),
    Mode.PINYIN: (
        _LETTERS[0],
        (*_LETTERS[1], Key(APART, quiet=True)),
        (Key(CLEAR, 1.5, quiet=True), *_row("zxcvbnm"), Key(ERASE, 1.5, quiet=True)),
    ),
    Mode.CODE: (
        _row("1234567890"),
        *(tuple(Key(key.sends.upper()) for key in row) for row in _LETTERS),
        (Key(CLEAR, 1.5, quiet=True), *_row("ZXCVBNM"), Key(ERASE, 1.5, quiet=True)),
    ),
    Mode.STROKES: (
        tuple(Key(f"{STROKE}{stroke}") for stroke in "123456"),
        (_CLEAR, _ERASE),
    ),
    Mode.HANDWRITING: ((Key(UNDO, quiet=True), Key(WIPE, quiet=True), _ERASE),),
    Mode.RADICAL: ((_CLEAR, _ERASE),),
}


def rows(mode: Mode, *, upper: bool = False, chinese: bool = True) -> Rows:
    """The keys of one way to type. Handwriting and radicals have but a few: their room is for something else."""
    match mode:
        case Mode.LATIN:
            return _latin(upper=upper)
        case Mode.NUMBERS:
            first, second = _MARKS["zh" if chinese else "other"]
            last = (Key(SPACE, 2, quiet=True), _WIDE_CLEAR)
            return (_row("1234567890"), (*first, _WIDE_ERASE), (*second, *last))
        case _:
            return _ROWS[mode]


def _latin(*, upper: bool) -> Rows:
    letters = tuple(tuple(Key(key.sends.upper()) if upper else key for key in row) for row in _LETTERS)
    last = _row("ZXCVBNM" if upper else "zxcvbnm")
    return (
        *letters,
        (Key(SHIFT, 1.5, quiet=True), *last, Key(ERASE, 1.5, quiet=True)),
        (_WIDE_CLEAR, Key("-"), Key(SPACE, 4, quiet=True), Key("'"), Key("."), Key("·")),
    )
