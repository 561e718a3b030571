"""What is being typed as finished texts: ways to type, candidates, keys. Pure."""

from typing import Final

import msgspec

from kiosk import words
from kiosk.input import keys as k
from kiosk.input.composer import Circumstances, Composing, candidates, modes, radical_depth, shown
from kiosk.input.keys import Mode
from kiosk.input.pinyin import Candidate
from kiosk.input.tables import Tables

_SHAPES: Final = {"1": "一", "2": "丨", "3": "丿", "4": "丶", "5": "乙"}
_ICONS: Final = {k.ERASE: "delete"}
_MARKS: Final = {
    ".": "point", "-": "dash", "，": "comma", ",": "comma", "。": "stop", "、": "pause",
    "：": "colon", ":": "colon", ";": "semicolon", "（": "opening", "(": "opening", "）": "closing", ")": "closing",
    "/": "slash", "#": "number", "@": "at", "&": "and_sign", "%": "percent", "+": "plus",
    "'": "apostrophe", "·": "middle_dot",
}  # fmt: skip


class KeyView(msgspec.Struct, frozen=True):
    """A key: `sends` goes back when it is touched. `weight` is its width in keys."""

    sends: str
    label: str
    speech: str
    note: str = ""
    icon: str = ""
    weight: float = 1
    quiet: bool = False
    chosen: bool = False


class InputView(msgspec.Struct, frozen=True):
    """`ways` is empty where there is but one. `spelled` is what is composed; `hint` says what to do until something is.

    `candidates` are those of this page; `turns` are the keys that turn it, empty where there is but one page.
    `narrow` are the keys that narrow Pinyin's characters by their first stroke.
    """

    mode: str
    ways: tuple[KeyView, ...]
    chooses: bool
    spelled: str
    hint: str
    candidates: tuple[KeyView, ...]
    most: int
    turns: tuple[KeyView, ...]
    pages: str
    narrow: tuple[KeyView, ...]
    narrow_hint: str
    rows: tuple[tuple[KeyView, ...], ...]
    writes: bool
    write_here: str
    heard: str
    """What is said of all this to who does not see it."""


class Speaker(msgspec.Struct, frozen=True):
    """The words of one language, and the tables that tell characters of one sound apart."""

    language: str
    tables: Tables

    def say(self, key: str, /, **values: object) -> str:
        """The words for `key`."""
        return words.say(self.language, key, **values)

    def told_apart(self, text: str) -> str:
        """`张` as `张，主张的张`, a rare character by its parts; whole words are clear as they are."""
        found = self.tables.examples.get(text) if len(text) == 1 else ()
        if not found:
            return text
        if "+" in found[0]:
            parts = self.say("input.speech.and").join(found[0].split("+"))
            return self.say("input.speech.parts", character=text, parts=parts)
        return self.say("input.speech.word", character=text, word=found[0])


def input_view(now: Composing, around: Circumstances, speaker: Speaker, without: frozenset[Mode]) -> InputView:
    """What the pad shows now."""
    found = candidates(now, around, speaker.tables)
    pages = -(-len(found) // around.page_size)
    offered = modes(around, without)
    chooses = now.mode in (Mode.PINYIN, Mode.HANDWRITING, Mode.STROKES, Mode.RADICAL)
    narrows = now.mode is Mode.PINYIN and (pages > 1 or now.strokes != "")
    return InputView(
        mode=now.mode.value,
        ways=tuple(_way(mode, now, speaker) for mode in offered) if len(offered) > 1 else (),
        chooses=chooses,
        spelled=_spelled(now),
        hint=_hint(now, bool(found), speaker) if chooses else "",
        candidates=tuple(
            _candidate(place, candidate.text, now, speaker) for place, candidate in enumerate(shown(now, around, found))
        ),
        most=around.page_size,
        turns=tuple(_turn(sends, now.page, pages, speaker) for sends in (k.BEFORE, k.AFTER)) if pages > 1 else (),
        pages=speaker.say("input.pages", at=now.page + 1, all=pages) if pages > 1 else "",
        narrow=tuple(_narrow(stroke, speaker) for stroke in _SHAPES) if narrows else (),
        narrow_hint=speaker.say("input.strokes_narrow") if narrows else "",
        rows=tuple(
            tuple(key_view(key, now, speaker) for key in row)
            for row in k.rows(now.mode, upper=now.upper, chinese=around.chinese)
        ),
        writes=now.mode is Mode.HANDWRITING,
        write_here=speaker.say("input.write_here"),
        heard=_heard(now, found[:1], speaker) or (_hint(now, bool(found), speaker) if chooses else ""),
    )


def key_view(key: k.Key, now: Composing, speaker: Speaker) -> KeyView:
    """What stands on a key and how it is spoken."""
    sends = key.sends
    if sends.startswith(k.STROKE):
        stroke = sends.removeprefix(k.STROKE)
        name = speaker.say(f"input.stroke.{stroke}")
        return KeyView(sends, _SHAPES.get(stroke, "?"), name, note=name)
    if len(sends) > 1:
        name = speaker.say(f"input.key.{sends.removeprefix('ink.')}")
        chosen = sends == k.SHIFT and now.upper
        return KeyView(sends, name, name, "", _ICONS.get(sends, ""), key.weight, quiet=True, chosen=chosen)
    return KeyView(sends, sends, _spoken(sends, now.mode, speaker), weight=key.weight, quiet=key.quiet)


def _spoken(character: str, mode: Mode, speaker: Speaker) -> str:
    """A capital is said to be one only where there are small letters too."""
    if mark := _MARKS.get(character):
        return speaker.say(f"input.speech.{mark}")
    cased = mode is Mode.LATIN and character.isupper()
    return speaker.say("input.speech.capital", letter=character) if cased else character


def _way(mode: Mode, now: Composing, speaker: Speaker) -> KeyView:
    name = speaker.say(f"input.mode.{mode.value}")
    return KeyView(f"{k.MODE}{mode.value}", name, name, chosen=mode is now.mode)


def _candidate(place: int, text: str, now: Composing, speaker: Speaker) -> KeyView:
    counts = now.mode is Mode.RADICAL and radical_depth(now.letters) in (0, 2)
    label = speaker.say("input.count", count=text) if counts else text
    return KeyView(f"{k.CHOOSE}{place}", label, label if counts else speaker.told_apart(text))


def _turn(sends: str, page: int, pages: int, speaker: Speaker) -> KeyView:
    name = speaker.say("input.before" if sends == k.BEFORE else "input.after")
    icon = "chevron-left" if sends == k.BEFORE else "chevron-right"
    ends = page == 0 if sends == k.BEFORE else page + 1 >= pages
    return KeyView("" if ends else sends, name, name, icon=icon, quiet=True)


def _narrow(stroke: str, speaker: Speaker) -> KeyView:
    name = speaker.say(f"input.stroke.{stroke}")
    return KeyView(f"{k.NARROW}{stroke}", _SHAPES[stroke], speaker.say("input.speech.narrow", stroke=name))


def _spelled(now: Composing) -> str:
    strokes = "".join(_SHAPES.get(stroke, "?") for stroke in (now.strokes if now.mode is Mode.PINYIN else now.letters))
    match now.mode:
        case Mode.PINYIN:
            return f"{now.letters} {strokes}".strip()
        case Mode.STROKES:
            return strokes
        case _:
            return ""


def _heard(now: Composing, found: tuple[Candidate, ...], speaker: Speaker) -> str:
    """What is composed so far and what it means first: `z h a n g，第一个是张，主张的张`."""
    if not found or not now.letters or now.mode is Mode.RADICAL:
        return ""
    if now.mode is Mode.STROKES:
        spelled = " ".join(speaker.say(f"input.stroke.{stroke}") for stroke in now.letters)
    else:
        spelled = " ".join(now.letters.replace("'", ""))
    return speaker.say("input.speech.composed", spelled=spelled, first=speaker.told_apart(found[0].text))


def _hint(now: Composing, found: bool, speaker: Speaker) -> str:  # private, one caller
    match now.mode:
        case Mode.RADICAL:
            return speaker.say(f"input.radical_{radical_depth(now.letters)}")
        case Mode.HANDWRITING if not now.inked:
            return speaker.say("input.write_here")
        case Mode.PINYIN | Mode.STROKES if now.letters:
            return "" if found else speaker.say("input.nothing")
        case Mode.PINYIN:
            return speaker.say("input.spell", example=speaker.say("input.spell_example"))
        case Mode.STROKES:
            return speaker.say("input.strokes")
        case _:
            return ""
