"""The pulse of a visit: the clock as an event, four times a second."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QTimer

from kiosk.journey.events import Ticked

BEAT_MILLISECONDS: Final = 250


def ticked() -> Ticked:
    """What the clocks say now."""
    return Ticked(time.monotonic(), f"{datetime.now().astimezone():%Y-%m-%dT%H:%M}")


class Pulse:
    """Posts `Ticked` while it is started. Lives on the Qt thread."""

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
        self._post(ticked())
