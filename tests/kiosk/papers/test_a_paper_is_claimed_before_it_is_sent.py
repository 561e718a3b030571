"""Moments of the journal a printer hardly meets: a disk that takes no step, a citizen who leaves between two."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import pytest

from devices.document_printer.state import PrintOutcome
from devices.events import JobDone, JobFailed
from devices.model import fault
from kiosk.journey.events import TicketState
from kiosk.link import PaperNews, PaperPrepared, PreparePaper, PrintPages
from kiosk.paper.sheets import MOST_A_VISIT, SheetDesk
from kiosk.terminal.inbox import Inbox
from offline_cache.records import StoreError, StoreFault
from offline_cache.store import Store
from tests.offline_cache.drafts import Clock, open_store

T = TypeVar("T")
CASE = "case-1"


class NotingPrinter:
    """Notes what it was given and never answers by itself."""

    def __init__(self) -> None:
        self.heard: Callable[[JobDone | JobFailed], None] = lambda _: None
        self.given: list[object] = []
        self.cancelled: list[object] = []

    def submit(self, token: object, job: Callable[[Any], object], cancelled: threading.Event | None = None) -> None:
        """Take it."""
        assert callable(job)
        assert cancelled is not None
        self.given.append(token)

    def cancel(self, token: object) -> None:
        """Note it."""
        self.cancelled.append(token)


class House:
    """A desk, its store without a thread of its own, and what the visit was told."""

    def __init__(self, folder: Path) -> None:
        self.store = open_store(folder / "suiban.db", Clock())
        self.inbox, self.printer = Inbox(), NotingPrinter()
        self.jobs = 0
        self.fails: tuple[int, ...] = ()
        """Which of the store's jobs the disk does not take: 1 prepares, 2 claims, 3 finishes."""
        self.told: list[PaperPrepared | PaperNews] = []
        self.battery = False
        self.desk = SheetDesk(self.printer, self, self.inbox, changed=lambda: None, on_battery=lambda: self.battery)

    def do(self, job: Callable[[Store], T]) -> "Future[T]":
        """As the store's thread does, at once."""
        done: Future[T] = Future()
        self.jobs += 1
        if self.jobs in self.fails:
            done.set_exception(StoreError(StoreFault.IO, "no disk"))
        else:
            done.set_result(job(self.store))
        return done

    def send(self, message: PaperPrepared | PaperNews) -> None:
        """The visit hears it."""
        self.told.append(message)

    def ask(self, paper_id: str = "p1", copies: int = 1) -> None:
        self.desk.prepare(self, PreparePaper(1, CASE, paper_id, "fund", copies, ""))
        self.inbox.run_all()

    def pages(self, paper_id: str = "p1", count: int = 2, content: bytes = b"%PDF") -> None:
        self.desk.print_pages(PrintPages(1, CASE, paper_id, count, "ab" * 32, content))
        self.inbox.run_all()

    def ends(self, result: str, paper_id: str = "p1", out: int | None = 2) -> None:
        self.printer.heard(JobDone("document_printer", paper_id, PrintOutcome(result, "counted", out)))  # type: ignore[arg-type]
        self.inbox.run_all()

    @property
    def news(self) -> list[tuple[str, str]]:
        """States and faults the screen was told."""
        return [(message.state, message.fault) for message in self.told if isinstance(message, PaperNews)]

    def journal(self) -> list[str]:
        return [sheet.state.value for sheet in self.store.sheets.of_visit(CASE)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.desk.stop()
    made.inbox.run_all()
    made.store.close()


def test_it_is_prepared_claimed_sent_and_ended_in_this_order(house: House) -> None:
    house.ask()
    assert (house.journal(), house.printer.given) == (["prepared"], [])
    house.pages()
    assert (house.journal(), house.printer.given) == (["sent"], ["p1"])
    house.ends("printed")
    assert (house.journal(), house.news) == (["printed"], [("printing", ""), ("printed", "")])


def test_what_the_disk_does_not_take_is_not_sent(house: House) -> None:
    house.fails = (1,)
    house.ask()
    assert house.news == [("failed", "store.io")]
    house.fails = (3,)  # the claim of the next one
    house.ask("p2")
    house.pages("p2")
    assert house.news[-1] == ("failed", "store.io")
    assert house.printer.given == []


def test_an_end_that_could_not_be_written_down_is_called_uncertain(house: House) -> None:
    house.fails = (3,)
    house.ask()
    house.pages()
    house.ends("printed")
    assert house.news[-1][0] == "uncertain"


def test_pages_that_come_twice_are_sent_once(house: House) -> None:
    house.ask()
    house.pages()
    house.pages()
    assert house.printer.given == ["p1"]


def test_a_citizen_who_leaves_before_the_pages_came_gets_none_and_one_who_leaves_after_is_withdrawn(
    house: House,
) -> None:
    house.ask()
    house.desk.visit_over(CASE)
    house.inbox.run_all()
    house.pages()
    assert (house.journal(), house.printer.given, house.news[-1]) == (["failed"], [], ("failed", "visit.over"))
    house.ask("p2")
    house.pages("p2")
    house.desk.visit_over(CASE)
    assert house.printer.cancelled[-1] == "p2"
    house.ends("failed", "p2", 0)
    assert house.news[-1] == ("failed", "visit.over")


def test_a_driver_that_failed_in_the_middle_leaves_it_uncertain(house: House) -> None:
    house.ask()
    house.pages()
    house.printer.heard(JobFailed("document_printer", "p1", fault("device.failed"), begun=True))
    house.inbox.run_all()
    assert (house.news[-1], house.journal()) == (("uncertain", "device.failed"), ["uncertain"])


@pytest.mark.parametrize(
    ("pages", "copies", "content"), [(0, 1, b"%PDF"), (61, 1, b"%PDF"), (31, 2, b"%PDF"), (1, 1, b"")]
)
def test_what_is_no_paper_of_ours_is_not_sent(house: House, pages: int, copies: int, content: bytes) -> None:
    house.ask(copies=copies)
    house.pages(count=pages, content=content)
    assert (house.printer.given, house.journal()) == ([], ["failed"])


def test_on_battery_after_too_many_and_once_stopped_nothing_is_begun(house: House) -> None:
    house.battery = True
    house.ask()
    assert house.news == [("failed", "power.on_battery")]
    house.battery = False
    for number in range(MOST_A_VISIT):
        house.ask(f"many-{number}")
    assert house.news[-1] == ("failed", "document_printer.document_refused")
    house.desk.stop()
    house.inbox.run_all()
    assert set(house.journal()) == {"failed"}
    assert TicketState.PRINTED.value not in {state for state, _ in house.news}
