"""好差评 as staff read it: how many at each level, for which reasons, second ones; and green channels taken."""

from datetime import timedelta

from litestar import Router, get
from litestar.di import Provide
from litestar.response import Response

from central.cases import store as cases
from central.people.access import SignedIn, signed_in
from central.ratings import rules, store
from central.web.page import Asked, centre_of, render

COUNTED = timedelta(days=30)
LISTED = 100


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
            "reasons": store.reasons(connection, centre.clock()),
            "titles": cases.titles(connection, since.date().isoformat()),
            "days": COUNTED.days,
        }
    return render(request, "ratings/templates/ratings.html", session, values)


pages = Router("/", route_handlers=[listed], dependencies={"session": Provide(signed_in)})
