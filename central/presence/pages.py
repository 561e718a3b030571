"""驻窗领导 by unit and week."""

from datetime import datetime, time, timedelta

from litestar import Router, get
from litestar.di import Provide
from litestar.response import Response

from central.people.access import SignedIn, signed_in
from central.presence import rules, store, upkeep
from central.units import store as units
from central.web.page import Asked, centre_of, render


@get("/presence", sync_to_thread=True)
def of_week(request: Asked, session: SignedIn) -> Response[str]:
    """Each unit: was its leader here at least once this week, for at least two hours."""
    centre = centre_of(request)
    upkeep.note(centre)
    monday = rules.read_week(request.query_params, centre.today())
    zone = centre.settings.zone
    begin = datetime.combine(monday, time(), zone)
    with centre.database.reading() as connection:
        stays = store.since(connection, begin, begin + timedelta(days=7))
        known = [one.unit for one in units.every(connection)]
    values = {
        "weeks": rules.weeks(stays, known, monday, zone),
        "stays": stays,
        "monday": monday,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "is_now": monday == rules.monday_of(centre.today()),
        "at_least": rules.AT_LEAST,
    }
    return render(request, "presence/templates/presence.html", session, values)


pages = Router("/", route_handlers=[of_week], dependencies={"session": Provide(signed_in)})
