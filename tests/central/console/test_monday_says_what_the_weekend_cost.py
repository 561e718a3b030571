"""Monday's digest: what failed by citizens, a route to refill, windows from load; made by itself, once."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from central.digests import rules, upkeep
from central.digests.rules import Stop
from central.matters.rules import Matter
from contract.envelope import Lane
from tests.central.conftest import Running
from tests.central.terminal_double import TerminalDouble, a_printer

HALL = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 5, 11)
BEGIN, END = rules.weekend(MONDAY, HALL)


def matter(terminal: str, hours: float, kind: str = "offline") -> Matter:
    at = datetime(2026, 5, 9, 10, 0, tzinfo=HALL)
    over = at + timedelta(hours=hours)
    return Matter("m", kind, terminal, terminal, "H", "act", False, "", at, at, at, shown_at=at, closed_at=over)


def test_failures_come_by_citizens_affected_then_by_who_would_have_come() -> None:
    usual = [
        datetime(2026, 5, 9, 10, minute, tzinfo=HALL) - timedelta(weeks=week) for minute in (5, 50) for week in (1, 2)
    ]
    quiet = rules.failure(matter("A", 3), BEGIN, END, [], 0)
    busy = rules.failure(matter("B", 1), BEGIN, END, usual, 0)
    felt = rules.failure(matter("C", 1), BEGIN, END, [], 2)
    assert (busy.minutes, busy.expected) == (60, 1.0)
    assert [one.terminal for one in rules.by_citizens([quiet, busy, felt])] == ["C", "B", "A"]


def test_who_came_outside_the_hours_of_the_failure_is_not_counted() -> None:
    later = [datetime(2026, 5, 2, 11, 30, tzinfo=HALL)]
    assert rules.failure(matter("A", 1), BEGIN, END, later, 0).expected == 0


def test_the_route_goes_to_the_nearest_that_is_left() -> None:
    places = {"far": (109.2, 34.1), "near": (108.95, 34.1), "middle": (109.05, 34.1)}
    stops = [Stop(hall[0], hall, 10, "") for hall in ("far", "near", "middle", "nowhere")]
    found = rules.route(stops, places, (108.9, 34.1))
    assert [one.hall for one in found] == ["near", "middle", "far", "nowhere"]
    assert found[0].km is not None
    assert 4 < found[0].km < 5
    assert found[3].km is None


def test_windows_follow_the_load_and_never_run_full() -> None:
    came = [datetime(2026, 5, 4, 9, minute, tzinfo=HALL) for minute in range(12)]
    found = rules.windows({("H", "A"): came}, {("H", "A"): 10.0}, 1, HALL)
    assert [(one.at, one.arrivals, one.windows) for one in found] == [("09:00", 12.0, 5)]


def test_it_is_made_by_itself_once_and_shown(running: Running) -> None:
    monday = _next_monday()
    running.clock.ahead = monday - datetime.now(UTC)
    terminal = running.enter(TerminalDouble())
    low = msgspec.structs.replace(a_printer("low"), left={"tickets": 1})
    running.send(terminal, terminal.heartbeat(devices=(low,)))
    for _ in range(3):
        terminal.file_ticket(terminal.file_case())
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    with running.centre.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM digests")  # the centre's own chore may have made one a moment ago
    upkeep.look(running.centre)
    assert not upkeep.look(running.centre)
    day = monday.astimezone(HALL).date().isoformat()
    assert running.query("SELECT day FROM digests") == [(day,)]
    running.log_in()
    page = running.client.get(f"/digests?day={day}").text
    assert day in page
    assert "GL-01" in page
    assert "剩约 1 张" in page
    assert running.client.get(f"/digests.xlsx?day={day}").content.startswith(b"PK")


def _next_monday() -> datetime:
    """At seven in the hall."""
    now = datetime.now(HALL)
    day = now.date() + timedelta(days=7 - now.weekday())
    return datetime(day.year, day.month, day.day, 7, 0, tzinfo=HALL)
