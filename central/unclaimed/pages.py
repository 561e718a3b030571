"""说不清归谁: taken in at any window, given an owner by the coordinator within a day, or up the ladder."""

import secrets
from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.lifecycle.way import clock_of
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rights import Right
from central.people.rules import Session
from central.unclaimed import rules, store
from central.unclaimed.rules import Refused, Rung, Unclaimed, What
from central.units import store as units
from central.web.page import Asked, centre_of, render

log = structlog.get_logger()


@get("/unclaimed", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """What nobody owns yet, with its clock."""
    return _page(request, session)


@post("/unclaimed", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def receive(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Whoever takes it in is its first receiver and owns it until another unit has taken it over."""
    centre = centre_of(request)
    try:
        title, told, reference = rules.read(form)
    except Refused as error:
        return _page(request, session, str(error), 422, form)
    with centre.database.writing() as connection:
        clock = clock_of(centre, connection)
        unit = units.unit_of(connection, session.name) or centre.settings.hall
        due = clock.due(clock.now, rules.WITHIN, ()) or clock.now
        one = Unclaimed(
            _id(form), title, told, reference, unit, session.name, clock.now, due, unit, "", 0, None, clock.now
        )
        store.receive(connection, one)
    log.info("unclaimed_received", matter=one.unclaimed_id, who=session.name)
    centre.live.changed()
    return Redirect("/unclaimed", status_code=303)


def _id(form: dict[str, str]) -> str:
    given = form.get("once", "")
    return given if given.isalnum() and len(given) <= 40 else secrets.token_hex(12)


@post("/unclaimed/{matter:str}/assign", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def assign(request: Asked, session: SignedIn, form: Form, matter: FromPath[str]) -> Response[str] | Redirect:
    """The coordinator offers it to a unit, or carries it one rung up; at the top the government's word is noted."""
    centre = centre_of(request)
    note, unit = " ".join(form.get("note", "").split())[:200], " ".join(form.get("unit", "").split())
    with centre.database.writing() as connection:
        one = _find(connection, matter)
        now = centre.clock()
        try:
            if form.get("what") == "up":
                rung = rules.next_rung(one, note)
                clock = clock_of(centre, connection)
                due = clock.due(clock.now, rules.WITHIN, ()) or now
                store.change(
                    connection, one, What.ESCALATED, unit=one.owner, note=note, who=session.name, at=now, due_at=due,
                    rung=rung,
                )  # fmt: skip
            else:
                rules.check_offer(one, unit)
                what = What.DECIDED if one.rung == Rung.GOVERNMENT else What.OFFERED
                store.change(connection, one, what, unit=unit, note=note, who=session.name, at=now)
            problem = ""
        except Refused as error:
            problem = str(error)
    return _done(request, session, problem)


@post("/unclaimed/{matter:str}/answer", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def answer(request: Asked, session: SignedIn, form: Form, matter: FromPath[str]) -> Response[str] | Redirect:
    """The unit takes it over, or declines and says why; whoever owns it says how it was settled."""
    centre = centre_of(request)
    note, what = " ".join(form.get("note", "").split())[:200], form.get("what", "")
    if what not in {"take", "decline", "settle"}:
        raise NotFoundException
    with centre.database.writing() as connection:
        one = _find(connection, matter)
        unit = units.unit_of(connection, session.name) or centre.settings.hall
        if session.may(Right.COORDINATE) and one.offered and what != "settle":
            unit = _for_whom(connection, one, unit)
        try:
            done = _answered(one, unit, what, note)
            store.change(connection, one, done, unit=unit, note=note, who=session.name, at=centre.clock())
            problem = ""
        except Refused as error:
            problem = str(error)
    return _done(request, session, problem)


def _for_whom(connection: Any, one: Unclaimed, unit: str) -> str:  # noqa: ANN401 - of the store
    """The coordinator notes the answer of a unit to which no account belongs."""
    return unit if one.offered in units.members(connection).values() else one.offered


def _answered(one: Unclaimed, unit: str, what: str, note: str) -> What:
    if what == "settle":
        if one.settled_at is not None or unit != one.owner or not note:
            raise Refused("unclaimed.not_settled")
        return What.SETTLED
    rules.check_answer(one, unit, takes=what == "take", note=note)
    return What.TAKEN if what == "take" else What.DECLINED


def _find(connection: Any, matter: str) -> Unclaimed:  # noqa: ANN401 - of the store
    one = store.find(connection, matter)
    if one is None:
        raise NotFoundException
    return one


def _done(request: Asked, session: Session, problem: str) -> Response[str] | Redirect:
    if problem:
        return _page(request, session, problem, 409)
    centre_of(request).live.changed()
    return Redirect("/unclaimed", status_code=303)


def _page(
    request: Asked, session: Session, problem: str = "", status: int = 200, form: dict[str, str] | None = None
) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        waiting, settled = store.waiting(connection), store.settled(connection)
        steps = store.steps(connection, [one.unclaimed_id for one in (*waiting, *settled)])
        mine = units.unit_of(connection, session.name) or centre.settings.hall
        known = [one.unit for one in units.every(connection)]
    values = {
        "waiting": waiting,
        "settled": settled,
        "steps": steps,
        "mine": mine,
        "units": known,
        "coordinates": session.may(Right.COORDINATE),
        "top": int(Rung.GOVERNMENT),
        "once": secrets.token_hex(12),
        "form": form or {},
        "problem": problem,
    }
    return render(request, "unclaimed/templates/unclaimed.html", session, values, status=status)


pages = Router("/", route_handlers=[listed, receive, assign, answer], dependencies={"session": Provide(signed_in)})
