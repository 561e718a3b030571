"""12345 for staff: orders in both directions, what waits to be said, and passing a complaint on."""

from litestar import Router, get, post
from litestar.di import Provide
from litestar.response import Redirect, Response

from central.cases.rules import REASON_LIMIT, clean_note
from central.complaints import store as complaints
from central.complaints.pages import content_of
from central.hotline import exchanging, protocol, store
from central.hotline.protocol import PassOn
from central.hotline.rules import Direction, Known
from central.openings import store as openings
from central.openings.store import Opening
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.unseal import CannotOpen
from central.web.page import Asked, centre_of, render
from contract.messages import Matter


@get("/hotline", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """What came from 12345 and what went there."""
    return _listed(request, session)


@post("/hotline/pass-on", status_code=200, sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def pass_on(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """A complaint that others must answer goes to 12345 whole. The look at it is committed before it is opened."""
    centre = centre_of(request)
    number, why = form.get("number", "").strip(), clean_note(form.get("reason", ""), REASON_LIMIT)
    if not centre.settings.hotline.url:
        return _listed(request, session, "hotline.not_connected")
    if not why:
        return _listed(request, session, "hotline.no_reason")
    now = centre.clock()
    with centre.database.writing() as connection:
        complaint_id = store.complaint_by_number(connection, number)
        found = complaints.find(connection, complaint_id) if complaint_id else None
        if found is None:
            return _listed(request, session, "hotline.no_such")
        if store.of_complaint(connection, found.complaint_id) is not None:
            return _listed(request, session, "hotline.is_theirs")
        openings.note(connection, Opening(openings.COMPLAINT, found.complaint_id, session.name, now, why))
    try:
        content = content_of(centre, found)
    except CannotOpen:
        return _listed(request, session, "hotline.cannot_open")
    matter = Matter(found.matter)
    order = PassOn(
        message_id=f"pass-on:{found.complaint_id}",
        our_number=found.number,
        matter=protocol.MATTER.code_of(matter),
        at=found.at,
        text=content.text,
        name=content.name,
        contact=content.contact,
        why=why,
    )
    with centre.database.writing() as connection:
        known = Known(
            order_number=found.number,
            direction=Direction.OUT,
            matter=matter.value,
            complaint_id=found.complaint_id,
            hall="",
            state="waiting",
            due_at=None,
            received_at=now,
            changed_at=now,
        )
        if store.add(connection, known):
            exchanging.queue_pass_on(connection, centre, order, now)
    centre.caretaker.ring("hotline")
    return Redirect("/hotline", status_code=303)


def _listed(request: Asked, session: Session, problem: str = "") -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        values = {
            "orders": store.listed(connection),
            "unsent": store.unsent(connection),
            "connected": bool(centre.settings.hotline.url),
            "problem": problem,
        }
    return render(request, "hotline/templates/hotline.html", session, values, status=422 if problem else 200)


pages = Router("/", route_handlers=[listed, pass_on], dependencies={"session": Provide(signed_in)})
