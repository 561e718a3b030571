"""一单清 (ZN-05): whether a guide fits one sheet of A4, reckoned from its text as its notice is set. Pure.

The measure errs on the safe side: what it lets pass fits, which the tests hold against the typeset paper.
"""

from typing import Final

from contract.catalogue import DEFAULT_LANGUAGE, Item, Text, say
from contract.offering import holds

MOST_LINES: Final = 53.0
"""Of the notice's text size (10.5 pt) on A4, between head and foot. Typeset, a second page begins at 54.7 or later."""
_WIDTH: Final = 44
"""Full-width characters in a line of running text."""
_CELLS: Final = (14, 11, 13)
"""The same in the columns of the list of materials: name, copies, note."""
_HEAD: Final = 1.9
_ROW: Final = 1.75
"""Lines a heading and a row of a table take with their padding, beyond the second line of their text."""


def lines(item: Item, language: str, answers: dict[str, str]) -> float:
    """Lines of the notice for these answers to the situations."""

    def wide(text: Text) -> float:
        return sum(1.0 if ord(letter) > 0x2E80 else 0.52 for letter in say(text, language))

    def rows(width: float, room: float) -> float:
        return max(1.0, -(-width // room))

    wanted = [material for material in item.materials if holds(material.when, answers)]
    notes = [note for note in item.notes if holds(note.when, answers)]
    total = 4 * _ROW + len(item.situations) * _ROW
    total += _HEAD + sum(rows(wide(text), _WIDTH) + 0.35 for text in item.conditions)
    total += _HEAD + sum(rows(wide(text), _WIDTH) + 0.35 for text in item.procedure)
    total += _HEAD + sum(rows(wide(note.text), _WIDTH) + 0.35 for note in notes)
    total += _HEAD + _ROW
    for material in wanted:
        note = wide(material.note) if material.note else 0.0
        total += max(rows(wide(material.name), _CELLS[0]), rows(note + 8, _CELLS[2])) - 1 + _ROW
    facts = (item.fee, item.result, item.opening_hours, item.place)
    total += _HEAD + 3 * _ROW + sum(rows(wide(text), _WIDTH - 12) - 1 + _ROW for text in facts)
    return total


def fullest(item: Item, language: str) -> float:
    """Lines of the longest notice: every situation answered so that it asks for most."""
    ways: list[dict[str, str]] = [{}]
    for situation in item.situations:
        ways = [way | {situation.key: answer.value} for way in ways for answer in situation.answers if not answer.stop]
        ways = sorted(ways, key=lambda way: -lines(item, language, way))[:64]
    return max((lines(item, language, way) for way in ways), default=0.0)


def too_long(item: Item) -> tuple[str, ...]:
    """The languages in which the guide is longer than one sheet."""
    languages = (DEFAULT_LANGUAGE, *(one for one in item.title if one != DEFAULT_LANGUAGE))
    return tuple(language for language in languages if fullest(item, language) > MOST_LINES)
