"""What each device has done in its life: totals, since the last refill, since it was replaced. One small file a device.

The terminal and the technician's process may both write: every write takes the lock, reads, adds, replaces the file.
"""

import fcntl
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from devices.ticket_printer.forecast import Roll, Used, tickets_left
from kiosk.durable import replace_file

LIMITS: Final[dict[str, dict[str, float]]] = {
    # Makers' figures for the life of wearing parts: cutter and print head of 80 mm receipt printers (Epson TM-T88VI
    # user's manual: 2 million cuts, 150 km), with a margin; service interval of small lasers; hinges of locker doors.
    "ticket_printer": {"cuts": 1_500_000, "paper_mm": 120_000_000},
    "document_printer": {"pages": 100_000},
    "locker": {"openings_opened": 100_000},
}


class Since(msgspec.Struct, frozen=True):
    """Counts from a moment on. `note` is what a technician wrote: a serial number, a roll's length."""

    at: str
    counts: dict[str, float] = {}
    note: str = ""


class Account(msgspec.Struct, frozen=True):
    """Everything counted of one device."""

    totals: dict[str, float] = {}
    refill: Since | None = None
    replacement: Since | None = None


class Due(msgspec.Struct, frozen=True):
    """Maintenance is due: a counter has reached its limit since the device was fitted or replaced."""

    counter: str
    count: float
    limit: float


class Ledger:
    """Counts come in from any thread and are on disk after `write`. Every method may raise OSError; nothing is lost
    then, the next write tries again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "ledger"
        self._adding = threading.Lock()
        self._waiting: dict[str, dict[str, float]] = {}
        self._known: dict[str, Account] = {}

    @property
    def dirty(self) -> bool:
        """Whether something was counted that is not on disk."""
        return bool(self._waiting)

    def add(self, name: str, counts: Mapping[str, float]) -> None:
        """Count what a device did. Memory only; from any thread."""
        with self._adding:
            self._waiting[name] = _sum(self._waiting.get(name, {}), counts)

    def write(self) -> None:
        """Bring what was counted to disk, durably."""
        with self._locked(), self._adding:
            for name, counts in list(self._waiting.items()):
                self._put(name, _counted(self._read(name), counts))
                del self._waiting[name]

    def of(self, name: str) -> Account:
        """What is on disk of one device, whoever wrote it."""
        self._known[name] = found = self._read(name)
        return found

    def known(self, name: str) -> Account:
        """As it was last read or written here; never touches the disk."""
        return self._known.get(name, Account())

    def refilled(self, name: str, at: str, note: str = "") -> Account:
        """Paper, toner or labels were filled up: counting since the refill begins anew. `at` is ISO 8601."""
        self.write()
        with self._locked():
            return self._put(name, msgspec.structs.replace(self._read(name), refill=Since(at, {}, note)))

    def replaced(self, name: str, at: str, serial: str) -> Account:
        """Another machine stands in this place: it begins with nothing done, its supplies full."""
        self.write()
        with self._locked():
            found = self._read(name)
            return self._put(name, Account(found.totals, Since(at), Since(at, {}, serial)))

    def _read(self, name: str) -> Account:
        try:
            return msgspec.json.decode((self._folder / f"{name}.json").read_bytes(), type=Account)
        except (FileNotFoundError, msgspec.DecodeError):
            return Account()  # a file nobody can read is begun anew: counts are a guide, not a proof

    def _put(self, name: str, account: Account) -> Account:
        replace_file(self._folder / f"{name}.json", msgspec.json.format(msgspec.json.encode(account)))
        self._known[name] = account
        return account

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(self._folder / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def due(account: Account, limits: Mapping[str, float]) -> tuple[Due, ...]:
    """What has reached its limit."""
    counts = account.replacement.counts if account.replacement else account.totals
    return tuple(
        Due(counter, counts[counter], limit)
        for counter, limit in sorted(limits.items())
        if counts.get(counter, 0) >= limit
    )


def supplies_left(name: str, account: Account) -> dict[str, int]:
    """For how much the supplies are foretold to last; nothing where nobody has noted a refill or too little was used.

    A roll's length in metres may stand in the refill's note ("80 m").
    """
    refill = account.refill
    if name != "ticket_printer" or refill is None:
        return {}
    metres = re.match(r"\s*(\d+)\s*m\b", refill.note)
    roll = Roll(float(metres[1]) * 1000) if metres else Roll()
    counts = refill.counts
    tickets = counts.get("tickets_printed", 0) + counts.get("tickets_uncertain", 0)
    left = tickets_left(roll, Used(tickets, counts.get("paper_mm", 0)))
    return {} if left is None else {"tickets": left}


def limits_of(name: str, own: Mapping[str, float]) -> dict[str, float]:
    """The limits of a device: its kind's, and over them those of the settings."""
    return {**LIMITS.get(name, {}), **own}


def _counted(account: Account, counts: Mapping[str, float]) -> Account:
    def on(since: Since | None) -> Since | None:
        return since and msgspec.structs.replace(since, counts=_sum(since.counts, counts))

    return Account(_sum(account.totals, counts), on(account.refill), on(account.replacement))


def _sum(first: Mapping[str, float], second: Mapping[str, float]) -> dict[str, float]:
    return {key: round(first.get(key, 0) + second.get(key, 0), 3) for key in {**first, **second}}
