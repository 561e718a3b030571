"""Numbers and codes a visit gives by itself: read aloud and typed by hand, no two alike. Pure."""

from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that is read for something else (no 0 O, 1 I L)."""


def letters(source: str, count: int) -> str:
    """So many letters out of a UUID: always the same for the same."""
    value = int(source.replace("-", ""), 16)
    found = []
    for _ in range(count):
        value, at = divmod(value, len(ALPHABET))
        found.append(ALPHABET[at])
    return "".join(found)


def plain(letter: str) -> bool:
    """What may stand in one."""
    return letter.isascii() and letter.isalnum()
