"""A running hall node's side of the way to its centre: what goes on at once, and what is known of it."""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from central.database import Database
from central.departments.every import CONNECTORS
from central.fleet import store as fleet
from central.fleet.rules import Terminal, parts
from central.keys import Keys
from central.numbers import store as numbers
from central.scans.desk import ScanDesk
from central.upward import joining, rules, store, streams
from central.upward.asking import LINES, TIMEOUTS, Asking
from central.upward.down import Down
from central.upward.going import Going
from central.upward.joining import Passport
from central.upward.line import Line
from central.upward.pictures import Pictures
from central.upward.queue import store as queue
from central.upward.records import Records, mark_of
from central.upward.releases import Releases
from central.upward.scans import Scans
from central.version import VERSION
from contract.envelope import Sealed
from contract.questions import QuestionAsked
from contract.relay import Heard, LaneStopped, RelayBeat, RelayBeaten
from offline_cache.link.client import NOT_ADMITTED, OF_THE_LINK, LinkFailure
from offline_cache.link.releases import ReleaseLine

BEAT_SECONDS = 5.0
RENEW_SECONDS = 3600.0
LIFE = "life"
TOOK_OVER = "took_over"

log = structlog.get_logger()


@dataclass(frozen=True)
class Known:
    """What the hall knows of the way: whether the centre answers and since when, and why it does not."""

    up: bool = False
    since: datetime | None = None
    trouble: str = ""
    heard_at: datetime | None = None
    away: tuple[str, ...] = tuple(CONNECTORS)


class Node:
    """From `start` to `stop`. `ask`, `wake` and `known` may be used from any thread."""

    def __init__(
        self,
        database: Database,
        keys: Callable[[], Keys],
        desk: ScanDesk,
        passport: Passport,
        clock: Callable[[], datetime],
        changed: Callable[[], None],
        releases: Path,
    ) -> None:
        """`releases`: where the hall's copy of the terminals' releases lies."""
        self._database = database
        self._clock = clock
        self._changed = changed
        self._gate = threading.Lock()
        self.known = Known()
        lines = [Line(passport.client(), self._answered) for _ in range(4)]
        self._records = Records(database, lines[0], clock, changed)
        self._down = Down(database, keys, passport, lines[1], clock)
        self._beats = lines[1]
        self._scans = Scans(database, desk, lines[2], clock)
        self._pictures = Pictures(database, lines[3], clock, time.monotonic)
        slow = ReleaseLine(passport.client())
        self._releases = Releases(database, slow, releases)
        self._asking = Asking([Line(passport.client(TIMEOUTS), self._answered) for _ in range(LINES)], self._failed)
        self._asks_held = True
        self._told: dict[str, tuple[datetime, str]] = {}
        """What the centre heard last of each terminal: when it said so here, and the hash of its steady part."""
        self._renew_at = 0.0
        with database.reading() as connection:
            self.gives_numbers = store.is_known(connection)
        """Whether the centre ever said what was given in this hall before."""
        self._going = (
            Going("upward-records", self._records.step, self._failed, lines[0].close),
            Going("upward-beat", self._beat, self._failed, lines[1].close),
            Going("upward-scans", self._scans.step, self._failed, lines[2].close),
            Going("upward-pictures", self._pictures.step, self._failed, lines[3].close),
            Going("upward-releases", self._releases.step, self._failed, slow.close),
        )

    @property
    def passport(self) -> Passport:
        """With the centre's sealing keys as they are now."""
        return self._down.passport

    @property
    def refused(self) -> dict[str, str]:
        """Terminals the centre does not take from this hall, and why."""
        return self._records.refused

    def start(self) -> None:
        """Begin."""
        for going in self._going:
            going.start()

    def wake(self) -> None:
        """Something was stored that goes up."""
        self._going[0].wake()
        self._going[2].wake()

    def stop(self) -> None:
        """End what is under way; what has not gone up goes at the next start."""
        for going in self._going:
            going.stop()
        self._asking.close()

    def ask(self, asked: QuestionAsked) -> Sealed | None:
        """A citizen's question to the centre; None where it cannot be asked now."""
        return self._asking.ask(asked) if self.known.up else None

    def away(self) -> tuple[str, ...]:
        """Connectors whose departments do not answer now: all of them while the centre is away."""
        found = self.known
        fresh = found.heard_at is not None and self._clock() - found.heard_at <= rules.NO_ANSWER_FOR
        return found.away if found.up and fresh else tuple(CONNECTORS)

    def _answered(self) -> None:
        self._heard(None)

    def _failed(self, failure: LinkFailure) -> None:
        self._heard(failure)

    def _heard(self, failure: LinkFailure | None) -> None:
        """How the centre was. What it refuses, it has answered."""
        up = failure is None or failure.key not in {*OF_THE_LINK, NOT_ADMITTED}
        with self._gate:
            before = self.known
            trouble = "" if failure is None else str(failure)
            if up == before.up and (up or trouble == before.trouble):
                return
            since = before.since if up == before.up else self._clock()
            self.known = Known(up, since, "" if up else trouble, before.heard_at, before.away)
        if up != before.up:
            log.warning("centre_is", up=up, trouble=trouble)
            self._changed()
            if up:
                self.wake()

    def _beat(self) -> float:
        self._renew()
        said, told_now = self._said()
        told = self._beats.beat(said)
        self._told |= told_now
        with self._gate:
            self.known = Known(True, self.known.since or self._clock(), "", self._clock(), told.away)
        self._note_life(told.life)
        if said.asks_held:
            self._take_over(told)
            self._records.compare(told)
            self._asks_held = False
        while told.newest > self._down.cursor() and self._down.step():
            self._changed()
        return BEAT_SECONDS

    def _take_over(self, told: RelayBeaten) -> None:
        """No number, label or epoch that another machine gave as this hall's node is given here again."""
        if told.before is None:
            self.gives_numbers = True  # a centre of an older version knows nothing of it
            return
        hall, now = self.passport.joined.hall, self._clock()
        heard = bool(told.held or told.acts or told.before.numbers)
        with self._database.writing() as connection:
            new = not store.is_known(connection)
            given = rules.given_before(told.before, heard=heard, new=new)
            raised = numbers.go_on_after(connection, hall, given)
            over = queue.end_known(connection, hall, told.before.ended, now)
            if new:
                stood = told.before.terminals
                there = [Terminal(one.terminal, hall, one.place, one.series, one.epoch, now) for one in stood]
                fleet.add_known(connection, there)
            store.keep_word(connection, TOOK_OVER, now.isoformat(timespec="seconds"))
        self.gives_numbers = True
        if raised or over:
            log.warning("numbers_go_on", counters=raised, over=over, new=new)
            self._changed()

    def _note_life(self, life: str) -> None:
        """In another life the centre may lack what it acknowledged in the one before."""
        with self._database.reading() as connection:
            before = store.word(connection, LIFE)
        if life != before:
            self._asks_held = True
            with self._database.writing() as connection:
                store.keep_word(connection, LIFE, life)
            self._going[1].wake()

    def _said(self) -> tuple[RelayBeat, dict[str, tuple[datetime, str]]]:
        now = self._clock()
        with self._database.reading() as connection:
            states = store.lanes(connection)
            oldest = store.oldest_waiting(connection, states)
            scans = store.count_scans(connection)
            acts = sum(
                store.count_acts(connection, one.name, int(store.word(connection, mark_of(one.name)) or 0))
                for one in streams.STREAMS
            )
            terminals = fleet.now_of(connection)
        heard, told = [], {}
        for name, state in terminals.items():
            before = self._told.get(name)
            if before is not None and before[0] == state.received_at:
                continue
            said = parts(state.heartbeat())
            told[name] = state.received_at, said["hash"]
            heard.append(
                Heard(
                    name,
                    state.heartbeat().epoch,
                    max(0.0, (now - state.received_at).total_seconds()),
                    state.clock_skew_seconds,
                    state.version,
                    said["report"],
                    said["hash"],
                    None if before is not None and before[1] == said["hash"] else said["steady"],
                )
            )
        beat = RelayBeat(
            relay="",
            nonce="",
            at=now.isoformat(timespec="milliseconds"),
            version=VERSION,
            waiting=sum(one.waiting for one in states),
            scans_waiting=scans,
            acts_waiting=acts,
            cursor=self._down.cursor(),
            oldest_at=oldest.isoformat(timespec="seconds") if oldest else "",
            heard=tuple(heard),
            stopped=tuple(
                LaneStopped(one.terminal, one.epoch, one.lane, one.sent, one.frozen) for one in states if one.frozen
            ),
            asks_held=self._asks_held,
        )
        return beat, told

    def _renew(self) -> None:
        """The certificate stays young; without the network it is tried again at the next beat."""
        if not self._beats.client.tls_failed and time.monotonic() < self._renew_at:
            return
        with contextlib.suppress(LinkFailure):
            if joining.renew(self.passport, self._clock(), tls_failed=self._beats.client.tls_failed):
                log.info("certificate_renewed")
                self._beats.client.show_certificate()
            self._renew_at = time.monotonic() + RENEW_SECONDS
