"""好差评 as staff read it: how many at each level, for which reasons, second ones; and green channels taken."""

from datetime import datetime, time, timedelta
from typing import Any

from litestar import Router, get
from litestar.di import Provide
from litestar.response import Response

from central.cases import store as cases
from central.centre import Centre
from central.database import Transaction
from central.people.access import SignedIn, signed_in
from central.ratings import gaming, rules, store
from central.reports import figures
from central.reports.gathering import store as gathering
from central.web.page import Asked, centre_of, render

COUNTED = timedelta(days=30)
LISTED = 100
RANKED = timedelta(days=90)


@get("/ratings", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """The last month. A rating says nothing of whose it is."""
    centre = centre_of(request)
    since = centre.clock() - COUNTED
    with centre.database.reading() as connection:
        given = store.given(connection, since)
        values = {
            "sums": rules.sums(given),
            "given": given[:LISTED],
            "green": rules.green(store.greens(connection, since)),
            **_live(centre, connection),
            "reasons": store.reasons(connection, centre.clock()),
            "titles": cases.titles(connection, since.date().isoformat()),
            "days": COUNTED.days,
        }
    return render(request, "ratings/templates/ratings.html", session, values)


def _live(centre: Centre, connection: Transaction) -> dict[str, Any]:
    """Satisfaction of today by hall and window (HC-07); who leads in a quarter, and whose ratings want a check."""
    now = centre.clock()
    today = datetime.combine(centre.today(), time(), centre.settings.zone)
    said = gathering.rated(connection, today, now + timedelta(minutes=1))
    quarter = gathering.rated(connection, now - RANKED, now + timedelta(minutes=1))
    given = gathering.first_ratings(connection, now - RANKED, now + timedelta(minutes=1))
    least = centre.settings.reports.least_ratings
    return {
        "tiles": [*figures.by(said, {}, "hall"), *figures.by(said, {}, "window")],
        "ranked": figures.ranked(figures.by(figures.fair(quarter), {}, "window"), least),
        "least": least,
        "suspicions": gaming.suspicions(given),
    }


pages = Router("/", route_handlers=[listed], dependencies={"session": Provide(signed_in)})
