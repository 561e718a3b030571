"""ZZ-01: at night the voice and the panel's light are turned down, and remote help has hours that are published."""

import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from contract.feed import DutyHours
from contract.help_hours import read
from kiosk import help_hours, settings, sites
from kiosk.facts import HelpHours
from kiosk.journey import events as e
from kiosk.journey.step import step
from kiosk.power import backlight
from kiosk.power.backlight import Backlight
from kiosk.sites.section import NightSection
from kiosk.voice import outfit
from tests.kiosk.services.random_citizens import Walk
from tests.screens.album import SITE, WELL, fresh
from tests.waiting import until
from ui.views.arrival import attract_view
from ui.views.overlays import help_view
from ui.views.scene import Scene

EVENING = datetime(2026, 11, 23, 22, 30)  # noqa: DTZ001 - local time, as pages have it; a Monday
MORNING = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - the same
EVERY_DAY = tuple(DutyHours(day, "08:00", "20:00") for day in range(1, 8))


def light(folder: Path, most: int = 255) -> Path:
    """A panel's light as sysfs shows it."""
    device = folder / "panel"
    device.mkdir(parents=True)
    (device / "max_brightness").write_text(f"{most}\n")
    (device / "brightness").write_text(f"{most}\n")
    return device


def shows(device: Path) -> int:
    return int((device / "brightness").read_text() or 0)  # empty for the moment of a write: sysfs has no such moment


def test_the_panel_is_turned_down_at_night_and_up_at_the_first_touch(tmp_path: Path) -> None:
    device = light(tmp_path)
    panel = Backlight("auto", tmp_path)
    assert backlight.wanted(night=True, used=False, at_night=30) == 30
    panel.tick(1.0, lambda: 30)
    until(lambda: shows(device) == 76, "the panel is turned down")
    until(lambda: not panel.busy, "the light is set")
    panel.tick(2.0, lambda: backlight.wanted(night=True, used=True, at_night=30))
    until(lambda: shows(device) == 255, "the panel is bright")
    assert backlight.wanted(night=False, used=False, at_night=30) == 100


def test_a_panel_is_never_made_dark_and_one_without_light_is_left_alone(tmp_path: Path) -> None:
    device = light(tmp_path, most=7)
    assert backlight.shine(device, 5)
    assert shows(device) == 1
    assert not backlight.shine(device, 5)
    Backlight("", tmp_path).tick(1.0, lambda: 30)
    Backlight(str(tmp_path / "none"), tmp_path).tick(1.0, lambda: 30)
    assert shows(device) == 1


def test_what_cannot_be_set_is_tried_again(tmp_path: Path) -> None:
    device = light(tmp_path)
    (device / "max_brightness").write_text("?")
    panel = Backlight("auto", tmp_path)
    panel.tick(1.0, lambda: 30)
    until(lambda: not panel.busy, "the light is set")
    (device / "max_brightness").write_text("255")
    panel.tick(1.0 + backlight.AGAIN_SECONDS, lambda: 30)
    until(lambda: shows(device) == 76, "the panel is turned down")


def test_the_voice_is_quieter_at_night_whatever_its_hour_says(tmp_path: Path) -> None:
    path = Path("packaging/terminal/kiosk.toml")
    found = settings.read(path)
    quiet = msgspec.structs.replace(found.profile, night=sites.NightPart(volume=10))
    loud = msgspec.structs.replace(found.site, voice=())
    told = outfit.outlets(msgspec.structs.replace(found, profile=quiet, site=loud))
    assert told.level(EVENING) == 10
    assert told.level(MORNING) == 60


def test_settings_go_before_the_profile_and_wrong_hours_are_refused() -> None:
    profile = sites.NightPart(volume=20, help="08:00–20:00")
    assert NightSection(brightness=50).over(profile) == sites.NightPart(20, 50, "08:00–20:00")
    for wrong in ("8–20", "08:00–08:00", "08:00–25:00"):
        with pytest.raises(ValueError, match="expected hours such as"):
            NightSection(help=wrong).over(profile)


def test_hours_are_those_of_the_site_where_somebody_is_on_duty() -> None:
    own = read("07:00–12:00、18:00–02:00")
    assert own == ((0, 120), (420, 720), (1080, 1440))
    found = help_hours.offered(own, EVERY_DAY, EVENING)
    assert found == HelpHours((("08:00", "12:00"), ("18:00", "20:00")), False, "2026-11-24T08:00", True)
    assert help_hours.offered(own, (), EVENING) == HelpHours((), False, "", True)
    assert help_hours.offered(read(""), None, EVENING) is None


def test_open_is_never_said_outside_either() -> None:
    for minutes in range(0, 1440, 7):
        now = EVENING.replace(hour=0, minute=0) + timedelta(minutes=minutes)
        found = help_hours.offered(read("06:00–22:00"), EVERY_DAY, now)
        assert found is not None
        assert found.open == (8 * 60 <= minutes < 20 * 60)
        assert found.rings == (6 * 60 <= minutes < 22 * 60)


def test_outside_its_hours_nobody_is_rung_and_the_page_says_from_when_and_what_to_do() -> None:
    journey = Walk(1, "saying", "").journey
    journey, _ = step(journey, e.DutyChanged((), link_up=True, help_rings=False))
    journey, effects = step(journey, e.HelpOpened())
    assert not [one for one in effects if isinstance(one, e.AskCentre) and one.request.startswith("help/")]
    facts = msgspec.structs.replace(WELL, help=HelpHours((("08:00", "20:00"),), False, "2026-11-24T08:00", rings=False))
    shown = help_view(Scene(journey, facts, SITE, EVENING))
    assert "明天 8:00 起有人帮您" in shown.why
    assert any("12345" in way.value for way in shown.ways)
    ringing, effects = step(replace(journey, help_rings=True, help=None), e.HelpOpened())
    assert [one for one in effects if isinstance(one, e.AskCentre) and one.request.startswith("help/")]
    assert ringing.help is not None


def test_the_first_page_publishes_the_hours_of_remote_help() -> None:
    def said(help_: HelpHours | None) -> str:
        return attract_view(Scene(fresh(), msgspec.structs.replace(WELL, help=help_), SITE, MORNING)).open

    assert said(None) == "本机 24 小时开放"
    assert "今天远程帮办 08:00–20:00" in said(HelpHours((("08:00", "20:00"),), open=True))
    assert "远程帮办 24 小时" in said(HelpHours((("00:00", "24:00"),), open=True))
    assert "今天没有远程帮办" in said(HelpHours((), open=False))


def test_a_light_that_hangs_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = light(tmp_path)
    monkeypatch.setattr(backlight, "shine", lambda *_: time.sleep(1.5))
    panel = Backlight("auto", tmp_path)
    before = time.monotonic()
    for beat in range(5):
        panel.tick(float(beat), lambda: 30)
    assert time.monotonic() - before < 1.0
    assert shows(device) == 255
