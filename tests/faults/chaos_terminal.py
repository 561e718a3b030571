"""A terminal without a screen: the real store, messenger and client in a process that may be killed at any instant."""

import os
import random
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from contract.catalogue import ItemKind
from contract.messages import CardLeftBehind
from contract.suites import PublicKey, SigningKey
from offline_cache.link.client import CentreClient, Timeouts
from offline_cache.link.messenger import HeartbeatParts, Messenger, Pace
from offline_cache.records import StoreError
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.offline_cache.drafts import draft, open_store

HALL = ZoneInfo("Asia/Shanghai")
STOP, DRAINED, PROMISES, STORE = "stop", "drained", "promises", "suiban.db"
_BACKLOG = 4000
"""Unsent records above which it waits: a citizen comes now and then."""


@dataclass(frozen=True)
class Plan:
    """What a terminal process needs; `folder` holds its store and the file of what it promised."""

    folder: Path
    terminal: str
    url: str
    key: SigningKey
    centre_keys: dict[str, PublicKey]
    machine: str
    pause: float
    """Seconds between two cases."""


def now() -> datetime:
    """In the hall."""
    return datetime.now(HALL)


def open_terminal(plan: Plan) -> Store:
    """The store of this terminal; its series and case numbers are its own."""
    return Store.open(
        plan.folder / STORE,
        bytes(32),
        terminal=plan.terminal,
        series=plan.terminal[-1],
        district="310115",
        terminal_number=plan.terminal.replace("-", "")[-4:],
        clock=now,
    )


def run(plan: Plan) -> None:
    """Write and send until the file `stop` is there; then send only, and say when nothing is left."""
    store = StoreThread(lambda: open_terminal(plan))
    client = CentreClient(plan.url, plan.terminal, plan.terminal, plan.key, plan.centre_keys, Timeouts(1.0, 2.0, 4.0))
    pace = Pace(heartbeat=1.0, news=0.2, jitter=random.random)
    parts = HeartbeatParts("0.2.0", (), ())
    messenger = Messenger(store, client, lambda: parts, lambda _: None, now, pace, plan.machine)
    messenger.start()
    promises = os.open(plan.folder / PROMISES, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    while not (plan.folder / STOP).exists():
        if _unsent(store) > _BACKLOG:
            time.sleep(0.5)
            continue
        for _ in range(50):
            _one(store, promises)
            messenger.wake()
            if plan.pause:
                time.sleep(plan.pause)
    while True:
        if _unsent(store) == 0:
            (plan.folder / DRAINED).touch()
        time.sleep(0.1)


def _one(store: StoreThread, promises: int) -> None:
    """A citizen: case, ticket, sometimes a card left behind. What is told has been committed."""
    case_id = secrets.token_hex(16)
    kind = ItemKind.NUMBER if case_id[0] < "c" else ItemKind.FILING
    try:
        stored = store.do(lambda kept: kept.save_case(draft(case_id, kind, sealed=kind is ItemKind.FILING))).result()
        _tell(promises, "case", case_id, stored.business_date, stored.number)
        if case_id[1] < "4":
            store.do(lambda kept: kept.tickets.claim(case_id)).result()
            store.do(lambda kept: kept.tickets.finish(stored.print_id, "printed", "chaos", "")).result()
            _tell(promises, "record", stored.print_id)
        if case_id[1] == "f":
            record_id = secrets.token_hex(16)
            left = CardLeftBehind(now().isoformat(timespec="seconds"))
            store.do(lambda kept: kept.add_record(left, record_id)).result()
            _tell(promises, "record", record_id)
    except StoreError:
        time.sleep(0.05)


def _tell(promises: int, *words: str) -> None:
    os.write(promises, (" ".join(words) + "\n").encode())


def _unsent(store: StoreThread) -> int:
    return sum(report.unsent for report in store.do(Store.counts).result().lanes)


__all__ = ["DRAINED", "PROMISES", "STOP", "Plan", "open_store", "open_terminal", "run"]
