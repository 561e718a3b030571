"""How a terminal becomes known: a one-time code, a key made on the terminal, a certificate of the fleet's CA. Pure."""

import msgspec

ENROL_PATH = "/v1/enrol"
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 10


class EnrolAsked(msgspec.Struct, frozen=True):
    """`csr` is PKCS#10 in PEM for the terminal's TLS key, signed with it; `public_key` is what it signs requests with.

    The same code with the same two keys gives the same answer for as long as the code is remembered.
    """

    nonce: str
    code: str
    suite: str
    public_key: bytes
    csr: str
    store: str
    machine: str


class CentreKey(msgspec.Struct, frozen=True):
    """One of the centre's public keys, raw."""

    id: str
    suite: str
    key: bytes


class Enrolled(msgspec.Struct, frozen=True):
    """All a terminal must know of its centre. Certificates are PEM."""

    nonce: str
    server_time: str
    terminal: str
    district: str
    number: str
    series: str
    hall: str
    place: str
    key_id: str
    epoch: int
    token: str
    url: str
    """Where its requests go from now on: the listener with mutual TLS."""
    certificate: str
    ca: str
    signing_keys: tuple[CentreKey, ...]
    sealing_keys: tuple[CentreKey, ...]


class EnrolRefused(msgspec.Struct, frozen=True):
    """`error` is `code.unknown`, `code.expired`, `code.used` (with other keys), `code.locked` or `code.suite`."""

    nonce: str
    error: str
    message: str
