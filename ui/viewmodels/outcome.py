"""Result, rating, farewell, and the card that was left."""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from contract.codes import Satisfaction
from kiosk.journey import events as e
from ui.qr import as_source
from ui.viewmodels.rows import as_rows
from ui.views.outcome import FarewellView, RatingView, ResultView, TakeCardView

QML_IMPORT_NAME = "Suiban"
QML_IMPORT_MAJOR_VERSION = 1

Send = Callable[[e.Touch], None]


@QmlElement
class ResultViewModel(QObject):
    """The number, and the truth about the paper."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: ResultView | None = None

    def show(self, view: ResultView | None) -> None:
        """Hold `view` and tell QML, unless it is what is shown already."""
        if view != self._view:
            self._view = view
            self.shown.emit()

    @Property(str, notify=shown)
    def title(self) -> str:
        return self._view.title if self._view else ""

    @Property(str, notify=shown)
    def lead(self) -> str:
        return self._view.lead if self._view else ""

    @Property(str, notify=shown)
    def tone(self) -> str:
        return self._view.tone if self._view else ""

    @Property(str, notify=shown)
    def numberLabel(self) -> str:
        return self._view.number_label if self._view else ""

    @Property(str, notify=shown)
    def number(self) -> str:
        return self._view.number if self._view else ""

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def lines(self) -> list[dict[str, object]]:
        return as_rows(self._view.lines) if self._view else []

    @Property(str, notify=shown)
    def proof(self) -> str:
        return self._view.proof if self._view else ""

    @Property(str, notify=shown)
    def code(self) -> str:
        """The QR as the source of an Image, one pixel a module."""
        return as_source(self._view.code) if self._view else ""

    @Property(str, notify=shown)
    def codeTitle(self) -> str:
        return self._view.code_title if self._view else ""

    @Property(str, notify=shown)
    def codeWhy(self) -> str:
        return self._view.code_why if self._view else ""

    @Property(str, notify=shown)
    def notice(self) -> str:
        return self._view.notice if self._view else ""

    @Property(str, notify=shown)
    def noticeWhy(self) -> str:
        return self._view.notice_why if self._view else ""

    @Property(str, notify=shown)
    def main(self) -> str:
        return self._view.main if self._view else ""

    @Property(str, notify=shown)
    def receipt(self) -> str:
        return self._view.receipt if self._view else ""

    @Property(str, notify=shown)
    def receiptState(self) -> str:
        return self._view.receipt_state if self._view else ""

    @Property(str, notify=shown)
    def receiptTone(self) -> str:
        return self._view.receipt_tone if self._view else ""

    @Property(str, notify=shown)
    def way(self) -> str:
        return self._view.way if self._view else ""

    @Slot()
    def showWay(self) -> None:
        self._send(e.ServiceOpened("way"))

    @Slot()
    def finish(self) -> None:
        self._send(e.ResultSeen())

    @Slot()
    def printReceipt(self) -> None:
        self._send(e.ReceiptAsked())


@QmlElement
class RatingViewModel(QObject):
    """Five equal faces."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: RatingView | None = None

    def show(self, view: RatingView) -> None:
        """Hold `view` and tell QML, unless it is what is shown already."""
        if view != self._view:
            self._view = view
            self.shown.emit()

    @Property(str, notify=shown)
    def title(self) -> str:
        return self._view.title if self._view else ""

    @Property(str, notify=shown)
    def why(self) -> str:
        return self._view.why if self._view else ""

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def faces(self) -> list[dict[str, object]]:
        return as_rows(self._view.faces) if self._view else []

    @Property(str, notify=shown)
    def skip(self) -> str:
        return self._view.skip if self._view else ""

    @Slot(str)
    def rate(self, value: str) -> None:
        self._send(e.Rated(Satisfaction(value)))

    @Slot()
    def skipRating(self) -> None:
        self._send(e.RatingSkipped())


@QmlElement
class FarewellViewModel(QObject):
    """The last page."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: FarewellView | None = None

    def show(self, view: FarewellView) -> None:
        """Hold `view` and tell QML, unless it is what is shown already."""
        if view != self._view:
            self._view = view
            self.shown.emit()

    @Property(str, notify=shown)
    def title(self) -> str:
        return self._view.title if self._view else ""

    @Property("QStringList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def lines(self) -> list[str]:
        return list(self._view.lines) if self._view else []

    @Property(bool, notify=shown)
    def takeCard(self) -> bool:
        return self._view.take_card if self._view else False

    @Property(str, notify=shown)
    def touch(self) -> str:
        return self._view.touch if self._view else ""

    @Slot()
    def finish(self) -> None:
        self._send(e.Started())


@QmlElement
class TakeCardViewModel(QObject):
    """The card is still on the reader."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: TakeCardView | None = None

    def show(self, view: TakeCardView) -> None:
        """Hold `view` and tell QML, unless it is what is shown already."""
        if view != self._view:
            self._view = view
            self.shown.emit()

    @Property(str, notify=shown)
    def title(self) -> str:
        return self._view.title if self._view else ""

    @Property(str, notify=shown)
    def why(self) -> str:
        return self._view.why if self._view else ""
