"""待办 of units and leaders, special procedures, routes over levels, and the platform's number of a case."""

import secrets
from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases import store as cases
from central.feed.catalogue import store as catalogue
from central.handling import store as handling
from central.lifecycle import acting, forms, rules, store
from central.lifecycle.rules import Action, Link, Refused, Role, Seat, Special
from central.lifecycle.way import clock_of
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rights import Right
from central.people.rules import Session
from central.tolerance import store as reminding
from central.units import store as units
from central.web.page import Asked, centre_of, render
from central.web.words import catalogue as words

_OPINIONS = (Role.REVIEW, Role.APPROVE)
log = structlog.get_logger()


@get("/tasks", sync_to_thread=True)
def tasks(request: Asked, session: SignedIn) -> Response[str]:
    """What waits for somebody of this unit, and for a leader."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        mine = units.unit_of(connection, session.name)
        leads = session.may(Right.DECIDE)
        staffed = set(units.members(connection).values())
        nobodys = {one.to_unit for one, _, _ in handling.offered(connection)} - staffed
        values = {
            "mine": mine,
            "opinions": store.open_links(connection, unit=mine, roles=_OPINIONS),
            "signatures": store.open_links(connection, unit=mine, roles=(Role.SIGN,)) if leads else [],
            "proposals": handling.waiting_proposals(connection) if leads else [],
            "offered": [one for one in handling.offered(connection) if not mine or one[0].to_unit in {mine, *nobodys}],
            "checks": store.open_links(connection, roles=(Role.CHECK,)),
            "calls": reminding.waiting(connection),
            "may_give": session.may(Right.APPROVE),
            "leads": leads,
            "problem": _problem(request),
        }
    return render(request, "lifecycle/templates/tasks.html", session, values)


def _problem(request: Asked) -> str:
    key = request.query_params.get("problem", "")
    return key if key in words() else ""


@post("/tasks/{link_id:str}/opinion", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def opinion(request: Asked, session: SignedIn, form: Form, link_id: FromPath[str]) -> Redirect:
    """A unit reviews or approves; whoever accepted the case does not (受审分离)."""
    return _said(request, session, form, link_id, _OPINIONS)


@post("/tasks/{link_id:str}/signature", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def signature(request: Asked, session: SignedIn, form: Form, link_id: FromPath[str]) -> Redirect:
    """The person in charge signs, electronically: nobody comes back for it."""
    return _said(request, session, form, link_id, (Role.SIGN,))


@post("/tasks/{link_id:str}/check", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def later_check(request: Asked, session: SignedIn, form: Form, link_id: FromPath[str]) -> Redirect:
    """What was promised instead of proven was looked into."""
    return _said(request, session, form, link_id, (Role.CHECK,))


def _said(request: Asked, session: Session, form: dict[str, str], link_id: str, roles: tuple[Role, ...]) -> Redirect:
    centre = centre_of(request)
    with centre.database.writing() as connection:
        link = store.find_link(connection, link_id)
        if link is None or link.role not in roles or not handling.lock(connection, link.case_id):
            raise NotFoundException
        try:
            words_said = forms.line(form.get("opinion", ""))
            unit = units.unit_of(connection, session.name)
            accepted = acting.accepted_by(connection, link.case_id)
            action = rules.opinion_of(link, form.get("action", ""), words_said, session.name, unit, accepted)
            problem = "" if acting.say(centre, connection, link, action, words_said, session.name) else _ENDED
        except Refused as error:
            problem, action = str(error), Action.OTHER
        if not problem and link.role is Role.CHECK and action is Action.RETURN:
            acting.false_promise(connection, link, session.name, centre.clock())
    if problem:
        return Redirect(f"/tasks?problem={problem}", status_code=303)
    log.info("opinion_given", case=link.case_id, link=link_id, action=action, who=session.name)
    centre.live.changed()
    return Redirect("/tasks", status_code=303)


_ENDED = "lifecycle.ended_before"


@post("/tasks/calls/{case_id:str}/{stage:str}", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def called(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str], stage: FromPath[str]) -> Redirect:
    """Somebody reminded a citizen by telephone, and notes what came of it."""
    centre = centre_of(request)
    try:
        note = forms.line(form.get("note", ""))
    except Refused as error:
        return Redirect(f"/tasks?problem={error}", status_code=303)
    if not note:
        return Redirect("/tasks?problem=lifecycle.note_missing", status_code=303)
    with centre.database.writing() as connection:
        done = reminding.close(connection, case_id, stage, session.name, note, centre.clock())
    if not done:
        raise NotFoundException
    centre.live.changed()
    return Redirect("/tasks", status_code=303)


@post("/cases/{case_id:str}/ask", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def ask(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Redirect:
    """One more unit is asked (协办, one working day), one is asked again, or its leader to sign."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        _lock(connection, case_id)
        clock = clock_of(centre, connection)
        mine = store.links(connection, [case_id])[case_id]
        try:
            unit = forms.line(form.get("unit", ""), 40)
            acting.check_unit(connection, case_id, unit)
            done = _asked(connection, clock, case_id, unit, form.get("what", ""), session.name, mine)
            problem = "" if done else "lifecycle.asked_already"
        except Refused as error:
            problem = str(error)
    return _back(request, case_id, problem)


def _asked(
    connection: Any,  # noqa: ANN401 - of the store
    clock: store.Clock,
    case_id: str,
    unit: str,
    what: str,
    who: str,
    mine: list[Link],
) -> bool:
    before = next((link for link in reversed(mine) if link.unit == unit and link.action == Action.RETURN), None)
    if what == "sign":
        seat = Seat(unit, rules.Level.COUNTY, rules.SIGNATURE)
        return store.ask(connection, clock, case_id, seat, Role.SIGN, "审签", who)
    if what == "again" and before is not None:
        seat = Seat(unit, rules.Level(before.level), before.limit)
        return store.ask(connection, clock, case_id, seat, before.role, before.name, who, stage=before.stage)
    seat = Seat(unit, rules.Level.COUNTY, rules.CO_HANDLER)
    return store.ask(connection, clock, case_id, seat, Role.REVIEW, "协办意见", who)


@post("/cases/{case_id:str}/pause", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def pause(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Redirect:
    """特别程序 begins: every clock of the case stands until it ends."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        _lock(connection, case_id)
        try:
            kind, reason, basis = forms.read_special(form)
            acting.check_pause(connection, case_id)
            case = cases.find(connection, case_id)
            unit = units.unit_of(connection, session.name) or centre.settings.hall
            special = Special(
                secrets.token_hex(12), case_id, kind, reason, basis, case.masked_name if case else "", unit,
                session.name, centre.clock(),
            )  # fmt: skip
            done = store.stop_clock(connection, clock_of(centre, connection), special)
            problem = "" if done else "lifecycle.paused_already"
        except Refused as error:
            problem = str(error)
    return _back(request, case_id, problem)


@post("/cases/{case_id:str}/resume", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def resume(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Redirect:
    """特别程序 is over, with its result."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        _lock(connection, case_id)
        try:
            result = forms.required(form.get("result", ""), "lifecycle.result_missing")
            clock = clock_of(centre, connection)
            said = forms.line(form.get("opinion", ""))
            done = store.restart_clock(connection, clock, case_id, session.name, result, said)
            problem = "" if done else "lifecycle.not_now"
        except Refused as error:
            problem = str(error)
    return _back(request, case_id, problem)


@get("/pauses", sync_to_thread=True)
def pauses(request: Asked, session: SignedIn) -> Response[str]:
    """Every special procedure that goes on."""
    with centre_of(request).database.reading() as connection:
        rows = store.open_pauses(connection)
    return render(request, "lifecycle/templates/pauses.html", session, {"rows": rows})


@post("/cases/{case_id:str}/platform-number", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def platform_number(request: Asked, session: SignedIn, form: Form, case_id: FromPath[str]) -> Redirect:
    """The number the province's platform gave it: both are found from now on."""
    centre = centre_of(request)
    number = "".join(form.get("number", "").split()).upper()
    with centre.database.writing() as connection:
        _lock(connection, case_id)
        if not number.isascii() or not number.isalnum() or len(number) > 50:
            problem = "lifecycle.number_wrong"
        else:
            kept = store.map_number(connection, case_id, number, session.name, centre.clock())
            problem = "" if kept else "lifecycle.number_taken"
    return _back(request, case_id, problem)


@get("/find-case", sync_to_thread=True)
def find_case(request: Asked, session: SignedIn) -> Response[str] | Redirect:
    """The case of a number: its own, or the platform's."""
    number = "".join(request.query_params.get("number", "").split()).upper()
    with centre_of(request).database.reading() as connection:
        case_id = store.by_number(connection, number) if number else None
    if case_id is not None:
        return Redirect(f"/cases/{case_id}", status_code=303)
    return render(request, "lifecycle/templates/find.html", session, {"number": number})


@get("/routes", sync_to_thread=True)
def routes(request: Asked, session: SignedIn) -> Response[str]:
    """The ways of items through units and levels."""
    return _routes(request, session)


@post("/routes", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def draw_route(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Draw a route: each stage with its level, its units and its days."""
    centre = centre_of(request)
    try:
        made = forms.read_route(form)
    except Refused as error:
        return _routes(request, session, form, str(error), 422)
    with centre.database.writing() as connection:
        store.keep_route(connection, made, session.name, centre.clock())
    log.info("route_drawn", item=made.item, stages=len(made.stages), who=session.name)
    centre.live.changed()
    return Redirect("/routes", status_code=303)


def _routes(
    request: Asked, session: Session, form: dict[str, str] | None = None, problem: str = "", status: int = 200
) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        drawn = store.routes(connection)
        items = catalogue.every(connection, centre.clock())
        known = [one.unit for one in units.every(connection)]
    values = {
        "drawn": drawn,
        "items": items,
        "titles": {item.slug: item.title["zh-Hans"] for item in items},
        "units": known,
        "levels": list(rules.Level),
        "form": form or {},
        "stages": range(1, forms.STAGES + 1),
        "problem": problem,
    }
    return render(request, "lifecycle/templates/routes.html", session, values, status=status)


def _lock(connection: Any, case_id: str) -> None:  # noqa: ANN401 - of the store
    if not handling.lock(connection, case_id):
        raise NotFoundException


def _back(request: Asked, case_id: str, problem: str) -> Redirect:
    if problem:
        return Redirect(f"/cases/{case_id}?life={problem}#life", status_code=303)
    centre_of(request).live.changed()
    return Redirect(f"/cases/{case_id}#life", status_code=303)


pages = Router(
    "/",
    route_handlers=[
        tasks, opinion, signature, later_check, called, ask, pause, resume, pauses, platform_number, find_case,
        routes, draw_route,
    ],
    dependencies={"session": Provide(signed_in)},
)  # fmt: skip
