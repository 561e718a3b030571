import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from contract.calendar import gathered, published
from contract.envelope import Sealed
from contract.numbers import NumberAsked, NumberGiven
from contract.suites import INTL
from contract.worktime import Worktime
from kiosk import services
from kiosk.link import CaseKept, KeepCase
from kiosk.terminal.casebook import Casebook
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.offer import Offer
from kiosk.terminal.visits import Stage
from offline_cache.link.number_line import NumberLine
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.offline_cache.drafts import open_store
from tests.waiting import until

SOON = 20.0
ITEM = services.load().items[0]


class Upstream:
    """Answers when `ready`."""

    terminal = "GL-01"

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.ready.set()

    def number(self, asked: NumberAsked) -> NumberGiven:
        assert self.ready.wait(SOON)
        return NumberGiven(asked.nonce, "2026-11-22T02:00:00Z", f"{asked.queue}017", "2026-11-22")

    def close(self) -> None:
        self.ready.set()


class Desk:
    """A casebook with its store, and a visit that notes what it is told."""

    def __init__(self, folder: Path) -> None:
        self.upstream, self.inbox = Upstream(), Inbox()
        self.store = StoreThread(lambda: open_store(folder / "terminal.db"))
        self.line = NumberLine(self.upstream, patience=SOON)
        self.line.start()
        board: Any = SimpleNamespace(store_works=lambda **_: None, remember=lambda _: None)
        self.book = Casebook(
            self.store,
            self.inbox,
            items=Offer(services.load()),
            board=board,
            wake=lambda: None,
            worktime=lambda: Worktime(gathered(published())),
            numbers=self.line,
        )
        self.told: list[CaseKept] = []
        self.visit: Any = SimpleNamespace(number="", case_id="case-1", stage=Stage.SERVING, send=self.told.append)

    def keep(self) -> None:
        self.book.keep(self.visit, KeepCase(1, "case-1", ITEM.slug, "en", "张*", Sealed(INTL, (), b"n", b"c")))

    def number(self) -> str:
        return until(lambda: self.told, "a number", meanwhile=lambda: self.inbox.run_next(0.05))[-1].number

    def cases(self) -> int:
        return self.store.do(Store.counts).result().cases


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.line.stop()
    made.store.stop()


def test_the_halls_number_where_it_answers(desk: Desk) -> None:
    desk.line.linked(up=True)
    desk.keep()
    assert desk.number() == f"{ITEM.queue}017"
    assert desk.visit.number == f"{ITEM.queue}017"


def test_the_terminals_own_at_once_where_the_link_is_down(desk: Desk) -> None:
    desk.keep()
    assert desk.number().startswith(f"{ITEM.queue}1-X")


def test_the_main_thread_waits_for_nobody_and_a_stop_keeps_the_case(desk: Desk) -> None:
    """Asking returns at once; whoever still waits at the end is served before the store closes."""
    desk.upstream.ready.clear()
    desk.line.linked(up=True)
    desk.keep()
    assert desk.told == []
    assert desk.cases() == 0
    desk.line.stop()
    assert desk.number().startswith(f"{ITEM.queue}1-X")
    assert desk.cases() == 1


def test_a_case_asked_for_twice_is_one(desk: Desk) -> None:
    desk.line.linked(up=True)
    desk.keep()
    first = desk.number()
    desk.told.clear()
    desk.line.linked(up=False)
    desk.keep()
    assert desk.number() == first
    assert desk.cases() == 1
