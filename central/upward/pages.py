"""The page of hall nodes: at the centre each hall and how far it has come, at a hall its way to the centre."""

from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.response import Redirect, Response

from central.centre import Centre
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.relays import rules as relays
from central.relays import store as relayed
from central.upward import store
from central.upward.records import mark_of
from central.upward.streams import STREAMS
from central.web.page import Asked, centre_of, render

log = structlog.get_logger()


@get("/nodes", sync_to_thread=True)
def nodes(request: Asked, session: SignedIn) -> Response[str]:
    """What waits where, since when, and what a person has to decide."""
    centre = centre_of(request)
    if centre.upward is not None:
        return render(request, "upward/templates/way.html", session, _way(centre))
    return render(request, "upward/templates/nodes.html", session, {"nodes": standings(centre)})


@post("/nodes/again", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def again(request: Asked, session: SignedIn, form: Form) -> Redirect:  # noqa: ARG001 - its token is checked
    """Somebody has looked at what was refused: stopped lanes are tried once more."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        thawed = store.thaw(connection)
    log.info("lanes_tried_again", lanes=thawed, who=session.name)
    if centre.upward is not None:
        centre.upward.wake()
    centre.live.changed()
    return Redirect("/nodes", status_code=303)


def standings(centre: Centre) -> list[relays.Standing]:
    """How every hall node stands; those that need somebody first."""
    now = centre.clock()
    with centre.database.reading() as connection:
        said, cut = relayed.now_of(connection), relayed.revoked(connection)
        found = [
            relays.standing(hall, said.get(hall.id), relayed.behind(connection, hall.id), now, revoked=hall.id in cut)
            for hall in relayed.everyone(connection)
        ]
    return sorted(found, key=lambda one: (not one.needs_somebody, one.hall.hall))


def _way(centre: Centre) -> dict[str, Any]:
    now = centre.clock()
    with centre.database.reading() as connection:
        states = store.lanes(connection)
        oldest = store.oldest_waiting(connection, states)
        values: dict[str, Any] = {
            "scans": store.count_scans(connection),
            "acts": sum(
                store.count_acts(connection, one.name, int(store.word(connection, mark_of(one.name)) or 0))
                for one in STREAMS
            ),
            "items": store.refused_items(connection),
        }
    node = centre.upward
    return values | {
        "known": node.known if node else None,
        "url": node.passport.joined.url if node else "",
        "relay": node.passport.joined.relay if node else "",
        "refused": node.refused if node else {},
        "waiting": sum(one.waiting for one in states),
        "sent": sum(min(one.sent, one.held) for one in states),
        "oldest": now - oldest if oldest else None,
        "stopped": [one for one in states if one.frozen],
    }


pages = Router("/", route_handlers=[nodes, again], dependencies={"session": Provide(signed_in)})
