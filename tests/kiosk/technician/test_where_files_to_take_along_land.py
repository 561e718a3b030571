"""Exports land in the terminal's own folder; a stick is used only where somebody mounted one."""

from pathlib import Path

import pytest

from kiosk import settings
from kiosk.settings import Settings
from kiosk.technician.books import export_folder
from tests.kiosk.technician.workshop import SETTINGS


@pytest.fixture
def found(tmp_path: Path) -> Settings:
    file = tmp_path / "kiosk.toml"
    file.write_text(SETTINGS.format(width=1080, height=1920, devices=""), encoding="utf-8")
    return settings.read(file)


def test_a_folder_that_nothing_is_mounted_on_is_no_stick(found: Settings, tmp_path: Path) -> None:
    (tmp_path / "media" / "stick").mkdir(parents=True)
    folder = export_folder(found, (tmp_path / "media", tmp_path / "nowhere"))
    assert folder == found.folder / "export"
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_mounted_stick_is_used_also_in_a_users_own_folder(
    found: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "media" / "somebody" / "stick"
    stick.mkdir(parents=True)
    monkeypatch.setattr(Path, "is_mount", lambda path: path == stick)
    assert export_folder(found, (tmp_path / "media",)) == stick
