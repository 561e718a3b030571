"""What terminals talk to: signed requests in, signed replies out, and what that looks like in OpenAPI."""

import asyncio
from datetime import date, datetime
from typing import Any

import msgspec
import structlog
from litestar import Router, get, post
from litestar.enums import MediaType
from litestar.response import Response
from sqlalchemy import Connection

from central.centre import Centre
from central.epochs.api import open_epoch
from central.intake import openapi, rules
from central.intake.beats import Beaten, Heard
from central.intake.commit import Beat, Overloaded, Push, Task
from central.intake.signed import later, malformed, not_yours, open_signed, refuse, reply, server_time
from central.intake.signers import Signed
from central.numbers import store as numbers
from central.web.page import Asked, centre_of
from contract.exchange import HEARTBEAT_PATH, PUSH_PATH, Heartbeat, HeartbeatReply, PushReply

log = structlog.get_logger()


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
        placed = await asyncio.wrap_future(job.answer)
    except Overloaded:
        return later(request, signed)
    answer = PushReply(
        nonce=found.nonce,
        ack=placed.ack,
        server_time=server_time(request),
        refusal=placed.refusal,
        refused_seq=placed.refused_seq,
        reason=placed.reason,
    )
    return reply(request, signed.input, answer, 200 if placed.refusal is None else 409)


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
    job = Beat(Heard(found.terminal, found.epoch, _now_row(request, found, signed, body), found.link))
    try:
        centre_of(request).commit.submit(job)
        beaten = await asyncio.wrap_future(job.answer)
    except Overloaded:
        return later(request, signed)
    if beaten.replayed:
        log.warning("heartbeat_replayed", terminal=signed.terminal)
        return refuse(request, signed.input, 409, "replayed", "the nonce: expected one that was not used before")
    answer = HeartbeatReply(
        nonce=found.nonce,
        server_time=server_time(request),
        held=beaten.held,
        held_before=beaten.held_before,
        token=beaten.token,
        closed=beaten.closed,
        newest=max(beaten.newest, await _lease(request, found, beaten)),
    )
    return reply(request, signed.input, answer, 200)


async def _lease(request: Asked, found: Heartbeat, beaten: Beaten) -> int:
    """What this terminal lacks of the numbers it may issue by itself; the place where it comes down, 0 for nothing."""
    centre = centre_of(request)
    today, now = centre.today(), centre.clock()
    if found.link is None or beaten.closed or not centre.leasing.is_due(found.terminal, found.epoch, today, now):
        return 0
    job = Task(f"~lease/{found.terminal}", lambda connection, now: _lease_out(centre, connection, found, today, now))
    try:
        centre.commit.submit(job)
        place = await asyncio.wrap_future(job.answer)
    except Overloaded:
        return 0
    centre.leasing.looked(found.terminal, found.epoch, today, now)
    return place


def _lease_out(centre: Centre, connection: Connection, found: Heartbeat, today: date, now: datetime) -> int:
    return numbers.lease_out(
        connection,
        centre.keys,
        found.terminal,
        found.epoch,
        named=centre.settings.queues,
        size=centre.settings.lease_numbers,
        today=today,
        now=now,
    )


def _now_row(request: Asked, found: Heartbeat, signed: Signed, body: bytes) -> dict[str, Any]:
    now = centre_of(request).clock()
    return {
        "terminal": found.terminal,
        "epoch": found.epoch,
        "received_at": now,
        "clock_skew_seconds": signed.input.created - int(now.timestamp()),
        "version": found.version,
        "report": body,
        "nonce": found.nonce,
    }


api = Router("/", route_handlers=[push, heartbeat, open_epoch, describe], request_max_body_size=rules.MAX_BODY_BYTES)
