"""The quarantine page: what was kept and not understood, in sight of staff."""

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.intake import store
from central.people.access import SignedIn, signed_in
from central.web.page import Asked, centre_of, render

log = structlog.get_logger()


@get("/quarantine", sync_to_thread=True)
def quarantine(request: Asked, session: SignedIn) -> Response[str]:
    """Everything that waits for its cause to be mended."""
    with centre_of(request).database.reading() as connection:
        rows = store.quarantined(connection)
    return render(request, "intake/templates/quarantine.html", session, {"rows": rows})


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


pages = Router("/", route_handlers=[quarantine, judge_again], dependencies={"session": Provide(signed_in)})
