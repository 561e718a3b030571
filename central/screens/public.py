"""The screens themselves: a browser on a television that knows a token and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import structlog
from litestar import Router, get, post
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Response, ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from central.database import DatabaseAway
from central.live import News
from central.queue import store as queue
from central.screens import desk, rules, showing, store, voice
from central.screens.rules import Channel, Kind, Outcome, Screen
from central.web.page import Asked, centre_of, render

log = structlog.get_logger()
SEEN_EVERY = timedelta(seconds=20)
"""That a screen asks is written no oftener: each writing is a turn of the disk."""
_NO_STORE = {"Cache-Control": "no-store"}
_TEMPLATES = {
    Kind.CALLS: "screens/templates/calls.html",
    Kind.WINDOW: "screens/templates/window.html",
    Kind.WALL: "screens/templates/wall.html",
}


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a screen says of a call: it was shown, spoken, or its browser may not speak (`blocked`)."""

    call_id: str
    what: str


def _latest(request: Asked, screen: Screen) -> int:
    """The newest call of today: what stands on the screen when it is opened is no news."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        return queue.last_call(connection, screen.hall, centre.today().isoformat())


def _calls(request: Asked, screen: Screen, since: int) -> showing.Calls:
    with centre_of(request).database.reading() as connection:
        return showing.calls(connection, centre_of(request), screen, since)


def _screen(request: Asked, token: str) -> Screen:
    with centre_of(request).database.reading() as connection:
        found = store.by_token(connection, token)
    if found is None:
        raise NotFoundException
    return found


@get("/screen/{token:str}", sync_to_thread=True)
def opened(request: Asked, token: FromPath[str]) -> Response[str]:
    """The page. What it shows first stands in it, so that it is whole before its script has asked."""
    screen = _screen(request, token)
    values: dict[str, object] = {"screen": screen, "token": token}
    with centre_of(request).database.reading() as connection:
        values["shown"] = desk.shown(connection, centre_of(request), screen)
    return render(request, _TEMPLATES[screen.kind], None, values)


@get("/screen/{token:str}/state", sync_to_thread=True)
def state(request: Asked, token: FromPath[str]) -> Response[bytes]:
    """What stands on it now."""
    centre, screen = centre_of(request), _screen(request, token)
    with centre.database.reading() as connection:
        found = desk.shown(connection, centre, screen)
        known = store.seen_at(connection, screen.screen_id)
    if known is None or not timedelta() <= centre.clock() - known < SEEN_EVERY:
        with centre.database.writing() as connection:
            store.saw(connection, screen.screen_id, centre.clock())
    return Response(msgspec.json.encode(found), media_type=MediaType.JSON, headers=_NO_STORE)


@get("/screen/{token:str}/live")
async def live(request: Asked, token: FromPath[str]) -> ServerSentEvent:
    """`calls` with each call itself, at once; `changed` whenever something was committed. Ends when the token is taken
    away.
    """
    screen = await asyncio.to_thread(_screen, request, token)
    seen = await asyncio.to_thread(_latest, request, screen)

    async def events() -> AsyncIterator[ServerSentEventMessage]:
        nonlocal seen
        yield ServerSentEventMessage(comment="open", retry=1000)
        async for news in centre_of(request).live.news():
            try:
                match news:
                    case News.CALLED if screen.kind is Kind.CALLS:
                        made = await asyncio.to_thread(_calls, request, screen, seen)
                        if made.calls:
                            seen = made.calls[-1].id
                            yield ServerSentEventMessage(event="calls", data=msgspec.json.encode(made).decode())
                    case News.CHANGED:
                        yield ServerSentEventMessage(event="changed", data="1")
                    case News.ALIVE:
                        await asyncio.to_thread(_screen, request, token)
                        yield ServerSentEventMessage(comment="alive")
            except NotFoundException:
                return
            except DatabaseAway:  # the screen asks again by itself
                continue

    return ServerSentEvent(events(), headers={"X-Accel-Buffering": "no"})


@post("/screen/{token:str}/said", status_code=204)
async def said(request: Asked, token: FromPath[str]) -> None:
    """A call was shown or spoken there: written beside the call."""
    body = await request.body()
    try:
        told = msgspec.json.decode(body, type=Said)
    except (msgspec.DecodeError, ValueError):
        raise NotFoundException from None
    await asyncio.to_thread(_note, request, token, told)


_WAYS = {
    "shown": (Channel.SCREEN, Outcome.DELIVERED),
    "spoken": (Channel.VOICE, Outcome.DELIVERED),
    "blocked": (Channel.VOICE, Outcome.FAILED),
}


def _note(request: Asked, token: str, told: Said) -> None:
    centre, screen = centre_of(request), _screen(request, token)
    way = _WAYS.get(told.what)
    with centre.database.writing() as connection:
        call = showing.call_of(connection, screen, told.call_id, centre.today().isoformat())
        if way is None or call is None:
            raise NotFoundException
        store.settle(connection, told.call_id, way[0], screen.screen_id, way[1], centre.clock())


@get("/screen/{token:str}/voice/{call_id:str}", sync_to_thread=True)
def sound(request: Asked, token: FromPath[str], call_id: FromPath[str]) -> Response[bytes]:
    """A call as WAV, where its zone speaks now."""
    centre, screen = centre_of(request), _screen(request, token)
    local = centre.clock().astimezone(centre.settings.zone)
    with centre.database.reading() as connection:
        call = showing.call_of(connection, screen, call_id, centre.today().isoformat())
        loud = rules.volume(store.hours(connection, screen.hall), screen.zone, local)
    if call is None or not loud:
        raise NotFoundException
    try:
        wav = voice.wav_of(rules.spoken(call.number, call.window))
    except voice.Mute as error:
        log.warning("call_not_spoken", why=str(error))
        raise NotFoundException from None
    return Response(wav, media_type="audio/wav", headers=_NO_STORE)


@get("/screen/{token:str}/photo", sync_to_thread=True)
def photo(request: Asked, token: FromPath[str]) -> Response[bytes]:
    """The photo of whoever sits at this screen's window now."""
    centre, screen = centre_of(request), _screen(request, token)
    with centre.database.reading() as connection:
        found = desk.photo(connection, screen)
    if found is None:
        raise NotFoundException
    return Response(found[0], media_type=found[1], headers=_NO_STORE)


public = Router("/", route_handlers=[opened, state, live, said, sound, photo])
