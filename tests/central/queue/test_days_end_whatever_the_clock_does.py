"""Every number of a day comes to an end: over 48 hours with midnight of UTC and of the hall, over a year's end, with
steps of the clock, with a machine that was off at midnight; done again it changes nothing.
"""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from central.database import Database
from central.queue import acts, store
from central.queue.day import store as days
from central.queue.rows import store as rows
from central.queue.rules import ENDS, Number, Stand
from central.queue.tables import queue_numbers
from tests.central.conftest import embedded_model
from tests.central.queue.hall import HALL

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    path = tmp_path / "central.db"
    path.write_bytes(embedded_model())
    return Database(f"sqlite:///{path}")


def local_day(now: datetime) -> str:
    return now.astimezone(ZONE).date().isoformat()


def enter(database: Database, at: datetime, stand: Stand = Stand.WAITING) -> str:
    case_id = f"n{at.timestamp()}{stand}"
    one = Number(
        case_id=case_id, hall=HALL, business_date=local_day(at), queue="A", item="x", number="A1", taken_at=at,
        stand=stand, window=case_id if stand in {Stand.CALLED, Stand.SERVING, Stand.PARKED} else "", passed_at=at,
    )  # fmt: skip
    with database.writing() as connection:
        connection.execute(queue_numbers.insert().values(rows.row_of(one) | {"entered_at": at, "changed_at": at}))
    return case_id


def close(database: Database, now: datetime, closes: time | None = None) -> int:
    with database.writing() as connection:
        return days.close_over(connection, now, ZONE, closes)


def stands(database: Database) -> dict[str, Stand]:
    with database.reading() as connection:
        found = connection.execute(queue_numbers.select()).mappings()
        return {row["case_id"]: Stand(row["stand"]) for row in found}


@pytest.mark.parametrize("begin", [datetime(2026, 3, 2, 10, tzinfo=UTC), datetime(2026, 12, 31, 10, tzinfo=UTC)])
def test_swept_over_two_days_a_number_ends_with_its_own_day_and_not_before(database: Database, begin: datetime) -> None:
    """Half an hour at a time, across 16:00 UTC (the hall's midnight), midnight UTC and New Year."""
    taken: dict[str, datetime] = {}
    for step in range(2 * 48):
        now = begin + timedelta(minutes=30 * step)
        taken[enter(database, now)] = now
        close(database, now)
        for case_id, stand in stands(database).items():
            day = datetime.fromisoformat(local_day(taken[case_id])).replace(tzinfo=ZONE)
            over = now >= day + timedelta(days=1) + acts.AFTER_MIDNIGHT
            assert (stand in ENDS) is over, (case_id, stand, now)
        with database.reading() as connection:
            today = store.waiting(connection, HALL, local_day(now))
        assert all(one.business_date == local_day(now) for line in today.values() for one in line)


@pytest.mark.parametrize("step", [timedelta(hours=2), timedelta(hours=-2)])
def test_a_step_of_the_clock_ends_nobodys_turn(database: Database, step: timedelta) -> None:
    at = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)  # 22:30 in the hall
    mine = enter(database, at)
    close(database, at + step)
    assert stands(database)[mine] is Stand.WAITING
    close(database, at)
    assert stands(database)[mine] is Stand.WAITING


def test_whoever_was_served_is_done_and_the_rest_is_void(database: Database) -> None:
    at = datetime(2026, 3, 2, 6, tzinfo=UTC)
    mine = {stand: enter(database, at, stand) for stand in Stand}
    assert close(database, at + timedelta(days=3)) == len(Stand) - len(ENDS)
    found = stands(database)
    served = {Stand.SERVING, Stand.PARKED, Stand.DONE}
    for stand, case_id in mine.items():
        kept = stand if stand in ENDS else Stand.DONE if stand in served else Stand.VOID
        assert found[case_id] is kept, stand


def test_a_machine_that_was_off_at_midnight_makes_up_for_it_once(database: Database) -> None:
    before = datetime(2026, 3, 2, 15, 59, 59, 500_000, tzinfo=UTC)  # 23:59:59.5 in the hall
    mine = enter(database, before)
    assert close(database, before) == 0
    later = before + timedelta(days=9)
    assert [close(database, later), close(database, later)] == [1, 0]
    with database.reading() as connection:
        assert [(one.did, one.detail) for one in store.trail(connection, mine)] == [(acts.Did.CLOSED, "void")]


def test_a_hall_may_close_its_day_at_an_hour_of_its_own(database: Database) -> None:
    at = datetime(2026, 3, 2, 8, 59, tzinfo=UTC)  # 16:59
    mine = enter(database, at)
    assert close(database, at, time(17)) == 0
    assert close(database, at + timedelta(minutes=1), time(17)) == 1
    assert stands(database)[mine] is Stand.VOID


@pytest.mark.parametrize("day", ["", "2026-02-30", "tomorrow"])
def test_a_day_that_is_none_keeps_nothing_open(day: str) -> None:
    assert acts.is_over(day, datetime.now(UTC), ZONE, None)
