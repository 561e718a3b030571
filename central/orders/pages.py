"""Service orders as staff see them: which wait, who does each, what is settled, how it ended."""

from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.agents import rules as roster
from central.agents import store as agents
from central.cases.rules import NOTE_LIMIT, REASON_LIMIT, clean_note
from central.centre import Centre
from central.database import Transaction
from central.feed.catalogue import store as catalogue
from central.openings import store as openings
from central.openings.store import Opening
from central.orders import index, rules, store
from central.orders.rules import Order, Outcome, Step
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.unseal import CannotOpen
from central.web.page import Asked, centre_of, render
from contract.orders import OrderContent

LOAD_OF = roster.LOAD_OF

log = structlog.get_logger()


@get("/orders", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Those to be done, the most urgent first, and those that ended."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        known = _named(connection)
        values = {
            "open": store.listed(connection, ended=False),
            "ended": store.listed(connection, ended=True),
            "agents": known,
            "mine": next((one for one in known.values() if one.account == session.name and not one.ended_at), None),
        }
    return render(request, "orders/templates/orders.html", session, values)


@get("/orders/{order_id:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, order_id: FromPath[str]) -> Response[str]:
    """One: what is known in the clear, whom it could be given to, and its way."""
    return _one(request, session, order_id)


def _one(
    request: Asked,
    session: Session,
    order_id: str,
    *,
    problem: str = "",
    content: OrderContent | None = None,
    status: int = 200,
) -> Response[str]:
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.reading() as connection:
        found = _found(connection, order_id)
        loads = roster.loads(store.tasks(connection, now - LOAD_OF), now)
        values: dict[str, Any] = {
            "one": found,
            "steps": store.steps(connection, [order_id])[order_id],
            "openings": openings.of(connection, openings.ORDER, [order_id]),
            "agents": _named(connection),
            "suggested": roster.suggested(agents.every(connection), found.area, found.item, loads),
            "loads": loads,
            "outcomes": list(Outcome),
            "times": rules.slot_times(found.slot),
            "problem": problem,
            "content": content,
        }
    return render(request, "orders/templates/order.html", session, values, status=status)


def _named(connection: Transaction) -> dict[str, roster.Agent]:
    return {one.agent_id: one for one in agents.every(connection, ended=True)}


def _found(connection: Transaction, order_id: str) -> Order:
    found = store.find(connection, order_id)
    if found is None:
        raise NotFoundException
    return found


@post("/orders/{order_id:str}/look", status_code=200, dependencies={"form": Provide(form_fields)}, sync_to_thread=True)
def look(request: Asked, session: SignedIn, form: Form, order_id: FromPath[str]) -> Response[str]:
    """Read name, telephone and address. The look is committed before anything is opened."""
    centre = centre_of(request)
    reason = clean_note(form.get("reason", ""), REASON_LIMIT)
    if not reason:
        return _one(request, session, order_id, problem="case.reason_missing", status=422)
    with centre.database.writing() as connection:
        found = _found(connection, order_id)
        openings.note(connection, Opening(openings.ORDER, order_id, session.name, centre.clock(), reason))
    log.info("order_opened", order=order_id, who=session.name)
    try:
        return _one(request, session, order_id, content=index.content(centre, found))
    except CannotOpen as error:
        return _one(request, session, order_id, problem=f"open.{error.key}")


@post("/orders/{order_id:str}/assign", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def assign(request: Asked, session: SignedIn, form: Form, order_id: FromPath[str]) -> Response[str] | Redirect:
    """Given to an agent, whose name and number its citizen reads from now on."""
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.writing() as connection:
        found = _found(connection, order_id)
        agent = agents.find(connection, form.get("agent", ""))
        if agent is None or agent.ended_at is not None:
            done, problem = False, "orders.agent_missing"
        else:
            item = catalogue.find(connection, found.item, now)
            limit = item.promised_limit if item is not None else None
            due = rules.work_due(found, now, limit, store.worktime(connection, now), centre.settings.zone)
            note = f"{agent.name} {agent.number}"
            done = store.assign(connection, found, agent.agent_id, due, Step("assigned", session.name, note, now))
            problem = "orders.ended_already"
    return _after(request, session, order_id, done=done, problem=problem)


@post("/orders/{order_id:str}/agree", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def agree(request: Asked, session: SignedIn, form: Form, order_id: FromPath[str]) -> Response[str] | Redirect:
    """Day and time as they were settled with the citizen by telephone."""
    centre = centre_of(request)
    now = centre.clock()
    try:
        day, slot = rules.read_agreed(form)
    except rules.Malformed as error:
        return _one(request, session, order_id, problem=str(error), status=422)
    with centre.database.writing() as connection:
        due = rules.end_of(day, slot, centre.settings.zone)
        _found(connection, order_id)
        done = store.agree(connection, order_id, (day, slot), due, Step("agreed", session.name, f"{day} {slot}", now))
    return _after(request, session, order_id, done=done, problem="orders.ended_already")


@post("/orders/{order_id:str}/end", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def end(request: Asked, session: SignedIn, form: Form, order_id: FromPath[str]) -> Response[str] | Redirect:
    """How it ended, in words its citizen reads. Nothing ends without them."""
    centre = centre_of(request)
    told = clean_note(form.get("told", ""), rules.TOLD_AT_MOST)
    outcome = form.get("outcome", "")
    if outcome not in set(Outcome) or not told:
        return _one(request, session, order_id, problem="orders.told_missing", status=422)
    with centre.database.writing() as connection:
        _found(connection, order_id)
        step = Step(outcome, session.name, "", centre.clock())
        done = store.end(connection, order_id, outcome, told, step)
    return _after(request, session, order_id, done=done, problem="orders.ended_already")


@post("/orders/{order_id:str}/note", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def note(request: Asked, session: SignedIn, form: Form, order_id: FromPath[str]) -> Response[str] | Redirect:
    """A word for colleagues; the citizen does not read it."""
    centre = centre_of(request)
    words = clean_note(form.get("note", ""), NOTE_LIMIT)
    if words:
        with centre.database.writing() as connection:
            _found(connection, order_id)
            store.note(connection, order_id, Step("noted", session.name, words, centre.clock()))
    return _after(request, session, order_id, done=bool(words), problem="orders.note_missing")


def _after(request: Asked, session: Session, order_id: str, *, done: bool, problem: str) -> Response[str] | Redirect:
    if not done:
        return _one(request, session, order_id, problem=problem, status=409 if problem.endswith("already") else 422)
    centre: Centre = centre_of(request)
    log.info("order_moved", order=order_id, who=session.name)
    centre.live.changed()
    return Redirect(f"/orders/{order_id}", status_code=303)


pages = Router(
    "/", route_handlers=[listed, one, look, assign, agree, end, note], dependencies={"session": Provide(signed_in)}
)
