"""One sealed file with everything a terminal still owes its centre: how it is laid out, written, checked and read.

suiban-export/1                    one line
{"terminal": …}                    `ExportHeader` as JSON, one line
length (4 bytes, big endian), sealed bytes, again and again; a length of 0 ends them
signature (64 bytes)               of the terminal, over a prefix and the state after the last piece

The state begins as the digest of the two lines; each piece makes it `digest(state + sealed bytes)`, so that a file of
any size is checked piece by piece. A piece is a `Records` or a `ScanPiece` in MessagePack, sealed by the suite with the
content key of this file; its nonce is its number from 0, 12 bytes big endian, its context `piece_context`. The content
key is wrapped to each of the centre's sealing keys with `key_context`. Pure: keys come in as values.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Final

import msgspec

from contract.envelope import Lane, WrappedKey
from contract.suites import BadSignature, CannotUnseal, PublicKey, UnknownSuite, suite

MAGIC: Final = b"suiban-export/1\n"
_SIGNED: Final = b"suiban/export/1\n"
_SIGNATURE_BYTES: Final = 64
_LARGEST_HEADER: Final = 64 * 1024
LARGEST_PIECE: Final = 2 * 1024 * 1024
"""Of sealed bytes."""


class ExportHeader(msgspec.Struct, frozen=True):
    """Who wrote the file and whom it is sealed to. Read in the clear, believed after `check`."""

    terminal: str
    store: str
    epoch: int
    made_at: str
    suite: str
    """Of the signature, the seal and the states."""
    key_id: str
    """The terminal's, as in its requests."""
    keys: tuple[WrappedKey, ...]
    records: int
    scans: int


class ExportedRecord(msgspec.Struct, frozen=True, array_like=True):
    """An envelope that was never acknowledged, with its place; `raw` as in `Sent`."""

    epoch: int
    lane: Lane
    seq: int
    id: str
    hash: str
    raw: bytes


class Records(msgspec.Struct, frozen=True, tag="records"):
    """Some of them, lane by lane in order; older epochs first."""

    records: tuple[ExportedRecord, ...]


class ScanPiece(msgspec.Struct, frozen=True, tag="scan"):
    """A part of one sealed scan, named by the hash of the whole; its pieces follow one another."""

    hash: str
    suite: str
    case_id: str
    what: str
    size: int
    """Of the whole."""
    offset: int
    content: bytes


Piece = Records | ScanPiece


class BadExport(ValueError):
    """The file is not a whole export of this terminal; the message says where it breaks and what to do."""


def key_context(header: ExportHeader) -> bytes:
    """What the content key is bound to."""
    return f"suiban/export/1/{header.terminal}/{header.store}/{header.made_at}".encode()


def piece_context(header: ExportHeader, number: int) -> bytes:
    """What a sealed piece is bound to."""
    return key_context(header) + f"/{number}".encode()


def write(
    file: BinaryIO, header: ExportHeader, key: bytes, pieces: Iterable[Piece], sign: Callable[[bytes], bytes]
) -> int:
    """Write a whole export; the bytes written. `key` is its content key, `sign` the terminal's signature."""
    used = suite(header.suite)
    head = MAGIC + msgspec.json.encode(header) + b"\n"
    written = file.write(head)
    state = used.digest(head)
    for number, piece in enumerate(pieces):
        plain = msgspec.msgpack.encode(piece)
        sealed = used.encrypt(key, number.to_bytes(12, "big"), plain, piece_context(header, number))
        written += file.write(len(sealed).to_bytes(4, "big") + sealed)
        state = used.digest(state + sealed)
    return written + file.write(bytes(4) + sign(_SIGNED + state))


def read_header(file: BinaryIO) -> ExportHeader:
    """What the file says of itself, not yet believed; the file stands behind it. Raises BadExport."""
    return _head(file)[1]


def check(file: BinaryIO, public: PublicKey) -> ExportHeader:
    """Read the whole file from where it stands and verify the terminal's signature over it. Raises BadExport."""
    head, header = _head(file)
    if public.suite != header.suite:
        raise BadExport(f"the file is signed in suite {header.suite}, the terminal's key is of {public.suite}")
    state = suite(header.suite).digest(head)
    for sealed in _sealed(file):
        state = suite(header.suite).digest(state + sealed)
    signature = file.read(_SIGNATURE_BYTES)
    if len(signature) != _SIGNATURE_BYTES or file.read(1):
        raise BadExport("the file does not end with one signature: copy it again from the terminal")
    try:
        public.verify(_SIGNED + state, signature)
    except BadSignature:
        message = f"the signature is not of terminal {header.terminal}, or the file was changed: copy it again"
        raise BadExport(message) from None
    return header


def read(file: BinaryIO, key: bytes) -> Iterator[Piece]:
    """The pieces of a file that was checked, from its beginning, with its content key. Raises BadExport."""
    header = read_header(file)
    for number, sealed in enumerate(_sealed(file)):
        try:
            context = piece_context(header, number)
            plain = suite(header.suite).decrypt(key, number.to_bytes(12, "big"), sealed, context)
            yield msgspec.msgpack.decode(plain, type=Piece)
        except (CannotUnseal, ValueError) as error:
            raise BadExport(f"piece {number} cannot be opened with this key: {error}") from error


def _head(file: BinaryIO) -> tuple[bytes, ExportHeader]:
    magic = file.read(len(MAGIC))
    line = file.readline(_LARGEST_HEADER)
    if magic != MAGIC or not line.endswith(b"\n"):
        raise BadExport("this is no export of a terminal (suiban-export/1): name the file `kiosk export` has written")
    try:
        header = msgspec.json.decode(line, type=ExportHeader)
        suite(header.suite)
    except (UnknownSuite, ValueError) as error:
        message = f"the head of the file cannot be read ({error}): a newer program may have written it"
        raise BadExport(message) from error
    return magic + line, header


def _sealed(file: BinaryIO) -> Iterator[bytes]:
    while True:
        length = int.from_bytes(length_bytes := file.read(4), "big")
        if len(length_bytes) < 4 or length > LARGEST_PIECE:
            raise BadExport("the file ends in the middle: copy it again from the terminal")
        if not length:
            return
        sealed = file.read(length)
        if len(sealed) < length:
            raise BadExport("the file ends in the middle: copy it again from the terminal")
        yield sealed
