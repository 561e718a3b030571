"""The group commit: one thread stores what has come in, all in one transaction, and only then answers everybody."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection

from central.database import Database, is_away
from central.intake import beats
from central.intake.beats import Beaten, Heard
from central.intake.judging import Judging
from central.intake.placing import Placed
from central.intake.receive import receive
from central.numbers import store as numbers
from central.numbers.store import Issued, Wanted
from contract.exchange import PushRequest

GROUP_AT_MOST = 256
WAITING_AT_MOST = 2048
_STOP = None

Result = TypeVar("Result")

Answer = Future[Result] | asyncio.Future[Result]
"""Of the event loop for a request; a thread that waits takes the other."""

log = structlog.get_logger()


class Overloaded(Exception):
    """The intake has no room, or its database is away: the terminal keeps its records and comes again."""


@dataclass(slots=True)
class Push:
    """A verified push, waiting to be stored. Its answer is committed when anybody sees it."""

    request: PushRequest
    answer: Answer[Placed] = field(default_factory=Future)


@dataclass(slots=True)
class Beat:
    """A verified heartbeat, waiting to be stored."""

    heard: Heard
    answer: Answer[Beaten] = field(default_factory=Future)


@dataclass(slots=True)
class Ask:
    """A verified request for a number, waiting for its turn."""

    wanted: Wanted
    answer: Answer[Issued | None] = field(default_factory=Future)


@dataclass(slots=True)
class Task(Generic[Result]):
    """Something else to do in the group's transaction, with its time.

    A group does its tasks in the order of `order`, which names the row they lock: two processes never wait for each
    other. Whatever it raises is everybody's trouble, so what is only wrong in itself is an answer.
    """

    order: str
    do: Callable[[Connection, datetime], Result]
    answer: Answer[Result] = field(default_factory=Future)
    quiet: bool = False
    """Whether it changes nothing anybody looks at."""


Job = Push | Beat | Ask | Task[Any]
Lease = Callable[[Connection, dict[str, int], datetime], dict[str, int]]
"""Leases numbers to terminals, given their epochs: where it comes down, 0 for nothing; nothing said, look again."""


class GroupCommit:
    """Started once a process; the judge has a thread of its own beside it."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        changed: Callable[[], None],
        lease: Lease = lambda _connection, _epochs, _now: {},
    ) -> None:
        self._database = database
        self._lease = lease
        self._clock = clock
        self._changed = changed
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._judging = Judging(database, clock, changed, lambda: not self._jobs.empty())
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)

    def start(self) -> None:
        """Begin; first whatever an earlier run left unjudged."""
        self._judging.start()
        self._thread.start()

    def stop(self) -> None:
        """Store what is queued, judge it if that is soon done, then end."""
        self._jobs.put(_STOP)
        self._thread.join(timeout=10)
        self._judging.stop()

    def submit(self, job: Job) -> None:
        """Queue a job; its answer comes through its future. Raises Overloaded when too many wait."""
        if self._jobs.qsize() >= WAITING_AT_MOST:
            raise Overloaded
        self._jobs.put(job)

    def push(self, request: PushRequest) -> asyncio.Future[Placed]:
        """Queue a push. Call on the event loop and await it; it, or this call, raises Overloaded."""
        answer: asyncio.Future[Placed] = asyncio.get_running_loop().create_future()
        self.submit(Push(request, answer))
        return answer

    def beat(self, heard: Heard) -> asyncio.Future[Beaten]:
        """The same for a heartbeat."""
        answer: asyncio.Future[Beaten] = asyncio.get_running_loop().create_future()
        self.submit(Beat(heard, answer))
        return answer

    def ask(self, wanted: Wanted) -> asyncio.Future[Issued | None]:
        """The same for a number."""
        answer: asyncio.Future[Issued | None] = asyncio.get_running_loop().create_future()
        self.submit(Ask(wanted, answer))
        return answer

    def wake(self) -> None:
        """Look again for what is unjudged."""
        self._judging.wake()

    def _run(self) -> None:
        go_on = True
        while go_on:
            group, go_on = self._next_group()
            if group:
                self._settle(group)
                if not all(isinstance(job, Task) and job.quiet for job in group):
                    self._changed()
                if any(isinstance(job, Push) for job in group):
                    self._judging.wake()

    def _next_group(self) -> tuple[list[Job], bool]:
        """What has queued up, at most a group; waits for the first. False with it when the thread is to end."""
        group: list[Job] = []
        job = self._jobs.get()
        while job is not None:
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
            first = group[0]
            if is_away(error):
                _answer((job, Overloaded()) for job in group)
            elif len(group) > 1:
                for job in group:
                    self._settle([job])
            elif isinstance(first, Beat) and first.heard.lease:
                first.heard.lease = False  # what is wrong with the numbers is not wrong with the terminal
                self._settle(group)
            else:
                _answer([(first, Overloaded())])
            return
        _answer(zip(group, answers, strict=True))

    def _store(self, group: list[Job]) -> list[object]:
        """Every transaction of a centre comes to its locks in this order, so that none waits for one that waits for it.

        Marks, envelopes, epochs, the state of now, alarms, counters, queues, whatever a task locks, leases, and last
        the head of the feed; rows of one table in the order of their keys. Terminals are never waited for.
        """
        now = self._clock()
        pushes = [job for job in group if isinstance(job, Push)]
        heard = [job.heard for job in group if isinstance(job, Beat)]
        asks = [job.wanted for job in group if isinstance(job, Ask)]
        with self._database.writing() as connection:
            placed = receive(connection, [job.request for job in pushes], now)
            beaten = beats.keep(connection, heard, now)
            issued = numbers.issue(connection, asks, now)
            tasks = sorted((job for job in group if isinstance(job, Task)), key=lambda task: task.order)
            done = {id(task): task.do(connection, now) for task in tasks}
            beats.lease(connection, heard, beaten, now, self._lease)
        answers: dict[type[object], Iterator[object]] = {Push: iter(placed), Beat: iter(beaten), Ask: iter(issued)}
        return [done[id(job)] if isinstance(job, Task) else next(answers[type(job)]) for job in group]


def _answer(answered: Iterable[tuple[Job, object]]) -> None:
    """Answer everybody: those of an event loop in one call of it, however many they are."""
    there: defaultdict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], object]]] = defaultdict(list)
    for job, result in answered:
        if isinstance(job.answer, asyncio.Future):
            there[job.answer.get_loop()].append((job.answer, result))
        elif job.answer.set_running_or_notify_cancel():
            _settle(job.answer, result)
    for loop, told in there.items():
        with suppress(RuntimeError):  # the loop has ended, and whoever asked with it
            loop.call_soon_threadsafe(_settle_all, told)


def _settle_all(told: list[tuple[asyncio.Future[Any], object]]) -> None:
    for answer, result in told:
        if not answer.done():  # whoever asked has gone away
            _settle(answer, result)


def _settle(answer: Answer[Any], result: object) -> None:
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)
