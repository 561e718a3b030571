"""Hours of terminal, department and windows over the calendar: open or why not, and from when (ZZ-14, JH-05, JH-06)."""

from datetime import date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.calendar import DayKind, gathered, published
from contract.hours import BOOKED_ONLY, Hours, Mode, Opening, Part, State, open_at, special_on

CALENDAR = gathered(published())
WORKDAYS, WEEKENDS, HOLIDAYS = DayKind.WORKDAY, DayKind.WEEKEND, DayKind.HOLIDAY
EVERY_DAY = (WORKDAYS, WEEKENDS, HOLIDAYS)
WINDOWS = (
    Opening("08:30", "12:00"),
    Opening("12:00", "13:30", mode=Mode.EXTENDED),
    Opening("13:30", "17:30"),
    Opening("17:30", "20:00", weekdays=(3,), mode=Mode.STAGGERED),
    Opening("09:00", "12:00", days=(WEEKENDS,), mode=Mode.ON_DUTY),
    Opening("09:00", "12:00", days=(HOLIDAYS,), mode=Mode.BOOKED),
)
NUMBER = Hours(windows=WINDOWS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def state(moment: str, hours: Hours = NUMBER, site: tuple[Opening, ...] = ()) -> State:
    return open_at(hours, CALENDAR, at(moment), site)


@pytest.mark.parametrize(
    ("moment", "mode", "until"),
    [
        ("2026-11-23 09:00", Mode.REGULAR, "2026-11-23 17:30"),  # a Monday; noon and afternoon follow on
        ("2026-11-23 12:10", Mode.EXTENDED, "2026-11-23 17:30"),  # 延时 at noon
        ("2026-11-25 18:00", Mode.STAGGERED, "2026-11-25 20:00"),  # 错时 on Wednesday evenings
        ("2026-11-28 10:00", Mode.ON_DUTY, "2026-11-28 12:00"),  # 值班 at the weekend
        ("2026-10-10 16:00", Mode.REGULAR, "2026-10-10 17:30"),  # a Saturday that is worked (调休)
    ],
)
def test_a_number_is_given_while_somebody_serves(moment: str, mode: Mode, until: str) -> None:
    assert state(moment) == State(open=True, mode=mode, until=at(until))


@pytest.mark.parametrize(
    ("moment", "key", "next_open"),
    [
        ("2026-11-23 18:00", Part.WINDOWS, "2026-11-24 08:30"),
        ("2026-11-29 13:00", Part.WINDOWS, "2026-11-30 08:30"),  # Sunday
        ("2026-10-04 10:00", BOOKED_ONLY, "2026-10-08 08:30"),  # the National Day week: who has booked
        ("2026-10-04 13:00", Part.WINDOWS, "2026-10-08 08:30"),
    ],
)
def test_when_nobody_serves_it_says_why_and_from_when(moment: str, key: str, next_open: str) -> None:
    found = state(moment)
    assert not found.open
    assert (found.key, found.next_open) == (key, at(next_open))


def test_who_comes_shortly_before_the_windows_gets_a_number_and_shortly_before_their_end_none() -> None:
    hours = Hours(windows=WINDOWS[2:3], early_minutes=30, last_minutes=20)
    assert not state("2026-11-23 12:59", hours).open
    assert state("2026-11-23 13:00", hours).open
    assert state("2026-11-23 17:09", hours).until == at("2026-11-23 17:10")
    assert not state("2026-11-23 17:10", hours).open


def test_every_part_has_its_say_and_the_first_that_is_closed_is_named() -> None:
    mall = (Opening("10:00", "22:00", days=EVERY_DAY),)
    hours = Hours(terminal=(Opening("06:00", "24:00", days=EVERY_DAY),), department=(Opening("08:00", "20:00"),))
    assert state("2026-11-23 12:00", hours, mall) == State(open=True, mode=Mode.REGULAR, until=at("2026-11-23 20:00"))
    assert state("2026-11-23 09:00", hours, mall).key == Part.SITE
    assert state("2026-11-23 05:00", hours).key == Part.TERMINAL
    assert state("2026-11-23 21:00", hours).key == Part.DEPARTMENT
    assert state("2026-11-23 21:00", hours).next_open == at("2026-11-24 08:00")


def test_what_nobody_restricts_is_open_day_and_night() -> None:
    assert state("2026-10-01 03:00", Hours()) == State(open=True, mode=Mode.ALL_DAY)
    night = Hours(terminal=(Opening("22:00", "24:00", EVERY_DAY), Opening("00:00", "06:00", EVERY_DAY)))
    assert state("2026-11-23 23:30", night).until == at("2026-11-24 06:00"), (
        "a night is one opening to who stands there"
    )
    assert not state("2026-11-23 12:00", night).open


def test_hours_that_never_come_have_no_date() -> None:
    never = Hours(windows=(Opening("09:00", "10:00", days=(WORKDAYS,), weekdays=(7,)),))
    assert state("2026-03-02 10:00", never).next_open is None


def test_the_special_hours_of_a_day_are_what_a_hall_publishes() -> None:
    assert special_on(WINDOWS, CALENDAR, date(2026, 11, 25)) == (WINDOWS[1], WINDOWS[3])
    assert special_on(WINDOWS, CALENDAR, date(2026, 11, 28)) == (WINDOWS[4],)
    assert special_on((), CALENDAR, date(2026, 11, 28)) == ()


@given(st.datetimes(at("2025-01-01"), at("2026-12-31")))
def test_open_is_open_until_it_closes_and_closed_until_it_opens(moment: datetime) -> None:
    found = open_at(NUMBER, CALENDAR, moment)
    edge = found.until if found.open else found.next_open
    assert edge is not None
    assert edge > moment
    assert open_at(NUMBER, CALENDAR, edge).open is not found.open
    before = edge - timedelta(microseconds=1)
    assert open_at(NUMBER, CALENDAR, before).open is found.open


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ({"opens": "12:00", "closes": "09:00"}, "expected later than `opens`"),
        ({"opens": "8:30", "closes": "12:00"}, "opens"),
        ({"opens": "08:30", "closes": "24:30"}, "closes"),
        ({"opens": "08:30", "closes": "12:00", "days": []}, "days"),
        ({"opens": "08:30", "closes": "12:00", "weekdays": [8]}, "weekdays"),
        ({"opens": "08:30", "closes": "12:00", "mode": "sometimes"}, "mode"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_their_place(bad: dict[str, object], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        msgspec.convert(bad, Opening)
