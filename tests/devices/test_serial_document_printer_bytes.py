"""ESC/P pages and PJL answers: both ways, cut anywhere; no hidden command, no question mark, CODE and never DISPLAY."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from devices.document_printer import escp, pjl
from devices.document_printer.escp import StatusByte, Taken, decode_replies, encode_graphics, encode_page
from devices.document_printer.escp_commands import EscpReader, Graphics, RealTimeReader, Unknown
from devices.document_printer.escp_drawing import PinDrawing, from_columns, to_columns
from devices.document_printer.pjl import PageCount, ReplyReader, Status, encode_job, encode_reply
from devices.document_printer.serial_state import state_of_bytes, state_of_code
from devices.document_printer.state import ACTIONS
from devices.model import Supply
from devices.parts.printed import Character, Plain

DRAWN = b"\x80\x00\x01" * 4


class Dots:
    """Draws four columns for any line."""

    def line(self, text: str) -> bytes:
        return DRAWN if text else b""


def test_a_page_is_byte_exact() -> None:
    assert encode_page(("张三 A1", "㛃"), Dots(), 66, stamp=b"\x1bz\x01") == (
        bytes.fromhex("1B40 1B5500 1B4D 1C26 1C530006 1B331E 1B4342"),
        bytes.fromhex("D5C5C8FD 20 4131 0D0A"),
        bytes.fromhex("1B2A27 0400") + DRAWN + b"\r\n",
        b"\x1bz\x01\x0c",
    )


@pytest.mark.parametrize(
    ("lines", "said"),
    [(("a",) * 71, "71 lines on a page of 70"), (("a", "王" * 46), "line 2 takes 92 of 90 columns")],
)
def test_what_does_not_fit_is_refused_without_quoting_it(lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        encode_page(lines, Dots(), 70)
    assert "王" not in str(refused.value)


LINES = st.lists(st.text(max_size=45), max_size=8)


@given(LINES, st.data())
def test_a_printer_reads_back_every_character_and_none_becomes_a_question_mark(
    lines: list[str], data: st.DataObject
) -> None:
    lines = [line.replace("?", "") for line in lines]
    wire = b"".join(encode_page(tuple(lines), Dots(), 70))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=5)))
    reader, commands = EscpReader(), []
    for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True):
        commands += reader.feed(wire[start:end])
    assert not any(isinstance(command, Unknown) for command in commands)
    read = "".join(command.char for command in commands if isinstance(command, Character))
    native, drawn = [], 0
    for line in lines:
        clean = "".join(char for char in line.replace("¥", "￥") if char.isprintable() or char == "\u3000")
        try:
            clean.encode("gbk")
            native.append(clean)
        except UnicodeEncodeError:
            drawn += 1
    assert read == "".join(native)
    assert "?" not in read
    assert sum(isinstance(command, Graphics) for command in commands) == drawn
    assert commands[-1] == Plain(b"\x0c")


@given(st.binary(max_size=3 * 200).map(lambda raw: raw[: len(raw) // 3 * 3]), st.integers(0, 2))
def test_no_picture_hides_a_command_that_is_acted_on_at_once(dots: bytes, kind: int) -> None:
    second = (0x04, 0x05, 0x14)[kind]
    band = encode_graphics(dots + bytes((0x10, second, 0xFF)))
    assert all(bytes((0x10, pair)) not in band for pair in (0x04, 0x05, 0x14))
    assert RealTimeReader().feed(band) == []
    [command] = EscpReader().feed(band)
    assert isinstance(command, Graphics)
    assert all(was & ~now & 0xFF == 0 for was, now in zip(dots, command.dots, strict=False)), "no dot is lost"


@pytest.mark.parametrize("count", [0x0410, 0x0510, 0x1410 - 0x1000])
def test_no_width_hides_one_either(count: int) -> None:
    band = encode_graphics(b"\xff" * 3 * count)
    assert b"\x10\x04" not in band
    assert b"\x10\x05" not in band


def test_a_reader_that_looked_for_nothing_would_miss_one() -> None:
    assert RealTimeReader().feed(b"ab\x10\x04\x01c\x10\x05\x02") == [(4, 1), (5, 2)]


def test_blank_columns_at_the_end_cost_nothing() -> None:
    assert encode_graphics(b"\x80\x00\x00" + bytes(300)) == bytes.fromhex("1B2A27 0100 800000")


def test_the_top_pin_is_the_highest_bit_of_the_first_byte_of_a_column() -> None:
    strip = Image.new("1", (2, 24))
    strip.putpixel((0, 0), 1)
    strip.putpixel((1, 23), 1)
    assert to_columns(strip) == bytes.fromhex("800000 000001")
    assert from_columns(to_columns(strip)).tobytes() == strip.tobytes()


def test_rare_characters_have_strokes() -> None:
    for char in "㛃𠮷䶮":
        assert sum(byte.bit_count() for byte in PinDrawing().line(char)) > 60


def test_answers_of_a_board_are_told_apart() -> None:
    assert decode_replies(b"\x12\x00\x1a\x0f") == [StatusByte(0x12), Taken(), StatusByte(0x1A), Taken()]
    assert [getattr(reply, "paused", None) for reply in decode_replies(b"\x13\x11\x80")] == [True, False]


@pytest.mark.parametrize(
    ("octets", "key"),
    [
        ((0x12, 0x12, 0x12, 0x12), None),
        ((0x12, 0x12, 0x12, 0x1E), None),
        ((0x1A, 0x16, 0x12, 0x12), "document_printer.cover_open"),
        ((0x1A, 0x32, 0x12, 0x7E), "document_printer.paper_out"),
        ((0x1A, 0x52, 0x16, 0x12), "document_printer.jammed"),
        ((0x1A, 0x52, 0x32, 0x12), "document_printer.hardware_error"),
        ((0x1A, 0x12, 0x12, 0x12), "document_printer.offline"),
        ((0x12, 0x52, 0x12, 0x12), "document_printer.stopped"),
        ((0x12, 0x12, 0x52, 0x12), "document_printer.stopped"),
        ((0x12, None, None, None), None),
        ((None, None, None, None), "device.silent"),
    ],
)
def test_every_bit_that_stops_a_board_has_a_fault(octets: tuple[int | None, ...], key: str | None) -> None:
    printer, cause, error, paper = octets
    fault = state_of_bytes(printer, cause, error, paper).fault()
    assert (fault.key if fault else None) == key
    assert key is None or key in {*ACTIONS, "device.silent"}


def test_a_board_that_stays_silent_is_unknown_throughout() -> None:
    known = msgspec.to_builtins(state_of_bytes(None, None, None, None))
    assert {value for value in known.values() if isinstance(value, str)} == {"unknown"}
    assert state_of_bytes(0x12, None, None, None).paper is Supply.UNKNOWN


ANSWERS = [
    (Status(10001, online=True), '@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY="-"\r\nONLINE=TRUE\r\n\f'),
    (Status(41003, online=False), '@PJL INFO STATUS\r\nCODE=41003\r\nDISPLAY="-"\r\nONLINE=FALSE\r\n\f'),
    (PageCount(183), "@PJL INFO PAGECOUNT\r\nPAGECOUNT=183\r\n\f"),
    (PageCount(None), '@PJL INFO PAGECOUNT\r\n"?"\r\n\f'),
]


@pytest.mark.parametrize(("reply", "wire"), ANSWERS)
def test_answers_both_ways(reply: Status | PageCount, wire: str) -> None:
    assert encode_reply(reply) == wire.encode()
    whole, slowly = ReplyReader(), ReplyReader()
    assert whole.feed(wire.encode()) == [reply]
    assert [found for byte in wire.encode() for found in slowly.feed(bytes((byte,)))] == [reply]


def test_variants_of_answers_are_read() -> None:
    assert ReplyReader().feed(b"@PJL  INFO PAGECOUNT\r\n183\r\n\f") == [PageCount(183)]
    assert ReplyReader().feed(b"@PJL USTATUS DEVICE\r\nCODE=40021\r\n\f") == [Status(40021)]
    lost_its_end = b"@PJL INFO STATUS\r\nCODE=100"
    assert ReplyReader().feed(lost_its_end + ANSWERS[1][1].encode()) == [ANSWERS[1][0]]


def test_the_panels_text_decides_nothing() -> None:
    lying = b'@PJL INFO STATUS\r\nDISPLAY="CODE=10001 ONLINE=TRUE"\r\nCODE=42101\r\nONLINE=FALSE\r\n\f'
    assert ReplyReader().feed(lying) == [Status(42101, online=False)]
    [mute] = ReplyReader().feed(b'@PJL INFO STATUS\r\nDISPLAY="CODE=10001"\r\n\f')
    assert isinstance(mute, pjl.Other)


@pytest.mark.parametrize(
    ("code", "online", "key"),
    [
        (10001, True, None),
        (10006, True, None),
        (10023, True, None),
        (11304, True, None),
        (11304, False, "document_printer.paper_out"),
        (41003, True, "document_printer.paper_out"),
        (40021, False, "document_printer.cover_open"),
        (40022, False, "document_printer.jammed"),
        (40010, True, "document_printer.stopped"),
        (42101, False, "document_printer.jammed"),
        (44002, True, "document_printer.jammed"),
        (50003, False, "document_printer.hardware_error"),
        (10001, False, "document_printer.offline"),
        (99999, True, None),
        (99999, None, "device.silent"),
    ],
)
def test_every_range_of_codes_is_mapped(code: int, online: bool | None, key: str | None) -> None:
    state = state_of_code(Status(code, online))
    fault = state.fault()
    assert (fault.key if fault else None) == key
    assert state.remarks == (() if code == 10001 else (f"CODE={code}",))
    assert (state.activity == "idle") is (code == 10001)


def test_a_supply_that_runs_low_is_said_and_stops_nothing() -> None:
    assert state_of_code(Status(10006, online=True)).toner is Supply.LOW
    assert state_of_code(Status(11304, online=True)).paper is Supply.LOW


def test_a_document_cannot_end_its_own_job() -> None:
    with pytest.raises(ValueError, match="exit sequence"):
        encode_job(b"%PDF-1.4 " + pjl.UEL + b"@PJL SET")
    assert encode_job(b"%PDF", b"@PJL X\r\n") == pjl.UEL + b"@PJL X\r\n@PJL ENTER LANGUAGE=PDF\r\n%PDF" + pjl.UEL


@given(st.binary(max_size=300), st.booleans())
def test_no_noise_stops_a_reader(noise: bytes, page: bool) -> None:
    escp.decode_replies(noise)
    reader = ReplyReader()
    reader.feed(noise + b"\x0c")
    assert reader.feed(encode_reply(PageCount(7))) == [PageCount(7)]
    wire = b"".join(encode_page(("A1",), Dots(), 70)) if page else b""
    EscpReader().feed(noise + wire)
