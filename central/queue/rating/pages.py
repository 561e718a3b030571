"""The page of a rating: five levels of one size, none of them chosen. Public; nothing personal is shown."""

import structlog
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.people.access import open_form
from central.queue.rating import store
from central.web import doorstep
from central.web.page import Asked, centre_of, render
from central.web.words import LANGUAGES, language_of
from contract.codes import Satisfaction

log = structlog.get_logger()
Sent = NamedDependency[dict[str, str]]


@get("/rate/{token:str}", sync_to_thread=True)
def asked(request: Asked, token: FromPath[str]) -> Response[str]:
    """How was it? A number that is not finished, or was rated, is thanked."""
    centre = centre_of(request)
    kept = doorstep.token(request)
    language = language_of(request.query_params.get("lang", "")) or LANGUAGES[0]
    with centre.database.reading() as connection:
        one = store.served(connection, token)
    values = {
        "one": one,
        "token": token,
        "csrf": kept,
        "levels": list(Satisfaction),
        "thanks": "thanks" in request.query_params,
    }
    answer = render(request, "queue/templates/rate.html", None, values, language=language)
    return doorstep.handed_out(answer, kept, secure=centre.settings.public_url.startswith("https"))


@post("/rate/{token:str}", sync_to_thread=True, dependencies={"form": Provide(open_form)})
def said(request: Asked, token: FromPath[str], form: Sent) -> Response[str] | Redirect:
    """Kept once; who sends it again is thanked again."""
    centre = centre_of(request)
    if doorstep.is_ours(request, form) and form.get("level", "") in set(Satisfaction):
        with centre.database.writing() as connection:
            one = store.served(connection, token)
            kept = one is not None and store.rate(connection, one, Satisfaction(form["level"]), centre.clock())
        if kept and one is not None:
            log.info("window_rated", case=one.case_id)
            centre.live.changed()
        return Redirect(f"/rate/{token}?thanks", status_code=303)
    return Redirect(f"/rate/{token}", status_code=303)


public = Router("/", route_handlers=[asked, said])
