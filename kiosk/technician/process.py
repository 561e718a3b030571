"""The process of one technician's turn: screen, session and bench. While it runs, the terminal holds no device."""

import os
import resource
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from kiosk import audit
from kiosk.link import Alive, FromTechnician, Link, LinkClosed, Ready, Retire, ServiceOver, SettingsSaved, ToTechnician
from kiosk.link import technician_end as end_of
from kiosk.parent import die_with_parent
from kiosk.settings import Settings
from kiosk.technician import effects as f
from kiosk.technician import events as e
from kiosk.technician.bench import Bench, known_kinds
from kiosk.technician.plans import night_of, plan_of
from kiosk.technician.session import Session, opening
from kiosk.technician.step import step
from ui.app import Panel
from ui.bridge import Bridge
from ui.technician import TechnicianScreen

SETTLE_SECONDS: Final = 0.35
"""After a new page a touch means nothing for this long: it was meant for the page before."""
_TYPING: Final = (e.DigitPressed, e.DigitErased, e.DigitsCleared, e.KeyTyped, e.ShiftTyped, e.WidthMoved)
_ALIVE_MILLISECONDS: Final = 500
_PULSE_MILLISECONDS: Final = 250
_LET_GO_SECONDS: Final = 8.0


class _Freed:
    """Every device was let go, or would not be."""


class _LinkLost:
    """The terminal process is gone."""


class Service:
    """Holds the session, shows it, and hands its effects to the bench. Lives on the Qt thread."""

    def __init__(self, settings: Settings, link: Link[ToTechnician] | None) -> None:
        """Without a link nobody waits for this process: it ends when it is left."""
        self._link = link
        self._bridge = Bridge(self._deliver)
        panel = settings.panel
        self.screen = TechnicianScreen(
            panel=Panel(
                width_px=panel.width_px,
                height_px=panel.height_px,
                px_per_mm=panel.width_px / panel.width_mm,
                fullscreen=panel.fullscreen,
                x=panel.x,
                y=panel.y,
            ),
            languages=settings.site.languages,
            send=self._touched,
        )
        plan = plan_of(settings)
        self._session = Session(
            terminal=settings.terminal.id,
            kinds=known_kinds(),
            width_px=panel.width_px,
            night=night_of(settings),
            saved=plan,
            draft=plan,
            now=time.monotonic(),
            touched_at=time.monotonic(),
        )
        self._bench = Bench(settings, self._bridge.post, lambda number: self._tell(SettingsSaved(number)))
        self._settled_at = 0.0
        self._walk = False
        self._alive = QTimer(interval=_ALIVE_MILLISECONDS)
        self._alive.timeout.connect(lambda: self._tell(Alive()))
        self._pulse = QTimer(interval=_PULSE_MILLISECONDS)
        self._pulse.timeout.connect(lambda: self._deliver(e.Ticked(time.monotonic())))

    @property
    def settled(self) -> bool:
        """Whether a touch would count now."""
        return time.monotonic() >= self._settled_at

    def start(self) -> None:
        """Show the door and begin to hold the devices."""
        self.screen.load()
        self._show()
        self.screen.open()
        if self._link is not None:
            self._link.listen(self._bridge.post, lambda: self._bridge.post(_LinkLost()))
        self._tell(Ready())
        self._alive.start()
        self._pulse.start()
        self._bench.start()
        _, effects = opening(self._session)
        self._carry_out(effects)

    def _touched(self, touch: e.Touch) -> None:
        if self.settled or isinstance(touch, _TYPING):
            self._deliver(e.Ticked(time.monotonic()))
            self._deliver(touch)

    def _deliver(self, event: object) -> None:
        match event:
            case Retire() | _LinkLost() | _Freed():
                self._end()
            case _:
                self._step(event)  # type: ignore[arg-type]  # only touches and news are posted from here on

    def _step(self, event: e.Event) -> None:
        before = self._session
        self._session, effects = step(before, event)
        after = self._session
        if (before.page, before.tab, before.name) != (after.page, after.tab, after.name):
            self._settled_at = time.monotonic() + SETTLE_SECONDS
        if after is not before:
            self._show()
        self._carry_out(effects)

    def _show(self) -> None:
        self.screen.show(self._session, datetime.now().astimezone())

    def _carry_out(self, effects: tuple[f.Effect, ...]) -> None:
        for effect in effects:
            if isinstance(effect, f.Leave):
                self._walk = effect.walk
                self._let_go(idle=effect.idle)
            else:
                self._bench.do(effect)

    def _let_go(self, *, idle: bool) -> None:
        audit.note("technician_left", who=self._session.who, idle=idle)
        self._session = replace(self._session, left=True)

        def free() -> None:
            self._bench.stop(_LET_GO_SECONDS)
            self._bridge.post(_Freed())

        threading.Thread(target=free, name="letting go", daemon=True).start()

    def _tell(self, message: FromTechnician) -> None:
        if self._link is not None:
            with suppress(LinkClosed):
                self._link.send(message)

    def _end(self) -> None:
        self._tell(ServiceOver(self._walk))
        # The end of the process lets go of whatever would not end by itself.
        os._exit(0)


def run(settings: Settings, link_descriptor: int | None, hand: Path | None) -> int:
    """Run one turn. `hand` is a finger for demonstrations and tests, absent from the wheel."""
    if link_descriptor is not None:
        die_with_parent()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _note_bugs()
    application = QGuiApplication([])
    application.setApplicationName("suiban")
    link = end_of(socket.socket(fileno=link_descriptor)) if link_descriptor is not None else None
    service = Service(settings, link)
    service.start()
    if hand is not None:
        from ui.hand import Hand  # noqa: PLC0415 - not in the wheel

        finger = Hand(service.screen, hand / f"{os.getpid()}.sock", settled=lambda: service.settled)
        application.aboutToQuit.connect(finger.close)
    return application.exec()


def _note_bugs() -> None:
    """A card number could stand in a traceback: a bug is noted without its message and ends the turn."""

    def end(error: BaseException | None) -> None:
        if error is not None:
            audit.bug("technician", error)
        os._exit(1)

    sys.excepthook = lambda _kind, error, _trace: end(error)
    threading.excepthook = lambda met: end(met.exc_value)
