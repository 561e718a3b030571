"""补交材料 on the terminal: kept once with its pictures or not at all, and gone when the centre has everything."""

from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import select

from contract.scans import ScanRef
from contract.suites import INTL, suite
from contract.supplements import SupplementGiven
from offline_cache.disk.database import iso
from offline_cache.records import StoreError, StoreFault
from offline_cache.scans.book import ScanRow
from offline_cache.store import Store
from tests.offline_cache.drafts import Clock

NUMBER: Final = "6101170001202611220000178"


def given(supplement_id: str, *refs: ScanRef) -> SupplementGiven:
    return SupplementGiven(
        supplement_id, NUMBER, ("lease",), "2026-11-22T10:00:00+08:00", "zh-Hans", "ABC234", scans=refs, sealed_as="c"
    )


def scan(store: Store, content: bytes) -> ScanRef:
    name = store.scans.files.keep(content, INTL)
    return ScanRef(name, len(content), "lease", INTL)


def test_said_twice_it_is_one_record_with_its_pictures(store: Store) -> None:
    one = given("s-1", scan(store, b"sealed picture"))
    assert store.add_record(one, "s-1")
    assert not store.add_record(one, "s-1")
    assert [waiting.case_id for waiting in store.scans.waiting()] == ["s-1"]


def test_a_picture_that_is_not_on_disk_keeps_nothing(store: Store) -> None:
    gone = ScanRef(suite(INTL).digest(b"never kept").hex(), 10, "lease", INTL)
    with pytest.raises(StoreError) as found:
        store.add_record(given("s-1", gone), "s-1")
    assert found.value.fault is StoreFault.SCAN_MISSING
    assert store.unsent().records == 0
    assert store.scans.waiting() == ()


def test_its_pictures_go_when_the_centre_has_all_of_them(store: Store, clock: Clock) -> None:
    first, other = scan(store, b"one"), scan(store, b"other")
    store.add_record(given("s-1", first, other), "s-1")
    clock.now += timedelta(days=9)
    later = iso(clock())
    with store._database.unit_of_work() as session:
        assert store.scans.apart(session, later) == (), "its record has not been taken in"
    with store._database.unit_of_work() as session:
        session.connection().exec_driver_sql("DELETE FROM outbox")
        assert store.scans.apart(session, later) == (), "the centre does not hold them"
    store.scans.held(first.hash)
    with store._database.unit_of_work() as session:
        assert store.scans.apart(session, later) == (), "nor the last of them"
    store.scans.held(other.hash)
    with store._database.unit_of_work() as session:
        assert store.scans.apart(session, later) == ("s-1",)
        assert set(store.scans.forget(session, ["s-1"])) == {first.hash, other.hash}
        assert session.scalars(select(ScanRow)).all() == []


def test_a_file_whose_row_was_lost_is_named_again_by_its_record(store: Store) -> None:
    one = scan(store, b"sealed picture")
    store.add_record(given("s-1", one), "s-1")
    with store._database.unit_of_work() as session:
        session.connection().exec_driver_sql("DELETE FROM scans")
    assert store.scans.sweep() == ()
    assert [waiting.hash for waiting in store.scans.waiting()] == [one.hash]
