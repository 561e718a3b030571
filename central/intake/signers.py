"""Who signed a request: the headers, the key, the signature. A stranger learns only that it is not accepted."""

import asyncio
import base64
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from central.database import Database
from central.fleet import store as fleet
from central.fleet.store import Signer
from central.identity import store as identity
from contract import signing
from contract.signing import ReadSignature, SignatureInput
from contract.suites import PUBLIC_BYTES, BadSignature, PublicKey, suite_of_public

REMEMBER = timedelta(seconds=2)
"""A key that was replaced or cut off stops being accepted at the latest after this time."""


class NotAccepted(Exception):
    """The request is not from a terminal we know. `key` is for the log and the reply."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Signed(NamedTuple):
    """A request whose signature holds."""

    terminal: str
    input: SignatureInput


class Signers:
    """Checks signatures. Keys are remembered; whether any key was retired since is asked every two seconds, so that a
    terminal that is heard twice a minute costs no query of its own.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, Signer] = {}
        self._retired = 0
        """How many keys were retired in all, when `_known` was last seen to be in force; counted, because no clock of
        another machine says what was retired since."""
        self._sure_at = datetime.min.replace(tzinfo=UTC)
        self._asked: dict[str, list[asyncio.Future[Signer | str]]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def check(self, request: "Request", authorities: Iterable[str]) -> Signed:
        """Any `created` is taken: a wrong clock must not stop the sync, and a push repeated changes nothing.

        `authorities` are the names this server goes by. Raises NotAccepted.
        """
        found = read(request.headers)
        digest = signing.content_digest(request.body, found.input.suite)
        if request.headers.get("content-digest") != digest:
            raise NotAccepted("digest")
        signer = await self._signer(found.input.key_id)
        if len(signer.public_key) != PUBLIC_BYTES[found.input.suite]:
            raise NotAccepted("other_suite")
        key = PublicKey(found.input.suite, signer.public_key)
        for authority in authorities:
            base = signing.request_base(request.method, authority, request.path, request.body, found.input, digest)
            try:
                key.verify(base, found.value)
            except BadSignature:
                continue
            return Signed(terminal=signer.terminal, input=found.input)
        raise NotAccepted("signature")

    async def _signer(self, key_id: str) -> Signer:
        known = self._known.get(key_id)
        if known is not None and self._is_sure(self._clock()):
            return known
        found = await self._asked_with_others(key_id)
        if isinstance(found, Signer):
            return found
        raise NotAccepted(found)

    async def _asked_with_others(self, key_id: str) -> Signer | str:
        """Keys that are asked for while a look is under way are looked up by the next one, all in one statement."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Signer | str] = loop.create_future()
        self._asked.setdefault(key_id, []).append(answer)
        if self._looking is None:
            self._looking = loop.create_task(self._look())
        return await answer

    async def _look(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, {}
                try:
                    found = await self._seen(list(asked))
                except Exception as error:  # noqa: BLE001 - it belongs to those who asked
                    for answer in _waiting(asked):
                        answer.set_exception(error)
                    continue
                for key_id, answers in asked.items():
                    for answer in _waiting({key_id: answers}):
                        answer.set_result(found[key_id])
        finally:
            self._looking = None

    async def _seen(self, key_ids: Collection[str]) -> dict[str, Signer | str]:
        """What these keys are now; when it is time to count, every other key is forgotten if any was retired since."""
        now = self._clock()
        retired, found = await asyncio.to_thread(self._look_up, key_ids, count=not self._is_sure(now))
        if retired is not None:
            if retired != self._retired:
                self._known.clear()
            self._retired, self._sure_at = retired, now
        self._known.update({key_id: one for key_id, one in found.items() if isinstance(one, Signer)})
        return found

    def _is_sure(self, now: datetime) -> bool:
        """Whether keys were counted so lately that what is known is in force."""
        return abs(now - self._sure_at) < REMEMBER

    def _look_up(self, key_ids: Collection[str], *, count: bool = True) -> tuple[int | None, dict[str, Signer | str]]:
        """How many keys are retired, if it is asked; by key, whose it is or why it is not accepted.

        Who was cut off is told so. Counting goes through the keys of the whole fleet: not with every terminal that is
        heard for the first time.
        """
        with self._database.reading() as connection:
            # Counted first: what is retired between the two statements is then seen by the next count.
            retired = identity.retired_keys(connection) if count else None
            found: dict[str, Signer | str] = dict(fleet.signers(connection, key_ids))
            for key_id in key_ids:
                if key_id not in found:
                    revoked = identity.revocation_of(connection, key_id) is not None
                    found[key_id] = "revoked" if revoked else "unknown_key"
            return retired, found


def _waiting(asked: Mapping[str, list["asyncio.Future[Signer | str]"]]) -> list["asyncio.Future[Signer | str]"]:
    """Those whose asker has not gone away."""
    return [answer for answers in asked.values() for answer in answers if not answer.done()]


class Request(NamedTuple):
    """The parts of a request that are signed, and its headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def read(headers: Mapping[str, str]) -> ReadSignature:
    """The signature as the headers carry it. Raises NotAccepted."""
    try:
        return signing.read_request_signature(headers.get("signature-input", ""), headers.get("signature", ""))
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
