"""Between visits, and only then, the day is closed and what is archived goes, one bounded step at a time."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contract.envelope import Lane
from kiosk.terminal.housekeeping import AGAIN_SECONDS, EVERY_SECONDS, Housekeeping
from kiosk.terminal.inbox import Inbox
from offline_cache.records import StoreError, StoreFault
from offline_cache.retention.purge import Gone, Purge
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.offline_cache.drafts import Clock, draft, open_store
from tests.waiting import until


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[StoreThread]:
    thread = StoreThread(lambda: open_store(tmp_path / "suiban.db", clock))
    yield thread
    thread.stop()


def run_until(inbox: Inbox, condition: Callable[[], bool]) -> None:
    until(condition, "something", meanwhile=lambda: inbox.run_next(0.05))


def test_the_day_is_closed_at_the_first_idle_moment_of_the_next(store: StoreThread, clock: Clock) -> None:
    inbox, woken, open_cases = Inbox(), [], ["case-1"]
    house = Housekeeping(
        store,
        inbox,
        idle=lambda: not open_cases,
        wake=lambda: woken.append(1),
        failed=lambda error: pytest.fail(str(error)),
    )
    store.do(lambda kept: (kept.days.close_if_over(), kept.save_case(draft("case-1")))).result()
    clock.pass_time(days=1)
    house.tick(100.0)
    assert store.do(lambda kept: kept.lane_states()).result()[3].highest == 0
    open_cases.clear()
    house.tick(100.5)
    run_until(inbox, lambda: bool(woken))
    states = {state.lane: state.highest for state in store.do(Store.lane_states).result()}
    assert states[Lane.TELEMETRY] == 1
    house.tick(100.5 + EVERY_SECONDS)
    store.do(Store.lane_states).result()
    inbox.run_all()
    assert woken == [1]


def test_what_is_left_is_gone_on_with_soon_and_a_failure_is_told(
    store: StoreThread, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps: list[Gone | StoreError] = [
        Gone(500, 3, 1, more=True),
        Gone(0, 0, 0, more=False),
        StoreError(StoreFault.FULL, "no room"),
    ]

    def step(_: Purge, open_case: str = "") -> Gone:
        assert not open_case
        found = steps.pop(0)
        if isinstance(found, StoreError):
            raise found
        return found

    monkeypatch.setattr(Purge, "step", step)
    inbox, woken = Inbox(), []
    failures: list[BaseException] = []
    house = Housekeeping(store, inbox, idle=lambda: True, wake=lambda: woken.append(1), failed=failures.append)
    house.tick(0.0)
    house.tick(0.1)
    run_until(inbox, lambda: bool(woken))
    assert '"records": 500' in capsys.readouterr().err
    house.tick(AGAIN_SECONDS)
    run_until(inbox, lambda: len(steps) == 1)
    store.do(Store.lane_states).result()
    inbox.run_all()
    house.tick(AGAIN_SECONDS + 1)
    assert len(steps) == 1
    house.tick(AGAIN_SECONDS + EVERY_SECONDS)
    run_until(inbox, lambda: bool(failures))
