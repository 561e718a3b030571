from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.journey import events as e
from kiosk.journey.display import USUAL, Contrast, Display
from kiosk.journey.step import Overlay
from tests.screens.album import after, fresh
from tests.ui.booth import Booth

LYING = (683, 384)


@pytest.fixture
def lying(qapp: QGuiApplication) -> Iterator[Booth]:
    """A 15.6-inch panel lying, and a citizen who needs the largest text."""
    booth = Booth(qapp, fresh(display=Display(size=4)), LYING)
    yield booth
    booth.screen.close()


@pytest.fixture
def upright(qapp: QGuiApplication) -> Iterator[Booth]:
    booth = Booth(qapp, after(fresh(), e.Started()))
    yield booth
    booth.screen.close()


def test_the_question_leads_to_its_answers_and_back_leads_to_the_question(lying: Booth) -> None:
    lying.touch("attract", "door.number")
    assert "answer" in lying.names()
    assert "main" not in lying.names()
    while "answer" in lying.names():
        lying.touch("answer")
    assert "main" in lying.names()
    assert "tab.facts" in lying.names()
    lying.touch("back")
    assert "tab.facts" not in lying.names()
    while "answer" not in lying.names():
        lying.touch("back")
    assert lying.journey.screen.value == "item"


def test_with_room_it_is_one_page(upright: Booth) -> None:
    upright.touch("door.number")
    assert {"main", "back", "tab.facts"} <= set(upright.names())
    assert "answer" not in upright.names()


@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        ("set.size.4", Display(size=4)),
        ("set.contrast.black_yellow", Display(contrast=Contrast.BLACK_YELLOW)),
        ("set.elder.on", Display(size=3, elder=True)),
        ("set.low.on", Display(low=True)),
    ],
)
def test_the_entry_at_the_bottom_left_opens_every_choice(upright: Booth, choice: str, wanted: Display) -> None:
    upright.touch("display", choice)
    assert (upright.journey.display, upright.journey.overlay) == (wanted, Overlay.DISPLAY)
    while choice not in upright.names():
        upright.touch("page.after" if "page.after" in upright.names() else "page.before")
    upright.touch("close")
    assert (upright.journey.display, upright.journey.overlay) == (wanted, Overlay.NONE)


def test_low_brings_every_control_within_reach_and_high_takes_it_back(upright: Booth) -> None:
    upright.touch("display", "set.low.on", "close")
    window = upright.window
    slot = next(item for item in window.contentItem().childItems() if item.isVisible() and item.childItems())
    assert slot.y() == pytest.approx((800 + 476 - 1220) * 540 / 268, abs=3)
    upright.touch("display", "set.low.off", "close")
    assert upright.journey.display == USUAL
    assert slot.y() == 0
