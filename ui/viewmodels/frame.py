"""The frame of every page, and the pulse: the quiet line and the countdown."""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.journey import events as e
from kiosk.journey.display import USUAL_SIZE
from ui.viewmodels.rows import as_rows
from ui.views.frame import FrameView, PulseView

QML_IMPORT_NAME = "Suiban"
QML_IMPORT_MAJOR_VERSION = 1

Send = Callable[[e.Touch], None]


@QmlElement
class FrameViewModel(QObject):
    """Header, steps and footer; every touch that means the same on every page."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: FrameView | None = None

    def show(self, view: FrameView) -> None:
        """Hold `view` and tell QML, unless it is what is shown already."""
        if view != self._view:
            self._view = view
            self.shown.emit()

    @Property(str, notify=shown)
    def screen(self) -> str:
        return self._view.screen if self._view else ""

    @Property(str, notify=shown)
    def overlay(self) -> str:
        return self._view.overlay if self._view else ""

    @Property(str, notify=shown)
    def language(self) -> str:
        return self._view.language if self._view else ""

    @Property(str, notify=shown)
    def header(self) -> str:
        return self._view.header if self._view else ""

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def languages(self) -> list[dict[str, object]]:
        return as_rows(self._view.languages) if self._view else []

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def steps(self) -> list[dict[str, object]]:
        return as_rows(self._view.steps) if self._view else []

    @Property(str, notify=shown)
    def stepLine(self) -> str:
        return self._view.step_line if self._view else ""

    @Property(bool, notify=shown)
    def canLeave(self) -> bool:
        return self._view.can_leave if self._view else False

    @Property(str, notify=shown)
    def leave(self) -> str:
        return self._view.leave if self._view else ""

    @Property(bool, notify=shown)
    def canBack(self) -> bool:
        return self._view.can_back if self._view else False

    @Property(str, notify=shown)
    def back(self) -> str:
        return self._view.back if self._view else ""

    @Property(int, notify=shown)
    def size(self) -> int:
        return self._view.size if self._view else USUAL_SIZE

    @Property(str, notify=shown)
    def contrast(self) -> str:
        return self._view.contrast if self._view else "standard"

    @Property(bool, notify=shown)
    def elder(self) -> bool:
        return self._view.elder if self._view else False

    @Property(bool, notify=shown)
    def low(self) -> bool:
        return self._view.low if self._view else False

    @Property(str, notify=shown)
    def display(self) -> str:
        return self._view.display if self._view else ""

    @Property(str, notify=shown)
    def help(self) -> str:
        return self._view.help if self._view else ""

    @Property(str, notify=shown)
    def difficulty(self) -> str:
        return self._view.difficulty if self._view else ""

    @Property(bool, notify=shown)
    def hidden(self) -> bool:
        return self._view.hidden if self._view else False

    @Property(str, notify=shown)
    def hiddenTitle(self) -> str:
        return self._view.hidden_title if self._view else ""

    @Property(str, notify=shown)
    def hiddenShow(self) -> str:
        return self._view.hidden_show if self._view else ""

    @Property(str, notify=shown)
    def pages(self) -> str:
        return self._view.pages if self._view else ""

    @Property(str, notify=shown)
    def pageBefore(self) -> str:
        return self._view.page_before if self._view else ""

    @Property(str, notify=shown)
    def pageAfter(self) -> str:
        return self._view.page_after if self._view else ""

    @Property("QStringList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def about(self) -> list[str]:
        return list(self._view.about) if self._view else []

    @Property(str, notify=shown)
    def foot(self) -> str:
        return self._view.foot if self._view else ""

    @Property(str, notify=shown)
    def whom(self) -> str:
        return self._view.whom if self._view else ""

    @Property(str, notify=shown)
    def walking(self) -> str:
        return self._view.walking if self._view else ""

    @Property(bool, notify=shown)
    def night(self) -> bool:
        return self._view.night if self._view else False

    @Property(str, notify=shown)
    def languageWord(self) -> str:
        return self._view.language_word if self._view else ""

    @Property(str, notify=shown)
    def hall(self) -> str:
        return self._view.hall if self._view else ""

    @Property(str, notify=shown)
    def family(self) -> str:
        return self._view.family if self._view else "Suiban"

    @Property(bool, notify=shown)
    def mirrored(self) -> bool:
        return self._view.mirrored if self._view else False

    @Property(str, notify=shown)
    def next(self) -> str:
        return self._view.next if self._view else ""

    @Slot()
    def touched(self) -> None:
        self._send(e.Touched())

    @Slot()
    def askService(self) -> None:
        self._send(e.ServiceAsked())

    @Slot()
    def goBack(self) -> None:
        self._send(e.WentBack())

    @Slot()
    def quit(self) -> None:
        self._send(e.Left())

    @Slot()
    def openDisplay(self) -> None:
        self._send(e.DisplayOpened())

    @Slot()
    def openHelp(self) -> None:
        self._send(e.HelpOpened())

    @Slot()
    def openDifficulty(self) -> None:
        self._send(e.DifficultyOpened())

    @Slot(str)
    def choose(self, language: str) -> None:
        self._send(e.LanguageChosen(language))


@QmlElement
class PulseViewModel(QObject):
    """What the clock changes; the only touch here is the one big button of the countdown."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: PulseView | None = None

    def show(self, view: PulseView) -> None:
        """Hold `view` and tell QML, unless it is what is shown already."""
        if view != self._view:
            self._view = view
            self.shown.emit()

    @Property(str, notify=shown)
    def quiet(self) -> str:
        return self._view.quiet if self._view else ""

    @Property(bool, notify=shown)
    def counting(self) -> bool:
        return self._view.counting if self._view else False

    @Property(str, notify=shown)
    def title(self) -> str:
        return self._view.title if self._view else ""

    @Property(str, notify=shown)
    def why(self) -> str:
        return self._view.why if self._view else ""

    @Property(int, notify=shown)
    def seconds(self) -> int:
        return self._view.seconds if self._view else 0

    @Property(float, notify=shown)
    def part(self) -> float:
        return self._view.part if self._view else 0.0

    @Property(str, notify=shown)
    def unit(self) -> str:
        return self._view.unit if self._view else ""

    @Property(str, notify=shown)
    def stay(self) -> str:
        return self._view.stay if self._view else ""

    @Slot()
    def stayOn(self) -> None:
        self._send(e.StayedOn())
