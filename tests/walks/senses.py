"""How a citizen with five keys knows what came: by ear, in pieces of speech; or by the frame drawn on the glass."""

import time
from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest

from kiosk.voice.reading import read_aloud
from tests.ui.ears import Listener
from tests.waiting import until
from tests.walks.stand import Stand
from ui.focus import spoken, top_layer
from ui.glass import seen

CHOSEN: Final = "已选中"
OFF: Final = "现在不能用"


class Senses(Protocol):
    """How a citizen knows what came and where the keys are: in pieces, the name first."""

    def start(self) -> list[str]:
        """Begin the visit."""

    def press(self, key: Qt.Key) -> list[str]:
        """One key."""

    def notice(self, happens: Callable[[], None]) -> list[str]:
        """Something happens beside the screen."""

    def sound(self, text: str) -> str:
        """How written words are known."""


class Ears:
    """All that is known is what the synthesiser was given; headphones are in, so that digits are said."""

    def __init__(self, stand: Stand) -> None:
        self._listener = Listener(stand)  # type: ignore[arg-type]  # a stand is a booth with a clock

    def start(self) -> list[str]:
        self._listener.plug()
        return self._listener.heard

    def press(self, key: Qt.Key) -> list[str]:
        self._listener.press(key)
        return self._listener.heard

    def notice(self, happens: Callable[[], None]) -> list[str]:
        self._listener.mark()
        happens()
        self._listener.listen()
        return self._listener.heard

    def sound(self, text: str) -> str:
        return read_aloud(text, "zh-Hans")

    def close(self) -> None:
        self._listener.close()


class Eyes:
    """All that is known is what stands on the glass, and around what the frame is drawn. Nothing is said."""

    def __init__(self, stand: Stand) -> None:
        guide = stand.screen.guide
        assert guide is not None
        self._stand, self._guide = stand, guide
        self._page = ""

    def start(self) -> list[str]:
        QTest.keyClick(self._stand.window, Qt.Key.Key_Down)  # the first key only begins
        self._settle()
        return self._read()

    def press(self, key: Qt.Key) -> list[str]:
        before = self._page
        QTest.keyClick(self._stand.window, key)
        self._settle()
        came = self._read()
        moved = key in (Qt.Key.Key_Down, Qt.Key.Key_Up)
        return self._framed() if moved else came if self._page != before else []

    def notice(self, happens: Callable[[], None]) -> list[str]:
        before = self._page
        happens()
        self._settle()
        came = self._read()
        return came if self._page != before else []

    def sound(self, text: str) -> str:
        return text

    def close(self) -> None:
        pass

    def _settle(self) -> None:
        until(lambda: not self._guide.busy, "the page to be laid out", meanwhile=_turn)

    def _read(self) -> list[str]:
        layer = top_layer(self._stand.window)
        # Eyes see that the list is another one under the same question: a province's cities, a city's streets.
        self._page = f"{spoken(layer)}\n{self._stand.place}" if layer is not None else ""
        return self._page.splitlines()

    def _framed(self) -> list[str]:
        """What stands in the frame that is drawn."""
        here = self._guide.here
        assert here is not None, f"no frame on {self._stand.place}"
        self._stand.app.processEvents()
        drawn = self._stand.focus_frame
        assert drawn.intersects(seen(here.item)), f"{here.stop.said!r} is not in the frame on {self._stand.place}"
        state = [CHOSEN] * here.stop.chosen + [OFF] * here.stop.off
        place = self._guide._ring.place()
        among = [f"第 {place.at} 个，共 {place.of} 个"] if here.stop.acts and here.rank == 0 else []
        return [*here.stop.said.splitlines(), *state, *among]


def _turn() -> None:
    QCoreApplication.processEvents()
    time.sleep(0.001)
