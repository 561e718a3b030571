"""Exports for staff who exchange with other systems, and the same for programs with a token of their own."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Response

from central.audit import rules as audit
from central.audit import store as trail
from central.exchange import gathering, items, store
from central.exchange.gathering import What
from central.people.access import SignedIn, address_of, signed_in
from central.web.page import Asked, centre_of, render

Sent = NamedDependency[bytes]
API: Final = "/exchange"
SEND_ITEMS: Final = "send_items"
MAY: Final = (*(what.value for what in What), SEND_ITEMS)
_ITEMS_AT_MOST: Final = 8 * 1024 * 1024
_DAYS_AT_MOST: Final = 366


async def _sent(request: Asked) -> bytes:
    return await request.body()


@get("/exports", sync_to_thread=True)
def page(request: Asked, session: SignedIn) -> Response[str]:
    """What can be taken along, and of which days."""
    since, last = _days(request)
    values = {"kinds": list(What), "first": since.isoformat(), "last": last.isoformat()}
    return render(request, "exchange/templates/exports.html", session, values)


@get("/exports/{what:str}", sync_to_thread=True)
def take(request: Asked, session: SignedIn, what: FromPath[str]) -> Response[bytes]:
    """One export as a file; taking it is in the audit trail."""
    kind = _kind(what)
    since, last = _days(request)
    name = f"{kind.value}-{since:%Y%m%d}-{last:%Y%m%d}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(_made(request, kind, session.name), media_type="application/json", headers=headers)


@get(API + "/{what:str}", sync_to_thread=True)
def fetch(request: Asked, what: FromPath[str]) -> Response[bytes]:
    """The same for a program: `Authorization: Bearer` with its token; `first` and `last` are days of the hall."""
    try:
        kind = What(what)
    except ValueError:
        return _refuse(404, f"nothing is called {what[:40]!r} here; expected one of {', '.join(What)}")
    program = _program(request)
    if program is None or kind.value not in program.may:
        return _refuse(401 if program is None else 403, "this needs the token of an interface account that may have it")
    return Response(_made(request, kind, program.name), media_type="application/json")


@post(
    API + "/items/check",
    status_code=200,
    sync_to_thread=True,
    dependencies={"sent": Provide(_sent)},
    request_max_body_size=_ITEMS_AT_MOST,
)
def check_items(request: Asked, sent: Sent) -> Response[bytes]:
    """Items in the provincial schema, checked: which are well, and what is wrong with which field of others."""
    program = _program(request)
    if program is None or SEND_ITEMS not in program.may:
        return _refuse(
            401 if program is None else 403, "this needs the token of an interface account that may send items"
        )
    try:
        rows = msgspec.json.decode(sent, type=dict[str, Any]).get("rows")
    except msgspec.DecodeError as error:
        return _refuse(400, f"the body is no JSON object: {error}")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return _refuse(400, "`rows` is missing; expected a list of items in the provincial schema")
    found = items.checked(rows)
    centre = centre_of(request)
    with centre.database.writing() as connection:
        detail = f"{len(found['well'])} items read, {len(found['wrong'])} refused"
        about, address = f"POST {API}/items/check", address_of(request)
        trail.note(connection, program.name, audit.IMPORTED, about, centre.clock(), detail=detail, address=address)
    return Response(msgspec.json.encode(found), media_type="application/json")


def _program(request: Asked) -> store.Program | None:
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if not token:
        return None
    with centre_of(request).database.reading() as connection:
        return store.program_of(connection, token)


def _refuse(status: int, why: str) -> Response[bytes]:
    return Response(msgspec.json.encode({"error": why}), status_code=status, media_type="application/json")


def _kind(what: str) -> What:
    try:
        return What(what)
    except ValueError:
        raise HTTPException(status_code=404) from None


def _made(request: Asked, kind: What, who: str) -> bytes:
    centre = centre_of(request)
    since, last = _days(request)
    zone = centre.settings.zone
    first, end = (datetime.combine(day, time(), zone) for day in (since, last + timedelta(days=1)))
    with centre.database.writing() as connection:
        about, detail = f"export {kind.value}", f"{since} – {last}"
        trail.note(connection, who, audit.EXPORTED, about, centre.clock(), detail=detail, address=address_of(request))
    with centre.database.reading() as connection:
        return msgspec.json.encode(gathering.made(connection, kind, first, end, zone, centre.clock()))


def _days(request: Asked) -> tuple[date, date]:
    today = centre_of(request).today()
    last = _day(request.query_params.get("last", ""), today)
    first = _day(request.query_params.get("first", ""), last.replace(day=1))
    return min(max(first, last - timedelta(days=_DAYS_AT_MOST)), last), last


def _day(text: str, usual: date) -> date:
    try:
        return msgspec.convert(text, date)
    except msgspec.ValidationError:
        return usual


pages = Router("/", route_handlers=[page, take], dependencies={"session": Provide(signed_in)})
api = Router("/", route_handlers=[fetch, check_items])
