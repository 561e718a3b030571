"""Hands sealed scans to the terminal, piece by piece: each goes when the one before is on disk. Visit process only."""

from collections import deque
from collections.abc import Callable

from contract.scans import ScanRef
from contract.suites import suite
from kiosk.link import SCAN_PIECE, KeepScan, ScanGoOn, ScanKept, ScanNotKept

Told = Callable[[ScanRef, str], None]
"""What became of a scan: a `store.…` key when it was not kept, else empty."""


class ScanPost:
    """The scans of one visit, one after the other. Belongs to the screen's thread; `hear` may come from another."""

    def __init__(self, visit: int, case_id: str, send: Callable[[KeepScan], None], told: Told) -> None:
        self._visit = visit
        self._case_id = case_id
        self._send = send
        self._told = told
        self._waiting: deque[tuple[ScanRef, bytes]] = deque()
        self.kept: tuple[ScanRef, ...] = ()
        """What a case may name now."""

    def hand_over(self, sealed: bytes, suite_id: str, what: str) -> ScanRef:
        """Have it kept; `told` hears how that went. `what` is the code of the material it stands for."""
        ref = ScanRef(suite(suite_id).digest(sealed).hex(), len(sealed), what, suite_id)
        self._waiting.append((ref, sealed))
        if len(self._waiting) == 1:
            self._piece(0)
        return ref

    def take_back(self, ref: ScanRef) -> None:
        """The citizen does not want it with the case after all; its sealed file is swept as one that no case names."""
        self.kept = tuple(one for one in self.kept if one.hash != ref.hash)

    def hear(self, message: ScanGoOn | ScanKept | ScanNotKept) -> None:
        """What the terminal said; about any other scan it means nothing."""
        if not self._waiting or (message.visit, message.hash) != (self._visit, self._waiting[0][0].hash):
            return
        if isinstance(message, ScanGoOn):
            self._piece(message.offset)
            return
        ref, _ = self._waiting.popleft()
        if isinstance(message, ScanKept):
            self.kept += (ref,)
        self._told(ref, message.fault if isinstance(message, ScanNotKept) else "")
        if self._waiting:
            self._piece(0)

    def _piece(self, offset: int) -> None:
        ref, sealed = self._waiting[0]
        piece = sealed[offset : offset + SCAN_PIECE]
        self._send(KeepScan(self._visit, self._case_id, ref.hash, ref.suite, ref.size, offset, piece))
