"""The office's own book: what came, what is lacking, what was decided. Its word is final."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from central.cities.protocol import At, HandOver, HandScan, News, Told
from central.departments.simulator.ofd import Line, ofd_of

TEXTS = ("材料核对无误，已受理", "审批中", "已办结")


def _certificate(entry: "Entry") -> bytes:
    """What is printed at the place that took it in (OFD)."""
    lines = (entry.case.item_title, f"申请人：{entry.case.name}", f"编号：{entry.told.reference}")
    page = [Line(30, 50 + 16 * at, text, 6) for at, text in enumerate(lines)]
    return ofd_of([page], title=entry.case.item_title, document_id=entry.case.transfer_id)


@dataclass
class Entry:
    """One transfer."""

    case: HandOver
    scans: dict[str, HandScan] = field(default_factory=dict)
    told: Told = field(default_factory=lambda: Told("", At.UNKNOWN))


@dataclass
class Book:
    """From any thread."""

    clock: Callable[[], datetime]
    entries: dict[str, Entry] = field(default_factory=dict)
    handed_over: int = 0
    """How many different transfers began: the same one said again is none."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hand_over(self, case: HandOver) -> Told:
        """Begin, or hear how it stands."""
        with self._lock:
            entry = self.entries.get(case.transfer_id)
            if entry is None:
                self.handed_over += 1
                entry = self.entries[case.transfer_id] = Entry(case)
                entry.told = Told(case.transfer_id, At.COMING, lacks=case.scans)
            return entry.told

    def hand_scan(self, scan: HandScan) -> Told:
        """One paper; one that nobody announced changes nothing."""
        with self._lock:
            entry = self.entries.get(scan.transfer_id)
            if entry is None:
                return Told(scan.transfer_id, At.UNKNOWN)
            if scan.name in entry.case.scans:
                entry.scans[scan.name] = scan
            lacks = tuple(name for name in entry.case.scans if name not in entry.scans)
            entry.told = msgspec.structs.replace(entry.told, lacks=lacks)
            return entry.told

    def complete(self, transfer_id: str) -> Told:
        """The office begins, where nothing is lacking."""
        with self._lock:
            entry = self.entries.get(transfer_id)
            if entry is None:
                return Told(transfer_id, At.UNKNOWN)
            if entry.told.at is At.COMING and not entry.told.lacks:
                reference = f"KC{len(self.entries):06}"
                entry.told = msgspec.structs.replace(entry.told, at=At.WORKING, reference=reference)
                self._tell(entry, TEXTS[0])
            return entry.told

    def query(self, transfer_id: str) -> Told:
        """How it stands."""
        with self._lock:
            entry = self.entries.get(transfer_id)
            return entry.told if entry is not None else Told(transfer_id, At.UNKNOWN)

    def work(self) -> None:
        """Everything the office has goes one step on; the last says how the result comes."""
        with self._lock:
            for number, entry in enumerate(self.entries.values(), 1):
                heard = len(entry.told.news)
                if entry.told.at is not At.WORKING:
                    continue
                if heard < len(TEXTS) - 1:
                    self._tell(entry, TEXTS[heard])
                    continue
                by_post = entry.case.result_by == "post"
                how = "结果已寄出" if by_post else "结果已传回，可在收件地打印"
                waybill = f"EMS{number:010}" if by_post else ""
                result = b"" if by_post else _certificate(entry)
                entry.told = msgspec.structs.replace(entry.told, at=At.DONE, waybill=waybill, result=result)
                self._tell(entry, f"{TEXTS[-1]}，{how}{waybill and f'，运单号 {waybill}'}", done=True)

    def _tell(self, entry: Entry, text: str, *, done: bool = False) -> None:
        at = self.clock().isoformat(timespec="seconds")
        entry.told = msgspec.structs.replace(entry.told, news=(*entry.told.news, News(at, text, done)))
