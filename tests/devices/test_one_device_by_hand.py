"""`device KIND PORT ACTION`: names that stay, one JSON object as the last line, one sentence when it cannot be done."""

import json
import time

import pytest

from devices.byhand import cli, health
from devices.document_printer.serial_driver import SerialDocumentPrinter
from devices.id_card_reader.driver import KIND as ID_CARD_READER
from devices.kind import Level
from devices.model import FAULTS as SHARED_FAULTS
from devices.model import Action, DeviceError, Fault
from devices.port import Deadline
from devices.registry import KINDS, all_faults
from devices.sentences import sentence
from devices.ticket_printer.driver import KIND as TICKET_PRINTER
from devices.ticket_printer.driver import TicketPrinter
from tests.devices.running import Running

FAULTS = all_faults()


def last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def test_a_card_is_read_as_json(reader: Running, capsys: pytest.CaptureFixture[str]) -> None:
    reader.do("put_card", card="resident")
    for _ in range(2):  # also when it was read before
        assert cli.run("id-card-reader", reader.address, "read", as_json=True) == 0
        assert list(last_line(capsys)) == [
            "kind",
            "name",
            "sex",
            "ethnic_group",
            "birth_date",
            "address",
            "id_number",
            "issuer",
            "valid_from",
            "valid_to",
        ]


def test_chinese_stays_chinese(reader: Running, capsys: pytest.CaptureFixture[str]) -> None:
    reader.do("put_card", card="rare_name")
    assert cli.run("id-card-reader", reader.address, "read", as_json=True) == 0
    assert '"name": "王㛃𠮷"' in capsys.readouterr().out


def test_a_bare_path_is_a_serial_port(reader: Running, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run("id-card-reader", str(reader.link), "sam-id", as_json=False) == 0
    assert capsys.readouterr().out == "sam_id          05.01-20131218-0001234567-0987654321\n"
    assert cli.run("id-card-reader", str(reader.link), "status", as_json=True) == 0
    assert last_line(capsys)["online"] is True


def test_a_card_that_lacks_something_shows_a_dash(reader: Running, capsys: pytest.CaptureFixture[str]) -> None:
    reader.do("put_card", card="foreigner_2017")
    assert cli.run("id-card-reader", reader.address, "read", as_json=False) == 0
    assert "address         -\n" in capsys.readouterr().out


def test_the_printers_status_as_json(printer: Running, capsys: pytest.CaptureFixture[str]) -> None:
    printer.do("paper_low")
    assert cli.run("ticket-printer", printer.address, "status", as_json=True) == 0
    well = {"online": True, "paper": "low", "cover": "closed", "cutter": "ok", "error": "none"}
    assert last_line(capsys) == {**well, "fault": None, "action": None}
    printer.do("paper_out")
    assert cli.run("ticket-printer", printer.address, "status", as_json=True) == 0
    assert last_line(capsys)["fault"] == "ticket_printer.paper_out"
    printer.fault("silence")
    assert cli.run("ticket-printer", printer.address, "status", as_json=True) == 1
    said = last_line(capsys)
    assert (said.pop("fault"), said.pop("action")) == ("device.silent", "reset")
    assert set(said.values()) == {"unknown"}


@pytest.mark.parametrize("kind", ["ticket-printer", "serial-document-printer"])
def test_a_printer_that_hides_its_paper_is_not_called_well(kind: str) -> None:
    port = AnswersOnlyTheFirst()
    chosen = KINDS[kind]
    driver = TicketPrinter(port) if kind == "ticket-printer" else SerialDocumentPrinter(port)
    found = health.check(chosen, driver, {Level.INTERNAL}, lambda _: None)
    assert found.ok is None
    assert {finding.ok for finding in found.findings} == {None}


class AnswersOnlyTheFirst:
    """A port to a board that knows GS r, and of the questions about itself only DLE EOT 1."""

    address = "first only"

    def __init__(self) -> None:
        self._out = b""

    def read(self, limit: int, deadline: Deadline) -> bytes:
        if not self._out:
            time.sleep(min(0.02, deadline.left()))
        chunk, self._out = self._out[:limit], self._out[limit:]
        return chunk

    def write(self, payload: bytes, deadline: Deadline) -> None:  # noqa: ARG002 - BytePort's
        self._out += b"\x12" * payload.count(b"\x10\x04\x01") + b"\0" * payload.count(b"\x1d\x72\x01")

    def discard_input(self) -> int:
        return 0

    def close(self) -> None:
        self._out = b""


def test_a_sample_is_printed(printer: Running, capsys: pytest.CaptureFixture[str]) -> None:
    before = printer.do("state")["tickets"]
    assert cli.run("ticket-printer", printer.address, "print-sample", as_json=True) == 0
    assert last_line(capsys) == {"result": "printed", "evidence": "process id"}
    assert printer.do("state")["tickets"] == before + 1


def test_a_printer_without_paper_says_what_to_do(printer: Running, capsys: pytest.CaptureFixture[str]) -> None:
    printer.do("paper_out")
    assert cli.run("ticket-printer", printer.address, "print-sample", as_json=True) == 1
    said = capsys.readouterr()
    assert said.err == f"ticket-printer at {printer.address}: the paper is out; put in a new roll.\n"
    assert json.loads(said.out.splitlines()[-1])["error"] == "ticket_printer.paper_out"


@pytest.mark.parametrize("as_json", [True, False])
def test_what_where_and_what_to_do(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run("ticket-printer", "/dev/no-such-tty", "status", as_json=as_json) == 1
    said = capsys.readouterr()
    assert said.err.startswith("ticket-printer at /dev/no-such-tty: nothing is there (")
    assert said.err.endswith("call maintenance.\n")
    assert bool(said.out) is as_json


def test_wrong_names_are_told_the_right_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run("card-reader", "/dev/null", "read", as_json=True) == 2
    said = last_line(capsys)
    assert said["error"] == "kind.unknown"
    assert str(said["message"]).startswith("/dev/null: no kind of device 'card-reader'; did you mean ")
    assert cli.run("ticket-printer", "/dev/null", "read", as_json=False) == 2
    assert capsys.readouterr().err.startswith("ticket-printer has no action 'read'; there are: status, print-sample, ")


def test_every_fault_has_its_own_sentence() -> None:
    sentences = [sentence("kind", "port", Fault(key, Action.RESET)) for key in FAULTS]
    assert len(set(sentences)) == len(FAULTS) == len(set(FAULTS))
    assert not any(key in sentence for key, sentence in zip(FAULTS, sentences, strict=True))
    assert set(SHARED_FAULTS) < set(FAULTS)


@pytest.mark.parametrize("action", Action)
def test_every_action_has_advice(action: Action) -> None:
    assert sentence("kind", "port", Fault("port.lost", action)).endswith(".")


def test_options_nobody_knows_are_a_configuration_fault_and_leave_the_port_free(
    reader: Running, printer: Running
) -> None:
    for kind, process in ((ID_CARD_READER, reader), (TICKET_PRINTER, printer)):
        with pytest.raises(DeviceError) as failed:
            kind.connect(process.address, {"colour": "red"})
        assert (failed.value.fault.key, failed.value.fault.action) == ("device.options_invalid", Action.CONFIGURATION)
        kind.connect(process.address).close()
    TICKET_PRINTER.connect(printer.address, {"native_qr": "false", "evidence_seconds": 2}).close()
