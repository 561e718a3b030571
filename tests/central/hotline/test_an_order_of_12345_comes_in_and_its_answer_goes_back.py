"""12345: an order is one complaint here however often it is sent, every change goes back once, also after silence."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from central.complaints import store as complaints
from central.complaints.rules import Step
from central.hotline import exchanging, protocol, rules
from central.hotline.protocol import WorkOrder
from central.hotline.simulator.program import HotlineProgram, World
from central.settings import HotlineSettings
from contract.envelope import Lane
from contract.messages import ComplaintContent, ComplaintFiled, Matter
from tests.central.conftest import NAME, Running
from tests.central.terminal_double import TerminalDouble, local_now, seal
from tests.waiting import until

KEY = b"a key both have"
TEXT = "办理居住证等了三个小时"
ORDER = WorkOrder("12345-0001", "投诉", "2026-11-22T09:00:00+08:00", TEXT, "张三", "13812345678")


@pytest.fixture
def hotline() -> Iterator[HotlineProgram]:
    program = HotlineProgram(KEY)
    program.start()
    yield program
    program.stop()


def connect(running: Running, hotline: HotlineProgram, folder: Path) -> None:
    key = folder / "hotline.key"
    key.write_bytes(KEY)
    settings = HotlineSettings(url=hotline.url, key_file=str(key))
    running.centre.settings = msgspec.structs.replace(running.centre.settings, hotline=settings)


def put(hotline: HotlineProgram, **world: object) -> None:
    said = msgspec.json.encode(World(**world))  # type: ignore[arg-type]
    httpx.post(f"{hotline.url}/_world", content=said, trust_env=False).raise_for_status()


def look(running: Running) -> None:
    """One round, as the chore does it; messages that waited for their next try are due."""
    running.clock.forward(hours=2)
    exchanging.round_of(running.centre)
    running.judged()


def told(hotline: HotlineProgram, number: str = ORDER.order_number) -> list[str]:
    return list(dict.fromkeys(one.status for one in hotline.statuses.values() if one.order_number == number))


def test_an_order_is_answered_where_it_came_from(running: Running, hotline: HotlineProgram, tmp_path: Path) -> None:
    connect(running, hotline, tmp_path)
    put(hotline, orders=(ORDER,))
    look(running)
    look(running)
    assert told(hotline) == [protocol.RECEIVED]
    [(complaint_id,)] = running.query("SELECT complaint_id FROM complaints")
    raw = repr(running.query("SELECT * FROM complaints") + running.query("SELECT raw FROM envelopes"))
    assert TEXT not in raw
    assert "13812345678" not in raw
    running.log_in()
    assert ORDER.order_number in running.client.get("/hotline").text
    assert "张*" in running.client.get(f"/complaints/{complaint_id}").text
    with running.centre.database.writing() as connection:
        complaints.move(connection, str(complaint_id), Step("taken", NAME, "", running.clock()))
    look(running)
    with running.centre.database.writing() as connection:
        complaints.answer(connection, str(complaint_id), "已加开窗口，向您致歉。", NAME, running.clock())
    look(running)
    assert told(hotline) == [protocol.RECEIVED, protocol.WORKING, protocol.ANSWERED]
    assert (
        next(one.words for one in hotline.statuses.values() if one.status == protocol.ANSWERED)
        == "已加开窗口，向您致歉。"
    )
    assert running.query("SELECT count(*) FROM complaints") == [(1,)]


def test_a_hotline_that_hears_and_stays_mute_is_told_once(
    embedded: Running, hotline: HotlineProgram, tmp_path: Path
) -> None:
    connect(embedded, hotline, tmp_path)
    put(hotline, orders=(ORDER,), mute=3)
    for _ in range(6):
        look(embedded)
    assert embedded.query("SELECT count(*) FROM complaints") == [(1,)]
    assert list(hotline.statuses) == [rules.status_id(ORDER.order_number, protocol.RECEIVED)]
    put(hotline, deaf=2)
    [(complaint_id,)] = embedded.query("SELECT complaint_id FROM complaints")
    with embedded.centre.database.writing() as connection:
        complaints.answer(connection, str(complaint_id), "已处理", NAME, embedded.clock())
    for _ in range(5):
        look(embedded)
    assert told(hotline) == [protocol.RECEIVED, protocol.ANSWERED]
    assert embedded.query("SELECT count(*) FROM hotline_outbox WHERE sent_at IS NULL") == [(0,)]
    assert embedded.query("SELECT count(*) FROM hotline_outbox WHERE length(body) > 0") == [(0,)]


def test_an_order_nobody_understands_goes_back_with_the_reason(
    embedded: Running, hotline: HotlineProgram, tmp_path: Path
) -> None:
    connect(embedded, hotline, tmp_path)
    strange = msgspec.structs.replace(ORDER, order_number="12345-0002", matter="求助热线外")
    put(hotline, orders=(strange, msgspec.structs.replace(ORDER, order_number="12345-0003", at="gestern"), ORDER))
    look(embedded)
    assert told(hotline, "12345-0002") == told(hotline, "12345-0003") == [protocol.RETURNED]
    assert told(hotline) == [protocol.RECEIVED]
    assert embedded.query("SELECT count(*) FROM complaints") == [(1,)]


def test_whoever_has_not_the_key_is_neither_heard_nor_believed(
    embedded: Running, hotline: HotlineProgram, tmp_path: Path
) -> None:
    connect(embedded, hotline, tmp_path)
    (tmp_path / "hotline.key").write_bytes(b"another key")
    put(hotline, orders=(ORDER,))
    look(embedded)
    assert embedded.query("SELECT count(*) FROM complaints") == [(0,)]
    assert hotline.statuses == {}


def test_a_complaint_is_passed_on_once_and_the_look_is_logged_first(
    embedded: Running, hotline: HotlineProgram, tmp_path: Path
) -> None:
    terminal = embedded.enter(TerminalDouble())
    filed = ComplaintFiled("c-1", "TS20261122-0001", "H7K2QX", Matter.COMPLAINT, local_now(), "zh-Hans")
    sealed = seal(terminal.id, "c-1", ComplaintContent(TEXT, "张三", "13812345678"), embedded.sealing())  # type: ignore[arg-type]
    terminal.file_raw(Lane.RATINGS, "complaint", msgspec.json.encode(filed), sealed, "c-1")
    embedded.push(terminal, Lane.RATINGS)
    embedded.judged()
    embedded.log_in()

    def pass_on(**form: str) -> int:
        sent = {"csrf": embedded.csrf()} | form
        return embedded.client.post("/hotline/pass-on", data=sent, follow_redirects=False).status_code

    assert pass_on(number=filed.number, reason="属于市公安局") == 422
    connect(embedded, hotline, tmp_path)
    assert pass_on(number=filed.number, reason="") == 422
    assert pass_on(number="TS-NONE", reason="属于市公安局") == 422
    assert embedded.query("SELECT count(*) FROM openings") == [(0,)]
    put(hotline, mute=1)
    assert pass_on(number=filed.number.replace("-", ""), reason="属于市公安局") == 303
    assert embedded.query("SELECT who, reason FROM openings") == [(NAME, "属于市公安局")]
    assert "13812345678" not in repr(embedded.query("SELECT * FROM hotline_outbox"))

    def is_named() -> bool:
        look(embedded)
        embedded.log_in()
        return "HL00000001" in embedded.client.get("/hotline").text

    until(is_named, "the hotline's number")
    (order,) = hotline.passed_on.values()
    assert (order.text, order.contact, order.why) == (TEXT, "13812345678", "属于市公安局")
    assert pass_on(number=filed.number, reason="属于市公安局") == 422
    assert len(hotline.passed_on) == 1
