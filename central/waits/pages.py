"""The queues of today with their forecast, and the planned service times it is made of."""

from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.response import Redirect, Response

from central.fleet import store as fleet
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.waits import rules, store
from central.web.page import Asked, centre_of, render
from contract.waiting import WaitTold, forecast

log = structlog.get_logger()


@get("/waits", sync_to_thread=True)
def standing(request: Asked, session: SignedIn) -> Response[str]:
    """Each queue: how many wait, and what citizens are told."""
    return render(request, "waits/templates/waits.html", session, _known(request))


def _known(request: Asked) -> dict[str, Any]:
    centre = centre_of(request)
    now = centre.clock().astimezone(centre.settings.zone)
    with centre.database.reading() as connection:
        found = rules.queues(store.given(connection, now.date()), store.plans(connection), now)
        halls = {terminal.hall for terminal in fleet.everyone(connection)} | {one.hall for one in found}
    told = [(one, forecast(_told(one, now.isoformat()), now)) for one in found]
    return {
        "queues": told,
        "named": centre.settings.queues,
        "halls": sorted(halls),
        "problem": "",
    }


def _told(one: rules.Queue, at: str) -> WaitTold | None:
    if one.plan is None:
        return None
    return WaitTold(one.queue, at, one.waiting or 0, float(one.plan.minutes), one.plan.windows)


@post("/waits", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def plan(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Say how long one takes at a window, and how many windows serve."""
    centre = centre_of(request)
    try:
        made = rules.read_plan(form, session.name, centre.clock())
    except rules.Malformed as error:
        values = _known(request) | {"problem": str(error)}
        return render(request, "waits/templates/waits.html", session, values, status=422)
    with centre.database.writing() as connection:
        store.plan(connection, made)
    log.info("wait_planned", queue=made.queue, minutes=made.minutes, windows=made.windows, who=session.name)
    centre.live.changed()
    return Redirect("/waits", status_code=303)


pages = Router("/", route_handlers=[standing, plan], dependencies={"session": Provide(signed_in)})
