"""How a terminal becomes known: a one-time code, a key made on the terminal, a certificate of the fleet's CA. Pure."""

import hashlib

import msgspec

ENROL_PATH = "/v1/enrol"
RENEW_PATH = "/v1/renew"
RENEW_UNDER_DAYS = 30
"""A terminal whose certificate has fewer days left asks for the next one."""
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
    public_url: str = ""
    """Where phones reach it; the feed says so when that changes."""


class EnrolRefused(msgspec.Struct, frozen=True):
    """`error` is `code.unknown`, `code.expired`, `code.used` (with other keys), `code.locked`, `code.suite`,
    `code.waits` (for a person at the centre to compare the six digits: ask again), `code.revoked` (these keys were cut
    off: make new ones) or `code.elsewhere` (this host has no authority).
    """

    nonce: str
    error: str
    message: str
    centre_key: bytes = b""
    """With `code.waits`: the signing key the six digits are of."""


class RenewAsked(msgspec.Struct, frozen=True):
    """The next certificate, asked with the terminal's request signature; `csr` may be of the same key or of a new one.

    Taken on the listener without TLS as well: a terminal that was away for longer than its certificate lasts, or whose
    clock is wrong, must get in again. The same key soon after gives the same certificate.
    """

    terminal: str
    nonce: str
    csr: str


class Renewed(msgspec.Struct, frozen=True):
    """PEM."""

    nonce: str
    server_time: str
    certificate: str
    ca: str


def keys_of(asked: EnrolAsked, tls_key: bytes) -> str:
    """Both keys of a terminal in one name, hexadecimal. `tls_key` is the SubjectPublicKeyInfo of its CSR, DER."""
    parts = (asked.suite.encode(), asked.public_key, tls_key)
    return hashlib.sha256(b"".join(len(part).to_bytes(4) + part for part in parts)).hexdigest()


def fingerprint(keys: str, centre_key: bytes) -> str:
    """Six digits that the terminal and the page show: of the terminal's keys and of the centre's signing key."""
    found = hashlib.sha256(b"suiban/enrol/1" + bytes.fromhex(keys) + centre_key).digest()
    return f"{int.from_bytes(found[:8]) % 1_000_000:06d}"
