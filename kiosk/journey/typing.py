"""What the keys of a pad make of a text. Pure."""

from collections.abc import Callable

from kiosk.journey import events as e


def typed(text: str, event: e.KeyPressed | e.Erased | e.Cleared, longest: int, takes: Callable[[str], bool]) -> str:
    """`text` after a key. What the field does not take, or has no room for, changes nothing."""
    match event:
        case e.KeyPressed(key) if key and all(takes(letter) for letter in key):
            return (text + key)[:longest]
        case e.Erased():
            return text[:-1]
        case e.Cleared():
            return ""
        case _:
            return text


def digit(letter: str) -> bool:
    """0 to 9."""
    return letter.isascii() and letter.isdecimal()


def any_letter(letter: str) -> bool:
    """Whatever can be seen."""
    return letter.isprintable()
