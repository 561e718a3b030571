"""Cases, clocks and stores for these tests."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from contract.catalogue import ItemKind
from contract.envelope import Sealed, WrappedKey
from contract.numbers import Lease
from contract.suites import INTL
from offline_cache.numbers.numbering import Uptime
from offline_cache.numbers.series import keep_lease, machine_uptime
from offline_cache.store import CaseDraft, Store

KEY = bytes(range(32))
HALL = timezone(timedelta(hours=8))
PLANTED_NAME = "欧阳〇某-PLANTED-NAME"
PLANTED_TITLE = "社会保障卡申领-PLANTED-TITLE"


class Clock:
    """A wall clock that goes where it is told."""

    def __init__(self, now: str = "2026-11-22T10:00:00+08:00") -> None:
        self.now = datetime.fromisoformat(now)

    def __call__(self) -> datetime:
        return self.now

    def set(self, now: str) -> None:
        self.now = datetime.fromisoformat(now)

    def pass_time(self, **amount: float) -> None:
        self.now += timedelta(**amount)


class Running:
    """The clock nobody sets, as a test sets it: a machine that runs on, is off, and starts again."""

    def __init__(self) -> None:
        self.boot, self.seconds = 1, 100.0

    def __call__(self) -> Uptime:
        return Uptime(f"boot-{self.boot}", self.seconds)

    def restart(self) -> None:
        self.boot, self.seconds = self.boot + 1, 5.0


def draft(case_id: str, kind: ItemKind = ItemKind.NUMBER, queue: str = "A", *, sealed: bool = False) -> CaseDraft:
    return CaseDraft(
        case_id=case_id,
        item_kind=kind,
        item="social-card",
        item_version=3,
        item_title=PLANTED_TITLE,
        implementation_code="11310115MB2F30451A4000714001001",
        queue=queue,
        masked_name=PLANTED_NAME,
        language="zh-Hans",
        promise_date="2026-12-02" if kind is ItemKind.FILING else None,
        sealed=Sealed(INTL, (WrappedKey("hall-1", b"w" * 80),), b"n" * 12, b"c" * 300) if sealed else None,
    )


def open_store(
    path: Path,
    clock: Callable[[], datetime] | None = None,
    *,
    key: bytes = KEY,
    terminal: str = "GL-01",
    series: str = "1",
    uptime: Callable[[], Uptime] | None = None,
) -> Store:
    return Store.open(
        path,
        key,
        terminal=terminal,
        series=series,
        district="310115",
        terminal_number="GL01",
        clock=clock or Clock(),
        uptime=uptime or machine_uptime,
    )


def lease(store: Store, *days: str, queues: str = "AB", first: int = 1, last: int = 500, series: str = "1") -> None:
    """Give the store the right to count on these days."""
    with store._database.unit_of_work() as session:
        for day in days:
            for queue in queues:
                keep_lease(session, Lease(day, queue, series, first, last, store.epoch))
