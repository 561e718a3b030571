"""Seals what is personal to the hall's and the centre's public keys. Runs in the visit process only.

The content key lives for one call: after it nobody on this machine can read what was sealed.
"""

import secrets

import msgspec

from contract.envelope import Sealed, WrappedKey, seal_context
from contract.messages import CaseContent, ComplaintContent, HelpContent, NoticeContent
from contract.orders import OrderContent
from contract.scans import encode_scan, scan_context
from contract.suites import NONCE_BYTES, suite
from contract.supplements import SupplementContent

_content = msgspec.json.Encoder()


class Sealer:
    """Seals case contents of one terminal to every recipient it was given."""

    def __init__(self, terminal: str, suite_id: str, recipients: dict[str, bytes]) -> None:
        """`recipients` maps key id -> raw public key of this suite."""
        self._terminal = terminal
        self._suite = suite(suite_id)
        self._recipients = recipients

    def seal(self, case_id: str, content: CaseContent) -> Sealed:
        """Readable only with a recipient's private key, and only as the content of this case of this terminal."""
        return self._seal(_content.encode(content), seal_context(self._terminal, case_id))

    def seal_record(
        self,
        record_id: str,
        content: NoticeContent | ComplaintContent | HelpContent | OrderContent | SupplementContent,
    ) -> Sealed:
        """What is personal in a record of its own; readable as the content of this record only."""
        return self._seal(_content.encode(content), seal_context(self._terminal, record_id))

    def seal_scan(self, case_id: str, content: bytes) -> bytes:
        """The bytes of a sealed scan, to be kept and named by their hash; readable as a scan of this case only."""
        return encode_scan(self._seal(content, scan_context(self._terminal, case_id)))

    def seal_bytes(self, content: bytes, context: bytes) -> Sealed:
        """Anything else, bound to `context`."""
        return self._seal(content, context)

    @property
    def terminal(self) -> str:
        """On whose behalf."""
        return self._terminal

    @property
    def suite_id(self) -> str:
        """Of what is sealed here."""
        return self._suite.id

    def _seal(self, content: bytes, context: bytes) -> Sealed:
        key, nonce = secrets.token_bytes(self._suite.key_bytes), secrets.token_bytes(NONCE_BYTES)
        return Sealed(
            suite=self._suite.id,
            keys=tuple(
                WrappedKey(key_id, self._suite.wrap(public, key, context))
                for key_id, public in self._recipients.items()
            ),
            nonce=nonce,
            content=self._suite.encrypt(key, nonce, content, context),
        )
