"""Mandates: the ledger with countdowns, a new one, and what is done with one until it is struck off."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.complaints import store as complaints
from central.database import Transaction
from central.mandates import rules, shown, store
from central.mandates.kinds import CO_HANDLER, TERMS, Kind
from central.mandates.rules import Asked, Extension, Malformed, Mandate, State
from central.people import store as people
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.spreadsheet import XLSX, workbook
from central.supervision import alerts
from central.units import store as units
from central.web.page import Asked as Request
from central.web.page import centre_of, render
from central.web.words import Words

log = structlog.get_logger()
_WAITING = (State.OPEN, State.TAKEN)
_FILTERS = ("kind", "unit", "state")
_IN_FORM = {"form": Provide(form_fields)}


@get("/mandates", sync_to_thread=True)
def listed(request: Request, session: SignedIn) -> Response[str]:
    """The ledger; its filters are in the URL."""
    centre = centre_of(request)
    chosen = {name: request.query_params.get(name, "open" if name == "state" else "") for name in _FILTERS}
    with centre.database.reading() as connection:
        rows = shown.rows(centre, connection, store.listed(connection, **_of(chosen)))
        every = [unit.unit for unit in units.every(connection)]
    words = Words(session.language)
    values = {
        "rows": [(row, shown.counted(row, words)) for row in rows],
        "chosen": chosen,
        "kinds": list(Kind),
        "states": ["open", *State],
        "units": every,
        "query": request.url.query,
    }
    return render(request, "mandates/templates/mandates.html", session, values)


def _of(chosen: dict[str, str]) -> dict[str, str]:
    return {name: "" if value == "every" else value for name, value in chosen.items()}


@get("/mandates/ledger.xlsx", sync_to_thread=True)
def ledger(request: Request, session: SignedIn) -> Response[bytes]:
    """What the page shows, as a spreadsheet: item, owner, last day."""
    centre = centre_of(request)
    words = Words(session.language)
    chosen = {name: request.query_params.get(name, "") for name in _FILTERS}
    with centre.database.reading() as connection:
        rows = shown.rows(centre, connection, store.listed(connection, **_of(chosen)))
    body = workbook(words("mandates.title"), shown.headings(words), shown.ledger(centre, rows, words))
    named = {"Content-Disposition": f'attachment; filename="ledger-{centre.today()}.xlsx"', "Cache-Control": "no-store"}
    return Response(body, media_type=XLSX, headers=named)


@get("/mandates/new", sync_to_thread=True)
def new(request: Request, session: SignedIn) -> Response[str]:
    """The form of a mandate."""
    return _new(request, session, dict(request.query_params))


@post("/mandates", sync_to_thread=True, dependencies=_IN_FORM)
def add(request: Request, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Enter it; what bears no delay alerts supervision in the same transaction."""
    centre = centre_of(request)
    now = shown.local(centre, centre.clock())
    try:
        wanted = rules.read_wanted(form, centre.today())
    except Malformed as error:
        return _new(request, session, shown.kept(form), str(error), 422)
    given = form.get("mandate_id", "")
    mandate_id = given if given.isalnum() and len(given) <= 40 else secrets.token_hex(12)
    with centre.database.writing() as connection:
        made = rules.made(wanted, mandate_id, session.name, now, complaints.worktime(connection, now))
        if store.add(connection, made) and TERMS[made.kind].alert:
            alerts.zero_delay(connection, made)
    log.info("mandate_made", mandate=mandate_id, kind=wanted.kind, who=session.name)
    centre.live.changed()
    return Redirect(f"/mandates/{mandate_id}", status_code=303)


def _new(
    request: Request, session: Session, form: dict[str, str], problem: str = "", status: int = 200
) -> Response[str]:
    with centre_of(request).database.reading() as connection:
        values = {
            "form": {"mandate_id": secrets.token_hex(12)} | form,
            "kinds": [(kind, TERMS[kind]) for kind in Kind],
            "units": [unit.unit for unit in units.every(connection)],
            "people": people.names(connection),
            "problem": problem,
        }
    return render(request, "mandates/templates/new.html", session, values, status=status)


@get("/mandates/{mandate_id:str}", sync_to_thread=True)
def one(request: Request, session: SignedIn, mandate_id: FromPath[str]) -> Response[str]:
    """One with its countdown, who was asked, more time, its trail."""
    return _one(request, session, mandate_id)


def _one(request: Request, session: Session, mandate_id: str, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        whole = shown.whole(centre, connection, session, _found(connection, mandate_id))
        every = [unit.unit for unit in units.every(connection)]
    words = Words(session.language)
    values = {
        "whole": whole,
        "one": whole.one,
        "counted": shown.counted(shown.Row(whole.one, whole.left), words),
        "terms": TERMS[whole.one.kind],
        "units": every,
        "problem": problem,
    }
    return render(request, "mandates/templates/mandate.html", session, values, status=status)


@post("/mandates/{mandate_id:str}/{act:str}", sync_to_thread=True, dependencies=_IN_FORM)
def move(
    request: Request, session: SignedIn, form: Form, mandate_id: FromPath[str], act: FromPath[str]
) -> Response[str] | Redirect:
    """Taken, reported on, done, sent back, urged, struck off; a unit asked or answering; more time asked or decided."""
    done = _ACTS.get(act)
    if done is None:
        raise NotFoundException
    centre = centre_of(request)
    now = shown.local(centre, centre.clock())
    try:
        with centre.database.writing() as connection:
            mandate = _found(connection, mandate_id)
            problem = ""
            if act in _BY_ITS_UNIT and not shown.belongs(connection, session, mandate.unit):
                problem = "mandates.not_yours"
            elif not done(connection, mandate, session.name, form, now):
                problem = "mandates.over"
    except Malformed as error:
        problem = str(error)
    if problem:
        return _one(request, session, mandate_id, problem, 409 if problem == "mandates.over" else 422)
    log.info("mandate_moved", mandate=mandate_id, act=act, who=session.name)
    centre.live.changed()
    return Redirect(f"/mandates/{mandate_id}", status_code=303)


def _found(connection: Transaction, mandate_id: str) -> Mandate:
    found = store.find(connection, mandate_id)
    if found is None:
        raise NotFoundException
    return found


def _said(form: Mapping[str, str]) -> str:
    words = rules.line(form.get("note", ""), rules.TEXT_LIMIT)
    if not words:
        raise Malformed("mandates.words_missing")
    return words


def _take(connection: Transaction, one: Mandate, who: str, _: Mapping[str, str], now: datetime) -> bool:
    values = {"state": State.TAKEN} | ({} if one.owner else {"owner": who})
    return store.change(connection, one.mandate_id, (State.OPEN,), "taken", who, "", now, **values)


def _report(connection: Transaction, one: Mandate, who: str, form: Mapping[str, str], now: datetime) -> bool:
    said = _said(form)
    return store.change(connection, one.mandate_id, _WAITING, "reported", who, said, now, reported_at=now)


def _do(connection: Transaction, one: Mandate, who: str, form: Mapping[str, str], now: datetime) -> bool:
    said = _said(form)
    if any(asked.at is None for asked in store.asked_of(connection, one.mandate_id)):
        raise Malformed("mandates.still_asked")
    values = {"state": State.DONE, "result": said, "done_by": who, "done_at": now}
    return store.change(connection, one.mandate_id, _WAITING, "done", who, said, now, **values)


def _back(connection: Transaction, one: Mandate, who: str, form: Mapping[str, str], now: datetime) -> bool:
    values: dict[str, Any] = {"state": State.TAKEN, "done_by": None, "done_at": None}
    return store.change(connection, one.mandate_id, (State.DONE,), "sent_back", who, _said(form), now, **values)


def _urge(connection: Transaction, one: Mandate, who: str, form: Mapping[str, str], now: datetime) -> bool:
    return store.change(connection, one.mandate_id, _WAITING, "urged", who, _said(form), now)


def _close(connection: Transaction, one: Mandate, who: str, form: Mapping[str, str], now: datetime) -> bool:
    rules.may_strike_off(one, who)
    said = _said(form)
    values = {"state": State.CLOSED, "closed_by": who, "closed_at": now, "closed_note": said}
    return store.change(connection, one.mandate_id, (State.DONE,), "closed", who, said, now, **values)


def _ask(connection: Transaction, one: Mandate, who: str, form: Mapping[str, str], now: datetime) -> bool:
    if one.is_over:
        return False
    unit, subject = rules.line(form.get("unit", "")), rules.line(form.get("subject", ""))
    meeting = form.get("what") == "meeting"
    if not unit or not subject or unit == one.unit:
        raise Malformed("mandates.asked_wrong")
    working = complaints.worktime(connection, now)
    due = _moment(form.get("meets_at", ""), now) if meeting else rules.asked_until(now, CO_HANDLER, working)
    what = "meeting" if meeting else "opinion"
    asked = Asked(secrets.token_hex(12), one.mandate_id, what, unit, subject, who, now, due)
    if not store.ask(connection, asked):
        raise Malformed("mandates.asked_already")
    return True


def _moment(text: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=now.tzinfo)
    except ValueError:
        raise Malformed("mandates.meeting_wrong") from None
    if moment < now:
        raise Malformed("mandates.meeting_wrong")
    return moment


def _answer(connection: Transaction, one: Mandate, who: str, form: Mapping[str, str], now: datetime) -> bool:
    asked = next((a for a in store.asked_of(connection, one.mandate_id) if a.asked_id == form.get("asked_id")), None)
    opinion = form.get("opinion", "")
    if asked is None or opinion not in ({"agree", "object"} if asked.what == "opinion" else {"present"}):
        raise Malformed("mandates.asked_wrong")
    members = units.members(connection)
    if asked.unit in members.values() and members.get(who) != asked.unit:
        raise Malformed("mandates.not_yours")
    words = rules.line(form.get("words", ""), rules.TEXT_LIMIT)
    if opinion == "object" and not words:
        raise Malformed("mandates.words_missing")
    if now > asked.due_at or not store.opine(connection, asked, opinion, words, who, now, asked.what):
        raise Malformed("mandates.answered_too_late")
    return True


def _extend(connection: Transaction, one: Mandate, who: str, form: Mapping[str, str], now: datetime) -> bool:
    working = complaints.worktime(connection, now)
    due = one.due_at.astimezone(now.tzinfo)
    until, reason = rules.read_extension(form, one, now, due, working)
    if not store.ask_for_time(connection, Extension(secrets.token_hex(12), one.mandate_id, until, reason, who, now)):
        raise Malformed("mandates.extension_waits")
    return True


def _decide(connection: Transaction, one: Mandate, who: str, form: Mapping[str, str], now: datetime) -> bool:
    waiting = [wish for wish in store.extensions_of(connection, one.mandate_id) if wish.decided_at is None]
    if not waiting or form.get("decided") not in {"granted", "refused"}:
        raise Malformed("mandates.no_extension")
    if waiting[0].asked_by == who:
        raise Malformed("mandates.not_by_oneself")
    note = rules.line(form.get("note", ""), rules.TEXT_LIMIT)
    return store.decide(connection, waiting[0], form["decided"], who, note, now)


_ACTS = {
    "take": _take, "report": _report, "done": _do, "back": _back, "urge": _urge, "close": _close,
    "ask": _ask, "answer": _answer, "extend": _extend, "decide": _decide,
}  # fmt: skip
_BY_ITS_UNIT = frozenset({"take", "report", "done", "extend", "ask"})

pages = Router("/", route_handlers=[listed, ledger, new, add, one, move], dependencies={"session": Provide(signed_in)})
