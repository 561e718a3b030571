"""What terminals talk to: signed requests in, signed replies out, and what that looks like in OpenAPI."""

import asyncio
from typing import Any

import msgspec
from litestar import Router, get, post
from litestar.enums import MediaType
from litestar.response import Response

from central.intake import openapi, rules
from central.intake.commit import Beat, Overloaded, Push
from central.intake.signed import later, malformed, not_yours, open_signed, reply, server_time
from central.intake.signers import Signed
from central.web.page import Asked, centre_of
from contract.messages import HEARTBEAT_PATH, PUSH_PATH, Heartbeat, HeartbeatReply, PushReply


@get(openapi.PATH, sync_to_thread=False)
def describe(request: Asked) -> Response[bytes]:
    """The interface in OpenAPI 3.1."""
    text = msgspec.json.encode(openapi.document(centre_of(request).settings.hall))
    return Response(text, media_type=MediaType.JSON)


@post(PUSH_PATH)
async def push(request: Asked) -> Response[bytes]:
    """Acknowledged means committed and synced to disk; judged is something else."""
    body, signed, refused = await open_signed(request)
    if signed is None:
        return refused
    try:
        found = rules.read_push(body)
    except rules.Malformed as error:
        return malformed(request, signed, str(error))
    if found.terminal != signed.terminal:
        return not_yours(request, signed)
    job = Push(found)
    try:
        centre_of(request).commit.submit(job)
        pushed = await asyncio.wrap_future(job.answer)
    except Overloaded:
        return later(request, signed)
    answer = PushReply(
        nonce=found.nonce,
        ack=pushed.ack,
        server_time=server_time(request),
        refusal=pushed.refusal,
        refused_seq=pushed.refused_seq,
        reason=pushed.reason,
    )
    return reply(request, signed.input, answer, 200 if pushed.refusal is None else 409)


@post(HEARTBEAT_PATH)
async def heartbeat(request: Asked) -> Response[bytes]:
    """The next heartbeat replaces this one."""
    body, signed, refused = await open_signed(request)
    if signed is None:
        return refused
    try:
        found = rules.read_heartbeat(body)
    except rules.Malformed as error:
        return malformed(request, signed, str(error))
    if found.terminal != signed.terminal:
        return not_yours(request, signed)
    job = Beat(found.terminal, found.epoch, _now_row(request, found, signed, body))
    try:
        centre_of(request).commit.submit(job)
        held = await asyncio.wrap_future(job.answer)
    except Overloaded:
        return later(request, signed)
    answer = HeartbeatReply(nonce=found.nonce, server_time=server_time(request), held=held)
    return reply(request, signed.input, answer, 200)


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


api = Router("/", route_handlers=[push, heartbeat, describe], request_max_body_size=rules.MAX_BODY_BYTES)
