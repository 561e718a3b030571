"""The technician's turn: visits come to their end, every device is let go, then the technician's own process serves.

Runs on the terminal's main thread. It never waits: `tick` looks how far things are.
"""

import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from devices.cabinet.protocol import Switch
from devices.cabinet.state import CabinetState
from devices.model import DeviceState
from kiosk import audit
from kiosk.launch import launch
from kiosk.link import (
    Alive,
    FromTechnician,
    Link,
    LinkClosed,
    Ready,
    Retire,
    ServiceOver,
    ServiceWanted,
    SettingsSaved,
    service_end,
)
from kiosk.terminal.visits import HUNG_AFTER, WARM_WITHIN, Visits

LONGEST_SECONDS: Final = 2 * 3600.0
"""A technician who forgot to leave does not close the terminal for the night."""


class Turn(StrEnum):
    """Whose turn it is."""

    CITIZENS = "citizens"
    ENDING = "ending"
    """No new visit begins; the one on the screen comes to its end."""
    FREEING = "freeing"
    """The devices are being let go."""
    TECHNICIAN = "technician"
    RETURNING = "returning"
    """The settings are read again."""


class OperatorSwitch:
    """The cabinet's switch asks for a technician when it is turned, not for as long as it stands there."""

    def __init__(self, turned: Callable[[], None]) -> None:
        self._turned = turned
        self._stands: Switch | None = None

    def seen(self, state: DeviceState | None) -> None:
        """What the cabinet says now; None while nothing is known of it."""
        switch = state.switch if isinstance(state, CabinetState) else None
        if switch is Switch.MAINTENANCE and self._stands not in (Switch.MAINTENANCE, None):
            self._turned()
        self._stands = switch or self._stands


@dataclass
class _Process:
    popen: subprocess.Popen[bytes]
    link: Link[FromTechnician]
    began_at: float
    heard_at: float
    loaded: bool = False
    last_word: str = "gone"


class ServiceMode:
    """Hands the screen and every port to the technician's process and takes them back."""

    def __init__(
        self,
        command: tuple[str, ...],
        *,
        post: Callable[[Callable[[], None]], None],
        visits: Visits,
        free: Callable[[Callable[[], None]], None],
        over: Callable[[Callable[[], None]], None],
    ) -> None:
        """`free` lets go of the shared devices and calls back when it has; `over` takes them again, with new settings
        where the technician saved some, and calls back too. Then the visits go on.
        """
        self._command = command
        self._post = post
        self._visits = visits
        self._free = free
        self._over = over
        self._process: _Process | None = None
        self.turn = Turn.CITIZENS
        self._walk = False

    def walks(self) -> bool:
        """Whether the visit that enters now is the walk-through somebody asked for: one visit alone."""
        walk, self._walk = self._walk, False
        return walk

    @property
    def heard_at(self) -> float | None:
        """When the technician's process was last heard; None while there is none."""
        return self._process.heard_at if self._process else None

    def ask(self) -> None:
        """Somebody wants to serve this terminal: as soon as the citizen on the screen has finished."""
        if self.turn is not Turn.CITIZENS:
            return
        self.turn = Turn.ENDING
        audit.note("service_asked")
        self._visits.pause()
        if (serving := self._visits.serving) is not None:
            serving.send(ServiceWanted(serving.visit))

    def tick(self, now: float) -> None:
        """Go on with what is under way. `now` is monotonic seconds."""
        if self.turn is Turn.ENDING and self._visits.empty:
            self.turn = Turn.FREEING
            self._free(self._begin)
        if (process := self._process) is not None:
            limit = HUNG_AFTER if process.loaded else WARM_WITHIN
            if now - process.heard_at > limit:
                process.last_word = "hung"
                process.popen.kill()
            elif now - process.began_at > LONGEST_SECONDS:
                process.last_word = "too long"
                process.popen.kill()

    def stop(self) -> None:
        """End the technician's process: the terminal stops."""
        process, self._process = self._process, None
        self.turn = Turn.CITIZENS
        if process is None:
            return
        with suppress(LinkClosed):
            process.link.send(Retire())
        try:
            process.popen.wait(timeout=2.0)
        except subprocess.TimeoutExpired:
            process.popen.kill()
            process.popen.wait()
        process.link.close()

    def _begin(self) -> None:
        if self.turn is not Turn.FREEING:  # the terminal stopped meanwhile
            return
        try:
            popen, end = launch(self._command)
        except OSError as error:
            audit.note("service_not_begun", error=error.strerror or type(error).__name__)
            self._finish()
            return
        now = time.monotonic()
        process = _Process(popen, service_end(end), began_at=now, heard_at=now)
        self._process, self.turn = process, Turn.TECHNICIAN
        audit.note("service_began", pid=popen.pid)
        process.link.listen(
            lambda message: self._post(lambda: self._hear(process, message)),
            lambda: self._post(lambda: self._gone(process)),
        )

    def _hear(self, process: _Process, message: FromTechnician) -> None:
        process.heard_at = time.monotonic()
        match message:
            case Ready():
                process.loaded = True
            case SettingsSaved(revision):
                audit.note("settings_saved", revision=revision)
            case ServiceOver(walk):
                process.last_word = "left"
                self._walk = walk
            case Alive():
                pass

    def _gone(self, process: _Process) -> None:
        if process is not self._process:
            return
        self._process = None
        process.popen.kill()
        process.popen.wait()
        process.link.close()
        audit.note("service_over", ending=process.last_word)
        self._finish()

    def _finish(self) -> None:
        self.turn = Turn.RETURNING
        self._over(self._resume)

    def _resume(self) -> None:
        self.turn = Turn.CITIZENS
        self._visits.resume()
