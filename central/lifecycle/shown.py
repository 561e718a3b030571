"""The life of one case as staff see it on its page, and what of it its citizen is told."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from central.cases.rules import Case
from central.centre import Centre
from central.database import Transaction
from central.handling import store as handling
from central.handling.receivers import store as receivers
from central.handling.rules import Proposal, Transfer, is_over
from central.lifecycle import rules, store
from central.lifecycle.rules import Link, Phase, Role, Special
from central.lifecycle.store import Clock
from central.lifecycle.way import clock_of
from central.progress import later
from central.progress import store as progress
from central.progress.rules import Did, Known


class Life(msgspec.Struct, frozen=True):
    """Phase, links and clocks. `due` is the moment that holds: that of the branches, or the promise to the citizen."""

    phase: Phase
    links: list[Link]
    waiting: list[Link]
    returned: list[Link]
    pauses: list[Special]
    paused: Special | None
    proposal: Proposal | None
    transfer: Transfer | None
    """The one nobody has taken over."""
    promise: str
    """The day its citizen was promised, pauses counted in; empty where none was, or while the clock stands."""
    days_left: int | None
    due: datetime | None
    owner: str
    platform_number: str
    first: tuple[str, str] | None
    """首问: unit and person that received it first."""
    next: str
    """What is next, a key of the words: `life_next.*`."""
    allowed: tuple[Did, ...]
    signing: bool


def of_case(centre: Centre, connection: Transaction, case: Case) -> Life:
    """One case."""
    ids = [case.case_id]
    clock = clock_of(centre, connection)
    steps, links = progress.steps(connection, ids)[case.case_id], store.links(connection, ids)[case.case_id]
    pauses = store.pauses(connection, ids)[case.case_id]
    paused = next((one for one in pauses if one.ended_at is None), None)
    proposal = next((one for one in handling.proposals(connection, ids) if one.decided_at is None), None)
    transfer = next((one for one in handling.transfers(connection, ids) if one.waits), None)
    phase = rules.phase(steps, links)
    promise = promise_of(case.promise_date, case.filed_at, pauses, clock)
    over = is_over(steps)
    last = steps[-1].step if steps else None
    now = _next(phase, last, paused, proposal, transfer, links, over=over)
    known = progress.known(connection, case.case_id)
    lacks = bool(later.without_brought(connection, [known])[0].missing != "[]") or last is Did.CORRECTION
    open_ones = [link for link in rules.waiting(links) if link.role is not Role.CHECK]
    return Life(
        phase=phase,
        links=links,
        waiting=open_ones,
        returned=rules.returned(links),
        pauses=pauses,
        paused=paused,
        proposal=proposal,
        transfer=transfer,
        promise=promise,
        days_left=None if over or not promise else _left(promise, clock),
        due=rules.due_of_case(links),
        owner=rules.owner_of(links, centre.settings.hall),
        platform_number=store.platform_number(connection, case.case_id),
        first=receivers.first_receiver(connection, receivers.CASE, case.case_id),
        next=now,
        allowed=tuple(did for did in _BY_HAND if (phase, did) in rules.MOVES and _is_time(did, now, lacks)),
        signing=rules.signing(links),
    )


def _is_time(did: Did, now: str, lacks: bool) -> bool:  # noqa: FBT001 - of one case
    """What the page offers: complete only what lacks something, decide only what is ready for it."""
    return {Did.COMPLETED: lacks, Did.DECIDED: now == "decide"}.get(did, True)


_BY_HAND = (Did.ACCEPTED, Did.COMPLETED, Did.DECIDED, Did.READY, Did.DELIVERED)


def _next(
    phase: Phase,
    last: Did | None,
    paused: Special | None,
    proposal: Proposal | None,
    transfer: Transfer | None,
    links: list[Link],
    *,
    over: bool,
) -> str:
    if phase is Phase.COMPLETION or over:
        return {Did.DECIDED: "decided", Did.READY: "ready"}.get(last, "over") if last else "over"
    if transfer is not None:
        return "transfer"
    if proposal is not None:
        return "proposal"
    if paused is not None:
        return "paused"
    if rules.signing(links):
        return "signing"
    if phase is Phase.APPLICATION:
        return "correction" if last is Did.CORRECTION else "accept"
    if rules.returned(links):
        return "returned"
    return "opinions" if rules.waiting(links) else "decide"


def promise_of(promise: str | None, filed_at: str, pauses: list[Special], clock: Clock) -> str:
    """The promised day after its pauses; empty where there is none, or while the clock stands."""
    if not promise or not pauses:
        return promise or ""
    filed = datetime.fromisoformat(filed_at).astimezone(clock.zone)
    last = datetime.combine(datetime.fromisoformat(promise).date(), clock.worktime.hall.afternoon.closes, clock.zone)
    local = [
        msgspec.structs.replace(
            one,
            started_at=one.started_at.astimezone(clock.zone),
            ended_at=one.ended_at.astimezone(clock.zone) if one.ended_at else None,
        )
        for one in pauses
    ]
    moved = rules.moved(last, filed, local, clock.worktime)
    return moved.date().isoformat() if moved else ""


def _left(promise: str, clock: Clock) -> int:
    day = datetime.combine(datetime.fromisoformat(promise).date(), datetime.min.time(), clock.zone)
    return rules.days_left(clock.now.astimezone(clock.zone), day, clock.worktime)


class Told(msgspec.Struct, frozen=True):
    """What its citizen is told of the life of a case."""

    promise: str | None
    days_left: int | None
    paused: str
    """Why the clock stands; empty where it runs."""
    signing: bool


def told(centre: Centre, connection: Transaction, known: Collection[Known]) -> dict[str, Told]:
    """By case."""
    ids = [case.case_id for case in known]
    clock = clock_of(centre, connection)
    pauses, links = store.pauses(connection, ids), store.links(connection, ids)
    found = {}
    for case in known:
        mine = pauses[case.case_id]
        promise = promise_of(case.promise_date, case.filed_at, mine, clock)
        found[case.case_id] = Told(
            promise=promise or None,
            days_left=_left(promise, clock) if promise else None,
            paused=next((one.reason for one in mine if one.ended_at is None), ""),
            signing=rules.signing(links[case.case_id]),
        )
    return found
