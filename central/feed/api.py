"""`POST /v1/pull`: what comes down for the terminal that signed the request."""

import asyncio

import msgspec
import structlog
from litestar import Router, post
from litestar.response import Response

from central.database import DatabaseAway
from central.feed import store
from central.intake.rules import MAX_SEQ, Malformed
from central.intake.signed import later, malformed, not_yours, open_signed, reply, server_time
from central.web.page import Asked, centre_of
from contract.feed import PULL_PATH, FeedItem, PullReply, PullRequest

PULL_BODY_LARGEST = 4096

log = structlog.get_logger()


@post(PULL_PATH)
async def pull(request: Asked) -> Response[bytes]:
    """Pulled again with the same cursor, the same items come, or newer ones in their place."""
    body, signed, refused = await open_signed(request)
    if signed is None:
        return refused
    try:
        found = read_pull(body)
    except Malformed as error:
        return malformed(request, signed, str(error))
    if found.terminal != signed.terminal:
        return not_yours(request, signed)
    try:
        items, cursor = await asyncio.to_thread(_pull, request, found)
    except DatabaseAway:
        return later(request, signed)
    return reply(request, signed.input, PullReply(found.nonce, server_time(request), items, cursor), 200)


def read_pull(body: bytes) -> PullRequest:
    """The request, checked for what types alone cannot say. Raises Malformed."""
    try:
        found = msgspec.json.decode(body, type=PullRequest)
    except (msgspec.DecodeError, ValueError) as error:
        raise Malformed(str(error)) from None
    if not 0 <= found.cursor < MAX_SEQ:
        raise Malformed(f"Expected 0 to {MAX_SEQ - 1} - at `$.cursor`")
    return found


def _pull(request: Asked, found: PullRequest) -> tuple[tuple[FeedItem, ...], int]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        if found.cursor <= store.head(connection):
            return store.pull(connection, found, centre.clock())
    with centre.database.writing() as connection:
        if store.pass_by(connection, found.cursor):
            log.warning("feed_behind_terminal", terminal=found.terminal, cursor=found.cursor)
        return store.pull(connection, found, centre.clock())


api = Router("/", route_handlers=[pull], request_max_body_size=PULL_BODY_LARGEST)
