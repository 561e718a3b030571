"""Card, person, form, review and the moment of saving."""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.journey import events as e
from ui.viewmodels.rows import as_rows
from ui.views.filing import CardView, PersonView, SavingView

QML_IMPORT_NAME = "Suiban"
QML_IMPORT_MAJOR_VERSION = 1

Send = Callable[[e.Touch], None]


@QmlElement
class CardViewModel(QObject):
    """The page that waits for a card."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: CardView | None = None

    def show(self, view: CardView) -> None:
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

    @Property(str, notify=shown)
    def how(self) -> str:
        return self._view.how if self._view else ""

    @Property(str, notify=shown)
    def hint(self) -> str:
        return self._view.hint if self._view else ""

    @Property(str, notify=shown)
    def trouble(self) -> str:
        return self._view.trouble if self._view else ""

    @Property(str, notify=shown)
    def troubleWhy(self) -> str:
        return self._view.trouble_why if self._view else ""

    @Property(str, notify=shown)
    def skip(self) -> str:
        return self._view.skip if self._view else ""

    @Property(str, notify=shown)
    def skipWhy(self) -> str:
        return self._view.skip_why if self._view else ""

    @Slot()
    def skipCard(self) -> None:
        self._send(e.CardSkipped())


@QmlElement
class PersonViewModel(QObject):
    """Who the card says it is, masked."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: PersonView | None = None

    def show(self, view: PersonView) -> None:
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
    def lines(self) -> list[dict[str, object]]:
        return as_rows(self._view.lines) if self._view else []

    @Property(str, notify=shown)
    def kept(self) -> str:
        return self._view.kept if self._view else ""

    @Property(str, notify=shown)
    def yes(self) -> str:
        return self._view.yes if self._view else ""

    @Property(str, notify=shown)
    def no(self) -> str:
        return self._view.no if self._view else ""

    @Property(str, notify=shown)
    def trouble(self) -> str:
        return self._view.trouble if self._view else ""

    @Property(str, notify=shown)
    def offer(self) -> str:
        return self._view.offer if self._view else ""

    @Property(str, notify=shown)
    def offerWhy(self) -> str:
        return self._view.offer_why if self._view else ""

    @Property(str, notify=shown)
    def offerYes(self) -> str:
        return self._view.offer_yes if self._view else ""

    @Property(str, notify=shown)
    def offerNo(self) -> str:
        return self._view.offer_no if self._view else ""

    @Property(str, notify=shown)
    def green(self) -> str:
        return self._view.green if self._view else ""

    @Slot()
    def takeGreen(self) -> None:
        self._send(e.ServiceOpened("green"))

    @Slot()
    def takeOffer(self) -> None:
        self._send(e.ElderChosen(True))

    @Slot()
    def declineOffer(self) -> None:
        self._send(e.LargerDeclined())

    @Slot()
    def confirm(self) -> None:
        self._send(e.PersonConfirmed())

    @Slot()
    def deny(self) -> None:
        self._send(e.PersonDenied())


@QmlElement
class SavingViewModel(QObject):
    """Nothing can be touched here."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: SavingView | None = None

    def show(self, view: SavingView) -> None:
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
