"""What terminals push and how they are: decided here for every door, whatever carries the request.

Neither route knows ASGI or Litestar: `door` reads the request and sends the answer.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

import msgspec
import structlog
from litestar import Router, get
from litestar.enums import MediaType
from litestar.response import Response
from sqlalchemy import Connection

from central.centre import Centre
from central.epochs.api import open_epoch
from central.intake import openapi, rules
from central.intake.answers import Answer, later, malformed, not_yours, refuse, reply, server_time
from central.intake.beats import Beaten, Heard
from central.intake.commit import Overloaded
from central.intake.signers import Request, Signed
from central.numbers import store as numbers
from central.web.page import Asked, centre_of
from contract.exchange import HEARTBEAT_PATH, PUSH_PATH, Heartbeat, HeartbeatReply, PushReply

Route = Callable[[Centre, Request, Signed], Awaitable[Answer]]
"""Answers a request whose signature holds."""

log = structlog.get_logger()


async def push(centre: Centre, asked: Request, signed: Signed) -> Answer:
    """Acknowledged means committed and synced to disk; judged is something else."""
    try:
        found = rules.read_push(asked.body)
    except rules.Malformed as error:
        return malformed(centre, asked.path, signed, str(error))
    if found.terminal != signed.terminal:
        return not_yours(centre, asked.path, signed)
    try:
        placed = await centre.commit.push(found)
    except Overloaded:
        return later(centre, signed)
    answer = PushReply(
        nonce=found.nonce,
        ack=placed.ack,
        server_time=server_time(centre),
        refusal=placed.refusal,
        refused_seq=placed.refused_seq,
        reason=placed.reason,
    )
    return reply(centre, signed.input, answer, 200 if placed.refusal is None else 409)


async def heartbeat(centre: Centre, asked: Request, signed: Signed) -> Answer:
    """The next heartbeat replaces this one."""
    try:
        found = rules.read_heartbeat(asked.body)
    except rules.Malformed as error:
        return malformed(centre, asked.path, signed, str(error))
    if found.terminal != signed.terminal:
        return not_yours(centre, asked.path, signed)
    row = _now_row(centre.clock(), found, signed, asked.body)
    try:
        beaten = await centre.commit.beat(Heard(found.terminal, found.epoch, row, found.link))
    except Overloaded:
        return later(centre, signed)
    if beaten.replayed:
        log.warning("heartbeat_replayed", terminal=signed.terminal)
        return refuse(centre, signed.input, 409, "replayed", "the nonce: expected one that was not used before")
    answer = HeartbeatReply(
        nonce=found.nonce,
        server_time=server_time(centre),
        held=beaten.held,
        held_before=beaten.held_before,
        token=beaten.token,
        closed=beaten.closed,
        newest=max(beaten.newest, await _lease(centre, found, beaten)),
    )
    return reply(centre, signed.input, answer, 200)


async def _lease(centre: Centre, found: Heartbeat, beaten: Beaten) -> int:
    """What this terminal lacks of the numbers it may issue by itself; the place where it comes down, 0 for nothing."""
    today, now = centre.today(), centre.clock()
    if found.link is None or beaten.closed or not centre.leasing.is_due(found.terminal, found.epoch, today, now):
        return 0
    try:
        place = await centre.commit.task(
            f"~lease/{found.terminal}", lambda connection, now: _lease_out(centre, connection, found, today, now)
        )
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


def _now_row(now: datetime, found: Heartbeat, signed: Signed, body: bytes) -> dict[str, Any]:
    return {
        "terminal": found.terminal,
        "epoch": found.epoch,
        "received_at": now,
        "clock_skew_seconds": signed.input.created - int(now.timestamp()),
        "version": found.version,
        "report": body,
        "nonce": found.nonce,
    }


@get(openapi.PATH, sync_to_thread=False)
def describe(request: Asked) -> Response[bytes]:
    """The interface in OpenAPI 3.1."""
    text = msgspec.json.encode(openapi.document(centre_of(request).settings.hall))
    return Response(text, media_type=MediaType.JSON)


ROUTES: dict[str, Route] = {PUSH_PATH: push, HEARTBEAT_PATH: heartbeat}
api = Router("/", route_handlers=[open_epoch, describe], request_max_body_size=rules.MAX_BODY_BYTES)
