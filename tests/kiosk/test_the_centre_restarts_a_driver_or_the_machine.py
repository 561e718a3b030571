"""Commands that reach devices and the machine: done when nobody is served, once, and told honestly."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from contract.messages import CommandDone
from kiosk.facts import VoiceHour
from kiosk.fitted.fleet import SHARED
from kiosk.power import switch_off
from kiosk.settings import VoiceSection
from kiosk.voice.outfit import outlets
from tests.kiosk.test_the_centre_directs_a_terminal import House

UNITS = Path(__file__).resolve().parents[2] / "packaging" / "systemd"


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr("kiosk.terminal.visits.Visits._start", lambda *_: None)  # no screens here
    house = House(tmp_path)
    yield house
    house.stop()


def outcome(house: House) -> tuple[str, str]:
    house.until(lambda: bool(house.told(CommandDone)))
    done = house.told(CommandDone)[0]
    assert isinstance(done, CommandDone)
    return done.outcome, done.detail


def test_a_driver_is_taken_up_anew_by_another_worker(at: House) -> None:
    fleet = at.terminal._fleet
    name = next(name for name in at.found.devices.fitted() if name in SHARED)
    fleet.apply(at.found.devices)
    before = fleet[name].worker
    assert before is not None
    at.orders("d1", f"restart_device:{name}")

    def taken_up() -> bool:
        fleet.tick(time.monotonic())
        return fleet[name].worker not in {None, before}

    at.until(taken_up)
    assert outcome(at) == ("done", "")
    at.until(lambda: not at.terminal._interlude.on)


def test_a_device_that_is_not_fitted_is_refused_by_name(at: House) -> None:
    at.orders("d2", "restart_device:teleporter")
    assert outcome(at) == ("refused", "no device 'teleporter' is fitted here")
    assert not at.terminal._interlude.on


def test_the_machine_is_asked_for_once_and_the_process_waits_for_it(
    at: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(run))
    ended: list[str] = []
    at.steward._reach = at.steward._reach._replace(restart=lambda: ended.append("end"))
    at.orders("r1", "reboot")
    assert outcome(at)[0] == "done"
    at.until((run / switch_off.REBOOT).exists)
    assert ended == []
    at.steward._end_at = 0.0
    at.until(lambda: ended == ["end"])


def test_where_nobody_hears_the_wish_the_process_begins_anew(at: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    ended: list[str] = []
    at.steward._reach = at.steward._reach._replace(restart=lambda: ended.append("end"))
    at.orders("r2", "reboot")
    at.until(lambda: ended == ["end"])


def test_the_unit_looks_where_the_wish_is_put() -> None:
    path = (UNITS / "suiban-reboot.path").read_text(encoding="utf-8")
    assert f"PathExists=/run/suiban-terminal/{switch_off.REBOOT}\n" in path
    assert "Unit=suiban-reboot.service\n" in path
    assert "ExecStart=/usr/bin/systemctl reboot\n" in (UNITS / "suiban-reboot.service").read_text(encoding="utf-8")


def test_the_loudspeaker_is_never_louder_than_the_settings_say() -> None:
    site = SimpleNamespace(voice=(VoiceHour("08:00", "24:00", 80),), night_from="22:00", night_to="06:00")
    profile = SimpleNamespace(night=SimpleNamespace(volume=20))
    for most, by_day, at_night in ((100, 80, 20), (30, 30, 20), (0, 0, 0)):
        settings = SimpleNamespace(voice=VoiceSection(most=most), site=site, profile=profile)
        found = outlets(settings)  # type: ignore[arg-type]
        assert found.level(datetime(2026, 5, 6, 9, 0, tzinfo=UTC)) == by_day
        assert found.level(datetime(2026, 5, 6, 23, 0, tzinfo=UTC)) == at_night
