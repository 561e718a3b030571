"""What staff do moves a case on: acceptance opens its way, opinions lead on, promises are checked later."""

from datetime import datetime

from central.centre import Centre
from central.credit import store as credit
from central.credit.rules import Flag
from central.database import Transaction
from central.handling import store as handling
from central.handling.rules import FALSE_PROMISE, Event
from central.lifecycle import rules, store
from central.lifecycle.rules import Action, Link, Refused, Role, Seat
from central.lifecycle.store import LEVELS
from central.lifecycle.way import clock_of, route_of
from central.progress import store as progress
from central.progress.rules import Did
from contract.catalogue import TimeLimit, Unit

LATER_CHECK = TimeLimit(30, Unit.WORKING_DAY)
"""事后核查 of what was promised instead of proven, after the decision."""


def check(connection: Transaction, case_id: str, did: Did) -> None:
    """Raises Refused where this step cannot be set now. The case is locked."""
    rules.check_step(
        did,
        progress.steps(connection, [case_id])[case_id],
        store.links(connection, [case_id])[case_id],
        paused=any(one.ended_at is None for one in store.pauses(connection, [case_id])[case_id]),
        proposed=any(one.decided_at is None for one in handling.proposals(connection, [case_id])),
    )


def begin(centre: Centre, connection: Transaction, case_id: str, who: str) -> None:
    """Accepted: the first units of its way are asked, each with its own clock."""
    clock = clock_of(centre, connection)
    way = route_of(centre, connection, progress.known(connection, case_id))
    store.advance(connection, clock, case_id, way, who)


def check_unit(connection: Transaction, case_id: str, unit: str) -> None:
    """Raises Refused where no unit was named, or nothing can be asked about the case now."""
    if not unit:
        raise Refused("handling.unit_missing")
    if not accepted_by(connection, case_id):
        raise Refused("lifecycle.not_now")


def accepted_by(connection: Transaction, case_id: str) -> list[str]:
    """Whoever accepted it: none of them gives an opinion on it (受审分离)."""
    return [step.by_whom for step in progress.steps(connection, [case_id])[case_id] if step.step is Did.ACCEPTED]


def say(centre: Centre, connection: Transaction, link: Link, action: Action, opinion: str, who: str) -> bool:
    """An opinion, and what begins by it. False where it had been given. The case is locked."""
    clock = clock_of(centre, connection)
    if not store.end_link(connection, link, action, opinion, who, clock.now):
        return False
    way = route_of(centre, connection, progress.known(connection, link.case_id))
    store.advance(connection, clock, link.case_id, way, who)
    return True


def promise_check(centre: Centre, connection: Transaction, case_id: str) -> None:
    """告知承诺: what was promised instead of proven is looked into after the decision."""
    promised = progress.known(connection, case_id).filed_as.promised
    if not promised:
        return
    seat = Seat(centre.settings.hall, LEVELS["county"], LATER_CHECK)
    store.ask(connection, clock_of(centre, connection), case_id, seat, Role.CHECK, "承诺事后核查", rules.SYSTEM)


def check_pause(connection: Transaction, case_id: str) -> None:
    """A special procedure begins after acceptance and before the end. Raises Refused."""
    steps = progress.steps(connection, [case_id])[case_id]
    now = rules.phase(steps, store.links(connection, [case_id])[case_id])
    if now not in (rules.Phase.ACCEPTANCE, rules.Phase.HANDLING):
        raise Refused("lifecycle.not_now")


def false_promise(connection: Transaction, link: Link, who: str, now: datetime) -> None:
    """What was promised was not true: supervision sees it, and its person loses 容缺 until the record is lifted."""
    event = Event(f"{FALSE_PROMISE}.{link.link_id}", FALSE_PROMISE, link.case_id, link.link_id, who, now)
    handling.note(connection, [event])
    person = progress.person_of(connection, link.case_id)
    if person:
        flag = Flag(f"promise-{link.link_id}", person, link.unit, now.date().isoformat(), "告知承诺不实", who, now)
        credit.add(connection, [flag])
