"""The thread that sends sealed scans, piece by piece, on a connection of its own: no lane waits for it."""

import random
import time
from collections.abc import Callable

import msgspec

from offline_cache.link import outbox
from offline_cache.link.client import OF_THE_LINK, LinkFailure
from offline_cache.link.errand import Errand
from offline_cache.link.outbox import Alarm, AlarmKey
from offline_cache.records import StoreError
from offline_cache.scans import pieces, tus
from offline_cache.scans.book import WaitingScan
from offline_cache.scans.files import ScanStore
from offline_cache.scans.tus import ScanLine
from offline_cache.thread import StoreThread

IDLE_SECONDS = 60.0
LOOK_SECONDS = 60.0
"""How often the store is asked what waits: after a month alone that is a long list, and citizens wait for the store."""
SWEEP_SECONDS = 1800.0
"""How often it is looked for files that no case names."""


class ScanHeld(msgspec.Struct, frozen=True):
    """The centre holds all of this scan."""

    hash: str
    case_id: str


class _Upload(msgspec.Struct):
    """One scan under way; `offset` None means that the centre has to be asked where it stands."""

    scan: WaitingScan
    offset: int | None = None
    announced: bool = False
    failures: int = 0
    due: float = 0.0


class Uploader:
    """Runs from `start` to `stop`; `wake` says that a scan was kept. A scan that fails goes behind the others."""

    def __init__(
        self,
        store: StoreThread,
        files: ScanStore,
        line: ScanLine,
        post: Callable[[ScanHeld | Alarm], None],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`post` is called on this thread and must not block."""
        self._store = store
        self._files = files
        self._line = line
        self._post = post
        self._jitter = jitter
        self._uploads: dict[str, _Upload] = {}
        self._piece = pieces.FIRST_PIECE
        self._up = False
        self._came_up = False
        self._kept = True
        self._look_at = 0.0
        self._sweep_at = 0.0
        self._alarms: set[tuple[AlarmKey, str]] = set()
        self._errand = Errand("scans", self._step, stumbled=self._stumbled, ended=line.close)
        self.start, self.stop, self.alive_at = self._errand.start, self._errand.stop, self._errand.alive_at

    def wake(self) -> None:
        """A scan may have been kept. From any thread."""
        self._kept = True
        self._errand.wake()

    def link_is(self, *, up: bool) -> None:
        """The centre takes what this terminal has, or does not: then nothing is tried. From any thread."""
        self._came_up = self._came_up or (up and not self._up)
        self._up = up
        self._errand.wake()

    def _step(self) -> float:
        """Send the next piece of the scan whose turn it is; seconds until there is another."""
        if time.monotonic() >= self._sweep_at:
            self._sweep_at = time.monotonic() + SWEEP_SECONDS
            files = tuple(self._files.files())
            self._store.do(lambda store: store.scans.sweep(files)).result()
        if not self._up:
            return IDLE_SECONDS
        if self._came_up:
            self._came_up = False
            for upload in self._uploads.values():
                upload.due = 0.0
        now = time.monotonic()
        if self._kept or now >= self._look_at or not self._uploads:
            self._look()
            self._look_at = now + LOOK_SECONDS
        if not self._uploads:
            return IDLE_SECONDS
        upload = min(self._uploads.values(), key=lambda each: each.due)
        if upload.due > now:
            return min(upload.due, self._look_at) - now
        try:
            self._go_on(upload)
        except LinkFailure as failure:
            self._failed(upload, failure)
        except StoreError as error:
            self._not_read(upload, error)
        return 0.0

    def _look(self) -> None:
        self._kept = False
        waiting = self._store.do(lambda store: store.scans.waiting()).result()
        self._uploads = {scan.hash: self._uploads.get(scan.hash) or _Upload(scan) for scan in waiting}

    def _go_on(self, upload: _Upload) -> None:
        scan = upload.scan
        if not upload.announced and not self._sound(scan):
            return
        if not upload.announced or upload.offset == scan.size:
            if tus.create(self._line, scan):
                self._held(scan)
                return
            if upload.announced:  # all was sent, and the centre does not say that it holds it
                upload.offset = None
                self._later(upload, None)
            upload.announced = True
        if upload.offset is None:
            upload.offset = tus.ask(self._line, scan)
            upload.announced = upload.offset is not None
            if not upload.announced:
                self._later(upload, None)
        elif upload.offset < scan.size:
            self._send(upload, upload.offset)

    def _send(self, upload: _Upload, offset: int) -> None:
        piece = self._files.read(upload.scan.hash, offset, self._piece)
        began = time.monotonic()
        progress = tus.send(self._line, upload.scan, offset, piece)
        upload.offset = progress.offset
        if progress.offset is not None:
            self._piece = pieces.after_piece(len(piece), time.monotonic() - began)
            upload.failures = 0
            return
        if progress.mismatch:
            upload.announced = False  # the file is looked at once more before anything of it is sent again
        self._later(upload, None)

    def _sound(self, scan: WaitingScan) -> bool:
        """What does not have its hash any more is said aloud and never sent as good."""
        if self._files.whole(scan.hash, scan.suite):
            return True
        self._store.do(lambda store: store.scans.damaged(scan.hash)).result()
        self._uploads.pop(scan.hash, None)
        self._alarm(
            AlarmKey.SCAN_DAMAGED,
            scan.hash,
            f"scan {scan.hash[:12]}… of case {scan.case_id} is lost or damaged on disk",
        )
        return False

    def _held(self, scan: WaitingScan) -> None:
        self._store.do(lambda store: store.scans.held(scan.hash)).result()
        self._uploads.pop(scan.hash, None)
        self._alarms.discard((AlarmKey.SCAN_REFUSED, scan.hash))
        self._post(ScanHeld(scan.hash, scan.case_id))

    def _failed(self, upload: _Upload, failure: LinkFailure) -> None:
        upload.offset = None
        self._piece = pieces.after_failure(self._piece)
        self._later(upload, failure.retry_after)
        if failure.key not in OF_THE_LINK:
            self._alarm(AlarmKey.SCAN_REFUSED, upload.scan.hash, f"scan {upload.scan.hash[:12]}…: {failure.detail}")
        if failure.key in OF_THE_LINK or failure.retry_after:
            for other in self._uploads.values():  # the link is down, or the centre busy, for all of them
                other.due = max(other.due, upload.due)

    def _not_read(self, upload: _Upload, error: StoreError) -> None:
        """A file that cannot be read is looked at whole before anything more of it is sent; the others go on."""
        upload.announced, upload.offset = False, None
        self._later(upload, None)
        self._alarm(AlarmKey.STORE, upload.scan.hash, f"scan {upload.scan.hash[:12]}…: {error}")

    def _later(self, upload: _Upload, retry_after: float | None) -> None:
        upload.failures += 1
        upload.due = time.monotonic() + outbox.after_failure(upload.failures, retry_after, self._jitter())

    def _stumbled(self, error: Exception) -> None:
        if not isinstance(error, StoreError):
            self._alarm(AlarmKey.SOFTWARE, type(error).__name__, type(error).__name__)

    def _alarm(self, key: AlarmKey, of: str, detail: str) -> None:
        """Once for each thing it is about."""
        if (key, of) not in self._alarms:
            self._alarms.add((key, of))
            self._post(Alarm(key, None, detail))
