"""The thread that looks what the centre says of releases and fetches what is wanted, on a line of its own, slowly."""

import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

import msgspec

from contract.releases import PIECE, Shelf, manifest_name
from kiosk.release import rules
from kiosk.release.trusted import Library, NotThere, NotTrusted, first_root, hashed_name, is_right, part_of
from offline_cache.link.client import LinkFailure
from offline_cache.link.errand import Errand

IDLE_SECONDS: Final = 60.0
SPREAD: Final = 0.2
_OF_THE_LINE: Final = "release.not_reached"


class Line(Protocol):
    """What `ReleaseLine` does; raises LinkFailure."""

    def piece(self, shelf: Shelf, name: str, offset: int) -> bytes | None: ...
    def close(self) -> None: ...


class Checked(msgspec.Struct, frozen=True):
    """What the centre says of releases was found good."""


class Fetched(msgspec.Struct, frozen=True):
    """All of a release is here, each file proven."""

    release: str


class Fetching(msgspec.Struct, frozen=True):
    """How much of it is here, in percent."""

    release: str
    percent: int


class NotFetched(msgspec.Struct, frozen=True):
    """Why not; `release` is empty for a look that failed."""

    release: str
    why: str
    detail: str


News = Checked | Fetched | Fetching | NotFetched


class _Stopped(OSError):
    """The terminal stops, or something else is wanted."""


class Fetcher:
    """From `start` to `stop`; `want` from any thread. `folder` is what the installer reads: metadata/ and targets/."""

    def __init__(
        self,
        line: Line,
        root: Path,
        folder: Path,
        post: Callable[[News], None],
        *,
        kilobytes_per_second: int,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`post` is called on this thread and must not block."""
        self._line = line
        self._root = root
        self._folder = folder
        self._post = post
        self._rate = kilobytes_per_second * 1024
        self._jitter = jitter
        self._wanted = ""
        self._up = False
        self._looked_due = 0.0
        self._due = 0.0
        self._errand = Errand("releases", self._step, stumbled=self._stumbled, ended=line.close)
        self.start, self.stop, self._alive_at = self._errand.start, self._errand.stop, self._errand.alive_at
        self._piece_at = 0.0

    def alive_at(self, now: float) -> float:
        """When it last gave a sign of life: a file of an hour is no hang. Monotonic seconds."""
        return max(self._alive_at(now), self._piece_at) if self._alive_at(now) else 0.0

    def want(self, release: str) -> None:
        """Fetch this one; empty: nothing."""
        if release != self._wanted:
            self._wanted, self._due = release, 0.0
            self._errand.wake()

    def link_is(self, *, up: bool) -> None:
        """The centre can be reached, or cannot: then nothing is tried."""
        self._up = up
        if up:
            self._looked_due = min(self._looked_due, time.monotonic() + 60.0 * self._jitter())
            self._errand.wake()

    def _step(self) -> float:
        now, wanted = time.monotonic(), self._wanted
        if not self._up:
            return IDLE_SECONDS
        if wanted and now >= self._due:
            self._due = now + rules.RETRY_SECONDS * (1 + SPREAD * self._jitter())
            self._try(wanted)
        elif now >= self._looked_due:
            self._try("")
        rests = [self._looked_due, *([self._due] if self._wanted else [])]
        return max(0.0, min(IDLE_SECONDS, *(at - time.monotonic() for at in rests)))

    def _try(self, release: str) -> None:
        self._looked_due = time.monotonic() + rules.CHECK_SECONDS * (1 + SPREAD * self._jitter())
        try:
            library = self._look()
            self._post(Checked())
            if release:
                self._fetch(library, release)
                self._post(Fetched(release))
        except _Stopped:
            return
        except NotTrusted as error:
            self._failed(release, error.key, error.detail)
        except OSError as error:
            why = _OF_THE_LINE if isinstance(error, ConnectionError) else "release.disk"
            self._failed(release, why, str(error))

    def _failed(self, release: str, why: str, detail: str) -> None:
        if why == _OF_THE_LINE:  # what has come stays; the line is often back in a minute
            self._due = self._looked_due = time.monotonic() + 60.0 * (1 + self._jitter())
        self._post(NotFetched(release, why, detail))

    def _look(self) -> Library:
        root = first_root(self._root)
        shelf = self._folder / Shelf.METADATA.value
        (self._folder / Shelf.TARGETS.value).mkdir(parents=True, exist_ok=True, mode=0o700)
        shelf.mkdir(exist_ok=True, mode=0o700)
        library = Library(root, self._folder / "trusted", self._bring)
        library.look()
        return library

    def _fetch(self, library: Library, release: str) -> None:
        """Room is looked for before the first byte: a disk that fills up is a terminal that closes."""
        targets = self._folder / Shelf.TARGETS.value
        made_of = library.manifest(release, targets)
        infos = [library.target(name) for name in (made_of.requirements, *made_of.files)]
        places = {info.path: targets / hashed_name(info) for info in infos}
        _sweep(targets, {*places.values(), targets / hashed_name(library.target(manifest_name(release)))})
        here = sum(_size(places[info.path], info.length) for info in infos)
        whole = sum(info.length for info in infos)
        usage = shutil.disk_usage(self._folder)
        if not rules.fits(usage.free, usage.total, whole, here):
            raise NotTrusted("release.room", f"{usage.free} bytes free; {whole} of wheels to fetch and to unpack")
        done = 0
        for info in infos:
            self._post(Fetching(release, done * 100 // max(1, whole)))
            if not is_right(info, places[info.path]):
                library.fetch(info.path, places[info.path])
            done += info.length

    def _bring(self, shelf: Shelf, name: str, offset: int) -> Iterator[bytes]:
        """Piece by piece at the rate that is set; metadata is put down for the installer as it came."""
        whole = bytearray()
        while True:
            if self._errand.stopping:
                raise _Stopped
            began = time.monotonic()
            self._piece_at = began
            try:
                piece = self._line.piece(shelf, name, offset)
            except LinkFailure as failure:
                raise ConnectionError(str(failure)) from failure
            if piece is None:
                raise NotThere(name)
            if shelf is Shelf.METADATA:
                whole += piece
            yield piece
            offset += len(piece)
            if len(piece) < PIECE:
                break
            time.sleep(max(0.0, min(10.0, len(piece) / self._rate - (time.monotonic() - began))))
        if shelf is Shelf.METADATA:
            _put_down(self._folder / shelf.value / name, bytes(whole))

    def _stumbled(self, error: Exception) -> None:
        self._due = self._looked_due = time.monotonic() + rules.RETRY_SECONDS
        self._post(NotFetched(self._wanted, "release.software", type(error).__name__))


def _size(path: Path, length: int) -> int:
    for one in (path, part_of(path)):
        if one.exists():
            return min(length, one.stat().st_size)
    return 0


def _sweep(folder: Path, keep: set[Path]) -> None:
    """Files of other releases."""
    keep |= {part_of(one) for one in keep}
    for one in folder.iterdir():
        if one not in keep:
            one.unlink()


def _put_down(path: Path, raw: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(raw)
    part.replace(path)
