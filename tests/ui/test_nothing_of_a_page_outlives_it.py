import gc

from PySide6.QtQuick import QQuickItem

from kiosk.journey import events as e
from tests.screens.album import FILING, HOLDER, VISIT, after, fresh
from tests.ui.booth import Booth
from tests.ui.conftest import MakeBooth
from ui.glass import items


def _loaders(booth: Booth) -> list[QQuickItem]:
    found = booth.window.contentItem().childItems()
    return [item for item in found if item.inherits("QQuickLoader") and item.childItems()]


def test_one_page_is_loaded_at_a_time(booth: Booth) -> None:
    assert len(_loaders(booth)) == 1
    booth.touch("attract", "door.number")
    assert len(_loaders(booth)) == 1
    booth.touch("help")
    assert len(_loaders(booth)) == 2
    booth.touch("close", "leave")
    assert _loaders(booth) == []


def test_typed_digits_are_gone_with_the_page(make_booth: MakeBooth) -> None:
    person = after(
        fresh(), e.Started(), e.ItemChosen(FILING), e.ItemBegun(), e.CardRead(VISIT, HOLDER), e.PersonConfirmed()
    )
    booth = make_booth(after(person, e.Chose("other"), e.Acted("next"), e.Chose("base-60"), e.Acted("next")))
    booth.touch(*(f"key.{digit}" for digit in "13800138000"))
    assert "138 0013 8000" in booth.texts()
    booth.touch("leave")
    booth.settle()
    everything = [str(item.property("text")) for item in items(booth.window.contentItem())]
    assert not [text for text in everything if "138" in text or "欧阳" in text]


def test_the_engine_ends_before_what_it_shows(make_booth: MakeBooth) -> None:
    # A view-model that QML outlives makes it read from nothing; the warning would fail this test.
    booth = make_booth(after(fresh(), e.Started()))
    booth.settle()
    booth.screen.close()
    del booth
    gc.collect()
