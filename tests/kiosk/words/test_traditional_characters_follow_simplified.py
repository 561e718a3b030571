from pathlib import Path

import msgspec
import pytest

from kiosk import services, words
from kiosk.journey.step import Journey
from kiosk.words import hant
from tests.screens.album import HOLDER, NOON, SITE, WELL
from ui.views import filing
from ui.views.scene import Scene


def _stale() -> list[str]:
    wanted = hant.converted()
    wrong = [path.name for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    return wrong + [path.name for path in hant.left_over()]


def test_every_file_is_as_the_tool_writes_it() -> None:
    assert _stale() == [], "run: .venv/bin/python -m kiosk.words convert"


def test_a_file_that_was_edited_by_hand_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for path, text in hant.converted().items():
        (tmp_path / path.name).write_text(text.replace("號", "号"), encoding="utf-8")
    (tmp_path / "left-over.toml").write_text("", encoding="utf-8")
    monkeypatch.setattr(hant, "_TO", tmp_path)
    assert {"terminal.toml", "left-over.toml"} <= set(_stale())


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("里面的头发干净", "裏面的頭髮乾淨"),
        ("皇后在后台", "皇后在後台"),
        ("打印、网络、身份证", "打印、網絡、身份證"),
        ("取號", "取號"),
    ],
)
def test_phrases_decide_and_terms_stay(simplified: str, traditional: str) -> None:
    assert hant.traditional(simplified) == traditional


def test_the_language_calls_itself_by_its_own_name() -> None:
    assert [words.say(tag, "language.name") for tag in ("zh-Hans", "zh-Hant", "en")] == ["简体", "繁體", "English"]


def test_what_the_catalogue_has_only_in_simplified_is_converted_and_its_own_text_wins() -> None:
    scene = Scene(Journey(1, "case", (), language="zh-Hant"), WELL, SITE, NOON)
    assert scene.text({"zh-Hans": "不动产登记"}) == "不動產登記"
    assert scene.text({"zh-Hans": "不动产登记", "zh-Hant": "房屋登記"}) == "房屋登記"
    assert Scene(Journey(1, "case", ()), WELL, SITE, NOON).text({"zh-Hans": "不动产登记"}) == "不动产登记"


def test_a_name_stays_as_it_stands_on_the_card() -> None:
    journey = Journey(1, "case", services.load().items, language="zh-Hant", holder=msgspec.structs.replace(HOLDER))
    assert "欧" in repr(filing.person_view(Scene(journey, WELL, SITE, NOON)))
