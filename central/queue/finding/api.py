"""The door of card readers at windows: paired by a code, then one signed request a card."""

import asyncio
import base64
import time
from typing import Final
from urllib.parse import urlsplit

import msgspec
import structlog
from litestar import Router, post
from litestar.response import Response

from central.identity.knocks import Knocks
from central.intake.signed import refuse, reply, server_time
from central.intake.signers import NotAccepted
from central.intake.signers import Request as Signed
from central.intake.signers import read as read_signature
from central.keys import key_id
from central.people.access import address_of
from central.queue.finding import pairing, store
from central.queue.finding.store import Reader
from central.queue.windows import store as windows
from central.unseal import CannotOpen, open_sealed
from central.web.page import Asked, centre_of
from contract import signing
from contract.enrolment import CentreKey
from contract.signing import ReadSignature
from contract.suites import BadSignature, PublicKey, UnknownSuite, suite, suite_of_public
from contract.window_agent import (
    CARD_PATH,
    PAIR_PATH,
    CardLaid,
    CardNumber,
    CardTaken,
    PairAsked,
    Paired,
    card_context,
)

BODY_AT_MOST: Final = 16 * 1024
CLOCKS_APART: Final = 120
"""Seconds a reader's clock may be away: an older request is a repeated one."""
_knocks: Final = Knocks(time.monotonic)
log = structlog.get_logger()


@post(PAIR_PATH, request_max_body_size=BODY_AT_MOST)
async def pair(request: Asked) -> Response[bytes]:
    """A code and a fresh key in; which window, and the centre's keys, out."""
    body = await request.body()
    if not _knocks.lets(address_of(request)):
        return refuse(request, None, 429, "later", "too many tries from there; wait a minute")
    try:
        asked = msgspec.json.decode(body, type=PairAsked)
        suite(asked.suite).check_public(asked.public_key)
        signed = _proved(request, body, PublicKey(asked.suite, asked.public_key), asked.nonce)
    except (NotAccepted, UnknownSuite, ValueError):
        return refuse(request, None, 422, "malformed", "the request: expected a code and a signature of the new key")
    return await asyncio.to_thread(_paired, request, asked, signed)


def _paired(request: Asked, asked: PairAsked, signed: ReadSignature) -> Response[bytes]:
    centre = centre_of(request)
    with centre.database.writing() as connection:
        key = base64.b64encode(asked.public_key).decode()
        reader = pairing.pair(connection, centre, asked.code, key)
        window = windows.find(connection, reader.window_id) if reader else None
    if reader is None or window is None:
        log.warning("reader_not_paired")
        said = "the code: not known, used or too old; ask the manager for a new one"
        return refuse(request, signed.input, 409, "code.unknown", said)
    log.info("reader_paired", window=window.window_id, reader=reader.agent_id)
    centre.live.changed()
    ours = centre.fresh_keys()
    answer = Paired(
        nonce=asked.nonce,
        server_time=server_time(request),
        agent=reader.agent_id,
        window=window.code,
        hall=window.hall,
        signing_keys=tuple(CentreKey(key_id("centre", one.public), one.suite, one.public) for one in ours.all_signing),
        sealing_keys=tuple(CentreKey(one.id, one.suite, base64.b64decode(one.key)) for one in ours.newest),
    )
    return reply(request, signed.input, answer, 200)


@post(CARD_PATH, request_max_body_size=BODY_AT_MOST)
async def card(request: Asked) -> Response[bytes]:
    """A card lies there: its citizen's numbers and cases are shown at the window for a moment."""
    body = await request.body()
    try:
        asked = msgspec.json.decode(body, type=CardLaid)
    except ValueError:
        return refuse(request, None, 422, "malformed", "the request: expected a card's sealed number")
    return await asyncio.to_thread(_found, request, body, asked)


def _found(request: Asked, body: bytes, asked: CardLaid) -> Response[bytes]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        reader = store.find(connection, asked.agent)
    try:
        signed = _by(request, body, reader, asked.nonce)
    except NotAccepted as error:
        log.warning("reader_not_accepted", reason=error.key)
        return refuse(request, None, 401, "not_accepted", "the reader: not paired with a window; ask for a code")
    try:
        plain = open_sealed(centre.fresh_keys(), asked.sealed, card_context(asked.agent, asked.reading))
        person = centre.blind.person(msgspec.json.decode(plain, type=CardNumber).id_number)
    except (CannotOpen, ValueError):
        return refuse(request, signed.input, 422, "cannot_open", "the seal: does not open here; pair the reader again")
    window = reader.window_id if reader else ""
    with centre.database.writing() as connection:
        found = store.cases_of(connection, person)
        store.keep(connection, window, asked.nonce, found, centre.clock())
        store.seen(connection, asked.agent, centre.clock())
    log.info("card_laid", window=window, found=len(found))
    centre.live.changed()
    return reply(request, signed.input, CardTaken(asked.nonce, server_time(request), len(found)), 200)


def _by(request: Asked, body: bytes, reader: Reader | None, nonce: str) -> ReadSignature:
    """A paired reader asks, and now. Raises NotAccepted."""
    if reader is None:
        raise NotAccepted("unknown_key")
    raw = base64.b64decode(reader.public_key)
    signed = _proved(request, body, PublicKey(suite_of_public(raw), raw), nonce)
    if abs(centre_of(request).clock().timestamp() - signed.input.created) > CLOCKS_APART:
        raise NotAccepted("old")
    return signed


def _proved(request: Asked, body: bytes, key: PublicKey, nonce: str) -> ReadSignature:
    """Whoever asks has the private half of this key, and asks this. Raises NotAccepted."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    found = read_signature(headers)
    if found.input.suite != key.suite or found.input.nonce != nonce:
        raise NotAccepted("signature")
    if headers.get(signing.CONTENT_DIGEST.lower()) != signing.content_digest(body, key.suite):
        raise NotAccepted("digest")
    signed = Signed(request.method, request.url.path, headers, body)
    outside = urlsplit(centre_of(request).settings.public_url).netloc
    for name in filter(None, (headers.get("host", ""), outside)):
        base = signing.request_base(signed.method, name, signed.path, body, found.input)
        try:
            key.verify(base, found.value)
        except BadSignature:
            continue
        return found
    raise NotAccepted("signature")


api = Router("/", route_handlers=[pair, card], request_max_body_size=BODY_AT_MOST)
