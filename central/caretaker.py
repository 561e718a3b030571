"""What the centre does by itself: chores, each after its time or when somebody rings. One thread does them one after
another; what waits for somebody outside or reckons for long has a thread of its own, so that nothing waits for it.
"""

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
    apart: bool = False
    """On a thread of its own."""
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


class _Round:
    """A thread and the chores it does, one after another."""

    def __init__(self, name: str, chores: Iterable[Chore]) -> None:
        self.chores = list(chores)
        self.rung = threading.Event()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._ending = True
        self.rung.set()

    def join(self, seconds: float) -> None:
        if self._thread.is_alive():
            self._thread.join(timeout=seconds)

    def _run(self) -> None:
        while not self._ending:
            self.rung.clear()
            for chore in self.chores:
                if chore.due <= time.monotonic() and not self._ending:
                    chore.due = time.monotonic() + chore.every_seconds
                    _do(chore)
            wait = min((chore.due for chore in self.chores), default=0.0) - time.monotonic()
            self.rung.wait(max(wait, 0.0))


class Caretaker:
    """Started once a process. With several workers each has one: a chore must bear being done twice."""

    def __init__(self, *chores: Chore) -> None:
        self._chores = list(chores)
        self._rounds: list[_Round] = []

    def start(self) -> None:
        """Begin; every chore is due at once."""
        here = [chore for chore in self._chores if not chore.apart]
        self._rounds = [_Round("caretaker", here)]
        self._rounds += [_Round(f"caretaker {chore.name}", [chore]) for chore in self._chores if chore.apart]
        for one in self._rounds:
            one.start()

    def add(self, chore: Chore) -> None:
        """One more, before the start."""
        self._chores.append(chore)

    def chores(self) -> tuple[Chore, ...]:
        """Every one, for whoever watches them."""
        return tuple(self._chores)

    def ring(self, name: str) -> None:
        """A chore is due now. From any thread."""
        for one in self._rounds:
            for chore in one.chores:
                if chore.name == name:
                    chore.due = 0.0
                    one.rung.set()

    def stop(self) -> None:
        """Finish what is at hand, then end."""
        for one in self._rounds:
            one.end()
        until = time.monotonic() + 10
        for one in self._rounds:
            one.join(max(0.0, until - time.monotonic()))


def _do(chore: Chore) -> None:
    try:
        chore.do()
        chore.done_at = time.monotonic()
    except Exception as error:  # noqa: BLE001 - one chore's trouble must not end the others
        chore.failures += 1
        log.warning("chore_failed", chore=chore.name, error=type(error).__name__)
