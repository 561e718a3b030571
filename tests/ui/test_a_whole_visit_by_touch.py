import pytest

from kiosk.journey import events as e
from kiosk.journey.step import Screen
from tests.screens.album import CASE, FILED, FILING, HOLDER, SAVED, VISIT, fresh
from tests.ui.booth import Booth
from tests.ui.conftest import MakeBooth


def _saved(booth: Booth) -> e.SaveCase:
    return next(effect for effect in booth.effects if isinstance(effect, e.SaveCase))


def test_taking_a_number(booth: Booth) -> None:
    booth.touch("attract", "door.number", "main")
    booth.happen(e.CardRead(VISIT, HOLDER))
    assert "欧阳**" in booth.texts()
    booth.touch("main")
    assert _saved(booth).case_id == CASE
    assert "请取走小票" not in booth.texts()
    booth.happen(SAVED)
    assert "A1-017" in booth.texts()
    assert "请取走小票" not in booth.texts()
    booth.happen(e.TicketMoved(VISIT, CASE, e.TicketState.PRINTED))
    assert "请取走小票" in booth.texts()
    booth.touch("main", "rate.satisfied")
    booth.happen(e.CardGone(VISIT))
    booth.wait(5)
    assert booth.effects[-1] == e.EndVisit(VISIT, e.Ending.FINISHED)


def test_filing_with_a_slip_of_the_finger(booth: Booth) -> None:
    booth.touch("attract", "door.filing", f"item.{FILING}", "main")
    booth.happen(e.CardRead(VISIT, HOLDER))
    booth.touch("main", "main")
    assert "请先选一项" in booth.texts()
    booth.touch("option.part-time", "main", "option.base-60", "main")
    booth.touch(*(f"key.{digit}" for digit in "138001380099"), "erase", "erase", "key.0", "key.0")
    assert "138 0013 8000" in booth.texts()
    booth.touch("main", "change.employment", "option.platform", "main", "main")
    assert dict(_saved(booth).answers) == {"employment": "platform", "contribution": "base-60", "mobile": "13800138000"}
    booth.happen(FILED)
    shown = booth.texts()
    for promised in ("B1-003", "2026年11月29日", "610117 0001 20261122 000017 8", "欧阳**"):
        assert promised in shown


def test_searching_by_initials(make_booth: MakeBooth) -> None:
    booth = make_booth(fresh(many=True))
    booth.screen.learn_spelling({"社保": ("she", "bao")})
    booth.touch("attract", "search", "key.S", "key.B")
    assert "找到 7 项" in booth.texts()
    booth.touch("page.after")
    assert "第 2 页，共 2 页" in booth.texts()
    booth.touch("key.Q", "key.Q")
    shown = booth.texts()
    assert "没有找到“SBQQ”" in shown
    assert "请人帮我" in shown
    assert "灵活就业人员社会保险登记" in shown


def test_english_from_the_first_touch(booth: Booth) -> None:
    booth.touch("language.en")
    assert booth.journey.screen is Screen.HOME
    assert "Take a number" in booth.texts()
    booth.touch("door.number", "main", "skip")
    booth.happen(SAVED)
    assert "Say your number at the window." in booth.texts()


def test_larger_text_keeps_what_was_typed(booth: Booth) -> None:
    booth.touch("attract", "door.filing", f"item.{FILING}", "main")
    booth.happen(e.CardRead(VISIT, HOLDER))
    booth.touch("main", "option.other", "main", "option.base-100", "main", "key.1", "key.3", "key.9")
    booth.touch("display")
    booth.touch("set.elder.on")
    assert booth.journey.display.elder
    booth.touch("close")
    assert "139" in booth.texts()
    booth.touch("languages", "page.after", "set.language.en", "close")
    assert "139" in booth.texts()


@pytest.mark.parametrize("reason", ["cannot_find", "hard_to_use", "machine", "refused"])
def test_a_difficulty_is_noted_with_page_and_item(booth: Booth, reason: str) -> None:
    booth.touch("attract", "door.number", "difficulty", f"difficulty.{reason}")
    assert booth.effects[-1] == e.SaveDifficulty(VISIT, "item", "real-estate-transfer", None, reason)
    assert "已经记下了" in booth.texts()
    booth.touch("close")
    assert booth.journey.screen is Screen.ITEM
