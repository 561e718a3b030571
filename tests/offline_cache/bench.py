"""A terminal on the test bench: store, messenger, and the list of what the messenger said."""

import queue
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.suites import SigningKey
from offline_cache.link.client import CentreClient, Timeouts
from offline_cache.link.messenger import Event, HeartbeatParts, Messenger, Pace
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.offline_cache.centre_double import CentreDouble
from tests.offline_cache.drafts import Clock, draft, open_store
from tests.waiting import heard

E = TypeVar("E")
BRISK = Pace(heartbeat=0.3, news=0.05, jitter=lambda: 0.0)
QUICK = Timeouts(connect=0.5, read=0.3, total=0.6)
AT = "2026-11-22T10:00:00+08:00"


class Bench:
    """A terminal's store and messenger, and the list of what the messenger said."""

    def __init__(self, folder: Path, machine: str = "machine-1") -> None:
        self.folder = folder
        self.machine = machine
        self.store = StoreThread(lambda: open_store(folder / "suiban.db"))
        self.key = SigningKey.fresh()
        self.events: queue.Queue[Event] = queue.Queue()
        self.parts = HeartbeatParts("0.1.0", (), ())
        self.messenger: Messenger | None = None

    def start(self, centre: CentreDouble, pace: Pace = BRISK, url: str | None = None) -> Messenger:
        centre.terminal_keys["GL-01"] = self.key.public_key
        client = CentreClient(url or centre.url, "GL-01", "GL-01", self.key, centre.public_keys, QUICK)
        self.messenger = Messenger(self.store, client, lambda: self.parts, self.events.put, Clock(), pace, self.machine)
        self.messenger.start()
        return self.messenger

    def save(self, *case_ids: str, kind: ItemKind = ItemKind.NUMBER) -> None:
        for case_id in case_ids:
            self.store.do(lambda store, case_id=case_id: store.save_case(draft(case_id, kind))).result()  # type: ignore[misc]
        if self.messenger:
            self.messenger.wake()

    def next(self, kind: type[E], fits: Callable[[E], bool] = lambda _: True) -> E:
        """The next event of this kind that fits; others on the way are dropped."""
        deadline = time.monotonic() + 90
        while True:
            event = heard(self.events, kind.__name__, max(0.01, deadline - time.monotonic()))
            if isinstance(event, kind) and fits(event):
                return event

    def copied(self, folder: Path, machine: str | None = None) -> "Bench":
        """Another terminal made of a copy of this one's files, with its key."""
        shutil.copytree(self.folder, folder)
        twin = Bench(folder, machine or self.machine)
        twin.key = self.key
        return twin

    def unsent(self) -> dict[Lane, int]:
        return {report.lane: report.unsent for report in self.store.do(Store.counts).result().lanes}

    def stop(self) -> None:
        if self.messenger:
            self.messenger.stop()
            assert not self.messenger._thread.is_alive()
        self.store.stop()


def ids(centre: CentreDouble, lane: Lane) -> list[str]:
    return [envelope.id for envelope in centre.memory.envelopes(lane)]


def held(centre: CentreDouble, lane: Lane, count: int) -> bool:
    return centre.wait_until(lambda: len(centre.memory.envelopes(lane)) >= count)
