"""数据导入: a file in, what is wrong with it or what became of it, what waits for a decision, and every record."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.response import Redirect, Response

from central.audit import rules as audit
from central.audit import store as trail
from central.exchange import drafting
from central.exchange.drafting import Begun
from central.exchange.items import Malformed
from central.exchange.rules import GBT_39046_CHANNEL, Channel
from central.exchange.taking import acting, store
from central.exchange.taking.acting import IMPORTED, Report, Wanted
from central.exchange.taking.files import OF_KIND, Kind
from central.exchange.taking.partners import SAID, Partner
from central.exchange.taking.rules import Row
from central.exchange.taking.store import LISTED
from central.people.access import Form, SignedIn, address_of, form_fields, signed_in
from central.people.rules import Session
from central.trace import rules as tracing
from central.trace import store as trace
from central.trace.words import told
from central.web import doorstep
from central.web.page import Asked, centre_of, render
from contract.catalogue import say

FILE_AT_MOST: Final = 16 * 1024 * 1024
SOURCE_AT_MOST: Final = 40


@get("/imports", sync_to_thread=True)
def page(request: Asked, session: SignedIn) -> Response[str]:
    """What was imported lately and what waits for a decision."""
    return _page(request, session)


@post("/imports", status_code=200, request_max_body_size=FILE_AT_MOST + 64 * 1024)
async def take(request: Asked, session: SignedIn) -> Response[str]:
    """Take a file in. For those alone who see every hall: a file is of the district."""
    fields, files = await doorstep.fields_and_files(request, FILE_AT_MOST)
    return await asyncio.to_thread(_taken, request, session, fields, files.get("file", [b""])[0])


def _taken(request: Asked, session: Session, fields: dict[str, str], content: bytes) -> Response[str]:
    if session.halls:
        return _page(request, session, Report(problem="imports.not_yours"), 403)
    source = " ".join(fields.get("source", "").split())
    if not source or len(source) > SOURCE_AT_MOST or not source.isprintable():
        return _page(request, session, Report(problem="imports.no_source"), 422)
    if fields.get("kind") not in list(Kind) or fields.get("codes") not in list(Partner):
        return _page(request, session, Report(problem="imports.not_chosen"), 422)
    if not content or len(content) > FILE_AT_MOST:
        return _page(request, session, Report(problem="imports.no_file"), 422)
    wanted = Wanted(Kind(fields["kind"]), Partner(fields["codes"]), source, "", content)
    centre = centre_of(request)
    with centre.database.writing() as connection:
        now = centre.clock()
        report = acting.take(connection, wanted, session.name, now, centre.settings.zone)
        about, detail = f"import {wanted.kind}", acting.in_short(wanted, report)
        trail.note(connection, session.name, audit.IMPORTED, about, now, detail=detail, address=address_of(request))
    centre.live.changed()
    return _page(request, session, report, 200 if report.taken else 422)


@post("/imports/items", status_code=200, request_max_body_size=FILE_AT_MOST + 64 * 1024)
async def take_items(request: Asked, session: SignedIn) -> Response[str]:
    """Items of another system become drafts of the catalogue editor; nothing is published by it."""
    _, files = await doorstep.fields_and_files(request, FILE_AT_MOST)
    return await asyncio.to_thread(_begun, request, session, files.get("file", [b""])[0])


def _begun(request: Asked, session: Session, content: bytes) -> Response[str]:
    try:
        rows = msgspec.convert(msgspec.json.decode(content, type=dict[str, Any]).get("rows"), list[dict[str, Any]])
    except msgspec.MsgspecError:
        return _page(request, session, Report(problem="imports.no_items"), 422)
    centre = centre_of(request)
    try:
        with centre.database.writing() as connection:
            now = centre.clock()
            found = drafting.begin(connection, rows, session.name, now)
            detail = drafting.in_short(found)
            trail.note(
                connection, session.name, audit.IMPORTED, "drafts", now, detail=detail, address=address_of(request)
            )
    except Malformed as error:
        return _page(request, session, status=422, wrong=str(error))
    centre.live.changed()
    return _page(request, session, begun=found)


@post("/imports/decide", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def decide(request: Asked, session: SignedIn, form: Form) -> Redirect:
    """Keep what stands, or take over what the file says; what is our own is never overwritten."""
    centre = centre_of(request)
    how = form.get("how", "")
    if how not in {"kept", "taken"} or session.halls:
        raise HTTPException(status_code=403)
    with centre.database.writing() as connection:
        now = centre.clock()
        if acting.settle(connection, form.get("conflict", ""), how, session.name, now):
            about = f"conflict {form['conflict']}"
            trail.note(connection, session.name, audit.IMPORTED, about, now, detail=how, address=address_of(request))
    return Redirect("/imports#conflicts", status_code=303)


@get("/imports/records", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Every imported record of a kind, page by page."""
    asked = request.query_params
    kind = Kind(asked["kind"]) if asked.get("kind") in list(Kind) else Kind.CASES
    words = asked.get("words", "").strip()[:SOURCE_AT_MOST]
    number = asked.get("page", "")
    at = max(1, int(number)) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
    with centre_of(request).database.reading() as connection:
        found, total = store.listed(connection, kind, words, at)
    values = {"kinds": list(Kind), "kind": kind, "words": words, "found": found, "total": total, "page": at}
    values["pages"] = max(1, -(-total // LISTED))
    return render(request, "exchange/templates/imported.html", session, values)


@get("/imports/record", sync_to_thread=True)
def one(request: Asked, session: SignedIn) -> Response[str]:
    """One record as it was taken in, and its trace."""
    asked = request.query_params
    if asked.get("kind") not in list(Kind):
        raise HTTPException(status_code=404)
    kind = Kind(asked["kind"])
    with centre_of(request).database.reading() as connection:
        found = store.find(connection, kind, asked.get("code", ""))
        if found is None:
            raise HTTPException(status_code=404)
        chain = IMPORTED + found.number
        entries = trace.entries(connection, [chain])[chain] if found.number else []
        head = trace.heads_of(connection, [chain]).get(chain)
    faults = tracing.chain_faults(chain, entries, head) if entries else []
    lines = [(entry, say(told(entry, found.title, {}), session.language)) for entry in entries]
    in_order = [table.name for table in OF_KIND[kind] if table.name in found.tables]
    tables = [(name, [_said(row) for row in found.tables[name]]) for name in in_order]
    values = {"one": found, "tables": tables, "lines": lines, "faults": faults}
    return render(request, "exchange/templates/imported_one.html", session, values)


def _said(row: Row) -> Row:
    """A row in the standard's words and digits."""
    return {name: _word(name, cell) for name, cell in row.items()}


def _word(name: str, cell: str) -> str:
    if name.startswith(("满意度", "办件类型")):
        return SAID.get(cell, cell)  # type: ignore[call-overload,no-any-return]
    if name == "评价渠道" and cell in set(Channel) - {Channel.BY_DEFAULT}:
        return GBT_39046_CHANNEL.code_of(Channel(cell))
    return cell


def _page(
    request: Asked,
    session: Session,
    report: Report | None = None,
    status: int = 200,
    *,
    begun: Sequence[Begun] | None = None,
    wrong: str = "",
) -> Response[str]:
    values: dict[str, Any] = {
        "report": report,
        "begun": begun,
        "wrong_item": wrong,
        "kinds": list(Kind),
        "partners": list(Partner),
    }
    with centre_of(request).database.reading() as connection:
        values |= {"loads": store.loads(connection), "conflicts": store.open_conflicts(connection), "said": _word}
    return render(request, "exchange/templates/imports.html", session, values, status=status)


pages = Router(
    "/", route_handlers=[page, take, take_items, decide, listed, one], dependencies={"session": Provide(signed_in)}
)
