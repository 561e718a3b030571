"""A small file beside the database that says how far its counters may have come, always ahead of them.

A database set back, by a restored backup or a rolled-back disk, forgets numbers people hold on paper; the reserve does
not. It is written in blocks, so that it costs a number nothing most of the time.
"""

import errno
import os
from pathlib import Path
from typing import Final

import msgspec

from offline_cache.records import StoreError, StoreFault

SERIALS: Final = 100
DOCUMENTS: Final = 100
LOCAL: Final = 50
LEASED: Final = 20


class Reserve(msgspec.Struct, frozen=True):
    """The highest count each series may have given out. `series` is by "date/queue"; dates before `day` are over.

    `closed` names the orderly end of an opening: where the database names the same, these are its very counts.
    """

    serial: int = 0
    document: int = 0
    local: int = 0
    day: str = ""
    series: dict[str, int] = {}
    closed: str = ""

    def covers(self, counts: "Reserve") -> bool:
        """Whether none of these counts is beyond what was reserved."""
        return (
            not self.closed
            and max(counts.serial - self.serial, counts.document - self.document, counts.local - self.local) <= 0
            and counts.day <= self.day
            and all(count <= self.series.get(name, 0) for name, count in counts.series.items())
        )

    def beyond(self, counts: "Reserve") -> "Reserve":
        """What to reserve so that these counts, and some to come, are covered: all together, each time is two syncs."""
        day = max(self.day, counts.day)
        series = {name: count for name, count in self.series.items() if name >= day}
        for name, count in counts.series.items():
            if name >= day:
                series[name] = max(series.get(name, 0), count + LEASED)
        return Reserve(
            serial=_ahead(counts.serial, self.serial, SERIALS),
            document=_ahead(counts.document, self.document, DOCUMENTS),
            local=_ahead(counts.local, self.local, LOCAL),
            day=day,
            series=series,
        )


def _ahead(count: int, reserved: int, block: int) -> int:
    return max(reserved, count + block) if count else reserved


class ReserveFile:
    """`path` is replaced as one step, synced with its folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: Reserve | None = None

    @classmethod
    def beside(cls, database: Path) -> "ReserveFile":
        """`terminal.db` has `terminal.reserve`."""
        return cls(database.with_suffix(".reserve"))

    def read(self) -> Reserve | None:
        """What it says; None where there is none or nobody can read it. Raises StoreError for what the disk did."""
        try:
            self._kept = msgspec.json.decode(self._path.read_bytes(), type=Reserve)
        except (FileNotFoundError, ValueError):
            self._kept = None
        except OSError as error:
            raise _named(self._path, error) from error
        return self._kept

    def cover(self, counts: Reserve) -> None:
        """Durably ahead of these counts when this returns. Raises StoreError."""
        kept = self._kept or Reserve()
        if not kept.covers(counts):
            self.keep(kept.beyond(counts))

    def keep(self, reserve: Reserve) -> None:
        """Replace what it says. Raises StoreError; the old stays then."""
        beside = self._path.with_name(self._path.name + ".new")
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(reserve))
                file.flush()
                os.fsync(descriptor)
            beside.replace(self._path)
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise _named(self._path, error) from error
        self._kept = reserve


def _named(path: Path, error: OSError) -> StoreError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return StoreError(StoreFault.FULL if full else StoreFault.IO, f"{path}: {error.strerror}")
