"""Makes one-time codes and weighs them: the secret's slow hash, so that a copied database opens nobody's door."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Final

import msgspec

from central.fleet import rules as fleet_rules
from central.identity import rules
from central.identity.rules import Code, Typed
from central.mendable import MendableError

_NOBODY: Final = bytes(16)
"""The salt for codes that do not exist: looking one up takes as long."""
LONGEST_MINUTES: Final = 24 * 60
_TERMINAL: Final = "the terminal: letters, digits, . _ -, at most 40"
_DISTRICT: Final = re.compile(r"^[0-9]{6}$")
_NUMBER: Final = re.compile(r"^[0-9A-Z]{4}$")
_SERIES: Final = re.compile(r"^[0-9A-Z]{1,2}$")


class CodeRefused(MendableError):
    """A code for this cannot be made; the message says what was expected, `field` which words a page has for it."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class Wanted(msgspec.Struct, frozen=True):
    """The terminal a code is for. `district` is six digits (GB/T 2260), `number` four characters."""

    terminal: str
    hall: str
    place: str
    series: str
    district: str
    number: str
    minutes: int = rules.CODE_MINUTES


def make(wanted: Wanted, by: str, now: datetime) -> tuple[str, Code]:
    """A new code as it is told once, and what is kept of it. Raises CodeRefused."""
    _check(wanted)
    text = rules.code_from(secrets.token_bytes(16))
    return text, _kept(wanted, Typed(text[: rules.LOOKUP], text[rules.LOOKUP :]), by, now)


def is_right(code: Code | None, given: Typed) -> bool:
    """Whether the secret fits; takes as long where there is no such code."""
    hashed = _hash(given.secret, code.salt if code else _NOBODY)
    return secrets.compare_digest(hashed, code.secret_hash if code else bytes(32)) and code is not None


def _kept(wanted: Wanted, found: Typed, by: str, now: datetime) -> Code:
    salt = secrets.token_bytes(16)
    return Code(
        lookup=found.lookup,
        salt=salt,
        secret_hash=_hash(found.secret, salt),
        terminal=wanted.terminal,
        district=wanted.district,
        number=wanted.number,
        hall=wanted.hall,
        place=wanted.place,
        series=wanted.series,
        made_by=by,
        made_at=now,
        expires_at=now + timedelta(minutes=wanted.minutes),
    )


def _hash(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, n=1 << 14, r=8, p=1, dklen=32)


def _check(wanted: Wanted) -> None:
    problems = (
        ("terminal", fleet_rules.TERMINAL_ID.match(wanted.terminal) and wanted.terminal != "new", _TERMINAL),
        ("district", _DISTRICT.match(wanted.district), "the district: six digits (GB/T 2260)"),
        ("number", _NUMBER.match(wanted.number), "the number: four digits or capital letters"),
        ("series", _SERIES.match(wanted.series), "the series: one or two digits or capital letters"),
        ("minutes", 1 <= wanted.minutes <= LONGEST_MINUTES, f"the minutes: 1 to {LONGEST_MINUTES}"),
        ("place", max(len(wanted.hall), len(wanted.place)) <= 80, "hall and place: at most 80 characters each"),
    )
    for field, holds, expected in problems:
        if not holds:
            raise CodeRefused(f"{expected} expected", field)
