"""Malformed settings and service files: one sentence with file, place and expected value; the rest goes on."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from contract.catalogue import DEFAULT_LANGUAGE
from kiosk import services, settings, words

KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
WHOLE = f"""
[terminal]
id = "GL-01"
district = "610117"
number = "0001"
series = "1"
[site]
hall = {{ zh-Hans = "大厅", en = "Hall" }}
place = {{ zh-Hans = "一楼", en = "Ground floor" }}
supervision_phone = "1"
desk_phone = "2"
staffed_hours = "8:30–17:30"
[centre]
url = "http://127.0.0.1:8640"
signing_keys = [{{ id = "a", key = "{KEY}" }}]
sealing_keys = [{{ id = "b", key = "{KEY}" }}]
"""


def write(folder: Path, text: str) -> Path:
    """A settings file."""
    path = folder / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_file_is_read_and_its_paths_are_its_neighbours(tmp_path: Path) -> None:
    found = settings.read(write(tmp_path, WHOLE))
    assert found.terminal.id == "GL-01"
    assert found.database == tmp_path / "data" / "terminal.db"


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ('series = "1"', 'series = "one"', "$.terminal.series"),
        ('district = "610117"', "district = 610117", "$.terminal.district"),
        ('id = "GL-01"', 'id = "GL-01"\ncolour = "red"', "colour"),
        ('url = "http://127.0.0.1:8640"', 'url = "127.0.0.1"', "$.centre.url"),
        (f'id = "b", key = "{KEY}"', 'id = "b", key = "AAAA"', "key 'b': 32 bytes expected"),
        ("[site]", "[patience]\ncountdown = 5.0\n[site]", "patience.countdown"),
        ("[terminal]", "[terminal", "line"),
        ('hall = { zh-Hans = "大厅", en = "Hall" }', 'hall = { en = "Hall" }', "`hall`: the Chinese text is missing"),
        (
            'desk_phone = "2"',
            'desk_phone = "2"\nlanguages = ["zh-Hans", "tlh"]',
            "`languages`: one or more of en, zh-Hans",
        ),
        ('desk_phone = "2"', 'desk_phone = "2"\nnight_from = "25:00"', "$.site.night_from"),
        ("[terminal]", 'services = "nowhere"\n[terminal]', "nowhere is no folder"),
    ],
)
def test_a_wrong_value_is_named_with_file_and_place(tmp_path: Path, was: str, becomes: str, place: str) -> None:
    path = write(tmp_path, WHOLE.replace(was, becomes, 1))
    with pytest.raises(settings.SettingsError) as caught:
        settings.read(path)
    assert str(path) in str(caught.value)
    assert place in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(settings.SettingsError, match="no such file; copy packaging"):
        settings.read(tmp_path / "kiosk.toml")


def test_the_embedded_services_are_whole_in_every_language() -> None:
    found = services.load()
    assert found.errors == ()
    assert {item.kind for item in found.items} >= {"number", "filing", "query"}
    texts = [text for item in found.items for text in _texts(msgspec.to_builtins(item))]
    assert len(texts) > 50
    made = {"zh-Hant"}  # of the simplified characters, where an item has none of its own
    assert [text for text in texts if set(text) | made != set(words.languages())] == []


def _texts(part: object) -> Iterator[dict[str, str]]:
    """Every text of an item, however deep it lies."""
    if isinstance(part, dict) and DEFAULT_LANGUAGE in part:
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _texts(value)


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ('kind = "number"', 'kind = "numbers"', "$.kind"),
        ("depth = 4", "depth = 9", "$.depth"),
        ('queue = "A"', 'queue = "AA"', "$.queue"),
        ('slug = "real-estate-transfer"', "", "slug"),
        ("popular = 90", 'popular = 90\npopularity = "?"', "popularity"),
        ("[title]", "[title]\nxx =", "line"),
        ('[title]\nzh-Hans = "二手房转移登记"', "[title]", "`title`"),
        ('name = { zh-Hans = "买卖双方身份证", en =', "name = { en =", "`name`"),
        ('note = { zh-Hans = "委托他人办理时提供", en =', "note = { en =", "`note`"),
    ],
)
def test_a_bad_service_costs_that_service_only(tmp_path: Path, was: str, becomes: str, place: str) -> None:
    for name in ("flexible-employment-insurance.toml", "real-estate-transfer.toml"):
        (tmp_path / name).write_text((services.FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    broken = tmp_path / "real-estate-transfer.toml"
    text = broken.read_text(encoding="utf-8")
    assert was in text
    broken.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    found = services.load(tmp_path)
    assert [item.slug for item in found.items] == ["flexible-employment-insurance"]
    (error,) = found.errors
    assert str(broken) in error
    assert place in error
    assert "mend the file" in error


@pytest.mark.parametrize("name", ["label", "question", "why"])
def test_a_question_without_its_chinese_costs_that_service(tmp_path: Path, name: str) -> None:
    text = (services.FOLDER / "flexible-employment-insurance.toml").read_text(encoding="utf-8")
    head, form = text.split("[[form]]", 1)
    broken = re.sub(name + ' = { zh-Hans = "[^"]*", ', name + " = { ", form, count=1)
    assert broken != form
    (tmp_path / "one.toml").write_text(f"{head}[[form]]{broken}", encoding="utf-8")
    found = services.load(tmp_path)
    assert found.items == ()
    assert f"`{name}`: the Chinese text is missing" in found.errors[0]


def test_two_files_with_one_slug_are_told_apart(tmp_path: Path) -> None:
    text = (services.FOLDER / "real-estate-transfer.toml").read_text(encoding="utf-8")
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = services.load(tmp_path)
    assert len(found.items) == 1
    assert "b.toml: `slug`" in found.errors[0]


def test_the_sample_settings_are_whole() -> None:
    sample = Path(__file__).parents[2] / "packaging" / "terminal" / "kiosk.toml"
    assert settings.read(sample).terminal.id == "GL-01"
