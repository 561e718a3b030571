"""Records of credit as staff keep them, and the logged look at those of a case's person."""

from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases.rules import REASON_LIMIT, clean_note
from central.centre import Centre
from central.credit import rules, store
from central.credit.rules import Flag, Malformed, Wanted
from central.openings import store as openings
from central.openings.store import Opening
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.progress import store as progress
from central.web.page import Asked, centre_of, render

log = structlog.get_logger()


@get("/credit", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Sources, days, and who entered them; whom they are of is a hash and not shown."""
    return _listed(request, session)


def _listed(request: Asked, session: Session, status: int = 200, **more: object) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        rows = store.listed(connection)
    values: dict[str, Any] = {"rows": rows, "today": centre.today().isoformat(), "problem": "", "line": 0, "added": -1}
    return render(request, "credit/templates/credit.html", session, values | more, status=status)


@post("/credit", status_code=200, sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def add(request: Asked, session: SignedIn, form: Form) -> Response[str]:
    """One record, or an authority's whole list. Identity numbers are hashed and not kept."""
    centre = centre_of(request)
    try:
        many = form.get("list", "").strip()
        wanted = rules.read_list(many, centre.today()) if many else [rules.read_form(form, centre.today())]
    except Malformed as error:
        return _listed(request, session, 422, problem=str(error), line=error.line)
    with centre.database.writing() as connection:
        added = store.add(connection, [_flag(centre, one, session.name) for one in wanted])
    log.info("credit_flags_added", count=added, who=session.name)
    return _listed(request, session, added=added)


def _flag(centre: Centre, wanted: Wanted, by: str) -> Flag:
    person = centre.blind.person(wanted.id_number)
    flag_id = centre.blind.lookup("credit", f"{person} {wanted.source} {wanted.flagged_on}")[:32]
    return Flag(flag_id, person, wanted.source, wanted.flagged_on, wanted.reason, by, centre.clock())


@post("/credit/{flag_id:str}/lift", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def lift(request: Asked, session: SignedIn, form: Form, flag_id: FromPath[str]) -> Redirect:  # noqa: ARG001 - its token is checked
    """The authority took it back, or its time is over."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        if not store.lift(connection, flag_id, session.name, centre.clock()):
            raise NotFoundException
    log.info("credit_flag_lifted", flag=flag_id, who=session.name)
    return Redirect("/credit", status_code=303)


@post("/cases/{case_id:str}/credit", status_code=200, sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def look(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Response[str]:
    """Source and day of what there is about a case's person. The look is committed before anything is read."""
    centre = centre_of(request)
    reason = clean_note(form.get("reason", ""), REASON_LIMIT)
    with centre.database.writing() as connection:
        person = progress.person_of(connection, case_id)
        if person and reason:
            openings.note(connection, Opening(openings.CREDIT, case_id, session.name, centre.clock(), reason))
    if not person:
        raise NotFoundException
    with centre.database.reading() as connection:
        values = {
            "flags": store.of_person(connection, person) if reason else [],
            "case_id": case_id,
            "problem": "" if reason else "case.reason_missing",
            "looks": openings.of(connection, openings.CREDIT, [case_id]),
        }
    log.info("credit_looked_at", case=case_id, who=session.name)
    return render(request, "credit/templates/look.html", session, values, status=200 if reason else 422)


pages = Router("/", route_handlers=[listed, add, lift, look], dependencies={"session": Provide(signed_in)})
