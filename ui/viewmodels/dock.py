"""The dock of the demonstration; not in the wheel."""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.viewmodels.rows import as_rows
from ui.views.dock import DockView

QML_IMPORT_NAME = "Suiban"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class DockViewModel(QObject):
    """What the world around the terminal is like, and what may be done to it."""

    shown = Signal()

    def __init__(self, order: Callable[[str, str], None]) -> None:
        """`order` is called with the name of the order and, for a card, the card's."""
        super().__init__()
        self._order = order
        self._view: DockView | None = None

    def show(self, view: DockView) -> None:
        """Hold `view` and tell QML, unless it is what is shown already."""
        if view != self._view:
            self._view = view
            self.shown.emit()

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def orders(self) -> list[dict[str, object]]:
        return as_rows(self._view.orders) if self._view else []

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # as above
    def bench(self) -> list[dict[str, object]]:
        return as_rows(self._view.bench) if self._view else []

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # as above
    def partners(self) -> list[dict[str, object]]:
        return as_rows(self._view.partners) if self._view else []

    @Property(str, notify=shown)
    def ticket(self) -> str:
        return self._view.ticket if self._view else ""

    @Property(str, notify=shown)
    def slot(self) -> str:
        return self._view.slot if self._view else ""

    @Property(str, notify=shown)
    def tickets(self) -> str:
        return self._view.tickets if self._view else ""

    @Property(str, notify=shown)
    def centre(self) -> str:
        return self._view.centre if self._view else ""

    @Property(str, notify=shown)
    def trouble(self) -> str:
        return self._view.trouble if self._view else ""

    @Slot(str, str)
    def give(self, order: str, card: str) -> None:
        self._order(order, card)
