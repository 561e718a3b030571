"""The roster of agents: who is on it, what each has to do, and how it was done."""

import secrets
from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.agents import rules, store
from central.agents.rules import Load
from central.feed import store as feed
from central.orders import store as orders
from central.people import store as people
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.web.page import Asked, centre_of, render

log = structlog.get_logger()


@get("/agents", sync_to_thread=True)
def roster(request: Asked, session: SignedIn) -> Response[str]:
    """All of them, with workload and outcomes."""
    return render(request, "agents/templates/agents.html", session, _roster(request))


def _roster(request: Asked) -> dict[str, Any]:
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.reading() as connection:
        agents = store.every(connection, ended=True)
        return {
            "agents": sorted(agents, key=lambda one: (one.ended_at is not None, one.number)),
            "loads": rules.loads(orders.tasks(connection, now - rules.LOAD_OF), now),
            "nothing": Load(),
            "people": people.names(connection),
            "items": feed.known_items(connection, now, centre.today().isoformat()),
            "posts": list(rules.Post),
            "days": rules.LOAD_OF.days,
            "problem": "",
        }


@get("/agents/{agent_id:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, agent_id: FromPath[str]) -> Response[str]:
    """One of them, and what they have to do."""
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.reading() as connection:
        found = store.find(connection, agent_id)
        if found is None:
            raise NotFoundException
        values = {
            "one": found,
            "orders": orders.of_agent(connection, agent_id),
            "load": rules.loads(orders.tasks(connection, now - rules.LOAD_OF), now).get(agent_id, Load()),
            "items": feed.known_items(connection, now, centre.today().isoformat()),
            "days": rules.LOAD_OF.days,
        }
    return render(request, "agents/templates/agent.html", session, values)


@post("/agents", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def add(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Somebody is an agent from now on."""
    centre = centre_of(request)
    values = _roster(request)
    try:
        agent = rules.read_agent(
            form, secrets.token_hex(8), session.name, centre.clock(), values["people"], values["items"]
        )
    except rules.Malformed as error:
        return render(request, "agents/templates/agents.html", session, values | {"problem": str(error)}, status=422)
    with centre.database.writing() as connection:
        added = store.add(connection, agent)
    if not added:
        values["problem"] = "agents.number_taken"
        return render(request, "agents/templates/agents.html", session, values, status=409)
    log.info("agent_added", agent=agent.number, who=session.name)
    return Redirect("/agents", status_code=303)


@post("/agents/{agent_id:str}/end", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def end(request: Asked, session: SignedIn, form: Form, agent_id: FromPath[str]) -> Redirect:  # noqa: ARG001 - its token is checked
    """No more orders; what is open is given to others."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        if not store.end(connection, agent_id, centre.clock()):
            raise NotFoundException
    log.info("agent_ended", agent=agent_id, who=session.name)
    return Redirect("/agents", status_code=303)


pages = Router("/", route_handlers=[roster, one, add, end], dependencies={"session": Provide(signed_in)})
