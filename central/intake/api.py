"""What terminals push and how they are: decided here for every door, whatever carries the request.

Neither route knows ASGI or Litestar: `door` reads the request and sends the answer.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import msgspec
import structlog
from litestar import Router, get
from litestar.enums import MediaType
from litestar.response import Response

from central.centre import Centre
from central.epochs.api import open_epoch
from central.fleet import rules as fleet
from central.intake import openapi, rules
from central.intake.answers import Answer, later, malformed, not_yours, refuse, reply, server_time
from central.intake.beats import Heard
from central.intake.commit import Overloaded
from central.intake.signers import Request, Signed
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
    now, today = centre.clock(), centre.today()
    lease = found.link is not None and centre.leasing.is_due(found.terminal, found.epoch, today, now)
    heard = Heard(found.terminal, found.epoch, _now_row(now, found, signed), found.link, lease)
    try:
        beaten = await centre.commit.beat(heard)
    except Overloaded:
        return later(centre, signed)
    if beaten.replayed:
        log.warning("heartbeat_replayed", terminal=signed.terminal)
        return refuse(centre, signed.input, 409, "replayed", "the nonce: expected one that was not used before")
    if beaten.leased:
        centre.leasing.looked(found.terminal, found.epoch, today, now)
    answer = HeartbeatReply(
        nonce=found.nonce,
        server_time=server_time(centre),
        held=beaten.held,
        held_before=beaten.held_before,
        life=beaten.life,
        token=beaten.token,
        closed=beaten.closed,
        newest=beaten.newest,
        away=centre.away,
    )
    return reply(centre, signed.input, answer, 200)


def _now_row(now: datetime, found: Heartbeat, signed: Signed) -> dict[str, Any]:
    return {
        "terminal": found.terminal,
        "epoch": found.epoch,
        "clock_skew_seconds": signed.input.created - int(now.timestamp()),
        "version": found.version,
        "nonce": found.nonce,
    } | fleet.parts(found)


@get(openapi.PATH, sync_to_thread=False)
def describe(request: Asked) -> Response[bytes]:
    """The interface in OpenAPI 3.1."""
    text = msgspec.json.encode(openapi.document(centre_of(request).settings.hall))
    return Response(text, media_type=MediaType.JSON)


ROUTES: dict[str, Route] = {PUSH_PATH: push, HEARTBEAT_PATH: heartbeat}
api = Router("/", route_handlers=[open_epoch, describe], request_max_body_size=rules.MAX_BODY_BYTES)
