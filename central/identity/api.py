"""The door new terminals come in by, and where known ones get their next certificate."""

import asyncio
import base64
import time
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec
import structlog
from cryptography import x509
from litestar import Router, post
from litestar.response import Response

from central.fleet.rules import Terminal
from central.identity import authority, codes, rules, store
from central.identity.authority import Authority, BadRequest, Issued
from central.identity.knocks import Knocks
from central.identity.rules import SAID, Code, Verdict
from central.identity.store import Certificate
from central.intake.signed import malformed, not_yours, open_signed, refuse, reply, server_time
from central.intake.signers import NotAccepted, Request, read
from central.keys import key_id
from central.people.access import address_of
from central.web.page import Asked, centre_of
from contract import signing
from contract.enrolment import (
    ENROL_PATH,
    RENEW_PATH,
    CentreKey,
    EnrolAsked,
    Enrolled,
    EnrolRefused,
    RenewAsked,
    Renewed,
    fingerprint,
    keys_of,
)
from contract.signing import SignatureInput
from contract.suites import BadSignature, PublicKey, UnknownSuite, suite

BODY_AT_MOST: Final = 16 * 1024
RETRY_AFTER_SECONDS: Final = 60
_REVOKED: Final = "the key: it was cut off and never comes back; make new keys on the terminal and ask again"
_ELSEWHERE: Final = "this host has no authority to enrol with; ask one that has `fleet-ca.key` in its keys folder"

log = structlog.get_logger()
_knocks: Final = Knocks(time.monotonic)


class _Refused(Exception):
    """What the answer says; `wrong` counts against the code."""

    def __init__(self, error: str, message: str, status: int = 409) -> None:
        super().__init__(message)
        self.error, self.message, self.status = error, message, status


@post(ENROL_PATH, request_max_body_size=BODY_AT_MOST)
async def enrol(request: Asked) -> Response[bytes]:
    """A code and two fresh keys in, all a terminal must know out. The same again has the same answer."""
    body = await request.body()
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not _knocks.lets(address_of(request)):
        answer = refuse(request, None, 429, "later", "too many tries from there; wait a minute")
        answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return answer
    try:
        asked, signature = _proved(request, headers, body)
        csr = authority.usable(asked.csr)
    except (NotAccepted, msgspec.DecodeError, BadRequest, UnknownSuite, ValueError) as error:
        message = str(error) if isinstance(error, ValueError) else "the request: expected a signature of the new key"
        return refuse(request, None, 422, "malformed", message)
    return await asyncio.to_thread(_answer, request, asked, csr, signature)


@post(RENEW_PATH, request_max_body_size=BODY_AT_MOST)
async def renew(request: Asked) -> Response[bytes]:
    """The next certificate for a terminal whose request signature holds."""
    body, signed, refused = await open_signed(request)
    if signed is None:
        return refused
    try:
        asked = msgspec.json.decode(body, type=RenewAsked)
        csr = authority.usable(asked.csr)
    except ValueError as error:
        return malformed(request, signed, str(error))
    if asked.terminal != signed.terminal:
        return not_yours(request, signed)
    ours = authority.load(Path(centre_of(request).settings.keys_dir))
    if ours is None:
        return refuse(request, signed.input, 503, "code.elsewhere", _ELSEWHERE)
    pem = await asyncio.to_thread(_renewed, request, ours, csr, signed.terminal)
    return reply(request, signed.input, Renewed(asked.nonce, server_time(request), pem, ours.pem), 200)


def _proved(request: Asked, headers: dict[str, str], body: bytes) -> tuple[EnrolAsked, SignatureInput]:
    """The body, signed by the key in it: whoever asks has the private half. Raises NotAccepted or ValueError."""
    found = read(headers)
    asked = msgspec.json.decode(body, type=EnrolAsked)
    if found.input.suite != asked.suite or found.input.nonce != asked.nonce:
        raise NotAccepted("signature")
    suite(asked.suite).check_public(asked.public_key)
    if headers.get(signing.CONTENT_DIGEST.lower()) != signing.content_digest(body, asked.suite):
        raise NotAccepted("digest")
    outside = urlsplit(centre_of(request).settings.public_url).netloc
    signed = Request(request.method, request.url.path, headers, body)
    for name in filter(None, (headers.get("host", ""), outside)):
        base = signing.request_base(signed.method, name, signed.path, body, found.input)
        try:
            PublicKey(asked.suite, asked.public_key).verify(base, found.value)
        except BadSignature:
            continue
        return asked, found.input
    raise NotAccepted("signature")


def _answer(
    request: Asked, asked: EnrolAsked, csr: x509.CertificateSigningRequest, signature: SignatureInput
) -> Response[bytes]:
    try:
        kept = _enrolled(request, asked, csr)
    except _Refused as refused:
        log.warning("enrolment_refused", reason=refused.error)
        ours = centre_of(request).keys.signing.public if refused.error == Verdict.WAITS else b""
        said = EnrolRefused(asked.nonce, refused.error, refused.message, ours)
        return reply(request, signature, said, refused.status)
    answer = msgspec.json.decode(kept, type=Enrolled)
    answer = msgspec.structs.replace(answer, nonce=asked.nonce, server_time=server_time(request))
    return reply(request, signature, answer, 200)


def _enrolled(request: Asked, asked: EnrolAsked, csr: x509.CertificateSigningRequest) -> bytes:
    """The answer as it is kept, without nonce and time. Raises _Refused."""
    centre = centre_of(request)
    ours = authority.load(Path(centre.settings.keys_dir))
    if ours is None:
        raise _Refused("code.elsewhere", _ELSEWHERE, 503)
    given = rules.typed(asked.code)
    if given is None:
        raise _Refused(Verdict.UNKNOWN, SAID[Verdict.UNKNOWN])
    keys = keys_of(asked, authority.key_bytes(csr))
    with centre.database.reading() as connection:
        right = codes.is_right(store.code(connection, given.lookup), given)
    refused: _Refused | None = None
    with centre.database.writing() as connection:
        code = store.code(connection, given.lookup, lock=True)
        if code is None:
            raise _Refused(Verdict.UNKNOWN, SAID[Verdict.UNKNOWN])
        now = centre.clock()
        verdict = rules.judge(code, right=right, keys=keys, now=now, confirm=centre.settings.confirm_enrolment)
        if right and verdict in {Verdict.FRESH, Verdict.WAITS}:
            digits = fingerprint(keys, centre.keys.signing.public)
            store.claim(connection, code.lookup, keys, digits, now)
        match verdict:
            case Verdict.AGAIN:
                return code.answer or b""
            case Verdict.FRESH if asked.public_key in store.revoked_keys(connection, code.terminal):
                refused = _Refused("code.revoked", _REVOKED)
            case Verdict.FRESH:
                terminal, signs_as = store.enter(connection, code, asked.public_key, now)
                issued = ours.certify(csr, terminal.id, now)
                store.keep_certificate(connection, _row(issued, terminal.id, csr, now))
                answer = _told(request, code, terminal, signs_as, issued.pem, ours.pem)
                store.use(connection, code.lookup, answer, now)
                log.info("terminal_enrolled", terminal=terminal.id, epoch=terminal.epoch, certificate=issued.serial)
                return answer
            case _:
                # What was counted must stay counted, so the transaction ends well and the refusal comes after it.
                if not right or verdict is Verdict.USED:
                    store.count_wrong(connection, given.lookup)
                refused = _Refused(verdict, SAID[verdict])
    raise refused


def _told(request: Asked, code: Code, terminal: Terminal, signs_as: str, certificate: str, ca: str) -> bytes:
    """All a terminal must know, as it is kept."""
    centre = centre_of(request)
    ours = centre.fresh_keys()
    return msgspec.json.encode(
        Enrolled(
            nonce="",
            server_time="",
            terminal=terminal.id,
            district=code.district,
            number=code.number,
            series=terminal.series,
            hall=terminal.hall,
            place=terminal.place,
            key_id=signs_as,
            epoch=terminal.epoch,
            token="",  # the first link of a store asks for it (docs/sync.md)
            url=_url(request),
            certificate=certificate,
            ca=ca,
            signing_keys=tuple(
                CentreKey(key_id("centre", key.public), key.suite, key.public) for key in ours.all_signing
            ),
            sealing_keys=(
                *(centre.upward.passport.joined.sealing_keys if centre.upward is not None else ()),
                *(CentreKey(found.id, found.suite, base64.b64decode(found.key)) for found in ours.newest),
            ),
            public_url=centre.settings.public_url,
        )
    )


def _renewed(request: Asked, ours: Authority, csr: x509.CertificateSigningRequest, terminal: str) -> str:
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.writing() as connection:
        same = store.certificate_for(connection, terminal, _tls_key(csr), now - store.RECENT)
        if same is not None:
            return same.pem
        issued = ours.certify(csr, terminal, now)
        store.keep_certificate(connection, _row(issued, terminal, csr, now))
    log.info("certificate_renewed", terminal=terminal, certificate=issued.serial)
    return issued.pem


def _row(issued: Issued, terminal: str, csr: x509.CertificateSigningRequest, now: datetime) -> Certificate:
    return Certificate(issued.serial, terminal, _tls_key(csr), now, issued.not_after, issued.pem)


def _tls_key(csr: x509.CertificateSigningRequest) -> str:
    return base64.b64encode(authority.key_bytes(csr)).decode()


def _url(request: Asked) -> str:
    """Where a terminal's requests go: the listener with TLS, by the name the terminal called us."""
    settings = centre_of(request).settings
    if settings.terminal_url:
        return settings.terminal_url
    if not settings.tls_port:
        return settings.public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"
    name = request.url.hostname or settings.host
    return f"https://[{name}]:{settings.tls_port}" if ":" in name else f"https://{name}:{settings.tls_port}"


api = Router("/", route_handlers=[enrol, renew])
