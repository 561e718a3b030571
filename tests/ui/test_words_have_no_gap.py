import ast
import re
from functools import cache
from pathlib import Path

import msgspec
import pytest

from contract.papers import IN_THE_VISITS_LANGUAGE
from devices.registry import all_faults
from kiosk import services, words
from kiosk.fitted.fitting import absent
from kiosk.journey.step import Journey
from kiosk.settings import DEVICE_NAMES
from offline_cache.records import StoreFault
from tests.screens.album import NOON, SITE, WELL, after, fresh, pages
from ui.views import arrival, filing, frame, guide, outcome, overlays
from ui.views.page import page_view
from ui.views.scene import Scene

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile("[\u3400-\u9fff]")


OURS = ("contract", "kiosk", "ui", "devices", "offline_cache", "central")
SPEAKERS = ("kiosk", "ui")


def _names(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}|%(\d)", text))


@cache
def said_somewhere() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Every text and name our sources write down, and every key that is put together of parts, as a pattern."""
    written: set[str] = set()
    made: set[str] = set()
    for folder in OURS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Constant(value=str(text)):
                        written |= {text, text.partition(".")[2]}
                    case ast.AnnAssign(target=ast.Name(id=name)):  # a field, such as an option of a device
                        written.add(name)
                    case ast.JoinedStr(values=values) if folder in SPEAKERS:
                        made |= _pattern(values)
    for path in (ROOT / "kiosk" / "services").rglob("*.toml"):
        written |= set(re.findall(r'"([^"]+)"', path.read_text(encoding="utf-8")))
    return frozenset(written), tuple(map(re.compile, sorted(made)))


def _pattern(values: list[ast.expr]) -> set[str]:
    parts = [re.escape(str(value.value)) if isinstance(value, ast.Constant) else "(.*)" for value in values]
    if not re.fullmatch(r"[a-z_.\d]*[a-z]{3}[a-z_.\d]*", "".join(parts).replace("(.*)", "").replace("\\", "")):
        return set()
    return {"".join(parts).replace("(.*)(.*)", "(?P<two>.*)")}


def is_said(key: str, written: frozenset[str], made: tuple[re.Pattern[str], ...]) -> bool:
    """Whether `key` is written down, or is put together of parts that are."""

    def known(part: str) -> bool:
        return part in {"", *written} or part.isdigit() or is_said(part, written, made)

    def ending(part: str) -> bool:
        return known(part) or any(known(part[:at]) and part[at:] in written for at in range(len(part)))

    for found in filter(None, (pattern.fullmatch(key) for pattern in made)):
        two = found.groupdict().get("two")
        if all(map(known, (part for part in found.groups() if part != two))) and ending(two or ""):
            return True
    return key in written or key.replace("scan.", "document_camera.") in written  # kiosk/visit/scan_table.py


def test_every_language_has_the_same_keys_with_the_same_blanks() -> None:
    assert set(words.languages()) >= {"zh-Hans", "en"}
    chinese = words.load("zh-Hans")
    for language in words.languages():
        spoken = words.load(language)
        assert spoken.keys() == chinese.keys()
        assert {key for key in spoken if _names(spoken[key]) != _names(chinese[key])} == set()
        assert [key for key, text in spoken.items() if not text] == []


def test_every_key_that_is_written_down_exists() -> None:
    asked = {
        key
        for path in (ROOT / "ui" / "views").rglob("*.py")
        for key in re.findall(r"""say\(\s*"([a-z_.]+)"[,)]""", path.read_text(encoding="utf-8"))
    }
    assert len(asked) > 80
    assert asked - words.load("zh-Hans").keys() == set()


@pytest.mark.parametrize("fault", [*all_faults(), *map(absent, DEVICE_NAMES), *(reason.value for reason in StoreFault)])
def test_every_fault_of_a_device_or_the_store_has_words(fault: str) -> None:
    assert fault in words.load("zh-Hans")


def test_no_word_is_kept_that_nobody_says() -> None:
    written, made = said_somewhere()
    # templates say theirs by name; devices answer with words of their own
    elsewhere = re.compile(rf"paper\.({'|'.join(IN_THE_VISITS_LANGUAGE)})\..+|technician\.word\..+")
    unsaid = [key for key in words.load("zh-Hans") if not elsewhere.fullmatch(key) and not is_said(key, written, made)]
    assert unsaid == []


@pytest.mark.parametrize("key", ["pickup.never_said", "filing.sign_whistle", "home.number.twice", "page.never"])
def test_a_word_that_nobody_says_is_found(key: str) -> None:
    assert not is_said(key, *said_somewhere())


def test_english_pages_hold_no_chinese_but_names() -> None:
    for page in pages("en"):
        scene = Scene(page.journey, page.facts, SITE, NOON)
        views = [
            frame.frame_view(scene), arrival.attract_view(scene), arrival.home_view(scene), guide.item_view(scene),
            filing.card_view(scene), page_view(scene), outcome.result_view(scene),
            outcome.rating_view(scene), outcome.farewell_view(scene), overlays.help_view(scene),
            overlays.difficulty_view(scene),
        ]  # fmt: skip
        said = " ".join(map(repr, views)).replace("简体", "").replace("繁體", "").replace("欧阳", "")
        assert CHINESE.findall(said) == [], page.name


def test_a_drawing_that_is_not_there_becomes_a_plain_one() -> None:
    strange = msgspec.structs.replace(services.load().items[0], icon="spaceship")
    scene = Scene(Journey(1, "case", items=(strange,)), WELL, SITE, NOON)
    assert [row.icon for row in arrival.home_view(scene).popular] == ["file-text"]


def test_a_fault_without_words_still_says_something_true() -> None:
    scene = Scene(after(fresh()), WELL, SITE, NOON)
    assert scene.fault("id_card_reader.never_heard_of") == "设备没有响应"
