"""A visit on a real screen without devices: real journey, real QML, a finger, and a clock one turns by hand."""

from datetime import UTC, datetime

from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow

from kiosk.facts import Facts
from kiosk.journey import events as e
from kiosk.journey.step import Journey, opening, step
from tests.screens.album import SITE, WELL
from ui import hand
from ui.app import CitizenScreen, Panel

NOON = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)


class Booth:
    """What is touched becomes an event, what happens becomes a page; effects are kept for the test to read."""

    def __init__(self, app: QGuiApplication, journey: Journey, size: tuple[int, int] = (540, 960)) -> None:
        self._app = app
        self.journey, self.effects = opening(journey)
        self.facts = WELL
        self.touches: list[e.Touch] = []
        panel = Panel(*size, px_per_mm=size[0] / 268, fullscreen=False, still=True)
        self.screen = CitizenScreen(site=SITE, panel=panel, send=self._touched)
        self.screen.warm()
        self._show()
        self.screen.open()

    @property
    def window(self) -> QQuickWindow:
        assert self.screen.window is not None
        return self.screen.window

    def happen(self, *happened: e.Event) -> None:
        """News from outside."""
        for event in happened:
            self.journey, effects = step(self.journey, event)
            self.effects += effects
        self._show()

    def wait(self, seconds: float) -> None:
        """Nobody touches anything for so long."""
        self.happen(e.Ticked(self.journey.now + seconds))

    def know(self, facts: Facts) -> None:
        """The terminal says how it is."""
        self.facts = facts
        closed = tuple((closed.item, closed.reason) for closed in facts.closed)
        self.happen(e.DutyChanged(closed, facts.suspended is not None))

    def touch(self, *names: str) -> None:
        """Touch what has these names, one after the other, where a finger would."""
        for name in names:
            self.settle()
            hand.touch(self.window, name)

    def settle(self) -> None:
        """Lay out and paint what has changed."""
        self._app.processEvents()
        self.window.grabWindow()

    def names(self) -> list[str]:
        """What has a name on the glass."""
        self.settle()
        return hand.names(self.window)

    def texts(self) -> str:
        """What can be read on the glass."""
        self.settle()
        return "\n".join(hand.texts(self.window))

    def _touched(self, touch: e.Touch) -> None:
        self.touches.append(touch)
        self.happen(touch)

    def _show(self) -> None:
        self.screen.show(self.journey, self.facts, NOON)
