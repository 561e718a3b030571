"""The technician's window: shows a session and hands touches on. Decides nothing."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QUrl
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow
from shiboken6 import delete

from kiosk.technician import events as e
from kiosk.technician.session import Session
from ui import fonts
from ui.app import QML, Panel
from ui.viewmodels.technician import TechnicianViewModel
from ui.views.technician.pages import page_view
from ui.views.technician.sheet import Look, work_view


class TechnicianScreen:
    """One window, one engine, one view-model. Lives on the Qt thread."""

    def __init__(self, *, panel: Panel, languages: tuple[str, ...], send: Callable[[e.Touch], None]) -> None:
        self._panel = panel
        self._languages = languages
        self._view_model = TechnicianViewModel(send)
        self._engine: QQmlApplicationEngine | None = None
        self.window: QQuickWindow | None = None
        self.session: Session | None = None

    @property
    def is_open(self) -> bool:
        """Whether anybody can see it."""
        return self.window is not None and self.window.isVisible()

    def load(self) -> None:
        """Load the engine and its window, hidden. Raises RuntimeError when the QML does not load."""
        fonts.install()
        engine = QQmlApplicationEngine()
        engine.addImportPath(str(QML))
        engine.setInitialProperties(
            {
                "technician": self._view_model,
                "pxPerMm": self._panel.px_per_mm,
                "still": self._panel.still,
                "width": self._panel.width_px,
                "height": self._panel.height_px,
            }
        )
        engine.load(QUrl.fromLocalFile(str(QML / "Suiban" / "Technician" / "Technician.qml")))
        window = next(iter(engine.rootObjects()), None)
        if not isinstance(window, QQuickWindow):
            message = f"ui/qml/Suiban/Technician/Technician.qml did not load from {QML}"
            raise RuntimeError(message)  # noqa: TRY004  # a broken file, not a wrong argument
        self._engine, self.window = engine, window

    def show(self, session: Session, clock: datetime) -> None:
        """Show the page that is open."""
        self.session = session
        look = Look(session, clock, self._languages)
        self._view_model.show(page_view(look), work_view(look))

    def open(self) -> None:
        """Make the window visible: the whole screen, or a window of the panel's size at its place."""
        if self.window is None:
            message = "TechnicianScreen.load() comes before open()"
            raise RuntimeError(message)
        if self._panel.fullscreen:
            self.window.showFullScreen()
        else:
            self.window.setPosition(self._panel.x, self._panel.y)
            self.window.show()

    def close(self) -> None:
        """End the engine before the view-model it shows."""
        window, self.window = self.window, None
        engine, self._engine = self._engine, None
        for ended in (window, engine):
            if ended is not None:
                delete(ended)
