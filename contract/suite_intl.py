"""The suite INTL-1; see `contract.suites`."""

import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM
from cryptography.hazmat.primitives.hpke import Suite as Hpke

from contract import ed25519
from contract.suites import INTL, CannotUnseal

_HPKE = Hpke(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class International:
    """See Suite."""

    id = INTL
    digest_name = "sha-256"
    signature_name = "ed25519"
    key_bytes = 32

    def digest(self, content: bytes) -> bytes:
        return hashlib.sha256(content).digest()

    def fresh_private(self) -> bytes:
        return Ed25519PrivateKey.generate().private_bytes_raw()

    def fresh_sealing(self) -> bytes:
        return X25519PrivateKey.generate().private_bytes_raw()

    def signing_public(self, private: bytes) -> bytes:
        return ed25519.public(private)

    def sealing_public(self, private: bytes) -> bytes:
        return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()

    def check_public(self, public: bytes) -> None:
        Ed25519PublicKey.from_public_bytes(public)

    def sign(self, private: bytes, message: bytes) -> bytes:
        return ed25519.sign(private, message)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> None:
        ed25519.verify(public, message, signature)

    def wrap(self, public: bytes, key: bytes, context: bytes) -> bytes:
        return _HPKE.encrypt(key, _sealing_public(public), info=context)

    def unwrap(self, private: bytes, wrapped: bytes, context: bytes) -> bytes:
        try:
            return _HPKE.decrypt(wrapped, X25519PrivateKey.from_private_bytes(private), info=context)
        except (InvalidTag, ValueError):
            raise CannotUnseal from None

    def encrypt(self, key: bytes, nonce: bytes, content: bytes, context: bytes) -> bytes:
        return AESGCM(key).encrypt(nonce, content, context)

    def decrypt(self, key: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
        try:
            return AESGCM(key).decrypt(nonce, sealed, context)
        except (InvalidTag, ValueError):
            raise CannotUnseal from None


@lru_cache(maxsize=8)
def _sealing_public(raw: bytes) -> X25519PublicKey:
    """The same few holders are sealed to all day."""
    return X25519PublicKey.from_public_bytes(raw)
