"""A scan on the wire: the requests of `contract.scans`, and what their answers mean."""

from typing import Protocol

import msgspec

from contract.scans import CHECKSUM_MISMATCH, OFFSET_TYPE, SCANS_PATH, TUS_VERSION, scan_path, write_metadata
from offline_cache.link.client import REFUSED, Answer, LinkFailure
from offline_cache.scans.book import WaitingScan

_HELD, _CREATED, _TAKEN, _UNKNOWN, _CONFLICT = 200, 201, 204, 404, 409
_TUS = {"Tus-Resumable": TUS_VERSION}


class ScanLine(Protocol):
    """What `CentreClient` does: a signed request and the answer the centre signed. Raises LinkFailure."""

    def exchange(self, method: str, path: str, body: bytes, headers: dict[str, str], answers: frozenset[int]) -> Answer:
        """An answer with another status than these is a failure."""

    def close(self) -> None: ...


class Progress(msgspec.Struct, frozen=True):
    """Where an upload stands: `offset` bytes are at the centre, None when it has to be asked."""

    offset: int | None = None
    mismatch: bool = False
    """The last piece, or the whole, did not have its hash."""


def create(line: ScanLine, scan: WaitingScan) -> bool:
    """Announce the scan, also again. True when the centre holds all of it: its signed status says so."""
    headers = {
        **_TUS,
        "Upload-Length": str(scan.size),
        "Upload-Metadata": write_metadata(scan.hash, scan.case_id, scan.what, scan.suite),
    }
    return line.exchange("POST", SCANS_PATH, b"", headers, frozenset({_HELD, _CREATED})).status == _HELD


def ask(line: ScanLine, scan: WaitingScan) -> int | None:
    """How many bytes the centre has; None for an upload it does not know."""
    answer = line.exchange("HEAD", scan_path(scan.hash), b"", dict(_TUS), frozenset({_HELD, _TAKEN, _UNKNOWN}))
    return None if answer.status == _UNKNOWN else _offset(answer, scan)


def send(line: ScanLine, scan: WaitingScan, offset: int, piece: bytes) -> Progress:
    """One piece. The centre keeps all of it or nothing."""
    headers = {**_TUS, "Upload-Offset": str(offset), "Content-Type": OFFSET_TYPE}
    answers = frozenset({_TAKEN, _UNKNOWN, _CONFLICT, CHECKSUM_MISMATCH})
    answer = line.exchange("PATCH", scan_path(scan.hash), piece, headers, answers)
    if answer.status == _TAKEN:
        return Progress(_offset(answer, scan))
    return Progress(mismatch=answer.status == CHECKSUM_MISMATCH)


def _offset(answer: Answer, scan: WaitingScan) -> int:
    written = answer.headers.get("Upload-Offset", "")
    if not written.isdecimal() or int(written) > scan.size:
        raise LinkFailure(REFUSED, f"Upload-Offset: 0 to {scan.size} expected, found {written[:20]!r}")
    return int(written)
