"""The chain test: a known page out of the printer, under the camera, and the two compared. Steps in, steps out."""

from collections.abc import Callable

from kiosk.technician import events as e
from kiosk.technician.stations import Stations


class Chain:
    """Runs it."""

    def __init__(self, stations: Stations, post: Callable[[e.News], None]) -> None:
        self._stations = stations
        self._post = post

    def do(self, order: e.Effect) -> None:
        """Carry out one order."""
