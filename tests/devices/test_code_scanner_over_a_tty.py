"""The real driver against three simulated scanners: off unless a code is wanted, silent is never well, no strays."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import TypeVar

import pytest

from devices.code_scanner import driver as driver_module
from devices.code_scanner.driver import ACTIONS, KIND, CodeScanner, CodeScannerOptions
from devices.code_scanner.makes import MakeName
from devices.code_scanner.protocol import Code, Framing
from devices.code_scanner.simulator import SimulatedCodeScanner
from devices.events import JobDone, JobFailed
from devices.kind import Level
from devices.model import Action, DeviceError
from devices.port import Deadline, open_port
from devices.simulation.faults import NAMES
from devices.worker import Worker
from tests.devices.conftest import Start
from tests.devices.running import Running
from tests.waiting import until

T = TypeVar("T")
MAKES: tuple[MakeName, ...] = ("newland", "honeywell", "zebra")


@pytest.fixture(scope="module")
def processes(start: Start) -> dict[MakeName, Running]:
    return {make: start("code-scanner", "--make", make) for make in MAKES}


def fresh(process: Running) -> Running:
    process.fault("none")
    process.do("unplug")
    process.do("replug")
    process.do("take_away")
    return process


@pytest.fixture(params=MAKES)
def make(request: pytest.FixtureRequest) -> MakeName:
    name: MakeName = request.param
    return name


@pytest.fixture
def scanner(processes: dict[MakeName, Running], make: MakeName) -> Running:
    """A scanner of each make, just switched on: it reads by itself."""
    return fresh(processes[make])


@pytest.fixture
def newland(processes: dict[MakeName, Running]) -> Running:
    return fresh(processes["newland"])


def options(process: Running, **more: object) -> dict[str, object]:
    return {"make": process.do("state")["make"], **more}


@contextmanager
def connected(process: Running, **more: object) -> Iterator[CodeScanner]:
    driver = KIND.connect(process.address, options(process, **more))
    try:
        yield driver
    finally:
        driver.close()


def arm(driver: CodeScanner, process: Running) -> None:
    """Until the light is on: a Honeywell's trigger is not answered."""
    driver.arm()
    wait_for(process, reading=True)


def text(code: Code | None) -> str | None:
    return code.text if code else None


def test_a_scanner_just_switched_on_is_put_under_command_and_its_light_goes_off(scanner: Running) -> None:
    with connected(scanner) as driver:
        assert scanner.do("state")["mode"] == "by itself"
        state = driver.status()
        assert state.as_json() == {"online": True, "make": driver.make, "armed": False}
        assert scanner.do("state")["mode"] == "by command"
        assert driver.tally.take()["settings_restored"] == 1
        driver.status()
        assert "settings_restored" not in driver.tally.take(), "asked, not set again"


def test_a_code_is_read_only_while_one_is_wanted(scanner: Running) -> None:
    with connected(scanner) as driver:
        driver.status()
        scanner.do("show_code", text="stray")
        assert driver.poll(Deadline.after(0.1)) is None
        arm(driver, scanner)
        scanner.do("show_code", text="张三 A1-001")
        assert text(driver.poll(Deadline.after(1))) == "张三 A1-001"
        driver.disarm()
        wait_for(scanner, reading=False)
        assert not driver.status().armed


def test_a_code_made_in_gb18030_is_read_as_well(scanner: Running) -> None:
    with connected(scanner) as driver:
        driver.status()
        arm(driver, scanner)
        scanner.do("show_code", text="㛃𠮷", encoding="gb18030")
        code = driver.poll(Deadline.after(1))
        assert code is not None
        assert (code.text, code.encoding, code.raw) == ("㛃𠮷", "gb18030", "㛃𠮷".encode("gb18030"))


def test_the_longest_code_arrives_whole(scanner: Running) -> None:
    with connected(scanner) as driver:
        driver.status()
        arm(driver, scanner)
        scanner.do("show_code", text="7" * 2953)
        code = driver.poll(Deadline.after(3))
        assert code is not None
        assert code.text == "7" * 2953


def test_what_a_scanner_sends_by_itself_is_counted_and_thrown_away(scanner: Running) -> None:
    with connected(scanner) as driver:
        driver.status()
        scanner.do("set_mode", mode="auto")
        scanner.do("say", hex=b"stray\r".hex())
        scanner.do("show_code", text="stray")
        driver.arm()
        assert driver.poll(Deadline.after(0.3)) is None
        counts = driver.tally.take()
        assert counts.get("strays", 0) + counts.get("dropped.several", 0) + counts.get("dropped.damaged", 0) >= 1


def test_a_code_that_stays_in_view_is_one_code(newland: Running) -> None:
    with connected(newland, trigger_again_seconds=0.1) as driver:
        driver.status()
        newland.do("show_code", text="A1-001", hold=True)
        driver.arm()
        assert text(driver.poll(Deadline.after(1))) == "A1-001"
        assert driver.poll(Deadline.after(0.6)) is None
        driver.disarm()
        driver.arm()
        assert driver.poll(Deadline.after(0.4)) is None, "the page that follows does not get the code of the one before"
        assert driver.tally.take()["repeats"] >= 2
        newland.do("show_code", text="A1-002", hold=True)
        assert text(driver.poll(Deadline.after(1))) == "A1-002"


def test_a_code_shown_again_later_is_read_again(newland: Running) -> None:
    with connected(newland, same_code_seconds=0.1, trigger_again_seconds=0.4) as driver:
        driver.status()
        driver.arm()
        for _ in range(2):
            newland.do("show_code", text="A1-001")
            assert text(driver.poll(Deadline.after(1))) == "A1-001"
            assert driver.poll(Deadline.after(0.25)) is None, "triggered anew"


@pytest.mark.parametrize(
    "raw", ["41 0D 42", "1B 5B 32 4A", "FF FE", "41 00"], ids=["two lines", "escape", "no text", "zero"]
)
def test_a_hostile_code_is_refused_and_the_next_one_is_read(scanner: Running, raw: str) -> None:
    with connected(scanner, trigger_again_seconds=0.4) as driver:
        driver.status()
        arm(driver, scanner)
        scanner.do("show_code", hex=raw)
        with pytest.raises(DeviceError) as refused:
            driver.poll(Deadline.after(1))
        assert refused.value.fault.key == "code_scanner.code_unreadable"
        assert driver.poll(Deadline.after(0.2)) is None
        scanner.do("show_code", text="A1-001")
        assert text(driver.poll(Deadline.after(1))) == "A1-001"


def test_a_silent_scanner_is_never_well(scanner: Running) -> None:
    with connected(scanner) as driver:
        scanner.fault("silence")
        with pytest.raises(DeviceError, match=r"device\.silent"):
            driver.status()
        scanner.fault("none")
        assert driver.status().online


def test_a_scanner_that_falls_silent_while_armed_is_noticed(scanner: Running) -> None:
    with connected(scanner) as driver:
        driver.status()
        arm(driver, scanner)
        scanner.fault("silence")
        with pytest.raises(DeviceError, match=r"device\.silent"):
            until_it_fails(driver)


def until_it_fails(driver: CodeScanner) -> None:
    until = Deadline.after(6)
    while not until.expired:
        driver.read(Deadline.after(0.1))
        driver.status()


def test_settings_lost_at_a_power_cycle_are_restored(scanner: Running) -> None:
    with connected(scanner) as driver:
        driver.status()
        driver.tally.take()
        scanner.do("unplug")
        scanner.do("replug")
    with connected(scanner) as driver:
        scanner.fault("reboot", times=1)
        driver.status()
        driver.status()
        assert scanner.do("state")["mode"] == "by command"
        assert driver.tally.take()["settings_restored"] >= 1


@pytest.mark.parametrize(("verdict", "detail"), [("nak", "NAK"), ("enq", "ENQ")])
def test_a_refused_command_is_a_matter_of_configuration(newland: Running, verdict: str, detail: str) -> None:
    with connected(newland) as driver:
        newland.do("refuse", **{"with": verdict})
        with pytest.raises(DeviceError) as refused:
            driver.status()
        assert refused.value.fault.key == "code_scanner.command_refused"
        assert refused.value.fault.action is Action.CONFIGURATION
        assert refused.value.fault.detail == f"#SCNMOD0 {detail}"


def test_a_scanner_that_says_yes_and_stays_as_it_is_is_not_well(scanner: Running) -> None:
    with connected(scanner) as driver:
        scanner.fault("contradiction")
        with pytest.raises(DeviceError, match=r"code_scanner\.wrong_mode"):
            driver.status()


def test_commands_keep_their_distance(newland: Running) -> None:
    with connected(newland) as driver:
        driver.status()
        began, commands = time.monotonic(), newland.do("state")["commands"]
        for _ in range(4):
            driver.status()
        assert newland.do("state")["commands"] - commands == 4
        assert time.monotonic() - began > 4 * driver_module.PAUSE_SECONDS


HARMLESS = {"pieces", "glued", "duplicate", "noise-before", "noise-after", "echo"}
ONCE = {"dropped-byte", "noise-inside", "flipped-bit", "silence", "late-answer"}
LOST = {"disconnect-before", "disconnect-inside", "renumbered"}
STAYS = {"slow-loris", "baud-mismatch", "stuck"}


@pytest.mark.parametrize("fault", sorted(HARMLESS))
def test_a_harmless_fault_does_not_hide_the_scanner(scanner: Running, fault: str) -> None:
    with connected(scanner) as driver:
        driver.status()
        scanner.fault(fault)
        assert driver.status().online


@pytest.mark.parametrize("fault", ["pieces", "glued", "duplicate"])
def test_a_wordy_line_gives_the_code_once(scanner: Running, fault: str) -> None:
    with connected(scanner) as driver:
        driver.status()
        arm(driver, scanner)
        scanner.fault(fault)
        scanner.do("show_code", text="A1-001")
        assert text(driver.poll(Deadline.after(1))) == "A1-001"
        assert driver.poll(Deadline.after(0.3)) is None


@pytest.mark.parametrize("fault", ["noise-before", "noise-inside", "noise-after", "slow-loris"])
def test_a_damaged_code_is_no_code(newland: Running, fault: str) -> None:
    with connected(newland) as driver:
        driver.status()
        driver.arm()
        newland.fault(fault)
        newland.do("show_code", text="A1-001")
        found = None
        with suppress(DeviceError):
            found = driver.poll(Deadline.after(0.6))
        assert found is None


@pytest.mark.parametrize("fault", ["flipped-bit", "dropped-byte", "noise-inside", "short-length", "huge-length"])
def test_a_code_with_a_checksum_is_never_wrong(processes: dict[MakeName, Running], fault: str) -> None:
    zebra = fresh(processes["zebra"])
    with connected(zebra) as driver:
        driver.status()
        driver.arm()
        zebra.fault(fault, times=1)
        zebra.do("show_code", text="A1-001")
        assert text(driver.poll(Deadline.after(0.5))) in {None, "A1-001"}


@pytest.mark.parametrize("fault", sorted(ONCE))
def test_an_answer_damaged_or_missing_once_is_asked_for_again(newland: Running, fault: str) -> None:
    with connected(newland) as driver:
        driver.status()
        newland.fault(fault, times=1)
        assert driver.status().online


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(STAYS))
def test_a_fault_that_stays_ends_in_time_and_is_not_well(newland: Running, fault: str) -> None:
    with connected(newland) as driver:
        newland.fault(fault)
        began = time.monotonic()
        with pytest.raises(DeviceError):
            driver.status()
        assert time.monotonic() - began < 3.5


@pytest.mark.parametrize("fault", sorted(LOST))
def test_a_line_that_breaks_is_lost(newland: Running, fault: str, no_leaks: None) -> None:
    with connected(newland) as driver:
        newland.fault(fault, times=1)
        with pytest.raises(DeviceError, match=r"port\.lost"):
            driver.status()


@pytest.mark.parametrize("fault", ["flapping", "disconnect-after"])
def test_a_line_that_comes_and_goes_is_lost_and_opened_again(newland: Running, fault: str, no_leaks: None) -> None:
    with connected(newland) as driver:
        driver.status()
        newland.fault(fault, times=1 if fault == "disconnect-after" else None)
        with pytest.raises(DeviceError, match=r"port\."):
            until_it_fails(driver)
    fresh(newland)
    with connected(newland) as driver:
        assert driver.status().online


class Direct:
    """A port straight to a simulated scanner, without the time a line takes."""

    address = "direct"

    def __init__(self, device: SimulatedCodeScanner) -> None:
        self.device = device
        self.arriving = b""

    def read(self, limit: int, deadline: Deadline) -> bytes:  # noqa: ARG002 - BytePort's
        chunk, self.arriving = self.arriving[:limit], self.arriving[limit:]
        return chunk

    def write(self, payload: bytes, deadline: Deadline) -> None:  # noqa: ARG002 - BytePort's
        self.arriving += b"".join(self.device.received(payload))

    def show(self, code: str) -> None:
        self.arriving += b"".join(self.device.ordered({"do": "show_code", "text": code}))

    def discard_input(self) -> int:
        return 0

    def close(self) -> None:
        self.arriving = b""


class Babbling(Direct):
    """A scanner that never stops sending."""

    def read(self, limit: int, deadline: Deadline) -> bytes:  # noqa: ARG002 - BytePort's
        return b"A" * limit


def test_a_babbling_scanner_is_not_armed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_module, "_DRAIN_SECONDS", 0.05)
    driver = CodeScanner(Babbling(SimulatedCodeScanner("newland", Framing("cr"))))
    with pytest.raises(DeviceError, match=r"code_scanner\.babbling"):
        driver.arm()
    assert not driver.armed


@pytest.mark.parametrize("mode", ["commanded", "by itself"])
def test_no_stray_code_in_a_thousand_changes_of_the_page(
    make: MakeName, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Codes are shown at random moments; a page gets only what was shown while it wanted one."""
    monkeypatch.setattr(driver_module, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(driver_module, "_SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(driver_module, "_GAP_SECONDS", 0.0)
    chance = random.Random(13)
    device = SimulatedCodeScanner(make, Framing("cr"))
    port = Direct(device)
    driver = CodeScanner(port, CodeScannerOptions(make=make))
    driver.status()
    read = shown_unasked = 0
    for page in range(1_000):
        if mode == "by itself":
            device.restarted()  # it sends whatever it sees, wanted or not
        for _ in range(chance.randrange(3)):
            port.show(f"stray {page}")
            shown_unasked += 1
        if chance.random() < 0.3:
            driver.poll(Deadline.after(0))
        driver.arm()
        port.show(f"asked {page}")
        code = driver.poll(Deadline.after(1))
        assert text(code) in {None, f"asked {page}"}
        read += code is not None
        if chance.random() < 0.5:
            port.show(f"late {page}")
        driver.disarm()
        port.show(f"stray {page}")
    assert read > 900
    assert shown_unasked > 900
    counts = driver.tally.take()
    assert mode != "by itself" or counts["strays"] + counts.get("dropped.several", 0) > 900


def test_forty_changes_of_the_page_over_a_real_line(newland: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_module, "PAUSE_SECONDS", 0.0)
    with connected(newland) as driver:
        driver.status()
        newland.do("set_mode", mode="auto")
        for page in range(40):
            newland.do("show_code", text=f"stray {page}")
            driver.arm()
            newland.do("show_code", text=f"asked {page}")
            assert text(driver.poll(Deadline.after(1))) == f"asked {page}"
            newland.do("show_code", text=f"late {page}")
            driver.disarm()


def test_a_driver_that_did_not_drain_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CodeScanner, "_drain", lambda _self: None)
    device = SimulatedCodeScanner("newland", Framing("cr"))
    port = Direct(device)
    driver = CodeScanner(port)
    port.show("stray")
    driver.arm()
    assert text(driver.poll(Deadline.after(1))) == "stray"


def test_a_worker_arms_it_for_the_page_and_switches_it_off_after(newland: Running) -> None:
    events: SimpleQueue[object] = SimpleQueue()
    worker = Worker("scanner", lambda: KIND.connect(newland.address, {}), events.put)
    worker.start()
    worker.repeat("page 1", lambda scanner: scanner.read(Deadline.after(0.2)), 0.01)
    try:
        wait_for(newland, reading=True)
        newland.do("show_code", text="A1-001")
        done = next_of(events, JobDone)
        assert isinstance(done.result, Code)
        assert (done.token, done.result.text) == ("page 1", "A1-001")
        worker.rest()
        wait_for(newland, reading=False)
        worker.repeat("page 2", lambda scanner: scanner.read(Deadline.after(0.2)), 0.01)
        wait_for(newland, reading=True)
        newland.do("show_code", hex="1B")
        assert next_of(events, JobFailed).fault.key == "code_scanner.code_unreadable"
    finally:
        assert worker.stop(3)


def next_of(events: "SimpleQueue[object]", kind: type[T]) -> T:
    until = Deadline.after(5)
    while True:
        event = events.get(timeout=until.left())
        if isinstance(event, kind):
            return event


def wait_for(process: Running, *, reading: bool) -> None:
    until(lambda: process.do("state")["reading"] is reading, f"a scanner of which reading is {reading}")


def test_a_scanner_let_go_of_while_armed_is_switched_off(newland: Running) -> None:
    with connected(newland) as driver:
        driver.status()
        arm(driver, newland)
    wait_for(newland, reading=False)


def test_three_checks_say_what_they_found_and_nothing_of_the_code(scanner: Running) -> None:
    with connected(scanner) as driver:
        checks = {check.level: check for check in KIND.checks}
        [mode] = checks[Level.INTERNAL].run(driver, Deadline.after(5))
        assert (mode.ok, mode.found) == (True, driver.make)
        [trigger] = checks[Level.EXTERNAL].run(driver, Deadline.after(5))
        assert trigger.ok is (None if driver.make == "honeywell" else True)
        scanner.do("show_code", text="110105199003070017", hold=True)
        [code] = checks[Level.INTERACTIVE].run(driver, Deadline.after(5))
        assert (code.ok, code.found) == (True, "18 bytes, utf-8")
        scanner.do("take_away")
        [nothing] = checks[Level.INTERACTIVE].run(driver, Deadline.after(0.2))
        assert (nothing.ok, nothing.found) == (False, "none")
        wait_for(scanner, reading=False)


def test_by_hand_a_code_is_shown_and_none_is_a_sentence(newland: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    newland.do("show_code", text="A1-001", hold=True)
    assert KIND.by_hand(newland.address, "read") == {"text": "A1-001", "bytes": 6, "encoding": "utf-8"}
    newland.do("take_away")
    monkeypatch.setattr(driver_module, "BY_HAND_SECONDS", 0.1)
    with pytest.raises(DeviceError, match=r"code_scanner\.no_code"):
        KIND.by_hand(newland.address, "read")
    assert KIND.by_hand(newland.address, "status")["armed"] is False


def test_the_probe_recognises_each_make(scanner: Running, make: MakeName) -> None:
    assert KIND.probe is not None
    port = open_port(scanner.address, Deadline.after(2))
    try:
        port.write(KIND.probe.question, Deadline.after(1))
        answer = b""
        while chunk := port.read(256, Deadline.after(0.2)):
            answer += chunk
    finally:
        port.close()
    assert KIND.probe.recognise(answer) == make
    assert KIND.probe.recognise(b"\x12") is None


def test_the_recorder_keeps_no_code(newland: Running) -> None:
    recorder = KIND.recorder()
    driver = KIND.connect(newland.address, {}, recorder)
    driver.status()
    driver.arm()
    newland.do("show_code", text="王小五 110105199003070017")
    assert driver.poll(Deadline.after(1)) is not None
    driver.close()
    seen = b"".join(frame.shown for frame in recorder.frames())
    assert b"SCNTRG1" in seen
    assert "王".encode() not in seen
    assert b"1101" not in seen


def test_every_fault_has_somebody_who_acts() -> None:
    assert set(KIND.faults) == set(ACTIONS)


def test_every_fault_of_the_catalogue_is_tried_here() -> None:
    on_checksums = {"short-length", "huge-length"}
    others = {"flapping", "disconnect-after", "reboot", "contradiction"}
    assert HARMLESS | ONCE | LOST | STAYS | on_checksums | others >= set(NAMES) - {"swapped"}
