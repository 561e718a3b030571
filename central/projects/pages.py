"""Projects as staff see them: what belongs to each, and the one chart of all approvals (BJ-22)."""

import secrets
from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.agents import store as agents
from central.cases.rules import clean_note
from central.database import Transaction
from central.feed import store as feed
from central.orders import store as orders
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.persons import plain_code
from central.projects import gathering, rules, store
from central.projects.rules import Kind, Part, Project
from central.web.page import Asked, centre_of, render

log = structlog.get_logger()


@get("/projects", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Those under way, with how much of each is done."""
    return _listed(request, session)


def _listed(request: Asked, session: Session, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    gathering.catch_up(centre)
    with centre.database.reading() as connection:
        open_ones, over = store.listed(connection, closed=False), store.listed(connection, closed=True)
        every = [*open_ones, *over]
        parts = store.parts(connection, [one.project_id for one in every])
        known = gathering.known_of(connection, centre, [part for found in parts.values() for part in found])
    shown = {one.project_id: rules.found(one, parts[one.project_id], known) for one in every}
    values = {"open": open_ones, "over": over, "shown": shown, "figures": rules.figures, "problem": problem}
    return render(request, "projects/templates/projects.html", session, values, status=status)


@post("/projects", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def begin(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """A new one: number and code are told to the company."""
    centre = centre_of(request)
    title = clean_note(form.get("title", ""), rules.TITLE_AT_MOST)
    if not title:
        return _listed(request, session, "projects.title_missing", 422)
    project_id, now = secrets.token_hex(8), centre.clock()
    number = f"XM{centre.today():%y%m%d}{centre.blind.code('project number', project_id, 4)}"
    code = centre.blind.code("project", project_id, 6)
    with centre.database.writing() as connection:
        store.add(connection, Project(project_id, number, code, title, "", session.name, now, None, now))
    log.info("project_begun", project=number, who=session.name)
    return Redirect(f"/projects/{project_id}", status_code=303)


@get("/projects/{project_id:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, project_id: FromPath[str]) -> Response[str]:
    """The chart."""
    return _one(request, session, project_id)


def _one(request: Asked, session: Session, project_id: str, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        project = _found(connection, project_id)
        found = gathering.gathered(connection, centre, project)
        values: dict[str, Any] = {
            "project": project,
            "found": found,
            "chart": rules.chart(found, centre.today()),
            "figures": rules.figures(found),
            "joined": store.parts(connection, [project_id])[project_id],
            "agents": agents.every(connection),
            "stages": range(1, rules.STAGES + 1),
            "left": rules.LEFT,
            "width": rules.WIDTH,
            "titles": feed.known_items(connection, centre.clock(), centre.today().isoformat()),
            "problem": problem,
        }
    return render(request, "projects/templates/project.html", session, values, status=status)


def _found(connection: Transaction, project_id: str) -> Project:
    found = store.find(connection, project_id)
    if found is None:
        raise NotFoundException
    return found


@post("/projects/{project_id:str}/join", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def join(request: Asked, session: SignedIn, form: Form, project_id: FromPath[str]) -> Response[str] | Redirect:
    """A case by its 办件编号, or a service order by its number."""
    centre = centre_of(request)
    number, stage = "".join(form.get("number", "").split()).upper(), form.get("stage", "")
    if stage not in {str(at) for at in range(1, rules.STAGES + 1)}:
        raise NotFoundException
    with centre.database.writing() as connection:
        _found(connection, project_id)
        case, order = store.case_by_number(connection, number), orders.by_number(connection, plain_code(number))
        of = (Kind.CASE, case.case_id) if case else (Kind.ORDER, order.order_id) if order else None
        if of is None:
            problem, joined = "projects.number_unknown", False
        else:
            part = Part(project_id, int(stage), *of, "", session.name, centre.clock())
            problem, joined = "projects.joined_already", store.join(connection, part)
    if not joined:
        return _one(request, session, project_id, problem, 422)
    log.info("project_joined", project=project_id, who=session.name)
    centre.live.changed()
    return Redirect(f"/projects/{project_id}", status_code=303)


@post("/projects/{project_id:str}/leave", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def leave(request: Asked, session: SignedIn, form: Form, project_id: FromPath[str]) -> Redirect:
    """Joined by mistake."""
    centre = centre_of(request)
    kind = form.get("kind", "")
    if kind not in set(Kind):
        raise NotFoundException
    with centre.database.writing() as connection:
        if not store.leave(connection, project_id, Kind(kind), form.get("of", ""), centre.clock()):
            raise NotFoundException
    log.info("project_left", project=project_id, who=session.name)
    centre.live.changed()
    return Redirect(f"/projects/{project_id}", status_code=303)


@post("/projects/{project_id:str}/steward", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def steward(request: Asked, session: SignedIn, form: Form, project_id: FromPath[str]) -> Redirect:
    """One agent looks after all of it; the company reads who."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        agent = agents.find(connection, form.get("agent", ""))
        if agent is None or not store.look_after(connection, project_id, agent.agent_id, centre.clock()):
            raise NotFoundException
    log.info("project_steward", project=project_id, agent=agent.number, who=session.name)
    centre.live.changed()
    return Redirect(f"/projects/{project_id}", status_code=303)


@post("/projects/{project_id:str}/close", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def close(request: Asked, session: SignedIn, form: Form, project_id: FromPath[str]) -> Redirect:  # noqa: ARG001 - its token is checked
    """All of it is over."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        if not store.close(connection, project_id, centre.clock()):
            raise NotFoundException
    log.info("project_closed", project=project_id, who=session.name)
    centre.live.changed()
    return Redirect("/projects", status_code=303)


pages = Router(
    "/",
    route_handlers=[listed, begin, one, join, leave, steward, close],
    dependencies={"session": Provide(signed_in)},
)
