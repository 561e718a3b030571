"""The systemd units and the code that relies on them say the same: notifying, beats, and who may switch off."""

import shutil
import subprocess
import tomllib
from configparser import RawConfigParser
from pathlib import Path

import pytest

from kiosk.power import switch_off

UNITS = Path(__file__).resolve().parents[2] / "packaging" / "systemd"
LONGEST_WATCHDOG_SECONDS = 60


class Unit(RawConfigParser):
    """One unit; repeated keys keep the last value."""

    def __init__(self, name: str) -> None:
        super().__init__(strict=False)
        self.optionxform = str  # type: ignore[assignment,method-assign]
        self.read_string((UNITS / name).read_text(encoding="utf-8"))


def test_the_terminal_beats_for_itself_alone() -> None:
    service = Unit("suiban-terminal.service")["Service"]
    assert (service["Type"], service["NotifyAccess"], service["Restart"]) == ("notify", "main", "always")
    assert 0 < int(service["WatchdogSec"]) <= LONGEST_WATCHDOG_SECONDS
    assert service["KillMode"] == "control-group"


def test_the_wish_to_be_switched_off_is_put_where_the_path_unit_looks(tmp_path: Path) -> None:
    folder = Unit("suiban-terminal.service")["Service"]["RuntimeDirectory"]
    path = Unit("suiban-power-off.path")["Path"]
    assert path["PathExists"] == f"/run/{folder}/{switch_off.NAME}"
    assert (UNITS / path["Unit"]).is_file()
    assert switch_off.ask({"RUNTIME_DIRECTORY": str(tmp_path)}, "power.battery_low")
    assert (tmp_path / switch_off.NAME).read_text(encoding="utf-8") == "power.battery_low\n"


def test_the_terminal_may_write_where_its_sample_settings_say() -> None:
    service = Unit("suiban-terminal.service")["Service"]
    sample = tomllib.loads((UNITS.parent / "terminal" / "kiosk.toml").read_text(encoding="utf-8"))
    assert sample["storage"]["folder"] == f"/var/lib/{service['StateDirectory']}"
    settings = Path(service["ExecStart"].rpartition(" ")[2])
    assert service["ReadWritePaths"] == str(settings.parent), "revisions lie beside the settings"
    assert Path(sample["service"]["technicians"]).is_relative_to(settings.parent)


@pytest.mark.parametrize("folder", ["", "/no/such/folder"])
def test_where_nobody_listens_no_wish_is_claimed(folder: str) -> None:
    assert not switch_off.ask({"RUNTIME_DIRECTORY": folder}, "power.battery_low")
    assert not switch_off.ask({}, "power.battery_low")


def test_the_terminal_itself_may_switch_nothing_off() -> None:
    service = Unit("suiban-terminal.service")["Service"]
    assert (service["NoNewPrivileges"], service["CapabilityBoundingSet"]) == ("yes", "")
    assert service["User"] == "suiban-terminal"


def test_a_forced_shutdown_by_nut_comes_before_a_plain_one() -> None:
    order = Unit("suiban-power-off.service")["Service"]["ExecStart"]
    assert order.index("upsmon -c fsd") < order.index("systemctl poweroff")


def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    assert analyze, "Debian's systemd has it"
    for unit in UNITS.iterdir():
        if unit.suffix in {".service", ".path"}:
            text = unit.read_text(encoding="utf-8")
            lines = ["ExecStart=/bin/true" if line.startswith("ExecStart=") else line for line in text.splitlines()]
            (tmp_path / unit.name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    names = sorted(path.name for path in tmp_path.iterdir())
    said = subprocess.run(
        [analyze, "verify", "--man=no", *names], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    complaints = [line for line in said.stderr.splitlines() if "suiban" in line]
    assert complaints == []
    broken = tmp_path / names[0]
    broken.write_text(broken.read_text(encoding="utf-8") + "\n[Service]\nWatchdogSec=soon\n", encoding="utf-8")
    again = subprocess.run(
        [analyze, "verify", "--man=no", broken.name], cwd=tmp_path, capture_output=True, text=True, timeout=60,
        check=False, env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert "Failed to parse sec value" in again.stderr
