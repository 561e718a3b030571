"""Typing as a pure function: what is composed, a key -> what is composed then, and what it types. Keeps nothing."""

from typing import Final

import msgspec

from kiosk.input import keys as k
from kiosk.input import pinyin, strokes
from kiosk.input.keys import Mode
from kiosk.input.spelling_ways import MOST_LETTERS
from kiosk.input.tables import Tables

PAGE: Final = 9
PAGE_LARGE: Final = 5
_MOST_NARROWING: Final = 6


class Composing(msgspec.Struct, frozen=True):
    """What is not yet typed. `letters`: Pinyin, strokes as digits, or the way to a radical (`3.085.05`).

    `strokes` narrows Pinyin's characters by how their writing begins. `found`: what handwriting was recognised as.
    """

    mode: Mode
    letters: str = ""
    strokes: str = ""
    page: int = 0
    upper: bool = False
    found: tuple[str, ...] = ()
    inked: int = 0
    """How many strokes lie on the writing field."""

    @property
    def empty(self) -> bool:
        """Whether nothing is begun, so that erasing takes from what is typed."""
        return not self.letters and not self.found and not self.inked


class Circumstances(msgspec.Struct, frozen=True):
    """What is asked for (`journey.page.Pad`), what is typed of it so far, and how many candidates a page has."""

    pad: str
    typed: str = ""
    page_size: int = PAGE
    chinese: bool = True


class Pressed(msgspec.Struct, frozen=True):
    """`typed` goes to the page, `erased` and `cleared` act on it; `wipes` and `undoes` act on the writing field."""

    composing: Composing
    typed: str = ""
    erased: bool = False
    cleared: bool = False
    undoes: bool = False
    wipes: bool = False


def opening(around: Circumstances, without: frozenset[Mode] = frozenset()) -> Composing:
    """Nothing composed, in the first way there is. Raises KeyError for a pad there is not."""
    return Composing(modes(around, without)[0])


def modes(around: Circumstances, without: frozenset[Mode] = frozenset()) -> tuple[Mode, ...]:
    """The ways to type, without those this terminal cannot offer; letters first for who does not read Chinese."""
    offered = [mode for mode in k.MODES[around.pad] if mode not in without]
    return tuple(offered if around.chinese else sorted(offered, key=lambda mode: mode is not Mode.LATIN))


def candidates(now: Composing, around: Circumstances, tables: Tables) -> tuple[pinyin.Candidate, ...]:
    """Everything that can be chosen, the likeliest first."""
    match now.mode:
        case Mode.PINYIN if now.letters:
            name = around.pad == "name"
            return pinyin.candidates(now.letters, now.strokes, tables, name=name, first=name and not around.typed)
        case Mode.STROKES:
            return _whole(strokes.characters(now.letters, tables))
        case Mode.RADICAL:
            return _whole(_under(now.letters, tables))
        case Mode.HANDWRITING:
            return _whole(now.found)
        case _:
            return ()


def shown(now: Composing, around: Circumstances, found: tuple[pinyin.Candidate, ...]) -> tuple[pinyin.Candidate, ...]:
    """Those of the page that is shown."""
    first = now.page * around.page_size
    return found[first : first + around.page_size]


def press(now: Composing, key: str, around: Circumstances, tables: Tables) -> Pressed:
    """What one key does. A key that means nothing here changes nothing."""
    if key.startswith(k.MODE):
        return _change_mode(now, key.removeprefix(k.MODE), around)
    if key.startswith(k.CHOOSE):
        return _choose(now, key.removeprefix(k.CHOOSE), around, tables)
    match key:
        case k.ERASE:
            return _erase(now)
        case k.CLEAR:
            emptied = _emptied(now)
            return Pressed(emptied, wipes=now.inked > 0) if not now.empty else Pressed(emptied, cleared=True)
        case k.BEFORE | k.AFTER:
            return _turn(now, key, around, tables)
        case k.SHIFT:
            return Pressed(msgspec.structs.replace(now, upper=not now.upper))
        case k.UNDO | k.WIPE:
            return _unwrite(now, key)
        case _:
            return _type(now, key)


def recognised(now: Composing, inked: int, found: tuple[str, ...]) -> Composing:
    """The writing field has `inked` strokes, and this is what they may be."""
    return msgspec.structs.replace(now, inked=inked, found=found if inked else (), page=0)


def _type(now: Composing, key: str) -> Pressed:
    match now.mode:
        case Mode.PINYIN:
            return Pressed(_spell(now, key))
        case Mode.STROKES:
            stroke = key.removeprefix(k.STROKE)
            if stroke in (*strokes.STROKES, strokes.ANY) and len(now.letters) < strokes.MOST_STROKES:
                return Pressed(msgspec.structs.replace(now, letters=now.letters + stroke, page=0))
            return Pressed(now)
        case Mode.HANDWRITING | Mode.RADICAL:
            return Pressed(now)
        case _:
            typed = " " if key == k.SPACE else key if len(key) == 1 else ""
            return Pressed(msgspec.structs.replace(now, upper=now.upper and not typed.isalpha()), typed=typed)


def _spell(now: Composing, key: str) -> Composing:
    if key.startswith(k.NARROW):
        stroke = key.removeprefix(k.NARROW)
        if now.letters and stroke in (*strokes.STROKES,) and len(now.strokes) < _MOST_NARROWING:
            return msgspec.structs.replace(now, strokes=now.strokes + stroke, page=0)
        return now
    letter = "'" if key == k.APART else key.lower()
    fits = letter == "'" or (len(letter) == 1 and "a" <= letter <= "z")
    if not fits or len(now.letters) >= MOST_LETTERS or (letter == "'" and now.letters[-1:] in ("", "'")):
        return now
    return msgspec.structs.replace(now, letters=now.letters + letter, strokes="", page=0)


def _erase(now: Composing) -> Pressed:
    if now.strokes:
        return Pressed(msgspec.structs.replace(now, strokes=now.strokes[:-1], page=0))
    if now.mode is Mode.RADICAL and now.letters:
        return Pressed(msgspec.structs.replace(now, letters=now.letters.rpartition(".")[0], page=0))
    if now.letters:
        return Pressed(msgspec.structs.replace(now, letters=now.letters[:-1], page=0))
    if now.inked or now.found:
        return Pressed(_emptied(now), wipes=True)
    return Pressed(now, erased=True)


def _unwrite(now: Composing, key: str) -> Pressed:
    if now.mode is not Mode.HANDWRITING or not now.inked:
        return Pressed(now)
    left = now.inked - 1 if key == k.UNDO else 0
    emptied = msgspec.structs.replace(_emptied(now), inked=left)
    return Pressed(emptied, undoes=left > 0, wipes=left == 0)


def _change_mode(now: Composing, name: str, around: Circumstances) -> Pressed:
    if name not in [mode.value for mode in k.MODES[around.pad]]:
        return Pressed(now)
    return Pressed(Composing(Mode(name)), wipes=now.inked > 0)


def _turn(now: Composing, key: str, around: Circumstances, tables: Tables) -> Pressed:
    last = max(0, (len(candidates(now, around, tables)) - 1) // around.page_size)
    page = now.page + (1 if key == k.AFTER else -1)
    return Pressed(msgspec.structs.replace(now, page=min(last, max(0, page))))


def _choose(now: Composing, place: str, around: Circumstances, tables: Tables) -> Pressed:
    page = shown(now, around, candidates(now, around, tables))
    if not place.isdecimal() or not place.isascii() or int(place) >= len(page):
        return Pressed(now)
    chosen = page[int(place)]
    if now.mode is Mode.RADICAL and (step := _deeper(now, int(place), around, tables)):
        return Pressed(step)
    left = now.letters[chosen.used :] if now.mode is Mode.PINYIN else ""
    return Pressed(msgspec.structs.replace(_emptied(now), letters=left), typed=chosen.text, wipes=now.inked > 0)


def _emptied(now: Composing) -> Composing:
    return Composing(now.mode, upper=now.upper)


def _whole(texts: tuple[str, ...]) -> tuple[pinyin.Candidate, ...]:
    return tuple(pinyin.Candidate(text, 0) for text in texts)


def radical_depth(letters: str) -> int:
    """0: the radical's strokes are asked; 1: the radical; 2: the strokes beside it; 3: the character."""
    return letters.count(".") + 1 if letters else 0


def _under(letters: str, tables: Tables) -> tuple[str, ...]:
    way = letters.split(".") if letters else []
    match way:
        case []:
            return tuple(str(count) for count in strokes.radical_counts(tables))
        case [count]:
            return tuple(name for _, name in strokes.radicals(int(count), tables))
        case [_, radical]:
            return tuple(str(count) for count in strokes.rest_counts(radical, tables))
        case [_, radical, rest, *_]:
            return strokes.under(radical, int(rest), tables)
    return ()


def _deeper(now: Composing, place: int, around: Circumstances, tables: Tables) -> Composing | None:
    """One step down; None where a character is chosen."""
    at = now.page * around.page_size + place
    way = now.letters.split(".") if now.letters else []
    match way:
        case []:
            step = str(strokes.radical_counts(tables)[at])
        case [count]:
            step = strokes.radicals(int(count), tables)[at][0]
        case [_, radical]:
            step = f"{strokes.rest_counts(radical, tables)[at]:02}"
        case _:
            return None
    return msgspec.structs.replace(now, letters=".".join((*way, step)), page=0)
