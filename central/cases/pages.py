"""Cases, their paper, what citizens could not get done; and the only way to see what is sealed."""

from datetime import datetime, time, timedelta
from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases import rules, store
from central.deliveries import pages as deliveries
from central.fleet import store as fleet
from central.handling.shown import of_case
from central.intake import store as intake
from central.licences import pages as licences
from central.lifecycle import shown as life
from central.materials import pages as materials
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.progress import store as progress
from central.scans import store as scans
from central.supplements import pages as supplements
from central.unseal import CannotOpen, open_case
from central.web.page import Asked, centre_of, render
from central.web.words import catalogue
from contract import envelope
from contract.envelope import Envelope
from contract.messages import CaseContent

TITLES_OF = timedelta(days=30)

log = structlog.get_logger()


@get("/cases", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """The cases of a day; the filter is the URL."""
    centre = centre_of(request)
    asked = rules.read_filter(request.query_params, centre.today())
    with centre.database.reading() as connection:
        rows, total = store.listed(connection, asked)
        terminals = [terminal.id for terminal in fleet.everyone(connection)]
    pages = max(1, -(-total // rules.PAGE_SIZE))
    values = {"rows": rows, "total": total, "asked": asked, "terminals": terminals, "pages": pages}
    return render(request, "cases/templates/cases.html", session, values)


@get("/cases/{case_id:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, case_id: FromPath[str]) -> Response[str]:
    """One case: what is known in the clear, its paper, its rating, who looked."""
    return render(request, "cases/templates/case.html", session, _known(request, case_id))


@post("/cases/{case_id:str}/look", status_code=200, sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def look(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Response[str]:
    """Open what is sealed. The look is committed before anything is opened."""
    centre = centre_of(request)
    reason = rules.clean_note(form.get("reason", ""), rules.REASON_LIMIT)
    if not reason:
        values = _known(request, case_id) | {"problem": "case.reason_missing"}
        return render(request, "cases/templates/case.html", session, values, status=422)
    with centre.database.writing() as connection:
        if store.find(connection, case_id) is None:
            raise NotFoundException
        store.log_look(connection, case_id, session.name, centre.clock(), reason)
    log.info("case_looked_at", case=case_id, who=session.name)
    values = _known(request, case_id)
    values |= _opened(request, values["envelope"], case_id)
    return render(request, "cases/templates/case.html", session, values)


def _known(request: Asked, case_id: str) -> dict[str, Any]:
    with centre_of(request).database.reading() as connection:
        case = store.find(connection, case_id)
        if case is None:
            raise NotFoundException
        return {
            "case": case,
            "tickets": store.tickets_of(connection, [case_id]),
            "rating": store.rating_of(connection, case_id),
            "looks": store.looks_at(connection, case_id),
            "steps": progress.steps(connection, [case_id])[case_id],
            "life": life.of_case(centre_of(request), connection, case),
            "papers": materials.of_case(connection, centre_of(request), case),
            "life_problem": _problem(request, "life") or _problem(request, "step"),
            "handled": of_case(centre_of(request), connection, case_id),
            "lacking": scans.lacking(connection, case_id),
            "envelope": envelope.decode(intake.raw_of(connection, case.envelope_id)),
            "content": None,
            **deliveries.of_case(connection, centre_of(request), case),
            **supplements.of_case(connection, centre_of(request), case),
            **licences.of_case(connection, centre_of(request), case),
            **{f"{what}_problem": _problem(request, what) for what in ("delivery", "supplement", "licence")},
            "problem": "",
        }


def _problem(request: Asked, what: str) -> str:
    """What a form of the page could not take, from its address; nothing but a key there are words for."""
    key = request.query_params.get(what, "")
    return key if key in catalogue() else ""


def _opened(request: Asked, wrapped: Envelope, case_id: str) -> dict[str, CaseContent | str]:
    if wrapped.sealed is None:
        return {"problem": "case.nothing_sealed"}
    try:
        return {"content": open_case(centre_of(request).fresh_keys(), wrapped.sealed, wrapped.terminal, case_id)}
    except CannotOpen as error:
        log.warning("case_not_opened", case=case_id, reason=error.key)
        return {"problem": f"open.{error.key}"}


@get("/prints", sync_to_thread=True)
def prints(request: Asked, session: SignedIn) -> Response[str]:
    """Every ticket that may not have reached anyone."""
    return render(request, "cases/templates/prints.html", session, _prints(request))


@post("/prints/{envelope_id:str}/handled", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def handled(request: Asked, session: SignedIn, form: Form, envelope_id: FromPath[str]) -> Response[str] | Redirect:
    """Somebody saw to a ticket and says what was done."""
    centre = centre_of(request)
    note = rules.clean_note(form.get("note", ""), rules.NOTE_LIMIT)
    if not note:
        values = _prints(request) | {"problem": "prints.note_missing"}
        return render(request, "cases/templates/prints.html", session, values, status=422)
    with centre.database.writing() as connection:
        done = store.handle(connection, envelope_id, session.name, note, centre.clock())
    if not done:
        values = _prints(request) | {"problem": "prints.gone"}
        return render(request, "cases/templates/prints.html", session, values, status=409)
    log.info("ticket_handled", envelope=envelope_id, who=session.name)
    centre.live.changed()
    return Redirect("/prints", status_code=303)


def _prints(request: Asked) -> dict[str, Any]:
    centre = centre_of(request)
    today = centre.today()
    midnight = datetime.combine(today, time(), centre.settings.zone)
    with centre.database.reading() as connection:
        waiting = store.waiting_prints(connection)
        return {
            "waiting": waiting,
            "counted": store.counted_by_citizens(connection, [one.ticket.print_id for one in waiting]),
            "silent": store.unreported(connection, today.isoformat(), centre.clock() - rules.SILENT_AFTER),
            "handled": store.handled_prints(connection, midnight),
            "problem": "",
        }


@get("/difficulties", sync_to_thread=True)
def difficulties(request: Asked, session: SignedIn) -> Response[str]:
    """办不成事: what citizens could not get done at a terminal."""
    with centre_of(request).database.reading() as connection:
        rows = store.difficulties_listed(connection)
        titles = store.titles(connection, (centre_of(request).today() - TITLES_OF).isoformat())
    return render(request, "cases/templates/difficulties.html", session, {"rows": rows, "titles": titles})


pages = Router(
    "/",
    route_handlers=[listed, one, look, prints, handled, difficulties],
    dependencies={"session": Provide(signed_in)},
)
