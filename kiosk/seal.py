"""Seals what is personal to the hall's and the centre's public keys. Runs in the visit process only.

The content key lives for one call: after it nobody on this machine can read what was sealed.
"""

import secrets

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from contract.envelope import SUITE_INTL, Sealed, WrappedKey, seal_context
from contract.messages import CaseContent

_HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Sealer:
    """Seals case contents of one terminal to every recipient it was given."""

    def __init__(self, terminal: str, recipients: dict[str, bytes]) -> None:
        """`recipients` maps key id -> raw X25519 public key (32 bytes)."""
        self._terminal = terminal
        self._recipients = {key_id: X25519PublicKey.from_public_bytes(raw) for key_id, raw in recipients.items()}

    def seal(self, case_id: str, content: CaseContent) -> Sealed:
        """Readable only with a recipient's private key, and only as the content of this case of this terminal."""
        context = seal_context(self._terminal, case_id)
        key, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
        return Sealed(
            suite=SUITE_INTL,
            keys=tuple(
                WrappedKey(key_id, _HPKE.encrypt(key, public, info=context))
                for key_id, public in self._recipients.items()
            ),
            nonce=nonce,
            content=AESGCM(key).encrypt(nonce, msgspec.json.encode(content), context),
        )
