import json
import socket
from pathlib import Path

import pytest

from kiosk import settings
from kiosk.setup import doctor
from kiosk.setup.readiness import machine


@pytest.mark.parametrize(
    ("version", "sound"),
    [("3.6.23", True), ("3.7.0", False), ("3.40.1", False), ("3.51.2", False), ("3.51.3", True), ("3.53.4", True)],
)
def test_the_wal_reset_bug_is_refused(version: str, sound: bool) -> None:
    assert machine.sqlite_is_sound(version) is sound


def test_the_database_we_ship_is_sound() -> None:
    assert machine.sqlite_version().ok


def test_a_clock_that_was_never_set_is_named() -> None:
    assert not machine.clock(0.0).ok
    assert machine.clock(1_795_000_000.0).ok


def test_ports_go_by_their_stable_names(tmp_path: Path) -> None:
    (tmp_path / "ttyUSB3").touch()
    by_path = tmp_path / "by-path"
    by_path.mkdir()
    (by_path / "pci-0000:00:14.0-usb-0:2:1.0-port0").symlink_to(tmp_path / "ttyUSB3")
    assert machine.serial_ports(by_path).found == "pci-0000:00:14.0-usb-0:2:1.0-port0 -> ttyUSB3"
    assert machine.serial_ports(tmp_path / "nothing").advice


def test_a_missing_font_comes_with_its_package() -> None:
    (check,) = machine.fonts({"No Such Family 楷": "fonts-nowhere"})
    assert not check.ok
    assert "fonts-nowhere" in check.advice


def test_a_dead_centre_is_a_lack_and_a_living_one_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert machine.link(address).ok
    assert not machine.link(address).ok
    assert not machine.link("http://127.0.0.1:not-a-port").ok


def test_a_full_disk_is_named_even_before_the_folder_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.disk(tmp_path / "not" / "yet" / "made").ok
    monkeypatch.setattr(machine, "DISK_FLOOR", 1 << 62)
    assert not machine.disk(tmp_path).ok


def test_a_display_is_found_in_the_order_qt_looks() -> None:
    assert machine.display({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}).found == "Wayland wayland-0"
    assert machine.display({"DISPLAY": ":0"}).found == "X11 :0"
    assert machine.display({}).advice


def test_json_is_one_object_as_the_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    status = doctor.run(as_json=True)
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["ok"] is (status == 0)
    assert {"python", "pyside6", "database", "ports", "display", "disk", "clock"} <= {c["name"] for c in last["checks"]}
    assert all(set(check) == {"name", "ok", "found", "advice"} for check in last["checks"])
    assert last["devices"] == []


def test_a_lack_sets_the_exit_status_and_shows_in_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
    sample = Path(__file__).parents[2] / "packaging" / "terminal" / "kiosk.toml"
    text = sample.read_text(encoding="utf-8").replace("https://centre.example.gov.cn", address)
    (tmp_path / "kiosk.toml").write_text(
        text.split("[devices.", 1)[0] + text[text.index("[centre]") :], encoding="utf-8"
    )
    assert doctor.run(as_json=False, settings=settings.read(tmp_path / "kiosk.toml")) == 1
    rows = [line.split()[:3] for line in capsys.readouterr().out.splitlines()]
    assert ["LACK", "link", f"{address}:"] in rows
