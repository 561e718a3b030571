"""Nothing is heard and nothing touched: the frame on the glass shows where the five keys are.

The walk by voice has no other keys either, and finishes every errand; here one page of each kind is enough for CI.
"""

import os

import pytest
from PySide6.QtGui import QGuiApplication

from tests.walks.errands import BY_NAME
from tests.walks.keys import KeyWalk
from tests.walks.mind import Mind
from tests.walks.senses import Eyes
from tests.walks.stand import Stand
from ui.viewmodels.voice import FocusViewModel

SOME = (
    "a number, rated with a reason, and a survey",
    "an application that is signed and paid",
    "a filing that is put aside",
    "a blank form",
    "a thing behind a door, by its code",
    "a question, with nobody's name",
    "staff who help at the terminal",
)
NAMES = tuple(BY_NAME) if os.environ.get("SUIBAN_FULL") else SOME


def walk(app: QGuiApplication, name: str) -> None:
    """All of it."""
    stand = Stand(app, BY_NAME[name])
    try:
        KeyWalk(stand, Eyes(stand), Mind(BY_NAME[name])).finish()
    finally:
        stand.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_it_is_finished(qapp: QGuiApplication, name: str) -> None:
    walk(qapp, name)


def test_a_frame_that_is_not_drawn_is_noticed(qapp: QGuiApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FocusViewModel, "move", lambda *_: None)
    with pytest.raises(AssertionError, match="not in the frame"):
        walk(qapp, SOME[0])
