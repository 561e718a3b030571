"""The real driver, library, pcscd and vpcd with a simulated card in the slot; the service is the test's own."""

import json
import os
import queue
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from devices import model
from devices.byhand import health
from devices.events import DeviceDown, DeviceUp, JobDone
from devices.kind import Level
from devices.model import DeviceError
from devices.port import Deadline
from devices.recording.recorder import Recorder
from devices.smart_card_reader import driver as driver_module
from devices.smart_card_reader import pcsc
from devices.smart_card_reader.driver import KIND, SmartCardReader
from devices.smart_card_reader.faults import fault as fault_named
from devices.smart_card_reader.faults import fault_of_call
from devices.smart_card_reader.pcsc import Pcsc, PcscError
from devices.smart_card_reader.pcsc_line import PcscLine
from devices.smart_card_reader.reader_process import Connect, Done, Failed, Look, ReaderProcess, Seen, Transmit
from devices.smart_card_reader.virtual_slot import SlotLine
from devices.worker import Worker
from tests.devices.conftest import Start
from tests.devices.running import Running
from tests.waiting import LONG, heard, until

pytestmark = pytest.mark.slow  # a service, its slots looked into every 0.4 s

PRESENT, MUTE = 0x20, 0x200


@pytest.fixture(scope="module")
def slot_process(start: Start) -> Running:
    return start("smart-card-reader", "--card", "none")


@pytest.fixture
def slot(slot_process: Running) -> Running:
    """A reader without a card."""
    slot_process.fault("none")
    slot_process.do("lift_card")
    slot_process.do("replug")
    patience = Deadline.after(LONG)
    while True:
        try:
            with connected(slot_process) as reader:
                wait_for(reader, "absent")
        except DeviceError:
            if patience.expired:
                raise
            time.sleep(0.1)
        else:
            return slot_process


@contextmanager
def connected(process: Running, recorder: Recorder | None = None) -> Iterator[SmartCardReader]:
    reader = KIND.connect(process.address, recorder=recorder)
    try:
        yield reader
    finally:
        reader.close()


def wait_for(reader: SmartCardReader, card: str) -> None:
    """Pcscd looks into its slots every 0.4 s."""
    until(lambda: reader.status().card.value == card, f"a card that is {card}", state=lambda: reader.status().card)


def put(process: Running, reader: SmartCardReader, card: str = "holder", **more: object) -> None:
    process.do("put_card", card=card, **more)
    wait_for(reader, "present")


def name_read(reader: SmartCardReader, seconds: float = 20.0) -> str | None:
    content = reader.read_card(Deadline.after(seconds))
    return content.name if content else None


def test_a_visit_reads_the_card_once_until_it_is_inserted_again(slot: Running, no_leaks: None) -> None:
    with connected(slot) as reader:
        assert name_read(reader) is None
        assert not reader.is_present()
        put(slot, reader, "rare_name")
        assert name_read(reader) == "王㛃𠮷"
        assert name_read(reader) is None
        assert reader.is_present()
        slot.do("lift_card")
        wait_for(reader, "absent")
        assert not reader.is_present()
        put(slot, reader, "two_steps")
        assert name_read(reader) == "李晓明"
        assert reader.tally.take() == {"cards_read": 2}


def test_a_card_is_read_within_half_a_second_of_being_seen(slot: Running) -> None:
    with connected(slot) as reader:
        took = []
        for _ in range(3):  # the machine may be slow once, the reader is not
            put(slot, reader)
            began = time.monotonic()
            assert name_read(reader) == "李晓明"
            took.append(time.monotonic() - began)
            slot.do("lift_card")
            wait_for(reader, "absent")
        assert min(took) < 0.5


def test_a_card_left_behind_is_found_without_being_read(slot: Running) -> None:
    with connected(slot) as reader:
        put(slot, reader)
        commands = slot.do("state")["commands"]
        assert reader.is_present()
        assert slot.do("state")["commands"] == commands


@pytest.mark.parametrize(
    ("card", "key"),
    [
        ("bank_card", "smart_card_reader.card_not_supported"),
        ("all_protected", "smart_card_reader.card_protected"),
    ],
)
def test_a_card_that_gives_nothing_says_why(slot: Running, card: str, key: str) -> None:
    with connected(slot) as reader:
        put(slot, reader, card)
        with pytest.raises(DeviceError) as failed:
            name_read(reader)
        assert failed.value.fault.key == key
        assert reader.tally.take() == {"cards_failed": 1}


def test_a_card_whose_first_words_nobody_understands_is_mute(slot: Running) -> None:
    with connected(slot) as reader:
        put(slot, reader, mute=True)
        with pytest.raises(DeviceError, match=r"card_mute"):
            name_read(reader)


def test_a_mute_card_is_no_reader_well_and_is_not_read() -> None:
    mute = Seen("R", PRESENT | MUTE, 0)
    fault = SmartCardReader(Scripted(mute)).status().fault()
    assert fault is not None
    assert fault.key == "smart_card_reader.card_mute"
    with pytest.raises(DeviceError, match=r"card_mute"):
        SmartCardReader(Scripted(mute)).read_card(Deadline.after(1))


@pytest.mark.parametrize("fault", ["disconnect-before", "disconnect-inside", "renumbered"])
def test_a_card_torn_out_while_it_is_read_is_named(slot: Running, fault: str) -> None:
    with connected(slot) as reader:
        put(slot, reader)
        slot.fault(fault, times=1)
        with pytest.raises(DeviceError, match=r"card_removed"):
            name_read(reader)


@pytest.mark.parametrize("fault", ["silence", "slow-loris", "stuck"])
def test_a_card_that_hangs_is_left_in_time_and_read_after_it_is_inserted_again(slot: Running, fault: str) -> None:
    with connected(slot) as reader:
        put(slot, reader)
        slot.fault(fault)
        began = time.monotonic()
        with pytest.raises(DeviceError, match=r"device\.silent"):
            name_read(reader, 1.0)
        assert time.monotonic() - began < 8.0
        began = time.monotonic()
        assert reader.status().card.value == "mute"
        with pytest.raises(DeviceError, match=r"card_mute"):
            name_read(reader, 9.0)  # at once: the service still waits for this card
        assert time.monotonic() - began < 8.0
        slot.fault("none")
        slot.do("lift_card")
    put_and_read_again(slot)


def put_and_read_again(process: Running) -> None:
    """As a worker does it: what fails is opened anew. pcscd itself may crash when its client dies in mid-command."""
    process.do("put_card", card="holder")
    patience = Deadline.after(LONG)
    while True:
        try:
            with connected(process) as reader:
                wait_for(reader, "present")
                assert name_read(reader) == "李晓明"
        except DeviceError:
            if patience.expired:
                raise
            time.sleep(0.1)
        else:
            return


@pytest.mark.parametrize("fault", ["glued", "duplicate", "echo", "contradiction", "flipped-bit"])
def test_answers_of_another_command_are_never_taken_for_a_person(slot: Running, fault: str) -> None:
    with connected(slot) as reader:
        put(slot, reader)
        slot.fault(fault)
        with pytest.raises(DeviceError) as failed:
            name_read(reader, 2.0)
        assert failed.value.fault.key in (*KIND.faults, "device.garbled", "device.silent")


def test_the_service_gone_is_named_and_the_reader_is_back_with_it(slot: Running) -> None:
    with connected(slot) as reader:
        assert reader.status().online
        slot.do("service_stop")
        with pytest.raises(DeviceError) as failed:
            reader.status()
        assert failed.value.fault.key in {"smart_card_reader.service_missing", "port.lost"}
    with connected(slot) as reader, pytest.raises(DeviceError, match=r"service_missing"):
        reader.status()
    slot.do("service_start")
    with connected(slot) as reader:
        wait_for(reader, "absent")


def test_a_worker_finds_the_service_again_and_reads(slot: Running) -> None:
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    worker: Worker[SmartCardReader] = Worker(
        "smart card", lambda: KIND.connect(slot.address), events.put, poll_every=0.1, backoff=(0.05, 0.2)
    )
    worker.start()
    try:
        assert isinstance(next_of(events, DeviceUp), DeviceUp)
        slot.do("service_stop")
        assert isinstance(next_of(events, DeviceDown), DeviceDown)
        slot.do("service_start")
        assert isinstance(next_of(events, DeviceUp), DeviceUp)
        slot.do("put_card", card="holder")
        worker.repeat("card", lambda reader: reader.read_card(Deadline.after(2)), 0.1)
        done = next_of(events, JobDone)
        assert isinstance(done, JobDone)
        assert getattr(done.result, "name", None) == "李晓明"
    finally:
        assert worker.stop(LONG)


def next_of(events: "queue.SimpleQueue[object]", kind: type) -> object:
    deadline = Deadline.after(LONG)
    while not isinstance(event := heard(events, kind.__name__, deadline.left()), kind):
        pass
    return event


def test_another_reader_is_missing_and_the_beginning_of_a_name_is_enough(slot: Running) -> None:
    service = slot.address.partition("?")[2]
    missing = KIND.connect(f"pcsc:Another Reader?{service}")
    with pytest.raises(DeviceError) as failed:
        missing.status()
    missing.close()
    assert (failed.value.fault.key, failed.value.fault.detail) == ("port.missing", "2 other readers")
    for name in ("", "Virtual PCD"):
        reader = KIND.connect(f"pcsc:{name}?{service}")
        assert reader.status().reader == "Virtual PCD 00 00"
        reader.close()


def test_a_card_in_use_by_another_program_is_named(slot: Running) -> None:
    with connected(slot) as reader, connected(slot) as other:
        put(slot, reader)
        other._ask(Connect("Virtual PCD 00 00"), Deadline.after(2))
        fault = reader.status().fault()
        assert fault is not None
        assert fault.key == "smart_card_reader.in_use"
        with pytest.raises(DeviceError, match=r"in_use"):
            name_read(reader, 1.0)


def test_an_independent_program_reads_the_same_record(slot: Running) -> None:
    with connected(slot) as reader:
        put(slot, reader)
    service = slot.address.partition("service=")[2]
    select = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"
    done = subprocess.run(
        ["opensc-tool", "--reader", "0", "--send-apdu", select, "--send-apdu", "00B2082C14", "-s", "00B2083414"],
        capture_output=True, text=True, check=True, timeout=10,
        env={**os.environ, "PCSCLITE_CSOCK_NAME": service},
    )  # fmt: skip
    assert "SW1=0x6A, SW2=0x83" in done.stdout
    assert "08 12 " + b"110105199003070017".hex(" ").upper()[:20] in done.stdout


def test_the_recorder_keeps_heads_and_status_words_only(slot: Running) -> None:
    recorder = KIND.recorder()
    with connected(slot, recorder) as reader:
        put(slot, reader)
        assert name_read(reader) == "李晓明"
    dump = recorder.dump()
    assert "out 5 00 B2 08 34" in dump
    for planted in ("李晓明".encode("gb18030"), b"110105199003070017", b"A00000018"):
        assert planted.hex(" ").upper() not in dump
        assert all(planted not in frame.shown for frame in recorder.frames())


def test_a_process_that_was_killed_or_stopped_is_replaced(slot: Running, no_leaks: None) -> None:
    with connected(slot) as reader:
        reader.status()
        for sign, key in ((signal.SIGKILL, "port.lost"), (signal.SIGSTOP, "device.silent")):
            os.kill(child_of(os.getpid(), "reader_process"), sign)
            began = time.monotonic()
            with pytest.raises(DeviceError) as failed:
                reader._look(Deadline.after(0.5))
            assert failed.value.fault.key == key
            assert time.monotonic() - began < 8.0
            assert reader.status().online


def child_of(parent: int, name: str) -> int:
    for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split():
        if name.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            return int(pid)
    raise AssertionError(name)


def test_the_process_ends_with_whoever_started_it() -> None:
    line = PcscLine("/nowhere/pcscd.comm")
    assert line.ask(Look(""), Deadline.after(3)) == Failed("SCardEstablishContext", 0x8010001D)
    pid = child_of(os.getpid(), "reader_process")
    line.close()
    assert not Path(f"/proc/{pid}").exists()


class NoLibrary(Pcsc):
    def __init__(self) -> None:
        raise OSError("libpcsclite.so.1: cannot open shared object file")


def test_a_machine_without_the_library_says_so() -> None:
    answer = ReaderProcess(NoLibrary).carry_out(Look(""))
    assert isinstance(answer, Failed)
    assert fault_of_call(answer.call, answer.code).key == "smart_card_reader.library_missing"


class Scripted(PcscLine):
    """A line that gives these answers, for what pcscd and vpcd cannot be made to do."""

    def __init__(self, *answers: Seen | Done | Failed) -> None:
        super().__init__()
        self._answers = list(answers)

    def ask(self, request: object, deadline: Deadline) -> Seen | Done | Failed:  # noqa: ARG002 - the driver's
        return self._answers.pop(0)


def test_answers_that_fit_no_question_are_damage() -> None:
    with pytest.raises(DeviceError, match=r"device\.garbled"):
        SmartCardReader(Scripted(Done())).status()
    present = Seen("R", PRESENT, 0)
    with pytest.raises(DeviceError, match=r"device\.garbled"):
        SmartCardReader(Scripted(present, Done(), Done(b"\x90"))).read_card(Deadline.after(0.1))
    assert SmartCardReader(Scripted(present, Failed("SCardConnect", 0x8010000C))).is_present()


def test_transmitting_without_a_card_is_refused_before_the_library() -> None:
    quiet = Pcsc.__new__(Pcsc)
    quiet._card = None
    with pytest.raises(PcscError):
        quiet.transmit(b"")
    quiet.disconnect()
    assert ReaderProcess(lambda: quiet).carry_out(Transmit(b"")) == Failed("SCardTransmit", pcsc.NO_SMARTCARD)


@pytest.mark.parametrize("address", ["pcsc:?sevice=/x", "serial:/dev/ttyS0", "pcsc:A?service=/x&y=1"])
def test_an_address_nobody_understands_is_a_sentence(address: str) -> None:
    with pytest.raises(DeviceError, match=r"port\.address_invalid"):
        KIND.connect(address)


def test_it_can_be_had_from_its_address_alone(no_leaks: None) -> None:
    reader = KIND.connect("simulator:smart-card-reader?card=holder")
    try:
        wait_for(reader, "present")
        assert name_read(reader) == "李晓明"
    finally:
        reader.close()


def test_by_hand_a_card_is_read_and_none_is_a_sentence(slot: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_module, "BY_HAND_SECONDS", 0.3)
    with connected(slot) as reader:
        with pytest.raises(DeviceError, match=r"no_card"):
            driver_module.BY_HAND["read"](reader)
        put(slot, reader)
    assert KIND.by_hand(slot.address, "read")["name"] == "李晓明"
    assert KIND.by_hand(slot.address, "status")["card"] == "present"


def test_the_checks_say_which_values_a_card_gave_and_none_of_them(slot: Running) -> None:
    with connected(slot) as reader:
        internal = health.check(KIND, reader, {Level.INTERNAL})
        assert (internal.ok, internal.findings[1].ok) == (True, None)
        put(slot, reader)
        found = health.check(KIND, reader, {Level.INTERNAL, Level.INTERACTIVE})
        assert found.ok
        assert "id_number" in found.findings[-1].found
        assert "110105" not in json.dumps([one.found for one in found.findings])
        slot.do("lift_card")
        wait_for(reader, "absent")
        assert KIND.checks[1].run(reader, Deadline.after(0.3))[0].ok is False


def test_every_fault_is_somebodys() -> None:
    assert all(fault_named(key).action for key in (*KIND.faults, *model.FAULTS))


class Card:
    present = True

    def answer_to_reset(self) -> bytes:
        return b"\x3b\x00"


class Reader:
    NAME = "Virtual PCD 00 00"
    service = "/nowhere"

    def __init__(self, port: int) -> None:
        self.port = port

    def keep(self) -> None:
        """It never crashes."""


def test_the_slot_cuts_frames_however_they_arrive() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    line = SlotLine(Reader(listening.getsockname()[1]), Card())  # type: ignore[arg-type] # a stand-in
    (descriptor,) = line.listening()
    vpcd, _ = listening.accept()
    try:
        passed = b""
        for piece in (b"\x00", b"\x01\x04\x00", b"\x01\x01\x00\x05", b"\x00\xb2\x07\x2c\x0b"):
            vpcd.sendall(piece)
            received = line.receive(descriptor)
            assert received is not None
            passed += received[1]
        assert passed == b"\x00\x01\x01\x00\x05\x00\xb2\x07\x2c\x0b"
        assert vpcd.recv(16) == b"\x00\x02\x3b\x00"
        vpcd.close()
        assert line.receive(descriptor) is None
    finally:
        line.unplug()
        listening.close()
    assert line.listening() == ()


def test_a_service_started_anew_counts_from_zero_and_the_next_card_is_still_read() -> None:
    present, absent = Seen("R", PRESENT | 1 << 16, 0), Seen("R", 0x10, 0)
    gone = Failed("SCardListReaders", 0x8010001D)
    for between in (gone, absent, Seen("", 0, 0)):
        reader = SmartCardReader(Scripted(between, present, Failed("SCardConnect", 0x8010000B)))
        reader._read_already = reader._hung = 1
        with suppress(DeviceError):
            reader.status()
        with pytest.raises(DeviceError, match=r"in_use"):  # it was tried, not passed over as read already
            reader.read_card(Deadline.after(1))
