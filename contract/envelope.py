"""The numbered, hashed wrapper of everything that travels from a terminal to the centre, and the sealed part inside it.

Pure: keys, nonces and clocks are the callers' business; this file only says which bytes mean what.
"""

from enum import StrEnum

import msgspec

from contract.suites import INTL, suite

FORMAT = 1


class Lane(StrEnum):
    """Independent streams of one terminal; each has its own sequence, so that none waits for another."""

    NUMBERS = "numbers"
    CASES = "cases"
    RATINGS = "ratings"
    """Ratings, complaints and what a citizen could not do."""
    TELEMETRY = "telemetry"
    SCANS = "scans"
    """What is said about scans; their bytes travel beside it (`contract.scans`)."""


class WrappedKey(msgspec.Struct, frozen=True):
    """The content key, sealed to one holder's public key as the suite does it (`Suite.wrap`)."""

    key_id: str
    wrapped: bytes


class Sealed(msgspec.Struct, frozen=True):
    """What only the holders of the named keys can read. `nonce` is 12 bytes, `content` ciphertext with its
    16-byte tag.
    """

    suite: str
    keys: tuple[WrappedKey, ...]
    nonce: bytes
    content: bytes


def seal_context(terminal: str, record_id: str) -> bytes:
    """The bytes both ends bind a sealed content to, so that it cannot be moved to another record."""
    return f"suiban/{FORMAT}/{terminal}/{record_id}".encode()


class Envelope(msgspec.Struct, frozen=True, omit_defaults=True):
    """One record on its way. Its place is (terminal, epoch, lane, seq); its identity is `id`, made before the first
    save.

    `body` is the JSON of one of the bodies in `contract.messages`, named by `kind` and `schema`; the centre keeps the
    bytes, so an
    envelope of an older or a newer terminal is never refused for its content. `made_at` is the terminal's wall clock,
    ISO 8601
    with offset, and decides nothing.
    """

    terminal: str
    epoch: int
    lane: Lane
    seq: int
    id: str
    kind: str
    schema: int
    made_at: str
    body: msgspec.Raw
    sealed: Sealed | None = None
    format: int = FORMAT
    suite: str = INTL
    """Of the hash of these bytes; the sealed part names its own, which may be older."""


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(Envelope)


def encode(envelope: Envelope) -> bytes:
    """The canonical bytes: what is stored in the outbox, hashed, sent and kept at the centre."""
    return _encoder.encode(envelope)


def decode(raw: bytes) -> Envelope:
    """Raises msgspec.DecodeError or ValidationError, both ValueError, naming the place."""
    return _decoder.decode(raw)


def content_hash(raw: bytes, suite_id: str = INTL) -> str:
    """The suite's digest of the canonical bytes, lower-case hex. Raises UnknownSuite."""
    return suite(suite_id).digest(raw).hex()
