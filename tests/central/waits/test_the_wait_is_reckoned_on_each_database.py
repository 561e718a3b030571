"""Planned service times and the items' history, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.feed import store as feed
from central.items import rules as items
from central.items import store as published
from central.waits import rules, store
from central.waits.rules import Malformed, Plan
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.waiting import WaitTold, forecast
from tests.central.conftest import Running
from tests.central.services import item, publish
from tests.central.terminal_double import TerminalDouble

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_a_plan_replaces_the_one_before_and_numbers_are_counted_by_hall(running: Running) -> None:
    terminal = running.enter(TerminalDouble())
    terminal.file_case()
    terminal.file_case(ItemKind.FILING)
    running.push(terminal, Lane.NUMBERS)
    running.push(terminal, Lane.CASES)
    running.judged()
    for minutes in (8, 6):
        with running.centre.database.writing() as connection:
            store.plan(connection, Plan("长安大厅", "A", minutes, 2, "boss", NOW))
    with running.centre.database.reading() as connection:
        assert [plan.minutes for plan in store.plans(connection).values()] == [6]
        given_today = store.given(connection, running.centre.today())
    assert {place: len(times) for place, times in given_today.items()} == {("长安大厅", "A"): 1}


def test_every_version_of_an_item_stays_for_the_trend(running: Running) -> None:
    publish(running, item("residence-permit"))
    publish(running, item("residence-permit").replace(b"depth = 5", b"depth = 2"))
    with running.centre.database.writing() as connection:
        feed.sweep(connection, running.centre.clock() + timedelta(days=400))
        found = published.published(connection)
    assert [one.depth for one in (items.facts(row.body) for row in found) if one] == [5, 2]
    assert items.share(items.in_force(found)).handled == 0


@given(st.lists(st.integers(0, 3600), max_size=60), st.integers(1, 30), st.integers(1, 6))
def test_nobody_waits_who_has_not_come_and_all_are_served_at_last(
    seconds: list[int], minutes: int, windows: int
) -> None:
    came = [NOW + timedelta(seconds=one) for one in seconds]
    assert rules.waiting(came, minutes, windows, NOW + timedelta(days=3)) == 0
    assert rules.waiting(came, minutes, windows, NOW + timedelta(hours=1)) <= max(0, len(came) - windows)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"queue": "AA", "minutes": "5", "windows": "1"}, "waits.queue_wrong"),
        ({"queue": "A", "minutes": "0", "windows": "1"}, "waits.minutes_wrong"),
        ({"queue": "A", "minutes": "5", "windows": "x"}, "waits.windows_wrong"),
    ],
)
def test_a_plan_that_cannot_be_is_said(form: dict[str, str], said: str) -> None:
    with pytest.raises(Malformed, match=said):
        rules.read_plan(form, "boss", NOW)


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [(WaitTold("A", NOW.isoformat(), 0, 8.0, 4), 0, 0), (WaitTold("A", NOW.isoformat(), 12, 8.0, 4), 15, 40)],
)
def test_a_forecast_is_a_range_that_falls_as_it_ages(told: WaitTold, least: int, most: int) -> None:
    fresh = forecast(told, NOW)
    assert fresh is not None
    assert (fresh.least, fresh.most, fresh.age) == (least, most, 0)
    aged = forecast(told, NOW + timedelta(minutes=10))
    assert aged is not None
    assert aged.least <= fresh.least
    assert aged.most == fresh.most
    assert forecast(told, NOW + timedelta(minutes=31)) is None, "too old to be told"
