"""The process of one citizen: screen, journey and card reader. It ends with the visit, and everything personal
with it.
"""

import base64
import os
import resource
import socket
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from kiosk import audit, rating_tags
from kiosk.facts import Facts
from kiosk.journey.events import Effect, Ending, HeadphonesSeen, SpellingLearned, Touch
from kiosk.journey.step import Journey, Screen
from kiosk.link import (
    Alive,
    Enter,
    FactsChanged,
    Link,
    LinkClosed,
    Over,
    Ready,
    Retire,
    SealTo,
    Shown,
    Spelled,
    ToVisit,
    visit_end,
)
from kiosk.parent import die_with_parent
from kiosk.settings import Settings
from kiosk.terminal import offer
from kiosk.visit.conductor import Conductor
from ui.app import CitizenScreen, Panel
from ui.bridge import Bridge
from ui.idle import Pulse

if TYPE_CHECKING:
    from contract.feed import SealingKey
    from kiosk.visit.desk import Desk
    from kiosk.visit.equipment import Equipment
    from kiosk.visit.rehearsal import Does, Rehearsal
    from kiosk.visit.seal import Sealer

_ALIVE_MILLISECONDS: Final = 500
_SPARE_TIME_MILLISECONDS: Final = 300
_FRAME_WITHIN_MILLISECONDS: Final = 1500


class _LinkLost:
    """The terminal process is gone; so are we."""


class _DeskToCome:
    """Takes effects from the first frame on, and hands them to the desk once it is there."""

    def __init__(self) -> None:
        self.desk: Desk | None = None
        self._through: Does | None = None
        self._waiting: list[Effect] = []

    def do(self, effect: Effect) -> None:
        """Now, or as soon as the desk is there; always in order."""
        if self._through is None:
            self._waiting.append(effect)
        else:
            self._through.do(effect)

    def arrive(self, desk: "Desk", rehearsal: "Rehearsal | None" = None) -> None:
        """The desk is there; of a walk-through, what stands before it."""
        self.desk = desk
        self._through = desk if rehearsal is None else rehearsal.before(desk)
        for effect in self._waiting:
            self._through.do(effect)


class Visit:
    """A warm spare until `Enter`, then one citizen's visit."""

    def __init__(self, settings: Settings, link: Link[ToVisit]) -> None:
        self._settings = settings
        self._link = link
        self._items = offer.load(settings).items
        self._tags = rating_tags.built_in()
        self._bridge = Bridge(self._deliver)
        self.screen = CitizenScreen(site=settings.site, panel=_panel(settings), send=self._touched, keys=settings.keys)
        self._pulse = Pulse(self._bridge.post)
        self._alive = QTimer(interval=_ALIVE_MILLISECONDS)
        self._alive.timeout.connect(self._beat)
        self._conductor: Conductor | None = None
        self._rehearsal: Rehearsal | None = None
        self._desk = _DeskToCome()
        self._equipment: Equipment | None = None
        self._number = 0
        self._case_id = ""
        self._sealing_keys: tuple[SealingKey, ...] = ()
        self._spelling: dict[str, tuple[str, ...]] = {}
        self._shown = False
        self._silent = False
        self._rests = True

    def warm(self) -> None:
        """Load the engine with its window hidden and tell the terminal that this spare can take over."""
        self.screen.warm()
        self._link.listen(self._bridge.post, lambda: self._bridge.post(_LinkLost()))
        self._alive.start()
        self._tell(Ready())
        QTimer.singleShot(_SPARE_TIME_MILLISECONDS, self._load_the_rest)

    def _load_the_rest(self) -> None:
        """Import what the first frame does not need, while nobody waits."""
        import_module("kiosk.visit.desk")
        import_module("kiosk.visit.seal")
        from kiosk.visit.equipment import load_drivers  # noqa: PLC0415 - in spare time

        load_drivers(self._settings.devices.fitted())

    @property
    def settled(self) -> bool:
        """Whether a touch would count now; the demo's finger waits for it."""
        return self._shown and self._conductor is not None and self._conductor.settled

    def _deliver(self, event: object) -> None:
        match event:
            case Enter():
                self._enter(event)
            case FactsChanged(facts):
                if self._conductor:
                    self._conductor.learn(facts)
            case Spelled(spelling):
                self._learn_spelling(spelling)
            case SealTo(keys):
                self._seal_to(keys)
            case Retire() | _LinkLost():
                self._leave()
            case _ if isinstance(event, ToVisit):
                if self._desk.desk:
                    self._desk.desk.hear_terminal(event)
            case _:
                if self._conductor:
                    self._conductor.hear(event)  # type: ignore[arg-type]  # only news is posted from here on

    def _enter(self, message: Enter) -> None:
        entered = time.monotonic()
        _end_with_a_bug()
        self._number, self._case_id = message.visit, message.case_id
        journey = Journey(
            visit=message.visit,
            case_id=message.case_id,
            items=self._items,
            patience=self._settings.patience,
            terminal=self._settings.terminal.id,
            tags=message.facts.tags or self._tags,
            plan=self._settings.site.plan,
            spelling=self._spelling,
            offers=self._settings.profile.orders,
            walking=message.walk,
        )
        if message.walk:
            from kiosk.visit.rehearsal import Rehearsal  # noqa: PLC0415 - a citizen's visit needs none

            self._rehearsal = Rehearsal(self._bridge.post)
        saw = self._rehearsal.saw if self._rehearsal else None
        self._conductor = Conductor(journey, message.facts, self._desk, self._show, time.monotonic, saw)
        self.screen.frame_shown = lambda: self._on_the_glass(entered)
        self._conductor.start()
        self.screen.open()
        self._pulse.start()
        # A display that tells of no frame must not keep the citizen from reader and store.
        QTimer.singleShot(_FRAME_WITHIN_MILLISECONDS, self._open_desk)

    def _on_the_glass(self, entered: float) -> None:
        self._shown = True
        # Said here and not by the terminal, which may still be starting when the first page of the day is there.
        audit.note("visit_shown", visit=self._number, milliseconds=round((time.monotonic() - entered) * 1000, 1))
        self._tell(Shown())
        # After this frame, so that nothing of it waits for the reader's driver or for cryptography.
        QTimer.singleShot(0, self._open_desk)

    def _open_desk(self) -> None:
        if self._desk.desk is not None:
            return
        from kiosk.visit.desk import Desk  # noqa: PLC0415 - after the first frame
        from kiosk.visit.equipment import CAMERA, MATCHER, OWNED, READER, Equipment  # noqa: PLC0415 - after the first frame

        desk = Desk(self._number, self._link, self._sealer(), say=self._bridge.post, over=self._over)
        self._equipment = Equipment(self._settings.devices.fitted(), self._settings.folder, self._link)
        errands = desk.fit_errands(self._case_id, self._settings.site)
        self.screen.find_pictures(errands.picture)
        for name in OWNED:
            if name == READER:
                desk.fit_reader(self._equipment.start(name, desk.hear_reader))
            elif name == CAMERA:
                errands.scans.fit(self._equipment.start(name, errands.scans.hear_camera))
            elif name == MATCHER:
                desk.matching.fit(self._equipment.start(name, desk.matching.hear_matcher))
            else:
                self._equipment.start(name)
        self._desk.arrive(desk, self._rehearsal)
        self._give_voice()

    def _give_voice(self) -> None:
        """The voice comes with the first visit of this process: a spare makes no sound and looks at no jack."""
        from kiosk.voice import outfit  # noqa: PLC0415 - after the first frame

        guide = self.screen.guide
        if guide is None:
            return
        speaker = outfit.speaker(self._settings, guide.caption_shown)

        def plugged(now: bool, moved: bool) -> None:  # noqa: FBT001 - the jack's own
            speaker.plug(plugged=now)  # on the jack's thread: silence does not wait for the screen
            self._bridge.post(HeadphonesSeen(now, moved))

        guide.speak_through(speaker, outfit.outlets(self._settings), self._bridge.post)
        outfit.jack(self._settings, plugged)

    def _sealer(self) -> "Sealer":
        """Seals to the keys that came down; to those of the settings where none of this suite did."""
        from kiosk.visit.seal import Sealer  # noqa: PLC0415 - after the first frame

        centre = self._settings.centre
        down = {key.id: base64.b64decode(key.key) for key in self._sealing_keys if key.suite == centre.suite}
        told = {key.id: key.raw() for key in centre.sealing_keys if key.suite == centre.suite}
        return Sealer(self._settings.terminal.id, centre.suite, down or told)

    def _learn_spelling(self, spelling: dict[str, tuple[str, ...]]) -> None:
        self._spelling = spelling
        self.screen.learn_spelling(spelling)
        if self._conductor:
            self._conductor.hear(SpellingLearned(spelling))

    def _seal_to(self, keys: "tuple[SealingKey, ...]") -> None:
        self._sealing_keys = keys
        if self._desk.desk is not None:
            self._desk.desk.seal_to(self._sealer())

    def _touched(self, event: Touch) -> None:
        if self._conductor:
            self._conductor.touch(event)

    def _show(self, journey: Journey, facts: Facts) -> None:
        if journey.screen is not Screen.ENDED:
            self.screen.show(journey, facts, datetime.now().astimezone())
        if self._rests != (journey.screen is Screen.ATTRACT):
            self._rests = not self._rests
            self._tell(Alive(self._rests))

    def _beat(self) -> None:
        now = time.monotonic()
        if self._equipment is not None:
            self._equipment.tick(now)
            if hung := self._equipment.hung(now):
                self._falls_silent(hung)
                return
        self._tell(Alive(self._rests))

    def _falls_silent(self, hung: tuple[str, ...]) -> None:
        """The terminal ends who gives no sign of life, and the spare, with devices of its own, takes over."""
        if not self._silent:
            self._silent = True
            audit.note("visit_falls_silent", late=" ".join(hung))

    def _over(self, ending: Ending) -> None:
        self.screen.hide()
        if self._equipment:
            self._equipment.stop()
        self._tell(Over(self._number, ending.value))
        self._leave()

    def _tell(self, message: Ready | Shown | Alive | Over) -> None:
        with suppress(LinkClosed):
            self._link.send(message)

    @staticmethod
    def _leave() -> None:
        # The wipe is the end of the process; tearing the engine down first would only lengthen it.
        os._exit(0)


def run(settings: Settings, link_descriptor: int, hand: Path | None) -> int:
    """Run one visit process on an inherited socket. `hand` is the demo's finger, absent from the wheel."""
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    application = QGuiApplication([])
    application.setApplicationName("suiban")
    visit = Visit(settings, visit_end(socket.socket(fileno=link_descriptor)))
    if hand is not None:
        from ui.hand import Hand  # noqa: PLC0415 - the demo's finger; the wheel does not carry one

        finger = Hand(visit.screen, hand / f"{os.getpid()}.sock", settled=lambda: visit.settled)
        application.aboutToQuit.connect(finger.close)
    visit.warm()
    return application.exec()


def _end_with_a_bug() -> None:
    """From here on a traceback could hold what a card said: a bug is noted without its message and ends the visit."""

    def end(error: BaseException | None) -> None:
        if error is not None:
            audit.bug("visit", error)
        os._exit(1)

    sys.excepthook = lambda _kind, error, _trace: end(error)
    threading.excepthook = lambda met: end(met.exc_value)


def _panel(settings: Settings) -> Panel:
    panel = settings.panel
    return Panel(
        width_px=panel.width_px,
        height_px=panel.height_px,
        px_per_mm=panel.width_px / panel.width_mm,
        bottom_mm=panel.bottom_mm,
        fullscreen=panel.fullscreen,
        x=panel.x,
        y=panel.y,
    )
