"""What is said on the line to another city's office: JSON over HTTP, signed with the key both offices share.

POST /transfers  HandOver    -> Told   the same id again is the same transfer
POST /scans      HandScan    -> Told   one paper of it; the same name again is the same paper
POST /complete   NameTransfer-> Told   everything was sent: the office begins
POST /query      NameTransfer-> Told   how it stands, with all news so far

Both ends sign as `central/signed_lines/protocol.py` says. Pure.
"""

from enum import StrEnum
from typing import Final

import msgspec

LARGEST: Final = 32 * 1024 * 1024


class At(StrEnum):
    """Where a transfer stands at the office."""

    UNKNOWN = "unknown"
    COMING = "coming"
    """Begun, not all of it is there."""
    WORKING = "working"
    DONE = "done"


class HandOver(msgspec.Struct, frozen=True):
    """A case: who it is for and what was answered, verified here. `scans` are the names of the papers that follow."""

    transfer_id: str
    from_office: str
    case_number: str
    implementation_code: str
    item_title: str
    name: str
    id_number: str
    card_kind: str
    answers: dict[str, str]
    scans: tuple[str, ...]
    result_by: str
    """`post` or `print`."""
    verified_by: str


class HandScan(msgspec.Struct, frozen=True):
    """One paper, as it was scanned (PNG, JPEG or PDF)."""

    transfer_id: str
    name: str
    what: str
    content: bytes


class NameTransfer(msgspec.Struct, frozen=True):
    transfer_id: str


class News(msgspec.Struct, frozen=True):
    """Something happened there; never taken back, in order. `at` is ISO 8601."""

    at: str
    text: str
    done: bool = False


class Told(msgspec.Struct, frozen=True):
    """A transfer as the office knows it. `lacks` are papers that have not come."""

    transfer_id: str
    at: At
    reference: str = ""
    news: tuple[News, ...] = ()
    lacks: tuple[str, ...] = ()
    waybill: str = ""
    """Where the result goes by post."""
    result: bytes = b""
    """Where it is printed at the place that took it in: the certificate, PDF or OFD."""
