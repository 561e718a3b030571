"""What is not printed of the newest day is looked for once and counted on from then: it agrees with the rows always."""

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from contract.envelope import Lane
from offline_cache import lanes
from offline_cache.records import StoreError
from offline_cache.store import Store
from offline_cache.tables import ArchivedRow
from offline_cache.unprinted import Unprinted
from tests.offline_cache.drafts import Clock, draft, open_store
from tests.offline_cache.traced import traced

STEPS = 80


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """Without leases: its business date is the wall clock's."""
    with closing(open_store(tmp_path / "suiban.db", clock)) as opened:
        yield opened


def agrees(store: Store) -> bool:
    return store.pulse().unprinted == store.counts().unprinted


def looked(store: Store) -> bool:
    with traced(store) as seen:
        store.pulse()
    return any("paper_journal" in one for one in seen)


def ended(store: Store, case_id: str, outcome: str) -> None:
    claimed = store.tickets.claim(case_id)
    assert claimed is not None
    store.tickets.finish(claimed.print_id, outcome, "", "")
    store.tickets.finish(claimed.print_id, "printed", "", "")  # a repeat changes nothing


def test_after_the_first_time_nothing_is_looked_at(store: Store) -> None:
    store.save_case(draft("case-1"))
    assert looked(store)
    store.save_case(draft("case-2"))
    ended(store, "case-1", "printed")
    assert not looked(store)
    assert store.pulse().unprinted == 1


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_it_agrees_with_the_rows(store: Store, clock: Clock, seed: int) -> None:
    chance = random.Random(seed)
    waiting: list[str] = []
    assert agrees(store)
    for n in range(STEPS):
        match chance.choice(("save", "save", "again", "end", "end", "day")):
            case "save":
                store.save_case(draft(f"case-{n}"))
                waiting.append(f"case-{n}")
            case "again" if waiting:
                assert store.save_case(draft(waiting[0])).repeat
            case "end" if waiting:
                ended(store, waiting.pop(chance.randrange(len(waiting))), chance.choice(("printed", "failed")))
            case "day" if chance.random() < 0.3:
                clock.pass_time(days=1)
        assert agrees(store), n


def test_a_case_that_was_not_kept_is_not_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save_case(draft("case-1"))
    assert store.pulse().unprinted == 1
    with monkeypatch.context() as then:
        then.setattr(lanes, "_PUT", lanes._PUT.replace("INSERT INTO outbox", "INSERT INTO nowhere"))
        with pytest.raises(StoreError):
            store.save_case(draft("case-2"))
        claimed = store.tickets.claim("case-1")
        assert claimed is not None
        with pytest.raises(StoreError):
            store.tickets.finish(claimed.print_id, "printed", "", "")
    assert store.pulse().unprinted == 1
    assert agrees(store)


def test_it_looks_again_once_cases_went(store: Store, clock: Clock) -> None:
    store.save_case(draft("case-1"))
    ended(store, "case-1", "failed")
    assert store.pulse().unprinted == 1
    store.acknowledge(1, Lane.NUMBERS, 2, clock().isoformat())
    with store._database.unit_of_work() as session:
        session.merge(ArchivedRow(epoch=1, lane=Lane.NUMBERS.value, seq=2))
    clock.pass_time(days=30)
    while store.purge.step().more:
        pass
    assert store.counts().cases == 0
    assert looked(store)
    assert agrees(store)


def test_control_without_the_counting_it_does_not_agree(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Unprinted, "filed", lambda *_: None)
    assert agrees(store)
    store.save_case(draft("case-1"))
    assert not agrees(store)
