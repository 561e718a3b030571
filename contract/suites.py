"""Which algorithms keep, name and sign what travels: one interface, two suites. Pure but for their own chance.

| | INTL-1 | GM-1 (国密) |
|---|---|---|
| digest | SHA-256 (FIPS 180-4) | SM3 (GB/T 32905-2016) |
| signature | Ed25519 (RFC 8032) | SM2 with SM3, signer id 1234567812345678 (GB/T 32918.2-2016) |
| content | AES-256-GCM | SM4-GCM (GB/T 32907-2016) |
| content key to a holder | HPKE, X25519 and HKDF-SHA256 (RFC 9180) | SM2 (GB/T 32918.4-2016) |

Keys are raw bytes. INTL-1: 32 bytes private, 32 public. GM-1: 96 bytes private (the scalar of 32, then the public
point, which signing needs), 64 public (x, y). A signature is 64 bytes in both: of SM2, r and s of 32 bytes each.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Final, Protocol

INTL: Final = "INTL-1"
GM: Final = "GM-1"
SUITES: Final = (INTL, GM)
PRIVATE_BYTES: Final = {INTL: 32, GM: 96}
PUBLIC_BYTES: Final = {INTL: 32, GM: 64}
SIGNATURE_NAMES: Final = {INTL: "ed25519", GM: "sm2-sm3"}
"""Of keys and signatures, known without loading an algorithm: a visit reads its settings before its first frame."""
SIGNATURE_BYTES: Final = 64
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


class UnknownSuite(ValueError):
    """No suite of this name; the message says which there are."""


class BadSignature(ValueError):
    """The signature was not made by this key over these bytes."""


class CannotUnseal(ValueError):
    """The sealed bytes were changed, or are bound to something else, or are for another key."""


class Suite(Protocol):
    """All that varies. Every method is deterministic except where an algorithm needs chance of its own."""

    id: str
    digest_name: str
    """As in Content-Digest (RFC 9530)."""
    signature_name: str
    """As in the `alg` of a signature (RFC 9421)."""
    key_bytes: int
    """Of a content key."""

    def digest(self, content: bytes) -> bytes:
        """32 bytes."""

    def fresh_private(self) -> bytes:
        """A new private signing key."""

    def fresh_sealing(self) -> bytes:
        """A new private sealing key."""

    def signing_public(self, private: bytes) -> bytes:
        """The public half of a signing key. Raises ValueError for what is no key."""

    def sealing_public(self, private: bytes) -> bytes:
        """The public half of a sealing key. Raises ValueError."""

    def check_public(self, public: bytes) -> None:
        """Raises ValueError for what cannot be a public key to verify with."""

    def sign(self, private: bytes, message: bytes) -> bytes:
        """64 bytes."""

    def verify(self, public: bytes, message: bytes, signature: bytes) -> None:
        """Raises BadSignature."""

    def wrap(self, public: bytes, key: bytes, context: bytes) -> bytes:
        """A content key for one holder, bound to `context`."""

    def unwrap(self, private: bytes, wrapped: bytes, context: bytes) -> bytes:
        """Raises CannotUnseal."""

    def encrypt(self, key: bytes, nonce: bytes, content: bytes, context: bytes) -> bytes:
        """Ciphertext with its 16-byte tag; a nonce of 12 bytes is never used twice with one key."""

    def decrypt(self, key: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
        """Raises CannotUnseal."""


@cache
def suite(name: str) -> Suite:
    """The suite of this id. Raises UnknownSuite."""
    match name:
        case "INTL-1":
            from contract.suite_intl import International  # noqa: PLC0415 - a visit loads what it uses

            return International()
        case "GM-1":
            from contract.suite_gm import National  # noqa: PLC0415 - see above

            return National()
        case _:
            raise UnknownSuite(f"suite {name!r}: expected one of {', '.join(SUITES)}")


@dataclass(frozen=True)
class PublicKey:
    """A public key to verify with, and its suite."""

    suite: str
    raw: bytes

    def verify(self, message: bytes, signature: bytes) -> None:
        """Raises BadSignature."""
        suite(self.suite).verify(self.raw, message, signature)


@dataclass(frozen=True)
class SigningKey:
    """A private key with its suite."""

    suite: str
    private: bytes = field(repr=False)

    @classmethod
    def fresh(cls, name: str = INTL) -> "SigningKey":
        """A new one."""
        return cls(name, suite(name).fresh_private())

    @property
    def public(self) -> bytes:
        """Its public half, raw."""
        return suite(self.suite).signing_public(self.private)

    @property
    def public_key(self) -> PublicKey:
        """What others verify with."""
        return PublicKey(self.suite, self.public)

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return suite(self.suite).sign(self.private, message)


@dataclass(frozen=True)
class SealingKey:
    """A private key that opens what was sealed to its public half."""

    suite: str
    private: bytes = field(repr=False)

    @classmethod
    def fresh(cls, name: str = INTL) -> "SealingKey":
        """A new one."""
        return cls(name, suite(name).fresh_sealing())

    @property
    def public(self) -> bytes:
        """Its public half, raw."""
        return suite(self.suite).sealing_public(self.private)


def suite_of_public(public: bytes) -> str:
    """Of which suite a raw public key is. Raises ValueError for what is no key of any."""
    for name, size in PUBLIC_BYTES.items():
        if len(public) == size:
            suite(name).check_public(public)
            return name
    raise ValueError(f"a public key of {len(public)} bytes; expected 32 (INTL-1) or 64 (GM-1)")


def suite_of_key(private: bytes) -> str:
    """Key files hold raw bytes: their length says of which suite they are. Raises ValueError."""
    for name, size in PRIVATE_BYTES.items():
        if len(private) == size:
            return name
    raise ValueError(f"a private key of {len(private)} bytes; expected 32 (INTL-1) or 96 (GM-1)")
