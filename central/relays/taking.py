"""What becomes of what a hall node says: each in one transaction, and the same again changes nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import structlog

from central.arrays import Row
from central.centre import Centre
from central.database import Transaction
from central.epochs import store as epochs
from central.feed import store as feed
from central.feed.rules import EVERYBODY
from central.fleet import store as fleet
from central.fleet.rules import HALL_SILENT_AFTER
from central.intake import rules as intake
from central.intake.placing import Placed
from central.intake.receive import receive
from central.relays import rules, store
from central.relays.rules import Hall, Malformed
from contract.exchange import PushReply, Refusal
from contract.relay import (
    ACTS_AT_MOST,
    RUNS_AT_MOST,
    ActsSent,
    ActsTaken,
    FeedAsked,
    FeedTold,
    Heard,
    RelayBeat,
    RelayBeaten,
    RunsSent,
    RunsTaken,
    TerminalsSaid,
    TerminalsTaken,
)

_NOT_BEHIND = "this terminal is not behind this hall node; say first which are"

log = structlog.get_logger()


def terminals(centre: Centre, hall: Hall, said: TerminalsSaid, _: int) -> TerminalsTaken:
    """Who is behind it."""
    with centre.database.writing() as connection:
        why = store.take_terminals(connection, hall.id, said.terminals, centre.clock())
    if why:
        log.warning("terminals_not_taken", relay=hall.id, terminals=sorted(why))
    centre.live.changed()
    return TerminalsTaken("", "", {terminal: reason.value for terminal, reason in why.items()})


def runs(centre: Centre, hall: Hall, said: RunsSent, _: int) -> RunsTaken:
    """Through the intake as a terminal's push is, but that the hall has judged whose an epoch is. Raises Malformed."""
    if len(said.runs) > RUNS_AT_MOST:
        raise Malformed(f"`$.runs`: expected at most {RUNS_AT_MOST}")
    for run in said.runs:
        try:
            intake.check_run(run)
        except intake.Malformed as error:
            raise Malformed(str(error)) from None
    with centre.database.writing() as connection:
        mine = set(store.behind(connection, hall.id))
        placed = iter(
            receive(connection, [run for run in said.runs if run.terminal in mine], centre.clock(), left_too=True)
        )
        stranger = PushReply("", 0, "", Refusal.NOT_YOURS, None, _NOT_BEHIND)
        replies = tuple(_told(next(placed)) if run.terminal in mine else stranger for run in said.runs)
    centre.live.changed()
    centre.commit.wake()
    return RunsTaken("", "", replies)


def _told(found: Placed) -> PushReply:
    return PushReply("", found.ack, "", found.refusal, found.refused_seq, found.reason)


def beat(centre: Centre, hall: Hall, said: RelayBeat, skew: int) -> RelayBeaten:
    """The node's state and its terminals', and what is new for it. A request heard before changes nothing again."""
    now = centre.clock()
    with centre.database.writing() as connection:
        mine = store.behind(connection, hall.id)
        if store.keep_now(connection, hall.id, said, skew, now, now - HALL_SILENT_AFTER):
            _keep_heard(connection, [one for one in said.heard if one.terminal in set(mine)], said.nonce, now)
        newest = feed.newest(connection, mine or [EVERYBODY])
        answer = RelayBeaten(
            "",
            "",
            newest=max(newest.values()),
            life=epochs.life(connection),
            away=tuple(centre.departments.away),
            held=tuple(store.held(connection, hall.id)) if said.asks_held else None,
            acts=store.acts_held(connection, hall.id) if said.asks_held else None,
            before=store.before(connection, hall, centre.today().isoformat()) if said.asks_held else None,
        )
    centre.live.changed()
    return answer


def _keep_heard(connection: Transaction, heard: Sequence[Heard], nonce: str, now: datetime) -> None:
    """The terminals' own words, as old as the hall says they are. A steady part that did not come is the known one."""
    states = fleet.states(connection, {one.terminal for one in heard})
    known = {terminal: state.hash for terminal, state in states.items()}
    usable = [one for one in heard if one.steady is not None or one.hash == known.get(one.terminal)]
    for ago, those in groupby(sorted(usable, key=lambda one: one.ago_seconds), key=lambda one: one.ago_seconds):
        rows: list[Row] = [_row(one, nonce) for one in those]
        fleet.keep_now(connection, rows, states, now - timedelta(seconds=max(0.0, ago)))


def _row(one: Heard, nonce: str) -> dict[str, Any]:
    return {
        "terminal": one.terminal,
        "epoch": one.epoch,
        "clock_skew_seconds": one.clock_skew_seconds,
        "version": one.version,
        "nonce": nonce,
        "report": one.report,
        "hash": one.hash,
        "steady": one.steady,
    }


def pull(centre: Centre, hall: Hall, said: FeedAsked, _: int) -> FeedTold:
    """What comes down for any of its terminals, with the signatures it was published with."""
    if not 0 <= said.cursor < intake.MAX_SEQ:
        raise Malformed(f"`$.cursor`: expected 0 to {intake.MAX_SEQ - 1}")
    now = centre.clock()
    with centre.database.writing() as connection:
        feed.pass_by(connection, said.cursor)
        mine = store.behind(connection, hall.id)
        items, cursor = feed.pull_for(connection, mine, said.cursor, said.limit_bytes, now)
    return FeedTold("", "", items, cursor)


def acts(centre: Centre, hall: Hall, said: ActsSent, _: int) -> ActsTaken:
    """What was done in the hall. Raises Malformed."""
    if len(said.acts) > ACTS_AT_MOST:
        raise Malformed(f"`$.acts`: expected at most {ACTS_AT_MOST}")
    rules.check_acts(said)
    with centre.database.writing() as connection:
        found = store.take_acts(connection, hall.id, said.stream, said.acts, centre.clock())
    if found.refused:
        log.warning("acts_refused", relay=hall.id, stream=said.stream, reason=found.refused)
    centre.caretaker.ring("hall acts")
    return ActsTaken("", "", found.ack, found.refused, found.refused_seq)
