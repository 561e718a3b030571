"""Carries out what the technician's session asks for, on a thread of its own, and posts what came of it.

One order after the other, each with a deadline; a bug costs its order, never the bench.
"""

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from devices.registry import KINDS
from kiosk import audit, words
from kiosk.fitted.fitting import kind_name, kinds_of
from kiosk.settings import DEVICE_NAMES, Settings
from kiosk.technician import effects as f
from kiosk.technician import events as e
from kiosk.technician.books import CareBook, Doctor, RevisionBook, export_folder, write_recordings
from kiosk.technician.chain import Chain
from kiosk.technician.controls import controls
from kiosk.technician.door import NotEnrolled, Opened, door_of
from kiosk.technician.hunt import hunt
from kiosk.technician.plans import plan_of
from kiosk.technician.results import Results
from kiosk.technician.stations import READER, Stations
from kiosk.technician.values import KindKnown, Plan
from kiosk.version import VERSION

__all__ = ["Bench", "known_kinds"]

_LOOK_SECONDS: Final = 0.5
_ENROL_SECONDS: Final = 40.0


def known_kinds() -> tuple[KindKnown, ...]:
    """Every kind of device that has a driver here and a place in the settings."""
    found = []
    for name in DEVICE_NAMES:
        for kind in filter(None, map(KINDS.get, kinds_of(name))):
            levels = tuple(check.level.value for check in kind.checks)
            schemes = tuple(scheme for scheme in kind.schemes if scheme != "simulator")
            found.append(
                KindKnown(
                    name,
                    kind.name,
                    schemes,
                    controls(kind.options),
                    levels,
                    commissions="commission" in kind.actions,
                    findable=kind.probe is not None,
                )
            )
    return tuple(found)


class Bench:
    """`post` is called from several threads."""

    def __init__(self, settings: Settings, post: Callable[[e.News], None], saved: Callable[[int], None]) -> None:
        """`saved` tells the terminal of a new revision."""
        self._settings = settings
        self._post = post
        self._saved = saved
        self._orders: queue.SimpleQueue[f.Effect | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="bench", daemon=True)
        self._door = door_of(settings)
        self._results = Results(settings.folder / "checks")
        self._care = CareBook(settings)
        self._revisions = RevisionBook(settings.path)
        self._doctor = Doctor()
        self._card: str | None = None
        self._enrolling: queue.SimpleQueue[str] | None = None
        self._watched = ""
        self._stations = Stations(
            settings.folder,
            post,
            card_read=self._card_was_read,
            counted=self._care.counted,
            checked=self._results.keep,
        )

        self._chain = Chain(self._stations, post)

    def start(self) -> None:
        """Begin to hold every fitted device."""
        self._thread.start()

    def do(self, effect: f.Effect) -> None:
        """Never blocks, never raises."""
        self._orders.put(effect)

    def stop(self, seconds: float) -> bool:
        """Let go of every device; False if that is not done after so many seconds."""
        self._orders.put(None)
        self._doctor.dismiss()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        self._guarded(self._begin)
        while True:
            try:
                order = self._orders.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                self._guarded(self._look)
                continue
            if order is None:
                break
            self._guarded(self._carry_out, order)
        self._stations.stop()
        self._guarded(lambda: self._care.write(now=True))

    def _guarded(self, call: Callable[..., object], *values: Any) -> None:  # noqa: ANN401 - whatever the call takes
        try:
            call(*values)
        except (NotEnrolled, OSError, ValueError) as error:
            # files and the roll say what is wrong with them in their own words; none of them holds a card's
            self._failed("technician.failed", why=str(error))
        except Exception as error:  # noqa: BLE001 - a bug costs its order
            audit.bug("technician", error)
            self._failed("technician.bug")

    def _failed(self, key: str, **blanks: object) -> None:
        texts = {language: words.say(language, key, **blanks) for language in words.languages()}
        self._post(e.WorkFailed(texts))

    def _begin(self) -> None:
        plan = plan_of(self._settings)
        self._post(e.ChecksKept({name: self._results.read(name) for name in plan.devices}))
        for name, setup in plan.devices.items():
            self._stations.refit(name, setup)
        self._tell_care()
        self._look()

    def _look(self) -> None:
        """Twice a second: the door's surroundings, and the frames somebody watches."""
        if self._care.write():
            self._tell_care()
        if self._watched:
            self._post(e.FramesSeen(self._watched, self._stations.frames(self._watched)))
        fitted = self._stations.setup(READER) is not None
        reader = "none" if not fitted else "ready" if self._stations.is_up(READER) else "lost"
        self._post(e.DoorSeen(reader, keyed=self._keyed(), enrolled=bool(self._door.names)))

    def _keyed(self) -> bool:
        """Whether somebody opened the cabinet and turned its switch: that needs the cabinet's key."""
        return self._stations.said("cabinet", "switch") == "maintenance"

    def _carry_out(self, order: f.Effect) -> None:
        match order:
            case f.Refit(name, setup):
                self._stations.refit(name, setup)
            case f.WatchFrames(name):
                self._watched = name
                self._look()
            case f.Search(plan, name):
                hunt(plan, kind_name(name), self._stations, self._post)
                self._post(e.SearchEnded())
            case f.Check(name, level):
                self._stations.check(name, level)
            case f.Commission(name):
                self._stations.commission(name)
            case f.AwaitDoor() | f.TryDoor() | f.ReadPeople() | f.AddPerson():
                self._at_the_door(order)
            case _:
                self._write_down(order)

    def _at_the_door(self, order: f.AwaitDoor | f.TryDoor | f.ReadPeople | f.AddPerson) -> None:
        match order:
            case f.AwaitDoor():
                self._stations.await_card()
            case f.TryDoor(pin, code):
                self._try(pin, code)
            case f.ReadPeople():
                self._post(e.PeopleRead(self._door.names))
            case f.AddPerson():
                self._enrol(order)

    def _try(self, pin: str, code: str) -> None:
        card, self._card = (None if code else self._card), None
        outcome = self._door.attempt(pin=pin, card=card, code=code, keyed=self._keyed())
        way = "card" if card is not None else "code" if code else "switch"
        if isinstance(outcome, Opened):
            audit.note("technician_entered", who=outcome.who, way=way)
            self._stations.rest()
            self._post(e.DoorOpened(outcome.who))
        else:
            audit.note("technician_refused", way=way, shut_seconds=round(outcome.seconds))
            self._post(e.DoorRefused(outcome.seconds))

    def _card_was_read(self, number: str) -> None:
        """On the reader's thread."""
        if (enrolling := self._enrolling) is not None:
            enrolling.put(number)
        else:
            self._card = number
            self._post(e.CardSeen())

    def _enrol(self, order: f.AddPerson) -> None:
        self._enrolling = queue.SimpleQueue()
        self._stations.await_card()
        try:
            number = self._enrolling.get(timeout=_ENROL_SECONDS)
        except queue.Empty:
            self._failed("technician.people.no_card")
            return
        finally:
            self._enrolling = None
            self._stations.rest()
        self._door.enrol(order.name, number, order.pin)
        audit.note("technician_enrolled", who=order.name, by=order.by)
        self._post(e.PersonAdded(self._door.names))

    def _write_down(self, order: f.Effect) -> None:
        match order:
            case f.NoteRefill(name):
                self._care.refilled(name)
                self._post(e.CountsSeen(name, self._care.of(name)))
            case f.NoteReplacement(name, serial):
                self._care.replaced(name, serial)
                self._post(e.CountsSeen(name, self._care.of(name)))
            case f.ReadRevisions():
                self._post(e.RevisionsRead(self._revisions.all()))
            case f.SaveRevision(before, plan, by):
                self._revised(self._revisions.save(before, plan, by))
            case f.UndoRevision(by):
                made = self._revisions.undo(by)
                if made is None:
                    self._failed("technician.revision.nothing_to_undo")
                else:
                    self._revised(made)
            case f.Export(what):
                self._export(what)
            case f.BeginChain() | f.GoOnChain():
                self._chain.do(order)
            case _:
                pass

    def _revised(self, made: tuple[int, Plan]) -> None:
        number, plan = made
        self._saved(number)
        self._post(e.RevisionSaved(number, plan))

    def _export(self, what: str) -> None:
        folder = export_folder(self._settings)
        if what == "recordings":
            self._care.write(now=True)
            versions = {"suiban": VERSION}
            made = {
                name: one
                for name in self._stations.names
                if (one := self._stations.recording(name, self._care.totals(name), versions)) is not None
            }
            path = write_recordings(folder, self._settings.terminal.id, made)
        else:
            path = self._report(folder)
        audit.note("technician_exported", what=what)
        self._post(e.Exported(what, str(path)))

    def _report(self, folder: Path) -> Path:
        """The doctor asks the devices himself: ours are let go meanwhile."""
        held = {name: self._stations.setup(name) for name in self._stations.names}
        self._stations.stop()
        try:
            return self._doctor.report(self._settings, folder)
        finally:
            for name, setup in () if self._doctor.dismissed else held.items():
                self._stations.refit(name, setup)

    def _tell_care(self) -> None:
        for name in self._stations.names:
            self._post(e.CountsSeen(name, self._care.of(name)))
