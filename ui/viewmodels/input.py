"""What is being typed on a page. Made by the pad in QML and gone with it; its tables hold nothing of anybody."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import Any, cast

import msgspec
from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from contract.catalogue import DEFAULT_LANGUAGE
from kiosk.input import composer
from kiosk.input.composer import PAGE, PAGE_LARGE, Circumstances, Composing
from kiosk.input.ink import Stroke
from kiosk.input.keys import MODES, Mode
from kiosk.input.tables import Tables, tables
from kiosk.input.zinnia import installed, read
from ui.viewmodels.rows import as_rows
from ui.views.input import InputView, Speaker, input_view

QML_IMPORT_NAME = "Suiban"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class InputViewModel(QObject):
    """Keys in, text out. `kind` is one of `journey.page.Pad`; `already` is what the page has of it so far."""

    shown = Signal()
    modeChanged = Signal()
    waysChanged = Signal()
    rowsChanged = Signal()
    turnsChanged = Signal()
    narrowChanged = Signal()
    """Each only when its keys are others: keys made anew under a finger, or under the five keys' frame, are lost."""
    typed = Signal(str)
    erased = Signal()
    cleared = Signal()
    undone = Signal()
    """The last stroke on the writing field goes."""
    wiped = Signal()
    """All strokes on the writing field go."""
    _recognised = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._around = Circumstances("digits")
        self._language = DEFAULT_LANGUAGE
        self._without: frozenset[Mode] = frozenset()
        self._now = composer.opening(self._around)
        self._ink: list[Stroke] = []
        self._asked = 0
        self._view: InputView | None = None
        self._recognised.connect(self._take)

    # --- what the page says ----------

    @Property(str)
    def kind(self) -> str:
        return self._around.pad

    @kind.setter  # type: ignore[no-redef]
    def kind(self, pad: str) -> None:
        if pad in MODES and pad != self._around.pad:
            self._around = msgspec.structs.replace(self._around, pad=pad)
            self._begin()

    @Property(str)
    def already(self) -> str:
        return self._around.typed

    @already.setter  # type: ignore[no-redef]
    def already(self, typed: str) -> None:
        if typed != self._around.typed:
            self._around = msgspec.structs.replace(self._around, typed=typed)
            if not self._now.empty:
                self._show(self._now)  # what is left of the letters is no surname any more

    @Property(str)
    def language(self) -> str:
        return self._language

    @language.setter  # type: ignore[no-redef]
    def language(self, language: str) -> None:
        if language and language != self._language:
            self._language = language
            self._around = msgspec.structs.replace(self._around, chinese=language.startswith("zh"))
            self._begin()

    @Property(bool)
    def few(self) -> bool:
        return self._around.page_size == PAGE_LARGE

    @few.setter  # type: ignore[no-redef]
    def few(self, few: bool) -> None:
        self._around = msgspec.structs.replace(self._around, page_size=PAGE_LARGE if few else PAGE)
        self._show(msgspec.structs.replace(self._now, page=0))

    # --- what is shown ----------

    @Property(str, notify=modeChanged)
    def mode(self) -> str:
        return self._seen.mode

    @Property("QVariantList", notify=waysChanged)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def ways(self) -> list[dict[str, object]]:
        return as_rows(self._seen.ways)

    @Property(bool, notify=modeChanged)
    def chooses(self) -> bool:
        return self._seen.chooses

    @Property(str, notify=shown)
    def spelled(self) -> str:
        return self._seen.spelled

    @Property(str, notify=shown)
    def hint(self) -> str:
        return self._seen.hint

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def candidates(self) -> list[dict[str, object]]:
        return as_rows(self._seen.candidates)

    @Property(int, notify=shown)
    def most(self) -> int:
        return self._seen.most

    @Property("QVariantList", notify=turnsChanged)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def turns(self) -> list[dict[str, object]]:
        return as_rows(self._seen.turns)

    @Property(str, notify=shown)
    def pages(self) -> str:
        return self._seen.pages

    @Property("QVariantList", notify=narrowChanged)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def narrow(self) -> list[dict[str, object]]:
        return as_rows(self._seen.narrow)

    @Property(str, notify=shown)
    def narrowHint(self) -> str:
        return self._seen.narrow_hint

    @Property("QVariantList", notify=rowsChanged)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def rows(self) -> list[list[dict[str, object]]]:
        return [list(as_rows(row)) for row in self._seen.rows]

    @Property(bool, notify=modeChanged)
    def writes(self) -> bool:
        return self._seen.writes

    @Property(str, notify=shown)
    def writeHere(self) -> str:
        return self._seen.write_here

    @Property(str, notify=shown)
    def heard(self) -> str:
        return self._seen.heard

    # --- what is touched ----------

    @Slot(str)
    def press(self, key: str) -> None:
        pressed = composer.press(self._now, key, self._around, self._tables())
        if pressed.wipes:
            self._ink.clear()
            self.wiped.emit()
        self._show(pressed.composing)
        if pressed.undoes and self._ink:
            self._ink.pop()
            self.undone.emit()
            self._recognise()
        if pressed.typed:
            self.typed.emit(pressed.typed)
        if pressed.erased:
            self.erased.emit()
        if pressed.cleared:
            self.cleared.emit()

    @Slot("QVariantList")
    def wrote(self, points: Sequence[Any]) -> None:
        """One stroke in pixels of the field, as x, y, x, y and so on."""
        stroke = tuple((int(x), int(y)) for x, y in zip(points[::2], points[1::2], strict=False))
        if stroke and self._now.mode is Mode.HANDWRITING:
            self._ink.append(stroke)
            self._now = composer.recognised(self._now, len(self._ink), self._now.found)
            self._recognise()

    # --- behind it ----------

    @property
    def _seen(self) -> InputView:
        if self._view is None:
            speaker = Speaker(self._language, self._tables())
            self._view = input_view(self._now, self._around, speaker, self._without)
        return self._view

    def _tables(self) -> Tables:
        return tables(full=self._language == "zh-Hant")

    def _begin(self) -> None:
        self._without = frozenset() if installed() else frozenset({Mode.HANDWRITING})
        self._ink.clear()
        self.wiped.emit()
        self._show(composer.opening(self._around, self._without))

    def _show(self, now: Composing) -> None:
        before = self._view
        self._now, self._view = now, None
        after = self._seen
        for name, changed in (
            ("mode", self.modeChanged),
            ("ways", self.waysChanged),
            ("rows", self.rowsChanged),
            ("turns", self.turnsChanged),
            ("narrow", self.narrowChanged),
        ):
            if before is None or getattr(before, name) != getattr(after, name):
                changed.emit()
        self.shown.emit()

    def _recognise(self) -> None:
        """Beside the Qt thread: opening a model takes longer than a frame."""
        self._asked += 1
        asked, ink, full = self._asked, tuple(self._ink), self._language == "zh-Hant"
        recognising = _writing().submit(read, ink, self._tables(), full=full)
        recognising.add_done_callback(lambda done: self._post(asked, done))

    def _post(self, asked: int, done: "Future[tuple[str, ...]]") -> None:
        with suppress(RuntimeError):  # the page went while its last stroke was read
            self._recognised.emit(asked, done.result())

    @Slot(int, object)
    def _take(self, asked: int, found: object) -> None:
        if asked == self._asked and self._now.mode is Mode.HANDWRITING and self._ink:
            self._show(composer.recognised(self._now, len(self._ink), cast(tuple[str, ...], found)))


@cache
def _writing() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="handwriting")
