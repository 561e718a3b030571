"""Complaints, questions and suggestions: which wait, what each says, and the answer its citizen reads."""

from typing import Any

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases.rules import NOTE_LIMIT, REASON_LIMIT, clean_note
from central.centre import Centre
from central.complaints import rules, store
from central.complaints.course import rules as course
from central.complaints.rules import Complaint, Step
from central.database import Transaction
from central.feed import store as feed
from central.fleet import store as fleet
from central.intake import store as intake
from central.mandates import store as mandates
from central.openings import store as openings
from central.openings.store import Opening
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.trail import store as trail
from central.trail.store import Done
from central.units import store as units
from central.units.rules import route
from central.unseal import CannotOpen, open_sealed
from central.web.page import Asked, centre_of, render
from contract import envelope
from contract.envelope import seal_context
from contract.messages import ComplaintContent, Matter

log = structlog.get_logger()
VIEWED = "complaint"
"""Who looked at the page of a complaint, in the trail."""


@get("/complaints", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Those that wait, and those that were answered."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        values = {
            "waiting": store.listed(connection, answered=False),
            "answered": (answered := store.listed(connection, answered=True)),
            "clear": rules.one_answer(answered),
            "overdue": _overdue(centre, connection),
            "own": units.unit_of(connection, session.name),
            "may_see_who": course.may_see_who,
            "titles": feed.known_items(connection, centre.clock(), centre.today().isoformat()),
        }
    return render(request, "complaints/templates/complaints.html", session, values)


def _overdue(centre: Centre, connection: Transaction) -> dict[str, int]:
    """Those that wait past their day, by their id: working days."""
    working, today, zone = store.worktime(connection, centre.clock()), centre.today(), centre.settings.zone
    waiting = store.listed(connection, answered=False)
    return {one.complaint_id: late for one in waiting if (late := rules.overdue_days(one, today, working, zone))}


@get("/complaints/{complaint_id:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, complaint_id: FromPath[str]) -> Response[str]:
    """One: what is known in the clear, and its way. The view is kept before anything is shown (AQ-02)."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        if store.find(connection, complaint_id) is None:
            raise NotFoundException
        trail.add(connection, Done(VIEWED, complaint_id, "viewed", session.name, "", centre.clock()))
    return shown(request, session, complaint_id)


def shown(
    request: Asked,
    session: Session,
    complaint_id: str,
    *,
    problem: str = "",
    content: ComplaintContent | None = None,
    status: int = 200,
) -> Response[str]:
    """The page of one; a unit that is complained about never sees by whom."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        found = store.find(connection, complaint_id)
        if found is None:
            raise NotFoundException
        every = units.every(connection)
        hall = fleet.halls_of(connection, {found.terminal}).get(found.terminal, centre.settings.hall)
        working = store.worktime(connection, centre.clock())
        values: dict[str, Any] = {
            "may_see": course.may_see_who(found, units.unit_of(connection, session.name)),
            "units": [unit.unit for unit in every],
            "suggested": route(every, found.item or "", found.about, (hall, found.terminal)),
            "left": rules.days_left(found, centre.today(), working),
            "views": trail.of(connection, VIEWED, [complaint_id]),
            "weights": list(rules.Weight),
            "sayings": list(rules.CalledBack),
            "orders": mandates.listed(connection, about=f"complaint:{complaint_id}"),
            "one": found,
            "steps": store.steps(connection, complaint_id),
            "openings": openings.of(connection, openings.COMPLAINT, [complaint_id]),
            "titles": feed.known_items(connection, centre.clock(), centre.today().isoformat()),
            "problem": problem,
            "content": content,
            "late": rules.overdue_days(found, centre.today(), working, centre.settings.zone),
        }
    return render(request, "complaints/templates/complaint.html", session, values, status=status)


@post(
    "/complaints/{complaint_id:str}/look",
    status_code=200,
    dependencies={"form": Provide(form_fields)},
    sync_to_thread=True,
)
def look(request: Asked, session: SignedIn, form: Form, complaint_id: FromPath[str]) -> Response[str]:
    """Read what is sealed. The look is committed before anything is opened."""
    centre = centre_of(request)
    reason = clean_note(form.get("reason", ""), REASON_LIMIT)
    if not reason:
        return shown(request, session, complaint_id, problem="case.reason_missing", status=422)
    with centre.database.writing() as connection:
        found = store.find(connection, complaint_id)
        if found is None:
            raise NotFoundException
        own = not course.may_see_who(found, units.unit_of(connection, session.name))
        if not own:
            openings.note(connection, Opening(openings.COMPLAINT, complaint_id, session.name, centre.clock(), reason))
    if own:
        log.warning("complaint_refused_to_its_unit", complaint=complaint_id, who=session.name)
        return shown(request, session, complaint_id, problem="complaints.own_unit", status=403)
    log.info("complaint_opened", complaint=complaint_id, who=session.name)
    try:
        return shown(request, session, complaint_id, content=content_of(centre, found))
    except CannotOpen as error:
        return shown(request, session, complaint_id, problem=f"open.{error.key}")


def content_of(centre: Centre, found: Complaint) -> ComplaintContent:
    """What was said, opened. Whoever calls this has noted the opening before. Raises CannotOpen."""
    with centre.database.reading() as connection:
        wrapped = envelope.decode(intake.raw_of(connection, found.envelope_id))
    if wrapped.sealed is None:
        raise CannotOpen("unreadable")
    context = seal_context(wrapped.terminal, wrapped.id)
    try:
        return msgspec.json.decode(open_sealed(centre.fresh_keys(), wrapped.sealed, context), type=ComplaintContent)
    except (msgspec.DecodeError, ValueError):
        raise CannotOpen("unreadable") from None


@post("/complaints/{complaint_id:str}/move", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def move(request: Asked, session: SignedIn, form: Form, complaint_id: FromPath[str]) -> Response[str] | Redirect:
    """Taken on, or passed on, with a note for colleagues."""
    centre = centre_of(request)
    what = form.get("what", "")
    note = clean_note(form.get("note", ""), NOTE_LIMIT)
    if what not in {"taken", "passed_on"}:
        raise NotFoundException
    with centre.database.writing() as connection:
        done = store.move(connection, complaint_id, Step(what, session.name, note, centre.clock()))
    if not done:
        return shown(request, session, complaint_id, problem="complaints.closed", status=409)
    centre.live.changed()
    return Redirect(f"/complaints/{complaint_id}", status_code=303)


@post("/complaints/{complaint_id:str}/answer", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def answer(request: Asked, session: SignedIn, form: Form, complaint_id: FromPath[str]) -> Response[str] | Redirect:
    """The answer its citizen reads. Nothing is closed without one."""
    centre = centre_of(request)
    words = clean_note(form.get("answer", ""), rules.ANSWER_AT_MOST)
    said = form.get("complete", "")
    with centre.database.writing() as connection:
        found = store.find(connection, complaint_id)
        if found is None:
            raise NotFoundException
        wanted = found.matter == Matter.CONSULTATION and said not in {"yes", "no"}
        if not words or wanted:
            problem = "complaints.complete_missing" if words else "complaints.answer_missing"
            return shown(request, session, complaint_id, problem=problem, status=422)
        complete = said == "yes" if said else None
        done = store.answer(connection, complaint_id, words, session.name, centre.clock(), complete=complete)
    if not done:
        return shown(request, session, complaint_id, problem="complaints.closed", status=409)
    log.info("complaint_answered", complaint=complaint_id, who=session.name)
    centre.live.changed()
    return Redirect(f"/complaints/{complaint_id}", status_code=303)


@post("/complaints/{complaint_id:str}/extend", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def extend(request: Asked, session: SignedIn, form: Form, complaint_id: FromPath[str]) -> Response[str] | Redirect:
    """Put the answer off to a later day, with the reason its citizen reads."""
    centre = centre_of(request)
    reason = clean_note(form.get("reason", ""), NOTE_LIMIT)
    with centre.database.writing() as connection:
        found = store.find(connection, complaint_id)
        if found is None:
            raise NotFoundException
        try:
            until = rules.extension(found, form.get("until", ""), reason, centre.today())
        except rules.Unextendable as error:
            return shown(request, session, complaint_id, problem=str(error), status=422)
        store.extend(connection, complaint_id, until, Step("extended", session.name, reason, centre.clock()))
    log.info("complaint_extended", complaint=complaint_id, who=session.name, until=until)
    centre.live.changed()
    return Redirect(f"/complaints/{complaint_id}", status_code=303)


pages = Router(
    "/", route_handlers=[listed, one, look, move, answer, extend], dependencies={"session": Provide(signed_in)}
)
