"""Named stories: one visit each, told in events."""

from dataclasses import replace

import pytest

from contract.codes import Satisfaction
from kiosk.journey import events as e
from kiosk.journey.services.filing.state import Filing
from kiosk.journey.step import Journey, Overlay, Screen
from tests.journeys.walks import CASE, HOLDER, VISIT, Walk


def told(*events: e.Event, walk: Walk | None = None) -> Walk:
    """A walk after these events, the save answered wherever one is asked."""
    walk = walk or Walk()
    for event in events:
        walk.happen(event)
        if page(walk) is Screen.SAVING:
            walk.answer_save()
    return walk


def page(walk: Walk) -> Screen:
    """What is on the screen now."""
    return walk.journey.screen


def place(walk: Walk) -> str:
    """Which page of the filing is on the screen."""
    shown = walk.journey.page
    return shown.name if shown else ""


def filing(walk: Walk) -> Filing:
    """The filing under way."""
    assert isinstance(walk.journey.service, Filing)
    return walk.journey.service


REVIEW = "filing.review"
WAY = "filing.form.way"


TO_NUMBER: tuple[e.Event, ...] = (e.Started(), e.DoorChosen(e.Door.GUIDES), e.ItemChosen("take-number"), e.ItemBegun())
TO_FORM: tuple[e.Event, ...] = (
    e.Started(),
    e.DoorChosen(e.Door.FILING),
    e.ItemBegun(),
    e.CardRead(VISIT, HOLDER),
    e.PersonConfirmed(),
)
MOBILE: tuple[e.Event, ...] = tuple(e.KeyPressed(digit) for digit in "13800138000")
TO_REVIEW: tuple[e.Event, ...] = (*TO_FORM, e.Chose("one"), e.Acted("next"), *MOBILE, e.Acted("next"))


def test_a_number_with_a_card_takes_three_touches_after_the_card() -> None:
    walk = told(e.CardRead(VISIT, HOLDER), e.PersonConfirmed(), e.ItemChosen("take-number"), e.ItemBegun())
    assert page(walk) is Screen.RESULT
    assert walk.journey.outcome is not None
    assert walk.journey.outcome.number == "A1-001"


def test_a_number_needs_no_card_where_the_item_says_so() -> None:
    walk = told(*TO_NUMBER, e.CardSkipped())
    assert page(walk) is Screen.RESULT
    assert walk.asked(e.SaveCase)[0].holder is None


def test_a_filing_asks_confirms_saves_prints_rates_and_says_goodbye() -> None:
    walk = told(*TO_REVIEW)
    assert filing(walk).answers == {"way": "one", "mobile": "13800138000"}
    told(e.Acted("submit"), e.TicketMoved(VISIT, CASE, e.TicketState.PRINTED), e.ResultSeen(), walk=walk)
    told(e.Rated(Satisfaction.SATISFIED), walk=walk)
    assert page(walk) is Screen.FAREWELL
    assert walk.journey.holder is None
    told(e.CardGone(VISIT), walk=walk)
    walk.wait(10)
    assert walk.asked(e.EndVisit) == [e.EndVisit(VISIT, e.Ending.FINISHED)]
    assert len(walk.asked(e.PrintTicket)) == 1


def test_two_to_five_taps_on_submit_are_one_case() -> None:
    walk = told(*TO_REVIEW)
    for _ in range(5):
        walk.happen(e.Acted("submit"))
    assert len(walk.asked(e.SaveCase)) == 1


def test_changing_the_language_on_the_result_prints_nothing_more() -> None:
    walk = told(*TO_REVIEW, e.Acted("submit"), e.LanguageChosen("en"), e.LanguageChosen("zh-Hans"))
    assert len(walk.asked(e.PrintTicket)) == 1


def test_a_failed_save_comes_back_to_the_page_and_tries_the_same_case_again() -> None:
    walk = Walk()
    for event in (*TO_REVIEW, e.Acted("submit"), e.SaveFailed(VISIT, CASE, "store.full")):
        walk.happen(event)
    assert (place(walk), walk.journey.fault) == (REVIEW, "store.full")
    walk.happen(e.Acted("submit"))
    assert {save.case_id for save in walk.asked(e.SaveCase)} == {CASE}


def test_a_store_that_does_not_answer_gives_the_page_back() -> None:
    walk = Walk()
    for event in (*TO_REVIEW, e.Acted("submit")):
        walk.happen(event)
    walk.wait(15)
    assert (place(walk), walk.journey.fault) == (REVIEW, "store.busy")
    walk.happen(e.Acted("submit"))
    walk.answer_save()
    assert page(walk) is Screen.RESULT
    assert len(walk.numbers) == 1


def test_a_slow_first_save_is_shown_as_what_it_was() -> None:
    walk = Walk()
    for event in (*TO_NUMBER, e.CardSkipped()):
        walk.happen(event)
    walk.wait(15)  # no answer: the page is given back, and the citizen chooses something else
    for event in (e.WentBack(), e.WentBack(), e.ItemChosen("other-number"), e.ItemBegun()):
        walk.happen(event)
    assert [save.item.slug for save in walk.asked(e.SaveCase)] == ["take-number", "other-number"]
    walk.happen(e.CaseSaved(VISIT, CASE, "6101", "A1-001", "2026-11-22", "now", None, "take-number"))
    assert walk.journey.item is not None
    assert walk.journey.item.slug == "take-number"


def test_a_closed_item_cannot_be_begun_and_opens_again_by_itself() -> None:
    walk = told(e.DutyChanged((("take-number", "store"),)), *TO_NUMBER)
    assert page(walk) is Screen.ITEM
    told(e.DutyChanged(()), e.ItemBegun(), walk=walk)
    assert page(walk) is Screen.CARD


def test_a_reader_that_dies_after_the_card_was_read_stops_nobody() -> None:
    walk = told(*TO_FORM[:-1], e.DutyChanged((("file-case", "id_card_reader"),)), e.PersonConfirmed())
    assert place(walk) == WAY


def test_a_card_of_another_visit_is_nobody() -> None:
    walk = told(*TO_NUMBER, e.CardRead(VISIT - 1, HOLDER))
    assert walk.journey.holder is None


def test_back_from_the_form_goes_question_by_question_and_keeps_the_answers() -> None:
    walk = told(*TO_REVIEW, e.WentBack())
    assert (place(walk), filing(walk).typed) == ("filing.form.mobile", "13800138000")
    told(e.WentBack(), walk=walk)
    assert (place(walk), filing(walk).typed) == (WAY, "one")
    told(e.WentBack(), walk=walk)
    assert page(walk) is Screen.ITEM


def test_changing_one_answer_returns_to_the_review() -> None:
    walk = told(*TO_REVIEW, e.AnswerReopened("way"), e.Chose("two"), e.Acted("next"))
    assert place(walk) == REVIEW
    assert filing(walk).answers["way"] == "two"


@pytest.mark.parametrize(
    ("digits", "fault"),
    [("138001380", "form.short"), ("12800138000", "form.mobile_wrong"), ("", "form.nothing")],
)
def test_a_wrong_mobile_number_is_said_at_once(digits: str, fault: str) -> None:
    walk = told(*TO_FORM, e.Chose("one"), e.Acted("next"), *(e.KeyPressed(d) for d in digits), e.Acted("next"))
    assert (place(walk), filing(walk).fault) == ("filing.form.mobile", fault)


def test_personal_pages_hide_first_and_end_later() -> None:
    walk = told(*TO_FORM)
    walk.wait(30)
    assert (place(walk), walk.journey.hidden) == (WAY, True)
    walk.happen(e.Touched())
    assert (place(walk), walk.journey.hidden) == (WAY, False)
    walk.wait(135)
    assert walk.journey.countdown_left is not None
    assert place(walk) == WAY


def test_ten_extensions_lose_nothing() -> None:
    walk = told(*TO_REVIEW)
    kept = filing(walk).told
    for _ in range(10):
        walk.wait(135)
        assert walk.journey.countdown_left is not None
        walk.happen(e.StayedOn())
    assert walk.journey.extensions == 10
    assert filing(walk).told == kept


@pytest.mark.parametrize("until", range(1, len(TO_REVIEW) + 1))
def test_idle_ends_every_page_on_a_clean_screen(until: int) -> None:
    walk = told(*TO_REVIEW[:until])
    walk.wait(400)
    assert page(walk) is Screen.ENDED
    assert walk.journey.holder is None
    assert walk.journey.answers == ()


def test_a_card_that_is_not_taken_is_announced_and_reported() -> None:
    walk = told(*TO_FORM, e.Left())
    assert page(walk) is Screen.FAREWELL
    walk.wait(15)
    assert page(walk) is Screen.TAKE_CARD
    walk.wait(90)
    assert walk.asked(e.EndVisit) == [e.EndVisit(VISIT, e.Ending.CARD_LEFT)]


def test_what_could_not_be_done_is_reported_with_page_item_and_last_fault() -> None:
    walk = told(*TO_NUMBER, e.CardFailed(VISIT, "id_card_reader.read_failed"), e.DifficultyOpened())
    assert walk.journey.overlay is Overlay.DIFFICULTY
    told(e.DifficultyChosen("machine"), e.DifficultyChosen("machine"), walk=walk)
    assert walk.asked(e.SaveDifficulty) == [
        e.SaveDifficulty(VISIT, "card", "take-number", "id_card_reader.read_failed", "machine")
    ]


def test_the_reader_is_armed_only_where_a_card_is_asked_for_and_guards_it_then() -> None:
    walk = told(e.Started(), e.DoorChosen(e.Door.FILING))
    readers = [type(effect) for effect in walk.effects]
    assert readers == [e.AwaitCard, e.RestReader]
    told(e.ItemBegun(), e.CardRead(VISIT, HOLDER), walk=walk)
    assert [type(effect) for effect in walk.effects] == [e.AwaitCard, e.RestReader, e.AwaitCard, e.GuardCard]


def test_the_easier_mode_waits_longer() -> None:
    walk = told(*TO_FORM, e.ElderChosen(on=True))
    walk.wait(200)
    assert walk.journey.countdown_left is None


@pytest.mark.parametrize("wrong", [{"countdown": 10}, {"hide_after": 5}, {"menu": 30}, {"large": 100}])
def test_a_wait_too_short_for_a_slow_citizen_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"at least|between"):
        replace(Journey(1, "c", ()).patience, **wrong)
