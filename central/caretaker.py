"""What the centre does by itself, on a thread of its own: chores, each after its time or when somebody rings."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

log = structlog.get_logger()


@dataclass
class Chore:
    """`do` returns when it is done for now; whatever it raises is logged, and it is tried again after its time."""

    name: str
    every_seconds: float
    do: Callable[[], object]
    due: float = field(default=0.0)
    done_at: float | None = None
    """When it was last done without a mistake, monotonic seconds."""
    failures: int = 0


Thing = TypeVar("Thing")


def each(things: Iterable[Thing], do: Callable[[Thing], object]) -> None:
    """Do it with every one, also after one that cannot be done; then raises what the first of those raised."""
    trouble: Exception | None = None
    for thing in things:
        try:
            do(thing)
        except Exception as error:  # noqa: BLE001 - what one is must not stop the others
            trouble = trouble or error
    if trouble is not None:
        raise trouble


class Caretaker:
    """Started once a process. With several workers each has one: a chore must bear being done twice."""

    def __init__(self, *chores: Chore) -> None:
        self._chores = list(chores)
        self._rung = threading.Event()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="caretaker", daemon=True)

    def start(self) -> None:
        """Begin; every chore is due at once."""
        self._thread.start()

    def add(self, chore: Chore) -> None:
        """One more, before the start."""
        self._chores.append(chore)

    def chores(self) -> tuple[Chore, ...]:
        """Every one, for whoever watches them."""
        return tuple(self._chores)

    def ring(self, name: str) -> None:
        """A chore is due now. From any thread."""
        for chore in self._chores:
            if chore.name == name:
                chore.due = 0.0
        self._rung.set()

    def stop(self) -> None:
        """Finish the chore at hand, then end."""
        self._ending = True
        self._rung.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._ending:
            self._rung.clear()
            for chore in self._chores:
                if chore.due <= time.monotonic() and not self._ending:
                    chore.due = time.monotonic() + chore.every_seconds
                    self._do(chore)
            wait = min((chore.due for chore in self._chores), default=0.0) - time.monotonic()
            self._rung.wait(max(wait, 0.0))

    def _do(self, chore: Chore) -> None:
        try:
            chore.do()
            chore.done_at = time.monotonic()
        except Exception as error:  # noqa: BLE001 - one chore's trouble must not end the others
            chore.failures += 1
            log.warning("chore_failed", chore=chore.name, error=type(error).__name__)
