"""The only opener of sealed content. Whoever opens something has written the look into the database first."""

import msgspec

from central.keys import Keys
from contract.envelope import Sealed, seal_context
from contract.messages import CaseContent
from contract.scans import decode_scan, scan_context
from contract.suites import CannotUnseal, UnknownSuite, suite


class CannotOpen(Exception):
    """`key` names the words a page shows, e.g. `other_holder`, `retired`, `not_here` or `damaged`."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def open_case(keys: Keys, sealed: Sealed, terminal: str, case_id: str) -> CaseContent:
    """The content of a case. Raises CannotOpen; nothing of the content is in the error."""
    content = open_sealed(keys, sealed, seal_context(terminal, case_id))
    try:
        return msgspec.json.decode(content, type=CaseContent)
    except (msgspec.DecodeError, ValueError):
        raise CannotOpen("unreadable") from None


def open_scan(keys: Keys, raw: bytes, terminal: str, case_id: str) -> bytes:
    """The picture or document in the bytes of a sealed scan. Raises CannotOpen."""
    try:
        sealed = decode_scan(raw)
    except ValueError:
        raise CannotOpen("unreadable") from None
    return open_sealed(keys, sealed, scan_context(terminal, case_id))


def open_sealed(keys: Keys, sealed: Sealed, context: bytes) -> bytes:
    """Whatever was sealed to one of our keys, bound to `context`. Raises CannotOpen."""
    try:
        used = suite(sealed.suite)
    except UnknownSuite:
        raise CannotOpen("other_suite") from None
    ours = next((wrapped for wrapped in sealed.keys if wrapped.key_id in keys.sealing), None)
    if ours is None:
        raise CannotOpen(_why_not(keys, sealed))
    if keys.sealing[ours.key_id].suite != sealed.suite:
        raise CannotOpen("other_suite")
    try:
        content_key = used.unwrap(keys.sealing[ours.key_id].private, ours.wrapped, context)
        return used.decrypt(content_key, sealed.nonce, sealed.content, context)
    except (CannotUnseal, ValueError):
        raise CannotOpen("damaged") from None


def _why_not(keys: Keys, sealed: Sealed) -> str:
    """A key that was ours and is not here is one that was retired, or this host opens nothing."""
    known = [found for wrapped in sealed.keys if (found := keys.version_of(wrapped.key_id))]
    if not known:
        return "other_holder"
    return "retired" if any(found.retired_at for found in known) else "not_here"
