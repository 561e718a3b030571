"""The desk of documents beside the campaign: moments that random faults hardly meet, with a printer that only notes."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import pytest

from contract.catalogue import ItemKind
from devices.events import JobDone, JobFailed
from devices.model import fault
from kiosk import services
from kiosk.facts import Site
from kiosk.journey.events import TicketState
from kiosk.paper.documents import DocumentDesk
from kiosk.paper.receipt import Typeset
from kiosk.terminal.inbox import Inbox
from offline_cache.records import CaseDraft, StoreError, StoreFault
from offline_cache.store import Store
from tests.offline_cache.drafts import Clock, open_store
from tests.waiting import until

T = TypeVar("T")
SITE = Site("GL-01", {"zh-Hans": "大厅"}, {"zh-Hans": "一楼"}, "1", "2", "8:30")
ITEM = next(item for item in services.load().items if item.kind is ItemKind.FILING)
CASE = "case-1"


class NotingPrinter:
    """Notes what it was given and never answers."""

    def __init__(self) -> None:
        self.heard: Callable[[JobDone | JobFailed], None] = lambda _: None
        self.given: list[object] = []

    def submit(self, token: object, job: Callable[[Any], object], cancelled: threading.Event | None = None) -> None:
        """Take it."""
        assert callable(job)
        assert cancelled is not None
        self.given.append(token)

    def cancel(self, token: object) -> None:
        """Nothing."""


class House:
    """A desk, its store without a thread of its own, and what the screen was told."""

    def __init__(self, folder: Path) -> None:
        self.store = open_store(folder / "suiban.db", Clock())
        self.store.save_case(CaseDraft(CASE, ItemKind.FILING, ITEM.slug, 1, "x", "x", "B", "张*", "zh-Hans"))
        self.inbox, self.printer = Inbox(), NotingPrinter()
        self.jobs = 0
        self.fails: tuple[int, ...] = ()
        """Which of the store's jobs the disk does not take: 1 prepares, 2 claims, 3 finishes."""
        self.told: list[tuple[TicketState, str]] = []
        self.desk = DocumentDesk(
            self.printer,
            self,
            self.inbox,
            items={ITEM.slug: ITEM},
            site=lambda: SITE,
            changed=lambda: None,
            typeset=lambda *_: Typeset(b"%PDF", 1, "00" * 32, ()),
        )

    def do(self, job: Callable[[Store], T]) -> "Future[T]":
        """As the store's thread does, at once; the desk hears of it on the main thread, later."""
        done: Future[T] = Future()
        self.jobs += 1
        if self.jobs in self.fails:
            done.set_exception(StoreError(StoreFault.IO, "no disk"))
        else:
            done.set_result(job(self.store))
        return done

    def ask(self) -> None:
        """The citizen touches the button."""
        self.desk.print_receipt(CASE, lambda state, fault: self.told.append((state, fault)))

    def until(self, seen: Callable[[], object]) -> None:
        """Live until something is seen."""
        until(seen, "something", state=lambda: self.told, meanwhile=lambda: self.inbox.run_next(0.01))

    def journal(self) -> list[tuple[str, str]]:
        """How each paper of the case stands."""
        return [(found.serial, found.state.value) for found in self.store.documents.of_case(CASE)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.desk.stop()
    made.store.close()


def test_what_a_citizen_waits_for_is_printed(house: House) -> None:
    house.ask()
    house.until(lambda: house.printer.given)
    assert house.told == [(TicketState.PRINTING, "")]


def test_what_was_asked_for_just_before_the_visit_ended_is_never_printed(house: House) -> None:
    house.ask()
    house.desk.visit_over(CASE)
    house.until(lambda: house.told)
    assert house.told == [(TicketState.FAILED, "visit.over")]
    assert house.printer.given == []
    assert [state for _, state in house.journal()] == ["failed"]


def test_a_desk_that_has_stopped_begins_nothing(house: House) -> None:
    house.ask()
    house.desk.stop()
    house.ask()
    house.until(lambda: house.told)
    house.inbox.run_all()
    assert house.told == [(TicketState.FAILED, "visit.over")]
    assert house.printer.given == []


def test_a_second_touch_while_one_is_under_way_does_nothing(house: House) -> None:
    house.ask()
    house.ask()
    house.until(lambda: house.printer.given)
    house.ask()
    house.inbox.run_all()
    assert (house.told, len(house.printer.given)) == ([(TicketState.PRINTING, "")], 1)
    assert len(house.journal()) == 1


def test_after_a_claim_that_failed_the_next_touch_prints_a_new_paper(house: House) -> None:
    house.fails = (2,)
    house.ask()
    house.until(lambda: len(house.told) == 2)
    assert house.told == [(TicketState.PRINTING, ""), (TicketState.FAILED, "store.io")]
    house.ask()
    house.until(lambda: house.printer.given)
    assert [state for _, state in house.journal()] == ["failed", "sent"]


def test_whoever_cannot_have_another_is_told_so(house: House) -> None:
    house.fails = (3,)
    house.ask()
    house.until(lambda: house.printer.given)
    jammed = JobFailed("document_printer", house.printer.given[0], fault("device.failed"), begun=True)
    house.printer.heard(jammed)
    house.until(lambda: len(house.told) == 2)
    assert house.told[-1] == (TicketState.UNCERTAIN, "device.failed")
    house.ask()
    house.until(lambda: len(house.told) == 3)
    assert house.told[-1] == (TicketState.FAILED, "store.io")
    assert len(house.printer.given) == 1


def test_a_paper_that_was_refused_has_certainly_not_been_printed(house: House) -> None:
    house.ask()
    house.until(lambda: house.printer.given)
    house.printer.heard(JobFailed("document_printer", house.printer.given[0], fault("device.failed")))
    house.until(lambda: len(house.told) == 2)
    assert house.told[-1] == (TicketState.FAILED, "device.failed")
