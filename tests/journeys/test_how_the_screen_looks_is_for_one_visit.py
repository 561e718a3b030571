from dataclasses import replace

import msgspec
import pytest

from contract.messages import Holder
from kiosk.journey import events as e
from kiosk.journey.display import USUAL, Contrast, Display, Offer, is_offered_larger
from kiosk.journey.step import Journey, Overlay, Screen, step
from tests.screens.album import HOLDER, VISIT, after, fresh

HOME = after(fresh(), e.Started())
YOUNG = msgspec.structs.replace(HOLDER, birth_date="1990-02-03")


def shown(journey: Journey, holder: Holder = HOLDER) -> Journey:
    return after(journey, e.CardRead(VISIT, holder))


def test_a_visit_begins_as_every_visit_does() -> None:
    assert fresh().display == USUAL == Display(size=2, contrast=Contrast.STANDARD, elder=False, low=False)


@pytest.mark.parametrize(
    "chosen",
    [e.SizeChosen(4), e.ContrastChosen(Contrast.BLACK_YELLOW), e.ElderChosen(True), e.LowChosen(True)],
)
def test_a_choice_holds_at_once_and_loses_nothing(chosen: e.Touch) -> None:
    searching = after(HOME, e.SearchOpened(), e.KeyPressed("S"), e.DisplayOpened())
    changed = after(searching, chosen)
    assert changed.display != USUAL
    assert replace(changed, display=USUAL, touched_at=searching.touched_at) == searching
    assert after(changed, e.OverlayClosed()).query == "S"


def test_a_size_there_is_not_changes_nothing() -> None:
    assert after(HOME, e.SizeChosen(5)).display == USUAL


def test_the_easier_mode_brings_its_size_and_takes_it_back() -> None:
    assert after(HOME, e.ElderChosen(True)).display == Display(size=3, elder=True)
    assert after(HOME, e.SizeChosen(4), e.ElderChosen(True)).display.size == 4
    assert after(HOME, e.ElderChosen(True), e.ElderChosen(False)).display == USUAL


@pytest.mark.parametrize("slow", [e.ElderChosen(True), e.SizeChosen(3)])
def test_who_reads_large_text_is_given_the_longer_waits(slow: e.Touch) -> None:
    assert after(HOME, slow).wait.before_countdown >= 240
    assert HOME.wait.before_countdown < 240


def test_the_sheet_opened_at_rest_begins_a_visit_so_that_it_ends() -> None:
    opened = after(fresh(), e.DisplayOpened())
    assert (opened.screen, opened.overlay) == (Screen.HOME, Overlay.DISPLAY)


def test_out_of_service_it_still_opens_and_the_next_finds_the_usual_look() -> None:
    closed = after(fresh(), e.DutyChanged((), suspended=True), e.DisplayOpened())
    assert (closed.screen, closed.overlay) == (Screen.ATTRACT, Overlay.DISPLAY)
    large = after(closed, e.SizeChosen(4), e.OverlayClosed())
    assert large.overlay is Overlay.NONE
    waited = large.now + large.wait.before_countdown
    assert step(large, e.Ticked(waited - 1))[0].screen is Screen.ATTRACT
    left, effects = step(large, e.Ticked(waited))
    assert left.screen is Screen.ENDED
    assert e.EndVisit(VISIT, e.Ending.IDLE) in effects


def test_larger_text_is_offered_once_to_who_is_sixty_and_never_comes_by_itself() -> None:
    person = shown(HOME)
    assert person.offer is Offer.STANDS
    assert person.display == USUAL
    again = shown(after(person, e.PersonDenied()))
    assert again.screen is Screen.PERSON
    assert again.offer is Offer.OVER


def test_the_offer_is_taken_or_declined_with_one_touch_and_going_on_declines_it() -> None:
    person = shown(HOME)
    taken = after(person, e.ElderChosen(True))
    assert (taken.display.elder, taken.offer, taken.screen) == (True, Offer.OVER, Screen.PERSON)
    declined = after(person, e.LargerDeclined())
    assert (declined.display, declined.offer, declined.screen) == (USUAL, Offer.OVER, Screen.PERSON)
    assert after(person, e.PersonConfirmed()).offer is Offer.OVER


@pytest.mark.parametrize("before", [e.SizeChosen(3), e.ElderChosen(True)])
def test_it_is_not_offered_to_who_has_it(before: e.Touch) -> None:
    assert shown(after(HOME, before)).offer is Offer.NOT_YET


def test_it_is_not_offered_to_the_young() -> None:
    assert shown(HOME, YOUNG).offer is Offer.NOT_YET


@pytest.mark.parametrize(
    ("born", "today", "offered"),
    [
        ("1966-11-22", "2026-11-22", True),
        ("1966-11-23", "2026-11-22", False),
        ("1964-02-29", "2024-02-28", False),
        ("1964-02-29", "2024-02-29", True),
        ("", "2026-11-22", False),
        ("1949-13-01", "2026-11-22", False),
        ("1949-12-31", "", False),
    ],
)
def test_sixty_is_a_birthday(born: str, today: str, offered: bool) -> None:
    assert is_offered_larger(born, today) is offered
