"""ZZ-15 on the glass: a picture has its turn, how to begin stays in sight, a touch begins; no motion at night."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem

from kiosk.facts import Shown
from kiosk.journey import events as e
from kiosk.journey.display import USUAL
from kiosk.journey.step import Overlay, Screen
from tests.screens.album import SITE, WELL, fresh
from tests.ui import booth as booths
from tests.ui.booth import Booth
from ui.views.arrival import OWN_SECONDS, attract_view
from ui.views.scene import Scene

NOON = datetime(2026, 11, 23, 12, 0)  # noqa: DTZ001 - local time, as pages have it
NIGHT = NOON.replace(hour=23)
STILL, MOVING = (
    Shown("a" * 64, {"zh-Hans": "网上也能办", "en": "Also online"}, 8),
    Shown("b" * 64, {"zh-Hans": "跟着做"}, 6, moves=True),
)
FACTS = msgspec.structs.replace(WELL, media=(STILL, MOVING))
RED = (190, 30, 40)


def view(seconds: float, clock: datetime = NOON, **changes: object) -> tuple[str, bool]:
    journey = replace(fresh(), now=seconds, touched_at=0.0, **changes)  # type: ignore[arg-type]
    shown = attract_view(Scene(journey, FACTS, msgspec.structs.replace(SITE, pictures="/p"), clock))
    return shown.picture.removeprefix("file:///p/")[:1], shown.moves


def test_the_page_and_the_pictures_take_turns_and_begin_with_the_page() -> None:
    turns = "".join(view(second + 0.5)[0] or "-" for second in range(int(2 * OWN_SECONDS) + 14))
    assert turns == "-" * 15 + "a" * 8 + "-" * 15 + "b" * 6
    assert view(2 * OWN_SECONDS + 9) == ("b", True)


def test_nothing_moves_at_night_and_nothing_covers_what_must_be_known() -> None:
    assert view(2 * OWN_SECONDS + 9, NIGHT) == ("b", False)
    assert view(OWN_SECONDS + 1, fault="card.unreadable") == ("", False)
    assert view(OWN_SECONDS + 1, voice=True) == ("", False)
    assert view(OWN_SECONDS + 1, overlay=Overlay.HELP) == ("", False)
    assert view(OWN_SECONDS + 1, display=replace(USUAL, elder=True)) == ("", False)
    journey = replace(fresh(), now=OWN_SECONDS + 1, touched_at=0.0)
    for known in ({"card_left": True}, {"last_number": "A001"}, {"notices": ({"zh-Hans": "明天停电"},)}):
        scene = Scene(journey, msgspec.structs.replace(FACTS, **known), SITE, NOON)
        assert attract_view(scene).picture == ""


@pytest.fixture
def stage(qapp: QGuiApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Booth]]:
    """A screen with one picture on its disk, at the moment of its turn."""
    Image.new("RGB", (600, 600), RED).save(tmp_path / STILL.sha256, "JPEG")
    frames = [Image.new("RGB", (400, 400), (0, 0, blue)) for blue in (120, 200)]
    frames[0].save(tmp_path / MOVING.sha256, "WEBP", save_all=True, append_images=frames[1:], duration=400)
    monkeypatch.setattr(booths, "SITE", msgspec.structs.replace(SITE, pictures=str(tmp_path), night_from="03:00"))
    made: list[Booth] = []

    def make() -> Booth:
        made.append(Booth(qapp, fresh()))
        made[-1].know(FACTS)
        made[-1].wait(OWN_SECONDS + 1)
        return made[-1]

    yield make
    for one in made:
        one.screen.close()


def seen(booth: Booth) -> QQuickItem:
    found = booth.window.findChild(QQuickItem, "stage")
    assert isinstance(found, QQuickItem)
    return found


def drawn(booth: Booth, item: QQuickItem) -> tuple[int, int, int]:
    booth.settle()
    at = item.mapToScene(QPointF(item.width() / 2, item.height() / 3))
    image = booth.window.grabWindow()
    ratio = image.devicePixelRatio()
    colour = image.pixelColor(int(at.x() * ratio), int(at.y() * ratio))
    return colour.red(), colour.green(), colour.blue()


def test_a_picture_is_on_the_glass_with_the_way_to_begin_below_it_and_a_touch_begins(
    stage: Callable[[], Booth], qtbot: "object"
) -> None:
    booth = stage()
    item = seen(booth)
    qtbot.waitUntil(item.isVisible, timeout=5000)  # type: ignore[attr-defined]
    assert max(abs(a - b) for a, b in zip(drawn(booth, item), RED, strict=True)) < 12
    below = item.mapToScene(QPointF(0, item.height())).y()
    assert below < booth.window.height() * 0.85
    booth.touch("attract")
    assert booth.journey.screen is Screen.HOME


@pytest.mark.qt_log_ignore("Cannot open", extend=True)
def test_a_sequence_plays_and_a_file_that_is_gone_shows_the_page(stage: Callable[[], Booth], qtbot: "object") -> None:
    booth = stage()
    booth.wait(8 + OWN_SECONDS)
    item = seen(booth)
    qtbot.waitUntil(item.isVisible, timeout=5000)  # type: ignore[attr-defined]
    assert drawn(booth, item)[2] > 60
    booth.know(msgspec.structs.replace(FACTS, media=(Shown("f" * 64, {"zh-Hans": "没有"}, 60),)))
    booth.happen(e.Ticked(booth.journey.touched_at + OWN_SECONDS + 2))
    qtbot.waitUntil(lambda: not item.isVisible(), timeout=5000)  # type: ignore[attr-defined]
