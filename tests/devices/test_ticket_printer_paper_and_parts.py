"""Paper counted and foretold, a stored logo, a presenter, a jam, a buffer that is cleared."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from devices.model import DeviceError
from devices.port import Deadline
from devices.ticket_printer.document import Cut, Element, Feed, Qr, Row, Rule, Text
from devices.ticket_printer.driver import KIND, TicketPrinter
from devices.ticket_printer.forecast import Roll, Used, paper_left_mm, tickets_left
from devices.ticket_printer.length import DOTS_A_MM, paper_mm
from devices.ticket_printer.protocol import CLEAR_BUFFERS, encode_ticket, stored_logo
from devices.ticket_printer.raster import FontDrawing
from devices.ticket_printer.replies import Block, ReplyReader
from devices.ticket_printer.state import Media, Presenter
from tests.devices.conftest import Start
from tests.devices.running import Running

TICKET: tuple[Element, ...] = (
    Text("随办", align="centre", width=2, height=2, bold=True),
    Rule(),
    Text("A1-001", align="centre", width=4, height=4, bold=True),
    Row("姓名", "王*"),
    Text("生僻字 㛃𠮷䶮"),
    Feed(2),
    Qr("https://example.gov.cn/q/A1-001"),
    Cut(),
)


@contextmanager
def connected(process: Running, **options: object) -> Iterator[TicketPrinter]:
    printer = KIND.connect(process.address, {"evidence_seconds": 1.0, **options})
    try:
        yield printer
    finally:
        printer.close()


def used_up(printer: Running, driver: TicketPrinter) -> float:
    """Print one ticket; the millimetres its picture is long, without the picture's own margin."""
    assert driver.print_ticket(TICKET, "A001").result == "printed"
    with Image.open(printer.do("state")["last"]) as paper:
        return (paper.height - 48) / DOTS_A_MM


@pytest.mark.parametrize("native", [True, False])
def test_the_counted_paper_is_what_the_printer_used(printer: Running, native: bool) -> None:
    with connected(printer, native_qr=native, cutter_mm=0.0) as driver:
        driver.status()
        driver.tally.take()
        real = used_up(printer, driver)
        counts = driver.tally.take()
        assert counts["paper_mm"] == pytest.approx(real, rel=0.05)
        assert (counts["cuts"], counts["tickets_printed"]) == (1, 1)


@pytest.mark.parametrize("octets", [5, 30, 80, 200, 500, 1000])
@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
def test_a_codes_height_is_known_without_drawing_it(octets: int, level: str) -> None:
    code = Qr("x" * octets, module=3, level=level)  # type: ignore[arg-type]
    try:
        drawn = len(FontDrawing().qr(code).rows)
    except ValueError:
        return  # wider than the paper
    encoded = encode_ticket((code,), "A001", FontDrawing())
    assert paper_mm(encoded, 0.0) * DOTS_A_MM == pytest.approx(drawn, abs=2 * 4 * 3)


def test_failed_and_uncertain_tickets_are_counted_apart(printer: Running) -> None:
    with connected(printer) as driver:
        printer.do("paper_left", lines=2)
        assert driver.print_ticket(TICKET, "A001").result == "uncertain"
        assert driver.print_ticket(TICKET, "A002").result == "failed"
        counts = driver.tally.take()
        assert (counts["tickets_uncertain"], counts["tickets_failed"]) == (1, 1)
        assert "tickets_printed" not in counts


def test_the_forecast_is_right_within_ten_per_cent_for_rolls_that_differ() -> None:
    chance = random.Random(11)
    for _ in range(200):
        real_mm, mean = chance.uniform(70_000, 82_000), chance.uniform(80, 160)
        roll = Roll(length_mm=real_mm * chance.uniform(0.97, 1.03), near_end_mm=8_000)
        used, tickets, opened = 0.0, 0, None
        lengths = [chance.gauss(mean, mean / 10) for _ in range(2000)]
        total = next(count for count in range(2000) if sum(lengths[:count]) > real_mm)
        for length in lengths[:total]:
            used, tickets = used + length, tickets + 1
            if opened is None and real_mm - used <= 8_000:
                opened = used
            left = tickets_left(roll, Used(tickets, used, opened))
            real_left = total - tickets
            if tickets < 5:
                assert left is None
            elif tickets >= 30 and (real_left > total / 2 or (opened is not None and real_left > 30)):
                assert left is not None
                assert abs(left - real_left) <= 0.1 * real_left + 1, (left, real_left, opened)


def test_a_switch_that_has_not_opened_means_that_paper_is_left() -> None:
    roll = Roll(length_mm=10_000, near_end_mm=2_000)
    assert paper_left_mm(roll, Used(100, 12_000)) == 2_000
    assert paper_left_mm(roll, Used(100, 9_000, near_end_at_mm=7_500)) == 500
    assert paper_left_mm(roll, Used(100, 12_000, near_end_at_mm=9_000)) == 0


@pytest.mark.parametrize(
    ("options", "encoded"),
    [
        ({"logo": 2}, bytes.fromhex("1B6101 1C700200")),
        ({"logo_key": "A1"}, bytes.fromhex("1B6101 1D284C06003045") + b"A1\x01\x01"),
    ],
)
def test_a_stored_logo_heads_the_ticket(printer: Running, options: dict[str, object], encoded: bytes) -> None:
    assert stored_logo(int(str(options.get("logo", 0))), str(options.get("logo_key", ""))) == encoded
    with connected(printer, **options) as driver:
        assert driver.print_ticket((Text("A1-001"), Cut()), "A001").result == "printed"
    with Image.open(printer.do("state")["last"]) as paper:
        assert paper.crop((192, 24, 384, 120)).getextrema() == (0, 0), "192 × 96 black dots in the middle"


@pytest.mark.parametrize("options", [{"logo": 256}, {"logo_key": "A"}, {"logo_key": "印章"}])
def test_a_logo_no_printer_has_is_a_configuration_fault(printer: Running, options: dict[str, object]) -> None:
    with pytest.raises(DeviceError, match=r"device\.options_invalid"):
        KIND.connect(printer.address, options)


def test_without_a_logo_not_one_byte_is_sent_for_it() -> None:
    assert stored_logo(0, "") == b""


PRESENTER = {"present_bit": 1, "retracted_bit": 2}


@pytest.fixture(scope="module")
def presenting(start: Start) -> Running:
    return start("ticket-printer", "--presenter", "1", "--retracted", "2")


def media_until(driver: TicketPrinter, wanted: Media) -> None:
    until = Deadline.after(2)
    while driver.status().media is not wanted:
        assert not until.expired


def test_a_ticket_in_the_presenter_is_seen_taken_or_retracted_and_counted(presenting: Running) -> None:
    with connected(presenting, presenter=PRESENTER) as driver:
        media_until(driver, Media.NOT_PRESENT)
        for order, media in (("take_ticket", Media.TAKEN), ("retract_ticket", Media.RETRACTED)):
            assert driver.print_ticket((Text("A1-001"), Cut()), "A001").result == "printed"
            media_until(driver, Media.PRESENT)
            presenting.do(order)
            media_until(driver, media)
        counts = driver.tally.take()
        assert (counts["tickets_taken"], counts["tickets_retracted"]) == (1, 1)
        assert driver.status().as_json()["media"] == "retracted"
        presenting.fault("silence")
        assert driver.status().media is Media.UNKNOWN
        presenting.fault("none")


def test_where_no_presenter_is_fitted_nothing_is_said_of_it(printer: Running) -> None:
    with connected(printer) as driver:
        assert driver.status().media is None
        assert "media" not in driver.status().as_json()


def test_a_retract_bit_that_comes_late_corrects_taken() -> None:
    fitted = Presenter(present_bit=1, retracted_bit=2)
    seen = [Media.UNKNOWN]
    for octet in (0, 1, 0, 2):
        seen.append(fitted.seen(octet, seen[-1]))
    assert seen[1:] == [Media.NOT_PRESENT, Media.PRESENT, Media.TAKEN, Media.RETRACTED]


def test_a_jam_in_the_middle_and_its_recovery_make_one_ticket(printer: Running) -> None:
    with connected(printer) as driver:
        printer.do("jam_after", lines=3)
        before = printer.do("state")["tickets"]
        outcome = driver.print_ticket(TICKET, "A001")
        assert (outcome.result, outcome.fault and outcome.fault.key) == ("uncertain", "ticket_printer.cutter_jammed")
        assert driver.status().fault() is None, "recovered"
        assert printer.do("state")["tickets"] == before, "and what had waited is gone"
        assert driver.print_ticket(TICKET, "A002").result == "printed"
        state = printer.do("state")
        assert state["tickets"] == before + 1
        assert "A1-001" in state["pieces"][-1]
        assert "姓名" not in state["pieces"][-2], "what the jam left was cut off before"


@pytest.mark.parametrize("clears", [True, False])
def test_what_an_uncertain_ticket_left_in_the_buffer_comes_out_after_the_refill_only_where_it_cannot_be_cleared(
    printer: Running, clears: bool
) -> None:
    with connected(printer, clears_buffer=clears) as driver:
        printer.do("paper_left", lines=2)
        before = printer.do("state")["tickets"]
        assert driver.print_ticket(TICKET, "A001").result == "uncertain"
        assert driver.status().fault() is not None
        waiting = printer.do("state")["waiting"]
        assert (waiting == 0) is clears
        after = printer.do("refill")["tickets"]
        assert after - before == (0 if clears else 1)
        assert driver.print_ticket(TICKET, "A002").result == "printed"
        assert printer.do("state")["tickets"] == after + 1


def test_clearing_is_answered_by_a_block_that_proves_nothing() -> None:
    assert CLEAR_BUFFERS.hex(" ") == "10 14 08 01 03 14 01 06 02 08"
    assert ReplyReader().feed(b"\x37\x25\x00") == [Block(0x25, b"")]


def test_a_printer_that_fell_silent_inside_a_picture_is_made_to_swallow_its_end(printer: Running) -> None:
    with connected(printer) as driver:
        driver._line.write(bytes.fromhex("1D 76 30 00 48 00 40 00") + bytes(100))
        assert driver._line.ask(1) is not None, "it is still spoken to, in the middle of the picture"
    with connected(printer) as driver:
        before = printer.do("state")["tickets"]
        assert driver.print_ticket(TICKET, "A001").result == "printed"
        state = printer.do("state")
        assert (state["tickets"], state["pieces"][-1].count("A1-001")) == (before + 1, 1)


def test_the_next_citizen_is_not_handed_the_beginning_of_another_ones_ticket(printer: Running) -> None:
    with connected(printer) as driver:
        driver._line.write("王小五\n".encode("gbk"))
        driver.status()
    with connected(printer) as driver:
        assert driver.print_ticket(TICKET, "A001").result == "printed"
        assert driver.print_ticket(TICKET, "A002").result == "printed"
    scrap, first, second = printer.do("state")["pieces"][-3:]
    assert "王小五" in scrap
    assert "A1-001" not in scrap
    assert "王小五" not in first + second


def test_the_folder_holds_a_picture_of_each_piece(printer: Running, papers: Path) -> None:
    with connected(printer) as driver:
        driver.print_ticket(TICKET, "A001")
    assert Path(printer.do("state")["last"]).parent == papers
