"""What supervision and managers look at: events, the four counters, what is done at once, who has what."""

from datetime import datetime, time, timedelta
from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases.rules import NOTE_LIMIT, clean_note
from central.feed.catalogue import store as catalogue
from central.handling import store
from central.handling.at_once import rules as at_once_rules
from central.handling.at_once import store as at_once
from central.handling.counters import rules as counter_rules
from central.handling.counters import store as counters
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.web.page import Asked, centre_of, render

SHOWN = 200
log = structlog.get_logger()


@get("/handling", sync_to_thread=True)
def events(request: Asked, session: SignedIn) -> Response[str]:
    """What supervision has to look at."""
    return _events(request, session)


def _events(request: Asked, session: Session, problem: str = "", status: int = 200) -> Response[str]:
    with centre_of(request).database.reading() as connection:
        values = {"rows": store.events(connection), "problem": problem}
    return render(request, "handling/templates/events.html", session, values, status=status)


@post("/handling/events/{event_id:str}/seen", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def seen(request: Asked, session: SignedIn, form: Form, event_id: FromPath[str]) -> Response[str] | Redirect:
    """Somebody looked into it and says what came of it."""
    centre = centre_of(request)
    note = clean_note(form.get("note", ""), NOTE_LIMIT)
    if not note:
        return _events(request, session, "handling.note_missing", 422)
    with centre.database.writing() as connection:
        if not store.see(connection, event_id, session.name, note, centre.clock()):
            raise NotFoundException
    log.info("supervision_event_seen", of=event_id, who=session.name)
    centre.live.changed()
    return Redirect("/handling", status_code=303)


@get("/handling/counters", sync_to_thread=True)
def four_counters(request: Asked, session: SignedIn) -> Response[str]:
    """四个一次: the share of cases with all four at most 1, and those that have more."""
    first, last = counter_rules.month(request.query_params.get("month", ""), centre_of(request).today())
    with centre_of(request).database.reading() as connection:
        counted = counters.counted(connection, first, last)
    values = {
        "month": f"{first:%Y-%m}",
        "figures": counter_rules.figures(counted),
        "rows": sorted(counted, key=lambda one: one.once)[:SHOWN],
    }
    return render(request, "handling/templates/counters.html", session, values)


@get("/handling/at-once", sync_to_thread=True)
def done_at_once(request: Asked, session: SignedIn) -> Response[str]:
    """即办件: median minutes and the share finished before the person left, item by item."""
    centre = centre_of(request)
    first, last = counter_rules.month(request.query_params.get("month", ""), centre.today())
    begins, ends = (datetime.combine(day, time(), centre.settings.zone) for day in (first, last + timedelta(days=1)))
    with centre.database.reading() as connection:
        done = at_once.since(connection, begins, ends)
        rows = at_once_rules.figures(done)
        titles = {one.item: catalogue.title(connection, one.item, centre.clock()) for one in rows}
    values: dict[str, Any] = {
        "month": f"{first:%Y-%m}",
        "whole": at_once_rules.figure("", done) if done else None,
        "rows": rows,
        "titles": titles,
    }
    return render(request, "handling/templates/at_once.html", session, values)


@get("/handling/transfers", sync_to_thread=True)
def transfers(request: Asked, session: SignedIn) -> Response[str]:
    """Who passed on what to whom, and why."""
    with centre_of(request).database.reading() as connection:
        values = {"rows": store.lately_passed_on(connection)}
    return render(request, "handling/templates/transfers.html", session, values)


pages = Router(
    "/",
    route_handlers=[events, seen, four_counters, done_at_once, transfers],
    dependencies={"session": Provide(signed_in)},
)
