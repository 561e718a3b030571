"""Seals what is personal to the hall's and the centre's public keys. Runs in the visit process only.

The content key lives for one call: after it nobody on this machine can read what was sealed.
"""

import secrets

import msgspec

from contract.envelope import Sealed, WrappedKey, seal_context
from contract.messages import CaseContent
from contract.suites import NONCE_BYTES, suite


class Sealer:
    """Seals case contents of one terminal to every recipient it was given."""

    def __init__(self, terminal: str, suite_id: str, recipients: dict[str, bytes]) -> None:
        """`recipients` maps key id -> raw public key of this suite."""
        self._terminal = terminal
        self._suite = suite(suite_id)
        self._recipients = recipients

    def seal(self, case_id: str, content: CaseContent) -> Sealed:
        """Readable only with a recipient's private key, and only as the content of this case of this terminal."""
        context = seal_context(self._terminal, case_id)
        key, nonce = secrets.token_bytes(self._suite.key_bytes), secrets.token_bytes(NONCE_BYTES)
        return Sealed(
            suite=self._suite.id,
            keys=tuple(
                WrappedKey(key_id, self._suite.wrap(public, key, context))
                for key_id, public in self._recipients.items()
            ),
            nonce=nonce,
            content=self._suite.encrypt(key, nonce, msgspec.json.encode(content), context),
        )
