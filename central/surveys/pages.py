"""How far the quarter's surveys have come, and what they say."""

import re

from litestar import Router, get
from litestar.di import Provide
from litestar.response import Response

from central.people.access import SignedIn, signed_in
from central.surveys import rules, store
from central.surveys.answers import current
from central.web.page import Asked, centre_of, render

_QUARTER = re.compile(r"20\d\dQ[1-4]\Z")


@get("/surveys", sync_to_thread=True)
def report(request: Asked, session: SignedIn) -> Response[str]:
    """The report of a quarter; the quarter is in the URL."""
    centre = centre_of(request)
    asked = request.query_params.get("quarter", "")
    quarter = asked if _QUARTER.match(asked) else rules.quarter_of(centre.today())
    survey = current()
    with centre.database.reading() as connection:
        filled = store.of_quarter(connection, survey.survey, quarter)
    values = {"survey": survey, "quarter": quarter, "filled": len(filled), "counted": rules.report(survey, filled)}
    return render(request, "surveys/templates/surveys.html", session, values)


pages = Router("/", route_handlers=[report], dependencies={"session": Provide(signed_in)})
