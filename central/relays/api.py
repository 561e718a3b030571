"""The doors of hall nodes: one signed request each, answered like a terminal's."""

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec
from litestar import Router, post
from litestar.response import Response

from central.centre import Centre
from central.database import DatabaseAway
from central.intake.signed import later, malformed, not_yours, open_signed, refuse, reply, server_time
from central.relays import rules, store, taking
from central.relays.questions import question
from central.relays.rules import Hall
from central.relays.scans import append, begin, progress
from central.web.page import Asked, centre_of
from contract.relay import (
    ACTS_PATH,
    BEAT_PATH,
    BODY_AT_MOST,
    FEED_PATH,
    RUNS_PATH,
    TERMINALS_PATH,
    ActsSent,
    FeedAsked,
    RelayBeat,
    RunsSent,
    TerminalsSaid,
)

_NO_RELAY: Final = "this key is not a hall node's; enter the hall with `central hall-code`"

Said = TypeVar("Said", TerminalsSaid, RunsSent, RelayBeat, FeedAsked, ActsSent)
Work = Callable[[Centre, Hall, Said, int], msgspec.Struct]
"""(centre, who says it, what, seconds its clock is ahead) -> the answer without nonce and time."""


@post(TERMINALS_PATH)
async def terminals(request: Asked) -> Response[bytes]:
    """All that are behind it, with the keys they sign with there."""
    return await _answered(request, TerminalsSaid, taking.terminals)


@post(RUNS_PATH)
async def runs(request: Asked) -> Response[bytes]:
    """Records as their terminals made them; acknowledged means committed and synced to disk."""
    return await _answered(request, RunsSent, taking.runs)


@post(BEAT_PATH)
async def beat(request: Asked) -> Response[bytes]:
    """How the node and its terminals are."""
    return await _answered(request, RelayBeat, taking.beat)


@post(FEED_PATH)
async def pull(request: Asked) -> Response[bytes]:
    """What comes down for any of its terminals."""
    return await _answered(request, FeedAsked, taking.pull)


@post(ACTS_PATH)
async def acts(request: Asked) -> Response[bytes]:
    """What was done in the hall itself, once and in order."""
    return await _answered(request, ActsSent, taking.acts)


async def _answered(request: Asked, kind: type[Said], work: Callable[..., Any]) -> Response[bytes]:
    body, signed, refused = await open_signed(request, BODY_AT_MOST)
    if signed is None:
        return refused
    centre = centre_of(request)
    try:
        said: Said = rules.read(body, kind)
        if said.relay != signed.terminal:
            return not_yours(request, signed)
        hall = await asyncio.to_thread(_hall, centre, signed.terminal)
        if hall is None:
            return refuse(request, signed.input, 403, "no_relay", _NO_RELAY)
        skew = signed.input.created - int(centre.clock().timestamp())
        answer: msgspec.Struct = await asyncio.to_thread(work, centre, hall, said, skew)
    except rules.Malformed as error:
        return malformed(request, signed, str(error))
    except DatabaseAway:
        return later(request, signed)
    told = msgspec.structs.replace(answer, nonce=said.nonce, server_time=server_time(request))
    return reply(request, signed.input, told, 200)


def _hall(centre: Centre, relay: str) -> Hall | None:
    with centre.database.reading() as connection:
        return store.find(connection, relay)


api = Router(
    "/",
    route_handlers=[terminals, runs, beat, pull, acts, question, begin, progress, append],
    request_max_body_size=BODY_AT_MOST,
)
