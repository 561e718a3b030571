"""Attract screen, home, the list of items, and the card of one item."""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.journey import events as e
from ui.viewmodels.rows import as_rows
from ui.views.arrival import AttractView, BrowseView, HomeView
from ui.views.guide import ItemView

QML_IMPORT_NAME = "Suiban"
QML_IMPORT_MAJOR_VERSION = 1

Send = Callable[[e.Touch], None]


@QmlElement
class AttractViewModel(QObject):
    """The terminal at rest."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: AttractView | None = None

    def show(self, view: AttractView) -> None:
        """Hold `view` and tell QML, unless it is what is shown already."""
        if view != self._view:
            self._view = view
            self.shown.emit()

    @Property(str, notify=shown)
    def hall(self) -> str:
        return self._view.hall if self._view else ""

    @Property(str, notify=shown)
    def open(self) -> str:
        return self._view.open if self._view else ""

    @Property(str, notify=shown)
    def sentence(self) -> str:
        return self._view.sentence if self._view else ""

    @Property(bool, notify=shown)
    def large(self) -> bool:
        return bool(self._view and self._view.large)

    @Property(str, notify=shown)
    def live(self) -> str:
        return self._view.live if self._view else ""

    @Property(str, notify=shown)
    def notice(self) -> str:
        return self._view.notice if self._view else ""

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def notices(self) -> list[dict[str, object]]:
        return as_rows(self._view.notices) if self._view else []

    @Property(str, notify=shown)
    def card(self) -> str:
        return self._view.card if self._view else ""

    @Property(str, notify=shown)
    def start(self) -> str:
        return self._view.start if self._view else ""

    @Property(str, notify=shown)
    def picture(self) -> str:
        return self._view.picture if self._view else ""

    @Property(str, notify=shown)
    def says(self) -> str:
        return self._view.says if self._view else ""

    @Property(bool, notify=shown)
    def moves(self) -> bool:
        return bool(self._view and self._view.moves)

    @Slot()
    def begin(self) -> None:
        self._send(e.Started())


@QmlElement
class HomeViewModel(QObject):
    """The doors."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: HomeView | None = None

    def show(self, view: HomeView) -> None:
        """Hold `view` and tell QML, unless it is what is shown already."""
        if view != self._view:
            self._view = view
            self.shown.emit()

    @Property(str, notify=shown)
    def hall(self) -> str:
        return self._view.hall if self._view else ""

    @Property(str, notify=shown)
    def live(self) -> str:
        return self._view.live if self._view else ""

    @Property(str, notify=shown)
    def card(self) -> str:
        return self._view.card if self._view else ""

    @Property(str, notify=shown)
    def cardWhy(self) -> str:
        return self._view.card_why if self._view else ""

    @Property(str, notify=shown)
    def trouble(self) -> str:
        return self._view.trouble if self._view else ""

    @Property(str, notify=shown)
    def search(self) -> str:
        return self._view.search if self._view else ""

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def doors(self) -> list[dict[str, object]]:
        return as_rows(self._view.doors) if self._view else []

    @Property(str, notify=shown)
    def popularTitle(self) -> str:
        return self._view.popular_title if self._view else ""

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def popular(self) -> list[dict[str, object]]:
        return as_rows(self._view.popular) if self._view else []

    @Slot(str)
    def enter(self, door: str) -> None:
        self._send(e.DoorChosen(e.Door(door)))

    @Slot()
    def openSearch(self) -> None:
        self._send(e.SearchOpened())

    @Slot(str)
    def choose(self, slug: str) -> None:
        self._send(e.ItemChosen(slug))


@QmlElement
class BrowseViewModel(QObject):
    """The items behind a door, and the letters to search by."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: BrowseView | None = None

    def show(self, view: BrowseView) -> None:
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

    @Property(bool, notify=shown)
    def typing(self) -> bool:
        return self._view.typing if self._view else False

    @Property(str, notify=shown)
    def query(self) -> str:
        return self._view.query if self._view else ""

    @Property(str, notify=shown)
    def empty(self) -> str:
        return self._view.empty if self._view else ""

    @Property(str, notify=shown)
    def found(self) -> str:
        return self._view.found if self._view else ""

    @Property(str, notify=shown)
    def nothing(self) -> str:
        return self._view.nothing if self._view else ""

    @Property(str, notify=shown)
    def nothingDo(self) -> str:
        return self._view.nothing_do if self._view else ""

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def rows(self) -> list[dict[str, object]]:
        return as_rows(self._view.rows) if self._view else []

    @Property(str, notify=shown)
    def erase(self) -> str:
        return self._view.erase if self._view else ""

    @Property(str, notify=shown)
    def clear(self) -> str:
        return self._view.clear if self._view else ""

    @Property(str, notify=shown)
    def filter(self) -> str:
        return self._view.filter if self._view else ""

    @Slot()
    def openFilter(self) -> None:
        self._send(e.ServiceOpened("find", "tags"))

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
    def choose(self, slug: str) -> None:
        self._send(e.ItemChosen(slug))


@QmlElement
class ItemViewModel(QObject):
    """The guide of one item."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: ItemView | None = None

    def show(self, view: ItemView | None) -> None:
        """Hold `view` and tell QML, unless it is what is shown already."""
        if view != self._view:
            self._view = view
            self.shown.emit()

    @Property(str, notify=shown)
    def title(self) -> str:
        return self._view.title if self._view else ""

    @Property(str, notify=shown)
    def summary(self) -> str:
        return self._view.summary if self._view else ""

    @Property(str, notify=shown)
    def closed(self) -> str:
        return self._view.closed if self._view else ""

    @Property(str, notify=shown)
    def closedWhy(self) -> str:
        return self._view.closed_why if self._view else ""

    @Property(str, notify=shown)
    def closedDo(self) -> str:
        return self._view.closed_do if self._view else ""

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def tabs(self) -> list[dict[str, object]]:
        return as_rows(self._view.tabs) if self._view else []

    @Slot(int, result="QVariantList")
    def blocks(self, tab: int) -> list[dict[str, object]]:
        """The entries of one tab; a list inside a list would not reach a Repeater."""
        return as_rows(self._view.tabs[tab].blocks) if self._view else []

    @Property(str, notify=shown)
    def main(self) -> str:
        return self._view.main if self._view else ""

    @Property(bool, notify=shown)
    def canBegin(self) -> bool:
        return self._view.can_begin if self._view else False

    @Property(str, notify=shown)
    def trouble(self) -> str:
        return self._view.trouble if self._view else ""

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def offers(self) -> list[dict[str, object]]:
        return as_rows(self._view.offers) if self._view else []

    @Slot(str)
    def open(self, service: str) -> None:
        self._send(e.ServiceOpened(service))

    @Slot()
    def begin(self) -> None:
        self._send(e.ItemBegun())
