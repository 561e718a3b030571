"""Which texts went out, and whether they arrived. No telephone number is shown: none is kept open."""

from litestar import Router, get
from litestar.di import Provide
from litestar.response import Response

from central.messages import rules, store
from central.people.access import SignedIn, signed_in
from central.web.page import Asked, centre_of, render


@get("/messages", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """The newest, of one state where `?state=` names it."""
    centre = centre_of(request)
    state = request.query_params.get("state", "")
    state = state if state in {one.value for one in rules.State} else ""
    with centre.database.reading() as connection:
        rows, counts = store.listed(connection, state), store.counts(connection)
    values = {"rows": rows, "counts": counts, "state": state, "states": list(rules.State)}
    values["gateway"] = bool(centre.settings.messages.url)
    return render(request, "messages/templates/messages.html", session, values)


pages = Router("/", route_handlers=[listed], dependencies={"session": Provide(signed_in)})
