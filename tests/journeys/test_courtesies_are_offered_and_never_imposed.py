"""Reasons of a rating, surveys, the green channel, staff beside the citizen, consent: offered (HC-02, JH-02, JH-03)."""

from dataclasses import replace

import msgspec
import pytest

from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.messages import SurveyGiven
from contract.questions import CasesFound, CaseStands, SurveyAsked, SurveyOffered, SurveyQuestion
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.services.filing import signing
from kiosk.journey.services.filing.signing import AGREED
from kiosk.journey.services.filing.state import Filing
from kiosk.journey.services.green import is_offered
from kiosk.journey.step import Overlay, Screen
from kiosk.paper.signature import CONSENT
from kiosk.rating_tags import built_in
from tests.journeys.test_stories import REVIEW, TO_FORM, TO_NUMBER, TO_REVIEW, page, place, told
from tests.journeys.walks import CASE, HOLDER, ITEMS, VISIT, Walk, fresh

TODAY = e.Ticked(1.0, "2026-11-22T14:05")
YOUNG = msgspec.structs.replace(HOLDER, birth_date="1990-03-07")
WORDS = {"zh-Hans": "问", "en": "asked"}
QUESTIONS = tuple(SurveyQuestion(f"q{at}", WORDS, (("yes", WORDS), ("no", WORDS))) for at in range(5))


def ready() -> Walk:
    """A visit of a terminal that has the list of reasons and a line to the centre."""
    return Walk(journey=replace(fresh(), tags=built_in(), link_up=True))


def rated(walk: Walk, level: Satisfaction = Satisfaction.DISSATISFIED) -> Walk:
    """A number was taken, and a level touched."""
    return told(*TO_NUMBER, e.CardSkipped(), e.ResultSeen(), e.Rated(level), walk=walk)


def options(walk: Walk) -> dict[str, p.Option]:
    """What can be chosen on the page."""
    shown = walk.journey.page
    assert shown is not None
    assert isinstance(shown.body, p.Choose)
    return {option.value: option for option in shown.body.options}


# --- ratings ----------


def test_a_rating_carries_at_most_three_reasons_of_its_level() -> None:
    walk = rated(ready())
    assert place(walk) == "rating.tags"
    assert set(options(walk)) == {tag.key for tag in built_in().levels["dissatisfied"]}
    told(*(e.Chose(key) for key in ("efficiency", "attitude", "policy", "platform", "not-in-the-list")), walk=walk)
    assert [key for key, option in options(walk).items() if option.chosen] == ["efficiency", "attitude", "policy"]
    assert options(walk)["platform"].off, "the fourth says why not"
    assert walk.asked(e.SaveRating) == [], "nothing goes out while it can be changed"
    told(e.Chose("attitude"), e.Acted("done"), walk=walk)
    (kept,) = walk.asked(e.SaveRating)
    assert (kept.case_id, kept.satisfaction, kept.tags) == (CASE, Satisfaction.DISSATISFIED, ("efficiency", "policy"))
    assert kept.tags_version == built_in().version
    assert page(walk) is Screen.FAREWELL


@pytest.mark.parametrize("leaves", [e.Left(), None])
def test_whoever_walks_off_at_the_reasons_has_rated_once(leaves: e.Event | None) -> None:
    walk = rated(ready())
    if leaves is None:
        walk.wait(400)
    else:
        told(leaves, walk=walk)
    (kept,) = walk.asked(e.SaveRating)
    assert (kept.satisfaction, kept.tags, kept.tags_version) == (Satisfaction.DISSATISFIED, (), 0)


def test_a_slip_of_the_finger_is_taken_back_and_nothing_was_sent() -> None:
    """Negative control of the two above: going back takes the level away, and skipping sends none."""
    walk = told(e.WentBack(), walk=rated(ready()))
    assert page(walk) is Screen.RATING
    told(e.RatingSkipped(), walk=walk)
    assert page(walk) is Screen.FAREWELL
    assert walk.asked(e.SaveRating) == []


def test_a_second_rating_names_the_case_and_only_one_that_was_decided() -> None:
    stands = CaseStands("610117X", "file-case", WORDS, "2026-11-01T09:00:00+08:00", WORDS, (), may_rate_again=True)
    for may in (True, False):
        walk = told(TODAY, e.Started(), e.DoorChosen(e.Door.PROGRESS), e.Chose("card"), walk=ready())
        told(e.CardRead(VISIT, HOLDER), e.PersonConfirmed(), walk=walk)
        found = CasesFound((msgspec.structs.replace(stands, may_rate_again=may),))
        told(e.Answered(VISIT, "progress/1", found), e.Chose("610117X"), e.Acted("again"), walk=walk)
        assert (page(walk) is Screen.RATING) is may
        told(e.Rated(Satisfaction.VERY_SATISFIED), e.Chose("attitude"), e.Acted("done"), walk=walk)
        ratings = walk.asked(e.SaveRating)
        assert [(one.again, one.case_number, one.case_id) for one in ratings] == (
            [(True, "610117X", "")] if may else []
        )


# --- surveys ----------


def test_a_survey_the_centre_wants_asks_three_questions_and_no_more() -> None:
    walk = rated(ready())
    asked = [effect for effect in walk.asked(e.AskCentre) if isinstance(effect.question, SurveyAsked)]
    told(e.Answered(VISIT, asked[0].request, SurveyOffered("s1", WORDS, QUESTIONS)), e.Acted("done"), walk=walk)
    assert place(walk) == "survey.offer"
    assert len(walk.asked(e.SaveRating)) == 1, "the rating does not wait for the survey"
    told(e.Acted("begin"), e.Chose("yes"), e.Acted("skip"), e.Chose("no"), walk=walk)
    (kept,) = walk.asked(e.KeepRecord)
    assert isinstance(kept.record, SurveyGiven)
    assert kept.record.answers == {"q0": "yes", "q2": "no"}
    assert kept.content is None, "nothing says by whom"
    assert page(walk) is Screen.FAREWELL
    assert len(walk.asked(e.SaveRating)) == 1


def test_no_survey_without_a_line_and_none_for_whoever_does_not_want_it() -> None:
    offline = ready()
    offline.journey = replace(offline.journey, link_up=False)
    assert not rated(offline).asked(e.AskCentre)
    walk = rated(ready())
    request = walk.asked(e.AskCentre)[0].request
    told(e.Answered(VISIT, request, SurveyOffered("s1", WORDS, QUESTIONS)), e.Acted("done"), walk=walk)
    told(e.Acted("skip"), walk=walk)
    assert page(walk) is Screen.FAREWELL
    assert walk.asked(e.KeepRecord) == []


# --- the green channel ----------


def test_a_card_of_sixty_is_offered_the_green_channel_and_one_of_less_is_not() -> None:
    number = next(item for item in ITEMS if item.kind is ItemKind.NUMBER)
    for birth, today, offered in (
        ("1966-11-22", "2026-11-22", True),
        ("1966-11-23", "2026-11-22", False),
        ("", "2026-11-22", False),
        ("1949-12-31", "", False),
    ):
        assert is_offered(number, msgspec.structs.replace(HOLDER, birth_date=birth), today) is offered
    assert not is_offered(msgspec.structs.replace(number, green=False), HOLDER, "2026-11-22")


@pytest.mark.parametrize(("touch", "green"), [(e.ServiceOpened("green"), "elder"), (e.PersonConfirmed(), "")])
def test_it_is_one_touch_either_way_beside_it_is_me(touch: e.Event, green: str) -> None:
    walk = told(TODAY, *TO_NUMBER, e.CardRead(VISIT, HOLDER), touch)
    (saved,) = walk.asked(e.SaveCase)
    assert saved.filed.green == green
    assert page(walk) is Screen.RESULT


def test_nobody_younger_gets_it_by_their_card() -> None:
    walk = told(TODAY, *TO_NUMBER, e.CardRead(VISIT, YOUNG), e.ServiceOpened("green"))
    assert page(walk) is Screen.PERSON, "negative control: the touch means nothing here"
    told(e.PersonConfirmed(), walk=walk)
    assert walk.asked(e.SaveCase)[0].filed.green == ""


@pytest.mark.parametrize(("touch", "green"), [(e.Acted("green"), "elder"), (e.Acted("plain"), "")])
def test_whose_card_was_read_before_is_asked_on_one_page(touch: e.Event, green: str) -> None:
    walk = told(TODAY, e.Started(), walk=Walk(journey=replace(fresh(), holder=HOLDER)))
    told(e.ItemChosen("take-number"), e.ItemBegun(), walk=walk)
    assert place(walk) == "green.offer"
    told(touch, walk=walk)
    assert walk.asked(e.SaveCase)[0].filed.green == green
    assert page(walk) is Screen.RESULT


def test_whoever_says_so_has_it_without_proof_and_a_failed_save_comes_back() -> None:
    walk = told(TODAY, *TO_NUMBER[:-1], e.ServiceOpened("green"), e.Chose("pregnant"), e.CardSkipped())
    assert walk.asked(e.SaveCase)[0].filed.green == "pregnant"
    walk = Walk()
    for event in (TODAY, *TO_NUMBER[:-1], e.ServiceOpened("green"), e.Chose("disabled"), e.CardSkipped()):
        walk.happen(event)
    walk.happen(e.SaveFailed(VISIT, CASE, "store.full"))
    assert (place(walk), walk.journey.fault) == ("green.taken", "store.full")
    told(e.Acted("plain"), walk=walk)
    assert [saved.filed.green for saved in walk.asked(e.SaveCase)] == ["disabled", ""]
    assert len({saved.case_id for saved in walk.asked(e.SaveCase)}) == 1


def test_a_closed_item_gives_no_green_number() -> None:
    walk = told(TODAY, e.DutyChanged((("take-number", "id_card_reader"),)), *TO_NUMBER[:-1], e.ServiceOpened("green"))
    assert page(walk) is Screen.ITEM


# --- staff beside the citizen ----------


def test_a_badge_is_typed_over_the_work_and_goes_with_the_case() -> None:
    walk = told(*TO_REVIEW, e.HelpOpened(), e.ServiceOpened("assist"))
    assert place(walk) == "assist.badge"
    told(*(e.KeyPressed(key) for key in "gl0"), e.Acted("go"), walk=walk)
    assert place(walk) == "assist.badge", "negative control: three characters are no badge"
    told(e.KeyPressed("7"), e.Acted("go"), *(e.KeyPressed(key) for key in "2580"), e.Acted("go"), walk=walk)
    assert (place(walk), walk.journey.helped_by) == (REVIEW, "GL07/unchecked"), "nobody can be asked without a line"
    told(e.Acted("submit"), walk=walk)
    saved = walk.asked(e.SaveCase)[0]
    assert (saved.filed.helped_by, saved.filed.helped_checked) == ("GL07", False)
    assert dict(saved.answers) == {"way": "one", "mobile": "13800138000"}, "the work below lost nothing"


def test_without_a_badge_nobody_is_named() -> None:
    walk = told(*TO_REVIEW, e.HelpOpened(), e.ServiceOpened("assist"), e.WentBack(), e.Acted("submit"))
    assert walk.asked(e.SaveCase)[0].filed.helped_by == ""
    assert told(*TO_REVIEW, e.ServiceOpened("assist")).journey.parked is None, "only from the sheet of help"


def test_what_lies_below_is_let_go_of_with_the_visit() -> None:
    walk = told(*TO_REVIEW, e.HelpOpened(), e.ServiceOpened("assist"), e.Left())
    assert page(walk) is Screen.FAREWELL
    assert (walk.journey.service, walk.journey.parked, walk.journey.holder) == (None, None, None)


# --- a way on ----------


def test_a_complaint_takes_nothing_from_the_work_below() -> None:
    walk = told(*TO_REVIEW, e.DifficultyOpened(), e.DifficultyChosen("machine"))
    assert walk.journey.overlay is Overlay.DIFFICULTY_SENT
    told(e.ServiceOpened("saying"), walk=walk)
    assert place(walk) == "saying.matter"
    told(e.WentBack(), walk=walk)
    assert place(walk) == REVIEW
    told(e.Acted("submit"), walk=walk)
    assert page(walk) is Screen.RESULT


def test_a_person_is_called_from_the_sheet_that_noted_it() -> None:
    walk = ready()
    told(*TO_NUMBER, e.DifficultyOpened(), e.DifficultyChosen("refused"), e.HelpOpened(), walk=walk)
    assert walk.journey.overlay is Overlay.HELP
    assert walk.journey.help is not None


def test_a_card_read_for_the_complaint_is_confirmed_for_the_work_below() -> None:
    walk = told(*TO_FORM[:-2], e.DifficultyOpened(), e.DifficultyChosen("machine"), e.ServiceOpened("saying"))
    below = replace(walk.journey, holder=HOLDER)
    walk.journey = below
    told(e.WentBack(), walk=walk)
    assert page(walk) is Screen.PERSON, "a page that waits for a card that was read already would wait for ever"


# --- consent without touch ----------


def test_who_cannot_write_consents_with_the_time() -> None:

    walk = told(*TO_REVIEW)
    service = walk.journey.service
    assert isinstance(service, Filing)
    at = msgspec.structs.replace(service, at="sign.tolerance")
    known = msgspec.structs.replace(walk.journey.known, wall="2026-11-22T14:05")
    shown = signing.page(at, known)
    assert shown is not None
    assert AGREED in [action.name for action in shown.second]
    agreed = signing.touched(at, known, e.Acted(AGREED)).service
    assert isinstance(agreed, Filing)
    assert agreed.answers["sign.tolerance"] == f"{CONSENT}2026-11-22 14:05"
    unsigned = signing.touched(at, known, e.Acted(signing.SIGNED)).service
    assert isinstance(unsigned, Filing)
    assert "sign.tolerance" not in unsigned.answers, "negative control: an empty field is no signature"
