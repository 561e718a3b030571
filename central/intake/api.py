"""What terminals talk to: signed requests in, signed replies out, and what that looks like in OpenAPI."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
import structlog
from litestar import Router, get, post
from litestar.enums import MediaType
from litestar.exceptions import ClientException
from litestar.response import Response

from central.intake import openapi, rules
from central.intake.commit import Beat, Overloaded, Push
from central.intake.openapi import ErrorReply
from central.intake.signers import NotAccepted, Request, Signed, read
from central.web.page import Asked, centre_of
from contract import signing
from contract.messages import HEARTBEAT_PATH, PUSH_PATH, Heartbeat, HeartbeatReply, PushReply
from contract.signing import SignatureInput

RETRY_AFTER_SECONDS = 5

log = structlog.get_logger()


@get(openapi.PATH, sync_to_thread=False)
def describe(request: Asked) -> Response[bytes]:
    """The interface in OpenAPI 3.1."""
    text = msgspec.json.encode(openapi.document(centre_of(request).settings.hall))
    return Response(text, media_type=MediaType.JSON)


@post(PUSH_PATH)
async def push(request: Asked) -> Response[bytes]:
    """Acknowledged means committed and synced to disk; judged is something else."""
    body, signed, refused = await _open(request)
    if signed is None:
        return refused
    try:
        found = rules.read_push(body)
    except rules.Malformed as error:
        return _malformed(request, signed, str(error))
    if found.terminal != signed.terminal:
        return _not_yours(request, signed)
    job = Push(found)
    try:
        centre_of(request).commit.submit(job)
        pushed = await asyncio.wrap_future(job.answer)
    except Overloaded:
        return _later(request, signed)
    reply = PushReply(
        nonce=found.nonce,
        ack=pushed.ack,
        server_time=_time(request),
        refusal=pushed.refusal,
        refused_seq=pushed.refused_seq,
        reason=pushed.reason,
    )
    return _reply(request, signed.input, reply, 200 if pushed.refusal is None else 409)


@post(HEARTBEAT_PATH)
async def heartbeat(request: Asked) -> Response[bytes]:
    """The next heartbeat replaces this one."""
    body, signed, refused = await _open(request)
    if signed is None:
        return refused
    try:
        found = rules.read_heartbeat(body)
    except rules.Malformed as error:
        return _malformed(request, signed, str(error))
    if found.terminal != signed.terminal:
        return _not_yours(request, signed)
    job = Beat(found.terminal, found.epoch, _now_row(request, found, signed, body))
    try:
        centre_of(request).commit.submit(job)
        held = await asyncio.wrap_future(job.answer)
    except Overloaded:
        return _later(request, signed)
    return _reply(request, signed.input, HeartbeatReply(nonce=found.nonce, server_time=_time(request), held=held), 200)


async def _open(request: Asked) -> tuple[bytes, Signed | None, Response[bytes]]:
    """The body and who signed it; without a signer, the refusal to send."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        body = await request.body()
    except ClientException as error:
        text = f"the body: expected at most {rules.MAX_BODY_BYTES} bytes"
        return b"", None, _refuse(request, _input_of(headers), error.status_code, "too_large", text)
    asked = Request(request.method, request.url.path, headers, body)
    try:
        signed = await centre_of(request).signers.check(asked, _authorities(request, headers))
    except NotAccepted as error:
        log.warning("request_not_accepted", reason=error.key, path=request.url.path)
        text = "the request: expected a signature of a terminal entered here, over exactly this body"
        return b"", None, _refuse(request, _input_of(headers), 401, "not_accepted", text)
    return body, signed, _NOTHING


def _authorities(request: Asked, headers: Mapping[str, str]) -> list[str]:
    """The names this server goes by: what the terminal called it, and what it is called from outside."""
    outside = urlsplit(centre_of(request).settings.public_url).netloc
    return [name for name in (headers.get("host", ""), outside) if name]


def _now_row(request: Asked, found: Heartbeat, signed: Signed, body: bytes) -> dict[str, Any]:
    now = centre_of(request).clock()
    return {
        "terminal": found.terminal,
        "epoch": found.epoch,
        "received_at": now,
        "clock_skew_seconds": signed.input.created - int(now.timestamp()),
        "version": found.version,
        "report": body,
    }


def _time(request: Asked) -> str:
    return centre_of(request).clock().isoformat(timespec="milliseconds")


def _malformed(request: Asked, signed: Signed, message: str) -> Response[bytes]:
    log.warning("request_malformed", terminal=signed.terminal, path=request.url.path, message=message)
    return _refuse(request, signed.input, 422, "malformed", message)


def _not_yours(request: Asked, signed: Signed) -> Response[bytes]:
    log.warning("request_not_yours", terminal=signed.terminal, path=request.url.path)
    message = f"`$.terminal`: expected {signed.terminal!r}, whose key signed the request"
    return _refuse(request, signed.input, 401, "not_yours", message)


def _later(request: Asked, signed: Signed) -> Response[bytes]:
    answer = _refuse(request, signed.input, 503, "later", "nothing was stored; send it again later")
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def _refuse(request: Asked, asked: SignatureInput | None, status: int, error: str, message: str) -> Response[bytes]:
    return _reply(request, asked, ErrorReply(error, message), status)


def _reply(request: Asked, asked: SignatureInput | None, value: msgspec.Struct, status: int) -> Response[bytes]:
    """Signed with the request's own nonce, so that it fits no other request; unsigned only if that had none."""
    body = msgspec.json.encode(value)
    headers = {"Cache-Control": "no-store"}
    if asked is not None:
        centre = centre_of(request)
        ours = SignatureInput(centre.keys.signing_id, int(centre.clock().timestamp()), asked.nonce)
        signature = centre.keys.signing.sign(signing.reply_base(status, body, ours))
        headers |= signing.reply_headers(ours, signature, body)
    return Response(body, media_type=MediaType.JSON, status_code=status, headers=headers)


def _input_of(headers: Mapping[str, str]) -> SignatureInput | None:
    try:
        return read(headers).input
    except NotAccepted:
        return None


_NOTHING = Response(b"")

api = Router("/", route_handlers=[push, heartbeat, describe], request_max_body_size=rules.MAX_BODY_BYTES)
