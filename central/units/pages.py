"""The units: what each answers for, who belongs to it."""

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.response import Redirect, Response

from central.centre import Centre
from central.feed.catalogue import store as catalogue
from central.people import store as people
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.units import rules, store
from central.web.page import Asked, centre_of, render
from contract.catalogue import say

log = structlog.get_logger()
SUBJECTS = ("service", "efficiency", "policy", "terminal", "fee", "other")


@get("/units", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Every unit, and the form of one."""
    return _page(request, session)


@post("/units", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def keep(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """A unit as it is from now on, with its people."""
    centre = centre_of(request)
    try:
        unit = rules.read_unit(form)
    except rules.Malformed as error:
        return _page(request, session, str(error), 422)
    with centre.database.writing() as connection:
        names = {name for name in people.names(connection) if name in form.get("members", "").split()}
        store.keep(connection, unit, session.name, centre.clock())
        store.belong(connection, unit.unit, names)
    log.info("unit_kept", unit=unit.unit, who=session.name)
    centre.live.changed()
    return Redirect("/units", status_code=303)


def _page(request: Asked, session: Session, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        belonging = store.members(connection)
        values = {
            "units": store.every(connection),
            "members": {
                unit.unit: [name for name, of in belonging.items() if of == unit.unit]
                for unit in store.every(connection)
            },
            "people": people.names(connection),
            "items": _titles(centre, connection, session.language),
            "subjects": SUBJECTS,
            "problem": problem,
            "chosen": request.query_params.get("unit", ""),
        }
    return render(request, "units/templates/units.html", session, values, status=status)


def _titles(centre: Centre, connection: object, language: str) -> dict[str, str]:
    found = catalogue.every(connection, centre.clock())  # type: ignore[arg-type]  # of the store
    return {item.slug: say(item.title, language) for item in found}


pages = Router("/", route_handlers=[listed, keep], dependencies={"session": Provide(signed_in)})
