"""The only opener of sealed content. Whoever calls `open_case` has written the look into the database first."""

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from central.keys import Keys
from contract.envelope import SUITE_INTL, Sealed, seal_context
from contract.messages import CaseContent

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class CannotOpen(Exception):
    """`key` names the words a page shows: `other_suite`, `other_holder`, `damaged` or `unreadable`."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def open_case(keys: Keys, sealed: Sealed, terminal: str, case_id: str) -> CaseContent:
    """The content of a case. Raises CannotOpen; nothing of the content is in the error."""
    if sealed.suite != SUITE_INTL:
        raise CannotOpen("other_suite")
    ours = next((wrapped for wrapped in sealed.keys if wrapped.key_id in keys.sealing), None)
    if ours is None:
        raise CannotOpen("other_holder")
    context = seal_context(terminal, case_id)
    try:
        content_key = _SUITE.decrypt(ours.wrapped, keys.sealing[ours.key_id], info=context)
        content = AESGCM(content_key).decrypt(sealed.nonce, sealed.content, context)
    except (InvalidTag, ValueError):
        raise CannotOpen("damaged") from None
    try:
        return msgspec.json.decode(content, type=CaseContent)
    except (msgspec.DecodeError, ValueError):
        raise CannotOpen("unreadable") from None
