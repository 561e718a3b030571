"""`./suiban campaign offline --days 30`: a month without the centre, in virtual time, while the disk fills and empties.

A small disk of its own, the real store with its thread, caretaker and ballast, sealed scans as files. Something else
on the machine fills the disk at random, to the last block. A case is begun only while the room rule allows it; one that
was begun must be kept, with its scan, its number and its paper. The clock is the campaign's own: 1,667 cases a day. The
control does without ballast and rule, and must meet a full disk in the middle of a case.
"""

import argparse
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from sqlalchemy import select

from contract.catalogue import ItemKind
from contract.suites import INTL
from offline_cache.caretaker import Caretaker, News, RoomChanged
from offline_cache.disk.room import Level
from offline_cache.records import CaseDraft, StoreError, StoreFault
from offline_cache.scans.files import SCANS, ScanStore
from offline_cache.store import Store
from offline_cache.tables import CaseRow, OutboxRow
from offline_cache.thread import StoreThread
from tests.faults.disk import Disk, in_own_namespace
from tests.faults.figures import Figures, finish, say

_ZONE: Final = timezone(timedelta(hours=8))
_BEGIN: Final = datetime(2026, 11, 22, 0, 0, tzinfo=_ZONE)
_KEY: Final = bytes(range(32))
_BALLAST: Final = 16 << 20
_SCAN_EVERY: Final = 20
_SCAN_BYTES: Final = 20_000


@dataclass
class Month:
    """What happened, and what was promised."""

    now: datetime = _BEGIN
    begun: int = 0
    turned_away: int = 0
    """Citizens who were told before they began that this terminal takes no cases at the moment."""
    full: int = 0
    """Citizens who had begun and met a full disk: must stay 0."""
    promised: dict[str, str] = field(default_factory=dict)
    """Case id -> number."""
    scans: set[str] = field(default_factory=set)


class Filler:
    """Somebody else's files on the same disk: they come in lumps and go again."""

    def __init__(self, disk: Path, chance: random.Random) -> None:
        self._file = disk / "somebody-elses.bin"
        self._disk = disk
        self._chance = chance
        self._file.touch()

    def change(self) -> None:
        """Sometimes to the last block, sometimes to half, often not at all."""
        kind = self._chance.random()
        if kind < 0.004:
            self.grow(1 << 40)
        elif kind < 0.012:
            self.grow(self._chance.randrange(1 << 20, 48 << 20))
        elif kind < 0.03:
            self.shrink()

    def shrink(self) -> None:
        """To less than half."""
        os.truncate(self._file, int(self._file.stat().st_size * self._chance.random() * 0.5))

    def grow(self, more: int) -> None:
        """Until the disk takes no more."""
        with suppress(OSError), self._file.open("ab", buffering=0) as file:
            while more > 0:
                more -= file.write(bytes(min(more, 1 << 20)))


class Life:
    """The store as the terminal runs it: its thread, its caretaker, what they tell about room."""

    def __init__(self, disk: Path, month: Month, filler: Filler, *, ballast: int) -> None:
        self._month = month
        self._filler = filler
        self._level = Level.AMPLE
        path = disk / "terminal.db"
        self._care = Caretaker(path, _KEY, lambda at: _open(at, month), lambda: month.now, self._hear, ballast=ballast)
        self._thread = StoreThread(care=self._care)

    def _hear(self, news: News) -> None:
        if isinstance(news, RoomChanged):
            self._level = news.level

    def days(self, first: int, count: int, a_day: int, chance: random.Random) -> None:
        """Day after day, one case after the other."""
        for day in range(first, first + count):
            self._month.now = _BEGIN + timedelta(days=day)
            for case in range(a_day):
                self._month.now += timedelta(seconds=86_000 / a_day)
                self._filler.change()
                if case % 25 == 0:
                    self._idle()
                if self._may_begin():
                    self._month.begun += 1
                    if chance.random() < 0.01:
                        self._filler.grow(1 << 40)  # between the first touch and the last
                    self._serve(f"{day:02d}-{case:05d}")
                else:
                    self._month.turned_away += 1
            month = self._month
            say(day=day + 1, begun=month.begun, turned_away=month.turned_away, full=month.full)

    def close(self) -> None:
        """In order, as at night."""
        self._thread.stop()

    def _may_begin(self) -> bool:
        """What the home page shows at this moment; a look at the store every time, as a busy terminal has."""
        try:
            for _ in range(2):  # the look comes after a job's answer: the second begins when it has been told
                self._thread.do(lambda store: store.epoch).result()
        except StoreError as error:
            if error.fault is not StoreFault.FULL:
                raise
            return False
        return self._level is not Level.SHORT

    def _serve(self, case_id: str) -> None:
        def keep(store: Store) -> None:
            if self._month.begun % _SCAN_EVERY == 0:
                self._month.scans.add(store.scans.files.keep(os.urandom(_SCAN_BYTES), INTL))

        def finish(store: Store) -> None:
            claimed = store.tickets.claim(case_id)
            if claimed is not None:
                store.tickets.finish(claimed.print_id, "printed", "GS r", "")
            store.end_visit(case_id)

        try:
            self._thread.do(keep).result()
            self._month.promised[case_id] = (
                self._thread.do(lambda store: store.save_case(_draft(case_id))).result().number
            )
            self._thread.do(finish).result()
        except StoreError as error:
            if error.fault is not StoreFault.FULL:
                raise
            self._month.full += 1

    def _idle(self) -> None:
        for _ in range(8):  # a piece of ballast at a time
            with suppress(StoreError):
                self._thread.do(self._care.at_idle).result()


def live(disk: Path, asked: tuple[int, int], chance: random.Random) -> Month:
    """So many days with so many cases each; the store is closed and opened every night."""
    days, a_day = asked
    month, filler = Month(), Filler(disk, chance)
    for day in range(days):
        life = Life(disk, month, filler, ballast=_BALLAST)
        life.days(day, 1, a_day, chance)
        life.close()
    return month


def control(disk: Path, chance: random.Random) -> bool:
    """Whether somebody meets a full disk when nothing gives way and no rule turns them away."""
    month, filler = Month(), Filler(disk, chance)
    life = Life(disk, month, filler, ballast=0)
    life._may_begin = lambda: True  # type: ignore[method-assign]
    for day in range(10):
        life.days(day, 1, 200, chance)
        if month.full:
            break
    filler.shrink()
    life.close()
    return month.full > 0


def judge(disk: Path, month: Month, figures: Figures) -> None:
    """Compare what was promised with what lies there."""
    store = _open(disk / "terminal.db", month)
    try:
        store.verify()
        with store._database.unit_of_work() as session:
            held = dict(iter(session.execute(select(CaseRow.case_id, CaseRow.number))))
            records = set(session.scalars(select(OutboxRow.id)))
    finally:
        store.close()
    figures.note("lost", "cases promised and not there", len(month.promised.keys() - held.keys()))
    figures.note("lost", "cases that would never reach the centre", len(month.promised.keys() - records))
    wrong = [case for case, number in month.promised.items() if held.get(case, number) != number]
    figures.note("corrupt", f"another number than promised: {wrong[:3]}", len(wrong))
    numbers = Counter((case_id[:2], number) for case_id, number in held.items())
    figures.note("doubled", "numbers of a day given twice", sum(count - 1 for count in numbers.values()))
    shelf = ScanStore(disk / SCANS)
    gone = [name for name in month.scans if not shelf.whole(name, INTL)]
    figures.note("lost", f"scans promised and not whole: {gone[:3]}", len(gone))
    figures.note("lost", "citizens met a full disk in the middle of a case", month.full)


def _open(path: Path, month: Month) -> Store:
    return Store.open(
        path,
        _KEY,
        terminal="GL-01",
        series="1",
        district="610117",
        terminal_number="GL01",
        clock=lambda: month.now,
    )


def _draft(case_id: str) -> CaseDraft:
    return CaseDraft(
        case_id=case_id,
        item_kind=ItemKind.NUMBER,
        item="social-card",
        item_version=1,
        item_title="社会保障卡申领",
        implementation_code="11610117MB2F30451A4000714001001",
        queue="A",
        masked_name="张*",
        language="zh-Hans",
    )


def main(arguments: Sequence[str]) -> int:
    """Run the month, then the control."""
    parser = argparse.ArgumentParser(prog="suiban campaign offline", description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--cases", type=int, default=0, help="in all; 50,000 in 30 days if left out")
    parser.add_argument("--megabytes", type=int, default=512, help="of the disk")
    parser.add_argument("--seed", type=int, default=20261122)
    rest = list(arguments)
    status = in_own_namespace("tests.faults.thirty_days", rest)
    if status is not None:
        return status
    asked = parser.parse_args(rest)
    a_day = max(1, (asked.cases or asked.days * 50_000 // 30) // asked.days)
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="suiban-month-") as folder:
        disk = Disk(Path(folder), asked.megabytes)
        month = live(disk.mounted, (asked.days, a_day), random.Random(asked.seed))
        (disk.mounted / "somebody-elses.bin").unlink()
        judge(disk.mounted, month, figures)
        disk.discard()
        figures.runs = month.begun
        disk = Disk(Path(folder), 64)
        figures.control_failed = control(disk.mounted, random.Random(asked.seed))
        disk.discard()
    figures.more = {"days": asked.days, "turned_away": month.turned_away, "full": month.full, "scans": len(month.scans)}
    return finish(figures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
