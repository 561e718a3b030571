"""The figures of standards.md 8 written out, and what each of them does at its very edge. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from central.queue import acts, rules
from central.queue.acts import Refusal
from central.queue.rules import Kind, Number, Stand

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def number(place: int, **changes: object) -> Number:
    one = Number(
        case_id=f"c{place}", hall="H", business_date="2026-03-02", queue="A", item="x", number=f"A{place:03}",
        count=place, taken_at=NOON + timedelta(minutes=place),
    )  # fmt: skip
    return msgspec.structs.replace(one, **changes)


def test_the_figures_are_those_of_the_standard() -> None:
    assert (rules.ORDINARY_PER_GREEN, rules.MOST_OVERTAKEN, rules.BEHIND) == (3, 3, 3)
    assert (timedelta(minutes=10), timedelta(minutes=15)) == (rules.BOOKED_EARLY, rules.BOOKED_LATE)
    assert (3, timedelta(seconds=20)) == (acts.MOST_CALLS, acts.BETWEEN_CALLS)
    assert timedelta(minutes=30) == acts.REVIVED_WITHIN
    assert {Stand.DONE, Stand.VOID, Stand.CANCELLED, Stand.UNPRINTED} == rules.ENDS


@pytest.mark.parametrize(
    ("minutes", "kind"),
    [(-10.1, Kind.ORDINARY), (-10, Kind.BOOKED), (0, Kind.BOOKED), (15, Kind.BOOKED), (15.1, Kind.ORDINARY)],
)
def test_a_booking_counts_from_ten_minutes_before_to_fifteen_after_its_time(minutes: float, kind: Kind) -> None:
    assert rules.kind(number(1, booked_for=NOON), NOON + timedelta(minutes=minutes)) is kind


def test_of_two_bookings_for_two_items_the_earlier_one_goes_first_whoever_came_first() -> None:
    later, sooner = number(1, booked_for=NOON + timedelta(minutes=5)), number(2, booked_for=NOON, item="y")
    chosen = rules.next_of([later, sooner], {}, NOON)
    assert chosen is not None
    assert chosen.number == sooner
    assert chosen.passed == (later.case_id,)


def test_a_number_that_came_back_waits_for_three_others_and_no_longer_than_there_are_others() -> None:
    back = number(0, behind=3, revived=True)
    others = [number(place) for place in range(1, 6)]
    assert [one.case_id for one in rules.order([back, *others], {}, NOON, 9)] == ["c1", "c2", "c3", "c0", "c4", "c5"]
    assert [one.case_id for one in rules.order([back, others[0]], {}, NOON, 9)] == ["c1", "c0"]
    first = rules.next_of([back, *others], {}, NOON)
    assert first is not None
    assert (first.number.case_id, first.nearer, first.passed) == ("c1", ("c0",), ())
    alone = rules.next_of([back], {}, NOON)
    assert alone is not None
    assert (alone.number, alone.nearer) == (back, ())


def test_a_number_kept_for_one_window_is_called_by_no_other_that_serves_its_queue() -> None:
    kept = number(1, wanted_window="w2")
    assert rules.callable_at([kept], "w1", ["A"]) == []
    assert rules.callable_at([kept], "w2", ["Z"]) == [kept]
    assert acts.call(kept, "w1", NOON) is Refusal.ELSEWHERE


def test_three_calls_twenty_seconds_apart_and_a_clock_set_back_stops_none() -> None:
    one = acts.call(number(1), "w1", NOON)
    assert isinstance(one, Number)
    assert acts.call(one, "w1", NOON + timedelta(seconds=19.9)) is Refusal.TOO_SOON
    two = acts.call(one, "w1", NOON - timedelta(hours=1))
    assert isinstance(two, Number)
    three = acts.call(two, "w1", NOON + timedelta(seconds=20))
    assert isinstance(three, Number)
    assert (three.calls, acts.call(three, "w1", NOON + timedelta(hours=1))) == (3, Refusal.TOO_OFTEN)


def test_a_passed_number_comes_back_once_within_half_an_hour() -> None:
    passed = number(1, stand=Stand.PASSED, passed_at=NOON)
    back = acts.revive(passed, NOON + timedelta(minutes=30))
    assert isinstance(back, Number)
    assert (back.behind, back.calls, back.revived) == (3, 0, True)
    assert acts.revive(passed, NOON + timedelta(minutes=30, seconds=1)) is Refusal.TOO_LATE
    again = msgspec.structs.replace(back, stand=Stand.PASSED, passed_at=NOON)
    assert acts.revive(again, NOON) is Refusal.ONCE_ONLY
    assert acts.lapse(again, NOON).stand is Stand.VOID
    assert acts.lapse(passed, NOON + timedelta(minutes=30)).stand is Stand.PASSED
    assert acts.lapse(passed, NOON + timedelta(minutes=31)).stand is Stand.VOID


@pytest.mark.parametrize(
    ("stand", "printed", "end"),
    [
        (Stand.WAITING, True, Stand.VOID),
        (Stand.WAITING, False, Stand.UNPRINTED),
        (Stand.CALLED, False, Stand.UNPRINTED),
        (Stand.PASSED, True, Stand.VOID),
        (Stand.SERVING, False, Stand.DONE),
        (Stand.PARKED, True, Stand.DONE),
        (Stand.CANCELLED, False, Stand.CANCELLED),
    ],
)
def test_at_the_end_of_a_day_every_number_is_at_an_end(stand: Stand, end: Stand, *, printed: bool) -> None:
    assert acts.close(number(1, stand=stand), NOON, printed=printed).stand is end


def test_a_day_ends_at_three_at_night_in_the_hall_or_at_its_hour() -> None:
    def over(text: str, closes: time | None = None) -> bool:
        return acts.is_over("2026-12-31", datetime.fromisoformat(text), ZONE, closes)

    assert not over("2026-12-31T16:30:00+00:00"), "past midnight in the hall, and not yet three"
    assert not over("2027-01-01T02:59:59+08:00")
    assert over("2027-01-01T03:00:00+08:00")
    assert (over("2026-12-31T17:59:00+08:00", time(18)), over("2026-12-31T10:00:00+00:00", time(18))) == (False, True)
    assert acts.is_over("gestern", NOON, ZONE, None)
    assert not acts.is_over(date(2027, 1, 1).isoformat(), datetime(2026, 12, 31, 20, tzinfo=UTC), ZONE, None)


def test_a_green_number_starts_the_count_anew() -> None:
    green, plain = number(9, green="elder"), [number(place) for place in range(4)]
    chosen = rules.next_of([*plain, green], {"A": 3}, NOON)
    assert chosen is not None
    assert (chosen.number, chosen.since_green) == (green, {"A": 0})
    after = rules.next_of([*plain, green], {"A": 2}, NOON)
    assert after is not None
    assert (after.number, after.since_green) == (plain[0], {"A": 3})
