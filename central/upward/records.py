"""Brings up what the hall holds: who is behind it, every record byte for byte, and what was done in the hall."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import msgspec
import structlog

from central.database import Database
from central.fleet import store as fleet
from central.upward import rules, store, streams
from central.upward.line import RUN_ITEMS, Line
from central.upward.rules import LaneKey, LaneState, Verdict
from contract.envelope import Lane
from contract.exchange import PushRequest, Refusal, Sent
from contract.relay import ACTS_AT_MOST, ACTS_BYTES_AT_MOST, RUNS_BYTES_AT_MOST, HallAct, RelayBeaten
from offline_cache.link.client import LinkFailure

LOOK_SECONDS = 1.0
SAY_AGAIN_SECONDS = 3600.0
REFUSED_AGAIN_SECONDS = 30.0
FROZEN = "upward.stopped"

log = structlog.get_logger()


class Records:
    """Belongs to the thread that calls `step`."""

    def __init__(
        self, database: Database, line: Line, clock: Callable[[], datetime], changed: Callable[[], None]
    ) -> None:
        self._database = database
        self._line = line
        self._clock = clock
        self._changed = changed
        self._turns: Counter[LaneKey] = Counter()
        self._turn = 0
        self._said = ""
        self._say_at = 0.0
        self.refused: dict[str, str] = {}
        """Terminals the centre does not take from this hall, and why."""

    def step(self) -> float:
        """Bring up a load; seconds until there may be another."""
        self._say_terminals()
        more = self._send_runs()
        more = self._send_healed() or more
        more = self._send_acts() or more
        return 0.0 if more else LOOK_SECONDS

    def say_again(self) -> None:
        """The centre does not know who is behind this node."""
        self._say_at = 0.0
        self._said = ""

    def compare(self, told: RelayBeaten) -> None:
        """What the centre says it holds: where it lacks something, that goes up again."""
        held = {(one.terminal, one.epoch, one.lane): one.seq for one in told.held or ()}
        with self._database.writing() as connection:
            states = store.lanes(connection)
            moved = [
                (one.key, verdict)
                for one in states
                if (verdict := rules.after_held(one, held.get(one.key, 0))).moved(one)
            ]
            store.keep(connection, moved)
            for stream in streams.STREAMS:
                mark = int(store.word(connection, mark_of(stream.name)) or 0)
                there = (told.acts or {}).get(stream.name, 0)
                if there < mark:
                    store.keep_word(connection, mark_of(stream.name), str(there))
        if moved:
            log.warning("centre_lacks", lanes=len(moved))

    def _say_terminals(self) -> None:
        with self._database.reading() as connection:
            here = tuple(store.terminals_here(connection))
        found = hashlib.sha256(msgspec.json.encode(here)).hexdigest()
        if found == self._said and time.monotonic() < self._say_at:
            return
        self.refused = self._line.terminals(here).refused
        self._said = found
        self._say_at = time.monotonic() + (REFUSED_AGAIN_SECONDS if self.refused else SAY_AGAIN_SECONDS)
        if self.refused:
            log.warning("terminals_refused", terminals=self.refused)

    def _send_runs(self) -> bool:
        """Whether anything moved."""
        with self._database.reading() as connection:
            states = [one for one in store.lanes(connection) if one.terminal not in self.refused]
            chosen = rules.due(states, self._turns)
            runs: list[tuple[LaneState, PushRequest]] = []
            octets = RUNS_BYTES_AT_MOST
            for state in chosen:
                sent = store.run(connection, state.key, state.sent, RUN_ITEMS, octets)
                octets -= sum(len(one.raw) * 4 // 3 + 200 for one in sent)
                if sent:
                    runs.append((state, _request(state.key, sent)))
                if octets <= 0:
                    break
        if not runs:
            return False
        self._turn += 1
        for state, _ in runs:
            self._turns[state.key] = self._turn
        verdicts = self._brought(runs)
        if any(verdict.unknown for _, _, verdict in verdicts):
            self.say_again()
        self._keep([one for one in verdicts if one[2].moved(one[0])])
        return any(verdict.sent > state.sent for state, _, verdict in verdicts)

    def _brought(self, runs: list[tuple[LaneState, PushRequest]]) -> list[tuple[LaneState, PushRequest, Verdict]]:
        """What the centre says to these. One record it cannot take in stops its own lane, and no other."""
        try:
            taken = self._line.runs(tuple(run for _, run in runs))
        except LinkFailure as failure:
            if not failure.is_of_the_request:
                raise
            if len(runs) > 1:
                return [one for pair in runs for one in self._brought([pair])]
            state, run = runs[0]
            if len(run.items) > 1:
                half = run.items[: len(run.items) // 2]
                return self._brought([(state, msgspec.structs.replace(run, items=half))])
            return [(state, run, rules.after_refusal(state, run, failure.detail))]
        return [
            (state, run, rules.after_reply(state, run, reply))
            for (state, run), reply in zip(runs, taken.replies, strict=True)
        ]

    def _keep(self, moved: list[tuple[LaneState, PushRequest, Verdict]]) -> None:
        now = self._clock()
        with self._database.writing() as connection:
            store.keep(connection, [(state.key, verdict) for state, _, verdict in moved])
            for state, run, verdict in moved:
                store.note_damaged(connection, state.key, [one for one in run.items if one.seq <= verdict.sent])
                if verdict.frozen:
                    log.warning("upward_lane_stopped", terminal=state.terminal, lane=state.lane, reason=verdict.frozen)
                    detail = f"{state.epoch}/{state.lane}: {verdict.frozen}"[:200]
                    alarm = fleet.Alarm(state.terminal, FROZEN, now.isoformat(timespec="seconds"), now, detail)
                    place = f"{state.terminal}~{state.epoch}~{state.lane}~{verdict.sent}"
                    fleet.add_alarm(connection, f"{FROZEN}~{place}", alarm)
        if any(verdict.frozen for _, _, verdict in moved):
            self._changed()

    def _send_healed(self) -> bool:
        with self._database.reading() as connection:
            healed = store.healed(connection)[:1]
            sent = [one for lane, seq in healed for one in store.run(connection, lane, seq - 1, 1, 1)]
        for (lane, seq), one in zip(healed, sent, strict=True):
            [reply] = self._line.runs((_request(lane, [one]),)).replies
            if reply.refusal is Refusal.NOT_YOURS:
                return False
            with self._database.writing() as connection:
                store.forget_damaged(connection, lane, seq)
        return bool(healed)

    def _send_acts(self) -> bool:
        with self._database.writing() as connection:
            more = streams.collect(connection, self._clock()) > 0
        for stream in streams.STREAMS:
            with self._database.reading() as connection:
                mark = int(store.word(connection, mark_of(stream.name)) or 0)
                found = store.acts_after(connection, stream.name, mark, ACTS_AT_MOST, ACTS_BYTES_AT_MOST)
            if not found:
                continue
            acts = tuple(HallAct(seq, hashlib.sha256(body).hexdigest(), body) for seq, body in found)
            taken = self._line.acts(stream.name, acts)
            if taken.refused:
                log.warning("acts_refused", stream=stream.name, reason=taken.refused)
            if taken.ack != mark:
                with self._database.writing() as connection:
                    if taken.refused_seq:
                        # Set back to a backup, or a new machine: what was done since has no place there yet.
                        anew = store.place_anew(connection, stream.name, taken.refused_seq, taken.ack)
                        log.warning("acts_placed_anew", stream=stream.name, first=taken.refused_seq, acts=anew)
                    store.keep_word(connection, mark_of(stream.name), str(taken.ack))
            more = more or taken.ack > mark
        return more


def _request(lane: LaneKey, sent: list[Sent]) -> PushRequest:
    terminal, epoch, name = lane
    return PushRequest(terminal, epoch, Lane(name), sent[0].seq, "", tuple(sent))


def mark_of(stream: str) -> str:
    """The word that says how far a stream has come up."""
    return f"acts:{stream}"
