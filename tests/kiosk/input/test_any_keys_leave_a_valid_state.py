import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import words
from kiosk.input import keys as k
from kiosk.input.composer import (
    PAGE,
    PAGE_LARGE,
    Circumstances,
    Composing,
    candidates,
    modes,
    opening,
    press,
    recognised,
    shown,
)
from kiosk.input.spelling_ways import MOST_LETTERS
from kiosk.input.strokes import MOST_STROKES
from kiosk.input.tables import tables
from ui.views.input import Speaker, input_view

EVERY_KEY = sorted(
    {key.sends for pad in k.MODES for mode in k.MODES[pad] for row in k.rows(mode) for key in row}
    | {f"{k.MODE}{mode.value}" for mode in k.Mode}
    | {f"{k.CHOOSE}{place}" for place in range(-1, 11)}
    | {f"{k.NARROW}{stroke}" for stroke in "0123456"}
    | {k.BEFORE, k.AFTER, "", "choose.x", "choose.²", "mode.", "stroke.7", "语", "\0", "Z", "é"}
)
PRESSES = st.one_of(st.sampled_from(EVERY_KEY), st.integers(0, 3))
"""A key, or so many strokes written by hand."""


@settings(max_examples=150, deadline=None)
@given(pad=st.sampled_from(sorted(k.MODES)), chinese=st.booleans(), size=st.sampled_from([PAGE, PAGE_LARGE]),
       presses=st.lists(PRESSES, max_size=40), full=st.booleans())  # fmt: skip
def test_any_sequence_of_keys(pad: str, *, chinese: bool, size: int, presses: list[str | int], full: bool) -> None:
    around, table = Circumstances(pad, "", size, chinese), tables(full=full)
    now, typed = opening(around), ""
    for key in presses:
        if isinstance(key, int):
            now = recognised(now, key, ("字", "学")[:key])
            continue
        done = press(now, key, around, table)
        now, typed = done.composing, typed + done.typed
        around = Circumstances(pad, typed, size, chinese)
        _is_valid(now, around)
        assert not (done.erased and done.cleared)
        assert not (done.typed and (done.erased or done.cleared))
    view = input_view(now, around, Speaker("zh-Hans" if chinese else "en", table), frozenset())
    assert all(key.speech for row in view.rows for key in row)
    assert all(key.speech for key in (*view.candidates, *view.ways, *view.turns, *view.narrow))


def _is_valid(now: Composing, around: Circumstances) -> None:
    assert now.mode in modes(around)
    assert len(now.letters) <= max(MOST_LETTERS, MOST_STROKES)
    found = candidates(now, around, tables(full=False))
    assert now.page == 0 or now.page * around.page_size < max(
        1, len(candidates(now, around, tables(full=True))), len(found)
    )
    assert len(shown(now, around, found)) <= around.page_size
    assert len({one.text for one in found}) == len(found)


@pytest.mark.parametrize("pad", sorted(k.MODES))
def test_erasing_empties_what_is_composed_and_then_what_is_typed(pad: str) -> None:
    around, table = Circumstances(pad), tables(full=False)
    now = opening(around)
    for key in ("z", "h", "stroke.1", "narrow.1", "choose.0", "1"):
        now = press(now, key, around, table).composing
    done = press(now, k.ERASE, around, table)
    for _ in range(60):
        if done.erased:
            break
        done = press(done.composing, k.ERASE, around, table)
    assert done.erased
    assert done.composing.empty


@pytest.mark.parametrize("pad", sorted(k.MODES))
def test_clearing_takes_two_touches_at_most(pad: str) -> None:
    around, table = Circumstances(pad), tables(full=False)
    now = press(opening(around), "z", around, table).composing
    first = press(now, k.CLEAR, around, table)
    assert first.composing.empty
    assert first.cleared or press(first.composing, k.CLEAR, around, table).cleared


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
@pytest.mark.parametrize("pad", sorted(k.MODES))
def test_every_key_of_every_pad_has_words_and_is_spoken(pad: str, language: str) -> None:
    around = Circumstances(pad, chinese=language != "en")
    for mode in modes(around):
        speaker = Speaker(language, tables(full=language == "zh-Hant"))
        view = input_view(Composing(mode), around, speaker, frozenset())
        for key in (*view.ways, *(key for row in view.rows for key in row)):
            assert key.label, key
            assert key.speech, key
            assert key.speech not in words.load(language), key
            if len(key.sends) == 1 and not key.sends.isalnum():
                assert key.speech != key.sends, f"{key.sends!r} would be spoken as silence"


def test_characters_of_one_sound_are_told_apart_by_ear() -> None:
    speaker = Speaker("zh-Hans", tables(full=False))
    said = [speaker.told_apart(character) for character in "张章彰璋龑"]
    assert said[0] == "张，主张的张"
    assert said[4] == "龑，龍和天"
    assert len(set(said)) == 5
    assert Speaker("en", tables(full=False)).told_apart("张") == "张, as in 主张"
