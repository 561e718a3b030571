"""How the bytes of a sealed scan travel: the tus 1.0 protocol, one upload named by its hash. Pure.

POST   /v1/scans          Tus-Resumable, Upload-Length, Upload-Metadata (hash, case, what, suite)
                          -> 201 Location, 200 if held
HEAD   /v1/scans/{hash}   -> 200 Upload-Offset, Upload-Length; 404 before it was created
PATCH  /v1/scans/{hash}   Upload-Offset, Content-Type application/offset+octet-stream -> 204 Upload-Offset
                          409 another offset is held: HEAD and go on from there; 460 the piece or the whole does not
                          have its hash (the whole: offset 0 again)

Every request is signed like any other; the Content-Digest of a piece is its checksum. The headers of an answer are not
signed, its status is: a terminal believes "all of it is held" only when a POST is answered with 200.

A sealed scan is the MessagePack of its `Sealed`; its hash, lower-case hex, is the suite's digest of these bytes.
"""

import base64

import msgspec

from contract.envelope import Sealed, seal_context
from contract.suites import INTL

SCANS_PATH = "/v1/scans"
TUS_VERSION = "1.0.0"
OFFSET_TYPE = "application/offset+octet-stream"
PIECE_SMALLEST = 16 * 1024
PIECE_LARGEST = 1024 * 1024
SCAN_LARGEST = 64 * 1024 * 1024
CHECKSUM_MISMATCH = 460


class ScanRef(msgspec.Struct, frozen=True):
    """One sealed scan of a case. `hash` names its sealed bytes, in lower-case hex."""

    hash: str
    size: int
    """Of the sealed bytes."""
    what: str = ""
    """The code of the material it stands for, as in the catalogue."""
    suite: str = INTL
    """Of `hash`."""


def scan_path(scan_hash: str) -> str:
    """Where one scan is."""
    return f"{SCANS_PATH}/{scan_hash}"


def scan_context(terminal: str, case_id: str) -> bytes:
    """The bytes a sealed scan is bound to."""
    return seal_context(terminal, case_id) + b"/scan"


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Sealed)


def encode_scan(sealed: Sealed) -> bytes:
    """The bytes that are kept, hashed and sent."""
    return _encoder.encode(sealed)


def decode_scan(raw: bytes) -> Sealed:
    """Raises ValueError naming the place."""
    return _decoder.decode(raw)


def write_metadata(scan_hash: str, case_id: str, what: str, suite_id: str = INTL) -> str:
    """The Upload-Metadata header of tus: keys with their values in base64. The hash is of this suite."""
    pairs = (("hash", scan_hash), ("case", case_id), ("what", what), ("suite", suite_id))
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}".rstrip() for key, value in pairs)


def read_metadata(header: str) -> dict[str, str]:
    """Its keys and values. Raises ValueError."""
    found = {}
    for pair in header.split(","):
        key, _, value = pair.strip().partition(" ")
        found[key] = base64.b64decode(value, validate=True).decode()
    return found
