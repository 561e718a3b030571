"""Card, person, form, review and the moment of saving."""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.journey import events as e
from ui.viewmodels.rows import as_rows
from ui.views.filing import CardView, FormView, PersonView, ReviewView, SavingView

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
class FormViewModel(QObject):
    """One question."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: FormView | None = None

    def show(self, view: FormView | None) -> None:
        """Hold `view` and tell QML, unless it is what is shown already."""
        if view != self._view:
            self._view = view
            self.shown.emit()

    @Property(str, notify=shown)
    def kind(self) -> str:
        return self._view.kind if self._view else ""

    @Property(str, notify=shown)
    def title(self) -> str:
        return self._view.title if self._view else ""

    @Property(str, notify=shown)
    def why(self) -> str:
        return self._view.why if self._view else ""

    @Property(str, notify=shown)
    def typed(self) -> str:
        return self._view.typed if self._view else ""

    @Property(str, notify=shown)
    def empty(self) -> str:
        return self._view.empty if self._view else ""

    @Property(str, notify=shown)
    def left(self) -> str:
        return self._view.left if self._view else ""

    @Property(bool, notify=shown)
    def complete(self) -> bool:
        return self._view.complete if self._view else False

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def choices(self) -> list[dict[str, object]]:
        return as_rows(self._view.choices) if self._view else []

    @Property(str, notify=shown)
    def trouble(self) -> str:
        return self._view.trouble if self._view else ""

    @Property(str, notify=shown)
    def erase(self) -> str:
        return self._view.erase if self._view else ""

    @Property(str, notify=shown)
    def clear(self) -> str:
        return self._view.clear if self._view else ""

    @Property(str, notify=shown)
    def skip(self) -> str:
        return self._view.skip if self._view else ""

    @Property(str, notify=shown)
    def skipWhy(self) -> str:
        return self._view.skip_why if self._view else ""

    @Property(str, notify=shown)
    def main(self) -> str:
        return self._view.main if self._view else ""

    @Slot(str)
    def press(self, key: str) -> None:
        self._send(e.KeyPressed(key))

    @Slot()
    def eraseOne(self) -> None:
        self._send(e.Erased())

    @Slot()
    def eraseAll(self) -> None:
        self._send(e.Cleared())

    @Slot(str)
    def choose(self, value: str) -> None:
        self._send(e.AnswerChosen(value))

    @Slot()
    def skipAnswer(self) -> None:
        self._send(e.AnswerSkipped())

    @Slot()
    def goOn(self) -> None:
        self._send(e.WentOn())


@QmlElement
class ReviewViewModel(QObject):
    """Everything that will be saved."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: ReviewView | None = None

    def show(self, view: ReviewView) -> None:
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
    def change(self) -> str:
        return self._view.change if self._view else ""

    @Property(str, notify=shown)
    def trouble(self) -> str:
        return self._view.trouble if self._view else ""

    @Property(str, notify=shown)
    def main(self) -> str:
        return self._view.main if self._view else ""

    @Slot(str)
    def reopen(self, key: str) -> None:
        self._send(e.AnswerReopened(key))

    @Slot()
    def submit(self) -> None:
        self._send(e.Submitted())


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
