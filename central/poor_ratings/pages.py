"""Orders of poor ratings: verified, rectified, replied, called back, rated again, closed; appeals; signs of gaming."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases import store as cases
from central.centre import Centre
from central.database import Transaction
from central.feed.catalogue import store as catalogue
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.poor_ratings import rules, store
from central.poor_ratings.rules import POOR, Order, Refused, State, Window
from central.queue.rating import store as receipts
from central.ratings import store as ratings
from central.trail import store as trail
from central.trail.store import Done
from central.units import store as units
from central.web.page import Asked, centre_of, render
from contract.catalogue import DEFAULT_LANGUAGE, say
from contract.codes import Satisfaction

log = structlog.get_logger()
COUNTED = timedelta(days=92)
_IN_FORM = {"form": Provide(form_fields)}


@get("/poor-ratings", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Open orders with their clocks, closed ones, signs of gaming."""
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.reading() as connection:
        waiting = store.listed(connection, closed=False)
        noted = receipts.noted(connection, receipts.UNIT, [one.envelope_id for one in waiting])
        mine = units.unit_of(connection, session.name)
        values = {
            "open": waiting,
            "noted": noted,
            "new": [one for one in waiting if one.envelope_id not in noted and one.unit == mine],
            "closed": (closed := store.listed(connection, closed=True)),
            "visited": (sum(bool(one.visited) for one in closed if one.named), sum(one.named for one in closed)),
            "better": (sum(_is_better(one) for one in closed if one.again), sum(bool(one.again) for one in closed)),
            "flags": rules.flags(store.given(connection, now - COUNTED)),
            "titles": cases.titles(connection, (now - COUNTED).date().isoformat()),
        }
    return render(request, "poor_ratings/templates/poor_ratings.html", session, values)


def _is_better(order: Order) -> bool:
    levels = list(Satisfaction)
    return levels.index(Satisfaction(order.again)) < levels.index(order.satisfaction)


@get("/poor-ratings/honours", sync_to_thread=True)
def honours(request: Asked, session: SignedIn) -> Response[str]:
    """红旗窗口 of the quarter that is over, with the evidence of each (HC-06)."""
    centre = centre_of(request)
    quarter, begins, ends = last_quarter(centre.today(), centre)
    with centre.database.writing() as connection:
        for window in rules.proposals(_windows(centre, connection, begins, ends)):
            store.propose(connection, quarter, window, msgspec.json.encode(window).decode(), centre.clock())
    with centre.database.reading() as connection:
        rows = [(row, msgspec.json.decode(row.evidence, type=Window)) for row in store.honours_of(connection, quarter)]
    values = {"rows": rows, "quarter": quarter, "enough": rules.ENOUGH}
    return render(request, "poor_ratings/templates/honours.html", session, values)


def last_quarter(today: date, centre: Centre) -> tuple[str, datetime, datetime]:
    """The quarter that ended last: its name, begin and end."""
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    before = first - timedelta(days=1)
    begin = date(before.year, (before.month - 1) // 3 * 3 + 1, 1)
    zone = centre.settings.zone
    name = f"{begin.year}Q{(begin.month - 1) // 3 + 1}"
    return name, datetime.combine(begin, time(), zone), datetime.combine(first, time(), zone)


def _windows(centre: Centre, connection: Transaction, begins: datetime, ends: datetime) -> dict[str, Window]:
    places = {item.slug: say(item.window, DEFAULT_LANGUAGE) for item in catalogue.every(connection, centre.clock())}
    given = [one for one in store.given(connection, begins) if one.at < ends]
    upheld, red = store.upheld(connection), store.red_cards(connection, begins)
    flagged = {flag.item for flag in rules.flags(given)}
    found: dict[str, Window] = {}
    for one in given:
        if one.item not in places or one.own:
            continue
        place = places[one.item]
        before = found.get(place, Window(place, 0, 0, 0, 0, 0))
        poor = one.satisfaction in POOR and (one.item, one.terminal) not in upheld
        found[place] = Window(
            place,
            before.rated + 1,
            before.praised + (one.satisfaction in (Satisfaction.VERY_SATISFIED, Satisfaction.SATISFIED)),
            before.poor + poor,
            max(before.cards, red.get(one.item, 0)),
            before.flags or int(one.item in flagged),
        )
    return found


@post("/poor-ratings/honours/decide", sync_to_thread=True, dependencies=_IN_FORM)
def decide_honour(request: Asked, session: SignedIn, form: Form) -> Redirect:
    """A leader gives it or does not."""
    centre = centre_of(request)
    decided = form.get("decided", "")
    if decided not in {"given", "declined"}:
        raise NotFoundException
    with centre.database.writing() as connection:
        note = " ".join(form.get("note", "").split())[: rules.TEXT_LIMIT]
        store.decide_honour(
            connection, form.get("quarter", ""), form.get("who", ""), decided, session.name, note, centre.clock()
        )
    return Redirect("/poor-ratings/honours", status_code=303)


@get("/poor-ratings/{envelope_id:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, envelope_id: FromPath[str]) -> Response[str]:
    """One order with its way."""
    return _one(request, session, envelope_id)


def _one(request: Asked, session: Session, envelope_id: str, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        order = _found(connection, envelope_id)
        values = {
            "one": order,
            "trail": trail.of(connection, trail.POOR_RATING, [envelope_id]),
            "titles": cases.titles(connection, "1970-01-01"),
            "reasons": ratings.reasons(connection, centre.clock()),
            "levels": list(Satisfaction),
            "problem": problem,
        }
    return render(request, "poor_ratings/templates/poor_rating.html", session, values, status=status)


def _found(connection: Transaction, envelope_id: str) -> Order:
    order = store.find(connection, envelope_id)
    if order is None:
        raise NotFoundException
    return order


@post("/poor-ratings/{envelope_id:str}/{act:str}", sync_to_thread=True, dependencies=_IN_FORM)
def move(
    request: Asked, session: SignedIn, form: Form, envelope_id: FromPath[str], act: FromPath[str]
) -> Response[str] | Redirect:
    """Verify → rectify → reply → call back → close; or appeal and what became of it."""
    centre, now = centre_of(request), centre_of(request).clock()
    if act not in _ACTS:
        raise NotFoundException
    try:
        with centre.database.writing() as connection:
            order = _found(connection, envelope_id)
            members = units.members(connection)
            if act in _BY_ITS_UNIT and order.unit in members.values() and members.get(session.name) != order.unit:
                raise Refused("mandates.not_yours")  # noqa: TRY301 - said where it is known
            problem = "" if _ACTS[act](connection, order, session.name, form, now) else "poor.moved"
    except Refused as error:
        problem = str(error)
    if problem:
        return _one(request, session, envelope_id, problem, 409 if problem == "poor.moved" else 422)
    log.info("poor_rating_moved", rating=envelope_id, act=act, who=session.name)
    centre.live.changed()
    return Redirect("/poor-ratings" if act == "note" else f"/poor-ratings/{envelope_id}", status_code=303)


def _note(connection: Transaction, order: Order, who: str, form: Mapping[str, str], now: datetime) -> bool:  # noqa: ARG001 - as every act
    if receipts.take_note(connection, order.envelope_id, receipts.UNIT, who, now):
        trail.add(connection, Done(trail.POOR_RATING, order.envelope_id, "noted_in_unit", who, "", now))
    return True


def _verify(connection: Transaction, order: Order, who: str, form: Mapping[str, str], now: datetime) -> bool:
    state, said = rules.next_state(order, "verify"), rules.line(form.get("note", ""))
    return store.move(connection, order, "verified", who, said, now, state=state, verified=said, verified_by=who)


def _rectify(connection: Transaction, order: Order, who: str, form: Mapping[str, str], now: datetime) -> bool:
    state, said = rules.next_state(order, "rectify"), rules.line(form.get("note", ""))
    return store.move(connection, order, "rectified", who, said, now, state=state, rectified=said, rectified_by=who)


def _reply(connection: Transaction, order: Order, who: str, form: Mapping[str, str], now: datetime) -> bool:
    state, said = rules.next_state(order, "reply"), rules.line(form.get("note", ""))
    return store.move(connection, order, "replied", who, said, now, state=state, reply=said, replied_at=now)


def _visit(connection: Transaction, order: Order, who: str, form: Mapping[str, str], now: datetime) -> bool:
    state, said = rules.next_state(order, "visit"), rules.line(form.get("note", ""))
    level = form.get("again", "")
    if level and level not in set(Satisfaction):
        raise Refused("poor.level_wrong")
    done = store.move(connection, order, "visited", who, said, now, state=state, visited=said, visited_by=who)
    if done and level:
        store.rated_again(connection, order.envelope_id, level, "phone", who, now)
    return done


def _appeal(connection: Transaction, order: Order, who: str, form: Mapping[str, str], now: datetime) -> bool:
    if order.appeal or order.closed_at is not None:
        raise Refused("poor.appealed")
    said = rules.line(form.get("note", ""))
    return store.move(connection, order, "appealed", who, said, now, appeal=said, appealed_by=who)


def _decide(connection: Transaction, order: Order, who: str, form: Mapping[str, str], now: datetime) -> bool:
    said, decided = rules.line(form.get("note", "")), form.get("decided", "")
    if not order.appeal or order.appeal_decided or decided not in {"upheld", "dismissed"}:
        raise Refused("poor.no_appeal")
    if order.appealed_by == who:
        raise Refused("poor.not_by_oneself")
    values = {"appeal_decided": decided, "appeal_by": who}
    return store.move(connection, order, f"appeal_{decided}", who, said, now, **values)


def _close(connection: Transaction, order: Order, who: str, form: Mapping[str, str], now: datetime) -> bool:
    rules.may_close(order, who)
    said = rules.line(form.get("note", ""))
    return store.move(connection, order, "closed", who, said, now, state=State.CLOSED, closed_by=who, closed_at=now)


_ACTS = {
    "note": _note, "verify": _verify, "rectify": _rectify, "reply": _reply, "visit": _visit, "appeal": _appeal,
    "decide": _decide, "close": _close,
}  # fmt: skip
_BY_ITS_UNIT = frozenset({"note", "verify", "rectify", "reply", "appeal"})

pages = Router(
    "/",
    route_handlers=[listed, honours, decide_honour, one, move],
    dependencies={"session": Provide(signed_in)},
)
