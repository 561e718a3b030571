"""What a one-time code is worth, how long a certificate lasts, when somebody must hear of it. Pure: chance comes in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from contract.enrolment import CODE_ALPHABET, CODE_LENGTH

CODE_MINUTES = 15
WRONG_AT_MOST = 5
REMEMBER_ANSWER = timedelta(days=7)
"""How long a lost reply may be asked for again with the same code and keys."""
CERTIFICATE_DAYS = 90
ALARM_UNDER = timedelta(days=14)
"""A terminal renews by itself below 30 days: one that has fewer than these is in trouble."""
AUTHORITY_ALARM_UNDER = timedelta(days=180)
"""The fleet's authority lasts twenty years: whoever made it is not there when it ends."""
LOOKUP = 4
"""The first characters only find the code; the other six are the secret that five wrong ones lock."""


class Verdict(StrEnum):
    """What a code is worth to whoever shows it. All but two are the keys of `contract.enrolment.EnrolRefused`."""

    FRESH = "fresh"
    AGAIN = "again"
    """The same keys as before: the stored answer."""
    UNKNOWN = "code.unknown"
    EXPIRED = "code.expired"
    USED = "code.used"
    LOCKED = "code.locked"
    WAITS = "code.waits"
    """A person must first compare the six digits and confirm."""


SAID = {
    Verdict.UNKNOWN: "the code: not known here; type it again as the page shows it, or make a new one",
    Verdict.EXPIRED: "the code: its time is over; make a new one with `central enrol-code` or on the page",
    Verdict.USED: "the code: used already by another terminal's keys; make a new one, and ask who used this one",
    Verdict.LOCKED: "the code: locked after too many wrong tries; make a new one",
    Verdict.WAITS: "the code: compare the six digits with the page at the centre, and confirm there",
}


class Code(msgspec.Struct, frozen=True):
    """A code as it was made. Nothing of its secret but a slow hash is kept."""

    lookup: str
    salt: bytes
    secret_hash: bytes
    terminal: str
    district: str
    number: str
    hall: str
    place: str
    series: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    wrong: int = 0
    asked_keys: str | None = None
    fingerprint: str | None = None
    asked_at: datetime | None = None
    confirmed_by: str | None = None
    used_at: datetime | None = None
    answer: bytes | None = None


@dataclass(frozen=True)
class Typed:
    """A code split into what finds it and what proves it."""

    lookup: str
    secret: str


def code_from(chance: bytes) -> str:
    """Ten characters of the alphabet, from ten random bytes (32 characters: no character is likelier)."""
    return "".join(CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in chance[:CODE_LENGTH])


def typed(text: str) -> Typed | None:
    """A code as a person typed it: spaces, hyphens and small letters do no harm. None when it cannot be one."""
    plain = text.upper().translate(str.maketrans("", "", " -\t"))
    if len(plain) != CODE_LENGTH or not set(plain) <= set(CODE_ALPHABET):
        return None
    return Typed(plain[:LOOKUP], plain[LOOKUP:])


def shown(code: str) -> str:
    """A code as it is read aloud: `7K3F-Q2MPX9`."""
    return f"{code[:LOOKUP]}-{code[LOOKUP:]}"


def judge(code: Code, *, right: bool, keys: str, now: datetime, confirm: bool) -> Verdict:
    """What a code is worth now. `right`: its secret fits; `keys`: `keys_of` whoever asks; `confirm`: a person must."""
    if code.wrong >= WRONG_AT_MOST:
        return Verdict.LOCKED
    if not right:
        return Verdict.UNKNOWN
    if code.used_at is not None:
        if code.asked_keys != keys:
            return Verdict.USED
        return Verdict.AGAIN if now - code.used_at <= REMEMBER_ANSWER else Verdict.EXPIRED
    if now >= code.expires_at:
        return Verdict.EXPIRED
    if code.asked_keys is not None and code.asked_keys != keys:
        return Verdict.USED
    return Verdict.WAITS if confirm and code.confirmed_by is None else Verdict.FRESH
