"""How a person is shown to staff who need not know more: surname only, first 3 and last 4 of a mobile. Pure."""

import re

from contract.questions import Person

_NUMBERS = re.compile(r"(?<![0-9])(\d{17}[0-9Xx]|\d{15}|1[3-9]\d{9})(?![0-9])")


def masked_name(name: str) -> str:
    """`张三` -> `张*`, `DOE, JANE` -> `D***`. An empty name stays empty."""
    if name.isascii():
        return f"{name[0]}***" if name else ""
    return name[0] + "*" * (len(name) - 1)


def masked_mobile(mobile: str) -> str:
    """`13812345678` -> `138****5678`; what is too short for that shows its last two characters."""
    if len(mobile) >= 11:
        return f"{mobile[:3]}{'*' * (len(mobile) - 7)}{mobile[-4:]}"
    return "*" * max(len(mobile) - 2, 0) + mobile[-2:]


def masked(person: Person | None) -> str:
    """Name and mobile of a person, masked."""
    return "" if person is None else " ".join(filter(None, [masked_name(person.name), masked_mobile(person.mobile)]))


def masked_text(text: str) -> str:
    """A text in which identity and mobile numbers are hidden, should the sender have left one readable."""
    return _NUMBERS.sub(lambda found: f"{found[0][:3]}{'*' * (len(found[0]) - 5)}{found[0][-2:]}", text)
