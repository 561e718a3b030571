"""The helper's pages: who rings, one call with what the citizen sees, the roster, and how well calls were answered."""

import secrets
from datetime import timedelta
from typing import Any

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases.rules import REASON_LIMIT, clean_note
from central.centre import Centre
from central.feed import store as feed
from central.help import rules, store
from central.help.rules import Call, Line
from central.openings import store as openings
from central.openings.store import Opening
from central.people import store as people
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.unseal import CannotOpen, open_sealed
from central.web.page import Asked, centre_of, render
from contract.envelope import Sealed, seal_context
from contract.messages import HelpContent

FIGURES_OF = timedelta(days=30)

log = structlog.get_logger()


@get("/help", sync_to_thread=True)
def desk(request: Asked, session: SignedIn) -> Response[str]:
    """Who rings now: mine first."""
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.reading() as connection:
        calls = store.open_calls(connection)
        officers = store.on_duty(connection, rules.HELP, now, centre.settings.zone)
        titles = feed.known_items(connection, now, centre.today().isoformat())
    turns = [(call, rules.rings_for(call.officers, call.asked_at, now)) for call in calls]
    turns.sort(key=lambda pair: (pair[1] != session.name, pair[0].asked_at))
    return render(
        request, "help/templates/desk.html", session, {"turns": turns, "officers": officers, "titles": titles}
    )


@get("/help/calls/{help_id:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, help_id: FromPath[str]) -> Response[str]:
    """One call: what the citizen sees now, masked, and what was said."""
    return _call(request, session, help_id)


def _call(
    request: Asked, session: Session, help_id: str, problem: str = "", mobile: str = "", status: int = 200
) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        call = store.find(connection, help_id)
        if call is None:
            raise NotFoundException
        values: dict[str, Any] = {
            "call": call,
            "titles": feed.known_items(connection, centre.clock(), centre.today().isoformat()),
            "lines": store.lines(connection, help_id),
            "openings": openings.of(connection, openings.HELP, [help_id]),
            "problem": problem,
            "mobile": mobile,
        }
    return render(request, "help/templates/call.html", session, values, status=status)


@post("/help/calls/{help_id:str}/answer", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def answer(request: Asked, session: SignedIn, form: Form, help_id: FromPath[str]) -> Response[str] | Redirect:  # noqa: ARG001 - its token is checked
    """Take the call. The first who does has it."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        taken = store.answer(connection, help_id, session.name, centre.clock())
    if not taken:
        return _call(request, session, help_id, "help.taken", status=409)
    log.info("help_answered", call=help_id, who=session.name)
    centre.live.changed()
    return Redirect(f"/help/calls/{help_id}", status_code=303)


@post("/help/calls/{help_id:str}/say", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def say(request: Asked, session: SignedIn, form: Form, help_id: FromPath[str]) -> Response[str] | Redirect:
    """A sentence for the citizen's screen, from whoever has the call."""
    centre = centre_of(request)
    text = clean_note(form.get("text", ""), rules.LINE_AT_MOST)
    call = _mine(centre, help_id, session)
    if not text or call is None:
        return _call(request, session, help_id, "help.say_wrong" if call else "help.not_yours", status=422)
    with centre.database.writing() as connection:
        store.say(connection, help_id, Line(session.name, centre.clock(), text))
    centre.live.changed()
    return Redirect(f"/help/calls/{help_id}", status_code=303)


@post("/help/calls/{help_id:str}/end", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def end(request: Asked, session: SignedIn, form: Form, help_id: FromPath[str]) -> Response[str] | Redirect:
    """Over, and whether it helped."""
    centre = centre_of(request)
    outcome = form.get("outcome", "")
    if outcome not in {"solved", "unsolved"} or _mine(centre, help_id, session) is None:
        return _call(request, session, help_id, "help.not_yours", status=422)
    with centre.database.writing() as connection:
        store.end(connection, help_id, outcome, session.name, centre.clock())
    log.info("help_ended", call=help_id, who=session.name, outcome=outcome)
    centre.live.changed()
    return Redirect("/help", status_code=303)


@post("/help/calls/{help_id:str}/look", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def look(request: Asked, session: SignedIn, form: Form, help_id: FromPath[str]) -> Response[str]:
    """The number to call, for whoever has the call. The look is committed before anything is opened."""
    centre = centre_of(request)
    reason = clean_note(form.get("reason", ""), REASON_LIMIT)
    call = _mine(centre, help_id, session)
    if not reason or call is None:
        return _call(request, session, help_id, "case.reason_missing" if call else "help.not_yours", status=422)
    with centre.database.writing() as connection:
        openings.note(connection, Opening(openings.HELP, help_id, session.name, centre.clock(), reason))
    log.info("help_number_opened", call=help_id, who=session.name)
    try:
        return _call(request, session, help_id, mobile=_mobile(centre, call))
    except CannotOpen as error:
        return _call(request, session, help_id, f"open.{error.key}")


def _mine(centre: Centre, help_id: str, session: Session) -> Call | None:
    with centre.database.reading() as connection:
        call = store.find(connection, help_id)
    return call if call is not None and call.answered_by == session.name else None


def _mobile(centre: Centre, call: Call) -> str:
    if call.sealed is None:
        raise CannotOpen("unreadable")
    sealed = msgspec.msgpack.decode(call.sealed, type=Sealed)
    content = open_sealed(centre.fresh_keys(), sealed, seal_context(call.terminal, call.help_id))
    return msgspec.json.decode(content, type=HelpContent).mobile


@get("/help/roster", sync_to_thread=True)
def roster(request: Asked, session: SignedIn) -> Response[str]:
    """Who is at which post when."""
    return render(request, "help/templates/roster.html", session, _roster(request))


def _roster(request: Asked) -> dict[str, Any]:
    centre = centre_of(request)
    today = centre.today().isoformat()
    with centre.database.reading() as connection:
        known, accounts = store.all_shifts(connection, today), people.names(connection)
        return {"shifts": known, "people": accounts, "posts": rules.POSTS, "today": today, "problem": ""}


@post("/help/roster", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def add_shift(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Somebody is at a post from now on."""
    centre = centre_of(request)
    values = _roster(request)
    try:
        added = rules.read_shift(form, secrets.token_hex(8), session.name, values["people"])
    except rules.Malformed as error:
        return render(request, "help/templates/roster.html", session, values | {"problem": str(error)}, status=422)
    with centre.database.writing() as connection:
        store.add_shifts(connection, added)
    log.info("shift_added", post=added[0].post, who=session.name)
    return Redirect("/help/roster", status_code=303)


@post("/help/roster/{shift_id:str}/end", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def end_shift(request: Asked, session: SignedIn, form: Form, shift_id: FromPath[str]) -> Redirect:  # noqa: ARG001 - its token is checked
    """Not from tomorrow on."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        if not store.end_shift(connection, shift_id, centre.today().isoformat()):
            raise NotFoundException
    log.info("shift_ended", shift=shift_id, who=session.name)
    return Redirect("/help/roster", status_code=303)


@get("/help/figures", sync_to_thread=True)
def figures(request: Asked, session: SignedIn) -> Response[str]:
    """How the calls of the last days were answered, and each of them."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        calls = store.asked_since(connection, centre.clock() - FIGURES_OF)
    values = {"found": rules.figures(calls), "calls": calls[:100], "days": FIGURES_OF.days}
    return render(request, "help/templates/figures.html", session, values)


pages = Router(
    "/",
    route_handlers=[desk, one, answer, say, end, look, roster, add_shift, end_shift, figures],
    dependencies={"session": Provide(signed_in)},
)
