"""The queues of today with their forecast, and the planned service times it is made of."""

from typing import Any

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.centre import Centre
from central.database import Transaction
from central.fleet import store as fleet
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.queue import store as queue
from central.waits import rules, store
from central.waits.advice import rules as advice_rules
from central.waits.advice import store as advice
from central.waits.advice.loads import loads
from central.waits.forecasts import store as forecasts
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
        live = _live(connection, centre)
        halls |= {one["hall"] for one in live}
        more = {
            "live": live,
            "advice": advice.still_open(connection),
            "past": advice.past(connection),
            "untold": advice_rules.UNTOLD,
            "bound": centre.settings.advise_minutes,
        }
    here = {one["hall"] for one in live}
    told = [(one, forecast(_told(one, now.isoformat()), now)) for one in found if one.hall not in here]
    return more | {
        "queues": told,
        "named": centre.settings.queues,
        "halls": sorted(halls),
        "problem": "",
    }


def _live(connection: Transaction, centre: Centre) -> list[dict[str, Any]]:
    """Each hall that calls through this system: load by item, forecast, and how wrong forecasts were."""
    now, today = centre.clock(), centre.today().isoformat()
    found = []
    for hall in queue.halls(connection, today):
        scene = forecasts.scene(connection, hall, now, today)
        if scene.calls_here:
            errors = forecasts.errors(connection, now, hall)
            loaded = loads(connection, scene)
            found.append(
                {"hall": hall, "scene": scene, "loads": loaded, "errors": errors, "all": errors.get((hall, ""))}
            )
    return found


@post("/waits/advice/{advice_id:str}/seen", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def seen(request: Asked, session: SignedIn, form: Form, advice_id: FromPath[str]) -> Redirect:  # noqa: ARG001 - its token
    """Somebody looks after it."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        advice.see(connection, advice_id, session.name)
    log.info("window_advice_seen", advice=advice_id, who=session.name)
    centre.live.changed()
    return Redirect("/waits", status_code=303)


@get("/waits/errors", sync_to_thread=True)
def errors_told(request: Asked, session: SignedIn) -> Response[bytes]:  # noqa: ARG001 - who may
    """How far forecasts of the last seven days were from the truth, by hall and queue: minutes, as JSON."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        found = forecasts.errors(connection, centre.clock())
    rows = [{"hall": hall, "queue": name, **msgspec.structs.asdict(one)} for (hall, name), one in sorted(found.items())]
    return Response(msgspec.json.encode(rows), media_type=MediaType.JSON, headers={"Cache-Control": "no-store"})


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
    if not session.sees(made.hall):
        raise NotFoundException
    with centre.database.writing() as connection:
        store.plan(connection, made)
    log.info("wait_planned", queue=made.queue, minutes=made.minutes, windows=made.windows, who=session.name)
    centre.live.changed()
    return Redirect("/waits", status_code=303)


pages = Router("/", route_handlers=[standing, plan, seen, errors_told], dependencies={"session": Provide(signed_in)})
