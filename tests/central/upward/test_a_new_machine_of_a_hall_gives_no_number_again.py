"""A hall node replaced by another machine, or set back: numbers, labels and epochs go on after what was given."""

from collections.abc import Iterator

import msgspec
import pytest

from central import enrolment
from central.enrolment import Wanted
from central.queue.rules import Number
from central.queue.tables import queue_numbers
from central.upward import rules
from contract.envelope import Lane
from contract.messages import CaseFiled
from contract.numbers import NUMBER_PATH, NumberAsked
from contract.relay import Before, Ended, RelayBeaten, Stands
from tests.central.conftest import AUTHORITY, Running, start
from tests.central.queue.hall import call, open_window
from tests.central.terminal_double import Answer, TerminalDouble, a_case, fresh_nonce
from tests.central.upward.joined import joined_config
from tests.central.upward.relay_double import RelayDouble

HALL = "长安大厅"


@pytest.fixture
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A machine that has just joined as the node of a hall, and has not heard its centre yet."""
    yield from start(joined_config(tmp_path_factory.mktemp("node")))


def ask(node: Running, terminal: TerminalDouble, case_id: str, queue: str = "A") -> Answer:
    asked = NumberAsked(terminal.id, fresh_nonce(), case_id, queue)
    body = msgspec.json.encode(asked)
    return node.post(NUMBER_PATH, body, terminal.signed(AUTHORITY, NUMBER_PATH, body, asked.nonce))


def number(node: Running, terminal: TerminalDouble, case_id: str, queue: str = "A") -> str:
    answer = ask(node, terminal, case_id, queue)
    assert answer.status == 200, answer.body
    given: str = msgspec.json.decode(answer.body)["number"]
    return given


def hear(node: Running, before: Before, acts: dict[str, int]) -> None:
    """What the first answer of the centre does at the node."""
    upward = node.centre.upward
    assert upward is not None
    upward._take_over(RelayBeaten("", "", 0, "", (), held=(), acts=acts, before=before))


def test_the_centre_says_what_was_given_in_a_hall(embedded: Running) -> None:
    relay, terminal = RelayDouble(embedded), TerminalDouble("GL-01")
    relay.terminals(terminal)
    today = embedded.centre.today().isoformat()
    for said in ("A003", "A017", "A1-450"):
        case = a_case(number=said, tier="leased" if "-" in said else "upstream", business_date=today)
        terminal.file(case, Lane.NUMBERS)
    terminal.file(a_case(number="A900", tier="upstream", business_date="2020-01-01"), Lane.NUMBERS)
    relay.bring(terminal, Lane.NUMBERS)
    embedded.judged()
    told = relay.beat(asks_held=True).before
    assert told is not None
    assert (told.day, told.numbers) == (today, {f"{today}/A": 17})
    assert [(one.terminal, one.series) for one in told.terminals] == [("GL-01", "1")]
    assert relay.beat().before is None


def test_a_new_machine_gives_no_number_before_it_has_heard_and_then_none_again(node: Running) -> None:
    today = node.centre.today().isoformat()
    early = node.enter(TerminalDouble("GL-77"))
    assert ask(node, early, "c0").status == 503
    stood = (Stands("GL-01", "一楼", "3", 4), Stands("GL-02", "二楼", "1", 2))
    hear(node, Before(today, {f"{today}/A": 17}, stood), {"queue": 9})
    assert number(node, early, "c1") == "A518"
    assert number(node, early, "c2", "B") == "B501"
    # Terminals hold numbers of queues that are used, and of no other letter.
    assert node.query("SELECT queue FROM number_queues ORDER BY queue") == [("A",), ("B",)]
    # Whoever stood here before keeps the label of its own numbers, and takes up no epoch again.
    wanted = Wanted("GL-01", TerminalDouble("GL-01").public_key, None, "", "", "")
    told = enrolment.add_terminal(node.centre.settings, wanted, replace=False)
    assert (told["series"], told["epoch"]) == ("3", 5)
    wanted = Wanted("GL-09", TerminalDouble("GL-09").public_key, None, "", "", "")
    assert enrolment.add_terminal(node.centre.settings, wanted, replace=False)["series"] not in {"1", "3"}


def test_what_came_to_its_end_before_is_not_called_again_and_what_did_not_is(node: Running) -> None:
    """One number the node still holds as waiting, one its terminal sends again only later, one that goes on."""
    node.centre.caretaker.stop()
    terminal = node.enter(TerminalDouble("GL-01"))
    today = node.centre.today().isoformat()
    numbers = [a_case(number=f"A00{place}", tier="upstream", business_date=today) for place in (1, 2, 3)]
    file(node, terminal, numbers[0], numbers[2])
    now = node.clock().isoformat()
    ended = tuple(
        Ended(one.case_id, today, "A", one.item, one.number, "", place, now, "done", now)
        for place, one in enumerate(numbers[:2], 1)
    )
    for _ in range(2):
        hear(node, Before(today, {f"{today}/A": 3}, (), ended), {"queue": 3})
    file(node, terminal, numbers[1])
    stands = node.query("SELECT number, stand, at_window FROM queue_numbers ORDER BY number")
    assert stands == [("A001", "done", ""), ("A002", "done", ""), ("A003", "waiting", "")]
    window = open_window(node, "1")
    called = call(node, window)
    assert isinstance(called, Number)
    assert called.number == "A003"
    assert not isinstance(call(node, window, "again"), Number)
    assert node.query("SELECT did FROM queue_acts") == [("called",)], "what came down does not go up"


def file(node: Running, terminal: TerminalDouble, *cases: CaseFiled) -> None:
    for one in cases:
        terminal.file(one, Lane.NUMBERS)
    node.push(terminal, Lane.NUMBERS)
    node.judged()


def test_the_centre_says_which_numbers_of_a_hall_are_over(embedded: Running) -> None:
    embedded.centre.caretaker.stop()
    relay, terminal = RelayDouble(embedded), TerminalDouble("GL-01")
    relay.terminals(terminal)
    today = embedded.centre.today().isoformat()
    for said in ("A001", "A002"):
        terminal.file(a_case(number=said, tier="upstream", business_date=today), Lane.NUMBERS)
    relay.bring(terminal, Lane.NUMBERS)
    embedded.judged()
    with embedded.centre.database.writing() as connection:
        over = queue_numbers.update().where(queue_numbers.c.number == "A002")
        connection.execute(over.values(stand="done", ended_at=embedded.clock()))
    told = relay.beat(asks_held=True).before
    assert told is not None
    assert [(one.number, one.stand, one.count) for one in told.ended] == [("A002", "done", 2)]


def test_a_hall_that_is_new_begins_with_one(node: Running) -> None:
    terminal = node.enter(TerminalDouble("GL-01"))
    hear(node, Before(node.centre.today().isoformat(), {}, ()), {})
    assert number(node, terminal, "c1") == "A001"


def test_a_machine_that_goes_on_loses_no_number_and_one_that_was_set_back_repeats_none(node: Running) -> None:
    terminal = node.enter(TerminalDouble("GL-01"))
    today = node.centre.today().isoformat()
    hear(node, Before(today, {}, ()), {})
    assert number(node, terminal, "c1") == "A001"
    hear(node, Before(today, {f"{today}/A": 1}, ()), {"queue": 1})
    assert number(node, terminal, "c2") == "A002"
    hear(node, Before(today, {f"{today}/A": 40}, ()), {"queue": 1})
    assert number(node, terminal, "c3") == "A541"


def test_a_day_nothing_is_known_of_is_skipped_by_a_new_machine_alone() -> None:
    before = Before("2026-05-01", {"2026-05-02/C": 4}, ())
    new = rules.given_before(before, heard=True, new=True)
    assert len(new) == 27
    assert new["2026-05-02", "C"] == 4
    assert rules.given_before(before, heard=True, new=False) == {("2026-05-02", "C"): 4}
    assert rules.given_before(Before("2026-05-01", {}, ()), heard=False, new=True) == {}
