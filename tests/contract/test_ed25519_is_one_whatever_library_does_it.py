"""OpenSSL's and libsodium's Ed25519 are the same: RFC 8032's own examples, and each takes what the other made."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from contract import ed25519
from contract.suites import BadSignature

SECRET = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNED = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
"""RFC 8032, 7.1, test 2: of the one byte 0x72."""


@pytest.fixture(params=["what is installed", "OpenSSL alone"])
def _library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "OpenSSL alone":
        monkeypatch.setattr(ed25519, "_sodium", lambda: None)


@pytest.mark.usefixtures("_library")
def test_the_standards_example() -> None:
    assert ed25519.public(SECRET) == PUBLIC
    assert ed25519.sign(SECRET, b"\x72") == SIGNED
    ed25519.verify(PUBLIC, b"\x72", SIGNED)


@pytest.mark.usefixtures("_library")
@pytest.mark.parametrize("size", [0, 1, 330, 100_000])
def test_each_takes_what_openssl_made_and_openssl_takes_theirs(size: int) -> None:
    key, message = Ed25519PrivateKey.generate(), b"m" * size
    private, public = key.private_bytes_raw(), key.public_key().public_bytes_raw()
    ed25519.verify(public, message, key.sign(message))
    Ed25519PublicKey.from_public_bytes(public).verify(ed25519.sign(private, message), message)


@pytest.mark.usefixtures("_library")
@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        (PUBLIC, b"\x73", SIGNED),
        (PUBLIC, b"", SIGNED),
        (PUBLIC, b"\x72", SIGNED[:-1] + b"\x01"),
        (PUBLIC, b"\x72", SIGNED[:-1]),
        (PUBLIC, b"\x72", b""),
        (PUBLIC[:-1] + b"\x0d", b"\x72", SIGNED),
        (PUBLIC[:-1], b"\x72", SIGNED),
        (b"", b"\x72", SIGNED),
    ],
    ids=["message", "no message", "value", "short", "empty", "key", "short key", "no key"],
)
def test_everything_else_is_a_bad_signature(public: bytes, message: bytes, signature: bytes) -> None:
    with pytest.raises(BadSignature):
        ed25519.verify(public, message, signature)


@pytest.mark.usefixtures("_library")
@pytest.mark.parametrize("private", [b"", SECRET[:-1], SECRET + b"\x00"])
def test_a_seed_of_another_length_is_refused(private: bytes) -> None:
    with pytest.raises(ValueError, match="32"):
        ed25519.public(private)
    with pytest.raises(ValueError, match="32"):
        ed25519.sign(private, b"")
