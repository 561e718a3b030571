import re
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


def _names(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}|%(\d)", text))


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
    said = "\n".join(
        path.read_text(encoding="utf-8") for folder in ("ui/views", "kiosk") for path in (ROOT / folder).rglob("*.py")
    )
    kinds = "|".join(sorted({*DEVICE_NAMES, *(fault.partition(".")[0] for fault in all_faults())}))
    made = re.compile(
        rf"^({kinds}|scan|paper\.(({'|'.join(IN_THE_VISITS_LANGUAGE)})\.|(code|printed|copy|voids|paper|note|verify)$)|language|clock|absent|printer|closed|store|step|attract|door|browse|rating|ticket|receipt|form|result"
        r"|technician\.(kind|word|part|option|option_of|option_why|tab|presence|port|port_fault|level|level_why"
        r"|level_do|verdict|direction|step_state|chain|chain_found|type|type_why|outcome|outcome_why|export|export_why|way|work|late"
        r"|setup|care|door)|hours\.(mode|days)|display\.(size|contrast|elder|low)|input\.(mode|key|stroke|speech|radical_\d)|difficulty|voice\.speed|person\.card|filing\.(post|principal|relation|way|level|deliver|instead|handed|example|draft_told|sign)(_|$)|item\.(limit|tab|window|place|hours|fee|result|department|phone))"
    )
    unsaid = [key for key in words.load("zh-Hans") if not made.match(key) and not re.search(f"[\"']{key}[\"']", said)]
    assert unsaid == []


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
