"""堵点 with their tracks and results, and 办不成事 a coordinator answers and classifies."""

import secrets
from datetime import datetime

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases import store as cases
from central.complaints import store as complaints
from central.obstacles import rules, store
from central.obstacles.rules import Found, Kind, Refused, Source, Track
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.trail import store as trail
from central.units import store as units
from central.web.page import Asked, centre_of, render
from contract.catalogue import TimeLimit, Unit

log = structlog.get_logger()
_IN_FORM = {"form": Provide(form_fields)}


@get("/obstacles", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """What waits for an answer, and every obstacle; the filters are in the URL."""
    return _page(request, session)


def _page(request: Asked, session: Session, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    kind, state = (request.query_params.get(name, "") for name in ("kind", "state"))
    now = centre.clock().astimezone(centre.settings.zone)
    with centre.database.reading() as connection:
        working = complaints.worktime(connection, now)
        limit = TimeLimit(centre.settings.supervision.difficulty_days, Unit.WORKING_DAY)
        waiting = [
            (row, working.due(datetime.fromisoformat(row.received_at).astimezone(now.tzinfo), limit).at)
            for row in store.waiting(connection)
        ]
        values = {
            "waiting": waiting,
            "rows": store.listed(connection, kind, state),
            "counts": rules.solved(store.kinds(connection)),
            "kinds": list(Kind),
            "tracks": list(Track),
            "units": [unit.unit for unit in units.every(connection)],
            "titles": cases.titles(connection, "1970-01-01"),
            "kind": kind,
            "state": state,
            "today": centre.today().isoformat(),
            "source": request.query_params.get("source", ""),
            "source_id": request.query_params.get("source_id", ""),
            "problem": problem,
        }
    return render(request, "obstacles/templates/obstacles.html", session, values, status=status)


@post("/obstacles", sync_to_thread=True, dependencies=_IN_FORM)
def add(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """One that was found in a complaint, on a walk-through or by staff."""
    centre = centre_of(request)
    source = form.get("source", "")
    named = Source(source) if source in set(Source) else Source.STAFF
    found = Found(named, form.get("source_id", "") or secrets.token_hex(8), form.get("item", ""), form.get("page", ""))
    try:
        obstacle = rules.read(form, found, centre.today(), secrets.token_hex(12), session.name)
    except Refused as error:
        return _page(request, session, str(error), 422)
    with centre.database.writing() as connection:
        kept = store.find_again(connection, obstacle, found, centre.clock())
    centre.live.changed()
    return Redirect(f"/obstacles/{kept}", status_code=303)


@post("/obstacles/difficulties/{envelope_id:str}", sync_to_thread=True, dependencies=_IN_FORM)
def answer(request: Asked, session: SignedIn, form: Form, envelope_id: FromPath[str]) -> Response[str] | Redirect:
    """A coordinator answers a 办不成事, and says which obstacle it is."""
    centre = centre_of(request)
    try:
        words = rules.line(form.get("words", ""))
        with centre.database.writing() as connection:
            row = store.difficulty(connection, envelope_id)
            if row is None:
                raise NotFoundException
            if form.get("kind"):
                found = Found(Source.DIFFICULTY, envelope_id, row.item or "", row.page, row.last_error or "")
                title = {"title": form.get("title") or words}
                obstacle = rules.read(form | title, found, centre.today(), secrets.token_hex(12), session.name)
                store.find_again(connection, obstacle, found, centre.clock())
            done = store.answer(connection, envelope_id, words, session.name, centre.clock())
    except Refused as error:
        return _page(request, session, str(error), 422)
    if not done:
        return _page(request, session, "obstacles.answered", 409)
    log.info("difficulty_answered", difficulty=envelope_id, who=session.name)
    centre.live.changed()
    return Redirect("/obstacles", status_code=303)


@get("/obstacles/{obstacle_id:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, obstacle_id: FromPath[str]) -> Response[str]:
    """One: where it was found, its track, its result."""
    return _one(request, session, obstacle_id)


def _one(request: Asked, session: Session, obstacle_id: str, problem: str = "", status: int = 200) -> Response[str]:
    with centre_of(request).database.reading() as connection:
        row = store.find(connection, obstacle_id)
        if row is None:
            raise NotFoundException
        values = {
            "one": row,
            "sources": store.sources(connection, obstacle_id),
            "trail": trail.of(connection, trail.OBSTACLE, [obstacle_id]),
            "problem": problem,
        }
    return render(request, "obstacles/templates/obstacle.html", session, values, status=status)


@post("/obstacles/{obstacle_id:str}/solve", sync_to_thread=True, dependencies=_IN_FORM)
def solve(request: Asked, session: SignedIn, form: Form, obstacle_id: FromPath[str]) -> Response[str] | Redirect:
    """Closed with its result."""
    centre = centre_of(request)
    try:
        result = rules.line(form.get("result", ""))
    except Refused as error:
        return _one(request, session, obstacle_id, str(error), 422)
    with centre.database.writing() as connection:
        done = store.solve(connection, obstacle_id, result, session.name, centre.clock())
    if not done:
        return _one(request, session, obstacle_id, "obstacles.is_solved", 409)
    centre.live.changed()
    return Redirect(f"/obstacles/{obstacle_id}", status_code=303)


pages = Router("/", route_handlers=[listed, add, answer, one, solve], dependencies={"session": Provide(signed_in)})
