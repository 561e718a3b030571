"""Days and hours on a terminal are those of its hall, whatever zone its machine was set to."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk import hall_time, settings
from kiosk.settings import SettingsError

SAMPLE = Path(__file__).parents[2] / "packaging" / "terminal" / "kiosk.toml"
CHINA = timedelta(hours=8)


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine somewhere else, and this one's own zone after it."""
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "America/Los_Angeles")
        time.tzset()
        yield
    time.tzset()


def offset() -> timedelta | None:
    return datetime.now().astimezone().utcoffset()


def test_the_zone_of_the_settings_is_kept_here_and_in_what_is_started() -> None:
    assert offset() != CHINA
    hall_time.keep("Asia/Shanghai")
    assert offset() == CHINA
    asked = (sys.executable, "-c", "from datetime import datetime as d; print(d.now().astimezone().utcoffset())")
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert told.strip() == "8:00:00"


def test_without_one_the_machine_is_believed() -> None:
    hall_time.keep("")
    assert os.environ["TZ"] == "America/Los_Angeles"
    assert offset() != CHINA


def test_a_zone_nobody_knows_is_one_clear_sentence(tmp_path: Path) -> None:
    sample = SAMPLE.read_text(encoding="utf-8")
    (tmp_path / "kiosk.toml").write_text(sample, encoding="utf-8")
    assert settings.read(tmp_path / "kiosk.toml").timezone == "Asia/Shanghai"
    (tmp_path / "kiosk.toml").write_text(sample.replace("Asia/Shanghai", "Asia/Xian"), encoding="utf-8")
    with pytest.raises(SettingsError, match="no zone 'Asia/Xian' on this machine; expected a name such as"):
        settings.read(tmp_path / "kiosk.toml")
