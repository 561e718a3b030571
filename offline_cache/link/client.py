"""The only user of requests: signs what goes to the centre and believes only what the centre signed in answer.

A 200 is not success: a captive portal says it too (no valid signature, no echo of the nonce).
"""

import secrets
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import msgspec
import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import ReadTimeoutError

from contract import signing
from contract.enrolment import ENROL_PATH, RENEW_PATH, EnrolAsked, Enrolled, EnrolRefused, RenewAsked, Renewed
from contract.exchange import (
    EPOCH_PATH,
    HEARTBEAT_PATH,
    PUSH_PATH,
    EpochAsked,
    EpochOpened,
    Heartbeat,
    HeartbeatReply,
    PushReply,
    PushRequest,
)
from contract.feed import PULL_PATH, PullReply, PullRequest
from contract.numbers import NUMBER_PATH, NumberAsked, NumberGiven
from contract.questions import QUESTION_PATH, QuestionAsked, QuestionReply
from contract.succession import SUCCESSION_PATH, Succession
from contract.suites import BadSignature, PublicKey, SigningKey
from contract.window_agent import CARD_PATH, PAIR_PATH, CardLaid, CardTaken, PairAsked, Paired
from offline_cache.link.tls import Tls, context, is_of_tls, show
from offline_cache.link.trust import Trust
from offline_cache.link.wire import Wire, pool_classes

DOWN = "link.down"
SLOW = "link.slow"
REFUSED = "link.refused"
NOT_ADMITTED = "link.not_admitted"
"""The centre does not know this terminal, or no longer: 401 and 403."""
NOT_THE_CENTRE = "link.not_the_centre"
OF_THE_LINK = frozenset({DOWN, SLOW, NOT_THE_CENTRE})
"""Nobody who can be believed has said anything; the rest the centre itself has said."""

_LARGEST_REPLY = 1 << 20
_ANSWERS = frozenset({200, 409})
_NOT_ADMITTED = frozenset({401, 403})
_CANNOT_BE = frozenset({400, 413, 422})
_PORTAL = 511  # RFC 6585: network authentication required


class LinkFailure(Exception):
    """No believable answer. `retry_after` is what the other side asked for, in seconds; `status` what it answered with,
    0 for nobody who can be believed.
    """

    def __init__(self, key: str, detail: str, retry_after: float | None = None, status: int = 0) -> None:
        super().__init__(f"{key}: {detail}")
        self.key = key
        self.detail = detail
        self.retry_after = retry_after
        self.status = status

    @property
    def is_of_the_request(self) -> bool:
        """Whether the other side cannot take in what was said: said again, it is refused again."""
        return self.status in _CANNOT_BE


class Timeouts(msgspec.Struct, frozen=True):
    """Seconds to a connection, between two pieces of an answer, and for all of it (name resolution excepted)."""

    connect: float = 3.0
    read: float = 10.0
    total: float = 20.0


class _Reply(Protocol):
    @property
    def nonce(self) -> str: ...


R = TypeVar("R", bound=_Reply)


class Answer(msgspec.Struct, frozen=True):
    """What the centre signed; its headers are covered by no signature."""

    status: int
    headers: CaseInsensitiveDict[str]
    body: bytes


class CentreClient:
    """One connection to the centre, used by one thread; `close` may come from another and ends what is under way."""

    def __init__(
        self,
        url: str,
        terminal: str,
        key_id: str,
        private_key: SigningKey,
        centre_keys: Mapping[str, PublicKey] | Trust,
        timeouts: Timeouts | None = None,
        *,
        clock: Callable[[], float] = time.time,
        tls: Tls | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            message = f"url of the centre: http(s)://host[:port] expected, found {url!r}"
            raise ValueError(message)
        self.terminal = terminal
        self._url = url.rstrip("/")
        self._base_path = parts.path.rstrip("/")
        self._authority = parts.netloc.rpartition("@")[2].lower()
        self._key_id = key_id
        self._private_key = private_key
        self._trust = Trust.of(centre_keys)
        self._clock = clock
        self._timeouts = timeouts or Timeouts()
        self._wire = Wire()
        self._tls = tls or Tls()
        self._context, self._trouble = context(self._tls)
        self._session = _session(self._wire, self._context)
        self.ahead: float | None = None
        """Seconds the centre's clock is ahead of this one, as its last believed answer said."""
        self.tls_failed = False
        """Whether the last attempt failed in TLS: the certificate may have run out."""

    def push(self, request: PushRequest) -> PushReply:
        """Send one run of a lane. Raises LinkFailure."""
        return self._exchange(PUSH_PATH, msgspec.json.encode(request), request.nonce, PushReply)

    def heartbeat(self, beat: Heartbeat) -> HeartbeatReply:
        """Say how the terminal is. Raises LinkFailure."""
        return self._exchange(HEARTBEAT_PATH, msgspec.json.encode(beat), beat.nonce, HeartbeatReply)

    def number(self, asked: NumberAsked) -> NumberGiven:
        """Ask for the number of a case. Raises LinkFailure."""
        return self._exchange(NUMBER_PATH, msgspec.json.encode(asked), asked.nonce, NumberGiven)

    def question(self, asked: QuestionAsked, seconds: float) -> QuestionReply:
        """Carry a sealed question, for so long at most. Raises LinkFailure."""
        return self._exchange(QUESTION_PATH, msgspec.json.encode(asked), asked.nonce, QuestionReply, seconds)

    def pull(self, request: PullRequest) -> PullReply:
        """Fetch what comes down. Raises LinkFailure."""
        return self._exchange(PULL_PATH, msgspec.json.encode(request), request.nonce, PullReply)

    def exchange(self, method: str, path: str, body: bytes, headers: dict[str, str], answers: frozenset[int]) -> Answer:
        """A signed request with headers of its own, and the centre's signed answer. Raises LinkFailure, also for an
        answer with another status than `answers`.
        """
        nonce = _nonce()
        answer = self._send(path, body, {**self._headers(path, body, nonce, method), **headers}, method)
        self._believe(answer, nonce)
        if answer.status not in answers:
            raise _refused(answer)
        return answer

    def open_epoch(self, asked: EpochAsked) -> EpochOpened:
        """Ask for the next epoch. Raises LinkFailure."""
        return self._exchange(EPOCH_PATH, msgspec.json.encode(asked), asked.nonce, EpochOpened)

    def renew(self, asked: RenewAsked) -> Renewed:
        """Ask for the next certificate. Raises LinkFailure."""
        return self._exchange(RENEW_PATH, msgspec.json.encode(asked), asked.nonce, Renewed)

    def enrol(self, asked: EnrolAsked) -> Enrolled | EnrolRefused:
        """Show a code. The answer is signed by a key it names; whose that is, six digits tell. Raises LinkFailure."""
        body = msgspec.json.encode(asked)
        answer = self._send(ENROL_PATH, body, self._headers(ENROL_PATH, body, asked.nonce))
        if answer.status not in _ANSWERS | {503}:
            raise _refused(answer)
        try:
            if answer.status != 200:
                return msgspec.json.decode(answer.body, type=EnrolRefused)
            reply = msgspec.json.decode(answer.body, type=Enrolled)
        except ValueError as error:
            raise LinkFailure(REFUSED, f"the centre's answer is of another form: {error}") from error
        self._trust = Trust({key.id: PublicKey(key.suite, key.key) for key in reply.signing_keys})
        self._believe(answer, asked.nonce)
        return reply

    def pair(self, asked: PairAsked) -> Paired:
        """Show a window's code; the answer names the keys that are believed from now on. Raises LinkFailure."""
        body = msgspec.json.encode(asked)
        answer = self._send(PAIR_PATH, body, self._headers(PAIR_PATH, body, asked.nonce))
        if answer.status != 200:
            raise _refused(answer)
        try:
            reply = msgspec.json.decode(answer.body, type=Paired)
        except ValueError as error:
            raise LinkFailure(REFUSED, f"the centre's answer is of another form: {error}") from error
        self._trust = Trust({key.id: PublicKey(key.suite, key.key) for key in reply.signing_keys})
        self._believe(answer, asked.nonce)
        return reply

    def card(self, asked: CardLaid) -> CardTaken:
        """A citizen's card lies at the window's reader. Raises LinkFailure."""
        return self._exchange(CARD_PATH, msgspec.json.encode(asked), asked.nonce, CardTaken)

    def show_certificate(self) -> None:
        """Read the certificate's files again; the next connection shows it. May come from another thread."""
        if self._context is not None:
            self._trouble = show(self._context, self._tls)
            self._wire.cut()

    def cut(self) -> None:
        """End what is under way, from another thread; the connection can be used again."""
        self._wire.cut()

    def close(self) -> None:
        self._wire.cut()
        self._session.close()
        self._wire.close()

    def _exchange(self, path: str, body: bytes, nonce: str, kind: type[R], seconds: float | None = None) -> R:
        answer = self._send(path, body, self._headers(path, body, nonce), seconds=seconds)
        self._believe(answer, nonce)
        if answer.status not in _ANSWERS:
            raise _refused(answer)
        try:
            reply = msgspec.json.decode(answer.body, type=kind)
        except ValueError as error:
            raise LinkFailure(REFUSED, f"the centre's answer is of another form: {error}") from error
        if reply.nonce != nonce:
            raise LinkFailure(NOT_THE_CENTRE, "the answer belongs to another request")
        return reply

    def _headers(self, path: str, body: bytes, nonce: str, method: str = "POST") -> dict[str, str]:
        signature = signing.SignatureInput(self._key_id, int(self._clock()), nonce, self._private_key.suite)
        base = signing.request_base(method, self._authority, self._base_path + path, body, signature)
        return {
            "Host": self._authority,
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            **signing.request_headers(signature, self._private_key.sign(base), body),
        }

    def _send(
        self, path: str, body: bytes, headers: dict[str, str], method: str = "POST", seconds: float | None = None
    ) -> Answer:
        total = self._timeouts.total if seconds is None else seconds
        with self._wire.deadline(total):
            try:
                try:
                    return self._attempt(path, body, headers, method)
                except requests.ConnectionError as error:
                    if self._wire.is_new or self._wire.was_cut or isinstance(error, requests.Timeout):
                        raise
                    # A kept connection that the centre had closed meanwhile says nothing about the link.
                    return self._attempt(path, body, headers, method)
            except requests.RequestException as error:
                raise self._failure(error, total) from error

    def _attempt(self, path: str, body: bytes, headers: dict[str, str], method: str) -> Answer:
        timeouts = (self._timeouts.connect, self._timeouts.read)
        with self._session.request(
            method, self._url + path, data=body, headers=headers, timeout=timeouts, allow_redirects=False, stream=True
        ) as response:
            received = bytearray()
            for piece in response.iter_content(1 << 16):
                received += piece
                if len(received) > _LARGEST_REPLY:
                    raise LinkFailure(NOT_THE_CENTRE, "the answer is larger than any of the centre's")
            if self._wire.was_cut:
                raise requests.ReadTimeout
            return Answer(response.status_code, response.headers, bytes(received))

    def _failure(self, error: requests.RequestException, total: float) -> LinkFailure:
        within = error.args[0] if error.args else None
        if isinstance(error, requests.ReadTimeout) or isinstance(within, ReadTimeoutError) or self._wire.was_cut:
            return LinkFailure(SLOW, f"no whole answer within {total:g} s")
        if is_of_tls(error):
            self.tls_failed = True
            return LinkFailure(NOT_THE_CENTRE, f"TLS: {self._trouble or within}")
        return LinkFailure(DOWN, type(error).__name__)

    def _believe(self, answer: Answer, nonce: str) -> None:
        """Returns when the centre's key signed exactly this answer to exactly this request."""
        written = answer.headers.get(signing.SIGNATURE_INPUT)
        if written is None:
            if answer.status < 400 or answer.status == _PORTAL:
                raise LinkFailure(NOT_THE_CENTRE, f"status {answer.status} without the centre's signature")
            raise _refused(answer, signed=False)
        try:
            read = signing.read_reply_signature(written, answer.headers.get(signing.SIGNATURE, ""))
            base = signing.reply_base(answer.status, answer.body, read.input)
            self._key(read.input.key_id).verify(base, read.value)
        except (signing.UnreadableSignature, KeyError, BadSignature) as error:
            raise LinkFailure(NOT_THE_CENTRE, f"the signature is not the centre's: {error}") from error
        if read.input.nonce != nonce:
            raise LinkFailure(NOT_THE_CENTRE, "the signature belongs to another request")
        self.ahead, self.tls_failed = read.input.created - self._clock(), False

    def _key(self, key_id: str) -> PublicKey:
        """One not known here may have taken over while this terminal was away: then the centre can show how it came to
        that. Raises KeyError.
        """
        if key_id not in self._trust.keys:
            with suppress(LinkFailure, ValueError):
                answer = self._send(SUCCESSION_PATH, b"", self._headers(SUCCESSION_PATH, b"", _nonce(), "GET"), "GET")
                self._trust.learn(msgspec.json.decode(answer.body, type=Succession).statements)
        return self._trust.keys[key_id]


class _Adapter(HTTPAdapter):
    def __init__(self, wire: Wire, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=1)
        self.poolmanager.pool_classes_by_scheme = pool_classes(wire)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - the signature of requests
        super().init_poolmanager(*arguments, **options, ssl_context=self._context)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:  # noqa: ANN401 - the same
        if self._context is None:
            super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]


def _nonce() -> str:
    return secrets.token_urlsafe(24)


def _session(wire: Wire, context: ssl.SSLContext | None) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy, no netrc, no bundle from somebody's environment
    session.mount("http://", _Adapter(wire, None))
    session.mount("https://", _Adapter(wire, context))
    return session


def _refused(answer: Answer, *, signed: bool = True) -> LinkFailure:
    retry_after = _retry_after(answer.headers)
    key = NOT_ADMITTED if answer.status in _NOT_ADMITTED else REFUSED
    return LinkFailure(
        key, f"status {answer.status}{_reason(answer.body)}", retry_after, answer.status if signed else 0
    )


class _Complaint(msgspec.Struct):
    error: str = ""
    message: str = ""


def _reason(body: bytes) -> str:
    try:
        said = msgspec.json.decode(body, type=_Complaint)
    except ValueError:
        return ""
    return f": {said.error} {said.message}".rstrip()[:200]


def _retry_after(headers: CaseInsensitiveDict[str]) -> float | None:
    """Seconds, or a date read against the answer's own Date: the terminal's clock may be wrong."""
    written = headers.get("Retry-After", "")
    if written.isdecimal():
        return float(written)
    try:
        wait = parsedate_to_datetime(written) - parsedate_to_datetime(headers.get("Date", ""))
    except (TypeError, ValueError):
        return None
    return max(0.0, wait.total_seconds())
