"""The steps of a case, set by staff: only those its phase allows (GB/T 39046)."""

import structlog
from litestar import Router, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from central.cases import store as cases
from central.cases.rules import NOTE_LIMIT, clean_note
from central.handling import store as handling
from central.handling.rules import steps_by_hand
from central.handling.shown import decided
from central.lifecycle.acting import begin, check, promise_check
from central.lifecycle.rules import Refused
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.progress import store
from central.progress.rules import Did, Step
from central.web.page import Asked, centre_of

log = structlog.get_logger()


@post("/cases/{case_id:str}/step", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def set_step(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Redirect:
    """Something happened to a case; the note is for its citizen. Accepting it decides its way (四办)."""
    centre = centre_of(request)
    if form.get("step", "") not in steps_by_hand():
        raise NotFoundException
    step = Step(Did(form["step"]), clean_note(form.get("note", ""), NOTE_LIMIT), session.name, centre.clock())
    with centre.database.writing() as connection:
        if cases.find(connection, case_id) is None:
            raise NotFoundException
        handling.lock(connection, case_id)
        try:
            check(connection, case_id, step.step)
        except Refused as error:
            return Redirect(f"/cases/{case_id}?step={error}#progress", status_code=303)
        if step.step is Did.ACCEPTED:
            handling.keep_route(connection, case_id, decided(centre, connection, case_id), session.name, step.at)
        store.add_step(connection, case_id, step)
        if step.step is Did.ACCEPTED:
            begin(centre, connection, case_id, session.name)
        if step.step is Did.DECIDED:
            promise_check(centre, connection, case_id)
    log.info("case_step", case=case_id, step=step.step, who=session.name)
    centre.live.changed()
    return Redirect(f"/cases/{case_id}", status_code=303)


pages = Router("/", route_handlers=[set_step], dependencies={"session": Provide(signed_in)})
