"""The engine against a reckoning so plain that it can be checked by eye: one list of days, one list of minutes."""

import os
import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract import feed
from contract.calendar import DayKind, WorkCalendar, gathered, published
from contract.catalogue import TimeLimit, Unit
from contract.compression import Compression, Side
from contract.worktime import Due, HallHours, Pause, Policy, Span, Worktime, months_later

DAY = timedelta(days=1)
CALENDAR = gathered(published())
SITE = Worktime(CALENDAR, HallHours(Span(time(9), time(12)), Span(time(13), time(17))))
OPENS, CLOSES = time(9), time(17)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def due(received: str, amount: int, unit: Unit, *pauses: tuple[str, str], site: Worktime = SITE) -> str:
    found = site.due(at(received), TimeLimit(amount, unit), [Pause(at(start), at(end)) for start, end in pauses])
    assert found.at is not None
    return found.at.isoformat(sep=" ", timespec="minutes")


# --- the plain reckoning ----------


def works(day: date) -> bool:
    return day in CALENDAR.make_up_days or (day.weekday() < 5 and day not in CALENDAR.holidays)


def parts(received: datetime, unit: Unit) -> list[tuple[datetime, datetime, datetime, datetime]]:
    """(begins, opens, closes, ends) of 500 days, or of their halves, from the receipt's day on."""
    found = []
    for number in range(500):
        day = received.date() + number * DAY
        if unit is not Unit.CALENDAR_DAY and not works(day):
            continue
        midnight, noon = datetime.combine(day, time()), datetime.combine(day, time(12))
        opens, closes = datetime.combine(day, OPENS), datetime.combine(day, CLOSES)
        if unit is Unit.HALF_WORKING_DAY:
            found += [(midnight, opens, noon, noon), (noon, noon + timedelta(hours=1), closes, midnight + DAY)]
        else:
            found.append((midnight, opens, closes, midnight + DAY))
    return found


def plain(received: datetime, amount: int, unit: Unit, pauses: Sequence[Pause]) -> datetime:
    """Cross the days off one after the other."""
    crossed = 0
    for begins, opens, closes, ends in parts(received, unit):
        of_receipt = begins <= received < ends
        if ends <= received or (of_receipt and amount):
            continue
        taken = False
        stopped = False
        for pause in pauses:
            assert pause.end is not None
            in_force_at_opening = pause.start <= opens < pause.end
            ended_here_begun_before = pause.start < begins <= pause.end < ends
            taken = taken or in_force_at_opening or ended_here_begun_before
            stopped = stopped or pause.start < closes <= pause.end
        if taken:
            continue
        crossed += 1
        if crossed >= amount and closes > received and not stopped:
            if unit is Unit.CALENDAR_DAY and not works(closes.date()):
                midnight = datetime.combine(closes.date(), time())
                return plain(midnight, 0, Unit.WORKING_DAY, pauses)
            return closes
    raise AssertionError("more than 500 days")


def plain_minutes(received: datetime, amount: int, pauses: Sequence[Pause]) -> datetime:
    """Look at every minute."""
    minute = received
    while True:
        hour = minute.time()
        at_work = works(minute.date()) and (time(9) <= hour < time(12) or time(13) <= hour < time(17))
        if at_work and not any(pause.start <= minute < pause.end for pause in pauses if pause.end):
            if amount <= 1:
                return minute + timedelta(minutes=amount)
            amount -= 1
        minute += timedelta(minutes=1)


MOMENTS = st.datetimes(at("2017-01-01"), at("2025-12-31")).map(lambda found: found.replace(second=0, microsecond=0))


@st.composite
def paused(draw: st.DrawFn, longest: timedelta = timedelta(days=20)) -> tuple[datetime, list[Pause]]:
    """A receipt and up to three pauses around the weeks after it, often on the boundaries of the day."""
    received = draw(MOMENTS)
    pauses = []
    for _ in range(draw(st.integers(0, 3))):
        day = received.date() + draw(st.integers(-2, 25)) * DAY
        clock = draw(st.sampled_from([time(), OPENS, time(10), time(12), time(13), CLOSES, time(23, 59)]))
        start = datetime.combine(day, clock)
        hours = draw(
            st.sampled_from([0, 1, 3, 5, 8, 16, 24, 48]) | st.integers(0, int(longest.total_seconds() // 3600))
        )
        pauses.append(Pause(start, start + timedelta(hours=hours)))
    return received, pauses


@settings(max_examples=1500, deadline=None)
@given(paused(), st.integers(0, 60), st.sampled_from([Unit.WORKING_DAY, Unit.HALF_WORKING_DAY, Unit.CALENDAR_DAY]))
def test_the_engine_and_the_plain_reckoning_agree(case: tuple[datetime, list[Pause]], amount: int, unit: Unit) -> None:
    received, pauses = case
    assert SITE.due(received, TimeLimit(amount, unit), pauses).at == plain(received, amount, unit, pauses)


MANY = 1_000_000 if os.environ.get("SUIBAN_FULL") else 2_000


@pytest.mark.slow
def test_random_cases_over_ten_calendar_years_agree() -> None:
    """Ten years of calendars, 2017 to 2026, by a seeded generator: a million with SUIBAN_FULL=1."""
    chance = random.Random(6)
    first = datetime(2017, 1, 1)  # noqa: DTZ001 - the hall's own time
    units = [Unit.WORKING_DAY, Unit.HALF_WORKING_DAY, Unit.CALENDAR_DAY]
    for _ in range(MANY):
        received = first + timedelta(minutes=chance.randrange(3_580 * 24 * 60))
        pauses = []
        for _ in range(chance.choice([0, 0, 0, 1, 2])):
            start = received + timedelta(minutes=chance.randrange(-2 * 1440, 20 * 1440))
            pauses.append(Pause(start, start + timedelta(minutes=chance.randrange(10 * 1440))))
        amount, unit = chance.randrange(31), chance.choice(units)
        found, wanted = SITE.due(received, TimeLimit(amount, unit), pauses).at, plain(received, amount, unit, pauses)
        assert found == wanted, (received, amount, unit, pauses)


@settings(max_examples=80, deadline=None)
@given(paused(timedelta(hours=30)), st.integers(0, 700))
def test_minutes_run_in_working_time_only(case: tuple[datetime, list[Pause]], amount: int) -> None:
    received, pauses = case
    assert SITE.due(received, TimeLimit(amount, Unit.MINUTE), pauses).at == plain_minutes(received, amount, pauses)


@given(paused(), st.integers(1, 60), st.sampled_from(list(Unit)))
def test_nothing_falls_due_before_it_came_in_a_pause_or_when_nobody_works(
    case: tuple[datetime, list[Pause]], amount: int, unit: Unit
) -> None:
    received, pauses = case
    found = SITE.due(received, TimeLimit(amount, unit), pauses).at
    assert found is not None
    assert found > received
    assert works(found.date())
    assert not any(pause.start < found < pause.end for pause in pauses if pause.end)


@given(MOMENTS, st.integers(1, 60))
def test_a_longer_limit_is_never_due_earlier(received: datetime, amount: int) -> None:
    for unit in Unit:
        one, more = (SITE.due(received, TimeLimit(count, unit)).at for count in (amount, amount + 1))
        assert one is not None
        assert more is not None
        assert one <= more


def test_the_comparison_would_notice_a_calendar_that_is_wrong() -> None:
    """Without its make-up days and holidays the engine disagrees with the plain reckoning at once."""
    bare = Worktime(WorkCalendar(CALENDAR.years), SITE.hall)
    received, limit = at("2025-09-26 10:00"), TimeLimit(5, Unit.WORKING_DAY)
    assert bare.due(received, limit).at != plain(received, 5, Unit.WORKING_DAY, [])
    assert SITE.due(received, limit).at == plain(received, 5, Unit.WORKING_DAY, [])


# --- by hand ----------


@pytest.mark.parametrize(
    ("received", "amount", "unit", "last"),
    [
        ("2026-11-23 10:00", 5, Unit.WORKING_DAY, "2026-11-30 17:00"),  # Monday: the day of receipt does not count
        ("2026-11-23 23:40", 1, Unit.WORKING_DAY, "2026-11-24 17:00"),  # the night belongs to its date
        ("2026-11-24 00:10", 1, Unit.WORKING_DAY, "2026-11-25 17:00"),
        ("2026-11-28 10:00", 1, Unit.WORKING_DAY, "2026-11-30 17:00"),  # Saturday
        ("2026-09-30 10:00", 1, Unit.WORKING_DAY, "2026-10-08 17:00"),  # behind the National Day week
        ("2026-02-13 10:00", 1, Unit.WORKING_DAY, "2026-02-14 17:00"),  # Saturday 14 February is worked (调休)
        ("2026-11-23 10:00", 1, Unit.HALF_WORKING_DAY, "2026-11-23 17:00"),  # documents: half a day
        ("2026-11-23 12:30", 1, Unit.HALF_WORKING_DAY, "2026-11-24 12:00"),  # noon's break is the afternoon's
        ("2026-11-23 15:00", 1, Unit.HALF_WORKING_DAY, "2026-11-24 12:00"),
        ("2026-11-24 02:00", 1, Unit.HALF_WORKING_DAY, "2026-11-24 17:00"),
        ("2026-11-23 16:50", 20, Unit.MINUTE, "2026-11-24 09:10"),
        ("2026-11-23 11:50", 20, Unit.MINUTE, "2026-11-23 13:10"),
        ("2026-11-23 10:00", 15, Unit.CALENDAR_DAY, "2026-12-08 17:00"),
        ("2026-09-25 10:00", 7, Unit.CALENDAR_DAY, "2026-10-08 17:00"),  # 2 October is a holiday (Civil Code 203)
        ("2026-01-31 10:00", 1, Unit.CALENDAR_MONTH, "2026-02-28 17:00"),  # worked: make-up day of Spring Festival
        ("2026-11-23 10:00", 0, Unit.WORKING_DAY, "2026-11-23 17:00"),  # zero delay
        ("2026-11-23 17:00", 0, Unit.WORKING_DAY, "2026-11-24 17:00"),
    ],
)
def test_days_that_can_be_counted_on_a_wall_calendar(received: str, amount: int, unit: Unit, last: str) -> None:
    assert due(received, amount, unit) == last


def test_what_a_pause_takes() -> None:
    days = Unit.WORKING_DAY
    monday = "2026-11-23 10:00"
    assert due(monday, 3, days, ("2026-11-24 10:00", "2026-11-25 10:00")) == "2026-11-27 17:00", "begun inside: one day"
    assert due(monday, 3, days, ("2026-11-24 10:00", "2026-11-24 15:00")) == "2026-11-26 17:00", "within a day: none"
    assert due(monday, 3, days, ("2026-11-24 08:00", "2026-11-24 15:00")) == "2026-11-27 17:00", "over the opening"
    assert due(monday, 3, days, ("2026-11-24 18:00", "2026-11-25 07:00")) == "2026-11-27 17:00", "a day of resuming"
    assert due(monday, 3, days, ("2026-11-27 18:00", "2026-11-29 20:00")) == "2026-11-26 17:00", "a weekend: none"
    # What would fall due while it is paused falls due on the first day after it that counts.
    assert due(monday, 1, days, ("2026-11-24 10:00", "2026-11-25 10:00")) == "2026-11-26 17:00"
    open_pause = [Pause(at("2026-11-24 10:00"))]
    assert SITE.due(at(monday), TimeLimit(3, days), open_pause) == Due(None, certain=True)
    with pytest.raises(ValueError, match="expected not before"):
        Pause(at("2026-11-24 10:00"), at("2026-11-24 09:00"))


def test_the_day_of_receipt_counts_where_the_place_says_so() -> None:
    counting = Worktime(CALENDAR, SITE.hall, Policy(receipt_day_counts=True))
    assert due("2026-11-23 10:00", 1, Unit.WORKING_DAY, site=counting) == "2026-11-23 17:00"
    assert due("2026-11-23 18:00", 1, Unit.WORKING_DAY, site=counting) == "2026-11-24 17:00", "but not after closing"


def test_a_year_nobody_has_arranged_yet_is_reckoned_and_said_to_be_uncertain() -> None:
    unknown = max(CALENDAR.years) + 1
    last_days = datetime(unknown - 1, 12, 30, 10)  # noqa: DTZ001
    assert SITE.due(last_days, TimeLimit(1, Unit.MINUTE)).certain
    assert not SITE.due(last_days, TimeLimit(5, Unit.WORKING_DAY)).certain
    said = feed.Calendar(unknown, (f"{unknown}-01-01",))
    told = Worktime(gathered([said], published()), SITE.hall)
    assert told.due(last_days, TimeLimit(5, Unit.WORKING_DAY)).certain


def test_what_the_centre_says_of_a_year_stands_alone() -> None:
    told = gathered([feed.Calendar(2026, ("2026-11-25",))], published())
    assert not told.works(date(2026, 11, 25))
    assert told.works(date(2026, 10, 1)), "the centre's year replaces the published one whole"
    assert told.works(date(2025, 9, 28)), "other years stay: 28 September 2025 was a make-up Sunday"
    assert not WorkCalendar().knows(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 10, 1), DayKind.HOLIDAY),
        (date(2026, 10, 3), DayKind.HOLIDAY),
        (date(2026, 10, 10), DayKind.WORKDAY),
        (date(2026, 10, 17), DayKind.WEEKEND),
        (date(2026, 10, 19), DayKind.WORKDAY),
    ],
)
def test_a_weekend_inside_a_holiday_is_holiday_also_where_only_weekdays_are_named(day: date, kind: DayKind) -> None:
    assert CALENDAR.kind(day) is kind
    assert gathered(published()).kind(day) is kind


def test_working_days_are_counted_in_halves() -> None:
    assert SITE.worked(at("2026-11-23 10:00"), at("2026-11-25 12:00")) == 2.0
    assert SITE.worked(at("2026-11-23 10:00"), at("2026-11-23 16:00")) == 0.0
    assert SITE.worked(at("2026-11-23 10:00"), at("2026-11-27 17:00"), [Pause(at("2026-11-25 08:00"))]) == 1.5


def test_warnings_come_working_days_before_the_last() -> None:
    last = at("2026-10-09 17:00")
    assert SITE.warned_at(last, 3) == at("2026-09-29 17:00"), "8 October, 30 and 29 September"
    assert SITE.warned_at(last, 3, Unit.CALENDAR_DAY) == at("2026-10-06 17:00")
    assert SITE.opening(at("2026-10-03 10:00")) == at("2026-10-08 09:00")
    assert SITE.opening(at("2026-11-23 12:30")) == at("2026-11-23 13:00")
    assert months_later(date(2028, 1, 31), 1) == date(2028, 2, 29)


def test_hours_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="expected later than `opens`"):
        Span(time(12), time(9))
    with pytest.raises(ValueError, match="begins before the morning ends"):
        HallHours(Span(time(9), time(12)), Span(time(11), time(17)))


# --- the compression table ----------


@pytest.mark.parametrize(
    ("legal", "upper", "lower"),
    [(0, 0, 0), (2, 2, 2), (3, 2, 2), (6, 5, 5), (7, 4, 6), (14, 11, 11), (15, 10, 12), (29, 24, 24), (30, 20, 25),
     (31, 21, 21), (89, 79, 79), (90, 60, 80), (91, 61, 61), (180, 150, 150)],
)  # fmt: skip
def test_a_limit_is_cut_as_the_table_says_on_both_sides_of_an_edge(legal: int, upper: int, lower: int) -> None:
    assert Compression().promised(legal) == upper
    assert Compression(Side.LOWER).promised(legal) == lower


def test_a_longer_legal_limit_may_have_a_shorter_promise() -> None:
    promised = [Compression().promised(days) for days in range(3, 200)]
    falls = [days for days, (one, more) in enumerate(pairwise(promised), 4) if more < one]
    assert falls == [7, 15, 30, 90]
    assert Compression(month_days=31).promised(30) == 25
