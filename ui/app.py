"""The window of one visit: shows the current page's view and hands touches on. Decides nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow
from shiboken6 import delete

from kiosk.facts import Facts, Site
from kiosk.journey.events import Touch
from kiosk.journey.search import Index, Spelling
from kiosk.journey.step import Journey
from kiosk.journey.wayfinding import PICTURES as PICTURES_OF_PLAN
from kiosk.voice.keys import Keys
from ui import fonts
from ui.pages import Pages
from ui.pictures import PICTURES, PictureProvider
from ui.qr import PROVIDER, QrProvider
from ui.viewmodels.voice import CaptionViewModel, FocusViewModel
from ui.views import plan
from ui.views.scene import Scene
from ui.voice import Guide

QML: Final = Path(__file__).parent / "qml"


@dataclass(frozen=True)
class Panel:
    """The glass in front of the citizen. `still` stops every motion, for pictures and reduced motion."""

    width_px: int
    height_px: int
    px_per_mm: float
    fullscreen: bool
    x: int = 0
    y: int = 0
    still: bool = False
    bottom_mm: float = 800.0
    """The lower edge of the glass above the floor: from it the low layout is computed."""


class CitizenScreen:
    """One window, one engine, one view-model a page. Lives on the Qt thread."""

    def __init__(self, *, site: Site, panel: Panel, send: Callable[[Touch], None], keys: Keys | None = None) -> None:
        self._send = send
        self._keys = keys or Keys()
        self._caption, self._focus = CaptionViewModel(), FocusViewModel()
        self.guide: Guide | None = None
        self._site = site
        self._panel = panel
        self._pages = Pages(send, self._index_of)
        self._engine: QQmlApplicationEngine | None = None
        self._index: Index | None = None
        self._spelling: Spelling = {}
        self._journey: Journey | None = None
        self.window: QQuickWindow | None = None
        self.frame_shown: Callable[[], None] = lambda: None
        self._find_picture: Callable[[str], bytes] = lambda _: b""

    @property
    def journey(self) -> Journey | None:
        """What is on the screen; None before the first `show`."""
        return self._journey

    @property
    def is_open(self) -> bool:
        """Whether the citizen can see the window."""
        return self.window is not None and self.window.isVisible()

    def warm(self) -> None:
        """Load the engine and its window, hidden and empty. Raises RuntimeError when the QML does not load."""
        fonts.install()
        engine = QQmlApplicationEngine()
        engine.addImportPath(str(QML))
        engine.addImageProvider(PROVIDER, QrProvider())
        engine.addImageProvider(PICTURES, PictureProvider(self._picture))
        engine.setInitialProperties(
            {
                **self._pages.by_name(),
                "caption": self._caption,
                "keysAt": self._focus,
                "pxPerMm": self._panel.px_per_mm,
                "bottomMm": self._panel.bottom_mm,
                "still": self._panel.still,
                "width": self._panel.width_px,
                "height": self._panel.height_px,
            }
        )
        engine.load(QUrl.fromLocalFile(str(QML / "Suiban" / "Main.qml")))
        window = next(iter(engine.rootObjects()), None)
        if not isinstance(window, QQuickWindow):
            message = f"ui/qml/Suiban/Main.qml did not load from {QML}"
            raise RuntimeError(message)  # noqa: TRY004  # a broken file, not a wrong argument
        self._engine, self.window = engine, window
        self.guide = Guide(window, self._send, self._keys, self._caption, self._focus)
        window.create()

    def show(self, journey: Journey, facts: Facts, clock: datetime) -> None:
        """Show the page of `journey` and what lies over it. Loading a page happens here, before the next frame."""
        self._journey = journey
        scene = Scene(journey, facts, self._site, clock)
        self._pages.show(scene)
        if self.guide is not None:
            self.guide.follow(journey, facts, clock)

    def open(self) -> None:
        """Make the window visible: the whole screen, or a window of the panel's size at its place."""
        window = self._loaded()
        window.frameSwapped.connect(self._swapped)
        if self._panel.fullscreen:
            window.showFullScreen()
        else:
            window.setPosition(self._panel.x, self._panel.y)
            window.show()

    def find_pictures(self, find: Callable[[str], bytes]) -> None:
        """Where pictures of this visit (`image://pictures/ID`) come from. `find` is called from any thread."""
        self._find_picture = find

    def _picture(self, name: str) -> bytes:
        """The plan of the hall is the site's; everything else is the visit's."""
        return plan.picture(self._site, name) if name.startswith(f"{PICTURES_OF_PLAN}/") else self._find_picture(name)

    def learn_spelling(self, spelling: Spelling) -> None:
        """The catalogue's Pinyin: from now on the search finds by it."""
        self._spelling, self._index = spelling, None

    def hide(self) -> None:
        """Take the window off the screen at once, and fall silent."""
        if self.guide is not None:
            self.guide.silence()
        if self.window is not None:
            self.window.hide()

    def close(self) -> None:
        """End the engine, and the view-models after it: QML must never see one that is gone."""
        if self.guide is not None:
            self.guide.silence()
        self.guide = None
        window, self.window = self.window, None
        engine, self._engine = self._engine, None
        for ended in (window, engine):
            if ended is not None:
                delete(ended)

    def _index_of(self) -> Index:
        if self._index is None:
            self._index = Index(self._journey.items if self._journey else (), self._spelling)
        return self._index

    def _loaded(self) -> QQuickWindow:
        if self.window is None:
            message = "CitizenScreen.warm() comes before open()"
            raise RuntimeError(message)
        return self.window

    def _swapped(self) -> None:
        self._loaded().frameSwapped.disconnect(self._swapped)
        self.frame_shown()
