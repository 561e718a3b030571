"""By touch, by a finger that writes, by five keys without a look, each on the real screen."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk.journey import events as e
from kiosk.journey.display import USUAL
from kiosk.journey.page import Pad
from kiosk.journey.step import Journey
from tests.kiosk.input.test_handwriting_is_read import HAND
from tests.ui.asking import Asking, asked
from tests.ui.booth import Booth
from tests.ui.conftest import MakeBooth
from tests.ui.ears import Listener
from tests.waiting import until
from ui.focus import way_round
from ui.glass import items, rect

PADS = list(Pad)


def _typed(booth: Booth) -> str:
    service = booth.journey.service
    assert isinstance(service, Asking)
    return service.typed


def _spell(booth: Booth, letters: str) -> None:
    booth.touch(*(f"key.{letter}" for letter in letters))


def _candidate(booth: Booth, text: str) -> str:
    booth.settle()
    for item in items(booth.window.contentItem()):
        if item.objectName().startswith("choose.") and item.property("label") == text:
            return item.objectName()
    raise AssertionError(f"{text} is not on this page: {booth.texts()}")


def test_by_touch_with_pinyin(make_booth: MakeBooth) -> None:
    booth = make_booth(asked(Pad.NAME))
    _spell(booth, "shan")
    booth.touch(_candidate(booth, "单"))
    _spell(booth, "yan")
    booth.touch("narrow.4", "narrow.1", "narrow.4", "narrow.3")
    for _ in range(3):
        if "龑" in booth.texts():
            break
        booth.touch("page.after")
    booth.touch(_candidate(booth, "龑"))
    assert _typed(booth) == "单龑"
    booth.touch("erase")
    assert _typed(booth) == "单"
    booth.touch("clear")
    assert _typed(booth) == ""


def test_behind_a_surname_no_surname_comes_first(make_booth: MakeBooth) -> None:
    booth = make_booth(asked(Pad.NAME))
    _spell(booth, "ouyangshan")
    booth.touch(_candidate(booth, "欧阳"))
    booth.settle()
    first = next(item for item in items(booth.window.contentItem()) if item.objectName() == "choose.0")
    assert first.property("label") == "山"
    assert _typed(booth) == "欧阳"


def test_by_touch_with_strokes_and_letters(make_booth: MakeBooth) -> None:
    booth = make_booth(asked(Pad.NAME))
    booth.touch("mode.strokes", *(f"stroke.{stroke}" for stroke in "5153154"))
    booth.touch(_candidate(booth, "张"))
    booth.touch("mode.latin", "shift", "key.L", "key.i")
    assert _typed(booth) == "张Li"


def test_an_identity_number_with_its_x_and_every_other_pad(make_booth: MakeBooth) -> None:
    for pad, keys, wanted in (
        (Pad.ID, "11010519491231002X", "11010519491231002X"),
        (Pad.MOBILE, "13800138000", "13800138000"),
        (Pad.MONEY, "120.5", "120.5"),
        (Pad.DATE, "19491231", "19491231"),
        (Pad.CODE, "A1B2", "A1B2"),
        (Pad.DIGITS, "42", "42"),
        (Pad.LATIN, "doe", "doe"),
    ):
        booth = make_booth(asked(pad))
        booth.touch(*(f"key.{key}" for key in keys))
        assert _typed(booth) == wanted


def test_by_a_finger_that_writes(make_booth: MakeBooth) -> None:
    booth = make_booth(asked(Pad.NAME))
    booth.touch("mode.handwriting")
    booth.settle()
    field = _item(booth, "writing")
    _write(booth, field, HAND["大"])
    until(lambda: _has(booth, "choose.0"), "the writing to be read", state=booth.texts)
    booth.touch("ink.undo", "ink.wipe")
    assert not _has(booth, "choose.0")
    _write(booth, field, HAND["王"])
    until(lambda: "王" in booth.texts().split("\n"), "all strokes to be read", state=booth.texts)
    booth.touch(_candidate(booth, "王"))
    assert _typed(booth) == "王"
    assert not _has(booth, "choose.0")


def _item(booth: Booth, name: str) -> QQuickItem:
    return next(item for item in items(booth.window.contentItem()) if item.objectName() == name)


def _has(booth: Booth, name: str) -> bool:
    booth.settle()
    return any(item.objectName() == name for item in items(booth.window.contentItem()))


def _write(booth: Booth, field: QQuickItem, drawn: str) -> None:
    box, left = rect(field), Qt.MouseButton.LeftButton
    side = min(box.width(), box.height())
    for stroke in drawn.split(" "):
        corners = [
            (box.topLeft() + QPointF(int(x), int(y)) * side / 100).toPoint()
            for x, y in (corner.split(",") for corner in stroke.split("-"))
        ]
        QTest.mousePress(booth.window, left, Qt.KeyboardModifier.NoModifier, corners[0])
        for one, other in pairwise(corners):
            for part in range(1, 6):
                QTest.mouseMove(booth.window, one + QPoint(other - one) * part / 5)
        QTest.mouseRelease(booth.window, left, Qt.KeyboardModifier.NoModifier, corners[-1])


@pytest.fixture
def listen(make_booth: MakeBooth) -> Iterator[Callable[[Journey], Listener]]:
    made: list[Listener] = []

    def make(journey: Journey) -> Listener:
        made.append(Listener(make_booth(journey)))
        return made[-1]

    yield make
    for listener in made:
        listener.close()


def test_by_voice_and_five_keys_alone(listen: Callable[[Journey], Listener]) -> None:
    listener = listen(replace(asked(Pad.NAME), voice=False))
    listener.happen(e.VoiceChosen(on=True))
    heard = [listener.choose(letter, whole=True) for letter in "yan"][-1]
    assert "y a n，第一个是闫，门和三" in heard
    for stroke in ("捺", "横"):
        listener.choose(f"第一笔是点{stroke}" if stroke == "捺" else "第一笔是横")
    listener.choose("言，")
    assert _typed(listener.booth) == "言"


@pytest.mark.parametrize("pad", PADS)
def test_every_key_is_reached_by_five_keys_and_spoken(make_booth: MakeBooth, pad: Pad) -> None:
    booth = make_booth(asked(pad))
    if pad in (Pad.NAME, Pad.TEXT):
        _spell(booth, "zhang")
    booth.settle()
    stops = {found.item.objectName(): found.stop.said for found in way_round(booth.window.contentItem())}
    touched = [item for item in items(booth.window.contentItem()) if item.property("sends")]
    assert len(touched) >= 12
    assert {item.objectName() for item in touched} - stops.keys() == set()
    assert all(stops[item.objectName()] for item in touched)


def test_what_is_composed_is_hidden_with_the_page(make_booth: MakeBooth) -> None:
    journey = asked(Pad.NAME)
    booth = make_booth(replace(journey, service=replace_personal(journey)))
    _spell(booth, "ouyang")
    assert "欧阳" in booth.texts()
    booth.wait(26)
    assert booth.journey.hidden
    assert "欧阳" not in booth.texts()
    assert "ouyang" not in booth.texts()
    booth.touch("veil")
    assert "欧阳" in booth.texts()


def replace_personal(journey: Journey) -> Asking:
    """The same question on a page that is hidden when nobody touches it."""
    assert isinstance(journey.service, Asking)
    return Asking("ask", pad=journey.service.pad, personal=True)


def test_composing_keeps_the_visit_awake(make_booth: MakeBooth) -> None:
    booth = make_booth(asked(Pad.NAME))
    booth.wait(100)
    before = booth.journey.touched_at
    _spell(booth, "z")
    assert booth.journey.touched_at > before
    assert _typed(booth) == ""


def test_a_page_that_goes_takes_what_was_composed_along(make_booth: MakeBooth) -> None:
    booth = make_booth(asked(Pad.NAME, display=USUAL))
    _spell(booth, "zhang")
    booth.touch("leave")
    assert "zhang" not in booth.texts()
