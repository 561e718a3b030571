"""Why a record was put aside, as a key of what staff read; the sentence that was kept stays for technicians."""

from typing import Final

_BEGINNINGS: Final = (
    ("damaged:", "damaged"),
    ("foreign:", "foreign"),
    ("suite ", "unknown"),
    ("kind ", "unknown"),
    ("it cannot be kept", "unkept"),
)
_HELD: Final = "is held from another envelope"


def why(reason: str) -> str:
    """A key of `aside_why`: what the judge's sentence means to somebody who has to act on it."""
    found = next((key for beginning, key in _BEGINNINGS if reason.startswith(beginning)), "")
    return found or ("held" if _HELD in reason else "unreadable")
