"""Ports: every call is bounded, a broken line loses no byte that arrived, and one program holds a line at a time."""

import contextlib
import fcntl
import os
import socket
import struct
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.model import Action, DeviceError
from devices.port import Deadline, open_port
from devices.recording.recorder import RecordedPort, Recorder

TIOCGEXCL = 0x80045440


@pytest.fixture
def pty() -> Iterator[tuple[int, str]]:
    """The other end of a line, and the line's name."""
    master, slave = os.openpty()
    tty.setraw(slave)
    name = os.ttyname(slave)
    yield master, name
    os.close(slave)
    with contextlib.suppress(OSError):  # a test that broke the line has closed it
        os.close(master)


def key_of(address: str, seconds: float = 1.0) -> str:
    with pytest.raises(DeviceError) as failed:
        open_port(address, Deadline.after(seconds))
    return failed.value.fault.key


def test_deadlines_only_come_nearer() -> None:
    late, soon = Deadline.after(60), Deadline.after(-1)
    assert late.sooner(1).left() <= 1
    assert soon.sooner(60).expired
    assert not late.expired
    assert soon.left() == 0


@pytest.mark.parametrize(
    "address",
    ["", "usb:1", "serial:", "tcp:host", "simulator:", "serial:/dev/null?baud=fast", "serial:/dev/null?flow=up"],
)
def test_an_address_that_is_not_understood_is_a_configuration_fault(address: str) -> None:
    with pytest.raises(DeviceError) as failed:
        open_port(address, Deadline.after(1))
    assert (failed.value.fault.key, failed.value.fault.action) == ("port.address_invalid", Action.CONFIGURATION)


def test_missing_ports_are_missing(tmp_path: Path, no_leaks: None) -> None:
    assert key_of("serial:/dev/no-such-tty") == "port.missing"
    assert key_of("/dev/no-such-tty") == "port.missing"
    (tmp_path / "file").touch()
    assert key_of(f"serial:{tmp_path / 'file'}") == "port.missing"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert key_of(f"tcp:127.0.0.1:{free.getsockname()[1]}") == "port.missing"
    assert key_of("simulator:no-such-kind", 5) == "port.missing"


def test_a_read_returns_what_is_there_and_nothing_at_its_deadline(pty: tuple[int, str], no_leaks: None) -> None:
    master, name = pty
    port = open_port(f"serial:{name}?baud=9600", Deadline.after(1))
    os.write(master, b"abc")
    assert port.read(2, Deadline.after(1)) == b"ab"
    assert port.read(64, Deadline.after(1)) == b"c"
    began = time.monotonic()
    assert port.read(64, Deadline.after(0.05)) == b""
    assert 0.04 < time.monotonic() - began < 2.0
    port.close()


def test_a_write_to_a_peer_that_does_not_read_ends_at_its_deadline(pty: tuple[int, str], no_leaks: None) -> None:
    _, name = pty
    port = open_port(f"serial:{name}", Deadline.after(1))
    began = time.monotonic()
    with pytest.raises(DeviceError, match=r"port\.stuck"):
        port.write(bytes(1 << 20), Deadline.after(0.3))
    assert time.monotonic() - began < 2.0
    with pytest.raises(DeviceError, match=r"port\.lost"):
        port.write(b"x", Deadline.after(1))
    port.close()


def test_the_bytes_that_arrived_before_the_line_broke_are_not_lost(pty: tuple[int, str]) -> None:
    master, name = pty
    port = open_port(f"serial:{name}", Deadline.after(1))
    os.write(master, b"\xaa\xaa\xaa\x96\x69\x05")
    assert port.read(3, Deadline.after(1)) == b"\xaa\xaa\xaa"
    os.close(master)
    got: list[bytes] = []
    with pytest.raises(DeviceError, match=r"port\.lost"):
        got.extend(iter(lambda: port.read(1, Deadline.after(1)), b""))
    assert got in ([b"\x96", b"\x69", b"\x05"], [])  # the kernel itself may drop what it has not handed over
    port.close()


@pytest.mark.parametrize("call", ["read", "write", "discard_input"])
def test_every_call_on_a_dead_line_says_lost(pty: tuple[int, str], call: str) -> None:
    master, name = pty
    port = open_port(f"serial:{name}", Deadline.after(1))
    os.close(master)
    calls = {
        "read": lambda: port.read(1, Deadline.after(1)),
        "write": lambda: port.write(b"x", Deadline.after(1)),
        "discard_input": port.discard_input,
    }
    for _ in range(2):
        with pytest.raises(DeviceError, match=r"port\.lost"):
            calls[call]()
    port.close()
    port.close()


def test_a_line_has_one_holder(pty: tuple[int, str], no_leaks: None) -> None:
    _, name = pty
    port = open_port(f"serial:{name}", Deadline.after(1))
    assert key_of(f"serial:{name}") in {"port.busy", "port.denied"}
    with Path(name).open("rb+", buffering=0) if os.geteuid() == 0 else Path("/dev/null").open() as other:
        if os.geteuid() == 0:
            assert struct.unpack("i", fcntl.ioctl(other, TIOCGEXCL, bytes(4)))[0] == 1
    port.close()
    open_port(f"serial:{name}", Deadline.after(1)).close()


def test_discarding_takes_what_has_arrived(pty: tuple[int, str]) -> None:
    master, name = pty
    port = open_port(f"serial:{name}", Deadline.after(1))
    os.write(master, b"stale")
    assert port.read(1, Deadline.after(1)) == b"s"
    assert port.discard_input() == 4
    assert port.read(1, Deadline.after(0)) == b""
    port.close()


def test_tcp_reads_writes_and_ends(no_leaks: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = open_port(f"tcp:127.0.0.1:{server.getsockname()[1]}", Deadline.after(1))
        peer, _ = server.accept()
        with peer:
            port.write(b"ping", Deadline.after(1))
            assert peer.recv(4) == b"ping"
            peer.sendall(b"pong")
            assert port.read(64, Deadline.after(1)) == b"pong"
        with pytest.raises(DeviceError, match=r"port\.lost"):
            port.read(64, Deadline.after(1))


def test_a_simulator_address_starts_one_and_ends_it(no_leaks: None) -> None:
    before = children()
    port = open_port("simulator:id-card-reader?card=adult", Deadline.after(10))
    assert len(children()) == len(before) + 1
    port.close()
    assert children() == before


def children() -> set[str]:
    own = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text()
    return set(own.split())


def test_the_recorder_keeps_times_directions_and_only_what_may_be_kept(pty: tuple[int, str]) -> None:
    master, name = pty
    now = [1_000_000]
    recorder = Recorder(
        lambda direction, piece: piece[:1] if direction != "dropped" else b"", size=3, clock_ns=lambda: now[0]
    )
    port = RecordedPort(open_port(f"serial:{name}", Deadline.after(1)), recorder)
    assert port.address == f"serial:{name}"
    port.write(b"secret", Deadline.after(1))
    os.write(master, b"answer")
    assert port.read(64, Deadline.after(1)) == b"answer"
    now[0] += 60_000_000
    os.write(master, b"xyz")
    assert port.read(64, Deadline.after(1)) == b"xyz"
    os.write(master, b"stale")
    assert port.read(1, Deadline.after(1)) == b"s"
    assert port.discard_input() == 4
    assert port.discard_input() == 0
    assert recorder.dump().splitlines() == ["1000 in 6 61", "61000 in 4 78 73", "61000 dropped 4"]
    port.close()


def test_the_recorder_forgets_the_oldest() -> None:
    ticks = iter(range(10**9, 10**13, 10**9))
    recorder = Recorder(lambda _d, piece: piece, clock_ns=lambda: next(ticks))
    for number in range(2500):
        recorder.note("out", number.to_bytes(2))
    assert len(recorder.frames()) == 2000
    assert recorder.frames()[0].shown == (500).to_bytes(2)
