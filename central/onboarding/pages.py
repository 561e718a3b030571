"""新终端: asked for by one person, agreed by another, and how far each has come until it is in service."""

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.fleet import rules as fleet_rules
from central.fleet import store as fleet
from central.fleet.rules import TERMINAL_ID
from central.onboarding import rules, store
from central.onboarding.rules import Onboarding
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.web.page import Asked, centre_of, render

_FIELDS = ("terminal", "hall", "place", "series", "district", "number", "reason")

log = structlog.get_logger()


@get("/onboarding", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Each with where it stands and what comes next."""
    return _page(request, session)


def _page(
    request: Asked, session: Session, problem: str = "", status: int = 200, typed: dict[str, str] | None = None
) -> Response[str]:
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.reading() as connection:
        found = store.listed(connection)
        states = fleet.now_of(connection)
        cards = {one.id: fleet_rules.card(one, states.get(one.id), now) for one in fleet.everyone(connection)}
        codes = store.with_code(connection, [one.terminal for one in found])
    lines = [
        (one, rules.stage(one, cards.get(one.terminal), has_code=one.terminal in codes), cards.get(one.terminal))
        for one in found
    ]
    values = {
        "lines": lines,
        "stages": [stage for stage in rules.Stage if stage is not rules.Stage.REFUSED],
        "typed": typed or dict.fromkeys(_FIELDS, ""),
        "not_ready": rules.not_ready,
        "problem": problem,
        "enforced": centre.settings.approve_terminals,
    }
    return render(request, "onboarding/templates/onboarding.html", session, values, status=status)


@post("/onboarding", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def ask(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Ask for a terminal."""
    centre = centre_of(request)
    typed = {name: " ".join(form.get(name, "").split())[:80] for name in _FIELDS}
    if not TERMINAL_ID.match(typed["terminal"]) or not typed["hall"] or not typed["reason"]:
        return _page(request, session, "onboarding.wrong", 422, typed)
    if not session.sees(typed["hall"]):
        return _page(request, session, "organisation.not_yours", 403, typed)
    wish = msgspec.convert(typed | {"asked_by": session.name, "asked_at": centre.clock()}, Onboarding)
    with centre.database.writing() as connection:
        added = store.add(connection, wish)
    if not added:
        return _page(request, session, "onboarding.known", 409, typed)
    log.info("onboarding_asked", terminal=typed["terminal"], who=session.name)
    centre.live.changed()
    return Redirect("/onboarding", status_code=303)


@post("/onboarding/{terminal:str}/decide", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def decide(request: Asked, session: SignedIn, form: Form, terminal: FromPath[str]) -> Response[str] | Redirect:
    """Agree, or not: never whoever asked."""
    centre = centre_of(request)
    agrees = form.get("agree") == "yes"
    with centre.database.writing() as connection:
        if store.find(connection, terminal) is None:
            raise NotFoundException
        done = store.decide(connection, terminal, session.name, centre.clock(), agrees=agrees)
    if not done:
        return _page(request, session, "onboarding.own", 403)
    log.info("onboarding_decided", terminal=terminal, who=session.name, agreed=agrees)
    centre.live.changed()
    return Redirect("/onboarding", status_code=303)


@post("/onboarding/{terminal:str}/serve", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def serve(request: Asked, session: SignedIn, form: Form, terminal: FromPath[str]) -> Response[str] | Redirect:  # noqa: ARG001 - its token is checked
    """Into service: only what is heard, whole, and offers something."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        found, place = store.find(connection, terminal), fleet.find(connection, terminal)
        state = fleet.now_of(connection, terminal).get(terminal)
    if found is None:
        raise NotFoundException
    card = None if place is None else fleet_rules.card(place, state, centre.clock())
    if problem := rules.not_ready(card):
        return _page(request, session, problem, 409)
    with centre.database.writing() as connection:
        store.serve(connection, terminal, session.name, centre.clock())
    log.info("terminal_in_service", terminal=terminal, who=session.name)
    centre.live.changed()
    return Redirect("/onboarding", status_code=303)


pages = Router("/", route_handlers=[listed, ask, decide, serve], dependencies={"session": Provide(signed_in)})
