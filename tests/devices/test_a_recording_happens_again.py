"""A recording goes out as one file, comes back, and makes the simulator do again what the device did."""

import time
from pathlib import Path

import pytest

from devices import simulate
from devices.id_card_reader.driver import KIND as ID_CARD_READER
from devices.id_card_reader.protocol import Command, Redaction, Reply, encode_command, encode_reply
from devices.id_card_reader.simulator import simulated
from devices.model import DeviceError
from devices.parts.frames import Recorded
from devices.port import Deadline
from devices.recording.recordings import load, recording, save
from devices.simulation.faults import Send
from devices.simulation.replay import ReplayedDevice
from devices.ticket_printer.driver import KIND as TICKET_PRINTER
from devices.ticket_printer.driver import TicketPrinter
from tests.devices.conftest import Start
from tests.devices.running import Running

FRAMES = (
    Recorded(1_700_000_000_000_000, "out", 10, bytes.fromhex("AAAAAA96690003")),
    Recorded(1_700_000_000_020_500, "in", 1295, bytes.fromhex("AAAAAA96690508000090")),
)


def test_a_file_holds_everything_and_comes_back(tmp_path: Path) -> None:
    made = recording("id-card-reader", "serial:/dev/ttyS1", FRAMES, {"cards_read": 3}, {"suiban": "0.1.0"})
    save(tmp_path / "one.json", made)
    assert load(tmp_path / "one.json") == made
    assert made.counts == {"cards_read": 3}
    assert {"suiban", "python", "kernel"} <= set(made.versions)
    assert made.first_at.startswith("2023-11-14T22:13:20")
    assert [(one.at_us, one.length) for one in made.recorded()] == [(0, 10), (20_500, 1295)]
    assert "AA AA AA 96 69 05 08" in (tmp_path / "one.json").read_text(encoding="utf-8")


def test_an_empty_ring_is_a_recording_too(tmp_path: Path) -> None:
    save(tmp_path / "none.json", recording("ticket-printer", "", (), {}, {}))
    assert load(tmp_path / "none.json").recorded() == ()


@pytest.mark.parametrize("content", ["", "{}", '{"format": 1, "frames": "none"}'])
def test_what_is_no_recording_is_said_in_one_line(
    tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text(content, encoding="utf-8")
    assert simulate.main(["ticket-printer", "--replay", str(tmp_path / "file")]) == 1
    assert "is no recording" in capsys.readouterr().err


def test_another_kinds_recording_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path / "file", recording("id-card-reader", "", FRAMES, {}, {}))
    assert simulate.main(["ticket-printer", "--replay", str(tmp_path / "file")]) == 1
    assert "is the recording of a id-card-reader" in capsys.readouterr().err


def replayed(*frames: Recorded) -> ReplayedDevice:
    return ReplayedDevice(simulated({"card": "resident"}), frames, Redaction)


def test_redacted_bytes_are_filled_with_the_simulators_own_where_they_fit() -> None:
    asked = encode_command(Command.SAM_ID)
    real = simulated({"card": "none"}).received(asked)[0]
    out = Recorded(0, "out", len(asked), Redaction()("out", asked))
    fits = replayed(out, Recorded(30_000, "in", len(real), real[:10]))
    assert fits.received(asked) == [Send(real, 0.03)]
    shorter = replayed(out, Recorded(30_000, "in", len(real) - 1, real[:10]))
    assert shorter.received(asked) == [Send(real[:10] + bytes(len(real) - 11), 0.03)]


def test_a_question_that_got_no_answer_gets_none_and_an_unknown_one_the_simulators() -> None:
    asked, other = encode_command(Command.STATUS), encode_command(Command.FIND)
    silent = replayed(Recorded(0, "out", len(asked), Redaction()("out", asked)))
    assert silent.received(asked[:4]) == []
    assert silent.received(asked[4:]) == []
    assert silent.received(other) == [encode_reply(Reply(0x9F, bytes(4)))]


def test_answers_come_in_the_order_they_were_recorded_and_then_from_the_beginning() -> None:
    asked = encode_command(Command.STATUS)
    out = Recorded(0, "out", len(asked), Redaction()("out", asked))
    good, bad = encode_reply(Reply(0x90)), encode_reply(Reply(0x60))
    device = replayed(out, Recorded(0, "in", len(good), good), out, Recorded(0, "in", len(bad), bad))
    assert [device.received(asked) for _ in range(3)] == [[Send(good)], [Send(bad)], [Send(good)]]
    assert device.state()["recorded"] == 2


def test_a_readers_fault_in_the_field_is_met_again_on_the_desk(reader: Running, start: Start, tmp_path: Path) -> None:
    recorder = ID_CARD_READER.recorder(tmp_path / "ring")
    driver = ID_CARD_READER.connect(reader.address, {}, recorder)
    reader.do("put_card", card="resident")
    content = driver.read_card(Deadline.after(4))
    assert content is not None
    reader.fault("silence")
    with pytest.raises(DeviceError, match=r"device\.silent"):
        driver.find()
    driver.close()
    save(tmp_path / "one.json", recording("id-card-reader", reader.address, recorder.frames(), {}, {}))
    recorder.close()
    again = start("id-card-reader", "--replay", str(tmp_path / "one.json"))
    driver = ID_CARD_READER.connect(again.address)
    met = driver.read_card(Deadline.after(4))
    assert met is not None
    assert met.name == content.name, "the simulator's own synthetic card"
    with pytest.raises(DeviceError, match=r"device\.silent"):
        driver.find()
    driver.close()


def test_a_printers_state_in_the_field_is_met_again_as_late_as_it_came(
    printer: Running, start: Start, tmp_path: Path
) -> None:
    recorder = TICKET_PRINTER.recorder()
    driver = TICKET_PRINTER.connect(printer.address, {}, recorder)
    printer.do("cover_open")
    assert driver.status().cover == "open"
    driver.close()
    frames = [
        Recorded(one.at_us + 150_000 if one.direction == "in" else one.at_us, one.direction, one.length, one.shown)
        for one in recorder.frames()
    ]
    save(tmp_path / "one.json", recording("ticket-printer", printer.address, frames, {}, {}))
    again = start("ticket-printer", "--replay", str(tmp_path / "one.json"))
    driver = TICKET_PRINTER.connect(again.address)
    assert isinstance(driver, TicketPrinter)
    began = time.monotonic()
    assert driver.status().cover == "open"
    assert time.monotonic() - began > 0.5
    driver.close()
