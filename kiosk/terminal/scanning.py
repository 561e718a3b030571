"""Sealed scans on their way from a visit to the disk: pieces in, a durable file named by its hash out.

The disk is waited for on a thread of its own; every method belongs to the terminal's main thread.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from kiosk import audit
from kiosk.link import KeepScan, ScanGoOn, ScanKept, ScanNotKept
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.visits import Stage, VisitProcess
from offline_cache.records import StoreError, StoreFault
from offline_cache.scans.files import GrowingScan, ScanStore

MOST_PER_CASE: Final = 60
"""Scans a visit may hand over: more is a fault of the visit, not a case."""


class _Growing:
    """The scan that grows now; touched by the disk thread only."""

    def __init__(self) -> None:
        self.key: tuple[str, str] = ("", "")
        self.scan: GrowingScan | None = None

    def forget(self) -> None:
        if self.scan is not None:
            self.scan.abandon()
        self.scan, self.key = None, ("", "")


class ScanDesk:
    """Takes scans of the visit on the screen."""

    def __init__(self, files: ScanStore, inbox: Inbox) -> None:
        self._files = files
        self._inbox = inbox
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="scans")
        self._growing = _Growing()
        self._kept: dict[str, int] = {}
        """By case, how many scans were kept; only of the visits of this process."""
        self._aside(self._files.sweep, self._swept, lambda error: audit.note("scan_not_kept", fault=_key(error)))

    def keep(self, process: VisitProcess, message: KeepScan) -> None:
        """Bring a piece to disk and tell the visit how it is; one that has said its last word is not heard any more."""
        if process.stage is not Stage.SERVING:
            return
        if self._kept.get(message.case_id, 0) >= MOST_PER_CASE:
            self._failed(process, message, StoreError(StoreFault.SCAN_DAMAGED, "too many scans in one case"))
            return
        self._aside(
            partial(self._write, message),
            partial(self._written, process, message),
            partial(self._failed, process, message),
        )

    def visit_over(self, case_id: str) -> None:
        """Nothing more of this case comes: half a scan is removed; a whole one that no case names is swept later."""
        self._kept.pop(case_id, None)

        def forget() -> None:
            if self._growing.key[0] == case_id:
                self._growing.forget()

        self._disk.submit(forget)

    def stop(self) -> None:
        """Finish what is being written."""
        self._disk.submit(self._growing.forget)
        self._disk.shutdown(wait=True)

    def _write(self, message: KeepScan) -> bool:
        """Whether this was the last piece, and the scan is whole and durable. On the disk thread."""
        key = (message.case_id, message.hash)
        if message.offset == 0:
            self._growing.forget()
            self._growing.scan, self._growing.key = self._files.grow(), key
        scan = self._growing.scan
        if scan is None or self._growing.key != key or message.offset + len(message.piece) > message.size:
            self._growing.forget()
            raise StoreError(StoreFault.SCAN_DAMAGED, f"scan {message.hash[:12]}…: a piece of it does not fit")
        try:
            scan.add(message.offset, message.piece)
            if scan.size < message.size:
                return False
            scan.finish(message.hash, message.suite)
        except BaseException:
            self._growing.forget()
            raise
        self._growing.forget()
        return True

    def _written(self, process: VisitProcess, message: KeepScan, whole: bool) -> None:  # noqa: FBT001 - see _write
        end = message.offset + len(message.piece)
        if not whole:
            process.send(ScanGoOn(message.visit, message.case_id, message.hash, end))
            return
        if process.stage is Stage.SERVING:
            self._kept[message.case_id] = self._kept.get(message.case_id, 0) + 1
        audit.note("scan_kept", hash=message.hash, size=message.size)
        process.send(ScanKept(message.visit, message.case_id, message.hash))

    def _failed(self, process: VisitProcess, message: KeepScan, error: BaseException) -> None:
        audit.note("scan_not_kept", fault=_key(error))
        process.send(ScanNotKept(message.visit, message.case_id, message.hash, _key(error)))

    def _swept(self, count: int) -> None:
        if count:
            audit.note("scans_swept", count=count)

    def _aside(
        self, job: Callable[[], object], then: Callable[..., None], failed: Callable[[BaseException], None]
    ) -> None:
        self._inbox.when_done(self._disk.submit(job), then, failed)


def _key(error: BaseException) -> str:
    return error.key if isinstance(error, StoreError) else StoreFault.SOFTWARE.value
