"""The driver against a real upsd with NUT's dummy-ups, and with the simulator's faults over a real socket."""

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.kind import Level
from devices.model import DeviceError
from devices.port import Deadline
from devices.power.driver import KIND, Power
from devices.power.state import PowerState, Source
from devices.simulation.faults import NAMES
from devices.worker import DeviceDown, DeviceUp, StateSeen, Worker
from tests.devices.conftest import Start
from tests.devices.running import Running
from tests.waiting import LONG, until

NUT = Path("/lib/nut")


class Upsd:
    """A private upsd with one UPS, `kiosk`, whose words lie in a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.number = free.getsockname()[1]
        (folder / "ups.conf").write_text(
            '[kiosk]\n  driver = dummy-ups\n  port = kiosk.dev\n  mode = dummy-once\n  desc = "kiosk ups"\n'
        )
        (folder / "upsd.conf").write_text(f"LISTEN 127.0.0.1 {self.number}\n")
        (folder / "nut.conf").write_text("MODE=standalone\n")
        (folder / "upsd.users").touch()
        for file in folder.iterdir():
            file.chmod(0o600)
        self.write("OL")
        self._environment = {**os.environ, "NUT_CONFPATH": str(folder), "NUT_STATEPATH": str(folder)}
        self.programs = [self._start("dummy-ups", "-a", "kiosk"), self._start("upsd")]

    @property
    def address(self) -> str:
        return f"tcp:127.0.0.1:{self.number}"

    def write(self, status: str, charge: int = 100) -> None:
        file = self.folder / "kiosk.dev"
        fresh = file.with_suffix(".new")
        fresh.write_text(f"ups.status: {status}\nbattery.charge: {charge}\nbattery.runtime: 1805\nups.model: Dummy\n")
        fresh.replace(file)

    def stop_driver(self) -> None:
        self._end(self.programs.pop(0))

    def start_driver(self) -> None:
        self.programs.insert(0, self._start("dummy-ups", "-a", "kiosk"))

    def end(self) -> None:
        for program in self.programs:
            self._end(program)

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        # -D keeps it in the foreground; its own user could not enter the test's folder
        user = ("-u", "root") if os.geteuid() == 0 else ()
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [str(NUT / name), "-D", *user, *arguments], env=self._environment, stdout=log, stderr=log
            )

    @staticmethod
    def _end(program: subprocess.Popen[bytes]) -> None:
        program.terminate()
        program.wait(5)


@pytest.fixture(scope="module")
def upsd_process() -> Iterator[Upsd]:
    folder = Path("/tmp") / f"suiban-nut-{os.getpid()}"  # noqa: S108 - a socket's path must be short
    folder.mkdir(mode=0o700)
    running = Upsd(folder)
    yield running
    running.end()
    shutil.rmtree(folder)


@pytest.fixture
def upsd(upsd_process: Upsd) -> Upsd:
    """A UPS on mains that answers."""
    upsd_process.write("OL")
    await_state(upsd_process.address, lambda state: state.flags == ("OL",))
    return upsd_process


@contextmanager
def connected(address: str, **options: object) -> Iterator[Power]:
    power = KIND.connect(address, options)
    try:
        yield power
    finally:
        power.close()


def await_state(address: str, wanted: Callable[[PowerState], bool]) -> PowerState:
    """The first state that fits; faults until then are waited out."""
    said: list[PowerState | str] = []

    def look() -> PowerState | None:
        try:
            with connected(address) as power:
                said.append(found := power.status())
        except DeviceError as error:
            said.append(error.fault.key)
            return None
        return found if wanted(found) else None

    return until(look, "a state of the UPS", state=lambda: said[-3:])


def test_a_real_upsd_is_understood(upsd: Upsd) -> None:
    with connected(upsd.address) as power:
        assert power.status() == PowerState(
            source=Source.MAINS, flags=("OL",), charge_percent=100, runtime_minutes=30, model="Dummy"
        )
    with connected(upsd.address, ups="kiosk") as power:
        assert power.status().as_json()["source"] == "mains"


def test_a_real_upsd_without_that_ups_is_a_setting_to_correct(upsd: Upsd) -> None:
    with connected(upsd.address, ups="nope") as power, pytest.raises(DeviceError, match=r"power\.unknown_ups"):
        power.status()


@pytest.mark.slow
def test_mains_lost_and_battery_low_are_seen_on_a_real_upsd(upsd: Upsd) -> None:
    upsd.write("OB DISCHRG LB", 7)
    state = await_state(upsd.address, lambda state: state.source is Source.BATTERY)
    assert (state.battery_low, state.charge_percent) == (True, 7)
    fault = state.fault()
    assert fault is not None
    assert fault.key == "power.battery_low"


@pytest.mark.slow
def test_a_driver_of_nut_that_is_gone_is_unknown_and_never_on_line(upsd: Upsd) -> None:
    with connected(upsd.address) as power:
        assert power.status().source is Source.MAINS
        upsd.stop_driver()
        try:
            with pytest.raises(DeviceError) as failed:
                ask_until_it_fails(power)
            assert failed.value.fault.key in {"power.driver_gone", "power.stale"}
        finally:
            upsd.start_driver()
    await_state(upsd.address, lambda state: state.source is Source.MAINS)


def ask_until_it_fails(power: Power) -> None:
    patience = Deadline.after(LONG)
    while not patience.expired:
        power.status()
        time.sleep(0.01)


@pytest.fixture(scope="module")
def simulator(start: Start) -> Running:
    return start("power")


@pytest.fixture
def simulated(simulator: Running) -> Running:
    """A simulated upsd in its first state."""
    simulator.fault("none")
    simulator.do("unplug")
    simulator.do("replug")
    simulator.do("error", error="")
    simulator.do("set", name="ups.status", value="OL")
    return simulator


HARMLESS = {"glued", "pieces", "noise-after", "duplicate", "reboot"}
SILENT = {"silence", "stuck"}
LATE = {"late-answer", "slow-loris"}
DAMAGED = {"dropped-byte", "noise-before", "noise-inside", "flipped-bit", "baud-mismatch"}
LOST = {"disconnect-before", "disconnect-inside", "renumbered", "flapping"}
NONE_HERE = {"short-length", "huge-length"}
"""A line of text has no length field."""


@pytest.mark.parametrize("fault", sorted(HARMLESS | NONE_HERE))
def test_a_harmless_fault_does_not_stop_an_answer(simulated: Running, fault: str) -> None:
    with connected(simulated.address, ups="kiosk") as power:
        simulated.fault(fault, times=1)
        if fault == "reboot":
            with pytest.raises(DeviceError):
                power.status()
        assert power.status().source is Source.MAINS


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(SILENT | LATE | {"slow-loris"}))
def test_a_silent_or_trickling_upsd_is_left_in_time_and_never_on_line(simulated: Running, fault: str) -> None:
    with connected(simulated.address, ups="kiosk") as power:
        simulated.fault(fault)
        began = time.monotonic()
        if fault == "late-answer":
            assert power.status().source is Source.MAINS
        else:
            with pytest.raises(DeviceError) as failed:
                power.status()
            assert failed.value.fault.key in {"device.silent", "device.garbled"}
        assert time.monotonic() - began < 10.0


@pytest.mark.parametrize("fault", sorted(DAMAGED - {"baud-mismatch"}))
def test_a_damaged_answer_is_a_fault_or_the_truth(simulated: Running, fault: str) -> None:
    simulated.do("set", name="ups.status", value="OB")
    with connected(simulated.address, ups="kiosk") as power:
        simulated.fault(fault, times=1)
        try:
            assert power.status().source is not Source.MAINS
        except DeviceError as error:
            assert error.fault.key == "device.garbled"  # noqa: PT017 - either is right, a wrong source is not
        assert power.status().source is Source.BATTERY


@pytest.mark.parametrize("fault", sorted(LOST))
def test_a_line_that_breaks_is_lost(simulated: Running, fault: str, no_leaks: None) -> None:
    with connected(simulated.address, ups="kiosk") as power:
        simulated.fault(fault, times=1)
        with pytest.raises(DeviceError) as failed:
            ask_until_it_fails(power)
        assert failed.value.fault.key == "port.lost"


def test_a_line_that_breaks_after_the_answer_still_gave_it(simulated: Running) -> None:
    with connected(simulated.address, ups="kiosk") as power:
        simulated.fault("disconnect-after", times=1)
        assert power.status().source is Source.MAINS


def test_its_own_question_coming_back_is_no_answer(simulated: Running) -> None:
    simulated.do("set", name="ups.status", value="OB")
    with connected(simulated.address, ups="kiosk") as power:
        simulated.fault("echo")
        assert power.status().source is Source.BATTERY


def test_another_device_at_that_port_is_never_on_line(simulated: Running) -> None:
    simulated.fault("swapped")
    with pytest.raises(DeviceError), connected(simulated.address, ups="kiosk") as power:
        power.status()


def test_a_status_that_contradicts_itself_is_unknown(simulated: Running) -> None:
    with connected(simulated.address, ups="kiosk") as power:
        simulated.fault("contradiction")
        assert power.status().source is Source.UNKNOWN


def test_every_fault_of_the_catalogue_is_tried_here() -> None:
    others = {"disconnect-after", "echo", "contradiction", "swapped"}
    assert HARMLESS | SILENT | LATE | DAMAGED | LOST | NONE_HERE | others == set(NAMES)


def test_a_worker_tells_mains_lost_within_its_poll_and_a_dead_upsd_as_down(simulated: Running) -> None:
    seen = list[object]()
    worker = Worker("power", lambda: KIND.connect(simulated.address), seen.append, poll_every=0.2)
    worker.start()
    try:
        until(lambda: any(isinstance(event, DeviceUp) for event in seen), "a UPS", state=lambda: seen)
        simulated.do("mains_off")
        until(lambda: any(is_battery(event) for event in seen), "the battery", state=lambda: seen)
        simulated.do("error", error="DATA-STALE")
        until(
            lambda: any(isinstance(event, DeviceDown) and event.fault.key == "power.stale" for event in seen),
            "stale data",
            state=lambda: seen,
        )
        simulated.do("error", error="")
        until(lambda: isinstance(seen[-1], DeviceUp), "the UPS again", state=lambda: seen)
    finally:
        assert worker.stop(LONG)


def is_battery(event: object) -> bool:
    return isinstance(event, StateSeen) and isinstance(event.state, PowerState) and event.state.source is Source.BATTERY


def test_a_ups_on_mains_passes_its_check_and_one_on_battery_does_not(simulated: Running) -> None:
    (check,) = (check for check in KIND.checks if check.level is Level.INTERNAL)
    with connected(simulated.address) as power:
        assert [finding.ok for finding in check.run(power, Deadline.after(2))] == [True, True, True]
        simulated.do("mains_off")
        assert [finding.ok for finding in check.run(power, Deadline.after(2))] == [False, False, True]


def test_pulling_the_plug_and_putting_it_back_is_seen(simulated: Running) -> None:
    (check,) = (check for check in KIND.checks if check.level is Level.INTERACTIVE)
    with connected(simulated.address) as power:
        simulated.do("mains_off")
        (unplugged,) = check.run(power, Deadline.after(0.3))
        assert (unplugged.ok, unplugged.found) == (False, "battery")
        back = threading.Timer(0.6, lambda: simulated.do("mains_on"))
        back.start()
        (finding,) = check.run(power, Deadline.after(5))
        back.join()
        assert (finding.ok, finding.found) == (True, "battery mains")


def test_a_upsd_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        number = gone.getsockname()[1]
    with pytest.raises(DeviceError, match=r"port\.missing"):
        KIND.connect(f"tcp:127.0.0.1:{number}")
