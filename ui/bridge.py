"""The one hop between threads: whatever any thread posts is delivered on the Qt thread, in order."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal


class Bridge(QObject):
    """Made on the Qt thread. `deliver` is called there, once for each event."""

    _posted = Signal(object)

    def __init__(self, deliver: Callable[[object], None]) -> None:
        super().__init__()
        self._deliver = deliver
        # A slot of this object: Qt then queues the call to the thread this object lives on.
        self._posted.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)

    def post(self, event: object) -> None:
        """Callable from any thread; returns at once."""
        self._posted.emit(event)

    def _hand_over(self, event: object) -> None:
        self._deliver(event)
