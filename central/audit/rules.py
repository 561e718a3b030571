"""A row of the audit trail, its place in the chain, how long it is kept, and how a log server is told of it. Pure."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

KEPT_AT_LEAST: Final = timedelta(days=180)
"""Six months by law (网络安全法 第二十一条); failures.md F18."""

FORM: Final = "form"
LOGIN: Final = "login"
LOGIN_FAILED: Final = "login_failed"
LOGOUT: Final = "logout"
ACCOUNT_MADE: Final = "account_made"
ACCOUNT_CLOSED: Final = "account_closed"
ACCOUNT_OPENED: Final = "account_opened"
PASSWORD_RESET: Final = "password_reset"  # noqa: S105 - the name of an act
PASSWORD_CHANGED: Final = "password_changed"  # noqa: S105
GRANTED: Final = "granted"
RELEASED: Final = "released"
UNLOCKED: Final = "unlocked"
FACTOR_SET: Final = "factor_set"
FACTOR_CLEARED: Final = "factor_cleared"
FACTOR_FAILED: Final = "factor_failed"
RECOVERY_USED: Final = "recovery_used"
IDENTITY_SET: Final = "identity_set"
"""Who an account is, by keyed hash: whether its own ratings are told from citizens'."""
IDENTITY_FORGOTTEN: Final = "identity_forgotten"
EXPORTED: Final = "exported"
IMPORTED: Final = "imported"
TOKEN_MADE: Final = "token_made"  # noqa: S105
TOKEN_ENDED: Final = "token_ended"  # noqa: S105
RELEASE_STEP: Final = "release_step"
"""A release of the terminals' software was asked for, agreed to, went on, stopped, was taken back."""
LOOK: Final = "look"
"""Personal data was opened: from the logs of looks and openings, that are kept with their cases."""

ACTS: Final = (
    FORM,
    LOGIN,
    LOGIN_FAILED,
    LOGOUT,
    ACCOUNT_MADE,
    ACCOUNT_CLOSED,
    ACCOUNT_OPENED,
    PASSWORD_RESET,
    PASSWORD_CHANGED,
    GRANTED,
    RELEASED,
    UNLOCKED,
    FACTOR_SET,
    FACTOR_CLEARED,
    FACTOR_FAILED,
    RECOVERY_USED,
    IDENTITY_SET,
    IDENTITY_FORGOTTEN,
    EXPORTED,
    IMPORTED,
    TOKEN_MADE,
    TOKEN_ENDED,
    RELEASE_STEP,
    LOOK,
)

_FACILITY_AUDIT: Final = 13
_SEVERITY_NOTICE: Final = 5
_SD_ID: Final = "audit@32473"
"""RFC 5612's number for examples: an authority with a number of its own puts it into its log server's rule."""


class Entry(msgspec.Struct, frozen=True):
    """One act. `about` is a page, an account or a file; neither it nor `detail` ever holds personal data."""

    seq: int
    at: datetime
    who: str
    act: str
    about: str
    detail: str
    address: str
    hash: str = ""


def chained(previous: str, entry: Entry) -> str:
    """The hash of a row after the one with `previous`: SHA-256, 64 hex digits, over every field."""
    at = entry.at.isoformat(timespec="microseconds")
    told = [previous, entry.seq, at, entry.who, entry.act, entry.about, entry.detail, entry.address]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


def broken_at(previous: str, first: int, entries: Iterable[Entry]) -> tuple[int | None, int, str]:
    """The first row that is changed, missing or out of its place (None: all is whole), and the last row and its hash.

    `previous` is the hash the row `first` follows.
    """
    expected = first
    for entry in entries:
        if entry.seq != expected or entry.hash != chained(previous, entry):
            return expected, expected - 1, previous
        previous, expected = entry.hash, expected + 1
    return None, expected - 1, previous


def droppable_before(now: datetime, days: int) -> datetime:
    """Rows older than this may go: never any of the last 180 days, whatever the setting says."""
    return now - max(timedelta(days=days), KEPT_AT_LEAST)


def syslog_line(entry: Entry, host: str) -> bytes:
    """One RFC 5424 message in UTF-8: facility 13 (log audit), severity 5 (notice), the row as structured data."""
    values = {"seq": str(entry.seq), "who": entry.who, "about": entry.about, "from": entry.address, "hash": entry.hash}
    told = " ".join(f'{name}="{_escaped(value)}"' for name, value in values.items())
    at = entry.at.isoformat(timespec="milliseconds")
    name = "".join(letter for letter in host if "!" <= letter <= "~")[:255] or "-"
    text = _plain(entry.detail)
    head = f"<{_FACILITY_AUDIT * 8 + _SEVERITY_NOTICE}>1 {at} {name} suiban - {entry.act} [{_SD_ID} {told}]"
    return head.encode() + (b" \xef\xbb\xbf" + text.encode() if text else b"")


def _escaped(value: str) -> str:
    return _plain(value).replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")


def _plain(value: str) -> str:
    """One line without anything a terminal or a log server takes for a command."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in value).split())
