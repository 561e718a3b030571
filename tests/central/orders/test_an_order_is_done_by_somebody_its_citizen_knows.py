"""代办, 上门 and 延时 at the centre: kept once, given to an agent, settled, ended, and heard by whoever asked."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from central.agents.rules import Agent, Load, Post, suggested
from central.orders import rules, store
from contract.calendar import gathered
from contract.envelope import Lane
from contract.orders import OrdersAsked, Wish
from contract.questions import Refused, TraceAsked, TraceFound
from contract.worktime import Worktime
from tests.central.conftest import NAME as STAFF
from tests.central.conftest import Running
from tests.central.orders.ordering import (
    ID_NUMBER,
    SECRETS,
    asked,
    content,
    enter_agent,
    placed,
    post,
    send,
)
from tests.central.services import person, put
from tests.central.terminal_double import TerminalDouble

ORDER = placed()
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def sender(embedded: Running) -> TerminalDouble:
    return embedded.enter(TerminalDouble())


@pytest.fixture
def ordered(embedded: Running, sender: TerminalDouble) -> Running:
    send(embedded, sender, ORDER, content())
    embedded.log_in()
    return embedded


def test_it_is_given_to_an_agent_settled_ended_and_its_citizen_reads_each(ordered: Running) -> None:
    path = f"/orders/{ORDER.order_id}"
    before = asked(ordered, ORDER)
    assert (before.state["zh-Hans"], before.agent, before.bring) == ("已收到申请", "", ORDER.bring)
    agent = enter_agent(ordered)
    assert post(ordered, f"{path}/assign", agent="nobody") == 422
    assert post(ordered, f"{path}/assign", agent=agent) == 303
    given = asked(ordered, ORDER)
    assert (given.agent, given.agent_number, given.agent_phone) == ("李D-07", "D-07", "0591-87654321")
    assert post(ordered, f"{path}/agree", day="2026-11-26", begins="15:00", ends="14:00") == 422
    assert post(ordered, f"{path}/agree", day="2026-11-26", begins="14:00", ends="15:00") == 303
    settled = asked(ordered, ORDER)
    assert (settled.day, settled.slot, settled.due_at[:16]) == ("2026-11-26", "14:00–15:00", "2026-11-26T15:00")
    assert post(ordered, f"{path}/end", outcome="done", told="") == 422
    assert post(ordered, f"{path}/end", outcome="done", told="居住证已送到您手上。") == 303
    assert post(ordered, f"{path}/end", outcome="failed", told="又一次") == 409
    assert post(ordered, f"{path}/assign", agent=agent) == 409
    over = asked(ordered, ORDER)
    assert (over.state["zh-Hans"], over.outcome["zh-Hans"]) == ("已办成", "居住证已送到您手上。")
    told = [step.title["zh-Hans"] for step in over.steps]
    assert told == ["已收到申请", "已安排工作人员", "已约好时间", "已办成"]
    assert STAFF not in msgspec.json.encode(over).decode()


def test_name_telephone_and_house_are_read_with_a_reason_that_the_citizen_sees(ordered: Running) -> None:
    path = f"/orders/{ORDER.order_id}"
    for page in ("/orders", path, "/orders/way?day=2026-11-25"):
        text = ordered.client.get(page).text
        assert ORDER.number in text
        assert not [secret for secret in SECRETS if secret in text], page
    assert post(ordered, f"{path}/look", reason=" ") == 422
    form = {"csrf": ordered.csrf(), "reason": "上门前核实"}
    opened = ordered.client.post(f"{path}/look", data=form).text
    assert all(secret in opened for secret in SECRETS[:3])
    assert ordered.query("SELECT kind, of_id, who, reason FROM openings") == [
        ("order", ORDER.order_id, STAFF, "上门前核实")
    ]
    mine = msgspec.structs.replace(person(1), id_number=ID_NUMBER)
    traced = put(ordered, TraceAsked(mine))
    assert isinstance(traced, TraceFound)
    assert any("上门服务" in step.title["zh-Hans"] for step in traced.steps)
    assert any(step.note.get("zh-Hans") == "上门前核实" for step in traced.steps)


def test_nothing_that_is_sealed_stands_readable_in_the_database(ordered: Running) -> None:
    put(ordered, OrdersAsked(ID_NUMBER))
    rows = str(ordered.query("SELECT * FROM service_orders")) + str(ordered.query("SELECT * FROM service_order_people"))
    rows += str(ordered.query("SELECT raw FROM envelopes"))
    assert ORDER.number in rows
    assert not [secret for secret in SECRETS if secret in rows]


def test_a_card_finds_its_own_orders_and_no_others(ordered: Running, sender: TerminalDouble) -> None:
    other = placed("FW261122LATE9999", wish=Wish.LATE, area="", area_name="", reason="", named=True)
    send(ordered, sender, other, content(id_number="610117198502024321"))
    unnamed = placed("FW261122NOBODY22", named=False)
    send(ordered, sender, unnamed, content(id_number=""))
    assert [one.number for one in put(ordered, OrdersAsked(ID_NUMBER)).orders] == [ORDER.number]
    assert put(ordered, OrdersAsked("610117200001010000")).orders == ()
    for number, code in ((ORDER.number, "WRONG1"), ("FW000", ORDER.code), (ORDER.number, ""), ("", "")):
        assert put(ordered, OrdersAsked("", number, code)) == Refused("number_or_code")


def test_the_same_order_twice_is_one_and_another_under_its_id_waits_in_sight(
    ordered: Running, sender: TerminalDouble
) -> None:
    sender.file_raw(Lane.RATINGS, "order", msgspec.json.encode(ORDER), None, "another")
    ordered.push(sender, Lane.RATINGS, 2)
    ordered.judged()
    assert ordered.query("SELECT count(*) FROM service_orders") == [(1,)]
    assert "is held from another envelope" in str(ordered.query("SELECT reason FROM quarantine"))


def test_every_database_takes_an_order(running: Running, terminal: TerminalDouble) -> None:
    send(running, terminal, ORDER, content())
    assert running.query("SELECT reason FROM quarantine") == []
    assert asked(running, ORDER).number == ORDER.number
    assert [one.number for one in put(running, OrdersAsked(ID_NUMBER)).orders] == [ORDER.number]


# --- the rules ----------


@pytest.mark.parametrize(
    ("wish", "placed_at", "due"),
    [
        (Wish.HOME, "2026-11-20T16:00", "2026-11-23T17:30"),  # a Friday: by the end of Monday
        (Wish.LATE, "2026-11-20T09:00", "2026-11-20T17:30"),
        (Wish.LATE, "2026-11-20T16:00", "2026-11-23T12:00"),
        (Wish.AGENT, "2026-11-21T10:00", "2026-11-23T17:30"),  # a Saturday
    ],
)
def test_the_clock_counts_working_time(wish: Wish, placed_at: str, due: str) -> None:
    found = rules.answer_due(wish, datetime.fromisoformat(placed_at).replace(tzinfo=ZONE), Worktime(gathered()))
    assert f"{found:%Y-%m-%dT%H:%M}" == due


def agent(number: str, post: Post = Post.FULL, areas: str = "[]", items: str = "[]") -> Agent:
    return Agent(number, number, number, "", post, "", "12345", areas, items, "boss", datetime.now(ZONE))


def test_whose_place_and_item_it_is_comes_first_then_the_least_busy_then_full_time() -> None:
    elsewhere = agent("a", areas='["3501"]')
    busy, free, beside = agent("b", areas='["6101"]'), agent("c"), agent("d", Post.PART)
    loads = {"b": Load(open=4)}
    found = suggested([elsewhere, busy, beside, free], "610116001", "residence-permit", loads)
    assert [one.number for one in found] == ["c", "d", "b", "a"]
    assert not agent("e", items='["tax-certificate"]').covers("610116001", "residence-permit")


def test_the_roster_shows_what_each_has_to_do_and_what_came_of_it(ordered: Running, sender: TerminalDouble) -> None:
    assert "我的工单" not in ordered.client.get("/orders").text
    full, part = (
        enter_agent(ordered, account=STAFF),
        enter_agent(ordered, "D-08", post="part", areas="610116", items=""),
    )
    assert post(ordered, "/agents", number="D-07", name="王五", post="full", phone="12345") == 409
    assert post(ordered, "/agents", number="D-09", name="王五", post="full", phone="12345", areas="61011") == 422
    second = placed("FW261122DONE2222")
    send(ordered, sender, second, content())
    for order_id, who in ((ORDER.order_id, full), (second.order_id, part)):
        assert post(ordered, f"/orders/{order_id}/assign", agent=who) == 303
    assert post(ordered, f"/orders/{second.order_id}/end", outcome="done", told="办好了") == 303
    page = ordered.client.get("/agents").text
    assert "专职" in page
    assert "兼职" in page
    assert "100 %" in page
    assert "610116" in page
    assert f'href="/agents/{full}">我的工单' in ordered.client.get("/orders").text
    assert ORDER.number in ordered.client.get(f"/agents/{full}").text
    assert post(ordered, f"/agents/{part}/end") == 303
    assert post(ordered, f"/orders/{ORDER.order_id}/assign", agent=part) == 422


def test_negative_control_an_order_that_ended_twice_would_be_seen(ordered: Running) -> None:
    now = ordered.clock() + timedelta(seconds=1)
    with ordered.centre.database.writing() as connection:
        assert store.end(connection, ORDER.order_id, "done", "一", rules.Step("done", STAFF, "", now))
        assert not store.end(connection, ORDER.order_id, "failed", "二", rules.Step("failed", STAFF, "", now))
    assert ordered.query("SELECT outcome, told FROM service_orders") == [("done", "一")]
