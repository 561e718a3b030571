"""Live updates, and what a supervisor of processes asks: is it alive, can it reach its database?"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.enums import MediaType
from litestar.response import Response, ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from central.centre import Centre
from central.metrics.gathering import CONTENT_TYPE, disk_free, told
from central.people import access
from central.web.page import Asked, centre_of

DISK_AT_LEAST: Final = 0.02
MADE_AFTER: Final = datetime(2026, 1, 1, tzinfo=UTC)
_REPORT_AT_MOST: Final = 8192
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1", "testclient"})

log = structlog.get_logger()


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
    """The database answers and is of this version, the disk has room, the clock is not before this program."""
    wrong = [name for name, is_well in _readiness(centre_of(request)) if not is_well]
    if wrong:
        return Response("\n".join((*wrong, "")), media_type=MediaType.TEXT, status_code=503)
    return Response("ready\n", media_type=MediaType.TEXT)


def _readiness(centre: Centre) -> Iterator[tuple[str, bool]]:
    """What must be well, each with the words of its trouble."""
    try:
        yield "database of another version", centre.database.is_current()
    except Exception:  # noqa: BLE001 - whatever it is, we are not ready
        yield "database away", False
    yield "disk nearly full", disk_free(centre) >= DISK_AT_LEAST
    yield "clock before the program was made", centre.clock() >= MADE_AFTER


@get("/metrics", sync_to_thread=True)
def metrics(request: Asked) -> Response[bytes]:
    """Figures for a monitoring server: with its token, or from this machine itself where there is none."""
    centre = centre_of(request)
    if not _may_measure(request, centre):
        return Response(b"not for you\n", media_type=MediaType.TEXT, status_code=403)
    return Response(told(centre), media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _may_measure(request: Asked, centre: Centre) -> bool:
    path = centre.settings.metrics_token_file
    if not path:
        direct = request.client.host if request.client else ""
        return "x-forwarded-for" not in request.headers and direct in _THIS_MACHINE
    try:
        token = Path(path).read_bytes().strip()
    except OSError as error:
        log.warning("metrics_token_unreadable", path=path, error=error.strerror)
        return False
    shown = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
    return bool(token) and secrets.compare_digest(shown, token)


@post("/csp-reports", status_code=204, request_max_body_size=_REPORT_AT_MOST)
async def csp_report(request: Asked) -> None:
    """A browser refused something a page of ours wanted: told to whoever reads the log, with nothing of the address."""
    try:
        said = msgspec.json.decode(await request.body(), type=dict[str, Any])
    except msgspec.DecodeError:
        return
    report = said.get("csp-report")
    if isinstance(report, dict):
        directive = str(report.get("violated-directive", ""))[:60]
        log.warning("csp_violation", directive=directive, blocked=str(report.get("blocked-uri", ""))[:60])


pages = Router("/", route_handlers=[live, alive, ready, metrics, csp_report])
