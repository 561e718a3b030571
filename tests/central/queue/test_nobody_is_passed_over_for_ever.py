"""Property: the order of a hall's queues against a reference that knows nothing of how it is made. Whatever comes, an
ordinary number is overtaken at most three times in a row, and everybody's turn comes within a bound.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central.queue import rules
from central.queue.rules import MOST_OVERTAKEN, Chosen, Number, Stand

BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
Choose = Callable[[Iterable[Number], Mapping[str, int], datetime], Chosen | None]
WINDOWS = (("A",), ("A", "B"), ("B", "C"), ("A", "B", "C"), ("tax",))

events = st.lists(
    st.one_of(
        st.tuples(
            st.just("take"),
            st.sampled_from("ABC"),
            st.sampled_from(["ordinary", "ordinary", "green", "booked", "tax"]),
            st.integers(-20, 20),
        ),
        st.tuples(st.just("call"), st.integers(0, len(WINDOWS) - 1), st.just(""), st.just(0)),
        st.tuples(st.just("call"), st.integers(0, len(WINDOWS) - 1), st.just(""), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 15), st.just(""), st.just(0)),
    ),
    max_size=80,
)


def number(place: int, queue: str, what: str, minutes: int, now: datetime) -> Number:
    return Number(
        case_id=f"{place:04}",
        hall="H",
        business_date="2026-03-02",
        queue=queue,
        item="tax" if what == "tax" else "other",
        number=f"{queue}{place:03}",
        count=place,
        taken_at=now + timedelta(microseconds=place),
        green="elder" if what == "green" else "",
        booked_for=now + timedelta(minutes=minutes) if what == "booked" else None,
    )


class Day:
    """Runs a day through the rules and counts, for everybody who waits, how often in a row younger ones went first."""

    def __init__(self, choose: Choose = rules.next_of) -> None:
        self.choose = choose
        self.now = BEGIN
        self.waiting: dict[str, Number] = {}
        self.since_green: dict[str, int] = {}
        self.in_a_row: dict[str, int] = {}
        self.older_at_entry: dict[str, int] = {}
        self.calls: dict[str, int] = {}
        self.called: list[Number] = []

    def take(self, queue: str, what: str, minutes: int) -> None:
        one = number(len(self.older_at_entry), queue, what, minutes, self.now)
        self.older_at_entry[one.case_id] = len(self.waiting)
        self.waiting[one.case_id] = one
        self.in_a_row[one.case_id] = self.calls[one.case_id] = 0

    def call(self, skills: tuple[str, ...]) -> None:
        pool = rules.callable_at(self.waiting.values(), "w", skills)
        chosen = self.choose(pool, self.since_green, self.now)
        assert (chosen is None) == (not pool), "shown as waiting is what can be called, and nothing else"
        if chosen is None:
            return
        picked = chosen.number
        assert picked in pool
        del self.waiting[picked.case_id]
        self.called.append(picked)
        for one in pool:
            if one.case_id != picked.case_id:
                older = rules.age(one) < rules.age(picked)
                self.in_a_row[one.case_id] = self.in_a_row[one.case_id] + 1 if older else 0
                self.calls[one.case_id] += 1
                assert self.in_a_row[one.case_id] <= MOST_OVERTAKEN, f"{one.number} is overtaken too often"
        self.since_green |= chosen.since_green
        for case_id in chosen.passed:
            one = self.waiting[case_id]
            self.waiting[case_id] = msgspec.structs.replace(one, overtaken=one.overtaken + 1)


def run(day: Day, listed: list[tuple[str, str | int, str, int]]) -> None:
    for what, where, how, minutes in listed:
        if what == "take":
            day.take(str(where), how, minutes)
        elif what == "call":
            day.call(WINDOWS[int(where)])
        else:
            day.now += timedelta(minutes=int(where))


@settings(max_examples=150, deadline=None)
@given(events)
def test_a_number_is_overtaken_at_most_three_times_in_a_row(listed: list[tuple[str, str | int, str, int]]) -> None:
    run(Day(), listed)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["green", "booked", "ordinary"]), min_size=1, max_size=12), st.integers(0, 11))
def test_everybodys_turn_comes_within_a_bound_however_many_better_ones_come(kinds: list[str], at: int) -> None:
    """Before each call one more green number and one more booking arrive: whoever waits is called all the same."""
    day = Day()
    for kind in kinds:
        day.take("A", kind, 0)
    marked = f"{at % len(kinds):04}"
    ahead = at % len(kinds)
    for turn in range((ahead + 1) * (MOST_OVERTAKEN + 1)):
        day.take("A", "green" if turn % 2 else "booked", 0)
        day.call(("A",))
        if marked not in day.waiting:
            return
    pytest.fail(f"number {marked} still waits after {(ahead + 1) * (MOST_OVERTAKEN + 1)} calls")


def test_one_green_to_three_ordinary_while_both_wait() -> None:
    day = Day()
    for _ in range(12):
        day.take("A", "ordinary", 0)
    for _ in range(4):
        day.take("A", "green", 0)
    for _ in range(12):
        day.call(("A",))
    assert "".join("g" if one.green else "o" for one in day.called) == "gooogooogooo"


def test_a_booking_in_its_time_goes_first_and_out_of_it_waits_like_everybody() -> None:
    for minutes, first in ((0, True), (10, True), (11, False), (-15, True), (-16, False)):
        day = Day()
        day.take("A", "ordinary", 0)
        day.take("A", "booked", minutes)
        day.call(("A",))
        assert (day.called[0].booked_for is not None) is first, minutes


@settings(max_examples=100, deadline=None)
@given(events)
def test_the_few_that_decide_choose_as_all_of_them_would(listed: list[tuple[str, str | int, str, int]]) -> None:
    day = Day()

    def both(pool: Iterable[Number], since: Mapping[str, int], now: datetime) -> Chosen | None:
        every = list(pool)
        chosen, few = rules.next_of(every, since, now), rules.next_of(rules.heads(every, now), since, now)
        assert (chosen and chosen.number) == (few and few.number)
        assert (chosen and chosen.passed) == (few and few.passed)
        return chosen

    day.choose = both
    run(day, listed)


def newest_first(pool: Iterable[Number], since: Mapping[str, int], now: datetime) -> Chosen | None:
    """The slip of F17: the order ends with the arrival time, descending."""
    waiting = sorted((one for one in pool if one.stand is Stand.WAITING), key=rules.age, reverse=True)
    return Chosen(waiting[0], rules.kind(waiting[0], now), dict(since)) if waiting else None


def green_always(pool: Iterable[Number], since: Mapping[str, int], now: datetime) -> Chosen | None:
    """A priority without a bound."""
    waiting = sorted(
        (one for one in pool if one.stand is Stand.WAITING), key=lambda one: (not one.green, rules.age(one))
    )
    return Chosen(waiting[0], rules.kind(waiting[0], now), dict(since)) if waiting else None


@pytest.mark.parametrize("planted", [newest_first, green_always])
def test_a_wrong_order_is_found(planted: Choose) -> None:
    day = Day(planted)
    day.take("A", "ordinary", 0)
    come_and_call: list[tuple[str, str | int, str, int]] = [("take", "A", "green", 0), ("call", 0, "", 0)] * 10
    with pytest.raises(AssertionError, match="overtaken too often"):
        run(day, come_and_call)


def test_what_is_shown_as_next_is_what_is_called_then() -> None:
    day = Day()
    for place in range(20):
        day.take("AB"[place % 2], ("ordinary", "green", "booked")[place % 3], 0)
    shown = rules.order(day.waiting.values(), {}, day.now, 20)
    for _ in range(20):
        day.call(("A", "B"))
    assert [one.case_id for one in day.called] == [one.case_id for one in shown]
