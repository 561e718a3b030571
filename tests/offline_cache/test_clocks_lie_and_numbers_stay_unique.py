"""Midnight, the turn of the year, a clock set back, a dead clock: no number comes twice (failures F6 and F7)."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.messages import NumberTier
from contract.numbers import Lease, NumberGiven
from offline_cache.numbers.numbering import HallTime, Uptime, business_day
from offline_cache.numbers.series import keep_lease
from offline_cache.store import Store
from tests.offline_cache.drafts import Clock, Running, draft, lease, open_store

DAYS = ("2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24")


def said(store: Store, case_id: str, queue: str = "A") -> tuple[str, str]:
    stored = store.save_case(draft(case_id, queue=queue))
    return stored.business_date, stored.number


def test_a_new_day_begins_at_001(store: Store, clock: Clock) -> None:
    clock.set("2026-11-22T23:59:59.500+08:00")
    last = store.save_case(draft("a"))
    clock.pass_time(seconds=1)
    first = store.save_case(draft("b"))
    assert (last.business_date, last.number) == ("2026-11-22", "A1-001")
    assert (first.business_date, first.number) == ("2026-11-23", "A1-001")
    assert last.case_number != first.case_number
    assert first.tier is NumberTier.LEASED


def test_the_turn_of_the_year(store: Store, clock: Clock) -> None:
    lease(store, "2026-12-31", "2027-01-01")
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
    assert said(store, "b") == ("2026-11-23", "A1-002")
    clock.set("1970-01-01T08:00:00+08:00")
    assert said(store, "c") == ("2026-11-23", "A1-003")


def test_a_clock_wildly_ahead_does_not_stick(store: Store, clock: Clock) -> None:
    store.save_case(draft("a"))
    clock.set("2031-05-05T10:00:00+08:00")
    assert said(store, "b") == ("2026-11-22", "A1-002")
    clock.set("2026-11-22T10:05:00+08:00")
    assert said(store, "c") == ("2026-11-22", "A1-003")


def test_without_any_lease_the_wall_clock_is_all_there_is(tmp_path: Path) -> None:
    """Negative control of the test above: here a wild clock would stick, so it is only used where nothing else is."""
    clock = Clock()
    store = open_store(tmp_path / "alone.db", clock)
    clock.set("2031-05-05T10:00:00+08:00")
    assert store.save_case(draft("a")).business_date == "2031-05-05"
    clock.set("2026-11-22T10:00:00+08:00")
    assert store.save_case(draft("b")).business_date == "2031-05-05"
    lease(store, "2026-11-22", "2026-11-23")
    assert said(store, "c") == ("2026-11-22", "A1-001")
    store.close()


def test_after_the_last_lease_the_day_goes_on_by_the_clock_nobody_sets(tmp_path: Path) -> None:
    clock, running = Clock("2026-11-23T22:00:00+08:00"), Running()
    store = open_store(tmp_path / "days.db", clock, uptime=running)
    lease(store, "2026-11-22", "2026-11-23")
    assert said(store, "a") == ("2026-11-23", "A1-001")
    running.seconds += 3 * 3600
    clock.set("1970-01-01T08:00:00+08:00")
    stored = store.save_case(draft("b"))
    assert (stored.business_date, stored.tier) == ("2026-11-24", NumberTier.LOCAL)
    running.seconds += 24 * 3600
    assert store.save_case(draft("c")).business_date == "2026-11-25"
    store.close()


def test_a_night_without_power_is_believed_to_the_wall_clock_a_decade_is_not(tmp_path: Path) -> None:
    clock, running = Clock("2026-11-23T18:00:00+08:00"), Running()
    path = tmp_path / "nights.db"
    store = open_store(path, clock, uptime=running)
    lease(store, "2026-11-23")
    assert said(store, "a")[0] == "2026-11-23"
    store.close()
    running.restart()
    clock.set("2026-11-24T08:00:00+08:00")
    store = open_store(path, clock, uptime=running)
    assert said(store, "b")[0] == "2026-11-24"
    store.close()
    running.restart()
    clock.set("2036-11-24T09:00:00+08:00")
    store = open_store(path, clock, uptime=running)
    assert said(store, "c")[0] == "2026-11-24"
    store.close()


def test_leases_that_arrive_set_a_lost_day_right(tmp_path: Path) -> None:
    """Off for a week with a dead clock: what the centre leases for tomorrow says that it is today."""
    clock, running = Clock("2026-11-22T18:00:00+08:00"), Running()
    path = tmp_path / "week.db"
    store = open_store(path, clock, uptime=running)
    lease(store, "2026-11-22", "2026-11-23")
    store.save_case(draft("a"))
    store.close()
    running.restart()
    clock.set("1970-01-01T00:00:00+08:00")
    store = open_store(path, clock, uptime=running)
    assert said(store, "b")[0] == "2026-11-22"
    lease(store, "2026-11-29", "2026-11-30")
    assert said(store, "c") == ("2026-11-29", "A1-001")
    store.close()


def test_the_upstreams_day_is_the_cases_day(store: Store, clock: Clock) -> None:
    clock.set("2026-11-22T10:00:00+08:00")
    given = NumberGiven("n", "2026-11-22T16:10:00Z", "A017", "2026-11-23")
    stored = store.save_case(draft("a"), given)
    assert (stored.number, stored.business_date, stored.tier) == ("A017", "2026-11-23", NumberTier.UPSTREAM)
    assert stored.case_number[10:18] == "20261123"
    assert said(store, "b") == ("2026-11-23", "A1-001")


def test_an_upstream_that_repeats_itself_is_not_followed(store: Store) -> None:
    given = NumberGiven("n", "2026-11-22T02:00:00Z", "A017", "2026-11-22")
    assert store.save_case(draft("a"), given).number == "A017"
    assert store.save_case(draft("b"), given).number == "A1-001"
    assert store.save_case(draft("a"), None).number == "A017"


@pytest.mark.parametrize(
    ("number", "day"), [("B017", "2026-11-22"), ("A1-001", "2026-11-22"), ("", "2026-11-22"), ("A017", "tomorrow")]
)
def test_what_is_no_number_of_an_upstream_is_not_used(store: Store, number: str, day: str) -> None:
    given = NumberGiven("n", "2026-11-22T02:00:00Z", number, day)
    assert store.save_case(draft("a"), given).number == "A1-001"


def test_the_hall_s_day_is_local_and_does_not_turn_at_utc_midnight(store: Store, clock: Clock) -> None:
    days = set()
    for hour in range(24):
        clock.set(f"2026-11-22T{hour:02d}:15:00+08:00")
        days.add(store.save_case(draft(f"case-{hour}")).business_date)
    assert days == {"2026-11-22"}


@pytest.mark.slow
@pytest.mark.parametrize("leasing", [True, False])
@pytest.mark.parametrize("step", [0, -2, 2])
def test_f6_a_clock_swept_over_48_hours_with_a_step_of_two_hours(tmp_path: Path, *, leasing: bool, step: int) -> None:
    """UTC midnight, local midnight and NTP: local days in order, each number once, each day the hall's own."""
    clock, running = Clock("2026-11-21T10:00:00+08:00"), Running()
    store = open_store(tmp_path / "sweep.db", clock, uptime=running)
    arrive = {0: ("2026-11-21", "2026-11-22"), 16: ("2026-11-22", "2026-11-23"), 40: ("2026-11-23", "2026-11-24")}
    found = []
    for hour in range(48):
        if leasing and hour in arrive:
            lease(store, *arrive[hour])
        found.append(store.save_case(draft(f"case-{hour}")))
        clock.pass_time(hours=1 + (step if hour == 23 else 0))
        running.seconds += 3600
    store.close()
    days = [case.business_date for case in found]
    assert days == sorted(days)
    assert set(days) == {"2026-11-21", "2026-11-22", "2026-11-23"}
    assert len({(case.business_date, case.number) for case in found}) == len(found)
    assert len({case.case_number for case in found}) == len(found)
    if step == 0:
        assert [days.count(day) for day in ("2026-11-21", "2026-11-22", "2026-11-23")] == [14, 24, 10]


def test_f7_a_reboot_half_a_second_before_midnight(tmp_path: Path) -> None:
    clock, running = Clock("2026-11-22T23:59:59.500+08:00"), Running()
    numbers = []
    for n in range(6):
        store = open_store(tmp_path / "suiban.db", clock, uptime=running)
        lease(store, "2026-11-22", "2026-11-23")
        numbers.append(said(store, f"case-{n}"))
        store.close()
        running.restart()
        clock.pass_time(seconds=0.2)
    assert numbers == [("2026-11-22", f"A1-{n:03d}") for n in (1, 2, 3)] + [
        ("2026-11-23", f"A1-{n:03d}") for n in (1, 2, 3)
    ]


def test_f7_a_power_cut_at_midnight_leaves_a_gap_and_no_repeat(tmp_path: Path) -> None:
    """Without an orderly end nobody knows how far the day had come: the reserve does."""
    clock, running = Clock("2026-11-22T23:59:59.500+08:00"), Running()
    numbers = []
    for n in range(6):
        store = open_store(tmp_path / "suiban.db", clock, uptime=running)
        lease(store, "2026-11-22", "2026-11-23")
        numbers.append(said(store, f"case-{n}"))
        store._database.close()  # as a cut does: nothing is said
        running.restart()
        clock.pass_time(seconds=0.2)
    assert len(set(numbers)) == 6
    assert [day for day, _ in numbers] == ["2026-11-22"] * 3 + ["2026-11-23"] * 3
    assert numbers[0][1] == numbers[3][1] == "A1-001", "a new day begins at 001 after a cut too"


def test_queues_count_apart(store: Store) -> None:
    numbers = [store.save_case(draft(f"case-{n}", queue=queue)).number for n, queue in enumerate("ABAAB")]
    assert numbers == ["A1-001", "B1-001", "A1-002", "A1-003", "B1-002"]


def test_two_terminals_never_say_the_same(tmp_path: Path) -> None:
    numbers = set()
    for series in ("1", "2", "X"):
        store = open_store(tmp_path / f"{series}.db", terminal=f"GL-{series}", series=series)
        numbers |= {store.save_case(draft(f"{series}-{n}")).number for n in range(3)}
        lease(store, "2026-11-22", series=series)
        numbers |= {store.save_case(draft(f"{series}-{n}")).number for n in range(3, 6)}
        store.close()
    assert len(numbers) == 18


def test_more_than_999_numbers_a_day(store: Store) -> None:
    lease(store, "2026-11-22", first=1, last=2000)
    with store._database.unit_of_work() as session:
        session.connection().exec_driver_sql("INSERT INTO series VALUES ('A', '2026-11-22', 999)")
    assert store.save_case(draft("a")).number == "A1-1000"


def test_a_lease_that_is_used_up_gives_way_to_the_terminals_own_numbers(store: Store) -> None:
    lease(store, "2026-11-22", last=2)
    numbers = [store.save_case(draft(f"case-{n}")).number for n in range(4)]
    assert numbers[:2] == ["A1-001", "A1-002"]
    assert [number[:4] for number in numbers[2:]] == ["A1-X", "A1-X"]
    assert numbers[2] != numbers[3]
    lease(store, "2026-11-22", last=10)
    assert store.save_case(draft("case-4")).number == "A1-003"


def test_a_lease_of_another_epoch_is_void(tmp_path: Path) -> None:
    store = open_store(tmp_path / "void.db", Clock())
    with store._database.unit_of_work() as session:
        keep_lease(session, Lease("2026-11-22", "A", "1", 1, 500, epoch=store.epoch + 1))
    assert store.save_case(draft("a")).tier is NumberTier.LOCAL
    store.close()


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
@settings(max_examples=10, deadline=None)
@given(
    steps=st.lists(st.integers(min_value=-36 * 60, max_value=36 * 60), min_size=1, max_size=25), leases=st.booleans()
)
def test_whatever_the_clock_does_no_number_of_a_day_and_no_case_number_comes_twice(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int], *, leases: bool
) -> None:
    clock = Clock("2026-12-31T16:30:00+08:00")
    store = open_store(tmp_path_factory.mktemp("clock") / "suiban.db", clock)
    if leases:
        lease(store, "2026-12-31", "2027-01-01")
    numbers, cases, days = set(), set(), []
    for n, minutes in enumerate(steps):
        clock.pass_time(minutes=minutes)
        stored = store.save_case(draft(f"case-{n}"))
        numbers.add((stored.business_date, stored.number))
        cases.add(stored.case_number)
        days.append(stored.business_date)
    store.close()
    assert len(numbers) == len(cases) == len(steps)
    assert days == sorted(days)


@given(
    steps=st.lists(
        st.tuples(st.integers(-100_000, 100_000), st.integers(0, 100_000), st.booleans()), min_size=1, max_size=30
    ),
    leased=st.sets(st.sampled_from(DAYS)),
)
def test_the_day_never_falls_and_never_outruns_what_could_have_passed(
    steps: list[tuple[int, int, bool]], leased: set[str]
) -> None:
    """`business_day` alone: wall clock steps, running time, restarts, in any order."""
    clock, running = Clock("2026-11-22T10:00:00+08:00"), Running()
    known: HallTime | None = HallTime(clock.now, running())
    trusted, passed, off = "2026-11-22", timedelta(0), timedelta(0)
    day = trusted
    for wall, seconds, restarts in steps:
        clock.now += timedelta(minutes=wall)
        running.seconds += seconds
        passed += timedelta(seconds=seconds)
        if restarts:
            running.restart()
            off += timedelta(days=1, seconds=5)
        found = business_day(clock(), running(), known=known, leased=leased, trusted=trusted, used="")
        assert found.business_date >= day
        furthest = max("2026-11-24", (Clock("2026-11-24T23:59:59+08:00").now + passed + off).date().isoformat())
        assert found.business_date <= furthest
        day, known = found.business_date, found.time
        trusted = max(trusted, day)


def test_a_reading_of_another_boot_counts_from_its_start() -> None:
    wall = Clock("1970-01-01T00:00:00+08:00")()
    known = HallTime(Clock("2026-11-22T23:00:00+08:00")(), Uptime("a", 5_000_000.0))
    found = business_day(wall, Uptime("b", 7200.0), known=known, leased=(), trusted="2026-11-22", used="")
    assert found.business_date == "2026-11-23"
