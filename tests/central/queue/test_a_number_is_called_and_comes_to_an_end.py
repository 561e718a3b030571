"""Numbers come into the queue by themselves; a window calls, serves, parks, moves and finishes them; each act once."""

from datetime import timedelta

from central.appointments.tables import bookings
from central.queue import rules, store
from central.queue.acts import Did, Refusal
from central.queue.calling import store as calling
from central.queue.day import store as days
from central.queue.rows import store as rows
from central.queue.rules import Number, Stand
from tests.central.conftest import Running
from tests.central.queue.hall import HALL, act, asked, call, minutes_ago, open_window, take, today
from tests.central.terminal_double import TerminalDouble


def waiting(running: Running) -> list[str]:
    with running.centre.database.reading() as connection:
        return [one.number for line in store.waiting(connection, HALL, today(running)).values() for one in line]


def stand(running: Running, case_id: str) -> Stand:
    with running.centre.database.reading() as connection:
        found = rows.find(connection, case_id)
        assert found is not None
        return found.stand


def called(running: Running, window: str) -> str:
    one = call(running, window)
    assert isinstance(one, Number), one
    return one.case_id


def test_numbers_of_every_tier_wait_in_one_queue_by_the_time_they_were_taken(
    running: Running, terminal: TerminalDouble
) -> None:
    take(running, terminal, number="A1-002", filed_at=minutes_ago(5))
    take(running, terminal, number="A1-X1", tier="local", filed_at=minutes_ago(20))
    take(running, terminal, number="A1-001", filed_at=minutes_ago(10))
    assert waiting(running) == ["A1-X1", "A1-001", "A1-002"]
    window = open_window(running, "5")
    assert [called(running, window) and act(running, calling.finish, called_id(running, window), window) for _ in "12"]
    assert waiting(running) == ["A1-002"]


def called_id(running: Running, window: str) -> str:
    with running.centre.database.reading() as connection:
        found = rows.before_of(connection, window)
        assert found is not None
        return found.case_id


def test_a_whole_way_from_the_call_to_the_end(running: Running, terminal: TerminalDouble) -> None:
    case = take(running, terminal)
    window = open_window(running, "3")
    assert called(running, window) == case.case_id
    assert act(running, calling.recall, case.case_id, window) is Refusal.TOO_SOON
    running.clock.forward(seconds=21)
    assert isinstance(act(running, calling.recall, case.case_id, window), Number)
    running.clock.forward(seconds=21)
    assert isinstance(act(running, calling.recall, case.case_id, window), Number)
    running.clock.forward(seconds=21)
    assert act(running, calling.recall, case.case_id, window) is Refusal.TOO_OFTEN
    assert isinstance(act(running, calling.came, case.case_id, window), Number)
    assert call(running, window) is Refusal.BUSY
    assert isinstance(act(running, calling.park, case.case_id, window), Number)
    assert call(running, window) is Refusal.NOBODY
    assert isinstance(act(running, calling.resume, case.case_id, window), Number)
    assert isinstance(act(running, calling.finish, case.case_id, window), Number)
    assert stand(running, case.case_id) is Stand.DONE
    with running.centre.database.reading() as connection:
        did = [one.did for one in store.trail(connection, case.case_id)]
        assert [one.again for one in store.calls(connection, HALL, 0, today(running))] == [False, True, True]
    assert did == [
        Did.CALLED, Did.RECALLED, Did.RECALLED, Did.CAME, Did.PARKED, Did.RESUMED, Did.FINISHED,
    ]  # fmt: skip


def test_a_request_that_is_repeated_is_the_same_act(running: Running, terminal: TerminalDouble) -> None:
    first, _ = take(running, terminal), take(running, terminal)
    window = open_window(running, "3")
    one, again = call(running, window, "once"), call(running, window, "once")
    assert isinstance(one, Number)
    assert isinstance(again, Number)
    assert one.case_id == again.case_id == first.case_id
    for _ in range(2):
        assert isinstance(act(running, calling.pass_over, first.case_id, window, act_id="gone"), Number)
    with running.centre.database.reading() as connection:
        assert [line.did for line in store.trail(connection, first.case_id)] == [Did.CALLED, Did.PASSED]


def test_who_missed_the_call_comes_back_once_behind_three_others(running: Running, terminal: TerminalDouble) -> None:
    cases = [take(running, terminal, filed_at=minutes_ago(30 - place)) for place in range(6)]
    window = open_window(running, "3")
    passed = called(running, window)
    act(running, calling.pass_over, passed, window)
    with running.centre.database.writing() as connection:
        assert isinstance(store.revive(connection, passed, asked(running, "", "GL-01")), Number)
    order = []
    for _ in range(5):
        order.append(called(running, window))
        act(running, calling.finish, order[-1], window)
    assert order == [cases[place].case_id for place in (1, 2, 3, 0, 4)]
    other = called(running, window)
    act(running, calling.pass_over, other, window)
    with running.centre.database.writing() as connection:
        assert isinstance(store.revive(connection, other, asked(running, "", "GL-01")), Number)
    assert called(running, window) == other, "nobody else waits: it is not kept waiting for nobody"
    act(running, calling.pass_over, other, window)
    with running.centre.database.writing() as connection:
        assert store.revive(connection, other, asked(running, "", "GL-01")) is Refusal.ONCE_ONLY


def test_coming_back_too_late_is_refused_and_the_number_lapses(running: Running, terminal: TerminalDouble) -> None:
    case = take(running, terminal)
    window = open_window(running, "3")
    act(running, calling.pass_over, called(running, window), window)
    running.clock.forward(minutes=31)
    with running.centre.database.writing() as connection:
        assert store.revive(connection, case.case_id, asked(running, "")) in {Refusal.TOO_LATE, Refusal.OVER}
        days.lapse(connection, running.clock())
    assert stand(running, case.case_id) is Stand.VOID


def test_a_ticket_for_several_things_is_closed_when_each_is_done(running: Running, terminal: TerminalDouble) -> None:
    case = take(running, terminal, joint=("water-account", "gas-account"))
    window = open_window(running, "3")
    assert called(running, window) == case.case_id
    act(running, calling.came, case.case_id, window)
    act(running, calling.add, case.case_id, window, "heating-account", "供暖过户")
    for item in (case.item, "water-account", "gas-account", "heating-account"):
        assert act(running, calling.finish, case.case_id, window) is Refusal.ITEMS_OPEN
        assert isinstance(act(running, calling.item_done, case.case_id, window, item), Number)
    assert isinstance(act(running, calling.finish, case.case_id, window), Number)


def test_a_number_moves_to_another_window_and_is_nobody_elses(running: Running, terminal: TerminalDouble) -> None:
    case = take(running, terminal)
    three, five = open_window(running, "3"), open_window(running, "5", ("B",))
    assert called(running, three) == case.case_id
    assert isinstance(act(running, calling.transfer, case.case_id, three, "", five), Number)
    assert call(running, three) is Refusal.NOBODY
    assert called(running, five) == case.case_id


def test_an_offline_number_that_arrives_after_its_day_comes_to_an_end_too(
    running: Running, terminal: TerminalDouble
) -> None:
    lost = take(running, terminal, business_date="2020-01-02")
    failed = take(running, terminal, business_date="2020-01-02")
    terminal.file_ticket(failed, "failed", "paper_out")
    still = take(running, terminal)
    now, zone = running.clock(), running.centre.settings.zone
    for _ in range(2):
        with running.centre.database.writing() as connection:
            days.close_over(connection, now, zone, None)
    assert stand(running, lost.case_id) is Stand.VOID
    assert stand(running, failed.case_id) in {Stand.UNPRINTED, Stand.VOID}
    assert waiting(running) == [still.number]


def test_what_is_shown_as_waiting_is_what_can_be_called(running: Running, terminal: TerminalDouble) -> None:
    for place in range(7):
        queue, green = "AB"[place % 2], "elder" if place % 3 == 0 else ""
        take(running, terminal, queue=queue, green=green, filed_at=minutes_ago(9 - place))
    window = open_window(running, "3", ("A", "B"))
    shown = waiting(running)
    for left in range(len(shown), 0, -1):
        with running.centre.database.reading() as connection:
            every = calling.pool(connection, window, HALL, today(running))
            few = calling.heads(connection, window, HALL, today(running))
        assert len(every) == left
        picked = [rules.next_of(found, {}, running.clock()) for found in (every, few)]
        assert picked[0] == picked[1], "the few that are read decide as all would"
        act(running, calling.finish, called(running, window), window)
    assert call(running, window) is Refusal.NOBODY
    assert waiting(running) == []


def test_a_booking_goes_first_in_its_time_and_waits_like_everybody_out_of_it(
    running: Running, terminal: TerminalDouble
) -> None:
    """From ten minutes before to fifteen after; the time is the booking's, whichever channel made it."""
    now = running.clock().astimezone(running.centre.settings.zone)
    starts = now.replace(second=0, microsecond=0)
    row = dict.fromkeys(("terminal", "item", "line", "title", "place", "slot_id", "ends", "person", "masked_name"), "")
    row |= {"booking_id": "b1", "code": "c1", "channel": "phone", "state": "checked_in", "urgent": "", "note": "{}"}
    row |= {"day": starts.date().isoformat(), "starts": f"{starts:%H:%M}"}
    with running.centre.database.writing() as connection:
        connection.execute(bookings.insert().values(row | {"sealed": b"", "made_at": now, "changed_at": now}))
    ordinary = take(running, terminal, filed_at=minutes_ago(30))
    booked = take(running, terminal, booking_id="b1", filed_at=minutes_ago(1))
    window = open_window(running, "3")
    with running.centre.database.reading() as connection:
        pool = calling.pool(connection, window, HALL, today(running))
    for minutes, first in ((-11, ordinary), (-9, booked), (14, booked), (16, ordinary)):
        chosen = rules.next_of(pool, {}, starts + timedelta(minutes=minutes))
        assert chosen is not None
        assert chosen.number.case_id == first.case_id, minutes
