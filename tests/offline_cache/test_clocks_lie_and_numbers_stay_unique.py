"""Midnight, the turn of the year, a clock set back, a dead clock: no number comes twice (failures F6 and F7)."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_cache.store import Store
from tests.offline_cache.drafts import Clock, draft, open_store


def test_a_new_day_begins_at_001(store: Store, clock: Clock) -> None:
    clock.set("2026-11-22T23:59:59.500+08:00")
    last = store.save_case(draft("a"))
    clock.pass_time(seconds=1)
    first = store.save_case(draft("b"))
    assert (last.business_date, last.number) == ("2026-11-22", "A1-001")
    assert (first.business_date, first.number) == ("2026-11-23", "A1-001")
    assert last.case_number != first.case_number


def test_the_turn_of_the_year(store: Store, clock: Clock) -> None:
    clock.set("2026-12-31T23:59:59+08:00")
    store.save_case(draft("a"))
    clock.pass_time(seconds=2)
    stored = store.save_case(draft("b"))
    assert (stored.business_date, stored.number) == ("2027-01-01", "A1-001")
    assert stored.case_number[10:18] == "20270101"


def test_a_clock_set_back_goes_on_with_the_later_day(store: Store, clock: Clock) -> None:
    clock.set("2026-11-23T00:30:00+08:00")
    store.save_case(draft("a"))
    clock.pass_time(hours=-2)
    stored = store.save_case(draft("b"))
    assert (stored.business_date, stored.number) == ("2026-11-23", "A1-002")
    clock.set("1970-01-01T08:00:00+08:00")
    assert store.save_case(draft("c")).number == "A1-003"


def test_the_hall_s_day_is_local_and_does_not_turn_at_utc_midnight(store: Store, clock: Clock) -> None:
    days = set()
    for hour in range(24):
        clock.set(f"2026-11-22T{hour:02d}:15:00+08:00")
        days.add(store.save_case(draft(f"case-{hour}")).business_date)
    assert days == {"2026-11-22"}


def test_a_restart_at_midnight_goes_on_counting(tmp_path: Path) -> None:
    clock = Clock("2026-11-22T23:59:59.500+08:00")
    numbers = []
    for n in range(6):
        store = open_store(tmp_path / "suiban.db", clock)
        stored = store.save_case(draft(f"case-{n}"))
        numbers.append((stored.business_date, stored.number))
        store.close()
        clock.pass_time(seconds=0.2)
    assert numbers == [("2026-11-22", f"A1-{n:03d}") for n in (1, 2, 3)] + [
        ("2026-11-23", f"A1-{n:03d}") for n in (1, 2, 3)
    ]


def test_queues_count_apart(store: Store) -> None:
    numbers = [store.save_case(draft(f"case-{n}", queue=queue)).number for n, queue in enumerate("ABAAB")]
    assert numbers == ["A1-001", "B1-001", "A1-002", "A1-003", "B1-002"]


def test_two_terminals_never_say_the_same(tmp_path: Path) -> None:
    said = set()
    for series in ("1", "2", "X"):
        store = open_store(tmp_path / f"{series}.db", terminal=f"GL-{series}", series=series)
        said |= {store.save_case(draft(f"{series}-{n}")).number for n in range(3)}
        store.close()
    assert len(said) == 9


def test_more_than_999_numbers_a_day(store: Store) -> None:
    with store._database.unit_of_work() as session:
        session.connection().exec_driver_sql("INSERT INTO series VALUES ('A', '2026-11-22', 999)")
    assert store.save_case(draft("a")).number == "A1-1000"


def test_a_clock_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="offset"):
        open_store(tmp_path / "suiban.db", Clock("2026-11-22T10:00:00"))


@pytest.mark.parametrize(("queue", "series"), [("a", "1"), ("AB", "1"), ("", "1")])
def test_a_queue_is_one_letter(store: Store, queue: str, series: str) -> None:
    with pytest.raises(ValueError, match="queue"):
        store.save_case(draft("a", queue=queue))
    assert store.counts().cases == 0
    assert store.save_case(draft("b")).number == f"A{series}-001"


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(steps=st.lists(st.integers(min_value=-36 * 60, max_value=36 * 60), min_size=1, max_size=25))
def test_whatever_the_clock_does_no_number_of_a_day_and_no_case_number_comes_twice(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    clock = Clock("2026-12-31T16:30:00+08:00")
    store = open_store(tmp_path_factory.mktemp("clock") / "suiban.db", clock)
    said, cases, days = set(), set(), []
    for n, minutes in enumerate(steps):
        clock.pass_time(minutes=minutes)
        stored = store.save_case(draft(f"case-{n}"))
        said.add((stored.business_date, stored.number))
        cases.add(stored.case_number)
        days.append(stored.business_date)
    store.close()
    assert len(said) == len(cases) == len(steps)
    assert days == sorted(days)
