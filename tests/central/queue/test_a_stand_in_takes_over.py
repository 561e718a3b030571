"""AB岗: whoever has the post is away, and another window serves for it by itself; whoever comes back serves again."""

from datetime import UTC, datetime, timedelta

import pytest

from central.queue import posts, store
from central.queue.calling import store as calling
from central.queue.posts import BREAK, OFF, ON, Post, Sign
from central.queue.rules import Number
from central.queue.upkeep import stand_in
from central.queue.windows import store as windows
from tests.central.conftest import Running
from tests.central.queue.hall import HALL, act, call, open_window, take, today
from tests.central.terminal_double import TerminalDouble


def sit(running: Running, window: str, state: str, who: str = "") -> None:
    with running.centre.database.writing() as connection:
        mine = Sign(window, who or f"员工{window[1:]}", state, running.clock())
        assert windows.sign(connection, mine) is None
    stand_in(running.centre)


def post(running: Running, window: str, other: str, starts: str = "00:00") -> None:
    made = Post(f"p{window}", window, 0, starts, "23:59", "员工A", "员工B", other, "boss", running.clock())
    with running.centre.database.writing() as connection:
        windows.add_post(connection, made)


def covered(running: Running, *ids: str) -> dict[str, str]:
    with running.centre.database.reading() as connection:
        return {one.window_id: one.stand_in_window for one in windows.covers(connection, ids)}


def test_an_absence_moves_the_waiting_numbers_and_coming_back_ends_it(
    running: Running, terminal: TerminalDouble
) -> None:
    three, five = open_window(running, "3", ("C",)), open_window(running, "5", ("A",))
    post(running, three, five)
    cases = [take(running, terminal, queue="C") for _ in range(3)]
    first = call(running, three)
    assert isinstance(first, Number)
    act(running, calling.transfer, first.case_id, three, "D", "")
    assert not isinstance(call(running, five), Number), "not its queue"
    sit(running, three, BREAK)
    assert covered(running, three) == {three: five}
    moved = call(running, five)
    assert isinstance(moved, Number)
    assert moved.case_id == cases[1].case_id
    sit(running, three, ON)
    assert covered(running, three) == {}
    act(running, calling.finish, moved.case_id, five)
    assert not isinstance(call(running, five), Number)
    back = call(running, three)
    assert isinstance(back, Number)
    assert back.case_id == cases[2].case_id


def test_a_number_kept_for_the_empty_window_goes_along_and_its_trail_says_so(
    running: Running, terminal: TerminalDouble
) -> None:
    one, three, five = (
        open_window(running, code, skills) for code, skills in (("1", ("A",)), ("3", ("C",)), ("5", ("B",)))
    )
    post(running, three, five)
    case = take(running, terminal)
    assert isinstance(call(running, one), Number)
    act(running, calling.transfer, case.case_id, one, "", three)
    sit(running, three, OFF)
    with running.centre.database.reading() as connection:
        assert [line.did.value for line in store.trail(connection, case.case_id)] == ["called", "transferred", "moved"]
        assert store.stand_of(connection, case.case_id, running.clock()).window == "5"  # type: ignore[union-attr]
    assert isinstance(call(running, five), Number)


def test_without_anybody_to_stand_in_a_kept_number_is_everybodys_again(
    running: Running, terminal: TerminalDouble
) -> None:
    one, three = open_window(running, "1", ("A",)), open_window(running, "3", ("C",))
    case = take(running, terminal)
    assert isinstance(call(running, one), Number)
    act(running, calling.transfer, case.case_id, one, "", three)
    sit(running, three, OFF)
    again = call(running, one)
    assert isinstance(again, Number), "what is shown as waiting can be called by somebody"
    with running.centre.database.reading() as connection:
        assert store.waiting(connection, HALL, today(running)) == {}


@pytest.mark.parametrize(
    ("minutes", "away"),
    [(posts.LATE_AFTER - timedelta(minutes=1), False), (posts.LATE_AFTER + timedelta(minutes=1), True)],
)
def test_whoever_is_late_for_the_post_is_given_a_few_minutes(minutes: timedelta, away: bool) -> None:
    begins = datetime(2026, 3, 2, 9, tzinfo=UTC)
    one = Post("p", "w3", 1, "09:00", "17:00", "甲", "乙", "w5", "boss", begins)
    signs = {"w5": Sign("w5", "乙", ON, begins)}
    assert bool(posts.wanted_covers([one], signs, (), begins + minutes, UTC)) is away


def test_one_person_sits_at_one_window_and_a_window_has_one_person(running: Running) -> None:
    three, five = open_window(running, "3"), open_window(running, "5")
    with running.centre.database.writing() as connection:
        other = windows.sign(connection, Sign(three, "员工5", ON, running.clock()))
        assert other is not None
        assert other.who == "员工3"
        windows.sign(connection, Sign(three, "员工3", OFF, running.clock()))
        elsewhere = windows.sign(connection, Sign(three, "员工5", ON, running.clock()))
        assert elsewhere is not None
        assert elsewhere.window_id == five
