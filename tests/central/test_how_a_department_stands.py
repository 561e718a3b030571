from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.departments.rules import (
    FAILURES,
    LONGEST_REST_SECONDS,
    Health,
    Holder,
    NameDiffers,
    Said,
    State,
    Unbelievable,
    believed,
    failed,
    masked_number,
    went_well,
)
from contract.questions import Person

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=3)
WELL = Health(State.UP, NOW)
WHO = Person("张三", "610117198001011234")


def good(**changes: object) -> Said:
    values: dict[str, object] = {"ok": True, "as_of": NOW.isoformat(), "holder": Holder(WHO.name, WHO.id_number)}
    return Said(**(values | changes))  # type: ignore[arg-type]


def test_one_failure_is_nothing_and_two_in_a_row_spare_the_next_the_wait() -> None:
    once = failed(WELL, LATER, 10.0, State.SLOW)
    assert once.state is State.UP
    assert not once.closed(10.0)
    twice = failed(once, LATER, 10.0, State.SLOW)
    assert (twice.state, twice.since) == (State.SLOW, LATER)
    assert twice.closed(10.0)
    assert not twice.closed(twice.rest_until)


def test_where_nothing_listens_it_is_down_at_once() -> None:
    assert failed(WELL, LATER, 10.0, State.DOWN, at_once=True).state is State.DOWN


def test_since_when_is_kept_while_it_lasts_and_ends_with_an_answer() -> None:
    down = failed(WELL, NOW, 0.0, State.DOWN, at_once=True)
    still = failed(down, LATER, 60.0, State.DOWN)
    assert still.since == NOW
    assert went_well(still, LATER, 0.1, 4.0) == Health(State.UP, LATER)


def test_a_slow_answer_is_an_answer_and_nobody_is_turned_away_for_it() -> None:
    slow = went_well(WELL, LATER, 5.0, 4.0)
    assert slow.state is State.SLOW
    assert not slow.closed(0.0)


@given(st.integers(FAILURES, 60))
def test_a_rest_never_grows_beyond_a_minute(times: int) -> None:
    health = WELL
    for _ in range(times):
        health = failed(health, NOW, 100.0, State.DOWN)
    assert 0 < health.rest_until - 100.0 <= LONGEST_REST_SECONDS


def test_what_can_be_right_is_believed() -> None:
    assert believed(good(), WHO, NOW) == good()
    assert believed(Said(ok=False, reason="not_found"), WHO, NOW).reason == "not_found"


@pytest.mark.parametrize(
    "said",
    [
        good(holder=None),
        good(holder=Holder(WHO.name, "610117198001011235")),
        good(as_of=""),
        good(as_of="2027-01-04T09:00:00"),
        good(as_of=(NOW + timedelta(hours=1)).isoformat()),
        good(as_of=(NOW - timedelta(days=100)).isoformat()),
        Said(ok=False, reason="ORA-00942"),
        Said(ok=False),
    ],
)
def test_what_cannot_be_right_is_not(said: Said) -> None:
    with pytest.raises(Unbelievable) as caught:
        believed(said, WHO, NOW)
    assert WHO.id_number[-5:] not in str(caught.value)


def test_another_name_is_told_apart_from_nonsense() -> None:
    with pytest.raises(NameDiffers):
        believed(good(holder=Holder("李四", WHO.id_number)), WHO, NOW)


def test_a_number_shows_its_ends_only() -> None:
    assert masked_number("610117198001011234") == "610117********1234"
    assert masked_number("H12345678") == "*******78"
