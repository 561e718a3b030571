"""What a rollout does: publishes to its next group, stops, goes on, goes back; each step one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
import structlog

from central.catalogue import store
from central.catalogue.rules import EVERYBODY, Before, Next, Rollout, Seen, State, decide, errors, troubles
from central.catalogue.store import Step
from central.centre import Centre
from central.database import Transaction
from central.feed import store as feed
from central.feed.rules import Draft
from contract.feed import FeedKind

EVERY_SECONDS = 15.0
MACHINE = "系统"

log = structlog.get_logger()


def round_of(centre: Centre) -> None:
    """Look at every open rollout and take the step that is due."""
    with centre.database.reading() as connection:
        waiting = [
            (one, store.seen(connection, one, centre.clock())) for one in store.listed(connection, only_open=True)
        ]
    for rollout, seen in waiting:
        due = decide(rollout, seen, centre.clock(), centre.today().isoformat())
        if due is not Next.WAIT:
            take(centre, rollout, seen, due, MACHINE)


def take(centre: Centre, rollout: Rollout, seen: Sequence[Seen], due: Next, who: str, detail: str = "") -> bool:
    """Take one step. False where somebody else took one since."""
    now = centre.clock()
    said = detail
    if due is Next.STOP and not said:
        found = troubles(rollout, seen)
        said = f"{errors(found)}: " + ", ".join(f"{one.terminal} {one.what} {one.count}" for one in found)
    after = _after(rollout, seen, due, now, said)
    with centre.database.writing() as connection:
        if not store.change(connection, after, rollout):
            return False
        store.note(connection, rollout.rollout_id, Step(due.value, after.stage, said, who, now))
        if due is Next.FINISH:
            store.discard(connection, rollout.slug)
        if due in {Next.BEGIN, Next.GO_ON}:
            _publish(connection, centre, rollout, after.groups[after.stage], rollout.body, who)
    log.info("rollout", of=rollout.rollout_id, step=due.value, stage=after.stage, who=who)
    centre.live.changed()
    return True


def _after(rollout: Rollout, seen: Sequence[Seen], due: Next, now: datetime, said: str) -> Rollout:
    if due is Next.STOP:
        return msgspec.structs.replace(rollout, state=State.STOPPED, changed_at=now, note=said)
    if due is Next.FINISH:
        return msgspec.structs.replace(rollout, state=State.DONE, changed_at=now)
    stage = rollout.stage + 1
    group = set(rollout.groups[stage])
    told = {one.terminal: _before(one) for one in seen if EVERYBODY in group or one.terminal in group}
    baseline = told | rollout.baseline
    return msgspec.structs.replace(
        rollout, state=State.RUNNING, stage=stage, stage_at=now, changed_at=now, baseline=baseline
    )


def _before(one: Seen) -> Before:
    return Before(one.quarantined, one.closed is not None)


def resume(centre: Centre, rollout: Rollout, seen: Sequence[Seen], who: str, why: str) -> bool:
    """Somebody looked into it: what went wrong until now counts no more, and the group is watched anew."""
    now = centre.clock()
    baseline = rollout.baseline | {one.terminal: _before(one) for one in seen}
    after = msgspec.structs.replace(
        rollout, state=State.RUNNING, stage_at=now, changed_at=now, baseline=baseline, note=""
    )
    return _settle(centre, rollout, after, "resume", who, why)


def roll_back(centre: Centre, rollout: Rollout, who: str, why: str) -> bool:
    """Give everybody who has it what was in force before; a new item is taken away again."""
    now = centre.clock()
    after = msgspec.structs.replace(rollout, state=State.BACK, changed_at=now, note=why)
    return _settle(centre, rollout, after, "back", who, why, sorted(rollout.reached))


def _settle(
    centre: Centre, rollout: Rollout, after: Rollout, what: str, who: str, why: str, back_to: Iterable[str] = ()
) -> bool:
    with centre.database.writing() as connection:
        if not store.change(connection, after, rollout):
            return False
        store.note(connection, rollout.rollout_id, Step(what, after.stage, why, who, after.changed_at))
        whom = (EVERYBODY,) if rollout.for_all else tuple(back_to)
        if what == "back":
            _publish(connection, centre, rollout, whom, rollout.before, who)
    log.info("rollout", of=rollout.rollout_id, step=what, stage=after.stage, who=who)
    centre.live.changed()
    return True


def _publish(
    connection: Transaction, centre: Centre, rollout: Rollout, group: Iterable[str], body: bytes, who: str
) -> None:
    drafts = [Draft(audience, FeedKind.CATALOGUE, rollout.slug, body, who) for audience in group]
    feed.publish_all(connection, centre.keys, drafts, centre.clock())
