"""The report of walks: per item how long, how many finished, where it got stuck; and one walk, page by page."""

from datetime import timedelta

from litestar import Router, get
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Response

from central.feed import store as feed
from central.people.access import SignedIn, signed_in
from central.walks import rules, store
from central.web.page import Asked, centre_of, render

REPORT_OF = timedelta(days=180)


@get("/walks", sync_to_thread=True)
def report(request: Asked, session: SignedIn) -> Response[str]:
    """All items that were walked."""
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.reading() as connection:
        walks = store.since(connection, now - REPORT_OF)
        titles = feed.known_items(connection, now, centre.today().isoformat())
    values = {"found": rules.report(walks), "walks": walks[:50], "titles": titles, "days": REPORT_OF.days}
    return render(request, "walks/templates/walks.html", session, values)


@get("/walks/{walk_id:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, walk_id: FromPath[str]) -> Response[str]:
    """One walk, page by page."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        found = store.find(connection, walk_id)
        if found is None:
            raise NotFoundException
        titles = feed.known_items(connection, centre.clock(), centre.today().isoformat())
    return render(request, "walks/templates/walk.html", session, {"one": found, "titles": titles})


pages = Router("/", route_handlers=[report, one], dependencies={"session": Provide(signed_in)})
