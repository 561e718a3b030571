"""What a rollout does: tells its next group, stops, goes on, goes back; each step one transaction with its audit."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec
import structlog

from central.audit import store as audit
from central.audit.rules import RELEASE_STEP
from central.centre import Centre
from central.database import Transaction
from central.feed import store as feed
from central.feed.rules import EVERYBODY, Draft
from central.releases import places, rules, store
from central.releases.rules import Before, Next, Rollout, Seen, State
from central.releases.store import Step
from contract.feed import FeedKind
from contract.releases import RELEASE_KEY, Wanted

EVERY_SECONDS: Final = 15.0
MACHINE: Final = "系统"

log = structlog.get_logger()


def round_of(centre: Centre) -> None:
    """Sign what has to be signed again, keep what terminals say, and take the step that is due."""
    places.sign_again(centre)
    now = centre.clock()
    with centre.database.reading() as connection:
        waiting = store.listed(connection, only_open=True)
        seen = store.seen(connection, now)
    with centre.database.writing() as connection:
        said = [(one.terminal, one.said) for one in seen if one.said is not None]
        news = store.keep_outcomes(connection, said, now)
    for rollout in waiting:
        due = rules.decide(rollout, seen, now)
        if due is not Next.WAIT:
            news = take(centre, rollout, seen, due) or news
    if news:
        centre.live.changed()


def take(centre: Centre, rollout: Rollout, seen: Sequence[Seen], due: Next) -> bool:
    """A step that nobody asked for. False where somebody took one since."""
    now = centre.clock()
    if due is Next.STOP:
        found = rules.troubles(rollout, seen, now)
        said = ", ".join(f"{one.terminal} {one.what} {one.why}".strip() for one in found)
        after = _with(rollout, now, state=State.STOPPED, note=said)
        return settle(centre, rollout, after, (due.value, said), MACHINE)
    if due is Next.FINISH:
        return settle(centre, rollout, _with(rollout, now, state=State.DONE), (due.value, ""), MACHINE)
    return advance(centre, rollout, seen)


def advance(centre: Centre, rollout: Rollout, seen: Sequence[Seen], who: str = MACHINE, why: str = "") -> bool:
    """Tell the next group."""
    now, stage = centre.clock(), rollout.stage + 1
    group = rollout.groups[stage]
    with centre.database.reading() as connection:
        told = store.wanted(connection)
    new = {
        one.terminal: Before(one.closed, one.online, store.wanted_by(told, one.terminal).release)
        for one in seen
        if EVERYBODY in group or one.terminal in group
    }
    after = _with(rollout, now, state=State.RUNNING, stage=stage, stage_at=now, baseline=new | rollout.baseline)
    if rollout.state is State.PROPOSED:
        after = msgspec.structs.replace(after, agreed_by=who)
    drafts = _drafts(group, {audience: Wanted(rollout.release) for audience in group}, who)
    return settle(centre, rollout, after, ("agree" if rollout.state is State.PROPOSED else "go_on", why), who, drafts)


def resume(centre: Centre, rollout: Rollout, seen: Sequence[Seen], who: str, why: str) -> bool:
    """Somebody looked into it: what failed until now counts no more, and the group is watched anew."""
    now = centre.clock()
    failed = {one.terminal for one in rules.troubles(rollout, seen, now)}
    closed = {one.terminal: one.closed for one in seen}
    baseline = {
        name: msgspec.structs.replace(was, closed=closed.get(name, was.closed), forgiven=was.forgiven or name in failed)
        for name, was in rollout.baseline.items()
    }
    after = _with(rollout, now, state=State.RUNNING, stage_at=now, note="", baseline=baseline)
    return settle(centre, rollout, after, ("resume", why), who)


def take_back(centre: Centre, rollout: Rollout, who: str, why: str) -> bool:
    """Whoever was told of it is told of what was wanted before, and to leave it."""
    after = _with(rollout, centre.clock(), state=State.BACK, note=why)
    everybody = [EVERYBODY] if rollout.for_all else []
    order = [*everybody, *sorted(rollout.baseline)]  # each terminal's own word is the later one
    drafts = _drafts(order, {one: rules.told_back(rollout, one) for one in order}, who)
    return settle(centre, rollout, after, ("back", why), who, drafts)


def settle(
    centre: Centre,
    rollout: Rollout,
    after: Rollout,
    what: tuple[str, str],
    who: str,
    drafts: Sequence[Draft] = (),
) -> bool:
    """One step, its line, its audit and what goes down for it. `what`: the act, and its reason or detail."""
    with centre.database.writing() as connection:
        if not store.change(connection, after, rollout):
            return False
        _note(connection, after, what, who)
        feed.publish_all(connection, centre.keys, drafts, after.changed_at)
    log.info("release_rollout", of=rollout.rollout_id, step=what[0], stage=after.stage, who=who)
    centre.live.changed()
    return True


def propose(centre: Centre, rollout: Rollout) -> None:
    """Ask for it; a second person sends it out."""
    with centre.database.writing() as connection:
        store.add(connection, rollout)
        _note(connection, rollout, ("propose", rollout.reason), rollout.by_whom)
    centre.live.changed()


def _note(connection: Transaction, rollout: Rollout, what: tuple[str, str], who: str) -> None:
    act, why = what
    now = rollout.changed_at
    store.note(connection, rollout.rollout_id, Step(act, rollout.stage, why, who, now))
    said = f"{act} {rollout.rollout_id} {why}".strip()
    audit.note(connection, who, RELEASE_STEP, rollout.release, now, detail=said)


def _drafts(group: Iterable[str], told: dict[str, Wanted], who: str) -> list[Draft]:
    return [Draft(one, FeedKind.RELEASE, RELEASE_KEY, told[one], who) for one in group]


def _with(rollout: Rollout, now: datetime, **changes: object) -> Rollout:
    return msgspec.structs.replace(rollout, changed_at=now, **changes)
