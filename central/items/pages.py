"""The service items: filtered by tags, and the shares 查询型 → 办理型 and of stars with their trend."""

from litestar import Router, get
from litestar.di import Provide
from litestar.response import Response

from central.items import rules, store
from central.people.access import SignedIn, signed_in
from central.web.page import Asked, centre_of, render
from contract.classing import BY_POST, HANDLED, Tag


@get("/items", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """What is in force; the tags and the least depth that are asked for are in the URL."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        published = store.published(connection)
    every = rules.in_force(published)
    wanted = [tag for tag in request.query_params.getall("tag", []) if tag in set(Tag)]
    depth = request.query_params.get("depth", "0")
    least = int(depth) if depth in {str(one) for one in range(7)} else 0
    found = rules.narrowed(every, wanted, least)
    values = {
        "tags": list(Tag),
        "wanted": wanted,
        "least": least,
        "found": found,
        "counts": rules.counted(rules.narrowed(every, (), least)),
        "share": rules.share(every),
        "trend": rules.trend(published, centre.today(), centre.settings.zone),
        "handled": HANDLED,
        "most_stars": BY_POST,
    }
    return render(request, "items/templates/items.html", session, values)


pages = Router("/", route_handlers=[listed], dependencies={"session": Provide(signed_in)})
