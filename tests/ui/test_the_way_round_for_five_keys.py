"""The way round for who does not touch: lists, sheets, the frame."""

from PySide6.QtCore import Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk.journey import events as e
from kiosk.journey.step import Journey, Screen
from tests.screens.album import HOLDER, VISIT, after, fresh
from tests.ui.conftest import MakeBooth
from ui.focus import Ring, top_layer, way_round
from ui.glass import seen


def test_a_list_turns_its_leaves_by_itself(make_booth: MakeBooth) -> None:
    booth = make_booth(after(fresh(many=True), e.Started(), e.DoorChosen(e.Door.GUIDES)))
    booth.settle()
    ring = Ring(booth.window)
    wanted = {f"item.{item.slug}" for item in booth.journey.items}
    met = set()
    for _ in range(len(wanted) + 12):
        found = ring.move(1)
        booth.settle()
        assert found is not None
        if found.item.objectName() in wanted:
            assert not seen(found.item).isEmpty(), "the focus is on the leaf that is turned up"
            assert not ring.frame().isEmpty()
            met.add(found.item.objectName())
    assert met == wanted
    assert ring.place().of == len(wanted) or ring.here is not None


def test_a_sheet_keeps_the_keys(make_booth: MakeBooth) -> None:
    booth = make_booth(after(fresh(), e.Started(), e.DoorChosen(e.Door.GUIDES), e.DifficultyOpened()))
    booth.settle()
    layer = top_layer(booth.window)
    assert layer is not None
    names = {found.item.objectName() for found in way_round(layer)}
    assert "close" in names
    assert not any(name.startswith("item.") for name in names)


def test_the_frame_is_there_only_while_keys_are_used(make_booth: MakeBooth) -> None:
    booth = make_booth(after(fresh(), e.Started()))
    booth.settle()
    assert not _frame(booth.window.contentItem()).isVisible()
    QTest.keyClick(booth.window, Qt.Key.Key_Down)
    booth.settle()
    frame = _frame(booth.window.contentItem())
    assert frame.isVisible()
    assert frame.property("thick") >= 3
    assert len(frame.childItems()) == 2, "two colours: one of them stands out from any ground"
    booth.touch("search")
    assert not _frame(booth.window.contentItem()).isVisible()


def _frame(root: QQuickItem) -> QQuickItem:
    return next(item for item in root.childItems() if item.property("thick") is not None)


def test_keys_alone_take_a_number(make_booth: MakeBooth) -> None:
    """Without a voice, for who sees but cannot touch."""
    booth = make_booth(after(fresh(), e.Started()))

    def go_to(name: str) -> None:
        guide = booth.screen.guide
        assert guide is not None
        for _ in range(40):
            QTest.keyClick(booth.window, Qt.Key.Key_Down)
            booth.settle()
            here = guide.here
            if here is not None and here.item.objectName() == name:
                QTest.keyClick(booth.window, Qt.Key.Key_Return)
                booth.settle()
                return
        raise AssertionError(name)

    go_to("door.number")
    go_to("main")
    assert _screen(booth.journey) is Screen.CARD
    booth.happen(e.CardRead(VISIT, HOLDER))
    go_to("main")
    assert _screen(booth.journey) is Screen.SAVING


def _screen(journey: Journey) -> Screen:
    return journey.screen
