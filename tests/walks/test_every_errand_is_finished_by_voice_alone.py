"""The screen is black: what is said through the headphones, and five keys. A name and an identity number are typed."""

import os
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.voice import speech
from tests.walks.errands import BY_NAME
from tests.walks.keys import KeyWalk
from tests.walks.mind import Mind
from tests.walks.senses import Ears
from tests.walks.stand import Stand
from ui import focus

Walk = Callable[[str], KeyWalk]
SHORT = "a number of the green channel"
LONG = {"a form that is filled in", "a filing that is paid for"}
"""Nothing in them that others have not, but for hundreds of keys: by command (SUIBAN_FULL=1)."""
NAMES = [name for name in BY_NAME if name not in LONG or os.environ.get("SUIBAN_FULL")]
if not os.environ.get("SUIBAN_FULL"):
    NAMES = NAMES[::2]
"""Every second in the usual run: all of them are finished by five keys there, on the same pages."""


@pytest.fixture
def walk(qapp: QGuiApplication) -> Iterator[Walk]:
    made: list[tuple[Ears, Stand]] = []

    def make(name: str) -> KeyWalk:
        stand = Stand(qapp, BY_NAME[name])
        ears = Ears(stand)
        made.append((ears, stand))
        return KeyWalk(stand, ears, Mind(BY_NAME[name], sounds=ears.sound))

    yield make
    for ears, stand in made:
        ears.close()
        stand.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_it_is_finished(walk: Walk, name: str) -> None:
    walk(name).finish()


@pytest.mark.slow
def test_a_page_whose_button_the_keys_do_not_come_to_is_not_finished(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = focus.way_round
    monkeypatch.setattr(focus, "way_round", lambda layer: [f for f in found(layer) if f.item.objectName() != "main"])
    with pytest.raises(AssertionError, match="not done"):
        walk(SHORT).finish()


@pytest.mark.slow
def test_a_button_nobody_names_is_not_found(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    named = speech.control

    def nameless(stop: speech.Stop, place: speech.Place, language: str, *, private: bool) -> tuple[str, ...]:
        pieces = named(stop, place, language, private=private)
        return ("按钮", *pieces[1:]) if stop.said.startswith("我要走绿色通道") else pieces

    monkeypatch.setattr("ui.voice.control", nameless)
    with pytest.raises(AssertionError, match="not done"):
        walk(SHORT).finish()
