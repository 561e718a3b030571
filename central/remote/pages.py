"""远程指令: to one terminal, a place of the tree or whatever a filter means; who agreed, and what came of it where."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central import scoping
from central.database import Transaction
from central.feed import store as feed
from central.feed.rules import Invalid
from central.fleet import rules as fleet_rules
from central.fleet import store as fleet
from central.fleet.filter import rules as filters
from central.organisation import rules as tree
from central.organisation import store as organisation
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.remote import rules, store
from central.remote.rules import Order
from central.web.page import Asked, centre_of, render

TITLES_OF = timedelta(days=30)

log = structlog.get_logger()


@get("/remote", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """What was ordered, what waits for a second person, and the form of a new one."""
    return _page(request, session)


def _page(request: Asked, session: Session, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    now = centre.clock()
    asked = filters.read_shown(request.query_params)
    with centre.database.reading() as connection:
        orders = store.listed(connection)
        given = store.commands(connection, [one.order_id for one in orders])
        meant = _meant(connection, asked)
        values: dict[str, Any] = {
            "orders": [(one, _progress(connection, one, given.get(one.order_id, {}))) for one in orders],
            "items": feed.known_items(connection, now, (centre.today() - TITLES_OF).isoformat()),
            "units": organisation.names(connection),
            "devices": sorted({kind for card in _devices(connection) for kind in card}),
        }
    values |= {
        "asked": asked,
        "states": filters.STATES,
        "meant": meant,
        "what": rules.WHAT,
        "minutes": rules.MINUTES,
        "problem": problem,
        "terminal": request.query_params.get("terminal", "")[:40],
    }
    return render(request, "remote/templates/remote.html", session, values, status=status)


def _devices(connection: Transaction) -> list[list[str]]:
    """The devices each terminal names."""
    states = fleet.now_of(connection)
    return [[device.name for device in state.heartbeat().devices] for state in states.values()]


def _meant(connection: Transaction, asked: filters.Shown) -> list[str]:
    """The terminals a filter means: those of its text alone by their name, where there is one."""
    under: Collection[str] | None = organisation.subtree(connection, asked.unit) if asked.unit else None
    states = fleet.now_of(connection) if asked.state else {}
    everyone = fleet.everyone(connection)
    now = max((state.received_at for state in states.values()), default=None)
    found = []
    for one in everyone:
        card = fleet_rules.Card(one, online=True, seen_at=now, online_since=None)
        if asked.state and now is not None:
            card = fleet_rules.card(one, states.get(one.id), now)
        if asked.lets(card, under):
            found.append(one.id)
    exact = [one for one in found if one == asked.text]
    return exact or found


def _progress(connection: Transaction, order: Order, given: dict[str, str]) -> rules.Progress:
    if order.what in {rules.ITEM_OFF, rules.ITEM_ON, rules.VOLUME}:
        return rules.progress(given, dict.fromkeys(store.read_of(connection, order, given), "done"))
    done = store.outcomes(connection, given.values())
    return rules.progress(given, {done[one].terminal: done[one].outcome for one in done})


@post("/remote", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def order(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Order something of the terminals the filter in the form means; what needs two waits for the second."""
    centre = centre_of(request)
    now = centre.clock()
    asked = filters.read_shown(form)
    said = {"zh-Hans": form.get("said_zh", ""), "en": form.get("said_en", "")}
    said = {language: text for language, text in said.items() if text.strip()}
    what, reason = form.get("what", ""), rules.clean(form.get("reason", ""))
    target = form.get({rules.DEVICE: "device", rules.VOLUME: "volume"}.get(what, "item"), "").strip()[:80]
    if what not in {rules.DEVICE, rules.VOLUME, rules.ITEM_OFF, rules.ITEM_ON}:
        target = ""
    written = form.get("minutes", "")[:6]
    minutes = int(written) if written.isdecimal() else 0
    with centre.database.reading() as connection:
        meant = _meant(connection, asked)
    meant = meant if asked.query() else []  # an empty filter is a slip, not everybody
    try:
        rules.checked(what, target, reason, minutes, said, len(meant))
    except Invalid as error:
        return _page(request, session, str(error), 422)
    made = Order(
        secrets.token_hex(6),
        *(what, target, asked.query(), reason, msgspec.json.encode(said).decode(), minutes, session.name, now),
    )
    given = {terminal: secrets.token_hex(8) for terminal in meant}
    with centre.database.writing() as connection:
        store.add(connection, made, given)
    log.info("remote_ordered", order=made.order_id, what=what, target=target, terminals=len(meant), who=session.name)
    if not rules.needs_two(what, len(meant)):
        _give(request, made, None)
    centre.live.changed()
    return Redirect(f"/remote/{made.order_id}", status_code=303)


def _give(request: Asked, made: Order, by: str | None) -> bool:
    """Out it goes, once, in one transaction with what says so."""
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.writing() as connection:
        if not store.give(connection, made.order_id, by, now):
            return False
        given = store.commands(connection, [made.order_id]).get(made.order_id, {})
        if made.what == rules.VOLUME:
            organisation.keep(
                connection,
                [
                    tree.Value(
                        tree.TERMINAL + terminal, tree.Kind.SETTING, rules.LOUDEST, made.target, made.asked_by, now
                    )
                    for terminal in given
                ],
            )
        feed.publish_all(connection, centre.keys, rules.drafts(made, given, now), now)
    centre.caretaker.ring("organisation")
    log.info("remote_given", order=made.order_id, agreed=by or "", terminals=len(given))
    return True


@get("/remote/{order_id:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, order_id: FromPath[str]) -> Response[str]:
    """One order, terminal by terminal."""
    return _one(request, session, order_id)


def _one(request: Asked, session: Session, order_id: str, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        found = store.find(connection, order_id)
        if found is None:
            raise NotFoundException
        given = store.commands(connection, [order_id]).get(order_id, {})
        done = store.outcomes(connection, given.values())
        read = store.read_of(connection, found, given)
        values = {
            "order": found,
            "lines": [(terminal, done.get(given[terminal]), terminal in read) for terminal in sorted(given)],
            "progress": _progress(connection, found, given),
            "items": feed.known_items(connection, centre.clock(), (centre.today() - TITLES_OF).isoformat()),
            "by_command": found.what not in {rules.ITEM_OFF, rules.ITEM_ON, rules.VOLUME},
            "problem": problem,
        }
    return render(request, "remote/templates/order.html", session, values, status=status)


@post("/remote/{order_id:str}/agree", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def agree(request: Asked, session: SignedIn, form: Form, order_id: FromPath[str]) -> Response[str] | Redirect:
    """The second person: never the one who ordered it, nor once its time is over."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        found = store.find(connection, order_id)
        mine = store.commands(connection, [order_id])
    with scoping.all_halls(), centre.database.reading() as connection:
        every = store.commands(connection, [order_id])
    if found is None:
        raise NotFoundException
    if mine != every:  # a word of one hall is no word for the terminals of another
        return _one(request, session, order_id, "organisation.not_yours", 403)
    if form.get("agree") != "yes":
        with centre.database.writing() as connection:
            store.refuse(connection, order_id, session.name)
        log.info("remote_refused", order=order_id, who=session.name)
    elif found.asked_by == session.name:
        return _one(request, session, order_id, "remote.own", 403)
    elif centre.clock() > found.ends_at() or not _give(request, found, session.name):
        return _one(request, session, order_id, "remote.too_late", 409)
    centre.live.changed()
    return Redirect(f"/remote/{found.order_id}", status_code=303)


pages = Router("/", route_handlers=[listed, order, one, agree], dependencies={"session": Provide(signed_in)})
