"""What the terminal writes beside its store: what devices did, and whether new settings have proved well.

Disks are waited for on a thread of its own; every method belongs to the main thread.
"""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

import msgspec

from contract.exchange import DeviceReport
from contract.messages import NOT_SAVED, SettingsRevised
from devices.events import Counted
from kiosk import audit, settings
from kiosk.fitted.ledger import Ledger, due, limits_of, supplies_left
from kiosk.settings import Settings
from kiosk.setup import revisions
from kiosk.setup.revisions import Outcome, Pending, Revision
from kiosk.terminal.inbox import Inbox

WRITE_EVERY: Final = 1.0
"""Counts come once a minute and after each job; so no more than a minute of them is lost with the power."""
_RETRY_SECONDS: Final = 30.0
_REPORTED: Final = 50
"""As many of the newest revisions are reported; each report is made once, however often it is asked for."""


T = TypeVar("T")


class _Read(NamedTuple):
    settings: Settings
    pending: Pending | None
    history: tuple[Revision, ...]


class Upkeep:
    """The ledger, and the probation of a revision."""

    def __init__(
        self,
        found: Settings,
        inbox: Inbox,
        *,
        record: Callable[[SettingsRevised, str], None],
        changed: Callable[[Settings], None],
    ) -> None:
        """`record` puts a report into the outbox, once for each id; `changed` is given settings to go on with when a
        revision was taken back.
        """
        self._settings = found
        self._inbox = inbox
        self._record = record
        self._changed = changed
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="upkeep")
        self._ledger = Ledger(found.folder)
        self._write_at = 0.0
        self._writing = False
        self._trial: Pending | None = None
        self._trial_ends = 0.0
        self._paused = False
        self._answered: set[str] = set()
        self._silent: frozenset[str] = frozenset()
        self._shown = False

    # --- the ledger ----------

    def count(self, event: Counted) -> None:
        """What a device did since the last time."""
        self._ledger.add(event.name, event.counts)

    def annotated(self, report: DeviceReport) -> DeviceReport:
        """The report of a device with what its counts say: maintenance due, supplies left. Any thread may ask."""
        account = self._ledger.known(report.name)
        fitted = self._settings.devices.fitted().get(report.name)
        found = due(account, limits_of(report.name, fitted.maintenance if fitted else {}))
        left = supplies_left(report.name, account)
        return msgspec.structs.replace(report, due=tuple(each.counter for each in found), left=left)

    def written(self, then: Callable[[], None]) -> None:
        """Bring every count to disk, then go on: somebody else writes next."""
        self._aside(self._write, lambda _: then(), lambda _: then())

    def _write(self) -> None:
        self._ledger.write()
        for name in self._settings.devices.fitted():
            self._ledger.of(name)

    # --- revisions ----------

    def begin(self) -> None:
        """The terminal has started with these settings; if they are on probation, it goes on."""
        path = self._settings.path

        def read() -> _Read:
            return _Read(self._settings, revisions.pending(path), revisions.history(path))

        self._aside(read, self._on_trial, self._failed)
        self._aside(self._write, lambda _: None, self._failed)

    def pause(self) -> None:
        """A technician's turn begins: nothing is decided while it lasts, for whatever answers does so with other
        settings.
        """
        self._paused = True
        self._silent = frozenset(self._settings.devices.fitted()) - self._answered
        self._answered.clear()
        self._shown = False

    def reload(self, then: Callable[[Settings], None]) -> None:
        """Read the settings again, as a technician may have left them; a revision that was saved or still has to prove
        well has a whole probation from now on.
        """
        path = self._settings.path

        def read() -> _Read:
            pending = None
            try:
                found = settings.read(path)
                pending = self._applied()
            except settings.SettingsError:
                if revisions.take_back(path) is None:
                    raise
                found = settings.read(path)
            return _Read(found, pending, revisions.history(path))

        def done(read: _Read) -> None:
            self._paused = False
            self._settings = read.settings
            self._on_trial(read)
            then(read.settings)

        def failed(error: BaseException) -> None:
            self._paused = False
            self._failed(error)
            then(self._settings)

        self._aside(read, done, failed)

    def answered(self, name: str) -> None:
        """A device has answered."""
        self._answered.add(name)

    def shown(self) -> None:
        """A visit has shown itself."""
        self._shown = True

    def tick(self, now: float) -> None:
        """Write what was counted; end the probation when it is decided. `now` is monotonic seconds."""
        if self._ledger.dirty and not self._writing and now >= self._write_at:
            self._writing = True
            self._write_at = now + WRITE_EVERY
            self._aside(self._ledger.write, lambda _: self._wrote(), self._not_written)
        if self._trial is None or self._paused:
            return
        missing = set(self._settings.devices.fitted()) - self._answered - set(self._trial.excused or ())
        if self._shown and not missing:
            self._conclude(Outcome.KEPT)
        elif now >= self._trial_ends:
            audit.note("settings_unwell", silent=" ".join(sorted(missing)), shown=self._shown)
            self._conclude(Outcome.TAKEN_BACK)

    def stop(self) -> None:
        """Bring the last counts to disk."""
        if self._ledger.dirty:
            self._disk.submit(self._ledger.write)
        self._disk.shutdown(wait=True)

    def _on_trial(self, read: _Read) -> None:
        self._trial = read.pending
        if read.pending is not None:
            # No end is written down where the disk was full; a clock that was set back must not prolong one.
            until, whole = read.pending.until, revisions.PROBATION.total_seconds()
            left = (datetime.fromisoformat(until) - _now()).total_seconds() if until else whole
            self._trial_ends = time.monotonic() + min(max(0.0, left), whole)
        self._report(read.history)

    def _applied(self) -> Pending | None:
        """A full disk keeps no terminal from going on with the file as it is, nor from judging it."""
        path = self._settings.path
        try:
            return revisions.applied(path, _now(), self._silent, afresh=True)
        except OSError:
            found = revisions.pending(path)
            return None if found is None else msgspec.structs.replace(found, until="")

    def _conclude(self, outcome: Outcome) -> None:
        self._trial = None
        path = self._settings.path

        def conclude() -> _Read:
            if outcome is Outcome.KEPT:
                revisions.keep(path)
                return _Read(self._settings, None, revisions.history(path))
            revisions.take_back(path)
            return _Read(settings.read(path), None, revisions.history(path))

        def concluded(read: _Read) -> None:
            self._report(read.history)
            if outcome is Outcome.TAKEN_BACK:
                self._settings = read.settings
                if not self._paused:  # a technician who came meanwhile holds every device; their turn ends with reload
                    self._changed(read.settings)

        audit.note("settings_concluded", outcome=outcome.value)
        self._aside(conclude, concluded, self._failed)

    def not_saved(self, version: int, why: str) -> None:
        """Settings of the centre, of this version, could not be written: it hears of that once."""
        name = f"suiban/{self._settings.terminal.id}/settings/centre/{version}/{NOT_SAVED}"
        body = SettingsRevised(0, f"centre/{version}", datetime.now().astimezone().isoformat(), (why,), NOT_SAVED)
        self._record(body, str(uuid.uuid5(uuid.NAMESPACE_URL, name)))

    def _report(self, history: tuple[Revision, ...]) -> None:
        terminal = self._settings.terminal.id
        for found in reversed(history[:_REPORTED]):
            if found.number > 0:
                name = f"suiban/{terminal}/settings/{found.number}/{found.at}/{found.outcome}"
                body = SettingsRevised(found.number, found.by, found.at, found.changes, found.outcome.value)
                self._record(body, str(uuid.uuid5(uuid.NAMESPACE_URL, name)))

    # --- the thread that waits for the disk ----------

    def _aside(self, job: Callable[[], T], then: Callable[[T], None], failed: Callable[[BaseException], None]) -> None:
        self._inbox.when_done(self._disk.submit(job), then, failed)

    def _wrote(self) -> None:
        self._writing = False

    def _not_written(self, error: BaseException) -> None:
        self._writing = False
        self._write_at = time.monotonic() + _RETRY_SECONDS
        self._failed(error)

    def _failed(self, error: BaseException) -> None:
        audit.note("upkeep_failed", error=type(error).__name__)


def _now() -> datetime:
    return datetime.now().astimezone()
