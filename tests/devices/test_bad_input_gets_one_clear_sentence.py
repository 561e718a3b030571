"""A wrong kind, port, rate, option or level by hand: one sentence that names the port, what answered and what to do."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from devices.byhand import cli, health
from devices.byhand.detect import detect
from devices.byhand.diagnosis import explained
from devices.byhand.record import Taking
from devices.kind import Finding, Level
from devices.model import DeviceError, fault
from devices.port import Deadline, open_port
from devices.recording.recordings import load
from devices.registry import KINDS
from devices.sentences import LANGUAGES
from kiosk.commands import app
from tests.devices.conftest import Start
from tests.devices.running import Running


@pytest.fixture(scope="module")
def slow_printer(start: Start) -> Running:
    return start("ticket-printer", "--baud", "38400")


def said(capsys: pytest.CaptureFixture[str]) -> tuple[str, dict[str, Any]]:
    """The one sentence, and the JSON object that repeats it."""
    heard = capsys.readouterr()
    assert heard.err.count("\n") == 1, heard.err
    found: dict[str, Any] = json.loads(heard.out.splitlines()[-1])
    assert found["message"] == heard.err.rstrip("\n")
    return found["error"], found


@pytest.mark.slow
def test_another_device_on_the_port_is_named(slow_printer: Running, capsys: pytest.CaptureFixture[str]) -> None:
    address = f"serial:{slow_printer.link}"
    assert cli.run("id-card-reader", address, "status", as_json=True) == 1
    key, found = said(capsys)
    assert key == "device.wrong_kind"
    assert address in found["message"]
    assert f"(ticket-printer / serial-document-printer, {address}?baud=38400)" in found["message"]
    assert found["message"].endswith("set the kind that answered.")
    assert slow_printer.do("state")["lines"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("action", ["status", "print-sample", "check"])
def test_another_rate_is_named(action: str, slow_printer: Running, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run("ticket-printer", f"serial:{slow_printer.link}?baud=9600", action, as_json=True) == 1
    key, found = said(capsys)
    assert key == "device.wrong_baud"
    assert "set to 9600, it answers at 38400" in found["message"]
    assert slow_printer.do("state")["lines"] == 0


def test_who_holds_a_port_is_named(reader: Running, capsys: pytest.CaptureFixture[str]) -> None:
    holding = open_port(reader.address, Deadline.after(1))
    asks: tuple[Callable[[], int], ...] = (
        lambda: cli.run("id-card-reader", reader.address, "status", as_json=True),
        lambda: cli.find(reader.address, (), as_json=True),
    )
    for ask in asks:
        assert ask() == 1
        key, found = said(capsys)
        assert key == "port.busy"
        # this process is left out, so the simulator, which has the other end, is the one that is seen
        assert f"the port (devices.simulate (process {reader.process.pid})); stop the terminal" in found["message"]
    holding.close()


def test_an_unknown_kind_is_told_the_nearest_and_who_answers(
    printer: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run("tiket-printer", printer.address, "status", as_json=True) == 2
    key, found = said(capsys)
    assert key == "kind.unknown"
    assert found["message"].startswith(f"{printer.address}: no kind of device 'tiket-printer'; did you mean ticket-")
    assert "ticket-printer answers there. There are: id-card-reader, " in found["message"]


@pytest.mark.parametrize(
    ("address", "options", "key", "part"),
    [
        ("pcsc:", (), "port.address_invalid", "it takes serial:, tcp:, simulator:; pcsc: is none of them"),
        ("serial:", (), "port.address_invalid", "expected serial:PATH"),
        ("/dev/null?baud=x", (), "port.address_invalid", "understood (expected baud=NUMBER"),
        ("tcp:127.0.0.1:x", (), "port.address_invalid", "understood (expected a port from 1 to 65535, not 'x')"),
        ("tcp:127.0.0.1:-1", (), "port.address_invalid", "not '-1'"),
        ("tcp:reader.example:9100", (), "port.address_invalid", "localhost, not the name 'reader.example'"),
        ("tcp:localhost:1", (), "port.missing", "nothing is there (Connection refused)"),
        ("tcp:[fe80::1%nowhere]:1", (), "port.missing", "nothing is there (Name or service not known)"),
        ("/dev/null?baud=9", (), "port.missing", "/dev/null"),
        ("/dev/null", ("colour=red",), "device.options_invalid", "there are: newest_address"),
        ("/dev/null", ("newest_address=maybe",), "device.options_invalid", "newest_address"),
    ],
)
def test_addresses_and_options(
    address: str, options: tuple[str, ...], key: str, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run("id-card-reader", address, "status", as_json=True, options=options) == 1
    found_key, found = said(capsys)
    assert found_key == key
    assert part in found["message"]
    assert address in found["message"]


@pytest.mark.parametrize(
    ("kind", "address", "key", "part"),
    [
        ("document-printer", "ipp://a..b/x", "port.address_invalid", "(expected a number such as 192.0.2.7 or"),
        ("document-printer", "http://exa mple/x", "port.address_invalid", "not the name 'exa mple')"),
        ("document-printer", "ipp://192.0.2.7:99999/x", "port.address_invalid", "not '99999')"),
        ("document-printer", "ipp://[::1/x", "port.address_invalid", "expected ipp://HOST"),
        ("document-printer", "ipp://127.0.0.1:1/x", "port.missing", "nothing is there; check"),
        ("document-camera", "v4l2:/dev/nope", "port.missing", "v4l2:/dev/nope: nothing is there; check"),
        ("document-camera", "mjpeg:camera.example:80/x", "port.address_invalid", "not the name 'camera.example')"),
    ],
)
def test_addresses_on_a_network(
    kind: str, address: str, key: str, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(kind, address, "status", as_json=True) == 1
    found_key, found = said(capsys)
    assert found_key == key
    assert part in found["message"]


@pytest.mark.parametrize("address", ["tcp:printer.example:9100", "ipp://printer.example/ipp/print"])
def test_nobody_waits_for_a_name_server(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("asked for a name"))
    kind = KINDS["document-printer" if address.startswith("ipp") else "ticket-printer"]
    with pytest.raises(DeviceError, match=r"port\.address_invalid"):
        kind.connect(address)


def test_an_option_without_a_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run("id-card-reader", "/dev/null", "status", as_json=True, options=("baud",)) == 2
    assert said(capsys)[1]["message"] == "--option baud: NAME=VALUE expected."


def test_options_reach_the_driver(reader: Running, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("newest_address=false",)
    assert cli.run("id-card-reader", reader.address, "status", as_json=True, options=options) == 0
    assert capsys.readouterr().err == ""


def test_a_level_a_kind_lacks_is_told_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run("id-card-reader", "/dev/null", "check", as_json=True, level=Level.EXTERNAL) == 2
    assert said(capsys)[1]["message"] == "id-card-reader has no external check; there are: internal, interactive."


def test_an_internal_check_moves_nothing(printer: Running, capsys: pytest.CaptureFixture[str]) -> None:
    before = printer.do("state")["lines"]
    assert cli.run("ticket-printer", printer.address, "check", as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["ok"], found["levels"], found["kind"]) == (True, ["internal"], "ticket-printer")
    assert {"name": "paper", "ok": True, "found": "full"} in found["findings"]
    assert printer.do("state")["lines"] == before


def test_an_external_check_does_the_work_once(printer: Running, capsys: pytest.CaptureFixture[str]) -> None:
    before = printer.do("state")["tickets"]
    assert cli.run("ticket-printer", printer.address, "check", as_json=False, level=Level.EXTERNAL) == 0
    assert "ok       print" in capsys.readouterr().out
    assert printer.do("state")["tickets"] == before + 1


def test_a_check_that_fails_says_what_to_do(printer: Running, capsys: pytest.CaptureFixture[str]) -> None:
    printer.do("paper_out")
    assert cli.run("ticket-printer", printer.address, "check", as_json=False) == 1
    heard = capsys.readouterr()
    assert "FAILED   paper" in heard.out
    assert heard.err == f"ticket-printer at {printer.address}: the paper is out; put in a new roll.\n"


def test_an_interactive_check_says_what_to_do_first(reader: Running, capsys: pytest.CaptureFixture[str]) -> None:
    reader.do("put_card", card="resident")
    assert cli.run("id-card-reader", reader.address, "check", as_json=True, level=Level.INTERACTIVE) == 0
    heard = capsys.readouterr()
    assert heard.err.endswith(" / lay any ID card on the reader within 30 seconds\n")
    assert heard.err.startswith("请在 30 秒内")
    assert "resident" in heard.out
    assert "张" not in heard.out


@pytest.mark.parametrize(
    ("proofs", "ok"), [((True, None), True), ((True, False), False), ((None,), None), ((), None), ((False,), False)]
)
def test_nothing_is_well_without_a_proof(proofs: tuple[bool | None, ...], ok: bool | None) -> None:
    assert health.verdict(tuple(Finding("x", proof, "") for proof in proofs)) is ok


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_has_an_internal_check_and_words_for_an_interactive_one(name: str) -> None:
    there = health.levels(KINDS[name])
    assert Level.INTERNAL in there
    if Level.INTERACTIVE in there:
        assert len({health.instruction(name, language) for language in LANGUAGES}) == len(LANGUAGES)
    assert all(check.seconds <= 30 for check in KINDS[name].checks)


def test_a_fault_that_says_enough_is_left_alone(printer: Running) -> None:
    kind = KINDS["ticket-printer"]
    for known in (fault("port.lost"), fault("device.options_invalid", "x")):
        assert explained(kind, printer.address, known, Deadline.after(5)) is known
    silent = fault("device.silent")
    assert explained(kind, printer.address, silent, Deadline.after(5)) is silent  # it does answer, at this rate
    assert explained(kind, "ipp:printer", silent, Deadline.after(5)) is silent
    assert explained(kind, "/dev/no-such-tty", silent, Deadline.after(5)) is silent


def test_found_by_hand(printer: Running, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.find(str(printer.link), (), as_json=True) == 0
    found = json.loads(capsys.readouterr().out)["found"]
    at = f"serial:{printer.link}?baud=115200"
    printers = ("ticket-printer", "serial-document-printer")
    assert found == [{"kind": kind, "address": at, "detail": ""} for kind in printers]
    assert cli.find(printer.address, ("ticket-printer",), as_json=False) == 0
    assert capsys.readouterr().out == f"ticket-printer  serial:{printer.link}?baud=115200\n"
    assert detect(printer.address, (), Deadline.after(5)) == ()


@pytest.mark.parametrize(
    ("port", "kinds", "status", "part"),
    [
        ("pcsc:", (), 2, "pcsc:: only serial ports and serial servers are asked"),
        ("/dev/null", ("camera",), 2, "no kind of device 'camera'"),
        ("/dev/no-such-tty", (), 1, "device at /dev/no-such-tty: nothing is there"),
    ],
)
def test_nobody_can_be_found_there(
    port: str, kinds: tuple[str, ...], status: int, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.find(port, kinds, as_json=True) == status
    assert part in said(capsys)[1]["message"]


@pytest.mark.slow
def test_a_silent_port_has_nobody(printer: Running, capsys: pytest.CaptureFixture[str]) -> None:
    printer.fault("silence")
    assert cli.find(str(printer.link), ("ticket-printer",), as_json=True) == 1
    assert said(capsys)[1]["message"].startswith(f"nobody answers at {printer.link}; check cable and power")


@pytest.mark.parametrize("as_json", [True, False])
def test_the_ports_of_this_machine_are_listed(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.list_ports(as_json=as_json) == 0
    heard = capsys.readouterr()
    assert json.loads(heard.out)["ports"] is not None if as_json else (heard.out or heard.err)


def test_a_recording_by_hand_holds_what_was_said(
    printer: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "printer.json"
    taking = Taking(out, 1.0, {"suiban": "1.2.3"})
    assert cli.run("ticket-printer", printer.address, "record", as_json=True, taking=taking) == 0
    made = load(out)
    assert made.versions["suiban"] == "1.2.3"
    assert json.loads(capsys.readouterr().out) == {"file": str(out), "frames": len(made.frames)}
    assert (made.kind, made.address) == ("ticket-printer", printer.address)
    assert {"10 04 01", "12"} <= {frame.shown for frame in made.frames}


def test_a_terminals_ring_is_exported(printer: Running, tmp_path: Path) -> None:
    kind = KINDS["ticket-printer"]
    recorder = kind.recorder(tmp_path / "ticket_printer.ring")
    kind.connect(printer.address, {}, recorder).close()
    recorder.close()
    out = tmp_path / "out.json"
    taking = Taking(out, versions={"suiban": "1.2.3"})
    assert cli.run("ticket-printer", str(tmp_path / "ticket_printer.ring"), "export", as_json=True, taking=taking) == 0
    assert load(out).versions["suiban"] == "1.2.3"
    sent = [frame.shown for frame in load(out).frames if frame.direction == "out"]
    assert "".join(sent) == "1D 61 FF", "the cut before it is not shown; on a busy machine it is a frame of its own"


@pytest.mark.parametrize(
    ("action", "port", "out", "status", "key"),
    [
        ("record", "/dev/no-such-tty", "out.json", 1, "port.missing"),
        ("record", "/dev/null", None, 2, "out.missing"),
        ("export", "no-such.ring", "out.json", 1, "recording.failed"),
        ("export", __file__, "out.json", 1, "recording.failed"),
        ("export", __file__, "no/such/folder.json", 1, "recording.failed"),
    ],
)
def test_a_recording_that_cannot_be_made(
    action: str, port: str, out: str | None, status: int, key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / out if out else None
    assert cli.run("ticket-printer", port, action, as_json=True, taking=Taking(file)) == status
    assert said(capsys)[0] == key


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["device", "ticket-printer", "/dev/null"], "KIND PORT ACTION expected"),
        (
            ["device", "ticket-printer", "/dev/null", "check", "--level", "deep"],
            "no level 'deep'; there are: internal, ",
        ),
        (["device", "detect", "/dev/no-such-tty"], "nothing is there"),
    ],
)
def test_the_command_line_itself(words: list[str], part: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app(args=words, prog_name="suiban")
    assert ended.value.code in (1, 2)
    assert part in capsys.readouterr().err
