"""Money taken is for something given, or goes back: whatever the line loses, doubles and delays, in whatever order."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from central.payments import store
from central.payments.protocol import At
from central.payments.rules import State
from tests.central.conftest import embedded_model
from tests.central.payments.till import REFUND_AFTER, Till

ORDERS = ("o-1", "o-2")
LOST = st.sampled_from(["", "", "question", "answer"])
WHAT: tuple[str, ...] = ("begins", "asks", "closes", "pays", "pays", "wants_it_back", "acts", "acts", "acts_in_vain")
WHAT += ("a_late_answer_comes", "time_goes_on", "time_goes_on")


class Payments(RuleBasedStateMachine):
    """Two orders, one gateway, a line that loses things, a phone, a department that acts, and a clock."""

    met: ClassVar[set[tuple[At, bool]]] = set()
    """How orders ended, over all walks."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        (Path(self.folder.name) / "central.db").write_bytes(embedded_model())
        self.till = Till(Path(self.folder.name))
        self.done: dict[str, set[str]] = {order: set() for order in ORDERS}

    def teardown(self) -> None:
        try:
            self.settled()
        finally:
            self.till.database.close()
            self.folder.cleanup()

    @initialize(slow=st.booleans(), lost=LOST)
    def world(self, slow: bool, lost: str) -> None:
        self.till.book.slow_refunds = slow
        self.begins(ORDERS[0], "")
        self.begins(ORDERS[1], lost)
        self.till.book.pay(ORDERS[0])

    @rule(what=st.sampled_from(WHAT), order=st.sampled_from(ORDERS), lost=LOST)
    def goes_on(self, what: str, order: str, lost: str) -> None:
        """One rule for all, so that Hypothesis never leaves a kind of step out of a walk."""
        getattr(self, what)(order, lost)

    def begins(self, order: str, lost: str) -> None:
        self.till.line.lose = lost
        self.till.desk.begin(self.till.order(order))

    def asks(self, order: str, lost: str) -> None:
        self.till.line.lose = lost
        known = self.till.desk.find(order)
        if known is not None:
            self.till.desk.look(known)

    def closes(self, order: str, lost: str) -> None:
        self.till.line.lose = lost
        self.till.desk.close(self.till.never(order))

    def pays(self, order: str, _: str) -> None:
        self.till.book.pay(order)

    def wants_it_back(self, order: str, lost: str) -> None:
        self.till.line.lose = lost
        self.till.desk.send_back(order, "act_failed", "visit")

    def acts(self, order: str, lost: str) -> None:
        """The department does what was paid for."""
        self.asks(order, "")
        now, act = self.till.clock(), f"act {lost}"
        with self.till.database.writing() as connection:
            claimed = store.claim(connection, order, act, now)
        if claimed:
            self.done[order].add(act)
            with self.till.database.writing() as connection:
                store.given(connection, order, act, now)

    def acts_in_vain(self, order: str, lost: str) -> None:
        """It was claimed, and the department certainly did nothing."""
        self.asks(order, "")
        now, act = self.till.clock(), f"act in vain {lost}"
        with self.till.database.writing() as connection:
            store.claim(connection, order, act, now)
        if lost:
            self.wants_it_back(order, lost)
        with self.till.database.writing() as connection:
            store.release(connection, order, act, now)

    def a_late_answer_comes(self, order: str, _: str) -> None:
        for told in [one for one in self.till.line.late if one.order_id == order]:
            with self.till.database.writing() as connection:
                store.hear(connection, told, self.till.clock())

    def time_goes_on(self, order: str, lost: str) -> None:
        self.till.clock.now += timedelta(minutes={"": 1, "question": 20}.get(lost, 70))
        self.till.line.lose = lost
        self.till.desk.round()
        if order == ORDERS[0]:
            self.till.book.settle()

    @invariant()
    def one_act_an_order_and_never_for_money_that_went_back(self) -> None:
        for order, acts in self.done.items():
            assert len(acts) <= 1, f"{order} paid for two things"
            if acts:
                assert self.till.book.query(order).at is At.PAID, "something was given for money that is not there"

    def settled(self) -> None:
        """The line is well, refunds arrive, time goes on: now every order is one of two things."""
        self.till.line.lose, self.till.book.slow_refunds = "", False
        self.till.clock.now += REFUND_AFTER
        for _ in range(3):
            self.till.desk.round()
            self.till.book.settle()
            self.till.clock.now += REFUND_AFTER
        receipts = []
        for order in ORDERS:
            self.met.add((self.till.book.query(order).at, bool(self.done[order])))
            there, here = self.till.book.query(order), self.till.desk.find(order)
            kept = there.at is At.PAID
            assert kept == bool(self.done[order]), f"{order}: {there.at}, given {self.done[order]}"
            assert there.at in {At.UNKNOWN, At.CLOSED, At.PAID, At.REFUNDED}
            if here is not None:
                assert here.final
                assert (here.state is State.PAID) == kept
                receipts += [here.receipt_number] if here.receipt_number else []
        assert len(receipts) == len(set(receipts))


RUNS = settings(max_examples=25, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
def test_whatever_the_line_does_money_is_for_something_or_goes_back() -> None:
    Payments.met.clear()
    run_state_machine_as_test(Payments, settings=RUNS)
    assert Payments.met >= {(At.PAID, True), (At.REFUNDED, False), (At.CLOSED, False)}, "the walks were not sensible"


@pytest.mark.slow
@pytest.mark.parametrize("broken", ["claims are not asked for", "nothing goes back", "a claim does not hold it"])
def test_negative_control_each_rule_left_out_is_found(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if broken == "claims are not asked for":
        monkeypatch.setattr(store, "claim", lambda *_: True)
    elif broken == "nothing goes back":
        monkeypatch.setattr("central.payments.rules.is_unwanted", lambda *_: "")
    else:
        honest = store.send_back

        def unheeding(connection: Any, order_id: str, *rest: Any) -> Any:  # noqa: ANN401 - as it is called
            connection.exec_driver_sql("UPDATE orders SET claimed_by = NULL, given_at = NULL")
            return honest(connection, order_id, *rest)

        monkeypatch.setattr(store, "send_back", unheeding)
    quick = settings(RUNS, max_examples=60, database=None, print_blob=False, derandomize=True, phases=(Phase.generate,))
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Payments, settings=quick)


@pytest.fixture
def till(tmp_path: Path) -> Till:
    (tmp_path / "central.db").write_bytes(embedded_model())
    return Till(tmp_path)


def test_a_close_that_overtakes_its_order_closes_it(till: Till) -> None:
    assert till.desk.close(till.never("o-1")).state is State.CLOSED
    assert till.desk.begin(till.order("o-1")).state is State.CLOSED
    assert till.book.query("o-1").at in {At.CLOSED, At.UNKNOWN}


def test_who_paid_while_it_was_closed_hears_so_and_the_money_goes_back_when_nothing_follows(till: Till) -> None:
    till.desk.begin(till.order("o-1"))
    till.book.pay("o-1")
    assert till.desk.close(till.never("o-1")).state is State.PAID
    till.clock.now += timedelta(minutes=6)
    assert till.desk.round() == 1
    found = till.desk.find("o-1")
    assert found is not None
    assert (found.state, found.refund_why) == (State.REFUNDED, "not_given")


def test_a_filed_case_is_what_its_fees_were_paid_for(till: Till) -> None:
    till.desk.begin(till.order("o-1", bill="", case_id="case-7"))
    till.book.pay("o-1")
    till.desk.round()
    till.filed.add("case-7")
    till.desk.round()
    found = till.desk.find("o-1")
    assert found is not None
    assert (found.claimed_by, found.given_at is not None) == ("case case-7", True)
    assert till.desk.send_back("o-1", "changed my mind", "visit") == found


def test_the_same_id_is_the_same_order_and_is_paid_once(till: Till) -> None:
    first = till.desk.begin(till.order("o-1"))
    assert first.pay_url
    assert till.desk.begin(till.order("o-1")) == first
    for _ in range(2):
        till.book.pay("o-1")
    known = till.desk.look(first)
    assert (known.state, known.receipt_number) == (State.PAID, "20260000000001")
    assert till.desk.look(known) == known


def test_a_day_is_compared_with_the_gateways_statement(till: Till) -> None:
    till.clock.now = till.clock.now.replace(hour=16, minute=5)  # five past midnight in the hall
    for number in range(3):
        till.desk.begin(till.order(f"o-{number}"))
        till.book.pay(f"o-{number}")
    till.desk.round()
    zone = ZoneInfo("Asia/Shanghai")
    assert till.desk.differences(till.clock.now, zone) == []
    till.book.refund("o-1")
    [found] = till.desk.differences(till.clock.now, zone)
    assert (found.order_id, found.ours, found.theirs) == ("o-1", "paid", "refunded")


def test_a_centre_set_back_to_a_backup_gives_no_receipt_number_again(till: Till) -> None:
    till.desk.begin(till.order("o-1"))
    till.book.pay("o-1")
    with till.database.writing() as connection:
        store.after_restore(connection)
    till.desk.round()
    found = till.desk.find("o-1")
    assert found is not None
    assert found.receipt_number == f"2026{store.RECEIPTS_SKIP + 1:010}"


def test_money_of_another_amount_is_not_believed(till: Till) -> None:
    known = till.desk.begin(till.order("o-1"))
    told = till.book.pay("o-1")
    with till.database.writing() as connection:
        store.hear(connection, msgspec.structs.replace(told, amount_fen=1), till.clock())
    assert till.desk.find("o-1") == known
