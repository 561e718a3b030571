"""Ed25519 (RFC 8032): by libsodium where PyNaCl is installed, by OpenSSL elsewhere. Both make the same signatures.

A centre checks thousands a second, and there libsodium takes half of OpenSSL's time: 62 µs to check and 25 µs to sign
instead of 128 µs and 43 µs. A terminal signs once in a while and needs no second library. Of keys that nobody makes
by chance (points of small order, for which some signature holds over anything) libsodium takes none.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from contract.suites import SIGNATURE_BYTES, BadSignature

KEY_BYTES: Final = 32


class _Sodium(NamedTuple):
    """What we take of PyNaCl."""

    sign: Callable[[bytes, bytes], bytes]
    open: Callable[[bytes, bytes], bytes]
    refused: type[Exception]


def sign(private: bytes, message: bytes) -> bytes:
    """64 bytes. `private` is the seed, 32 bytes."""
    sodium = _sodium()
    if sodium is None:
        return _key(private).sign(message)
    return sodium.sign(message, private + public(private))[:SIGNATURE_BYTES]


def verify(raw: bytes, message: bytes, signature: bytes) -> None:
    """Raises BadSignature, also for what is no key or no signature. `raw` is the public key."""
    if len(raw) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        raise BadSignature  # libsodium reads as many bytes as a key has, whatever it is given
    sodium = _sodium()
    if sodium is None:
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise BadSignature from None
    else:
        try:
            sodium.open(signature + message, raw)
        except sodium.refused:
            raise BadSignature from None


@lru_cache(maxsize=4)
def public(private: bytes) -> bytes:
    """The public half: computing it costs as much as a signature. Raises ValueError for what is no key."""
    return _key(private).public_key().public_bytes_raw()


@lru_cache(maxsize=4)
def _key(private: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(private)


@cache
def _sodium() -> _Sodium | None:
    """Loaded when the first signature is made or checked: a visit never does."""
    try:
        from nacl import bindings, exceptions  # noqa: PLC0415 - a terminal has it not, a visit never needs it
    except ImportError:
        return None
    return _Sodium(bindings.crypto_sign, bindings.crypto_sign_open, exceptions.BadSignatureError)
