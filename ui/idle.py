"""The pulse of a visit: the clock as an event, four times a second."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer

from kiosk.journey.events import Ticked

BEAT_MILLISECONDS: Final = 250


class Pulse:
    """Posts `Ticked` with monotonic seconds while it is started. Lives on the Qt thread."""

    def __init__(self, post: Callable[[Ticked], None]) -> None:
        self._post = post
        self._timer = QTimer(interval=BEAT_MILLISECONDS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin to beat."""
        self._timer.start()

    def stop(self) -> None:
        """No more beats."""
        self._timer.stop()

    def _beat(self) -> None:
        self._post(Ticked(time.monotonic()))
