"""The serial ports of a machine: names that stay, the adapter behind them, and who holds them."""

import os
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.byhand.ports import PortSeen, holder, ports
from devices.model import DeviceError
from devices.port import Deadline, open_port
from tests.devices.running import Running


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A board with one real UART of two, and two equal adapters of which one has a serial number."""
    for name, uart in (("ttyS0", "4"), ("ttyS1", "0")):
        folder = tmp_path / "sys/class/tty" / name
        (folder / "device").mkdir(parents=True)
        (folder / "type").write_text(f"{uart}\n", encoding="ascii")
    for number, serial in ((0, "A10KREAD"), (1, "")):
        interface = tmp_path / f"sys/devices/usb1/1-{number}/1-{number}:1.0/ttyUSB{number}"
        interface.mkdir(parents=True)
        usb = interface.parent.parent
        for name, said in (("idVendor", "1a86"), ("idProduct", "7523"), ("serial", serial), ("product", "USB Serial")):
            (usb / name).write_text(f"{said}\n", encoding="ascii")
        seen = tmp_path / f"sys/class/tty/ttyUSB{number}"
        seen.mkdir(parents=True)
        (seen / "device").symlink_to(interface)
    (tmp_path / "sys/class/tty/console").mkdir()
    dev, by_id, by_path = (tmp_path / "dev", tmp_path / "dev/serial/by-id", tmp_path / "dev/serial/by-path")
    for folder in (dev / "suiban", by_id, by_path):
        folder.mkdir(parents=True)
    for node in ("ttyS0", "ttyUSB0", "ttyUSB1"):
        (dev / node).touch()
    (by_path / "pci-0000:00:14.0-usb-0:0:1.0-port0").symlink_to(dev / "ttyUSB0")
    (by_path / "pci-0000:00:14.0-usb-0:1:1.0-port0").symlink_to(dev / "ttyUSB1")
    (by_id / "usb-1a86_USB_Serial_A10KREAD-port0").symlink_to(dev / "ttyUSB0")
    (by_id / "usb-1a86_USB_Serial-port0").symlink_to(dev / "ttyUSB1")
    (tmp_path / "proc").mkdir()
    return tmp_path


def seen(machine: Path) -> dict[str, PortSeen]:
    found = ports(machine / "dev", machine / "sys", machine / "proc")
    return {Path(port.path).name: port for port in found}


def test_only_ports_with_hardware_are_listed(machine: Path) -> None:
    assert sorted(seen(machine)) == ["ttyS0", "ttyUSB0", "ttyUSB1"]


def test_an_adapter_is_named_by_its_number_and_without_one_by_its_socket(machine: Path) -> None:
    found = seen(machine)
    assert Path(found["ttyUSB0"].name).name == "usb-1a86_USB_Serial_A10KREAD-port0"
    assert Path(found["ttyUSB1"].name).name == "pci-0000:00:14.0-usb-0:1:1.0-port0"
    assert (found["ttyUSB0"].vendor, found["ttyUSB0"].product, found["ttyUSB0"].serial) == ("1a86", "7523", "A10KREAD")
    assert found["ttyUSB0"].title == "USB Serial"
    assert found["ttyS0"].name.endswith("/ttyS0")


def test_our_own_name_comes_first(machine: Path) -> None:
    (machine / "dev/suiban/ticket-printer").symlink_to(machine / "dev/ttyUSB1")
    assert seen(machine)["ttyUSB1"].name.endswith("/suiban/ticket-printer")
    assert len(seen(machine)["ttyUSB1"].names) == 3


def test_a_name_that_leads_nowhere_is_no_port(machine: Path) -> None:
    (machine / "dev/suiban/locker").symlink_to(machine / "dev/ttyUSB7")
    assert sorted(seen(machine)) == ["ttyS0", "ttyUSB0", "ttyUSB1"]


@pytest.mark.parametrize(
    ("words", "called"),
    [
        ("/usr/bin/python3\0-m\0kiosk\0--config\0/etc/suiban/kiosk.toml\0", "kiosk"),
        ("/usr/sbin/ModemManager\0", "ModemManager"),
        ("", "ModemManager"),
    ],
)
def test_who_holds_a_port_is_named_without_its_arguments(machine: Path, words: str, called: str) -> None:
    process = machine / "proc" / "812"
    (process / "fd").mkdir(parents=True)
    (process / "fd" / "7").symlink_to(machine / "dev/ttyUSB1")
    (process / "cmdline").write_bytes(words.encode())
    (process / "comm").write_text("ModemManager\n", encoding="ascii")
    assert seen(machine)["ttyUSB1"].held_by == f"{called} (process 812)"
    assert seen(machine)["ttyUSB0"].held_by == ""


def test_a_machine_without_any_has_none(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    assert ports(tmp_path / "dev", tmp_path / "sys", tmp_path / "proc") == ()


def test_a_simulator_holds_its_own_line(reader: Running) -> None:
    assert holder(str(reader.link)) == f"devices.simulate (process {reader.process.pid})"


@pytest.fixture
def line() -> Iterator[str]:
    near, far = os.openpty()
    tty.setraw(far)
    yield os.ttyname(far)
    os.close(near)
    os.close(far)


def test_a_line_changes_its_rate_without_being_let_go(line: str) -> None:
    port = open_port(f"serial:{line}?baud=9600", Deadline.after(1))
    descriptor = port.descriptor
    port.retune(19200)
    assert port.descriptor == descriptor
    port.close()
    with pytest.raises(DeviceError, match=r"port\.lost"):
        port.retune(9600)
