"""Who signed a request: the headers, the key, the signature. A stranger learns only that it is not accepted."""

import asyncio
import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from central.database import Database
from central.fleet import store as fleet
from central.fleet.store import Signer
from central.identity import store as identity
from contract import signing
from contract.signing import ReadSignature, SignatureInput
from contract.suites import PUBLIC_BYTES, BadSignature, PublicKey, suite_of_public

REMEMBER = timedelta(seconds=2)
"""A replaced key stops being accepted at the latest after this time."""


class NotAccepted(Exception):
    """The request is not from a terminal we know. `key` is for the log and the reply."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class Signed:
    """A request whose signature holds."""

    terminal: str
    input: SignatureInput


class Signers:
    """Checks signatures; remembers keys for a moment so that a busy terminal costs no query."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, tuple[Signer, datetime]] = {}

    async def check(self, request: "Request", authorities: Iterable[str]) -> Signed:
        """Any `created` is taken: a wrong clock must not stop the sync, and a push repeated changes nothing.

        `authorities` are the names this server goes by. Raises NotAccepted.
        """
        found = read(request.headers)
        if request.headers.get(signing.CONTENT_DIGEST.lower()) != signing.content_digest(
            request.body, found.input.suite
        ):
            raise NotAccepted("digest")
        signer = await self._signer(found.input.key_id)
        if len(signer.public_key) != PUBLIC_BYTES[found.input.suite]:
            raise NotAccepted("other_suite")
        key = PublicKey(found.input.suite, signer.public_key)
        for authority in authorities:
            base = signing.request_base(request.method, authority, request.path, request.body, found.input)
            try:
                key.verify(base, found.value)
            except BadSignature:
                continue
            return Signed(terminal=signer.terminal, input=found.input)
        raise NotAccepted("signature")

    async def _signer(self, key_id: str) -> Signer:
        now = self._clock()
        known = self._known.get(key_id)
        if known is not None and abs(now - known[1]) < REMEMBER:
            return known[0]
        found = await asyncio.to_thread(self._look_up, key_id)
        if found is None:
            self._known.pop(key_id, None)
            raise NotAccepted("unknown_key")
        self._known[key_id] = found, now
        return found

    def _look_up(self, key_id: str) -> Signer | None:
        """Raises NotAccepted for a key that was cut off: its terminal is told so, and keeps what it has."""
        with self._database.reading() as connection:
            found = fleet.signer(connection, key_id)
            if found is None and identity.revocation_of(connection, key_id) is not None:
                self._known.pop(key_id, None)
                raise NotAccepted("revoked")
            return found


@dataclass(frozen=True)
class Request:
    """The parts of a request that are signed, and its headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def read(headers: Mapping[str, str]) -> ReadSignature:
    """The signature as the headers carry it. Raises NotAccepted."""
    try:
        return signing.read_request_signature(
            headers.get(signing.SIGNATURE_INPUT.lower(), ""), headers.get(signing.SIGNATURE.lower(), "")
        )
    except signing.UnreadableSignature:
        raise NotAccepted("no_signature") from None


def public_key(text: str) -> bytes:
    """A raw public key of either suite from its base64. Raises ValueError naming what was expected."""
    try:
        raw = base64.b64decode(text, validate=True)
        suite_of_public(raw)
    except ValueError:
        message = "the public key: expected the 32 raw bytes of an Ed25519 key or the 64 of an SM2 key, base64"
        raise ValueError(message) from None
    return raw
