"""The way to a window on a phone: what the code on a ticket opens. Public; nothing personal is asked or shown."""

from functools import lru_cache
from pathlib import Path

import structlog
from litestar import Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Response
from markupsafe import Markup

from central.centre import Centre
from central.halls.rules import PlanError, read_plan
from central.web.page import Asked, centre_of, render
from central.web.words import LANGUAGES, Words, language_of
from contract.hall_drawing import drawing
from contract.hall_plan import HallPlan, way

log = structlog.get_logger()


@get("/way/{place:str}", sync_to_thread=True)
def shown(request: Asked, place: FromPath[str]) -> Response[str]:
    """The same drawing and words as at the terminal `from`; without it the floor alone."""
    plan = plan_of(centre_of(request).settings.hall_plan)
    point = plan.point(place) if plan is not None else None
    if plan is None or point is None:
        raise NotFoundException
    language = language_of(request.query_params.get("lang", "")) or LANGUAGES[0]
    found = way(plan, request.query_params.get("from", "")[:40], point)
    you = Words(language)("way.you")
    two = found.by is not None and found.start is not None and found.start.floor != point.floor
    floors = [
        (
            (plan.floor(found.start.floor) if first and found.start else found.floor).name,
            Markup(drawing(plan, found, start_floor=first, language=language, here=you)),  # noqa: S704 - our own, escaped
        )
        for first in ((True, False) if two else (False,))
    ]
    values = {"way": found, "floors": floors, "places": plan.places(), "plan": plan}
    return render(request, "halls/templates/way.html", None, values, language=language)


def plan_of(name: str) -> HallPlan | None:
    """The plan of the settings, read again when its file changes."""
    if not name:
        return None
    path = Path(name)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, PlanError) as error:
        log.warning("hall_plan_not_read", error=str(error))
        return None


@lru_cache(maxsize=4)
def _read(path: Path, _: int) -> HallPlan:
    return read_plan(str(path), path.read_bytes())


def way_of(centre: Centre, terminal: str, queue: str) -> str:
    """Where a phone sees the way from that terminal to the windows of a queue; empty without a plan."""
    plan = plan_of(centre.settings.hall_plan)
    point = plan.serving_queue(queue) if plan is not None else None
    return f"/way/{point.key}?from={terminal}" if point is not None else ""


public = Router("/", route_handlers=[shown])
