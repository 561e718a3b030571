"""The journal of papers that belong to no case: one serial each, one end each, reported once, voided once."""

from pathlib import Path

import msgspec
import pytest

from contract import envelope
from contract.envelope import Lane
from contract.messages import DocumentReported
from offline_cache import sheets
from offline_cache.disk.driven import driven
from offline_cache.documents import MOST_COPIES
from offline_cache.records import DocumentEnd, PrintState, StoreError, StoreFault
from offline_cache.sheets import SheetWanted, StoredSheet
from offline_cache.store import Store
from tests.offline_cache.drafts import Clock, open_store

VISIT = "visit-1"
PRINTED = DocumentEnd(PrintState.PRINTED, "counted", "", 1)
JAMMED = DocumentEnd(PrintState.FAILED, "", "document_printer.jammed", 0)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "suiban.db", Clock())


def prepared(store: Store, paper_id: str, voids: str = "") -> StoredSheet:
    found = store.sheets.prepare(SheetWanted(paper_id, VISIT, "fund", 1, voids))
    assert found is not None
    return found


def reported(store: Store) -> list[DocumentReported]:
    run = [envelope.decode(item.raw) for item in store.outbox_run(Lane.CASES, 0, 100, 1 << 20)]
    return [msgspec.json.decode(one.body, type=DocumentReported) for one in run if one.kind == "document"]


def test_a_paper_goes_from_prepared_to_sent_to_its_end_and_is_reported_once(store: Store) -> None:
    one, two = prepared(store, "p1"), prepared(store, "p2")
    assert one.serial != two.serial
    assert (len(one.code), one.copy, one.voids) == (8, 1, None)
    assert store.sheets.claim("p1", "ab" * 32, 3)
    assert not store.sheets.claim("p1", "ab" * 32, 3), "claimed once"
    store.sheets.finish("p1", PRINTED)
    store.sheets.finish("p1", JAMMED)  # the first end stands
    (told,) = reported(store)
    assert (told.case_id, told.serial, told.outcome, told.pages, told.pages_out) == (VISIT, one.serial, "printed", 3, 1)


def test_what_was_never_sent_cannot_have_been_printed(store: Store) -> None:
    prepared(store, "p1")
    with pytest.raises(StoreError) as met:
        store.sheets.finish("p1", PRINTED)
    assert met.value.fault is StoreFault.WRONG_STEP


def test_a_reprint_voids_the_one_before_and_only_what_did_not_come_out(store: Store) -> None:
    first = prepared(store, "p1")
    store.sheets.claim("p1", "ab" * 32, 1)
    assert store.sheets.prepare(SheetWanted("p2", VISIT, "fund", 1, "p1")) is None, "still under way"
    store.sheets.finish("p1", JAMMED)
    second = prepared(store, "p2", voids="p1")
    assert (second.copy, second.voids) == (2, first.serial)
    assert store.sheets.prepare(SheetWanted("p3", VISIT, "fund", 1, "p1")) is None, "voided already"
    assert store.sheets.prepare(SheetWanted("p3", "another visit", "fund", 1, "p2")) is None
    assert store.sheets.prepare(SheetWanted("p3", VISIT, "tax", 1, "p2")) is None
    assert store.sheets.prepare(SheetWanted("p2", VISIT, "fund")) is None, "one id, one paper"
    third = prepared(store, "p3", voids="p2")  # what was only prepared is given up
    assert [sheet.state.value for sheet in store.sheets.of_visit(VISIT)] == ["failed", "failed", "prepared"]
    assert third.copy == MOST_COPIES
    assert store.sheets.prepare(SheetWanted("p4", VISIT, "fund", 1, "p3")) is None, "after so many it is staff's"
    store.sheets.claim("p3", "cd" * 32, 1)
    store.sheets.finish("p3", PRINTED)
    assert [told.voids for told in reported(store)] == [None, first.serial, second.serial]


def test_what_an_earlier_process_left_open_is_settled_and_never_printed(tmp_path: Path) -> None:
    clock = Clock()
    store = open_store(tmp_path / "suiban.db", clock)
    prepared(store, "p1")
    prepared(store, "p2")
    store.sheets.claim("p2", "ab" * 32, 1)
    store.close()
    store = open_store(tmp_path / "suiban.db", clock)
    assert {sheet.paper_id: sheet.state.value for sheet in store.sheets.reconcile_at_start()} == {
        "p1": "failed",
        "p2": "uncertain",
    }
    assert not store.sheets.claim("p1", "ab" * 32, 1)
    assert store.sheets.reconcile_at_start() == ()


def test_old_papers_go_once_their_report_is_held_and_their_visit_is_over(store: Store) -> None:
    for name in ("p1", "p2"):
        prepared(store, name)
        store.sheets.claim(name, "ab" * 32, 1)
    store.sheets.finish("p1", JAMMED)

    def gone(before: str, open_visit: str = "") -> int:
        with store._database.unit_of_work() as session:
            return sheets.forget(session, before, open_visit)

    assert gone("2999") == 0, "its report waits"
    with store._database.unit_of_work() as session:
        driven(session).execute("DELETE FROM outbox")
    assert gone("2000") == 0, "too young"
    assert gone("2999", VISIT) == 0, "its visit is on the screen"
    assert gone("2999") == 1, "what is under way stays"
    assert [sheet.paper_id for sheet in store.sheets.of_visit(VISIT)] == ["p2"]
