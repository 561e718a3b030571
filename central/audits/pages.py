"""Draws: a new one, its lots with the checklist, and the duty check of the 24-hour zone."""

import secrets
from datetime import date, datetime, timedelta

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.audits import rules, store
from central.audits.rules import CHECKLIST, MARKS, NIGHT, Kind
from central.cases.rules import clean_note
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.web.page import Asked, centre_of, render

log = structlog.get_logger()
_IN_FORM = {"form": Provide(form_fields)}
MOST = 200


@get("/supervision/audits", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Every draw with its results, and the form of a new one."""
    return _page(request, session)


def _page(request: Asked, session: Session, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    today = centre.today()
    with centre.database.reading() as connection:
        rows = store.listed(connection)
    values = {
        "rows": rows,
        "kinds": list(Kind),
        "first": (today - timedelta(days=30)).isoformat(),
        "last": today.isoformat(),
        "seed": f"{today.year}-{today.month:02}",
        "problem": problem,
    }
    return render(request, "audits/templates/audits.html", session, values, status=status)


@post("/supervision/audits", sync_to_thread=True, dependencies=_IN_FORM)
def draw(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Draw lots by a seed."""
    centre = centre_of(request)
    try:
        kind = Kind(form.get("kind", ""))
        first, last = (date.fromisoformat(form.get(name, "")) for name in ("first_day", "last_day"))
        units, size = (int(form.get(name, "")) for name in ("units", "size"))
    except ValueError:
        return _page(request, session, "audits.wrong", 422)
    seed = " ".join(form.get("seed", "").split())[:40]
    if not seed or first > last or (last - first).days > 366 or not (1 <= units <= MOST and 1 <= size <= MOST):
        return _page(request, session, "audits.wrong", 422)
    audit_id = secrets.token_hex(8)
    with centre.database.writing() as connection:
        pool = store.pool(connection, kind, first, last, centre.settings.zone)
        audit = {"audit_id": audit_id, "kind": kind.value, "seed": seed, "first_day": first.isoformat()}
        audit |= {"last_day": last.isoformat(), "pool_sha256": rules.pool_hash(pool), "drawn_by": session.name}
        counts = {"units": units, "size": size, "pool": len(pool), "drawn_at": centre.clock()}
        store.keep(connection, audit | counts, rules.draw(pool, seed, units, size))
    log.info("audit_drawn", audit=audit_id, kind=kind, seed=seed, who=session.name)
    return Redirect(f"/supervision/audits/{audit_id}", status_code=303)


@get("/supervision/audits/{audit_id:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, audit_id: FromPath[str]) -> Response[str]:
    """The lots of a draw; it says whether the same seed draws the same today."""
    return _one(request, session, audit_id)


def _one(request: Asked, session: Session, audit_id: str, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        audit = store.find(connection, audit_id)
        if audit is None:
            raise NotFoundException
        lots = store.lots_of(connection, audit_id)
        kind = Kind(audit.kind)
        first, last = date.fromisoformat(audit.first_day), date.fromisoformat(audit.last_day)
        pool = store.pool(connection, kind, first, last, centre.settings.zone)
    again = rules.draw(pool, audit.seed, audit.units, audit.size)
    values = {
        "audit": audit,
        "lots": [(lot, msgspec.json.decode(lot.marks, type=dict[str, str])) for lot in lots],
        "checklist": CHECKLIST[kind],
        "marks": MARKS,
        "same_pool": rules.pool_hash(pool) == audit.pool_sha256,
        "same_lots": [lot.subject_id for lot in lots] == [candidate.subject_id for candidate in again],
        "problem": problem,
    }
    return render(request, "audits/templates/audit.html", session, values, status=status)


@post("/supervision/audits/{audit_id:str}/{place:int}", sync_to_thread=True, dependencies=_IN_FORM)
def check(
    request: Asked, session: SignedIn, form: Form, audit_id: FromPath[str], place: FromPath[int]
) -> Response[str] | Redirect:
    """The result of one lot: every line of the checklist, and a note where something is wrong."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        audit = store.find(connection, audit_id)
        if audit is None:
            raise NotFoundException
        marks = rules.read_marks(form, Kind(audit.kind))
        note = clean_note(form.get("note", ""), 400)
        problem = "audits.marks_missing" if marks is None else ""
        if marks is not None:
            verdict = rules.passed(marks)
            problem = "audits.note_missing" if verdict == "poor" and not note else ""
            kept = msgspec.json.encode(marks).decode()
            if not problem and not store.check(
                connection, audit_id, place, kept, verdict, note, session.name, centre.clock()
            ):
                problem = "audits.checked"
    if problem:
        return _one(request, session, audit_id, problem, 422)
    centre.live.changed()
    return Redirect(f"/supervision/audits/{audit_id}#lot-{place}", status_code=303)


@get("/supervision/duty", sync_to_thread=True)
def duty(request: Asked, session: SignedIn) -> Response[str]:
    """Does remote help answer? Every call of the last month by hour, the nights for themselves (DB-07)."""
    centre = centre_of(request)
    zone, today = centre.settings.zone, centre.today()
    with centre.database.reading() as connection:
        calls = store.calls(connection, today - timedelta(days=30), today, zone)
    hours: dict[int, list[float | None]] = {hour: [] for hour in range(24)}
    missed = []
    for call in calls:
        asked = datetime.fromisoformat(call.asked_at).astimezone(zone)
        waited = (datetime.fromisoformat(call.answered_at) - asked).total_seconds() if call.answered_at else None
        hours[asked.hour].append(waited)
        if waited is None:
            missed.append((asked, call.terminal, call.outcome))
    night = [waited for hour in NIGHT for waited in hours[hour]]
    values = {
        "hours": [
            (hour, len(of), sum(waited is not None for waited in of), hour in NIGHT) for hour, of in hours.items()
        ],
        "calls": len(calls),
        "answered": sum(waited is not None for of in hours.values() for waited in of),
        "night": (sum(waited is not None for waited in night), len(night)),
        "minute": sum(waited is not None and waited <= 60 for of in hours.values() for waited in of),
        "missed": sorted(missed, reverse=True)[:100],
    }
    return render(request, "audits/templates/duty.html", session, values)


pages = Router("/", route_handlers=[listed, draw, one, check, duty], dependencies={"session": Provide(signed_in)})
