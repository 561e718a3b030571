"""`device KIND PORT ACTION`: names that stay, one JSON object as the last line, one sentence when it cannot be done."""

import json

import pytest

from devices import cli
from devices.id_card_reader.driver import KIND as ID_CARD_READER
from devices.model import FAULTS as SHARED_FAULTS
from devices.model import Action, DeviceError, Fault
from devices.registry import all_faults
from devices.sentences import sentence
from devices.ticket_printer.driver import KIND as TICKET_PRINTER
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
    assert last_line(capsys) == {"online": True, "paper": "low", "cover": "closed", "cutter": "ok", "error": "none"}
    printer.fault("silence")
    assert cli.run("ticket-printer", printer.address, "status", as_json=True) == 0
    assert set(last_line(capsys).values()) == {"unknown"}


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
