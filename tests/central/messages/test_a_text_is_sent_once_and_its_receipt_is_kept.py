"""短信: whatever the line does, a telephone gets one text for each purpose, and its number stays nowhere afterwards."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import structlog

from central.clock import now
from central.complaints import store as complaints
from central.messages import answered, rules, store, upkeep
from central.messages.numbers import open_number, seal_number
from central.messages.protocol import Receipt, Told
from central.messages.rules import Purpose, State
from central.messages.simulator.program import GatewayProgram, World
from central.messages.texts import templates
from central.unseal import CannotOpen
from contract.envelope import Lane
from contract.messages import ComplaintContent, ComplaintFiled, Matter
from tests.central.conftest import Running, start, write_config
from tests.central.terminal_double import TerminalDouble, local_now, seal
from tests.waiting import until

KEY, MOBILE = b"a key shared with the gateway", "13912345678"
VALUES = {"hall": "长安大厅", "number": "A017", "window": "3"}


@dataclass
class Line:
    """A centre, and the gateway at the other end of a real line. Rounds are made by the tests too."""

    running: Running
    gateway: GatewayProgram

    def queue(self, about: str = "call-1", **until: float) -> bool:
        centre = self.running.centre
        ends = self.running.clock() + timedelta(**until) if until else None
        with centre.database.writing() as connection:
            return store.queue_message(
                connection,
                Purpose.NUMBER_CALLED,
                about,
                seal_number(centre.keys, MOBILE),
                "number_called",
                VALUES,
                self.running.clock(),
                until=ends,
            )

    def rounds(self, count: int = 1) -> None:
        for _ in range(count):
            self.running.clock.forward(minutes=6)
            upkeep.round_of(self.running.centre)

    def state(self, about: str = "call-1") -> State:
        with self.running.centre.database.reading() as connection:
            found = store.find(connection, Purpose.NUMBER_CALLED, about)
        assert found is not None
        return found.state


@pytest.fixture
def line(tmp_path: Path, database_url: str) -> Iterator[Line]:
    """On each database."""
    program = GatewayProgram(KEY, now)
    program.start()
    config = write_config(tmp_path, database_url)
    with config.open("a", encoding="utf-8") as file:
        file.write(f'\n[messages]\nurl = "{program.url}"\n')
    (tmp_path / "keys" / "messages.key").write_bytes(KEY)
    for running in start(config):
        yield Line(running, program)
    program.stop()


def test_whatever_the_line_does_a_telephone_gets_one_text(line: Line) -> None:
    line.gateway.world = World(deaf=1, mute=2)
    assert line.queue()
    assert not line.queue(), "the same purpose and thing is the same text"
    line.rounds(8)
    assert line.state() is State.DELIVERED
    (text,) = line.gateway.box
    assert (text.ends, text.text) == ("5678", "【长安大厅】请A017号到3窗口。过号后30分钟内可在自助机恢复一次。")
    assert len(line.gateway.asked) == 1
    assert line.running.query("SELECT sealed_to FROM text_messages") == [(b"",)], "wiped when it is over"


def test_a_gateway_that_says_no_and_one_that_never_says_more(line: Line) -> None:
    line.gateway.world = World(refuse=("5678",))
    line.queue()
    line.rounds(4)
    assert line.state() is State.FAILED
    line.gateway.world = World(slow=True)
    line.queue("call-2")
    line.rounds(2)
    assert line.state("call-2") is State.SENT
    with line.running.centre.database.writing() as connection:
        store.withdraw(connection, Purpose.NUMBER_CALLED, "call-2", line.running.clock())
    assert line.state("call-2") is State.SENT, "its receipt is still waited for"
    assert {bytes(row[0]) for row in line.running.query("SELECT sealed_to FROM text_messages")} == {b""}  # type: ignore[call-overload]
    line.running.clock.forward(hours=73)
    line.rounds()
    assert line.state("call-2") is State.UNCONFIRMED
    _shown_without_its_number(line)


def _shown_without_its_number(line: Line) -> None:
    line.queue("call-3")
    line.gateway.world = World()
    with structlog.testing.capture_logs() as logged:
        line.rounds(3)
    line.running.log_in()
    page = line.running.client.get("/messages").text
    assert "已送达" in page
    assert "SMS00000003" in page
    assert MOBILE not in page + repr(logged)
    assert "没有接通短信网关" not in page
    assert "没有短信" in line.running.client.get("/messages?state=lapsed").text


def test_a_stranger_at_the_gateways_address_is_not_believed_and_late_texts_lapse(line: Line) -> None:
    """The negative control: an answer without the signature delivers nothing."""
    line.gateway.key = b"another key"
    line.queue()
    line.queue("call-4", minutes=2)
    line.rounds(2)
    assert line.state() is State.WAITING
    assert line.state("call-4") in (State.LAPSED, State.UNCONFIRMED)
    assert not line.gateway.asked


def test_without_a_gateway_texts_wait_in_sight_and_what_is_no_number_is_refused(embedded: Running) -> None:
    embedded.log_in()
    with embedded.centre.database.writing() as connection:
        sealed = seal_number(embedded.centre.keys, MOBILE)
        store.queue_message(connection, Purpose.BOOKED, "b1", sealed, "booked", {}, embedded.clock())
    upkeep.round_of(embedded.centre)
    assert "没有接通短信网关" in embedded.client.get("/messages").text
    with pytest.raises(ValueError, match="11 digits") as error:
        seal_number(embedded.centre.keys, "12345")
    assert "12345" not in str(error.value)
    with pytest.raises(CannotOpen):  # what was wiped stops none of the others
        open_number(embedded.centre.fresh_keys(), b"")


def test_every_template_fills_from_short_values_and_fits_one_text() -> None:
    values: dict[str, str] = defaultdict(lambda: "x" * 8)
    for key, template in templates().items():
        assert len(template.format_map(values)) <= 140, key


def test_an_end_is_an_end() -> None:
    assert rules.after(Told("m", Receipt.UNKNOWN)) is State.WAITING, "a gateway that lost it is told again"
    assert rules.message_id(Purpose.BOOKED, "1") != rules.message_id(Purpose.ANSWERED, "1")


def test_an_answered_question_is_told_by_text_and_the_look_is_logged(line: Line) -> None:
    running = line.running
    terminal = running.enter(TerminalDouble())
    body = ComplaintFiled(
        "c-1",
        "ZX2026112300000017",
        "H7K2QX",
        Matter.CONSULTATION,
        local_now(),
        "zh-Hans",
        named=True,
        masked_contact="1",
    )
    content = ComplaintContent("几点开门？", contact=MOBILE)
    sealed = seal(terminal.id, "c-1", content, running.sealing())  # type: ignore[arg-type]
    terminal.file_raw(Lane.RATINGS, "complaint", msgspec.json.encode(body), sealed, "c-1")
    running.push(terminal, Lane.RATINGS)
    running.judged()
    with running.centre.database.writing() as connection:
        assert complaints.answer(connection, "c-1", "九点", "boss", running.clock(), complete=True)
    answered.round_of(running.centre)
    answered.round_of(running.centre)
    line.rounds(3)
    until(lambda: line.gateway.box != [], "the text")  # the centre's own round may be at it
    assert [one.text for one in line.gateway.box] == [
        "【长安区政务服务中心】您的咨询ZX2026112300000017已有答复，可在任一自助终端或凭编号查询。"
    ]
    looked = running.query("SELECT who, reason FROM openings")
    assert looked == [("系统", "发送答复短信")]
