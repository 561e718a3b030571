"""The page of a rating: five levels of one size, none of them chosen; then the platform's reasons of that level, all
free to be left out. Public; nothing personal is shown.
"""

from typing import Final

import structlog
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.exchange.rules import Channel
from central.people.access import open_form
from central.queue.rating import store
from central.queue.rating.store import Said as Rating
from central.ratings import store as reasons
from central.web import doorstep
from central.web.page import Asked, centre_of, render
from central.web.words import LANGUAGES, language_of
from contract.codes import Satisfaction
from contract.feed import RatingTags

ON: Final = "on"
TABLET: Final = "tablet"
"""The window's own tablet opens the page with `?on=tablet` (channel 4); a phone comes by the code (channel 3)."""
MOST_REASONS: Final = 3

log = structlog.get_logger()
Sent = NamedDependency[dict[str, str]]


@get("/rate/{token:str}", sync_to_thread=True)
def asked(request: Asked, token: FromPath[str]) -> Response[str]:
    """How was it? Then for which reasons. A number that is not finished, or was rated, is thanked."""
    centre, query = centre_of(request), request.query_params
    kept = doorstep.token(request)
    language = language_of(query.get("lang", "")) or LANGUAGES[0]
    level = query.get("level", "")
    with centre.database.reading() as connection:
        one = store.served(connection, token)
        tags = reasons.in_force(connection, centre.clock()) if one is not None else RatingTags()
    values = {
        "one": one,
        "token": token,
        "csrf": kept,
        "levels": list(Satisfaction),
        "level": level if level in set(Satisfaction) else "",
        "tags": tags,
        "most": MOST_REASONS,
        "tablet": TABLET if query.get(ON) == TABLET else "",
        "thanks": "thanks" in query,
    }
    answer = render(request, "queue/templates/rate.html", None, values, language=language)
    return doorstep.handed_out(answer, kept, secure=centre.settings.public_url.startswith("https"))


@post("/rate/{token:str}", sync_to_thread=True, dependencies={"form": Provide(open_form)})
def said(request: Asked, token: FromPath[str], form: Sent) -> Response[str] | Redirect:
    """Kept once; who sends it again is thanked again. Reasons that are not of the level's list are dropped."""
    centre = centre_of(request)
    if doorstep.is_ours(request, form) and form.get("level", "") in set(Satisfaction):
        level = Satisfaction(form["level"])
        channel = Channel.HALL_TABLET if form.get(ON) == TABLET else Channel.QR_CODE
        with centre.database.writing() as connection:
            one = store.served(connection, token)
            tags = reasons.in_force(connection, centre.clock())
            picked = [tag.key for tag in tags.levels.get(level.value, ()) if f"tag.{tag.key}" in form]
            told = Rating(level, channel, tuple(picked[:MOST_REASONS]), tags.version)
            kept = one is not None and store.rate(connection, one, told, centre.clock())
        if kept and one is not None:
            log.info("window_rated", case=one.case_id, channel=channel.value)
            centre.live.changed()
            centre.caretaker.ring("poor_ratings")
        return Redirect(f"/rate/{token}?thanks", status_code=303)
    return Redirect(f"/rate/{token}", status_code=303)


public = Router("/", route_handlers=[asked, said])
