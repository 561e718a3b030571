"""12345: an order worked on again is told again, in order; what cannot be taken or opened stops nothing else."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from central import persons
from central.complaints import store as complaints
from central.complaints.rules import State
from central.complaints.tables import complaints as complaints_table
from central.hotline import exchanging, protocol, store
from central.hotline.protocol import Heard, Orders, Status, WorkOrder
from central.settings import HotlineSettings
from central.signed_lines.line import Silent
from central.unseal import CannotOpen
from tests.central.conftest import NAME, Running

ORDER = WorkOrder("12345-0001", "投诉", "2026-11-22T09:00:00+08:00", "窗口无人", "张三", "13812345678")


class LineDouble:
    """The line to the hotline: what is put in, what was told, whether it is silent."""

    def __init__(self, *orders: WorkOrder) -> None:
        self.orders = orders
        self.told: list[Status] = []
        self.silent_to: set[str] = set()

    def pending(self) -> Orders:
        return Orders(self.orders)

    def tell(self, status: Status) -> Heard:
        if status.status in self.silent_to:
            message = "nobody answers"
            raise Silent(message)
        self.told.append(status)
        return Heard(status.order_number)

    def said(self) -> list[str]:
        return [one.status for one in self.told]


@pytest.fixture
def centre(embedded: Running, tmp_path: Path) -> Running:
    (tmp_path / "hotline.key").write_bytes(b"k")
    settings = HotlineSettings(url="http://127.0.0.1:9", key_file=str(tmp_path / "hotline.key"))
    embedded.centre.settings = msgspec.structs.replace(embedded.centre.settings, hotline=settings)
    embedded.centre.caretaker.stop()
    return embedded


def look(running: Running, line: LineDouble) -> None:
    exchanging.fetch(running.centre, line)  # type: ignore[arg-type] # what it needs of a line
    running.judged()
    exchanging.notice(running.centre)
    exchanging.send(running.centre, line)  # type: ignore[arg-type]


def answer(running: Running, words: str) -> None:
    with running.centre.database.writing() as connection:
        assert complaints.answer(connection, f"hotline-{ORDER.order_number}", words, NAME, running.clock())


def unsettled(running: Running) -> None:
    """At the call back it is said not to be settled: work goes on."""
    with running.centre.database.writing() as connection:
        connection.execute(update(complaints_table).values(state=State.TAKEN.value))


def test_an_order_that_was_not_settled_is_told_and_answered_again(centre: Running) -> None:
    line = LineDouble(ORDER)
    look(centre, line)
    answer(centre, "已处理")
    look(centre, line)
    unsettled(centre)
    look(centre, line)
    answer(centre, "已重新处理")
    look(centre, line)
    look(centre, line)
    assert line.said() == [protocol.RECEIVED, protocol.ANSWERED, protocol.WORKING, protocol.ANSWERED]
    assert [one.words for one in line.told] == ["", "已处理", "", "已重新处理"]
    assert len({one.message_id for one in line.told}) == 4


def test_no_status_overtakes_one_of_its_order_that_waits(centre: Running) -> None:
    line = LineDouble(ORDER)
    line.silent_to = {protocol.RECEIVED}
    look(centre, line)
    answer(centre, "已处理")
    line.silent_to = set()
    look(centre, line)
    assert line.told == [], "the first waits for its next try"
    centre.clock.forward(hours=2)
    look(centre, line)
    assert line.said() == [protocol.RECEIVED, protocol.ANSWERED]


def test_two_who_notice_the_same_change_tell_it_once(centre: Running) -> None:
    line = LineDouble(ORDER)
    look(centre, line)
    answer(centre, "已处理")
    with centre.centre.database.reading() as connection:
        seen = store.stands(connection)
    exchanging.notice(centre.centre)
    with centre.centre.database.writing() as connection:
        assert not store.told(connection, seen[0], centre.clock())
    look(centre, line)
    assert line.said() == [protocol.RECEIVED, protocol.ANSWERED]


def test_an_order_that_cannot_be_kept_stops_neither_the_others_nor_what_waits(
    centre: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    sick = msgspec.structs.replace(ORDER, order_number="12345-0\x00")
    file = exchanging._file

    def fails(connection: Any, found: Any, order: WorkOrder, *more: Any) -> None:  # noqa: ANN401 - as they are
        if order.order_number == "12345-0009":
            raise RuntimeError(order.order_number)
        file(connection, found, order, *more)

    monkeypatch.setattr(exchanging, "_file", fails)
    line = LineDouble(msgspec.structs.replace(ORDER, order_number="12345-0009"), sick, ORDER)
    look(centre, line)
    assert {(one.order_number, one.status) for one in line.told} == {
        (ORDER.order_number, protocol.RECEIVED),
        (sick.order_number, protocol.RETURNED),
    }


def test_a_message_whose_key_is_elsewhere_stops_no_other(centre: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    other = msgspec.structs.replace(ORDER, order_number="12345-0002")
    line = LineDouble(other, ORDER)
    line.silent_to = {protocol.RECEIVED}
    look(centre, line)
    line.silent_to = set()
    centre.clock.forward(hours=2)
    unseal = persons.unseal
    with centre.centre.database.reading() as connection:
        first = store.due(connection, centre.clock() + timedelta(days=1))[0]

    def opens(keys: Any, body: bytes, context: bytes) -> bytes:  # noqa: ANN401 - as it is
        if body == first.body:
            raise CannotOpen("no_key")
        return unseal(keys, body, context)

    monkeypatch.setattr(persons, "unseal", opens)
    look(centre, line)
    assert [one.order_number for one in line.told] == [ORDER.order_number]
