"""Modbus RTU beside an independent implementation: our drivers at pymodbus' boards, its master at our simulator."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from pymodbus import FramerType
from pymodbus.client import ModbusSerialClient
from pymodbus.framer.rtu import FramerRTU

from devices.cabinet.driver import KIND as CABINET
from devices.locker.driver import KIND as LOCKER
from devices.locker.state import Door
from devices.model import Cover, DeviceError
from devices.parts import modbus
from devices.port import Deadline
from tests.devices.conftest import Start
from tests.devices.running import ROOT

DOORS = {"family": "modbus", "short_when": "open", "first_lock": 0, "pulse_ms": 300, "open_seconds": 1.0}


@pytest.fixture(scope="module")
def peer() -> Iterator[str]:
    """The address of pymodbus' boards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "tests.devices.modbus_peer", str(number)], cwd=ROOT)
    until = Deadline.after(20)
    while not until.expired:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", number), timeout=1):
            break
        time.sleep(0.1)
    yield f"tcp:127.0.0.1:{number}"
    process.kill()
    process.wait()


def test_a_door_behind_their_relay_opens(peer: str) -> None:
    locker = LOCKER.connect(peer, DOORS)
    try:
        assert set(locker.status().doors()) == {Door.CLOSED}
        outcome = locker.open(3)
        assert (outcome.result, outcome.fault) == ("opened", None)
        assert [number for number, door in enumerate(locker.status().doors(), 1) if door is Door.OPEN] == [3]
    finally:
        locker.close()


def test_their_inputs_are_a_cabinet(peer: str) -> None:
    cabinet = CABINET.connect(peer, {"unit": 7})
    try:
        state = cabinet.status()
        assert (state.door, state.switch, state.tampered) == (Cover.CLOSED, "run", None)
    finally:
        cabinet.close()


def test_their_refusal_of_an_address_is_a_setting_to_correct(peer: str) -> None:
    cabinet = CABINET.connect(peer, {"unit": 7, "tamper": 40})
    try:
        with pytest.raises(DeviceError, match=r"cabinet\.question_refused exception 02"):
            cabinet.status()
    finally:
        cabinet.close()


def test_a_unit_they_do_not_have_is_never_well(peer: str) -> None:
    cabinet = CABINET.connect(peer, {"unit": 9})
    try:
        with pytest.raises(DeviceError):
            cabinet.status()
    finally:
        cabinet.close()


def test_their_master_understands_our_boards(start: Start) -> None:
    ours = start("locker", "--family", "modbus", "--first_lock", "0", "--short_when", "open")
    master = ModbusSerialClient(str(ours.link), framer=FramerType.RTU, baudrate=9600, timeout=1, retries=0)
    assert master.connect()
    try:
        assert master.read_discrete_inputs(0, count=12, device_id=1).bits[:12] == [False] * 12
        for on in (True, False):
            assert not master.write_coil(4, on, device_id=1).isError()
        assert master.read_discrete_inputs(0, count=12, device_id=1).bits[:12] == [place == 4 for place in range(12)]
        refused = master.write_coil(99, value=True, device_id=1)
        assert refused.isError()
        assert refused.exception_code == 2
    finally:
        master.close()  # type: ignore[no-untyped-call]
    assert ours.do("state")["open"] == [5]


def test_the_checksums_are_theirs() -> None:
    for size in range(1, 40):
        payload = bytes((size * 37 + place * 11) % 256 for place in range(size))
        assert modbus.crc16(payload).to_bytes(2, "little") == FramerRTU.compute_CRC(payload).to_bytes(2, "big")
