"""The real driver against the simulator's bytes over a pseudo-terminal, with every fault of the catalogue."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from devices import model
from devices.id_card_reader import driver as driver_module
from devices.id_card_reader.cards import CARDS, PHOTO
from devices.id_card_reader.driver import IdCardReader
from devices.id_card_reader.faults import ACTIONS, FAULT_OF_STATUS, FAULTS, fault_of
from devices.id_card_reader.protocol import (
    STATUSES,
    CardBlocks,
    Command,
    FrameReader,
    Reply,
    decode_command,
    encode_blocks,
    encode_reply,
    frame,
)
from devices.model import Action, DeviceError
from devices.port import BytePort, Deadline, open_port
from devices.simulation.faults import NAMES
from tests.devices.running import Running
from tests.waiting import LONG


@contextmanager
def connected(process: Running) -> Iterator[IdCardReader]:
    reader = IdCardReader(open_port(process.address, Deadline.after(2)))
    try:
        yield reader
    finally:
        reader.close()


def name_read(reader: IdCardReader, seconds: float = 20.0) -> str | None:
    content = reader.read_card(Deadline.after(seconds))
    return content.name if content else None


def find_until_it_fails(driver: IdCardReader) -> None:
    patience = Deadline.after(LONG)
    while not patience.expired:
        driver.find()


def test_a_visit_reads_the_card_once_until_it_is_laid_again(reader: Running) -> None:
    with connected(reader) as driver:
        assert name_read(driver) is None
        reader.do("put_card", card="rare_name")
        assert name_read(driver) == "王㛃𠮷"
        assert name_read(driver) is None
        assert not driver.find()
        assert driver.is_present()
        reader.do("lift_card")
        assert not driver.is_present()
        reader.do("put_card", card="adult")
        assert name_read(driver) == "李晓明"


def test_a_card_left_behind_is_found_without_being_read(reader: Running) -> None:
    with connected(reader) as driver:
        reader.do("put_card", card="resident")
        assert name_read(driver) == "张三"
        reads = reader.do("state")["reads"]
        assert driver.reset_and_find()
        assert driver.reset_and_find()
        assert reader.do("lift_card")["reads"] == reads
        assert not driver.reset_and_find()


def test_a_nudged_card_has_not_been_taken(reader: Running) -> None:
    with connected(reader) as driver:
        reader.do("put_card", card="resident")
        assert name_read(driver) == "张三"
        reads = reader.do("nudge_card")["reads"]
        assert driver.is_present()
        assert driver.is_present()
        assert reader.do("lift_card")["reads"] == reads, "looked for, not read"
        assert not driver.is_present()


def test_select_and_read_without_find_fail(reader: Running) -> None:
    reader.do("put_card", card="resident")
    port = open_port(reader.address, Deadline.after(2))
    try:
        for command, sw3 in ((b"\x20\x02", 0x81), (b"\x30\x01", 0x41)):
            from_wire = ask(port, command)
            assert from_wire == encode_reply(Reply(sw3))
    finally:
        port.close()


def ask(port: BytePort, command: bytes) -> bytes:
    port.write(frame(command), Deadline.after(1))
    got = b""
    while len(got) < 11 and (chunk := port.read(64, Deadline.after(1))):
        got += chunk
    return got


def test_status_and_sam_id(reader: Running) -> None:
    with connected(reader) as driver:
        assert driver.status().as_json() == {"online": True, "sam_id": "05.01-20131218-0001234567-0987654321"}


def test_a_later_address_is_read_with_the_card(reader: Running) -> None:
    with connected(reader) as driver:
        reader.do("put_card", card="moved")
        content = driver.read_card(Deadline.after(4))
        assert content is not None
        assert content.newest_address == "北京市海淀区示范街2号院3单元"


HARMLESS = {
    "noise-before",
    "noise-after",
    "glued",
    "pieces",
    "echo",
    "duplicate",
}
ONCE = {"dropped-byte", "noise-inside", "flipped-bit", "short-length", "huge-length", "silence", "late-answer"}
LOST = {"disconnect-before", "disconnect-inside", "renumbered"}


@pytest.mark.parametrize("fault", sorted(HARMLESS))
def test_a_harmless_fault_does_not_stop_a_read(reader: Running, fault: str) -> None:
    reader.do("put_card", card="resident")
    with connected(reader) as driver:
        reader.fault(fault)
        assert name_read(driver) == "张三"


@pytest.mark.parametrize("fault", sorted(ONCE))
def test_a_reply_damaged_or_missing_once_is_asked_for_again(reader: Running, fault: str) -> None:
    reader.do("put_card", card="resident")
    with connected(reader) as driver:
        reader.fault(fault, times=1)
        assert name_read(driver) == "张三"


def test_a_late_read_reply_is_not_taken_for_anything_else(reader: Running) -> None:
    reader.do("put_card", card="adult")
    with connected(reader) as driver:
        assert driver.find()
        reader.fault("late-answer", times=2)
        assert not driver.reset_and_find() or name_read(driver) == "李晓明"
        assert driver.status().online


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "key"),
    [("flipped-bit", "device.garbled"), ("silence", "device.silent"), ("huge-length", "device.garbled")],
)
def test_a_fault_that_stays_ends_after_three_repeats(reader: Running, fault: str, key: str) -> None:
    with connected(reader) as driver:
        before = reader.do("state")["commands"]
        reader.fault(fault)
        with pytest.raises(DeviceError) as failed:
            driver.status()
        assert failed.value.fault.key == key
        assert reader.do("state")["commands"] - before == 4


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["slow-loris", "baud-mismatch", "dropped-byte"])
def test_a_trickling_or_garbled_line_never_outlasts_the_deadline(reader: Running, fault: str) -> None:
    with connected(reader) as driver:
        reader.fault(fault)
        began = time.monotonic()
        with pytest.raises(DeviceError):
            driver.read_card(Deadline.after(1.0))
        assert time.monotonic() - began < 10.0


def test_a_reader_that_takes_no_bytes_is_left_in_time(reader: Running) -> None:
    with connected(reader) as driver:
        reader.fault("stuck")
        began = time.monotonic()
        with pytest.raises(DeviceError) as failed:
            driver.status()
        assert failed.value.fault.key in {"device.silent", "port.stuck"}
        assert time.monotonic() - began < 10.0


@pytest.mark.parametrize("fault", sorted(LOST))
def test_a_line_that_breaks_is_lost(reader: Running, fault: str, no_leaks: None) -> None:
    reader.do("put_card", card="resident")
    with connected(reader) as driver:
        reader.fault(fault, times=1)
        with pytest.raises(DeviceError) as failed:
            name_read(driver)
        assert failed.value.fault.key == "port.lost"


def test_a_line_that_breaks_after_the_answer_still_gave_it(reader: Running) -> None:
    with connected(reader) as driver:
        reader.fault("disconnect-after", times=1)
        assert not driver.find()
        with pytest.raises(DeviceError, match=r"port\.lost"):
            find_until_it_fails(driver)


def test_a_flapping_line_is_lost_and_can_be_opened_again(reader: Running, no_leaks: None) -> None:
    with connected(reader) as driver:
        reader.fault("flapping")
        with pytest.raises(DeviceError, match=r"port\.lost"):
            find_until_it_fails(driver)
    reader.fault("none")
    reader.do("replug")
    with connected(reader) as driver:
        assert driver.status().online


def test_a_reader_that_restarts_forgets_that_the_card_was_read(reader: Running) -> None:
    reader.do("put_card", card="resident")
    with connected(reader) as driver:
        assert name_read(driver) == "张三"
        reader.fault("reboot", times=1)
        assert name_read(driver) == "张三"


def test_a_status_that_contradicts_the_result_becomes_a_read_failure(reader: Running) -> None:
    reader.do("put_card", card="resident")
    with connected(reader) as driver:
        reader.fault("contradiction")
        with pytest.raises(DeviceError) as failed:
            name_read(driver)
        assert failed.value.fault.key == "id_card_reader.read_failed"
        assert "SW 00 00 81" in failed.value.fault.detail


def test_two_readers_swapped_are_told_apart_by_their_security_module(reader: Running) -> None:
    other = Scripted({Command.STATUS: Reply(0x90), Command.SAM_ID: Reply(0x90, bytes(16))})
    with connected(reader) as driver:
        assert driver.status() != IdCardReader(other).status()


def test_every_fault_of_the_catalogue_is_tried_here() -> None:
    others = {"slow-loris", "baud-mismatch", "stuck", "disconnect-after", "flapping", "reboot", "contradiction"}
    in_test_two_devices_swapped = {"swapped"}
    assert HARMLESS | ONCE | LOST | others | in_test_two_devices_swapped == set(NAMES)


class Scripted:
    """A port that gives one reply for each command."""

    address = "scripted"

    def __init__(self, replies: dict[Command, Reply]) -> None:
        self._replies = replies
        self._frames = FrameReader(shortest=3)
        self.arrived = b""
        self.asked: list[Command] = []

    def read(self, limit: int, deadline: Deadline) -> bytes:  # noqa: ARG002 - BytePort's
        chunk, self.arrived = self.arrived[:limit], self.arrived[limit:]
        return chunk

    def write(self, payload: bytes, deadline: Deadline) -> None:  # noqa: ARG002 - BytePort's
        for event in self._frames.feed(payload):
            command = decode_command(getattr(event, "body", b""))
            assert command is not None
            self.asked.append(command)
            if command in self._replies:
                self.arrived += encode_reply(self._replies[command])

    def discard_input(self) -> int:
        self.arrived = b""
        return 0

    def close(self) -> None:
        self.arrived = b""


def test_every_status_code_is_mapped_to_somebody() -> None:
    assert set(FAULT_OF_STATUS) == set(STATUSES)
    for sw3, key in FAULT_OF_STATUS.items():
        assert key is None or fault_of(Reply(sw3)).action is ACTIONS[key]
    assert set(FAULTS) >= {key for key in FAULT_OF_STATUS.values() if key}


@pytest.mark.parametrize(
    ("sw3", "key", "action"),
    [
        (0x33, "id_card_reader.card_not_genuine", Action.CLEAR),
        (0x40, "id_card_reader.card_not_supported", Action.RESET),
        (0x66, "id_card_reader.not_authorised", Action.MAINTENANCE),
        (0x21, "id_card_reader.command_refused", Action.SOFTWARE),
        (0x23, "id_card_reader.not_permitted", Action.CONFIGURATION),
        (0x5A, "id_card_reader.unrecognised_error", Action.MAINTENANCE),
    ],
)
def test_who_must_act(sw3: int, key: str, action: Action) -> None:
    port = Scripted(
        {Command.FIND: Reply(0x9F, bytes(4)), Command.SELECT: Reply(0x90, bytes(8)), Command.READ: Reply(sw3)}
    )
    with pytest.raises(DeviceError) as failed:
        IdCardReader(port).read_card(Deadline.after(2))
    assert (failed.value.fault.key, failed.value.fault.action) == (key, action)
    assert port.asked.count(Command.READ) == 1


@pytest.mark.parametrize(("sw3", "reads"), [(0x41, 4), (0x24, 2), (0x10, 2), (0x47, 2)])
def test_how_often_a_refusal_is_tried_again(sw3: int, reads: int) -> None:
    port = Scripted(
        {Command.FIND: Reply(0x9F, bytes(4)), Command.SELECT: Reply(0x90, bytes(8)), Command.READ: Reply(sw3)}
    )
    with pytest.raises(DeviceError):
        IdCardReader(port).read_card(Deadline.after(5))
    assert port.asked.count(Command.READ) == reads


@pytest.mark.parametrize("sw3", [0x60, 0x66, 0x24])
def test_a_broken_security_module_is_no_status(sw3: int) -> None:
    with pytest.raises(DeviceError):
        IdCardReader(Scripted({Command.STATUS: Reply(sw3)})).status()


def test_a_reader_without_the_address_command_is_asked_only_once() -> None:
    port = Scripted(
        {
            Command.FIND: Reply(0x9F, bytes(4)),
            Command.SELECT: Reply(0x90, bytes(8)),
            Command.READ: Reply(0x90, encode_blocks(CardBlocks(CARDS["adult"].text(), PHOTO))),
        }
    )
    reader = IdCardReader(port)
    assert [name_read(reader), name_read(reader)] == ["李晓明", "李晓明"]
    assert port.asked.count(Command.READ_NEWEST_ADDRESS) == 1


def found_and_selected(**more: Reply) -> dict[Command, Reply]:
    replies = {Command.FIND: Reply(0x9F, bytes(4)), Command.SELECT: Reply(0x90, bytes(8))}
    return replies | {Command[name]: reply for name, reply in more.items()}


def test_a_card_with_an_unknown_flag_is_not_supported() -> None:
    text = bytearray(CARDS["adult"].text())
    text[248] = ord("Q")
    port = Scripted(found_and_selected(READ=Reply(0x90, encode_blocks(CardBlocks(bytes(text), PHOTO)))))
    with pytest.raises(DeviceError) as failed:
        IdCardReader(port).read_card(Deadline.after(2))
    assert (failed.value.fault.key, failed.value.fault.detail) == ("id_card_reader.card_not_supported", "type flag")


def test_a_broken_reader_is_not_taken_for_a_lifted_card() -> None:
    with pytest.raises(DeviceError, match=r"id_card_reader\.self_test_failed"):
        IdCardReader(Scripted({Command.READ: Reply(0x60)})).is_present()


def test_what_arrived_before_a_question_is_not_its_answer() -> None:
    port = Scripted({Command.FIND: Reply(0x80)})
    port.arrived = encode_reply(Reply(0x9F, bytes(4)))
    assert not IdCardReader(port).find()


class AnswersAtTheLastMoment(Scripted):
    """A reader whose failed read takes all the time there is."""

    def read(self, limit: int, deadline: Deadline) -> bytes:
        if self.asked[-1] is Command.READ:
            time.sleep(0.06)
        return super().read(limit, deadline)


def test_a_failing_read_is_not_begun_again_after_its_deadline() -> None:
    port = AnswersAtTheLastMoment(found_and_selected(READ=Reply(0x41)))
    with pytest.raises(DeviceError, match=r"id_card_reader\.read_failed"):
        IdCardReader(port).read_card(Deadline.after(0.05))
    assert port.asked.count(Command.READ) == 1


class BreaksAtTheAddress(Scripted):
    """A line that is lost after the card was read."""

    def write(self, payload: bytes, deadline: Deadline) -> None:
        super().write(payload, deadline)
        if self.asked[-1] is Command.READ_NEWEST_ADDRESS:
            raise DeviceError(model.fault("port.lost"))


def test_a_line_lost_while_asking_for_the_address_is_lost() -> None:
    read = Reply(0x90, encode_blocks(CardBlocks(CARDS["adult"].text(), PHOTO)))
    with pytest.raises(DeviceError, match=r"port\.lost"):
        IdCardReader(BreaksAtTheAddress(found_and_selected(READ=read))).read_card(Deadline.after(2))


def test_reading_by_hand_waits_for_a_card_and_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    port = Scripted({Command.RESET: Reply(0x90), Command.FIND: Reply(0x80)})
    monkeypatch.setattr(driver_module, "BY_HAND_SECONDS", 0.05)
    with pytest.raises(DeviceError, match=r"id_card_reader\.no_card"):
        driver_module.BY_HAND["read"](IdCardReader(port))
    assert port.asked.count(Command.FIND) >= 2
