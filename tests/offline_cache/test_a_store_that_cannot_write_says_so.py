"""A store is well again only where it can write and has room: on a full disk everything can still be read."""

import shutil

import pytest

from offline_cache.records import StoreError, StoreFault
from offline_cache.store import ROOM_FOR_CASES, Store
from tests.offline_cache.drafts import draft


def test_a_probe_changes_nothing_a_person_reads(store: Store) -> None:
    store.save_case(draft("case-1"))
    before = store.counts()
    store.probe()
    assert store.counts() == before


def test_a_probe_fails_on_a_full_disk_where_reading_still_works(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: real._replace(free=ROOM_FOR_CASES - 1))
    store.verify()
    with pytest.raises(StoreError) as caught:
        store.probe()
    assert caught.value.fault is StoreFault.FULL
