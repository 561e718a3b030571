"""Whatever goes wrong while a store is opened or closed: its lock goes with it, and the thread lives on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache.caretaker import Caretaker
from offline_cache.numbers.series import Series
from offline_cache.records import StoreError, StoreFault
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.offline_cache.drafts import KEY, Clock, draft, open_store


@pytest.fixture
def thread(tmp_path: Path) -> Iterator[StoreThread]:
    path = tmp_path / "terminal.db"
    made = StoreThread(care=Caretaker(path, KEY, open_store, Clock(), print, ballast=0))
    made.ready.result(30)
    yield made
    made.stop()


def distrust(_: Store) -> None:
    raise StoreError(StoreFault.IO, "disk I/O error")


def stumble(*_: object, **__: object) -> None:
    message = "a bug"
    raise RuntimeError(message)


@pytest.mark.parametrize("where", [(Series, "close"), (Caretaker, "let_go")])
def test_a_bug_while_it_is_closed_costs_nothing_more(
    thread: StoreThread, monkeypatch: pytest.MonkeyPatch, where: tuple[type, str]
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(*where, stumble)
        with pytest.raises(StoreError, match="disk I/O error"):
            thread.do(distrust).result(30)
    assert thread.do(lambda store: store.save_case(draft("case-1"))).result(30).number


@pytest.mark.parametrize("where", [(Series, "settle"), (Store, "__init__"), (Store, "verify")])
def test_a_bug_while_it_is_opened_costs_that_job_alone(
    thread: StoreThread, monkeypatch: pytest.MonkeyPatch, where: tuple[type, str]
) -> None:
    with pytest.raises(StoreError, match="disk I/O error"):
        thread.do(distrust).result(30)
    with monkeypatch.context() as broken:
        broken.setattr(*where, stumble)
        for _ in range(2):
            with pytest.raises(RuntimeError, match="a bug"):
                thread.do(Store.counts).result(30)
    assert thread.do(lambda store: store.save_case(draft("case-1"))).result(30).number
