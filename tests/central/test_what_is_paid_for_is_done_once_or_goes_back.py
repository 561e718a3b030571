from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from central.departments import acting, rules, store
from central.payments import store as orders
from central.payments.rules import Order, State
from contract.questions import (
    Answer,
    DepartmentActed,
    DepartmentAsked,
    DepartmentFound,
    DepartmentToldToAct,
    Refused,
    Unavailable,
)
from tests.central.conftest import Running
from tests.central.departments_world import WHO, Departments, ask, centre_with, departments
from tests.waiting import until


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Departments]:
    monkeypatch.setattr(rules, "REST_SECONDS", 0.3)
    with departments() as found:
        yield found


@pytest.fixture
def centre(tmp_path: Path, world: Departments) -> Iterator[Running]:
    with centre_with(tmp_path, world.url) as running:
        yield running


@pytest.fixture
def on_each(tmp_path: Path, world: Departments, database_url: str) -> Iterator[Running]:
    """On each database."""
    with centre_with(tmp_path, world.url, database_url) as running:
        yield running


def paid(centre: Running, order_id: str, bill: str, fen: int = 1500, item: str = "endorsement") -> None:
    """As the till leaves an order that the gateway took the money for."""
    now = centre.clock()
    order = Order(
        *(order_id, "GL-01", item, "签注", "case", bill, "asked", "", fen, "[]", State.PAID, 0, ""),
        *(now, now, now, now, "61000001"),
    )
    with centre.centre.database.writing() as connection:
        assert orders.add(connection, order, "gateway")


def stands(centre: Running, order_id: str) -> Order:
    with centre.centre.database.reading() as connection:
        found = orders.find(connection, order_id)
    assert found is not None
    return found


def endorse(centre: Running, act_id: str, order_id: str, choice: str = "hk-1", item: str = "endorsement") -> Answer:
    return ask(centre, DepartmentToldToAct(act_id, item, "exit_entry", "endorse", WHO, {"choice": choice}, order_id))


def test_what_is_paid_is_done_and_the_money_is_spent_for_it(on_each: Running, world: Departments) -> None:
    paid(on_each, "o-1", "hk-1")
    done = endorse(on_each, "a-1", "o-1")
    assert isinstance(done, DepartmentActed)
    assert endorse(on_each, "a-1", "o-1") == done
    assert stands(on_each, "o-1").given_at is not None
    assert world.told()["done"] == {"a-1": 1}
    with on_each.centre.database.writing() as connection:
        assert orders.send_back(connection, "o-1", "why", "me", on_each.clock()) == stands(on_each, "o-1")


@pytest.mark.parametrize(
    ("order", "choice", "item"),
    [("", "hk-1", "endorsement"), ("o-9", "hk-1", "endorsement"), ("o-1", "hk-2", "endorsement"), ("o-1", "hk-1", "x")],
)
def test_what_is_not_paid_for_is_not_done(
    centre: Running, world: Departments, order: str, choice: str, item: str
) -> None:
    paid(centre, "o-1", "hk-1")
    assert endorse(centre, "a-1", order, choice, item) == Refused("not_paid")
    assert not world.told()["done"]
    assert not centre.query("SELECT * FROM department_acts")
    assert stands(centre, "o-1").may_go_back


def test_one_order_pays_for_one_act(centre: Running, world: Departments) -> None:
    paid(centre, "o-1", "hk-1")
    assert isinstance(endorse(centre, "a-1", "o-1"), DepartmentActed)
    assert isinstance(endorse(centre, "a-2", "o-1"), Refused)
    assert world.told()["done"] == {"a-1": 1}


def test_a_refused_act_sets_its_money_free_and_stays_refused(centre: Running, world: Departments) -> None:
    found = ask(centre, DepartmentAsked("fine", "traffic_police", "violations", WHO))
    assert isinstance(found, DepartmentFound)
    world.change({"names": {WHO.id_number: "张珊"}})
    paid(centre, "o-1", "hk-1")
    assert endorse(centre, "a-1", "o-1") == Refused("name_differs", person=True)
    assert stands(centre, "o-1").may_go_back
    world.change({"names": {WHO.id_number: WHO.name}})
    # The money may be on its way back by now: the same act is never done for it.
    assert endorse(centre, "a-1", "o-1") == Refused("name_differs", person=True)
    assert not world.told()["done"]


def test_who_walks_off_in_a_silence_gets_what_was_paid_for(centre: Running, world: Departments) -> None:
    paid(centre, "o-1", "hk-1")
    world.be("lost", "exit_entry")
    assert isinstance(endorse(centre, "a-1", "o-1"), Unavailable)
    held = stands(centre, "o-1")
    assert held.claimed_by == "a-1"
    assert not held.may_go_back
    world.be("up")
    until(lambda: centre.centre.departments.standing["exit_entry"].state == "up", "it is well again", 20)
    centre.clock.forward(seconds=acting.AGAIN_AFTER.total_seconds() + 1)
    with centre.client.portal() as portal:
        portal.call(acting.ask_again, centre.centre)
    assert stands(centre, "o-1").given_at is not None
    assert world.told()["done"] == {"a-1": 1}
    with centre.centre.database.reading() as connection:
        assert not store.open_acts(connection, centre.clock() + timedelta(days=1))


def test_negative_control_an_act_that_claims_nothing_would_be_done_for_money_that_goes_back(
    centre: Running, world: Departments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "claim", lambda *_: True)
    paid(centre, "o-1", "hk-1")
    assert isinstance(endorse(centre, "a-1", "o-1"), DepartmentActed)
    assert stands(centre, "o-1").may_go_back  # what the test above would find
