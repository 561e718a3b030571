"""大厅里有什么: facilities, the way to each without steps, and whether there is time before the call (JH-17)."""

from typing import Any

import msgspec
from litestar import Router, get
from litestar.exceptions import NotFoundException
from litestar.response import Response
from markupsafe import Markup

from central.centre import Centre
from central.database import Transaction
from central.halls.pages import plan_of
from central.halls.rules import Time, has_time, minutes_there
from central.positions import store as positions
from central.queue import store as queue
from central.queue.rules import Stand
from central.waits.forecasts import store as forecasts
from central.web.page import Asked, centre_of, render
from central.web.words import LANGUAGES, language_of
from contract.hall_drawing import drawing
from contract.hall_plan import FACILITIES, HallPlan, Kind, Point, Way, way


class Facility(msgspec.Struct, frozen=True):
    """One facility with the way to it; `there` is minutes one way, `time` whether it can be used before the call."""

    way: Way
    there: int
    time: Time


@get("/way", sync_to_thread=True)
def shown(request: Asked) -> Response[str]:
    """The map of the hall: for the number of a ticket (`?number=`), or for whoever would take one now."""
    centre = centre_of(request)
    plan = plan_of(centre.settings.hall_plan)
    if plan is None:
        raise NotFoundException
    language = language_of(request.query_params.get("lang", "")) or LANGUAGES[0]
    start, token = request.query_params.get("from", "")[:40], request.query_params.get("number", "")[:40]
    with centre.database.reading() as connection:
        is_new = bool(token) and positions.case_of(connection, token) is None
    if is_new:
        with centre.database.writing() as connection:
            positions.name_new(connection, centre.today())
    with centre.database.reading() as connection:
        number, stand, minutes = _own(connection, centre, token)
    found = [way(plan, start, point) for point in plan.points if point.kind in FACILITIES]
    here = [Facility(one, minutes_there(one), has_time(minutes, one, stand)) for one in found]
    values: dict[str, Any] = {
        "plan": plan,
        "places": here,
        "number": number,
        "stand": stand,
        "minutes": minutes,
        "start": start,
        "floors": [(floor.name, _drawn(plan, floor.key, language)) for floor in plan.floors],
    }
    return render(request, "halls/templates/facilities.html", None, values, language=language)


def _own(connection: Transaction, centre: Centre, token: str) -> tuple[str, Stand | None, float | None]:
    """The number of a token, how it stands, and in how many minutes it may be called at the earliest."""
    case_id = positions.case_of(connection, token) if token else None
    found = queue.stand_of(connection, case_id, centre.clock()) if case_id else None
    if found is None:
        return "", None, None
    one = found.number
    told = forecasts.scene(connection, one.hall, centre.clock(), one.business_date).of_number(one.case_id)
    return one.number, one.stand, told.least if told is not None else None


def _drawn(plan: HallPlan, floor: str, language: str) -> Markup:
    """A floor around its desk, or whatever one asks at."""
    points = [point for point in plan.points if point.floor == floor]
    middle: Point = next((one for one in points if one.kind is Kind.DESK), points[0] if points else plan.points[0])
    shown = drawing(plan, Way(middle, plan.floor(floor)), start_floor=False, language=language, here="")
    return Markup(shown)  # noqa: S704 - our own, escaped


public = Router("/", route_handlers=[shown])
