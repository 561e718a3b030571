from collections.abc import Callable

import pytest

from contract.codes import Satisfaction
from kiosk.facts import Closed, Facts
from kiosk.journey import events as e
from kiosk.journey.display import Contrast
from kiosk.journey.step import Journey
from tests.screens.album import FILING, HOLDER, NUMBER, SAVED, VISIT, after, fresh, typed
from tests.ui.booth import Booth
from tests.ui.conftest import MakeBooth

HOME = after(fresh(), e.Started())
SHEET = after(HOME, e.DisplayOpened())
ITEM = after(HOME, e.ItemChosen(NUMBER))
CARD = after(ITEM, e.ItemBegun())
PERSON = after(CARD, e.CardRead(VISIT, HOLDER))
CHOICE = after(HOME, e.ItemChosen(FILING), e.ItemBegun(), e.CardRead(VISIT, HOLDER), e.PersonConfirmed())
MOBILE = after(CHOICE, e.Chose("platform"), e.Acted("next"), e.Chose("base-80"), e.Acted("next"))
REVIEW = after(MOBILE, e.Acted("skip"))
RESULT = after(PERSON, e.PersonConfirmed(), SAVED)
RATING = after(RESULT, e.ResultSeen())
FAREWELL = after(CARD, e.CardSkipped(), SAVED, e.ResultSeen(), e.RatingSkipped())

TOUCHES = [
    (fresh(), "attract", e.Started()),
    (fresh(), "language.en", e.LanguageChosen("en")),
    (fresh(), "display", e.DisplayOpened()),
    (HOME, "language.en", e.LanguageChosen("en")),
    (HOME, "search", e.SearchOpened()),
    (HOME, "door.number", e.DoorChosen(e.Door.NUMBER)),
    (HOME, "door.filing", e.DoorChosen(e.Door.FILING)),
    (HOME, "door.query", e.DoorChosen(e.Door.QUERY)),
    (after(HOME, e.DoorChosen(e.Door.FILING)), f"item.{FILING}", e.ItemChosen(FILING)),
    (HOME, "help", e.HelpOpened()),
    (HOME, "difficulty", e.DifficultyOpened()),
    (HOME, "leave", e.Left()),
    (after(HOME, e.SearchOpened()), "key.S", e.KeyPressed("S")),
    (after(HOME, e.SearchOpened()), "erase", e.Erased()),
    (after(HOME, e.SearchOpened()), "clear", e.Cleared()),
    (after(HOME, e.SearchOpened()), f"item.{NUMBER}", e.ItemChosen(NUMBER)),
    (after(HOME, e.SearchOpened()), "back", e.WentBack()),
    (ITEM, "main", e.ItemBegun()),
    (ITEM, "tab.materials", e.Touched()),
    (ITEM, "leave", e.Left()),
    (CARD, "skip", e.CardSkipped()),
    (CARD, "back", e.WentBack()),
    (PERSON, "main", e.PersonConfirmed()),
    (PERSON, "not_me", e.PersonDenied()),
    (PERSON, "larger", e.ElderChosen(on=True)),
    (PERSON, "not_larger", e.LargerDeclined()),
    (SHEET, "set.elder.on", e.ElderChosen(on=True)),
    (SHEET, "set.size.1", e.SizeChosen(1)),
    (SHEET, "set.contrast.dark", e.ContrastChosen(Contrast.DARK)),
    (SHEET, "set.low.on", e.LowChosen(on=True)),
    (SHEET, "set.language.zh-Hant", e.LanguageChosen("zh-Hant")),
    (CHOICE, "option.own-business", e.Chose("own-business")),
    (CHOICE, "main", e.Acted("next")),
    (MOBILE, "key.7", e.KeyPressed("7")),
    (MOBILE, "key.0", e.KeyPressed("0")),
    (typed(MOBILE, "138"), "erase", e.Erased()),
    (typed(MOBILE, "138"), "clear", e.Cleared()),
    (MOBILE, "act.skip", e.Acted("skip")),
    (REVIEW, "change.mobile", e.AnswerReopened("mobile")),
    (REVIEW, "main", e.Acted("submit")),
    (RESULT, "main", e.ResultSeen()),
    *((RATING, f"rate.{value.value}", e.Rated(value)) for value in Satisfaction),
    (RATING, "skip", e.RatingSkipped()),
    (FAREWELL, "farewell", e.Started()),
    (after(ITEM, e.HelpOpened()), "close", e.OverlayClosed()),
    (after(ITEM, e.DifficultyOpened()), "difficulty.machine", e.DifficultyChosen("machine")),
    (after(ITEM, e.DifficultyOpened()), "close", e.OverlayClosed()),
    (after(ITEM, e.Ticked(1), e.Ticked(122)), "stay", e.StayedOn()),
    (after(PERSON, e.Ticked(1), e.Ticked(30)), "veil", e.Touched()),
]


@pytest.mark.parametrize(
    ("journey", "name", "event"), TOUCHES, ids=[f"{journey.screen}-{name}" for journey, name, _ in TOUCHES]
)
def test_touch(make_booth: MakeBooth, journey: Journey, name: str, event: e.Touch) -> None:
    booth = make_booth(journey)
    booth.touch(name)
    assert booth.touches[-1:] == [event]
    assert set(booth.touches[:-1]) <= {e.Touched()}


def test_a_button_that_is_off_does_nothing_and_says_why(make_booth: MakeBooth) -> None:
    booth = make_booth(after(HOME, e.ItemChosen(FILING)))
    booth.know(Facts(closed=(Closed(FILING, "id_card_reader", "13:20"),)))
    booth.touch("main")
    assert set(booth.touches) <= {e.Touched()}
    assert "读卡器暂时不能用" in booth.texts()
    assert "13:20" in booth.texts()
    booth.know(Facts())
    booth.touch("main")
    assert booth.touches[-1] == e.ItemBegun()


@pytest.mark.parametrize(
    ("happen", "touch"),
    [
        (lambda booth: booth.wait(26), "main"),
        (lambda booth: (booth.wait(130), booth.wait(0.1)), "main"),
        (lambda booth: booth.happen(e.HelpOpened()), "main"),
    ],
    ids=["hidden", "countdown", "help"],
)
def test_what_lies_over_a_page_takes_the_touch(
    make_booth: MakeBooth, happen: Callable[[Booth], object], touch: str
) -> None:
    booth = make_booth(PERSON)
    happen(booth)
    booth.touch(touch)
    assert e.PersonConfirmed() not in booth.touches
