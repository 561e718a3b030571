"""Live updates, and what a supervisor of processes asks: is it alive, can it reach its database?"""

import asyncio
from collections.abc import AsyncIterator

from litestar import Router, get
from litestar.di import Provide
from litestar.enums import MediaType
from litestar.response import Response, ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from central.fleet import store as fleet
from central.people import access
from central.web.page import Asked, centre_of


@get("/live", dependencies={"session": Provide(access.signed_in)})
async def live(request: Asked, session: access.SignedIn) -> ServerSentEvent:  # noqa: ARG001 - asked for so that strangers hear nothing
    """`changed` whenever something was committed; what changed, the page asks for itself. Ends with the session."""
    token = request.cookies[access.COOKIE]

    async def events() -> AsyncIterator[ServerSentEventMessage]:
        yield ServerSentEventMessage(comment="open", retry=2000)
        async for changed in centre_of(request).live.changes():
            if changed:
                yield ServerSentEventMessage(event="changed", data="1")
                continue
            if await asyncio.to_thread(access.find, request, token) is None:
                return
            yield ServerSentEventMessage(comment="alive")

    return ServerSentEvent(events(), headers={"X-Accel-Buffering": "no"})


@get("/healthz", sync_to_thread=False)
def alive() -> Response[str]:
    """The process answers."""
    return Response("ok\n", media_type=MediaType.TEXT)


@get("/readyz", sync_to_thread=True)
def ready(request: Asked) -> Response[str]:
    """The database answers."""
    try:
        with centre_of(request).database.reading() as connection:
            fleet.last_change(connection)
    except Exception:  # noqa: BLE001 - whatever it is, we are not ready
        return Response("database away\n", media_type=MediaType.TEXT, status_code=503)
    return Response("ready\n", media_type=MediaType.TEXT)


pages = Router("/", route_handlers=[live, alive, ready])
