from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select, update

from central.feed import store as feed
from central.fleet.tables import alarms
from central.numbers import rules
from central.numbers import store as numbers
from central.numbers.rules import Range
from central.numbers.tables import counters
from contract.envelope import Lane
from contract.exchange import Link
from contract.feed import FeedKind
from contract.messages import NumberTier
from contract.numbers import NUMBER_PATH, Lease, NumberAsked, NumberGiven, leased, local
from tests.central.conftest import AUTHORITY, Running, start, write_config
from tests.central.terminal_double import Answer, TerminalDouble, fresh_nonce

_cases = count(1)


def ask(running: Running, asker: TerminalDouble, queue: str = "A", case_id: str = "", terminal: str = "") -> Answer:
    asked = NumberAsked(terminal or asker.id, fresh_nonce(), case_id or f"case-{next(_cases)}", queue)
    body = msgspec.json.encode(asked)
    return running.post(NUMBER_PATH, body, asker.signed(AUTHORITY, NUMBER_PATH, body, asked.nonce))


def given(answer: Answer) -> NumberGiven:
    assert answer.status == 200, answer.body
    return msgspec.json.decode(answer.body, type=NumberGiven)


def beat(running: Running, terminal: TerminalDouble, token: str = "") -> tuple[str, int]:
    """One heartbeat with its link; the next token and the newest place of the feed."""
    link = Link(f"store-of-{terminal.id}", "machine", token, fresh_nonce())
    reply = running.send(terminal, terminal.heartbeat(link=link)).json()
    return reply["token"], reply["newest"]


def leases(running: Running, terminal: TerminalDouble) -> dict[tuple[str, str], Lease]:
    """What is in force, by date and queue."""
    with running.centre.database.reading() as connection:
        found = feed.in_force(connection, [FeedKind.LEASE.value], running.clock(), terminal.id)
    bodies = [msgspec.json.decode(item.body, type=Lease) for item in found]
    return {(body.business_date, body.queue): body for body in bodies}


def outside(running: Running) -> list[str]:
    """The numbers an alarm was raised for."""
    with running.centre.database.reading() as connection:
        found = select(alarms.c.detail).where(alarms.c.kind == rules.OUTSIDE).order_by(alarms.c.detail)
        return list(connection.execute(found).scalars())


def today(running: Running) -> str:
    return running.centre.today().isoformat()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Running]:
    """A centre that leases ten numbers at a time."""
    yield from start(write_config(tmp_path, lease_numbers=10))


def test_numbers_follow_arrival_whichever_terminal_asks(running: Running, terminal: TerminalDouble) -> None:
    other = running.enter(TerminalDouble("GL-02"))
    said = [given(ask(running, asker, queue)) for asker, queue in ((terminal, "A"), (other, "A"), (terminal, "B"))]
    assert [one.number for one in said] == ["A001", "A002", "B001"]
    assert {one.business_date for one in said} == {today(running)}


def test_the_same_case_gets_the_same_number_for_ever(running: Running, terminal: TerminalDouble) -> None:
    first = given(ask(running, terminal, case_id="one"))
    given(ask(running, terminal))
    running.clock.forward(days=1)
    again = given(ask(running, terminal, case_id="one"))
    assert (again.number, again.business_date) == (first.number, first.business_date) == ("A001", first.business_date)
    assert given(ask(running, terminal)).number == "A001"
    assert today(running) > first.business_date


def test_a_case_belongs_to_the_terminal_that_asked_first(running: Running, terminal: TerminalDouble) -> None:
    other = running.enter(TerminalDouble("GL-02"))
    given(ask(running, terminal, case_id="one"))
    assert ask(running, other, case_id="one").status == 409
    assert ask(running, terminal, "B", case_id="one").status == 409
    assert given(ask(running, other)).number == "A002"


@pytest.mark.parametrize("change", [{"queue": "a"}, {"queue": "AB"}, {"case_id": "a b"}])
def test_what_cannot_be_meant_is_refused(embedded: Running, change: dict[str, str]) -> None:
    terminal = embedded.enter(TerminalDouble())
    answer = ask(embedded, terminal, **change)
    assert answer.status == 422
    assert next(iter(change)) in answer.json()["message"]
    assert given(ask(embedded, terminal)).number == "A001"


def test_nobody_asks_for_another_terminal(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    embedded.enter(TerminalDouble("GL-02"))
    assert ask(embedded, terminal, terminal="GL-02").status == 401


@pytest.mark.slow
def test_a_crowd_gets_numbers_without_a_gap_or_a_repeat(running: Running, terminal: TerminalDouble) -> None:
    other = running.enter(TerminalDouble("GL-02"))
    with ThreadPoolExecutor(8) as crowd:
        said = list(crowd.map(lambda n: given(ask(running, (terminal, other)[n % 2])).number, range(120)))
    assert sorted(said) == [f"A{n:03d}" for n in range(1, 121)]


def test_a_hall_counts_apart_from_another(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    with embedded.centre.database.writing() as connection:
        connection.exec_driver_sql("UPDATE terminals SET hall = 'another'")
    other = embedded.enter(TerminalDouble("GL-02"))
    assert given(ask(embedded, terminal)).number == given(ask(embedded, other)).number == "A001"


def test_the_database_itself_refuses_a_second_number_of_that_name(running: Running, terminal: TerminalDouble) -> None:
    """Negative control of the counter: were it set back, no second A001 could be written."""
    given(ask(running, terminal))
    with running.centre.database.writing() as connection:
        connection.execute(update(counters).values(last=0))
    assert ask(running, terminal).status == 503
    with running.centre.database.writing() as connection:
        numbers.skip_ahead(connection)
    assert given(ask(running, terminal)).number == "A051"


def test_a_heartbeat_brings_leases_of_today_and_tomorrow(running: Running, terminal: TerminalDouble) -> None:
    token, newest = beat(running, terminal)
    found = leases(running, terminal)
    days = rules.days_to_lease(running.centre.today())
    assert set(found) == {(day, queue) for day in days for queue in "ABCD"}
    assert newest == 8
    assert all((one.first, one.last, one.series, one.epoch) == (1, 500, "1", 1) for one in found.values())
    assert beat(running, terminal, token)[1] == 8, "nothing is leased twice"


def test_a_queue_people_use_is_leased_beside_those_of_the_settings(running: Running, terminal: TerminalDouble) -> None:
    given(ask(running, terminal, "K"))
    beat(running, terminal)
    assert (today(running), "K") in leases(running, terminal)


def test_a_terminal_of_the_first_version_gets_no_lease(running: Running, terminal: TerminalDouble) -> None:
    running.send(terminal, terminal.heartbeat())
    assert leases(running, terminal) == {}
    terminal.file_case(number="A1-007")
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    assert outside(running) == []


def test_the_next_day_is_leased_when_it_comes_nearer(running: Running, terminal: TerminalDouble) -> None:
    token, _ = beat(running, terminal)
    running.clock.forward(days=1)
    beat(running, terminal, token)
    assert set(leases(running, terminal)) >= {(day, "A") for day in rules.days_to_lease(running.centre.today())}


def test_more_is_leased_when_most_is_used(small: Running) -> None:
    terminal = small.enter(TerminalDouble())
    token, _ = beat(small, terminal)
    for n in range(1, 9):
        terminal.file_case(number=leased("A", "1", n), business_date=today(small))
    small.push(terminal, Lane.NUMBERS)
    small.judged()
    small.clock.forward(minutes=11)
    token, _ = beat(small, terminal, token)
    found = leases(small, terminal)
    assert (found[today(small), "A"].first, found[today(small), "A"].last) == (1, 20)
    assert found[today(small), "B"].last == 10
    assert outside(small) == []


def test_another_epoch_never_gets_what_an_earlier_one_held(running: Running, terminal: TerminalDouble) -> None:
    beat(running, terminal)
    with running.centre.database.writing() as connection:
        connection.exec_driver_sql("UPDATE terminals SET epoch = 2")
        numbers.lease_out(
            connection,
            running.centre.keys,
            {terminal.id: 2},
            named="A",
            size=500,
            today=running.centre.today(),
            now=running.clock(),
        )
    found = leases(running, terminal)[today(running), "A"]
    assert (found.first, found.last, found.epoch) == (501, 1000, 2)


def test_an_epoch_that_is_not_the_terminals_gets_nothing(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    with embedded.centre.database.writing() as connection:
        asked = {"named": "A", "size": 10, "today": embedded.centre.today(), "now": embedded.clock()}
        epochs = {terminal.id: 7, "nobody": 1}
        assert numbers.lease_out(connection, embedded.centre.keys, epochs, **asked) == {terminal.id: 0}  # type: ignore[arg-type]


def test_two_terminals_with_one_label_still_hold_different_numbers(running: Running, terminal: TerminalDouble) -> None:
    other = running.enter(TerminalDouble("GL-02"))
    with running.centre.database.writing() as connection:
        connection.exec_driver_sql("UPDATE terminals SET series = '1'")
    beat(running, terminal)
    beat(running, other)
    day = today(running)
    assert (leases(running, terminal)[day, "A"].last, leases(running, other)[day, "A"].first) == (500, 501)


def test_a_number_outside_every_lease_is_kept_and_raises_an_alarm(running: Running, terminal: TerminalDouble) -> None:
    other = running.enter(TerminalDouble("GL-02"))
    beat(running, terminal)
    beat(running, other)
    mine = given(ask(running, terminal, case_id="mine"))
    day = mine.business_date
    good = [
        ("A1-001", NumberTier.LEASED, fresh_nonce()),
        ("A1-500", NumberTier.LEASED, fresh_nonce()),
        ("A1-X12", NumberTier.LOCAL, fresh_nonce()),
        (mine.number, NumberTier.UPSTREAM, "mine"),
    ]
    bad = [
        ("A1-501", NumberTier.LEASED, fresh_nonce()),
        ("A2-001", NumberTier.LEASED, fresh_nonce()),
        ("A2-X12", NumberTier.LOCAL, fresh_nonce()),
        ("A077", NumberTier.UPSTREAM, fresh_nonce()),
        ("A1-003", NumberTier.UPSTREAM, fresh_nonce()),
        ("whatever", NumberTier.LEASED, fresh_nonce()),
    ]
    for number, tier, case_id in good + bad:
        terminal.file_case(number=number, tier=tier, case_id=case_id, business_date=day)
    assert running.push(terminal, Lane.NUMBERS).ack == len(good) + len(bad)
    running.judged()
    assert outside(running) == sorted(number for number, _, _ in bad)
    assert running.query("SELECT count(*) FROM cases") == [(len(good) + len(bad),)]


def test_a_counter_that_was_set_back_learns_from_the_cases(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case(number="A041", tier=NumberTier.UPSTREAM, business_date=today(running))
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    assert given(ask(running, terminal)).number == "A042"


def test_an_upstreams_number_stands_once_in_a_hall(running: Running, terminal: TerminalDouble) -> None:
    """The second terminal is set up with another's number: its case is in sight, in quarantine, and not lost."""
    other = running.enter(TerminalDouble("GL-02"))
    for one in (terminal, other):
        one.file_case(number="A001", tier=NumberTier.UPSTREAM, business_date=today(running))
        running.push(one, Lane.NUMBERS)
    running.judged()
    assert running.query("SELECT count(*) FROM cases") == [(1,)]
    assert running.query("SELECT count(*) FROM quarantine") == [(1,)]


def test_a_label_belongs_to_one_terminal_of_a_hall(embedded: Running) -> None:
    for name in ("GL-01", "GL-02", "GL-03"):
        embedded.enter(TerminalDouble(name))
    assert embedded.query("SELECT series FROM terminals ORDER BY id") == [("1",), ("2",), ("3",)]
    with embedded.centre.database.reading() as connection:
        with pytest.raises(numbers.LabelTaken, match="4 is free"):
            numbers.label_for(connection, "长安大厅", "GL-04", "2")
        assert numbers.label_for(connection, "长安大厅", "GL-02", "2") == "2"
        assert numbers.label_for(connection, "another", "GL-04", "2") == "2"


def test_spelling_is_read_back() -> None:
    assert rules.spoken(leased("A", "3", 17)) == rules.Spoken(NumberTier.LEASED, "A", "3", 17)
    assert rules.spoken(local("A", "3Z", 12)) == rules.Spoken(NumberTier.LOCAL, "A", "3Z", 12)
    assert rules.spoken("A1017") == rules.Spoken(NumberTier.UPSTREAM, "A", "", 1017)
    assert rules.spoken("A1") is rules.spoken("") is None


def test_ranges_never_overlap_whatever_is_asked() -> None:
    known: list[Range] = []
    for turn in range(40):
        terminal, epoch = f"T{turn % 3}", 1 + turn // 15
        more = rules.next_range(known, "1", terminal, epoch, 10)
        if more is None:
            grown = next(one for one in known if (one.terminal, one.epoch) == (terminal, epoch))
            known = [msgspec.structs.replace(one, used=one.last) if one is grown else one for one in known]
            continue
        known = [one for one in known if one.first != more.first] + [more]
    held = Counter(n for one in known for n in range(one.first, one.last + 1))
    assert max(held.values()) == 1
