"""分批更新: which releases there are, where each terminal is with them, one on its way, and what may be done to it."""

import secrets
from collections.abc import Collection
from datetime import datetime

import msgspec
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases.rules import clean_note
from central.catalogue.rules import EVERYBODY, groups
from central.database import Transaction
from central.fleet import rules as fleet_rules
from central.fleet import store as fleet
from central.people.access import AtTheCentre, Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.releases import acting, places, rules, store
from central.releases.rules import Rollout, State, Wish
from central.web.page import Asked, centre_of, render
from contract.releases import ReleaseReport

IN_A_TABLE = 200
OUTCOMES = 20
WARN_DAYS = 60
ACTS = {
    "agree": frozenset({State.PROPOSED}),
    "refuse": frozenset({State.PROPOSED}),
    "pause": frozenset({State.RUNNING}),
    "resume": frozenset({State.PAUSED, State.STOPPED}),
    "back": frozenset({State.RUNNING, State.PAUSED, State.STOPPED, State.DONE}),
}


class Line(msgspec.Struct, frozen=True):
    """One terminal as the table shows it."""

    card: fleet_rules.Card
    said: ReleaseReport | None
    wanted: str
    makes: tuple[tuple[str, str, str], ...]
    """Kind of device, model, firmware."""
    stale: bool
    """The centre's word was not found good for a day, though the terminal is there."""


@get("/releases", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Releases, what is on its way, and every terminal with its version, the wanted one and its last look."""
    return _listed(request, session)


def _listed(request: Asked, session: Session, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    now = centre.clock()
    repository = places.repository(centre.settings)
    with centre.database.reading() as connection:
        rollouts = store.listed(connection)
        lines = _lines(connection, now)
        outcomes = store.outcomes(connection, OUTCOMES)
    values = {
        "offers": repository.offers(),
        "ends": {name: (at, (at - now).days < WARN_DAYS) for name, at in repository.ends().items()},
        "rollouts": rollouts,
        "is_open": any(one.state in rules.OPEN for one in rollouts),
        "lines": lines[:IN_A_TABLE],
        "more": max(0, len(lines) - IN_A_TABLE),
        "counts": _counts(lines),
        "outcomes": outcomes,
        "soaks": rules.SOAK_MINUTES,
        "absences": rules.ABSENT_MINUTES,
        "well_percent": rules.WELL_PERCENT,
        "failures_percent": rules.FAILURES_PERCENT,
        "terminals": [one.card.terminal for one in lines],
        "problem": problem,
    }
    return render(request, "releases/templates/releases.html", session, values, status=status)


def _lines(connection: Transaction, now: datetime) -> list[Line]:
    states, told = fleet.now_of(connection), store.wanted(connection)
    found = []
    for terminal in fleet.everyone(connection):
        state = states.get(terminal.id)
        said = state.heartbeat() if state is not None else None
        report = said.release if said is not None else None
        makes = tuple(
            (one.kind, one.model, one.firmware)
            for one in (said.devices if said is not None else ())
            if one.model or one.firmware
        )
        checked = fleet_rules.read_moment(report.checked_at) if report is not None else None
        card = fleet_rules.card(terminal, state, now)
        stale = report is not None and card.online and (checked is None or now - checked > rules.STALE_AFTER)
        found.append(Line(card, report, store.wanted_by(told, terminal.id).release, makes, stale))
    return found


def _counts(lines: Collection[Line]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in lines:
        runs = (one.said.running if one.said is not None else "") or one.card.version or "–"
        found[runs] = found.get(runs, 0) + 1
    return dict(sorted(found.items()))


@post("/releases", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def propose(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Ask for a release to go out; nothing happens before a second person agrees."""
    centre = centre_of(request)
    if centre.upward is not None:
        raise AtTheCentre
    now = centre.clock()
    wish = _wish(form)
    offers = [one.release for one in places.repository(centre.settings).offers()]
    with centre.database.reading() as connection:
        terminals = {one.id: one.hall for one in fleet.everyone(connection)}
        open_ = store.listed(connection, only_open=True)
        told = store.wanted(connection)
    if problem := rules.fault_of(wish, offers, open_, terminals):
        return _listed(request, session, problem, 422)
    halls: dict[str, list[str]] = {}
    for name, hall in terminals.items():
        halls.setdefault(hall, []).append(name)
    made = Rollout(
        rollout_id=secrets.token_hex(6),
        release=wish.release,
        before=told[EVERYBODY][1].release if EVERYBODY in told else "",
        reason=wish.reason,
        groups=groups(wish.first, halls, by_hall=wish.by_hall),
        soak_minutes=wish.soak_minutes,
        absent_minutes=wish.absent_minutes,
        well_percent=wish.well_percent,
        failures_percent=wish.failures_percent,
        state=State.PROPOSED,
        stage=-1,
        baseline={},
        by_whom=session.name,
        agreed_by="",
        made_at=now,
        stage_at=None,
        changed_at=now,
        note="",
    )
    acting.propose(centre, made)
    return Redirect(f"/releases/{made.rollout_id}", status_code=303)


def _wish(form: dict[str, str]) -> Wish:
    def number(name: str) -> int:
        written = form.get(name, "")
        return int(written) if written.isdecimal() and len(written) < 6 else -1

    return Wish(
        release=form.get("release", ""),
        first=tuple(form.get("first", "").replace(",", " ").replace("，", " ").split()),
        by_hall=form.get("by_hall") == "yes",
        soak_minutes=number("soak"),
        absent_minutes=number("absent"),
        well_percent=number("well"),
        failures_percent=number("failures"),
        reason=clean_note(form.get("why", ""), rules.REASON_LIMIT),
    )


@get("/releases/{rollout_id:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, rollout_id: FromPath[str]) -> Response[str]:
    """One on its way: its groups with their terminals, what failed, every step so far."""
    return _one(request, session, rollout_id)


def _one(request: Asked, session: Session, rollout_id: str, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.reading() as connection:
        rollout = store.find(connection, rollout_id)
        if rollout is None:
            raise NotFoundException
        seen = store.seen(connection, now)
        steps = store.steps(connection, rollout_id)
    told = [one for one in seen if rules.is_told(rollout, one.terminal) and one.said is not None]
    of = {one.terminal: one for one in seen}
    shown = []
    for at, group in enumerate(rollout.groups):
        members = [of[name] for name in group if name in of] if EVERYBODY not in group else list(seen)
        well = sum(rules.has(rollout, one) for one in members)
        shown.append((at, members, EVERYBODY in group, well))
    found = rules.troubles(rollout, seen, now)
    values = {
        "rollout": rollout,
        "groups": shown,
        "troubles": found,
        "percent": len(found) * 100 / len(told) if told else 0.0,
        "has": {one.terminal for one in seen if rules.has(rollout, one)},
        "steps": steps,
        "states": State,
        "own": rollout.by_whom == session.name,
        "offer": places.repository(centre.settings).find(rollout.release),
        "acts": [name for name, states in ACTS.items() if rollout.state in states],
        "problem": problem,
    }
    return render(request, "releases/templates/rollout.html", session, values, status=status)


@post("/releases/{rollout_id:str}/{what:str}", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def act(
    request: Asked, session: SignedIn, form: Form, rollout_id: FromPath[str], what: FromPath[str]
) -> Response[str] | Redirect:
    """Agree, refuse, pause, let it go on, take it back: each with a reason, an agreement from somebody else."""
    centre = centre_of(request)
    if what not in ACTS:
        raise NotFoundException
    if centre.upward is not None:
        raise AtTheCentre
    now = centre.clock()
    with centre.database.reading() as connection:
        rollout = store.find(connection, rollout_id)
        seen = store.seen(connection, now)
        others = [one for one in store.listed(connection, only_open=True) if one.rollout_id != rollout_id]
    if rollout is None:
        raise NotFoundException
    why = clean_note(form.get("why", ""), rules.REASON_LIMIT)
    signed = places.repository(centre.settings).find(rollout.release) is not None
    problem, status = _fault(rollout, what, why, session, others=bool(others), signed=signed)
    if problem:
        return _one(request, session, rollout_id, problem, status)
    if what == "agree":
        done = acting.advance(centre, rollout, seen, session.name, why)
    elif what == "resume":
        done = acting.resume(centre, rollout, seen, session.name, why)
    elif what == "back":
        done = acting.take_back(centre, rollout, session.name, why)
    else:
        state = State.PAUSED if what == "pause" else State.REFUSED
        after = msgspec.structs.replace(rollout, state=state, changed_at=now, note=why)
        done = acting.settle(centre, rollout, after, (what, why), session.name)
    if not done:
        return _one(request, session, rollout_id, "releases.not_now", 409)
    return Redirect(f"/releases/{rollout_id}", status_code=303)


def _fault(rollout: Rollout, what: str, why: str, session: Session, *, others: bool, signed: bool) -> tuple[str, int]:
    """Why this is not done now, and with which status."""
    if not why:
        return "releases.why_missing", 422
    if what == "agree" and rollout.by_whom == session.name:
        return "releases.own", 403
    if rollout.state not in ACTS[what] or (what == "back" and others):
        return "releases.not_now", 409
    return ("releases.unknown", 409) if what == "agree" and not signed else ("", 200)


pages = Router("/", route_handlers=[listed, propose, one, act], dependencies={"session": Provide(signed_in)})
