"""What an upload may ask, whether bytes have their hash, and when a case is complete. Pure."""

import re
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from contract.scans import SCAN_LARGEST, TUS_VERSION, read_metadata
from contract.suites import SUITES, suite

HASH = re.compile(r"^[0-9a-f]{64}$")
_ID = re.compile(r"^[A-Za-z0-9_.:-]{1,80}$")


class Malformed(ValueError):
    """A request that says what it cannot mean; the message names the header and the expected value."""


class State(StrEnum):
    """How much of a scan is held."""

    EXPECTED = "expected"
    """A case names it, or it was found damaged: it must come."""
    COMING = "coming"
    HELD = "held"


class Told(StrEnum):
    """What the terminal of a case was told of its scans last."""

    NOTHING = "nothing"
    ACCEPTED = "accepted"
    INCOMPLETE = "incomplete"


class Upload(msgspec.Struct, frozen=True):
    """A scan somebody wants to send. `size` is that of its sealed bytes."""

    hash: str
    size: int
    case_id: str
    what: str


class Held(msgspec.Struct, frozen=True):
    """How many scans a case names, and how many of them are held."""

    named: int
    held: int

    @property
    def complete(self) -> bool:
        """Whether nothing is lacking."""
        return self.held == self.named


def read_upload(headers: Mapping[str, str]) -> Upload:
    """The headers of a POST, their names in lower case. Raises Malformed."""
    check_version(headers)
    size = _number(headers, "upload-length")
    if not 1 <= size <= SCAN_LARGEST:
        raise Malformed(f"Upload-Length: {size}; expected 1 to {SCAN_LARGEST} bytes")
    try:
        said = read_metadata(headers.get("upload-metadata", ""))
    except ValueError:
        raise Malformed("Upload-Metadata: expected pairs of a key and its value in base64") from None
    upload = Upload(said.get("hash", ""), size, said.get("case", ""), said.get("what", ""))
    if not HASH.match(upload.hash):
        raise Malformed("Upload-Metadata: `hash`: expected 64 lower-case hex digits")
    if not _ID.match(upload.case_id):
        raise Malformed("Upload-Metadata: `case`: expected 1 to 80 characters of A-Z a-z 0-9 _ . : -")
    if len(upload.what) > 80 or not upload.what.isprintable():
        raise Malformed("Upload-Metadata: `what`: expected at most 80 printable characters")
    return upload


def read_offset(headers: Mapping[str, str]) -> int:
    """The place a piece belongs to. Raises Malformed."""
    check_version(headers)
    return _number(headers, "upload-offset")


def check_version(headers: Mapping[str, str]) -> None:
    """Raises Malformed for another version of tus."""
    if headers.get("tus-resumable") != TUS_VERSION:
        raise Malformed(f"Tus-Resumable: expected {TUS_VERSION}")


def is_named(content: bytes, scan_hash: str) -> bool:
    """Whether these bytes have this hash, by the digest of either suite."""
    return any(suite(name).digest(content).hex() == scan_hash for name in SUITES)


def verdict(held: Held, told: Told) -> Told | None:
    """What the terminal must be told now, if anything. That a case waits for its first scans it knows itself."""
    if held.complete:
        return None if told is Told.ACCEPTED else Told.ACCEPTED
    return Told.INCOMPLETE if told is Told.ACCEPTED else None


def _number(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name, "")
    if not re.match(r"^\d{1,12}$", text):
        raise Malformed(f"{name.title()}: expected a number of bytes")
    return int(text)
