from collections.abc import Iterator

import pytest

from central.clock import now
from central.payments.gateway import HttpGateway
from central.payments.simulator.program import GatewayProgram
from central.signed_lines.line import Silent
from kiosk.demo import gateway
from ui.views.dock import Around, dock_view


@pytest.fixture
def running() -> Iterator[GatewayProgram]:
    program = GatewayProgram(b"a key", now)
    program.start()
    yield program
    program.stop()


def test_the_dock_makes_it_late_silent_deaf_and_double_and_well_again(running: GatewayProgram) -> None:
    assert gateway.mode_of(running.url) == "up"
    for mode in [*gateway.WORLDS, "up"]:
        gateway.be(running.url, mode)
        assert gateway.mode_of(running.url) == mode


def test_what_is_played_is_what_a_merchant_meets(running: GatewayProgram) -> None:
    line = HttpGateway(running.url, b"a key")
    for mode in ("lost", "deaf"):
        gateway.be(running.url, mode)
        with pytest.raises(Silent):
            line.query("order")
        assert gateway.mode_of(running.url) == mode, "one question does not use it up"
    gateway.be(running.url, "up")
    assert line.query("order").order_id == "order"
    line.end()


def test_where_there_is_none_the_dock_offers_none() -> None:
    assert gateway.mode_of("") == ""
    assert gateway.mode_of("http://127.0.0.1:9") == ""
    assert not [order for order in dock_view(Around(), "", "").partners if order.order == "gateway"]
    found = {o.card: o for o in dock_view(Around(gateway="lost"), "", "").partners if o.order == "gateway"}
    assert set(found) == set(gateway.WORLDS)
    assert [card for card, order in found.items() if order.on] == ["lost"]
