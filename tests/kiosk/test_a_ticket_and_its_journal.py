"""The desk of tickets: what the journal and the notice say, with a printer that only notes what it is given."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import pytest

from contract.catalogue import ItemKind
from devices.events import JobDone, JobFailed
from devices.model import Cover, Presence, Supply, fault
from devices.ticket_printer.driver import PrintOutcome
from devices.ticket_printer.state import TicketPrinterState
from kiosk import services
from kiosk.facts import Site
from kiosk.fitted.fleet import Known
from kiosk.journey.events import TicketState
from kiosk.paper.printing import TicketDesk, printer_word
from kiosk.terminal.inbox import Inbox
from offline_cache.records import CaseDraft
from offline_cache.store import Store
from tests.offline_cache.drafts import Clock, open_store

T = TypeVar("T")
SITE = Site("GL-01", {"zh-Hans": "大厅"}, {"zh-Hans": "一楼"}, "1", "2", "8:30")
ITEM = next(item for item in services.load().items if item.kind is ItemKind.FILING)
CASES = ("case-1", "case-2")


class NotingPrinter:
    """Notes each ticket's token and evidence id."""

    def __init__(self) -> None:
        self.heard: Callable[[JobDone | JobFailed], None] = lambda _: None
        self.given: list[object] = []
        self.marks: list[str] = []

    def submit(self, token: object, job: Callable[[Any], object], cancelled: threading.Event | None = None) -> None:
        """Take it."""
        assert cancelled is None
        self.given.append(token)
        job(self)

    def print_ticket(self, _ticket: object, mark: str) -> PrintOutcome:
        """As the driver is asked."""
        self.marks.append(mark)
        return PrintOutcome("printed", "")


class House:
    """A desk over a store without a thread of its own."""

    def __init__(self, store: Store) -> None:
        self.store, self.inbox, self.printer = store, Inbox(), NotingPrinter()
        self.told: list[tuple[TicketState, str]] = []
        self.desk = TicketDesk(
            self.printer,  # type: ignore[arg-type]  # what the desk uses of it
            self,
            self.inbox,
            items={ITEM.slug: ITEM},
            site=lambda: SITE,
            changed=lambda: None,
        )

    def do(self, job: Callable[[Store], T]) -> "Future[T]":
        """As the store's thread does, at once."""
        done: Future[T] = Future()
        done.set_result(job(self.store))
        return done

    def prints(self, case_id: str) -> None:
        """As far as the printer."""
        self.desk.print_case(case_id, lambda state, said: self.told.append((state, said)))
        self.inbox.run_all()
        assert self.printer.given


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path / "suiban.db", Clock())
    for case in CASES:
        made.save_case(CaseDraft(case, ItemKind.FILING, ITEM.slug, 1, "x", "x", "B", "张*", "zh-Hans"))
    yield made
    made.close()


@pytest.mark.parametrize(("begun", "outcome"), [(False, TicketState.FAILED), (True, TicketState.UNCERTAIN)])
@pytest.mark.parametrize("key", ["device.failed", "port.lost"])
def test_only_a_ticket_that_was_begun_is_uncertain(
    store: Store, key: str, outcome: TicketState, *, begun: bool
) -> None:
    house = House(store)
    house.prints(CASES[0])
    house.printer.heard(JobFailed("ticket_printer", house.printer.given[0], fault(key), begun))
    house.inbox.run_all()
    assert house.told == [(TicketState.PRINTING, ""), (outcome, key)]


def test_the_evidence_of_one_process_is_none_for_the_next(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter((4711, 9998))
    monkeypatch.setattr("kiosk.paper.printing.secrets.randbelow", lambda _most: next(numbers))
    houses = [House(store), House(store)]
    for house, case in zip(houses, CASES, strict=True):
        house.prints(case)
    assert [house.printer.marks for house in houses] == [["4712"], ["9999"]]


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (TicketPrinterState(online=True, paper=Supply.FULL), "ready"),
        (TicketPrinterState(online=True, paper=Supply.LOW), "low"),
        (TicketPrinterState(online=True), "unknown"),
        (TicketPrinterState(online=True, cover=Cover.OPEN), "cover"),
        (TicketPrinterState(online=False), "fault"),
        (TicketPrinterState(online=False, paper=Supply.OUT), "out"),
        (TicketPrinterState(), "unknown"),
    ],
)
def test_a_printer_is_ready_only_if_it_says_that_it_has_paper(state: TicketPrinterState, word: str) -> None:
    assert printer_word(Known(Presence.ONLINE, state)) == word
