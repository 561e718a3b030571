from dataclasses import replace

from kiosk.journey import events as e
from kiosk.journey.step import Journey, Screen
from kiosk.voice.announce import announced
from tests.screens.album import HOLDER, VISIT, after, fresh, later

HOME = after(fresh(), e.Started())


def test_plugging_in_begins_the_visit_with_the_voice() -> None:
    begun = after(fresh(), e.HeadphonesSeen(plugged=True))
    assert (begun.screen, begun.voice, begun.headphones) == (Screen.HOME, True, True)


def test_headphones_somebody_left_begin_nothing() -> None:
    found = after(fresh(), e.HeadphonesSeen(plugged=True, moved=False))
    assert (found.screen, found.voice, found.headphones) == (Screen.ATTRACT, False, True)


def test_unplugging_ends_the_voice_and_keeps_the_page() -> None:
    speaking = after(HOME, e.HeadphonesSeen(plugged=True), e.DoorChosen(e.Door.GUIDES))
    silent = after(speaking, e.HeadphonesSeen(plugged=False))
    assert (silent.voice, silent.headphones, silent.screen) == (False, False, Screen.BROWSE)


def test_nothing_begins_while_out_of_service() -> None:
    closed = after(fresh(), e.DutyChanged((), suspended=True), e.HeadphonesSeen(plugged=True))
    assert closed.screen is Screen.ATTRACT


def test_the_voice_may_be_chosen_and_its_speed() -> None:
    chosen = after(HOME, e.VoiceChosen(on=True), e.SpeedChosen(3))
    assert (chosen.voice, chosen.speed) == (True, 3)
    assert after(chosen, e.SpeedChosen(7)).speed == 3
    assert not after(chosen, e.VoiceChosen(on=False)).voice


def test_who_listens_has_the_longer_waits() -> None:
    assert after(HOME, e.VoiceChosen(on=True)).wait.before_countdown == HOME.patience.large


def test_a_fresh_visit_is_silent() -> None:
    assert (fresh().voice, fresh().speed, fresh().headphones) == (False, 2, False)


def _said(before: Journey, now: Journey) -> str:
    told = announced(before, now)
    return told.text if told else ""


def test_the_countdown_is_told_at_its_start_and_every_ten_seconds() -> None:
    before = later(HOME, 59)
    counting = later(HOME, 61)
    assert "30" in _said(before, counting)
    assert announced(before, counting) is not None
    told = announced(before, counting)
    assert told is not None
    assert told.chimes
    assert _said(counting, later(counting, 1)) == ""
    assert "20" in _said(later(counting, 9), later(counting, 10))


def test_a_card_that_lies_there_is_told_every_ten_seconds() -> None:
    person = after(HOME, e.CardRead(VISIT, HOLDER))
    lying = later(after(person, e.Left()), 5)
    assert lying.screen is Screen.TAKE_CARD
    assert "身份证" in _said(person, lying)
    assert _said(lying, later(lying, 1)) == ""
    assert "身份证" in _said(later(lying, 9), later(lying, 10.1))


def test_who_stands_behind_is_told_once_when_a_page_becomes_personal() -> None:
    person = after(HOME, e.CardRead(VISIT, HOLDER))
    assert "一米线" in _said(HOME, person)
    assert _said(person, later(person, 1)) == ""
    assert _said(replace(HOME, headphones=True), replace(person, headphones=True)) == ""
