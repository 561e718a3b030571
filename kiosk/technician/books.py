"""What is written down for technicians: counts and care of each device, revisions, files to take along."""

import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from devices.recording.recordings import Recording
from kiosk import settings
from kiosk.fitted.ledger import Account, Ledger, due, limits_of
from kiosk.settings import Settings, SettingsError
from kiosk.setup import revisions
from kiosk.technician import plans
from kiosk.technician.values import Care, Plan, Revision

_WRITE_EVERY: Final = 10.0
_REPORT_SECONDS: Final = 80.0
STICKS: Final = (Path("/media"), Path("/run/media"))


class CareBook:
    """The ledger as a technician sees it. `counted` from any thread, the rest from the bench's."""

    def __init__(self, found: Settings) -> None:
        self._ledger = Ledger(found.folder)
        self._own = {name: device.maintenance for name, device in found.devices.fitted().items()}
        self._written_at = time.monotonic()

    def counted(self, name: str, counts: Mapping[str, float]) -> None:
        """What a device did."""
        self._ledger.add(name, counts)

    def write(self, *, now: bool = False) -> bool:
        """Bring counts to disk every ten seconds, or now; True when there was something."""
        if not self._ledger.dirty or not (now or time.monotonic() - self._written_at > _WRITE_EVERY):
            return False
        self._written_at = time.monotonic()
        self._ledger.write()
        return True

    def of(self, name: str) -> Care:
        """Everything known of one device."""
        return _care(self._ledger.of(name), limits_of(name, self._own.get(name, {})))

    def totals(self, name: str) -> Mapping[str, float]:
        """Its counts since it was first seen here."""
        return self._ledger.known(name).totals

    def refilled(self, name: str) -> None:
        """Its supplies are new."""
        self._ledger.refilled(name, _now().isoformat(timespec="seconds"))

    def replaced(self, name: str, serial: str) -> None:
        """Another machine stands in its place."""
        self._ledger.replaced(name, _now().isoformat(timespec="seconds"), serial)


class RevisionBook:
    """The settings' history."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> tuple[Revision, ...]:
        """Every revision somebody made, the newest first."""
        return tuple(
            Revision(one.number, _minute(one.at), one.by, one.outcome.value, one.changes)
            for one in revisions.history(self._path)
            if one.number > 0
        )

    def save(self, before: Plan, plan: Plan, by: str) -> tuple[int, Plan]:
        """A new revision; its number and what the settings say now. Raises SettingsError, OSError."""
        made = revisions.save(self._path, lambda document: plans.write(document, before, plan), by, _now())
        return made.number, plans.plan_of(settings.read(self._path))

    def undo(self, by: str) -> tuple[int, Plan] | None:
        """The state before, as a new revision; None where there is none."""
        made = revisions.undo(self._path, by, _now())
        return None if made is None else (made.number, plans.plan_of(settings.read(self._path)))


def export_folder(found: Settings, sticks: Iterable[Path] = STICKS) -> Path:
    """The first USB stick that can be written to, else a folder of the terminal."""
    for root in sticks:
        for place in (*root.glob("*"), *root.glob("*/*")):
            if place.is_mount() and os.access(place, os.W_OK):
                return place
    folder = found.folder / "export"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def write_recordings(folder: Path, terminal: str, made: Mapping[str, Recording]) -> Path:
    """One archive with a recording for each device; each can be played back by its simulator. Whole or not at all."""
    path = folder / f"suiban-{terminal}-{_now():%Y%m%d-%H%M%S}-recordings.zip"
    fresh = path.with_suffix(".part")
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, one in made.items():
                archive.writestr(f"{name}.json", msgspec.json.format(msgspec.json.encode(one), indent=1))
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
    return path


class Doctor:
    """The readiness report, made by a process of its own, which ends with ours: it holds every port."""

    def __init__(self) -> None:
        self._taken = threading.Lock()
        self._asked: subprocess.Popen[str] | None = None
        self.dismissed = False

    def report(self, found: Settings, folder: Path) -> Path:
        """Have it made. Raises SettingsError when none came of it."""
        path = folder / f"suiban-{found.terminal.id}-{_now():%Y%m%d-%H%M%S}.pdf"
        with self._begun(found, path) as asked:
            try:
                said = asked.communicate(timeout=_REPORT_SECONDS)[1].strip().splitlines()
            except subprocess.TimeoutExpired:
                raise SettingsError("the doctor did not end in time.") from None
            finally:
                asked.kill()
        if not path.is_file():
            raise SettingsError(said[-1] if said else "no report was made.")
        return path

    def dismiss(self) -> None:
        """End it now, and for good. Any thread may call this."""
        with self._taken:
            self.dismissed = True
            if self._asked is not None:
                self._asked.kill()

    def _begun(self, found: Settings, path: Path) -> "subprocess.Popen[str]":
        command = (sys.executable, "-m", "kiosk", "report", "--config", str(found.path), "--pdf", str(path))
        with self._taken:
            if self.dismissed:
                raise SettingsError("no report was made.")
            self._asked = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            return self._asked


def _care(account: Account, limits: Mapping[str, float]) -> Care:
    refill, replacement = account.refill, account.replacement
    return Care(
        totals=tuple(sorted(account.totals.items())),
        since_refill=tuple(sorted(refill.counts.items())) if refill else (),
        refilled_at=_minute(refill.at) if refill else "",
        replaced_at=_minute(replacement.at) if replacement else "",
        serial=replacement.note if replacement else "",
        due=tuple(one.counter for one in due(account, limits)),
    )


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")


def _now() -> datetime:
    return datetime.now().astimezone()
