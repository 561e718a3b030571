"""Paper nobody takes out of an exit (experience.md 4.4): told to who comes next, recorded once. Main thread only."""

from collections.abc import Callable
from typing import Final

from devices.ticket_printer.state import Media
from kiosk import audit

TAKE_WITHIN: Final = 60.0
"""Seconds a paper may stand in the exit."""


class Leftovers:
    """The exit of one printer, as far as it says what stands in it."""

    def __init__(
        self, device: str, *, record: Callable[[str, str], None], announce: Callable[[bool], None], seconds: float = 0
    ) -> None:
        """`record` takes device and outcome, for the centre; `announce` says whether paper stands there too long."""
        self.device = device
        self._record = record
        self._announce = announce
        self._seconds = seconds or TAKE_WITHIN
        self._stands_since: float | None = None
        self._left = False

    def seen(self, media: Media | None, now: float) -> None:
        """What the printer says of its exit; None where it has no sensor there."""
        match media:
            case Media.PRESENT:
                if self._stands_since is None:
                    self._stands_since = now
            case Media.RETRACTED if self._stands_since is not None:
                self._told("retracted")
                self._over()
            case Media.TAKEN | Media.NOT_PRESENT | Media.RETRACTED:
                if self._left:
                    audit.note("paper_left", device=self.device, outcome="taken")
                self._over()
            case _:
                pass  # a printer that is silent for a moment says nothing of its exit

    def tick(self, now: float) -> None:
        """The clock moved."""
        if self._stands_since is not None and not self._left and now - self._stands_since >= self._seconds:
            self._left = True
            self._told("left")
            self._announce(True)

    def _told(self, outcome: str) -> None:
        audit.note("paper_left", device=self.device, outcome=outcome)
        self._record(self.device, outcome)

    def _over(self) -> None:
        self._stands_since = None
        if self._left:
            self._left = False
            self._announce(False)
