"""Waiting for what another thread or process does: one deadline, one message, one exception that the gate knows.

Only for what may take its time. A latency that is promised is measured by an `alone` test and asserted like any value.
"""

import queue
import threading
import time
from collections.abc import Callable
from typing import Literal, Protocol, TypeVar

T = TypeVar("T")
E_co = TypeVar("E_co", covariant=True)
LONG = 60.0
"""Seconds: nobody waits that long for what works, and a machine that is slow and busy needs some of them."""
GLANCE = 0.02


class TooLate(AssertionError):
    """What was waited for did not come in time; nothing that came was wrong (tests/unsteady.py)."""


class Mailbox(Protocol[E_co]):
    """Any queue of the standard library."""

    def get(self, block: bool = True, timeout: float | None = None) -> E_co: ...  # noqa: FBT002 - queue.Queue's own


def _nap() -> None:
    time.sleep(GLANCE)


def until(
    condition: Callable[[], T | Literal[False] | None],
    what: str,
    seconds: float = LONG,
    *,
    state: Callable[[], object] | None = None,
    meanwhile: Callable[[], object] = _nap,
) -> T:
    """The first true thing that `condition` says. Raises TooLate with what it said last, and with `state` if given.

    `meanwhile` runs between two looks: a main loop's turn, or a short sleep.
    """
    deadline = time.monotonic() + seconds
    while True:
        last_look = time.monotonic() > deadline  # before the look: a machine that slept still gets one more
        if found := condition():
            return found
        if last_look:
            raise TooLate(_message(what, seconds, found if state is None else state()))
        meanwhile()


def until_told(
    changed: threading.Condition, condition: Callable[[], T], what: str, seconds: float = LONG,
    *, state: Callable[[], object] | None = None,
) -> T:  # fmt: skip
    """As `until`, where whoever changes something notifies: no look is taken in vain."""
    with changed:
        found = changed.wait_for(condition, seconds)
        said = found if state is None or found else state()
    if not found:
        raise TooLate(_message(what, seconds, said))
    return found


def heard(mailbox: Mailbox[T], what: str, seconds: float = LONG) -> T:
    """What comes next from a queue. Raises TooLate."""
    try:
        return mailbox.get(timeout=seconds)
    except queue.Empty:
        pass
    raise TooLate(_message(what, seconds, "nothing came"))


def _message(what: str, seconds: float, last: object) -> str:
    return f"waited {seconds:g} s for {what}; last seen: {last if isinstance(last, str) else repr(last)}"
