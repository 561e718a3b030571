"""The page of a window: sit down, call, serve, park, move on, finish; every act one button and one key."""

import secrets
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.response import Redirect, Response

from central.database import Transaction
from central.feed.catalogue import store as catalogue
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.queue import posts, store, workplace
from central.queue.acts import Refusal
from central.queue.calling import store as calling
from central.queue.finding import store as finding
from central.queue.posts import Sign
from central.queue.rating import store as ratings
from central.queue.rows import store as rows
from central.queue.rows.store import Asked
from central.queue.rules import Number, Stand
from central.queue.upkeep import stand_in
from central.queue.windows import store as windows
from central.queue.workplace import HEARD_AT_MOST
from central.trail import store as trail
from central.trail.store import POOR_RATING, Done
from central.web.page import Asked as Request
from central.web.page import centre_of, render
from contract.catalogue import DEFAULT_LANGUAGE

_REFUSED: Final = {one.value.removeprefix("queue_") for one in Refusal} | {"leave", "seat", "seat_two"}
log = structlog.get_logger()

Step = Callable[[Transaction, str, Asked], Number | Refusal]
_STEPS: Final[dict[str, Step]] = {
    "next": lambda connection, _, asked: calling.call_next(connection, asked),
    "recall": calling.recall,
    "came": calling.came,
    "pass": calling.pass_over,
    "park": calling.park,
    "resume": calling.resume,
    "finish": calling.finish,
    "back": store.revive,
}


@get("/window", sync_to_thread=True)
def window(request: Request, session: SignedIn) -> Response[str]:
    """The window somebody sits at; else the choice of one. `no` says why the last act was refused."""
    centre, asked = centre_of(request), request.query_params
    problem = None
    with centre.database.reading() as connection:
        if asked.get("no", "") in _REFUSED:
            no, of = asked["no"], asked.get("of", "")
            problem = (f"queue.no_{no}", _where(connection, of) if no == "elsewhere" else _seat(connection, of))
        mine = windows.place_of(connection, session.name)
        values: dict[str, Any] = {"mine": None} if mine is None else workplace.standing(connection, centre, mine)
        if values["mine"] is None:
            values = workplace.choice(connection, session)
    return render(request, "queue/templates/window.html", session, values | {"problem": problem})


@post("/window/sign", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def sign(request: Request, session: SignedIn, form: Form) -> Redirect:
    """Sit down, take a break, come back, leave. Nobody leaves from under a number."""
    centre = centre_of(request)
    state, window_id = form.get("state", ""), form.get("window", "")
    if state not in posts.STATES:
        raise NotFoundException
    with centre.database.writing() as connection:
        found = windows.find(connection, window_id)
        if found is None or not session.sees(found.hall):
            raise NotFoundException
        busy = state != posts.ON and rows.before_of(connection, window_id) is not None
        wanted = Sign(window_id, session.name, state, centre.clock())
        other = None if busy else windows.sign(connection, wanted)
    if busy:
        return _refuse("leave")
    if other is not None:
        return _refuse("seat_two" if other.who == session.name else "seat", other.window_id)
    stand_in(centre)
    log.info("window_signed", window=window_id, state=state, who=session.name)
    centre.live.changed()
    return Redirect("/window", status_code=303)


@post("/window/act", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def act(request: Request, session: SignedIn, form: Form) -> Redirect:
    """One act with one number."""
    step = _STEPS.get(form.get("do", ""))
    if step is None:
        raise NotFoundException
    return _do(request, session, form, step)


@post("/window/item-done", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def item_done(request: Request, session: SignedIn, form: Form) -> Redirect:
    """One thing of the ticket is dealt with."""

    def step(connection: Transaction, case_id: str, asked: Asked) -> Number | Refusal:
        return calling.item_done(connection, case_id, asked, form.get("item", ""))

    return _do(request, session, form, step)


@get("/window/more", sync_to_thread=True)
def more(request: Request, session: SignedIn) -> Response[str] | Redirect:
    """Move the number on, or add a service to it."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        mine = windows.place_of(connection, session.name)
        values = workplace.moving(connection, centre, mine) if mine else None
    if values is None:
        return Redirect("/window", status_code=303)
    return render(request, "queue/templates/more.html", session, values)


@post("/window/transfer", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def transfer(request: Request, session: SignedIn, form: Form) -> Redirect:
    """To another window or queue."""
    kind, _, to = form.get("to", "").partition(":")

    def step(connection: Transaction, case_id: str, asked: Asked) -> Number | Refusal:
        if kind == "window" and to:
            return calling.transfer(connection, case_id, asked, "", to)
        if kind == "queue" and len(to) == 1 and to.isascii() and to.isupper():
            return calling.transfer(connection, case_id, asked, to, "")
        return Refusal.NO_WINDOW

    return _do(request, session, form, step)


@post("/window/add", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def add(request: Request, session: SignedIn, form: Form) -> Redirect:
    """加办: one more service on the ticket."""
    now = centre_of(request).clock()

    def step(connection: Transaction, case_id: str, asked: Asked) -> Number | Refusal:
        item = catalogue.find(connection, form.get("item", ""), now)
        if item is None:
            return Refusal.UNKNOWN
        return calling.add(connection, case_id, asked, item.slug, item.title[DEFAULT_LANGUAGE])

    return _do(request, session, form, step)


@post("/window/card-away", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def card_away(request: Request, session: SignedIn, form: Form) -> Redirect:  # noqa: ARG001 - its token is checked
    """Take off the page what a card found."""
    centre = centre_of(request)
    with centre.database.writing() as connection:
        mine = windows.place_of(connection, session.name)
        if mine is not None:
            finding.clear(connection, mine.window_id, centre.clock())
    return Redirect("/window", status_code=303)


@post("/window/heard", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def heard(request: Request, session: SignedIn, form: Form) -> Redirect:
    """Whoever sits here has read a poor rating of this window."""
    centre, now = centre_of(request), centre_of(request).clock()
    with centre.database.writing() as connection:
        mine = windows.place_of(connection, session.name)
        said = ratings.at_window(connection, mine.window_id, now - ratings.LOOKED_BACK, HEARD_AT_MOST) if mine else []
        wanted = form.get("rating", "")
        if any(one.envelope_id == wanted for one in said) and ratings.take_note(
            connection, wanted, ratings.WINDOW, session.name, now
        ):
            done = Done(POOR_RATING, wanted, "noted_at_window", session.name, "", now)
            trail.add(connection, done)
    centre.live.changed()
    return Redirect("/window", status_code=303)


def _do(request: Request, session: Session, form: dict[str, str], step: Step) -> Redirect:
    """One act in one transaction: what is refused changes nothing and is said in a sentence."""
    centre = centre_of(request)
    given = form.get("act_id", "")
    act_id = given if given.isalnum() and 8 <= len(given) <= 100 else secrets.token_hex(12)
    case_id = form.get("case_id", "")
    with centre.database.writing() as connection:
        mine = windows.place_of(connection, session.name)
        if mine is None:
            done: Number | Refusal = Refusal.CLOSED
        else:
            asked = Asked(act_id, mine.window_id, session.name, centre.clock(), centre.today().isoformat())
            done = step(connection, case_id, asked)
    if isinstance(done, Refusal):
        return _refuse(done.value.removeprefix("queue_"), case_id)
    log.info("queue_act", do=form.get("do", request.url.path), number=done.number, who=session.name)
    if done.stand is Stand.CALLED:
        centre.live.called()
    else:
        centre.live.changed()
    return Redirect("/window", status_code=303)


def _where(connection: Transaction, case_id: str) -> dict[str, str]:
    """At which window the number is, and who sits there."""
    one = rows.find(connection, case_id)
    return _seat(connection, (one.window or one.wanted_window) if one else "")


def _seat(connection: Transaction, window_id: str) -> dict[str, str]:
    signs = windows.signs(connection, [window_id])
    who = signs[window_id].who if window_id in signs else "–"
    return {"window": windows.codes(connection, [window_id]).get(window_id, "–"), "who": who}


def _refuse(why: str, of: str = "") -> Redirect:
    """Back to the page with the sentence; `of` is the number or window it is about."""
    return Redirect(f"/window?{urlencode({'no': why, 'of': of})}", status_code=303)


pages = Router(
    "/",
    route_handlers=[window, sign, act, item_done, more, transfer, add, card_away, heard],
    dependencies={"session": Provide(signed_in)},
)
