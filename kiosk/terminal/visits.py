"""The visit processes: one that serves, one warm spare behind it. Starts, promotes and ends them."""

import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk import audit
from kiosk.launch import launch
from kiosk.link import (
    Alive,
    Enter,
    Link,
    LinkClosed,
    Over,
    Ready,
    Retire,
    ServiceWanted,
    ToTerminal,
    ToVisit,
    terminal_end,
)

HUNG_AFTER: Final = 6.0
WARM_WITHIN: Final = 30.0
SPARE_AFTER: Final = 0.5
"""The next spare waits this long, so that loading it does not compete with the first frames of the visit."""
FIRST_SPARE_AFTER: Final = 1.0
_RESTART_BACKOFF: Final = (0.1, 5.0)
_MOST_DOUBLINGS: Final = 16
_ASLEEP_AFTER: Final = 2.0
"""Who has not looked for this long cannot say that another fell silent."""


class Stage(StrEnum):
    """The life of a visit process."""

    WARMING = "warming"
    WARM = "warm"
    SERVING = "serving"
    OVER = "over"
    GONE = "gone"


@dataclass
class VisitProcess:
    """One visit process and our end of its link."""

    popen: subprocess.Popen[bytes]
    link: Link[ToTerminal]
    heard_at: float
    stage: Stage = Stage.WARMING
    loaded: bool = False
    """Whether it has said that its engine is loaded; until then it may be silent for longer."""
    hung: bool = False
    """Whether it was ended because it fell silent."""
    visit: int = 0
    case_id: str = ""
    number: str = ""
    """The queue number saved for this visit, once there is one."""
    rests: bool = True
    """Whether it shows the attract screen, as it last said."""
    stale: bool = False
    """It was told to end as soon as nobody is served: another is to take its place."""

    def send(self, message: ToVisit) -> None:
        """A dead process is noticed by its link's end, not here."""
        with suppress(LinkClosed):
            self.link.send(message)


def process_of(popen: "subprocess.Popen[bytes]", end: socket.socket, enter: Enter | None = None) -> VisitProcess:
    """A launched process; nobody listens to it before it is adopted.

    With `enter` it needs no other word from us: it shows itself as soon as it has loaded.
    """
    process = VisitProcess(popen=popen, link=terminal_end(end), heard_at=time.monotonic())
    if enter is not None:
        process.stage, process.visit, process.case_id = Stage.SERVING, enter.visit, enter.case_id
        process.send(enter)
    return process


class Visits:
    """Keeps one visit and one spare alive. All methods run on the terminal's main thread."""

    def __init__(
        self,
        command: tuple[str, ...],
        *,
        post: Callable[[Callable[[], None]], None],
        entering: Callable[[VisitProcess], Enter],
        heard: Callable[[VisitProcess, ToTerminal], None],
        ended: Callable[[VisitProcess, Over | None], None],
    ) -> None:
        """`command` starts a visit process; `post` brings a call onto the main thread; the rest is told on it."""
        self._command = command
        self._post = post
        self._entering = entering
        self._heard = heard
        self._ended = ended
        self._processes: list[VisitProcess] = []
        self._failures = 0
        self._start_at = 0.0
        self._looked_at = time.monotonic()
        self._stopping = False
        self._paused = False
        self._barred = False

    @property
    def heard_at(self) -> float | None:
        """When whoever is on the screen was last heard; None for nobody.

        Where visits end by themselves before they can serve, nobody hangs: they have no screen to draw on, which no
        restart of the terminal would bring back. Then it is now.
        """
        if (serving := self.serving) is not None:
            return serving.heard_at
        return time.monotonic() if self._barred else None

    @property
    def empty(self) -> bool:
        """Whether every visit process is gone, and with it every device it held."""
        return not self._processes

    @property
    def serving(self) -> VisitProcess | None:
        """The visit on the screen."""
        return next((process for process in self._processes if process.stage is Stage.SERVING), None)

    @property
    def rests(self) -> bool:
        """Whether nobody uses the terminal."""
        return (serving := self.serving) is None or serving.rests

    def tick(self, now: float) -> None:
        """Replace what is missing, end what hangs."""
        if now - self._looked_at > _ASLEEP_AFTER:
            for process in self._processes:
                process.heard_at = now
        self._looked_at = now
        for process in self._processes:
            limit = HUNG_AFTER if process.loaded else WARM_WITHIN
            if now - process.heard_at > limit:
                process.hung = True
                process.popen.kill()
        waiting = sum(process.stage in (Stage.WARMING, Stage.WARM) for process in self._processes)
        if waiting == 0 and now >= self._start_at and not (self._stopping or self._paused):
            self._start(now)

    def pause(self) -> None:
        """Let the visit on the screen come to its end and start no other."""
        self._paused = True
        self.renew()

    def resume(self) -> None:
        """Serve again."""
        self._paused = False
        self._start_at = 0.0
        self.tick(time.monotonic())

    def renew(self) -> None:
        """End the spares, which hold nothing yet: the next visit reads the settings anew."""
        for process in self._processes:
            if process.stage in (Stage.WARMING, Stage.WARM):
                process.stage = Stage.OVER
                process.popen.kill()

    def replace_all(self) -> None:
        """What visits read at their start has changed: an idle one ends as soon as a fresh one is warm."""
        self.renew()
        if (serving := self.serving) is not None:
            serving.stale = True

    def step_aside(self) -> None:
        """Ask the visit on the screen to end as soon as nobody is served."""
        if (serving := self.serving) is not None:
            serving.stale = True
            serving.send(ServiceWanted(serving.visit))

    def _start(self, now: float) -> None:
        try:
            process = process_of(*launch(self._command))
        except OSError as error:  # no memory, process or descriptor left: what runs goes on
            self._barred = False  # what we lack ourselves, a restart may bring back
            audit.note("visit_not_started", error=error.strerror or type(error).__name__)
            self._wait(now)
            return
        self.adopt(process)

    def _wait(self, now: float) -> None:
        """The next start comes later than the one before."""
        self._failures = min(self._failures + 1, _MOST_DOUBLINGS)
        shortest, longest = _RESTART_BACKOFF
        self._start_at = now + min(longest, shortest * 2**self._failures)

    def stop(self) -> None:
        """End every visit process and wait for it."""
        self._stopping = True
        for process in self._processes:
            process.send(Retire())
        for process in self._processes:
            try:
                process.popen.wait(timeout=1.0)
            except subprocess.TimeoutExpired:
                process.popen.kill()
                process.popen.wait()
            process.link.close()

    def tell_all(self, message: ToVisit) -> None:
        """Tell every process there is, the spare too."""
        for process in self._processes:
            process.send(message)

    def broadcast(self, message: ToVisit) -> None:
        """Tell the visit on the screen."""
        if (serving := self.serving) is not None:
            serving.send(message)

    def adopt(self, process: VisitProcess) -> None:
        """Look after a process that was launched."""
        self._processes.append(process)
        if process.stage is Stage.SERVING:
            self._start_at = time.monotonic() + FIRST_SPARE_AFTER
        process.link.listen(
            lambda message: self._post(lambda: self._hear(process, message)),
            lambda: self._post(lambda: self._gone(process)),
        )

    def _hear(self, process: VisitProcess, message: ToTerminal) -> None:
        if process not in self._processes:
            return
        process.heard_at = time.monotonic()
        match message:
            case Ready():
                process.loaded = True
                audit.note("visit_warm", pid=process.popen.pid)
                if process.stage is Stage.WARMING:
                    process.stage = Stage.WARM
                    self._promote()
                    if self.serving is not None and self.serving.stale:
                        self.step_aside()
            case Alive(rests):
                process.rests = rests
            case Over():
                process.stage = Stage.OVER
                self._ended(process, message)
                self._promote()
            case _:
                self._heard(process, message)

    def _gone(self, process: VisitProcess) -> None:
        if process not in self._processes:
            return
        self._processes.remove(process)
        process.popen.kill()
        process.popen.wait()
        process.link.close()
        stage, process.stage = process.stage, Stage.GONE
        if stage is Stage.SERVING:
            self._ended(process, None)
        if stage in (Stage.WARMING, Stage.WARM):
            self._wait(time.monotonic())
            self._note_barred(process)
        self._promote()
        self.tick(time.monotonic())

    def _note_barred(self, process: VisitProcess) -> None:
        barred, self._barred = self._barred, not process.hung
        if self._barred and not barred:
            audit.note("visit_not_started", error="it ended before it could serve")

    def _promote(self) -> None:
        if self._stopping or self._paused or self.serving is not None:
            return
        spare = next((process for process in self._processes if process.stage is Stage.WARM), None)
        if spare is not None:
            spare.stage = Stage.SERVING
            self._failures = 0
            self._barred = False
            self._start_at = time.monotonic() + SPARE_AFTER
            spare.send(self._entering(spare))
