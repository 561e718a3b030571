"""`python -m devices.simulate`: ready line, control socket, stable link, and a clean end."""

import fcntl
import json
import os
import signal
import struct
import subprocess
import sys
from contextlib import nullcontext
from io import RawIOBase

import pytest

from devices import simulate
from devices.id_card_reader.cards import CARDS
from devices.port import Deadline, open_port
from devices.simulation.faults import NAMES, Faults, Send, Where
from tests.devices.conftest import Start
from tests.devices.running import ROOT, Running


def test_it_says_where_it_is_and_takes_its_link_away(start: Start) -> None:
    one = start("id-card-reader")
    assert one.ready == {
        "ready": True,
        "port": str(one.link),
        "address": one.address,
        "kind": "id-card-reader",
    }
    state = one.do("state")
    assert (state["plugged"], state["card"], state["fault"]) == (True, "resident", "none")
    assert str(one.link.resolve()) == state["port"]
    one.process.send_signal(signal.SIGTERM)
    assert one.process.wait(5) == 0
    assert not one.link.is_symlink()
    assert not one.control.exists()


def test_without_a_link_the_port_itself_is_named() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "devices.simulate", "ticket-printer", "--while-stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert json.loads(process.stdout.readline())["port"].startswith("/dev/pts/")
    process.stdin.close()
    assert process.wait(5) == 0
    process.stdout.close()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"not json", "Expecting value"),
        (b"[1]", "cannot convert"),
        (b'{"do": "dance"}', "no order 'dance'"),
        (b'{"do": "put_card", "card": "joker"}', "no card 'joker'"),
        (b'{"do": "fault", "name": "gremlin"}', "no fault 'gremlin'"),
        (b"{}", "no order None"),
    ],
)
def test_an_order_it_does_not_know_is_answered_and_the_next_one_carried_out(
    reader: Running, line: bytes, problem: str
) -> None:
    answer = reader.raw(line)
    assert answer["ok"] is False
    assert problem in answer["error"]
    assert reader.do("state")["plugged"]


def test_a_printer_takes_no_dance_either(printer: Running) -> None:
    assert "no order 'dance'" in printer.raw(b'{"do": "dance"}')["error"]


@pytest.mark.parametrize("card", sorted(CARDS))
def test_every_sample_card_can_be_laid(reader: Running, card: str) -> None:
    assert reader.do("put_card", card=card)["card"] == card


def test_unplugging_twice_and_replugging_twice_is_harmless(reader: Running) -> None:
    reader.do("unplug")
    assert reader.do("unplug")["port"] is None
    assert not reader.link.exists()
    reader.do("replug")
    assert reader.do("replug")["plugged"]


def test_a_program_that_was_killed_does_not_keep_the_line(reader: Running) -> None:
    program = "\n".join(
        (
            "import os",
            "from devices.port import Deadline, open_port",
            f"line = open_port({reader.address!r}, Deadline.after(2))",
            "os.kill(os.getpid(), 9)",
        )
    )
    killed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    with reader.link.open("rb+", buffering=0) if os.geteuid() == 0 else nullcontext() as line:
        until = Deadline.after(2)
        while line is not None and is_exclusive(line) and not until.expired:
            reader.do("state")
        assert line is None or not is_exclusive(line)
    open_port(reader.address, Deadline.after(2)).close()


def is_exclusive(line: RawIOBase) -> bool:
    """TIOCGEXCL: whether somebody who is not root would be kept out."""
    return bool(struct.unpack("i", fcntl.ioctl(line.fileno(), 0x80045440, bytes(4)))[0])


@pytest.mark.parametrize(
    "arguments",
    [
        ["id-card-reader", "--card", "joker"],
        ["ticket-printer", "--link", "/no/such/folder/line"],
        ["ticket-printer", "--fault", "gremlin"],
    ],
)
def test_what_cannot_be_simulated_is_said_in_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate.main(arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"simulate {arguments[0]}: ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["id-card-reader", "--paper", "x"], ["ticket-printer", "--card", "adult"]])
def test_a_choice_of_another_kind_is_refused_with_those_there_are(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        simulate.main(arguments)
    assert ended.value.code == 2
    assert f"unrecognized arguments: {' '.join(arguments[1:])}" in capsys.readouterr().err


def test_a_fault_ends_after_its_times() -> None:
    faults = Faults()
    faults.put("silence", 2)
    assert [faults.shape(b"x", Where()) for _ in range(3)] == [(), (), (Send(b"x"),)]


@pytest.mark.parametrize("name", NAMES)
def test_every_fault_shapes_any_answer(name: str) -> None:
    faults = Faults()
    for answer in (b"\x12", b"\x10\x00\x00\x00", bytes(1295)):
        faults.put(name)
        assert isinstance(faults.shape(answer, Where(length_at=5)), tuple)
