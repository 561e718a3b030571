"""A terminal that only gives out numbers: the real store, number line, messenger and feed reader, without a screen."""

import itertools
import os
import random
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Self
from zoneinfo import ZoneInfo

from contract.numbers import Lease, NumberGiven
from contract.suites import PublicKey, SigningKey
from offline_cache.feed.reader import FeedReader
from offline_cache.link import number_line
from offline_cache.link.client import CentreClient, Timeouts
from offline_cache.link.messenger import HeartbeatParts, LinkChanged, Messenger, NewsBelow, Pace
from offline_cache.link.number_line import NumberLine
from offline_cache.numbers.series import keep_lease
from offline_cache.records import StoredCase, StoreError
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.hall import network
from tests.offline_cache.drafts import draft

HALL: Final = ZoneInfo("Asia/Shanghai")
STORE, PAPER, STOP, DRAINED = "terminal.db", "paper", "stop", "drained"
_STEPS: Final = (0, 0, 0, 24, -24, 3, -3, 47)
"""Hours a wall clock is wrong by; most of the time it is right."""
_SAME_CLOCK_FOR = 25


@dataclass(frozen=True)
class Plan:
    """What one process needs. Without a `namespace` it is alone and has `lease` for ever."""

    folder: Path
    terminal: str
    series: str
    key: SigningKey
    url: str = ""
    centre_keys: tuple[tuple[str, PublicKey], ...] = ()
    namespace: str = ""
    pause: float = 0.0
    """Seconds between two citizens, on average; 0: one after the other."""
    heartbeat: float = 1.0
    """Seconds between two heartbeats; a terminal's own are 30."""
    seed: int = 0
    lease: Lease | None = None


class Clock:
    """The wall clock of one terminal; somebody sets it wrongly now and then."""

    def __init__(self) -> None:
        self.wrong = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(HALL) + self.wrong


def open_terminal(plan: Plan, clock: Clock | None = None) -> Store:
    """Its store."""
    return Store.open(
        plan.folder / STORE,
        bytes(32),
        terminal=plan.terminal,
        series=plan.series,
        district="310115",
        terminal_number=plan.terminal.replace("-", "")[-4:],
        clock=clock or Clock(),
    )


def run(plan: Plan) -> None:
    """Serve citizens until the file `stop` is there, then only send; killed in the end."""
    clock = Clock()
    if plan.lease is not None:
        _alone(plan, clock)
        return
    network.enter(plan.namespace)
    store = StoreThread(lambda: open_terminal(plan, clock))
    line, messenger = _linked(plan, store, clock)
    chance = random.Random(plan.seed)
    with Paper(plan) as paper:
        for citizen in itertools.count():
            if (plan.folder / STOP).exists():
                break
            time.sleep(plan.pause * chance.uniform(0.5, 1.5))
            if citizen % _SAME_CLOCK_FOR == 0:
                clock.wrong = timedelta(hours=chance.choice(_STEPS))
            _serve(store, line, chance.choice("AAB"), paper)
            messenger.wake()
    while True:
        if not store.do(Store.unsent).result().records:
            (plan.folder / DRAINED).touch()
        time.sleep(0.1)


def _linked(plan: Plan, store: StoreThread, clock: Clock) -> tuple[NumberLine, Messenger]:
    """What a terminal has beside its store, each on a connection of its own."""
    keys, patient = dict(plan.centre_keys), Timeouts(1.0, 2.0, 4.0)

    def client(timeouts: Timeouts) -> CentreClient:
        return CentreClient(plan.url, plan.terminal, plan.terminal, plan.key, keys, timeouts)

    line = NumberLine(client(number_line.TIMEOUTS))
    reader = FeedReader(store, client(patient), keys, lambda _: None)

    def hear(event: object) -> None:
        if isinstance(event, LinkChanged):
            line.linked(up=event.up)
            reader.link_is(up=event.up)
        elif isinstance(event, NewsBelow):
            reader.news()

    parts, pace = HeartbeatParts("0.2.0", (), ()), Pace(heartbeat=plan.heartbeat)
    messenger = Messenger(store, client(patient), lambda: parts, hear, clock, pace, plan.terminal)
    for thread in (line, reader, messenger):
        thread.start()
    return line, messenger


def _alone(plan: Plan, clock: Clock) -> None:
    """No upstream: the lease it was handed, a hundred times."""
    assert plan.lease is not None
    store = open_terminal(plan, clock)
    with store._database.unit_of_work() as session:
        keep_lease(session, plan.lease)
    with Paper(plan) as paper:
        for _ in range(100):
            began = time.monotonic()
            paper.print(store.save_case(draft(str(uuid.uuid4()))), began, began)
    store.close()


def _serve(store: StoreThread, line: NumberLine, queue: str, paper: "Paper") -> None:
    """One citizen: the number, the commit, and only then the paper."""
    case_id, began = str(uuid.uuid4()), time.monotonic()
    answered = threading.Event()
    found: list[NumberGiven | None] = []

    def then(given: NumberGiven | None) -> None:
        found.append(given)
        answered.set()

    line.ask(case_id, queue, then)
    answered.wait()
    decided = time.monotonic()
    try:
        stored = store.do(lambda kept: kept.save_case(draft(case_id, queue=queue), found[0])).result()
    except StoreError:
        return
    paper.print(stored, began, decided)


class Paper:
    """What citizens hold in their hands: written after the commit, one line each."""

    def __init__(self, plan: Plan) -> None:
        self._file = os.open(plan.folder / PAPER, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def print(self, stored: StoredCase, began: float, decided: float) -> None:
        """The number, its day and tier; in milliseconds how long until that was decided, and until it was kept."""
        waits = (f"{1000 * (moment - began):.1f}" for moment in (decided, time.monotonic()))
        words = (stored.case_id, stored.business_date, stored.number, stored.tier, stored.case_number, *waits)
        os.write(self._file, (" ".join(words) + "\n").encode())
