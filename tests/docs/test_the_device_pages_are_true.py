"""What docs/devices tells a newcomer or a vendor is run here: the tutorial's kind and the out-of-process reader."""

import ast
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices import registry
from devices.byhand import cli
from devices.byhand.detect import detect
from devices.model import DeviceError
from devices.port import Deadline
from devices.registry import KINDS
from devices.simulation.faults import NAMES
from devices.simulator_process import SimulatorProcess
from docs.devices.example.driver import KIND as CALL_LAMP
from docs.devices.example.driver import CallLamp, CallLampState
from docs.devices.example.protocol import Order, decode_order, decode_state, encode_order, encode_state

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "devices"
EXAMPLE = PAGES / "example"
SIMULATE = (
    "import sys; from devices import registry; registry._DRIVERS['call-lamp'] = 'docs.devices.example.driver'; "
    "from devices.simulate import main; sys.exit(main())"
)


def code_lines(path: Path) -> int:
    """Lines that do something: no blank ones, comments or docstrings."""
    text = path.read_text(encoding="utf-8")
    words = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    numbered = enumerate(text.splitlines(), start=1)
    return sum(bool(line.strip()) and not line.strip().startswith("#") and at not in words for at, line in numbered)


# --- the tutorial's call lamp ---


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Path]:
    """A call lamp at 9600 baud, started as the tutorial says."""
    link = tmp_path / "lamp"
    arguments = ["call-lamp", "--while-stdin", "--link", str(link), "--control", str(tmp_path / "control")]
    with subprocess.Popen(
        [sys.executable, "-c", SIMULATE, *arguments, "--baud", "9600"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["ready"]
        yield link
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Step 4: one line in the registry."""
    monkeypatch.setitem(registry._DRIVERS, "call-lamp", "docs.devices.example.driver")


def test_a_kind_is_about_a_hundred_lines() -> None:
    assert 80 < sum(code_lines(EXAMPLE / f"{name}.py") for name in ("protocol", "driver", "simulator")) < 130


@pytest.mark.parametrize("order", Order)
def test_orders_go_both_ways(order: Order) -> None:
    assert decode_order(encode_order(order)) is order
    assert decode_order(encode_order(order)[:2] + b"\x00") is None
    assert decode_order(b"\x4c\x44\x08") is None


@pytest.mark.parametrize("lit", [True, False])
def test_states_go_both_ways_and_noise_is_none(lit: bool) -> None:
    assert decode_state(b"\x00\x6c" + encode_state(lit=lit)) is lit
    assert decode_state(encode_state(lit=lit)[:2]) is None
    assert decode_state(b"\x6c\x01\x6c") is None


def test_the_lamp_is_found_switched_and_checked_by_hand(
    line: Path, registered: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [found.kind for found in detect(str(line), None, Deadline.after(30))] == ["call-lamp"]
    address = f"serial:{line}?baud=9600"
    for action, lit in (("on", True), ("status", True), ("off", False)):
        assert cli.run("call-lamp", address, action, as_json=True) == 0
        assert json.loads(capsys.readouterr().out)["lit"] is lit
    assert cli.run("call-lamp", address, "check", as_json=True) == 0


def test_a_wrong_rate_is_named_for_the_new_kind_too(
    line: Path, registered: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run("call-lamp", f"serial:{line}", "status", as_json=True) == 1
    assert "set to 115200, it answers at 9600" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("fault", [name for name in NAMES if name not in ("slow-loris", "late-answer")])
def test_no_fault_hangs_the_lamp_or_makes_it_lie(fault: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SIMULATE, "call-lamp", "--while-stdin", "--fault", f"{fault}"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    simulator = SimulatorProcess(process, "call-lamp")
    try:
        lamp: CallLamp | None = None
        try:
            lamp = CALL_LAMP.connect(simulator.wait_for_address(5))
            assert lamp.status() == CallLampState(lit=False)
        except DeviceError as error:
            assert error.fault.key in {"device.silent", "device.garbled", "port.lost", "port.missing", "port.stuck"}  # noqa: PT017 - either is right
        finally:
            if lamp is not None:
                lamp.close()
    finally:
        simulator.end()


# --- the out-of-process reader ---


class Vendor:
    """The vendor's program as systemd runs it: without our code on its path."""

    def __init__(self, port: int = 0, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(EXAMPLE / "vendor_process.py"), "--port", str(port), *arguments],
            stdout=subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().decode().strip()

    def end(self) -> None:
        self.process.kill()
        self.process.wait(5)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    running = Vendor()
    yield running
    running.end()


def test_a_card_is_read_through_the_vendors_process(vendor: Vendor, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert cli.run("id-card-reader", vendor.address, "read", as_json=True) == 0
        card = json.loads(capsys.readouterr().out)
        assert (card["name"], card["id_number"], card["valid_to"]) == ("测试卡", "11010119900101001X", None)
    assert cli.run("id-card-reader", vendor.address, "check", as_json=True) == 0
    assert [one.kind for one in detect(vendor.address, None, Deadline.after(20))] == ["id-card-reader"]


def test_a_card_that_stays_is_read_once(vendor: Vendor) -> None:
    reader = KINDS["id-card-reader"].connect(vendor.address)
    assert reader.read_card(Deadline.after(3)) is not None
    assert reader.read_card(Deadline.after(3)) is None
    assert reader.reset_and_find() is True
    reader.close()


def test_a_vendors_process_that_is_gone_is_a_line_that_broke_and_comes_back(vendor: Vendor) -> None:
    reader = KINDS["id-card-reader"].connect(vendor.address)
    port = int(vendor.address.rpartition(":")[2])
    vendor.end()
    with pytest.raises(DeviceError, match=r"port\.lost"):
        reader.status()
    reader.close()
    again = Vendor(port)
    try:
        reader = KINDS["id-card-reader"].connect(again.address)
        assert reader.status().online
        reader.close()
    finally:
        again.end()


@pytest.mark.slow
def test_a_library_that_hangs_takes_its_process_with_it_and_not_the_terminal() -> None:
    hanging = Vendor(0, "--hangs", "--limit", "1")
    try:
        reader = KINDS["id-card-reader"].connect(hanging.address)
        with pytest.raises(DeviceError):
            reader.read_card(Deadline.after(3))
        reader.close()
        assert hanging.process.wait(5) != 0
    finally:
        hanging.end()


def test_the_vendors_program_is_about_a_hundred_lines_and_imports_nothing_of_ours() -> None:
    text = (EXAMPLE / "vendor_process.py").read_text(encoding="utf-8")
    assert code_lines(EXAMPLE / "vendor_process.py") < 110
    imported = {
        alias.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import) for alias in node.names
    }
    taken = {node.module for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)}
    assert imported | taken <= set(sys.stdlib_module_names)


# --- the pages ---


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_evidence_names_every_kind(kind: str) -> None:
    assert f"`{kind}`" in (PAGES / "evidence.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["README.md", "evidence.md", "out-of-process.md"])
def test_links_lead_somewhere(page: str) -> None:
    text = (PAGES / page).read_text(encoding="utf-8")
    targets = [part.split(")")[0].split("#")[0] for part in text.split("](")[1:]]
    assert targets
    assert [target for target in targets if "://" not in target and not (PAGES / target).exists()] == []


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_rules_for_udev_name_every_kind_and_what_has_no_tty(name: str) -> None:
    rules = (ROOT / "packaging" / "udev" / "70-suiban.rules").read_text(encoding="utf-8")
    assert (f'SYMLINK+="suiban/{name}"' in rules) is bool({"serial", "v4l2"} & set(KINDS[name].schemes)), name
    assert name in rules


def test_the_sample_settings_use_the_names_udev_gives() -> None:
    rules = (ROOT / "packaging" / "udev" / "70-suiban.rules").read_text(encoding="utf-8")
    sample = tomllib.loads((ROOT / "packaging" / "terminal" / "kiosk.toml").read_text(encoding="utf-8"))
    named = [device["port"] for device in sample["devices"].values() if "/dev/suiban/" in device["port"]]
    assert named
    for port in named:
        name = port.partition("/dev/suiban/")[2].partition("?")[0]
        assert f'SYMLINK+="suiban/{name}"' in rules
