"""One shared printer for several desks: each hears how its own jobs ended, no other's. Main thread only."""

import threading
from collections.abc import Callable
from typing import Any, Protocol

from devices.events import JobDone, JobFailed


class Printer(Protocol):
    """The shared document printer, as the fleet knows it."""

    heard: Callable[[JobDone | JobFailed], None]

    def submit(self, token: object, job: Callable[[Any], object], cancelled: threading.Event | None = None) -> None:
        """Have a job done; `heard` is told how it ended."""

    def cancel(self, token: object) -> None:
        """Call a job off."""


class Share:
    """One desk's way to the printer."""

    def __init__(self, printer: Printer, owners: dict[object, "Share"]) -> None:
        self.heard: Callable[[JobDone | JobFailed], None] = lambda _: None
        self._printer = printer
        self._owners = owners

    def submit(self, token: object, job: Callable[[Any], object], cancelled: threading.Event | None = None) -> None:
        """Have a job done; `heard` is told how it ended."""
        self._owners[token] = self
        self._printer.submit(token, job, cancelled)

    def cancel(self, token: object) -> None:
        """Call a job off."""
        self._printer.cancel(token)


def shared(printer: Printer, desks: int) -> tuple[Share, ...]:
    """As many ways to this printer. Its jobs run one after the other, in the order they came."""
    owners: dict[object, Share] = {}

    def heard(event: JobDone | JobFailed) -> None:
        owner = owners.pop(event.token, None)
        if owner is not None:
            owner.heard(event)

    printer.heard = heard
    return tuple(Share(printer, owners) for _ in range(desks))
