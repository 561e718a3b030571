"""The five keys as data: which key of the keypad means what. Pure; key names are Qt's without `Key_`."""

from enum import StrEnum

import msgspec


class Meaning(StrEnum):
    """What a key of the keypad can mean."""

    PREVIOUS = "previous"
    NEXT = "next"
    OK = "ok"
    BACK = "back"
    HELP = "help"
    PLUGGED = "plugged"
    UNPLUGGED = "unplugged"
    LOUDER = "louder"
    SOFTER = "softer"


_ALONE = frozenset(
    (
        "Up", "Down", "Left", "Right", "Return", "Enter", "Space", "Backspace", "Escape", "Tab", "Home", "End",
        "PageUp", "PageDown", "Insert", "Delete", "Menu", "Help", "VolumeUp", "VolumeDown",
    )
)  # fmt: skip


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keypad: a USB keyboard with few keys. Several names for one meaning are one key or the other."""

    previous: tuple[str, ...] = ("Up", "Left")
    next: tuple[str, ...] = ("Down", "Right")
    ok: tuple[str, ...] = ("Return", "Enter")
    back: tuple[str, ...] = ("Backspace", "Escape")
    help: tuple[str, ...] = ("F1", "Help")
    plugged: tuple[str, ...] = ()
    """The key some keypads with a jack of their own press when headphones go in (F15 at many)."""
    unplugged: tuple[str, ...] = ()
    louder: tuple[str, ...] = ("VolumeUp",)
    softer: tuple[str, ...] = ("VolumeDown",)

    def __post_init__(self) -> None:
        """Raises ValueError for a key nobody knows or that means two things."""
        seen: set[str] = set()
        for meaning, name in self.pairs():
            if not (name in _ALONE or _is_function_key(name) or (len(name) == 1 and name.isascii() and name.isalnum())):
                message = f"`{meaning}`: no key {name!r}; a letter, a digit, F1 to F24 or {', '.join(sorted(_ALONE))}"
                raise ValueError(message)
            if name in seen:
                message = f"`{meaning}`: the key {name!r} means something else already"
                raise ValueError(message)
            seen.add(name)
        for needed in ("previous", "next", "ok", "back", "help"):
            if not getattr(self, needed):
                message = f"`{needed}`: at least one key expected; nobody could go on without it"
                raise ValueError(message)

    def pairs(self) -> tuple[tuple[Meaning, str], ...]:
        """Every meaning with each key that has it."""
        return tuple((meaning, name) for meaning in Meaning for name in getattr(self, meaning.value))


def _is_function_key(name: str) -> bool:
    return name[:1] == "F" and name[1:].isdecimal() and 1 <= int(name[1:]) <= 24
