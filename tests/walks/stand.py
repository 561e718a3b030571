"""A visit in front of the real screen: the conductor of every visit, a clock one turns, a world that answers."""

from collections import deque
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow

from contract.messages import Holder
from kiosk.facts import Facts
from kiosk.journey import events as e
from kiosk.journey.step import Journey, Screen
from kiosk.rating_tags import built_in
from kiosk.visit.conductor import Conductor
from tests.screens.album import CASE, NOON, PRINTS, SITE, VISIT, fresh
from tests.walks.errands import Errand
from tests.walks.world import World
from ui.app import CitizenScreen, Panel
from ui.glass import items

WALL = "2026-11-23T10:00"
MILLIMETRES = 268
"""How wide the glass is."""

Effect = TypeVar("Effect", bound=e.Effect)


class Stand:
    """What is touched goes through the conductor, what it asks for is answered, and all of it is shown."""

    def __init__(self, app: QGuiApplication, errand: Errand, size: tuple[int, int] = (540, 960)) -> None:
        self.app = app
        self.errand = errand
        self.now = 1000.0
        self.effects: list[e.Effect] = []
        self.touches: list[e.Touch] = []
        self.world = World(errand)
        self.px_per_mm = size[0] / MILLIMETRES
        self._news: deque[e.News] = deque()
        self._hearing = False
        panel = Panel(*size, px_per_mm=self.px_per_mm, fullscreen=False, still=True)
        self.screen = CitizenScreen(site=SITE, panel=panel, send=self._touched)
        self.screen.warm()
        self.screen.find_pictures(self.world.picture)
        self.begin()
        self.screen.open()

    def begin(self) -> None:
        """A visit, from the attract screen."""
        # The windows of the hall are open, and the wall says when.
        start = replace(fresh(), items=self.errand.items(fresh().items), terminal="GL-01", tags=built_in(), wall=WALL)
        self.journey: Journey = replace(start, visit=VISIT, case_id=CASE, now=self.now)
        self.laid = False
        self.conductor = Conductor(self.journey, PRINTS, self, self._show, lambda: self.now)
        self.conductor.start()
        self._drain()

    @property
    def window(self) -> QQuickWindow:
        assert self.screen.window is not None
        return self.screen.window

    @property
    def over(self) -> bool:
        """Whether the citizen has been seen off."""
        return self.journey.screen in (Screen.FAREWELL, Screen.TAKE_CARD, Screen.ENDED)

    @property
    def place(self) -> str:
        """Which page is on the screen, for messages."""
        page = self.journey.page
        return f"{self.journey.screen.value} {self.journey.overlay.value} {page.name if page else ''}"

    def do(self, effect: e.Effect) -> None:
        """The desk of this visit: the world answers."""
        self.effects.append(effect)
        self._news.extend(self.world.replies(effect))

    def happen(self, *news: e.News) -> None:
        """As at a booth."""
        self.hear(*news)

    def hear(self, *news: e.News) -> None:
        """Something happens beside the screen."""
        self._news.extend(news)
        self._drain()

    def lay(self, holder: Holder) -> None:
        """A card is laid on the reader; the one that lay there is gone."""
        self.laid = True
        self.hear(e.CardRead(VISIT, holder))

    def wait(self, seconds: float) -> None:
        """Nobody touches anything; the clock beats on."""
        for _ in range(int(seconds)):
            self.now += 1.0
            self.hear(e.Ticked(self.now, WALL))
        self.now += seconds % 1
        self.hear(e.Ticked(self.now, WALL))

    def rest(self, seconds: float) -> None:
        """Nobody touches anything for so long, looked at now and then."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(end, self.now + 5.0)
            self.hear(e.Ticked(self.now, WALL))

    @property
    def focus_frame(self) -> QRectF:
        """Where the frame of the five keys is drawn."""
        return self.screen._focus._rect

    def asked(self, kind: type[Effect]) -> list[Effect]:
        """The effects of one kind so far."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def settle(self) -> None:
        """Lay out and paint what has changed."""
        self.app.processEvents()
        self.window.grabWindow()

    def read(self) -> str:
        """What can be read on the glass, for messages."""
        shown = (item for item in items(self.window.contentItem()) if item.inherits("QQuickText"))
        return "\n".join(str(item.property("text")) for item in shown)

    def close(self) -> None:
        self.screen.close()

    def _touched(self, touch: e.Touch) -> None:
        self.touches.append(touch)
        self.conductor.touch(touch)
        self._drain()

    def _show(self, journey: Journey, facts: Facts) -> None:
        self.journey = journey
        self.screen.show(journey, facts, NOON)

    def _drain(self) -> None:
        if self._hearing:
            return
        self._hearing = True
        try:
            while self._news:
                self.conductor.hear(self._news.popleft())
        finally:
            self._hearing = False
