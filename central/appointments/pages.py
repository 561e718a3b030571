"""The pool as managers see it: who comes, what is free, who did not come, what cannot wait; and what is offered."""

import secrets
from datetime import date, timedelta
from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.appointments import rules, store
from central.appointments.answers import note_text, offered
from central.cases.rules import clean_note
from central.feed import store as feed
from central.help import rules as help_rules
from central.help import store as roster
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.web.page import Asked, centre_of, render
from contract.questions import BookingState

NOTE_LIMIT = 200
MISSED_OF = timedelta(days=90)

log = structlog.get_logger()


@get("/appointments", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """The bookings of a day, and the urgent ones that wait for an officer."""
    return render(request, "appointments/templates/appointments.html", session, _known(request))


def _known(request: Asked) -> dict[str, Any]:
    centre = centre_of(request)
    said = request.query_params.get("day", "")
    day = date.fromisoformat(said) if rules.is_day(said) else centre.today()
    now = centre.clock()
    with centre.database.reading() as connection:
        kept = store.of_day(connection, day.isoformat())
        lines = {plan.line for plan in store.all_plans(connection, day.isoformat())}
        open_slots = [one for line in sorted(lines) for one in offered(connection, centre, line, day)]
        taken = store.taken(connection, [one.slot_id for one in open_slots])
        officers = roster.on_duty(connection, help_rules.URGENT, now, centre.settings.zone)
        return {
            "day": day.isoformat(),
            "rows": kept,
            "titles": feed.known_items(connection, now, day.isoformat()),
            "free": sum(max(one.capacity - taken.get(one.slot_id, 0), 0) for one in open_slots),
            "figures": {state.value: sum(one.state == state for one in kept) for state in BookingState},
            "urgent": [(one, rules.urgent_turn(officers, one.made_at, now)) for one in store.asked(connection)],
            "missed": store.missed_lately(connection, {one.person for one in kept}, (day - MISSED_OF).isoformat()),
            "problem": "",
        }


@post("/appointments/{booking_id:str}/decide", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def decide(request: Asked, session: SignedIn, form: Form, booking_id: FromPath[str]) -> Response[str] | Redirect:
    """An officer's word on an urgent one: a time, or no with the reason the citizen reads."""
    centre = centre_of(request)
    note = clean_note(form.get("note", ""), NOTE_LIMIT)
    when = rules.read_time(form) if form.get("accept") else None
    if (form.get("accept") and when is None) or (not form.get("accept") and not note):
        problem = "appointments.time_wrong" if form.get("accept") else "appointments.note_missing"
        values = _known(request) | {"problem": problem}
        return render(request, "appointments/templates/appointments.html", session, values, status=422)
    with centre.database.writing() as connection:
        done = store.decide(connection, booking_id, session.name, centre.clock(), when, note_text(note))
    if not done:
        values = _known(request) | {"problem": "appointments.decided"}
        return render(request, "appointments/templates/appointments.html", session, values, status=409)
    log.info("urgent_decided", booking=booking_id, who=session.name, accepted=when is not None)
    centre.live.changed()
    return Redirect("/appointments", status_code=303)


@get("/appointments/plans", sync_to_thread=True)
def plans(request: Asked, session: SignedIn) -> Response[str]:
    """What is offered each week, and the days that are closed."""
    return render(request, "appointments/templates/plans.html", session, _plans(request))


def _plans(request: Asked) -> dict[str, Any]:
    centre = centre_of(request)
    today = centre.today()
    with centre.database.reading() as connection:
        return {
            "plans": store.all_plans(connection, today.isoformat()),
            "closures": store.closures(connection, today.isoformat(), "9999-12-31"),
            "items": feed.known_items(connection, centre.clock(), today.isoformat()),
            "queues": centre.settings.queues,
            "today": today.isoformat(),
            "problem": "",
        }


@post("/appointments/plans", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def add_plan(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Offer something each week from a day on."""
    centre = centre_of(request)
    try:
        found = rules.read_plan(form, secrets.token_hex(8), session.name, centre.clock())
    except rules.Malformed as error:
        values = _plans(request) | {"problem": str(error)}
        return render(request, "appointments/templates/plans.html", session, values, status=422)
    with centre.database.writing() as connection:
        store.add_plans(connection, found)
    log.info("slots_planned", line=found[0].line, who=session.name)
    return Redirect("/appointments/plans", status_code=303)


@post("/appointments/plans/{plan_id:str}/end", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def end_plan(request: Asked, session: SignedIn, form: Form, plan_id: FromPath[str]) -> Redirect:  # noqa: ARG001 - its token is checked
    """Offer it no more from tomorrow on; who has booked comes all the same."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        if not store.end_plan(connection, plan_id, centre.today().isoformat()):
            raise NotFoundException
    log.info("slots_ended", plan=plan_id, who=session.name)
    return Redirect("/appointments/plans", status_code=303)


@post("/appointments/closures", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def close_day(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Close a day, with the reason citizens read, or open it again."""
    centre = centre_of(request)
    line, day = form.get("line", ""), form.get("day", "")
    reason = clean_note(form.get("reason", ""), NOTE_LIMIT)
    opens = form.get("open") == "yes"
    if not rules.is_day(day) or not line or not (reason or opens):
        values = _plans(request) | {"problem": "appointments.closure_wrong"}
        return render(request, "appointments/templates/plans.html", session, values, status=422)
    with centre.database.writing() as connection:
        if opens:
            store.open_day(connection, line, day)
        else:
            english = clean_note(form.get("reason_en", ""), NOTE_LIMIT)
            store.close_day(connection, rules.Closure(line, day, reason, english, session.name))
    log.info("day_opened" if opens else "day_closed", line=line, day=day, who=session.name)
    return Redirect("/appointments/plans", status_code=303)


pages = Router(
    "/",
    route_handlers=[listed, decide, plans, add_plan, end_plan, close_day],
    dependencies={"session": Provide(signed_in)},
)
