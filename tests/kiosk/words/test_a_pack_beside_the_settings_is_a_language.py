from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import settings, words

TAG = "x-beside"
SETTINGS = """
words = "packs"

[terminal]
id = "GL-01"
district = "610117"
number = "0001"
series = "1"

[site]
hall = { zh-Hans = "大厅" }
place = { zh-Hans = "一楼" }
supervision_phone = "1"
desk_phone = "2"
staffed_hours = "8:30–17:30"
languages = ["zh-Hans", "x-beside"]
"""


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    kept = list(words._packs)
    yield
    words._packs[:] = kept
    words.load.cache_clear()


def test_its_language_may_be_offered_and_what_it_lacks_is_said_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "packs" / TAG).mkdir(parents=True)
    (tmp_path / "packs" / TAG / "own.toml").write_text('[frame]\nback = "retro"\n', encoding="utf-8")
    (tmp_path / "kiosk.toml").write_text(SETTINGS, encoding="utf-8")
    assert settings.read(tmp_path / "kiosk.toml").site.languages == ("zh-Hans", TAG)
    assert words.say(TAG, "frame.back") == "retro"
    assert words.say(TAG, "frame.leave") == words.say("zh-Hans", "frame.leave")


def test_a_language_without_a_pack_is_refused(tmp_path: Path) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "kiosk.toml").write_text(SETTINGS, encoding="utf-8")
    with pytest.raises(settings.SettingsError, match="languages"):
        settings.read(tmp_path / "kiosk.toml")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text(SETTINGS.replace(', "x-beside"', ""), encoding="utf-8")
    with pytest.raises(settings.SettingsError, match="packs is no folder"):
        settings.read(tmp_path / "kiosk.toml")
