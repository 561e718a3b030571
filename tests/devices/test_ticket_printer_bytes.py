"""ESC/POS bytes: golden vectors, Chinese text, pictures that hide no command, and one line shared by five sources."""

import random
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.parts.printed import Character, Plain
from devices.ticket_printer.bitmap import DLE, REAL_TIME, Bitmap, encode_raster, has_pair
from devices.ticket_printer.commands import (
    CommandReader,
    Group,
    LineFeed,
    PrinterCommand,
    Raster,
    RealTimeReader,
    Unknown,
)
from devices.ticket_printer.document import Cut, Element, Feed, Qr, Row, Rule, Text, sample_ticket
from devices.ticket_printer.protocol import (
    ASB_ON,
    ASK_BUFFERED_STATUS,
    INITIALISE,
    RECOVER_AND_CLEAR,
    ask_print_id,
    ask_status,
    columns,
    encode_ticket,
    wrapped,
)
from devices.ticket_printer.raster import FontDrawing
from devices.ticket_printer.redaction import redaction
from devices.ticket_printer.replies import (
    AutomaticStatus,
    Block,
    BufferedStatus,
    Event,
    Noise,
    Pause,
    ReplyReader,
    Resume,
    StatusByte,
)
from devices.ticket_printer.simulator import Hardware, automatic_status, status_byte
from devices.ticket_printer.state import state_of

REAL = FontDrawing()


class BlankDrawing:
    """Draws nothing, and remembers what it was asked for."""

    asked: ClassVar[list[str]] = []

    def line(self, text: str, style: Text) -> Bitmap:
        self.asked.append(text)
        return Bitmap(576, (bytes(72),) * 24 * style.height)

    def qr(self, code: Qr) -> Bitmap:
        self.asked.append(code.payload)
        return Bitmap(16, (b"\x10\x04",) * 8)


def encoded(*elements: Element, native_qr: bool = True) -> bytes:
    BlankDrawing.asked.clear()
    return encode_ticket(elements, "A001", BlankDrawing(), native_qr=native_qr)


def commands(octets: bytes) -> list[PrinterCommand]:
    """Whole and byte by byte: the same commands come out."""
    slowly = CommandReader()
    pieces = [command for byte in octets for command in slowly.feed(bytes([byte]))]
    assert CommandReader().feed(octets) == pieces
    return pieces


def text_of(octets: bytes) -> str:
    return "".join(command.char for command in commands(octets) if isinstance(command, Character))


def test_questions_and_orders() -> None:
    assert (RECOVER_AND_CLEAR, ASB_ON, ASK_BUFFERED_STATUS) == (b"\x10\x05\x02", b"\x1d\x61\xff", b"\x1d\x72\x01")
    assert [ask_status(1), ask_status(2), ask_status(3), ask_status(4)] == [bytes((0x10, 4, n)) for n in (1, 2, 3, 4)]
    assert ask_print_id("A001") == bytes.fromhex("1D 28 48 06 00 30 30 41 30 30 31")


@pytest.mark.parametrize("print_id", ["A01", "A0001", "一二三四", "A\x1001", "\x7fABC", ""])
def test_a_print_id_that_could_not_come_back_is_refused(print_id: str) -> None:
    with pytest.raises(ValueError, match="four printable"):
        ask_print_id(print_id)


def test_a_ticket_begins_clean_and_ends_with_the_questions_that_prove_it() -> None:
    octets = encoded(Text("张三"), Cut())
    assert octets.startswith(INITIALISE + ASB_ON + b"\x1c\x26")
    assert octets.endswith(b"\x1d\x56\x42\x00" + ask_print_id("A001") + ASK_BUFFERED_STATUS)
    assert b"\xd5\xc5\xc8\xfd\n" in octets
    assert encode_ticket((Cut(),), "A001", REAL, full_cut=True).count(b"\x1d\x56\x41\x00") == 1


def test_qr_codes_are_stored_and_drawn_by_the_printer() -> None:
    octets = encoded(Qr("https://example.gov.cn/q/A0123"))
    for golden in (
        "1D 28 6B 04 00 31 41 32 00",
        "1D 28 6B 03 00 31 43 06",
        "1D 28 6B 03 00 31 45 31",
        "1D 28 6B 21 00 31 50 30" + b"https://example.gov.cn/q/A0123".hex(),
        "1D 28 6B 03 00 31 51 30",
    ):
        assert bytes.fromhex(golden) in octets
    assert bytes.fromhex("1D 28 6B 8C 0B 31 50 30") in encoded(Qr("a" * 2953, module=1))


@pytest.mark.parametrize("payload", ["a\x10\x04b", "x" * 1037, "x" * 1293])
def test_a_qr_payload_that_would_hide_a_command_is_drawn_instead(payload: str) -> None:
    octets = encoded(Qr(payload))
    assert BlankDrawing.asked == [payload]
    assert not has_pair(octets)


def test_a_qr_code_that_no_printer_can_store_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 2953"):
        encoded(Qr("x" * 2954))
    with pytest.raises(ValueError, match="wider than the paper"):
        REAL.qr(Qr("x" * 2000, module=8))
    with pytest.raises(ValueError, match="payload"):
        Qr("")
    with pytest.raises(ValueError, match="1 to 16"):
        Qr("x", module=17)
    with pytest.raises(ValueError, match="1 to 8"):
        Text("x", width=9)


def test_raster_has_the_published_head() -> None:
    octets = encode_raster(Bitmap(576, (b"\xff" * 72,) * 24))
    assert octets == bytes.fromhex("1D 76 30 00 48 00 18 00") + b"\xff" * 1728
    assert encode_raster(Bitmap(576, ())) == b""
    with pytest.raises(ValueError, match="whole bytes"):
        Bitmap(12, (b"\x00\x00",))


@pytest.mark.parametrize("rare", ["王㛃", "𠮷田", "䶮先生", "€ 5"])
def test_a_line_with_a_rare_character_is_drawn_whole(rare: str) -> None:
    octets = encoded(Text("前"), Text(rare, height=2), Text("后"))
    assert BlankDrawing.asked == [rare]
    assert text_of(octets) == "前后"
    assert [c.bitmap.width for c in commands(octets) if isinstance(c, Raster)] == [576]


@given(st.text(max_size=30))
def test_no_character_ever_becomes_a_question_mark(text: str) -> None:
    octets = encoded(Text(text))
    drawn = "".join(BlankDrawing.asked)
    wanted = "".join(wrapped(text, 48))
    assert sorted(text_of(octets) + drawn) == sorted(wanted)


def test_yen_is_the_two_byte_one_and_the_middle_dot_is_native() -> None:
    octets = encoded(Text("¥5 阿·买"))
    assert b"\xa3\xa45 \xb0\xa2\xa1\xa4\xc2\xf2\n" in octets
    assert BlankDrawing.asked == []


def test_control_characters_never_reach_the_printer() -> None:
    assert text_of(encoded(Text("a\x10\x04\x01b\x1b@c\x00"))) == "ab@c"
    assert not has_pair(encoded(Text("\x10\x04"), Row("\x10", "\x05"), Feed(16), Text("\x04")))


@given(st.text(st.sampled_from("ab 一二，"), max_size=120), st.integers(1, 4))
def test_lines_never_run_over_the_edge_and_lose_nothing_but_blanks(text: str, width: int) -> None:
    lines = wrapped(text, 48 // width)
    assert all(columns(line) <= 48 // width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_words_are_not_cut_where_a_blank_is_near() -> None:
    assert wrapped("number printing at the self-service terminal of the hall", 24) == [
        "number printing at the",
        "self-service terminal of",
        "the hall",
    ]


def test_a_row_keeps_its_value_at_the_right_edge() -> None:
    assert text_of(encoded(Row("事项", "居住证申领"))) == "事项" + " " * 34 + "居住证申领"
    long = encoded(Row("地址", "北京市海淀区示范路18号院2号楼3单元601室东侧自助服务区"))
    assert text_of(long).startswith("地址北京市")
    assert Plain(b"\x1b\x61", b"\x02") in commands(long)


def test_sizes_let_the_later_command_win() -> None:
    octets = encoded(Text("大", width=2, height=2))
    assert octets.index(b"\x1c\x21\x0c") < octets.index(b"\x1d\x21\x11")
    assert b"\x1c\x21\x00\x1d\x21\x33" in encoded(Text("A1", width=4, height=4))


BYTE = st.one_of(st.integers(0, 255), st.sampled_from([DLE, *REAL_TIME]))


@given(st.integers(1, 6), st.lists(st.lists(BYTE, min_size=6, max_size=6), max_size=60))
def test_no_picture_hides_a_real_time_command(width: int, octets: list[list[int]]) -> None:
    bitmap = Bitmap(width * 8, tuple(bytes(row[:width]) for row in octets))
    wire = encode_raster(bitmap)
    assert not has_pair(wire)
    assert sum(len(c.bitmap.rows) for c in commands(wire) if isinstance(c, Raster)) == len(bitmap.rows)


def test_ten_thousand_rows_of_noise_hide_none_and_keep_every_dot() -> None:
    chance = random.Random(7)
    for _ in range(40):
        rows = tuple(chance.randbytes(72) for _ in range(250))
        wire = encode_raster(Bitmap(576, rows))
        assert not has_pair(wire)
        printed = [row for c in commands(wire) if isinstance(c, Raster) for row in c.bitmap.rows]
        thickened = sum(
            (a ^ b).bit_count() for p, r in zip(printed, rows, strict=True) for a, b in zip(p, r, strict=True)
        )
        assert thickened < 10


def test_a_picture_with_a_margin_is_moved_and_keeps_its_shape() -> None:
    rows = (b"\x00\x10\x04\x00",) * 3
    [raster] = [c for c in commands(encode_raster(Bitmap(32, rows))) if isinstance(c, Raster)]
    assert [row.hex() for row in raster.bitmap.rows] == ["00080200"] * 3


@given(
    st.lists(
        st.one_of(
            st.builds(Text, st.text(max_size=20), width=st.integers(1, 8), height=st.integers(1, 8)),
            st.builds(Row, st.text(max_size=10), st.text(max_size=10)),
            st.builds(Qr, st.text(min_size=1, max_size=40), module=st.integers(1, 16)),
            st.builds(Feed, st.integers(0, 600)),
            st.just(Rule()),
            st.just(Cut()),
        ),
        max_size=6,
    )
)
def test_no_ticket_hides_a_real_time_command(elements: list[Element]) -> None:
    octets = encoded(*elements)
    assert not has_pair(octets)
    assert RealTimeReader().feed(octets) == []
    assert not any(isinstance(command, Unknown) for command in commands(octets))


@pytest.mark.parametrize("native", [True, False])
def test_really_drawn_tickets_hide_no_real_time_command(native: bool) -> None:
    for number in range(20):
        ticket = (*sample_ticket(f"㛃{number}"), Qr(f"https://example.gov.cn/q/{number}", module=4))
        assert not has_pair(encode_ticket(ticket, "A001", REAL, native_qr=native))


def test_the_mixed_stream_of_the_reference() -> None:
    assert ReplyReader().feed(bytes.fromhex("10 13 00 11 00 12 00")) == [
        Pause(),
        Resume(),
        StatusByte(0x12),
        AutomaticStatus(bytes.fromhex("10 00 00 00")),
    ]


@pytest.mark.parametrize(
    ("octets", "stopped"), [("10000000", False), ("18000F00", True), ("38000000", True), ("10000300", False)]
)
def test_automatic_status_says_when_printing_cannot_go_on(octets: str, stopped: bool) -> None:
    [event] = ReplyReader().feed(bytes.fromhex(octets))
    assert isinstance(event, AutomaticStatus)
    assert event.stopped is stopped


SOURCES: list[tuple[bytes, Event]] = [
    (b"\x12", StatusByte(0x12)),
    (b"\x7e", StatusByte(0x7E)),
    (b"\x10\x00\x00\x00", AutomaticStatus(b"\x10\x00\x00\x00")),
    (b"\x38\x08\x0f\x00", AutomaticStatus(b"\x38\x08\x0f\x00")),
    (b"\x00", BufferedStatus(0)),
    (b"\x0f", BufferedStatus(0x0F)),
    (b"\x37\x22A001\x00", Block(0x22, b"A001")),
    (b"\x37\x22 ~~ \x00", Block(0x22, b" ~~ ")),
]


@given(st.lists(st.sampled_from(SOURCES), max_size=12), st.data())
def test_any_order_of_sources_in_any_pieces_with_flow_control_anywhere(
    parts: list[tuple[bytes, Event]], data: st.DataObject
) -> None:
    stream = bytearray(b"".join(octets for octets, _ in parts))
    for at in data.draw(st.lists(st.integers(0, len(stream)), max_size=4)):
        stream.insert(at, data.draw(st.sampled_from([0x11, 0x13])))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    reader, got = ReplyReader(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        got += reader.feed(bytes(stream[start:end]))
    assert [event for event in got if not isinstance(event, Pause | Resume)] == [event for _, event in parts]


@given(st.binary(max_size=200))
def test_whatever_arrives_the_next_block_is_understood(garbage: bytes) -> None:
    reader = ReplyReader()
    reader.feed(garbage + b"\x00\x00\x00\x00")
    assert Block(0x22, b"A001") in reader.feed(b"\x37\x22A001\x00")


def test_a_block_that_never_ends_does_not_swallow_the_line() -> None:
    reader = ReplyReader()
    events = reader.feed(b"\x37" + b"A" * 200 + b"\x12")
    assert events[-1] == StatusByte(0x12)
    assert ReplyReader().feed(b"\x37\x00") == [Noise(0x37)]
    assert ReplyReader().feed(b"\x80") == [Noise(0x80)]
    assert ReplyReader().feed(b"\x40") == [Noise(0x40)], "the high bits of an answer to GS r are 0"


@pytest.mark.parametrize(
    ("replies", "online", "paper", "cover", "cutter", "error"),
    [
        ((0x12, 0x12, 0x12, 0x12), True, "full", "closed", "ok", "none"),
        ((0x1A, 0x32, 0x12, 0x7E), False, "out", "closed", "ok", "none"),
        ((0x1A, 0x16, 0x12, 0x12), False, "full", "open", "ok", "none"),
        ((0x1A, 0x52, 0x1A, 0x12), False, "full", "closed", "inoperable", "cutter"),
        ((0x1A, 0x52, 0x32, 0x12), False, "full", "closed", "ok", "unrecoverable"),
        ((0x1A, 0x52, 0x52, 0x12), False, "full", "closed", "ok", "overheated"),
        ((0x1A, 0x52, 0x16, 0x12), False, "full", "closed", "ok", "mechanical"),
        ((0x1A, 0x52, 0x12, 0x12), False, "full", "closed", "ok", "other"),
        ((0x12, 0x12, 0x12, 0x1E), True, "low", "closed", "ok", "none"),
        ((0x12, None, None, None), True, "unknown", "unknown", "unknown", "unknown"),
        ((None, None, None, None), "unknown", "unknown", "unknown", "unknown", "unknown"),
    ],
)
def test_status_bytes_become_words(
    replies: tuple[int | None, int | None, int | None, int | None],
    online: bool | str,
    paper: str,
    cover: str,
    cutter: str,
    error: str,
) -> None:
    assert state_of(*replies).as_json() == {
        "online": online,
        "paper": paper,
        "cover": cover,
        "cutter": cutter,
        "error": error,
    }


@pytest.mark.parametrize(
    ("replies", "key"),
    [
        ((0x12, 0x12, 0x12, 0x12), None),
        ((0x12, 0x12, 0x12, 0x1E), None),
        ((0x1A, 0x32, 0x12, 0x7E), "ticket_printer.paper_out"),
        ((0x1A, 0x16, 0x12, 0x7E), "ticket_printer.cover_open"),
        ((0x1A, 0x52, 0x1A, 0x12), "ticket_printer.cutter_jammed"),
        ((0x1A, 0x52, 0x32, 0x12), "ticket_printer.unrecoverable_error"),
        ((0x1A, 0x52, 0x52, 0x12), "ticket_printer.overheated"),
        ((0x1A, 0x52, 0x16, 0x12), "ticket_printer.mechanical_error"),
        ((0x1A, 0x52, 0x12, 0x12), "ticket_printer.error"),
        ((0x1A, 0x12, 0x12, 0x12), "ticket_printer.offline"),
        ((None, None, None, None), "device.silent"),
    ],
)
def test_every_bit_that_stops_it_has_a_fault(
    replies: tuple[int | None, int | None, int | None, int | None], key: str | None
) -> None:
    fault = state_of(*replies).fault()
    assert (fault.key if fault else None) == key


def test_the_simulator_speaks_the_reference_vectors() -> None:
    out, cover = Hardware(paper="out"), Hardware(cover="open")
    assert [status_byte(Hardware(), n) for n in (1, 2, 3, 4)] == [0x12] * 4
    assert [status_byte(out, n) for n in (1, 2, 4)] == [0x1A, 0x32, 0x7E]
    assert status_byte(Hardware(paper="low"), 4) == 0x1E
    assert status_byte(cover, 2) == 0x16
    assert status_byte(Hardware(jammed=True), 3) == 0x1A
    assert automatic_status(out) == bytes.fromhex("18000F00")
    assert automatic_status(cover) == bytes.fromhex("38000000")


@given(st.binary(max_size=300))
def test_the_simulator_survives_any_bytes(octets: bytes) -> None:
    commands(octets)
    RealTimeReader().feed(octets)


def test_real_time_commands_are_found_inside_pictures() -> None:
    picture = b"\x1d\x76\x30\x00\x03\x00\x01\x00" + b"\x10\x04\x01"
    assert RealTimeReader().feed(picture) == [(4, 1)]
    assert RealTimeReader().feed(b"".join(ask_status(n) for n in (1, 2, 3, 4)) + RECOVER_AND_CLEAR) == [
        (4, 1),
        (4, 2),
        (4, 3),
        (4, 4),
        (5, 2),
    ]
    assert commands(picture + b"\n")[1:] == [LineFeed()]
    assert isinstance(commands(b"\x1d\x28\x4c\x01\x00x")[0], Group)


def test_of_a_ticket_the_recorder_keeps_nothing() -> None:
    octets = encoded(Text("王五"), Cut())
    kept = redaction()
    assert kept("out", octets) == b""
    assert kept("out", ask_status(4)) == ask_status(4)
    assert kept("in", b"\x12") == b"\x12"
    assert kept("dropped", b"\x12") == b""


@pytest.mark.parametrize("piece", [1, 3, 64, 4096])
def test_of_a_ticket_that_comes_back_on_an_echoing_line_the_recorder_keeps_nothing(piece: int) -> None:
    octets = encoded(Text("王小五 Wang 110105199003070017"), Row("26R", "72V"), Cut())
    kept = redaction()
    back = b"".join(kept("in", octets[at : at + piece]) for at in range(0, len(octets), piece))
    assert back == b""
    for n in (1, 2, 3, 4, 1):
        kept("out", ask_status(n))
        assert kept("in", ask_status(n) + b"\x12") == b"", "still echoing"


@pytest.mark.parametrize("piece", [1, 2, 64])
def test_the_recorder_keeps_every_answer_and_believes_a_line_again_after_a_look(piece: int) -> None:
    kept = redaction()
    answers = b"\x12\x32\x16\x72" + b"\x37\x22A001\x00" + b"\x00" + bytes.fromhex("3000000F") + b"\x13\x11"
    assert b"".join(kept("in", answers[at : at + piece]) for at in range(0, len(answers), piece)) == answers
    assert kept("in", b"\xff") == b""
    shown = []
    for n in (1, 2, 3, 4, 1):
        kept("out", ask_status(n))
        shown.append(kept("in", b"\x12"))
    assert shown == [b""] * 4 + [b"\x12"]


def test_a_rule_is_a_line_over_the_whole_paper_and_costs_few_bytes() -> None:
    encoded = encode_ticket((Rule(),), "A001", FontDrawing())
    rows = [
        row for command in CommandReader().feed(encoded) if isinstance(command, Raster) for row in command.bitmap.rows
    ]
    assert [any(row) for row in rows] == [False] * 6 + [True] * 2 + [False] * 8
    assert {row for row in rows if any(row)} == {b"\xff" * 72}
    assert len(encoded) < 230
