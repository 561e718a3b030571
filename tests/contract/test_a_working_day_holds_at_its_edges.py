"""Working time at its boundaries: receipts on the stroke of a part, pauses that end on it, days counted backwards."""

from datetime import date, datetime

import pytest

from contract.calendar import gathered, published
from contract.catalogue import TimeLimit, Unit
from contract.worktime import Pause, Policy, Worktime

SITE = Worktime(gathered(published()))
LENIENT = Worktime(SITE.calendar, policy=Policy(receipt_day_counts=True))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("received", "unit", "due"),
    [
        ("2026-11-23T00:00", Unit.WORKING_DAY, "2026-11-24T17:30"),
        ("2026-11-22T23:59", Unit.WORKING_DAY, "2026-11-23T17:30"),
        ("2026-11-23T12:00", Unit.HALF_WORKING_DAY, "2026-11-24T12:00"),
        ("2026-11-23T11:59", Unit.HALF_WORKING_DAY, "2026-11-23T17:30"),
        ("2026-11-23T00:00", Unit.CALENDAR_DAY, "2026-11-24T17:30"),
    ],
)
def test_the_part_a_period_begins_on_does_not_count_also_on_its_first_stroke(
    received: str, unit: Unit, due: str
) -> None:
    assert SITE.due(at(received), TimeLimit(1, unit)).at == at(due)


def test_where_the_day_of_receipt_counts_it_does_while_it_is_open() -> None:
    one = TimeLimit(1, Unit.WORKING_DAY)
    assert LENIENT.due(at("2026-11-23T17:29"), one).at == at("2026-11-23T17:30")
    assert LENIENT.due(at("2026-11-23T17:30"), one).at == at("2026-11-24T17:30")


def test_what_falls_due_on_the_last_stroke_of_a_pause_falls_due_with_the_next_part() -> None:
    two = TimeLimit(2, Unit.WORKING_DAY)
    received = at("2026-11-23T10:00")
    assert SITE.due(received, two).at == at("2026-11-25T17:30")
    inside = Pause(at("2026-11-25T10:00"), at("2026-11-25T17:30"))
    before = Pause(at("2026-11-25T10:00"), at("2026-11-25T17:29"))
    assert SITE.due(received, two, [inside]).at == at("2026-11-26T17:30")
    assert SITE.due(received, two, [before]).at == at("2026-11-25T17:30")


def test_days_are_counted_forward_and_past_the_last_one_below_zero() -> None:
    monday, wednesday = date(2026, 11, 23), date(2026, 11, 25)
    assert (SITE.left(monday, wednesday), SITE.left(wednesday, monday), SITE.left(monday, monday)) == (2, -2, 0)
    assert SITE.left(date(2026, 11, 20), monday) == 1, "a weekend is none"
