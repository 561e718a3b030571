"""The quarantine page: what was kept and not understood, in sight of staff."""

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.intake import store
from central.intake.why import why
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.reconciliation.pages import reconciliation
from central.web.page import Asked, centre_of, render

log = structlog.get_logger()


@get("/quarantine", sync_to_thread=True)
def quarantine(request: Asked, session: SignedIn) -> Response[str]:
    """Everything that waits for its cause to be mended."""
    with centre_of(request).database.reading() as connection:
        values = {"rows": store.quarantined(connection), "conflicts": store.conflicts_open(connection), "why": why}
    return render(request, "intake/templates/quarantine.html", session, values)


@post("/quarantine/{envelope_id:str}/again", sync_to_thread=True)
def judge_again(request: Asked, session: SignedIn, envelope_id: FromPath[str]) -> Redirect:
    """Judge one of them once more."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        if not store.judge_again(connection, envelope_id):
            raise NotFoundException
    log.info("judge_again", envelope=envelope_id, who=session.name)
    centre.commit.wake()
    return Redirect("/quarantine", status_code=303)


@post("/quarantine/{envelope_id:str}/close", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def close_aside(request: Asked, session: SignedIn, form: Form, envelope_id: FromPath[str]) -> Redirect:
    """Somebody decided that it stays kept as it is. The box must be ticked: the terminal's own copy may go then."""
    centre = centre_of(request)
    if form.get("sure") == "yes":
        with centre.database.writing() as connection:
            if not store.close_aside(connection, envelope_id, session.name, centre.clock()):
                raise NotFoundException
        log.info("quarantine_closed", envelope=envelope_id, who=session.name)
        centre.live.changed()
    return Redirect("/quarantine", status_code=303)


_LARGEST = 2**63 - 1
"""What a column holds."""


@post("/conflicts/{terminal:str}/{epoch:int}/{lane:str}/{seq:int}/seen", sync_to_thread=True)
def conflict_seen(
    request: Asked,
    session: SignedIn,
    terminal: FromPath[str],
    epoch: FromPath[int],
    lane: FromPath[str],
    seq: FromPath[int],
) -> Redirect:
    """Somebody has looked at a conflict; it stays kept."""
    centre = centre_of(request)
    if max(epoch, seq) > _LARGEST:
        raise NotFoundException
    with centre.database.writing() as connection:
        if not store.conflict_seen(connection, (terminal, epoch, lane), seq, session.name, centre.clock()):
            raise NotFoundException
    log.info("conflict_seen", terminal=terminal, epoch=epoch, lane=lane, seq=seq, who=session.name)
    return Redirect("/quarantine", status_code=303)


pages = Router(
    "/",
    route_handlers=[quarantine, judge_again, close_aside, conflict_seen, reconciliation],
    dependencies={"session": Provide(signed_in)},
)
