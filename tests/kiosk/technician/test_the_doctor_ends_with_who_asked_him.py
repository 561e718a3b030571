"""The doctor who makes the readiness report holds ports: he outlives neither the turn nor its process."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import settings
from kiosk.settings import SettingsError
from kiosk.technician.bench import Bench
from kiosk.technician.books import Doctor
from kiosk.technician.effects import Export
from tests.devices.running import ROOT
from tests.kiosk.technician.workshop import SETTINGS
from tests.waiting import until

pytestmark = pytest.mark.slow
ASK = """\
import sys
from pathlib import Path
from kiosk import settings
from kiosk.technician.books import Doctor
Doctor().report(settings.read(Path(sys.argv[1])), Path(sys.argv[2]))
"""


@pytest.fixture
def device() -> Iterator[socket.socket]:
    """A device that takes a connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        yield server


@pytest.fixture
def config(device: socket.socket, tmp_path: Path) -> Path:
    section = f'[devices.ticket_printer]\nport = "tcp:127.0.0.1:{device.getsockname()[1]}"\n'
    file = tmp_path / "kiosk.toml"
    file.write_text(SETTINGS.format(width=1080, height=1920, devices=section), encoding="utf-8")
    return file


def is_let_go(line: socket.socket) -> bool:
    """Whether whoever asked the device lets go of it now."""
    line.settimeout(2)
    try:
        while line.recv(4096):
            pass
    except TimeoutError:
        return False
    except ConnectionResetError:
        pass
    return True


def doctors(config: Path) -> list[int]:
    """Who works with this file as the doctor."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"report" in words and os.fsencode(config) in words:
            found.append(int(process.name))
    return found


def test_a_technicians_process_that_is_killed_takes_the_doctor_with_it(
    device: socket.socket, config: Path, tmp_path: Path
) -> None:
    asking = subprocess.Popen([sys.executable, "-c", ASK, str(config), str(tmp_path)], cwd=ROOT)
    line, _ = device.accept()
    with line:
        assert len(doctors(config)) == 1
        asking.send_signal(signal.SIGKILL)
        asking.wait()
        assert is_let_go(line)
    assert doctors(config) == []


def test_a_turn_that_ends_dismisses_the_doctor(config: Path) -> None:
    bench = Bench(settings.read(config), lambda _: None, lambda _: None)
    bench.start()
    bench.do(Export("report"))
    until(lambda: doctors(config), "a doctor")
    assert bench.stop(2)
    assert doctors(config) == []


def test_whoever_was_dismissed_makes_no_report(config: Path, tmp_path: Path) -> None:
    doctor = Doctor()
    doctor.dismiss()
    with pytest.raises(SettingsError):
        doctor.report(settings.read(config), tmp_path)
