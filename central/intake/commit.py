"""The group commit: one thread stores what has come in, all in one transaction, and only then answers everybody."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from central.database import Database
from central.fleet import store as fleet
from central.intake import rules, store
from central.intake.judge import judge_some
from contract.messages import PushRequest, Refusal

GROUP_AT_MOST = 256
WAITING_AT_MOST = 2048
_STOP = None

log = structlog.get_logger()


class Overloaded(Exception):
    """The intake has no room, or its database is away: the terminal keeps its records and comes again."""


@dataclass(frozen=True)
class Pushed:
    """What a push came to. `ack` is committed when anybody sees this."""

    ack: int
    refusal: Refusal | None = None
    refused_seq: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Push:
    """A verified push, waiting to be stored."""

    request: PushRequest
    answer: Future[Pushed] = field(default_factory=Future)


@dataclass(frozen=True)
class Beat:
    """A verified heartbeat, waiting to be stored. The answer is what the centre holds of the epoch, by lane."""

    terminal: str
    epoch: int
    row: dict[str, Any]
    answer: Future[dict[str, int]] = field(default_factory=Future)


@dataclass(frozen=True)
class Nudge:
    """Nothing to store: look again for what is unjudged."""


Job = Push | Beat


class GroupCommit:
    """Started once a process. `judge` runs on the same thread, after the answers are out."""

    def __init__(self, database: Database, clock: Callable[[], datetime], changed: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._changed = changed
        self._jobs: queue.Queue[Job | Nudge | None] = queue.Queue(WAITING_AT_MOST)
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)

    def start(self) -> None:
        """Begin; first whatever an earlier run left unjudged."""
        self._thread.start()

    def stop(self) -> None:
        """Store what is queued, then end."""
        self._jobs.put(_STOP)
        self._thread.join(timeout=10)

    def submit(self, job: Job) -> None:
        """Queue a job; its answer comes through its future. Raises Overloaded when too many wait."""
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            raise Overloaded from None

    def wake(self) -> None:
        """Look again for what is unjudged."""
        self._jobs.put(Nudge())

    def _run(self) -> None:
        self._judge()
        go_on = True
        while go_on:
            group, go_on = self._next_group()
            if group:
                self._settle(group)
                self._changed()
            self._judge()

    def _next_group(self) -> tuple[list[Job], bool]:
        """What has queued up, at most a group; waits for the first. False with it when the thread is to end."""
        group: list[Job] = []
        job = self._jobs.get()
        while job is not None:
            if not isinstance(job, Nudge):
                group.append(job)
            if len(group) == GROUP_AT_MOST or self._jobs.empty():
                return group, True
            job = self._jobs.get()
        return group, False

    def _settle(self, group: list[Job]) -> None:
        try:
            answers = self._store(group)
        except Exception as error:  # noqa: BLE001 - one job's trouble must not become everybody's
            log.warning("intake_group_failed", jobs=len(group), error=type(error).__name__)
            if isinstance(error, OperationalError) or len(group) == 1:
                for job in group:
                    job.answer.set_exception(Overloaded())
            else:
                for job in group:
                    self._settle([job])
            return
        for job, answer in zip(group, answers, strict=True):
            job.answer.set_result(answer)  # type: ignore[arg-type] # each answer belongs to its job

    def _store(self, group: list[Job]) -> list[Pushed | dict[str, int]]:
        now = self._clock()
        with self._database.writing() as connection:
            marks = store.lock_marks(connection, [_lane(job.request) for job in group if isinstance(job, Push)])
            return [
                _receive(connection, marks, job.request, now) if isinstance(job, Push) else _beat(connection, job)
                for job in group
            ]

    def _judge(self) -> None:
        try:
            while judge_some(self._database, self._clock):
                self._changed()
                if not self._jobs.empty():
                    return
        except SQLAlchemyError as error:
            log.warning("judge_failed", error=type(error).__name__)


def _lane(request: PushRequest) -> store.LaneKey:
    return request.terminal, request.epoch, request.lane.value


def _beat(connection: Connection, job: Beat) -> dict[str, int]:
    fleet.keep_now(connection, job.row)
    return store.held(connection, job.terminal, job.epoch)


def _receive(connection: Connection, marks: dict[store.LaneKey, int], request: PushRequest, now: datetime) -> Pushed:
    """Take the items in order until one is refused; keep and acknowledge what came before it."""
    lane = _lane(request)
    held = marks[lane]
    items = request.items
    known = store.hashes(connection, lane, items[0].seq, items[-1].seq) if items and items[0].seq <= held else {}
    taken = store.taken_ids(connection, [item.id for item in items if item.seq > held])
    rows: list[dict[str, object]] = []
    stop: tuple[rules.Refused, int] | None = None
    for item in items:
        mark = held + len(rows)
        refused = rules.check_item(request, item) or rules.place_item(item, mark, known.get(item.seq))
        if refused is None and item.seq > mark and item.id in taken:
            refused = rules.Refused(Refusal.FORK, f"id {item.id} is held at another place")
        if refused is not None:
            stop = refused, item.seq
            break
        if item.seq > mark:
            taken.add(item.id)
            place = {"terminal": lane[0], "epoch": lane[1], "lane": lane[2], "seq": item.seq}
            rows.append({**place, "id": item.id, "hash": item.hash, "raw": item.raw, "received_at": now})
    if rows:
        store.add(connection, rows)
        marks[lane] = held + len(rows)
        store.raise_mark(connection, lane, marks[lane])
    if stop is None:
        return Pushed(ack=marks[lane])
    refused, seq = stop
    log.warning("push_refused", terminal=lane[0], lane=lane[2], seq=seq, refusal=refused.refusal, reason=refused.reason)
    return Pushed(ack=marks[lane], refusal=refused.refusal, refused_seq=seq, reason=refused.reason)
