"""Handing a case over to another city, and where all of these stand."""

import secrets
from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases import store as cases
from central.cities import rules, store
from central.cities.rules import Away, Malformed, State
from central.handling import rules as handling
from central.handling import store as handled
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.progress import store as progress
from central.web.page import Asked, centre_of, render

log = structlog.get_logger()


@get("/cities", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Cases that other cities decide."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        rows = [(one, cases.find(connection, one.case_id)) for one in store.listed(connection)]
    values = {"rows": rows, "offices": sorted(centre.settings.cities.offices)}
    return render(request, "cities/templates/cities.html", session, values)


@get("/cases/{case_id:str}/away", sync_to_thread=True)
def away(request: Asked, session: SignedIn, case_id: FromPath[str]) -> Response[str]:
    """Which city, and how the result comes back."""
    return _form(request, session, case_id)


@post("/cases/{case_id:str}/away", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def hand_over(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Response[str] | Redirect:
    """Hand it over, once. What is sealed of it is opened for that: the look is written down with it."""
    centre = centre_of(request)
    try:
        city, result_by = rules.read_form(form, centre.settings.cities.offices)
    except Malformed as error:
        return _form(request, session, case_id, form, str(error), 422)
    now = centre.clock()
    asked = Away(
        secrets.token_hex(16), case_id, city, result_by, State.ASKED, "", "", 0, 0, "", session.name, now, None, now
    )
    with centre.database.writing() as connection:
        if not handled.lock(connection, case_id):
            raise NotFoundException
        if handling.is_over(progress.steps(connection, [case_id])[case_id]):
            problem = "handling.over"
        else:
            problem = "" if store.ask(connection, asked) else "handling.kept_already"
        if not problem:
            cases.log_look(connection, case_id, session.name, now, f"转交{city}")
    if problem:
        return _form(request, session, case_id, form, problem, 409)
    log.info("case_sent_away", case=case_id, city=city, who=session.name)
    centre.caretaker.ring("cities")
    centre.live.changed()
    return Redirect(f"/cases/{case_id}#handling", status_code=303)


def _form(
    request: Asked,
    session: Session,
    case_id: str,
    form: dict[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        case = cases.find(connection, case_id)
        if case is None:
            raise NotFoundException
        reach = progress.known(connection, case_id).filed_as.reach
    values: dict[str, Any] = {"case": case, "reach": reach, "form": form or {}, "problem": problem}
    values["offices"] = sorted(centre.settings.cities.offices)
    return render(request, "cities/templates/away.html", session, values, status=status)


pages = Router("/", route_handlers=[listed, away, hand_over], dependencies={"session": Provide(signed_in)})
