"""Questions of a visit, the centre, and the gateway as a program on a real line: fees from the list, lost answers, the
phone's page, call backs, and what nobody may charge.
"""

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest

from central.clock import now
from central.payments import protocol, upkeep
from central.payments.simulator.program import GatewayProgram
from central.signed_lines.protocol import NONCE, SIGNATURE, signature
from contract.questions import PayAsked, PayBegun, PayClosed, PayStands, PayState, RefundWanted, Refused, Unavailable
from tests.central.conftest import Running, start, write_config
from tests.central.services import item, publish, put

KEY = b"a merchant's key of a test"
SLUG = "real-estate-transfer"
FEES = """
[[fees]]
key = "registration"
name = { zh-Hans = "不动产登记费（住宅）", en = "Registration fee (dwelling)" }
basis = { zh-Hans = "发改价格规〔2016〕2559号第一条", en = "Notice 2559 of 2016, 1" }
standard_fen = 8000
per = { zh-Hans = "件", en = "item" }

[[fees]]
key = "copy"
name = { zh-Hans = "权属证书工本费", en = "Certificate" }
basis = { zh-Hans = "发改价格规〔2016〕2559号第五条", en = "Notice 2559 of 2016, 5" }
standard_fen = 1000
per = { zh-Hans = "本", en = "book" }
at_most = 3
"""


@pytest.fixture
def gateway() -> Iterator[GatewayProgram]:
    program = GatewayProgram(KEY, now)
    program.start()
    yield program
    program.stop()


@pytest.fixture
def paying(tmp_path: Path, gateway: GatewayProgram) -> Iterator[Running]:
    yield from connected(tmp_path, "", gateway)


@pytest.fixture
def paying_on_each(tmp_path: Path, database_url: str, gateway: GatewayProgram) -> Iterator[Running]:
    yield from connected(tmp_path, database_url, gateway)


def connected(tmp_path: Path, database_url: str, gateway: GatewayProgram) -> Iterator[Running]:
    config = write_config(tmp_path, database_url)
    (tmp_path / "keys" / "payments.key").write_bytes(KEY)
    config.write_text(config.read_text() + f'\n[payments]\nurl = "{gateway.url}"\n', encoding="utf-8")
    for running in start(config):
        publish(running, item(SLUG) + FEES.encode())
        yield running


def begun(order: str = "o-1", **changes: object) -> PayBegun:
    usual = {"order_id": order, "item": SLUG, "case_id": "case-1", "fees": (("registration", 1), ("copy", 2))}
    return PayBegun(**(usual | changes))  # type: ignore[arg-type]


def stands(running: Running, asked: object) -> PayStands:
    found = put(running, asked)  # type: ignore[arg-type]
    assert isinstance(found, PayStands), found
    return found


def world(gateway: GatewayProgram, **changes: object) -> None:
    httpx.post(f"{gateway.url}/_world", content=msgspec.json.encode(changes))


def press(url: str) -> str:
    return httpx.post(url).text


def test_a_citizen_pays_with_the_phone(paying_on_each: Running) -> None:
    opened = stands(paying_on_each, begun(amount_fen=10_000))
    assert (opened.state, opened.amount_fen) == (PayState.WAITING, 10_000)
    assert [(line["zh-Hans"], fen) for line, fen in opened.lines] == [
        ("不动产登记费（住宅） × 1 件", 8000),
        ("权属证书工本费 × 2 本", 2000),
    ]
    page = httpx.get(opened.pay_code).text
    assert "¥ 100.00" in page
    assert "已支付" in press(opened.pay_code)
    paid = stands(paying_on_each, PayAsked("o-1"))
    assert (paid.state, paid.pay_code, len(paid.receipt_number)) == (PayState.PAID, "", 14)
    assert stands(paying_on_each, begun(amount_fen=10_000)) == paid
    back = stands(paying_on_each, RefundWanted("o-1", "act_failed"))
    assert back.state is PayState.REFUNDED
    assert "已退款" in httpx.get(opened.pay_code).text


def test_nothing_outside_the_list_is_charged(paying: Running) -> None:
    for asked, reason in (
        (begun(fees=(("stamp", 1),)), "fee_not_listed"),
        (begun(fees=(("copy", 4),)), "fee_not_listed"),
        (begun(fees=(("copy", 1), ("copy", 1))), "fee_not_listed"),
        (begun(fees=()), "fee_not_listed"),
        (begun(amount_fen=10_001), "amount_differs"),
        (begun(item="unheard-of"), "item_unknown"),
    ):
        assert put(paying, asked) == Refused(reason)
    assert paying.query("SELECT count(*) FROM orders") == [(0,)]
    stands(paying, begun())
    assert put(paying, begun(fees=(("copy", 1),))) == Refused("order_taken")


def test_lost_questions_and_answers_cost_nobody_anything(paying: Running, gateway: GatewayProgram) -> None:
    for number, loss in enumerate(({"deaf": 1}, {"mute": 1})):
        order = f"o-{number}"
        world(gateway, **loss)
        lost = stands(paying, begun(order))
        assert (lost.state, lost.heard) == (PayState.UNKNOWN, False)
        opened = stands(paying, begun(order))
        assert opened.heard
        assert opened.state is PayState.WAITING
        press(opened.pay_code)
        world(gateway, **loss)
        assert stands(paying, PayAsked(order)).state is PayState.WAITING
        assert stands(paying, PayAsked(order)).state is PayState.PAID
        world(gateway, **loss)
        assert stands(paying, RefundWanted(order, "no paper")).state is PayState.REFUNDING
        upkeep.round_of(paying.centre)
        assert stands(paying, PayAsked(order)).state is PayState.REFUNDED


def test_closing_while_the_phone_pays_says_who_was_first(paying_on_each: Running) -> None:
    first = stands(paying_on_each, begun("o-1"))
    press(first.pay_code)
    assert stands(paying_on_each, PayClosed("o-1")).state is PayState.PAID
    second = stands(paying_on_each, begun("o-2"))
    assert stands(paying_on_each, PayClosed("o-2")).state is PayState.CLOSED
    assert "没有扣款" in press(second.pay_code)
    assert stands(paying_on_each, PayClosed("never")).state is PayState.CLOSED


def test_slow_refunds_are_followed_to_their_end(paying: Running, gateway: GatewayProgram) -> None:
    world(gateway, slow_refunds=True)
    press(stands(paying, begun()).pay_code)
    assert stands(paying, RefundWanted("o-1", "act_failed")).state is PayState.REFUNDING
    upkeep.round_of(paying.centre)
    assert stands(paying, PayAsked("o-1")).state is PayState.REFUNDING
    world(gateway, settle=True)
    upkeep.round_of(paying.centre)
    assert stands(paying, PayAsked("o-1")).state is PayState.REFUNDED


def test_a_call_back_is_a_hint_that_must_be_signed(paying: Running, gateway: GatewayProgram) -> None:
    press(stands(paying, begun()).pay_code)
    body = msgspec.json.encode(protocol.NameOrder("o-1"))
    signed = {NONCE: "n", SIGNATURE: signature(KEY, protocol.NOTIFIED, "n", body)}
    forged = signed | {SIGNATURE: signature(b"another", protocol.NOTIFIED, "n", body)}
    assert paying.client.post(protocol.NOTIFIED, content=body, headers=forged).status_code == 401
    assert paying.query("SELECT state FROM orders") == [("waiting",)]
    for _ in range(2):
        assert paying.client.post(protocol.NOTIFIED, content=body, headers=signed).status_code == 200
    assert paying.query("SELECT state FROM orders") == [("paid",)]
    world(gateway, deaf=0)


def test_what_has_not_the_merchants_key_is_no_gateway(paying: Running, gateway: GatewayProgram) -> None:
    gateway.key = b"a captive portal"
    assert stands(paying, begun()).state is PayState.UNKNOWN
    gateway.key = KEY
    assert stands(paying, begun()).state is PayState.WAITING


def test_managers_see_the_day_and_compare_it(paying: Running, gateway: GatewayProgram) -> None:
    paying.log_in()
    press(stands(paying, begun()).pay_code)
    stands(paying, PayAsked("o-1"))
    page = paying.client.get("/payments").text
    assert "¥ 100.00" in page
    token = paying.csrf()
    compared = paying.client.post("/payments/compare", data={"csrf": token}).text
    assert "一致" in compared
    gateway.book.refund("o-1")
    assert "已退款" in paying.client.post("/payments/compare", data={"csrf": token}).text
    assert paying.client.post("/payments/o-1/refund", data={"csrf": token}).status_code == 422
    done = paying.client.post("/payments/o-1/refund", data={"csrf": token, "why": "重复"}, follow_redirects=False)
    assert done.status_code == 303
    assert stands(paying, PayAsked("o-1")).state is PayState.REFUNDED


def test_without_a_gateway_nothing_can_be_paid(embedded: Running) -> None:
    publish(embedded, item(SLUG) + FEES.encode())
    for asked in (begun(), PayAsked("o-1"), PayClosed("o-1"), RefundWanted("o-1", "why")):
        found = put(embedded, asked)
        assert isinstance(found, Unavailable)
        assert found.text["zh-Hans"]
    assert put(embedded, PayAsked("o-1")).why == "down"
    assert embedded.client.get("/payments", follow_redirects=False).status_code == 303


def test_the_phones_page_of_no_order_is_not_there(gateway: GatewayProgram) -> None:
    place = urlsplit(gateway.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=5)
    connection.request("GET", "/pay/nothing")
    assert connection.getresponse().status == 404
    connection.close()
    assert httpx.post(f"{gateway.url}/orders", content=b"{}").status_code == 401
