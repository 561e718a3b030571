"""The promise date of a filing: the item's promised limit over the centre's calendar, durable, and on every paper."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from contract.calendar import gathered, published
from contract.catalogue import ItemKind, TimeLimit, Unit
from contract.codes import CaseType
from contract.envelope import Sealed
from contract.feed import Calendar
from contract.suites import INTL
from contract.worktime import Worktime
from devices.ticket_printer.document import Text
from kiosk import services, words
from kiosk.journey import events as e
from kiosk.journey.step import Journey
from kiosk.link import CaseKept, KeepCase
from kiosk.paper import receipt, tickets
from kiosk.services import Services
from kiosk.terminal import casebook
from kiosk.terminal.casebook import Casebook
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.offer import Offer
from kiosk.terminal.visits import Stage
from offline_cache.records import PrintState, StoredCase, StoredDocument
from offline_cache.thread import StoreThread
from tests.offline_cache.drafts import open_store
from tests.screens.album import FILED, FILING, NOON, SITE, WELL, after, pages
from tests.waiting import until
from ui.views.outcome import result_view
from ui.views.scene import Scene

CHINA = timezone(timedelta(hours=8))
ITEM = msgspec.structs.replace(
    next(item for item in services.load().items if item.slug == FILING),
    promised_limit=TimeLimit(5, Unit.WORKING_DAY),
    promise_calendar_days=1,
)
Keep = Callable[[str, Worktime], CaseKept]


@pytest.fixture
def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keep]:
    """Files at a time on the wall, and says what the visit was told."""
    inbox, store = Inbox(), StoreThread(lambda: open_store(tmp_path / "terminal.db"))

    def kept(wall: str, worktime: Worktime) -> CaseKept:
        at = datetime.fromisoformat(wall).replace(tzinfo=CHINA)
        monkeypatch.setattr(casebook, "wall_clock", lambda: at)
        board: Any = SimpleNamespace(store_works=lambda **_: None, remember=lambda _: None)
        book = Casebook(
            store,
            inbox,
            items=Offer(Services((ITEM,), ())),
            board=board,
            wake=lambda: None,
            worktime=lambda: worktime,
        )
        told: list[CaseKept] = []
        visit: Any = SimpleNamespace(number="", case_id=wall, stage=Stage.SERVING, send=told.append)
        book.keep(visit, KeepCase(1, wall, ITEM.slug, "zh-Hans", "张*", Sealed(INTL, (), b"n", b"c")))
        return until(lambda: told, "a case", meanwhile=lambda: inbox.run_next(0.05))[-1]

    yield kept
    store.stop()


PUBLISHED = Worktime(gathered(published()))


@pytest.mark.parametrize(
    ("filed", "promised"),
    [
        ("2026-11-23 10:00", "2026-11-30"),  # a Monday: five working days behind it
        ("2026-11-21 03:00", "2026-11-27"),  # a Saturday night
        ("2026-09-28 16:00", "2026-10-10"),  # the National Day week, and Saturday 10 October is worked
    ],
)
def test_the_date_comes_from_the_limit_and_the_calendar(keep: Keep, filed: str, promised: str) -> None:
    kept = keep(filed, PUBLISHED)
    assert (kept.promise_date, kept.promise_certain) == (promised, True)


def test_what_is_done_on_the_spot_promises_no_day(keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ITEM", msgspec.structs.replace(ITEM, case_type=CaseType.IMMEDIATE))
    assert keep("2026-11-23 10:00", PUBLISHED).promise_date is None


def test_the_centres_own_calendar_moves_it(keep: Keep) -> None:
    own = Calendar(2026, ("2026-11-25", "2026-11-26"))
    assert keep("2026-11-23 10:00", Worktime(gathered([own], published()))).promise_date == "2026-12-02"


def test_a_year_without_holidays_announced_is_not_certain(keep: Keep) -> None:
    year = max(PUBLISHED.calendar.years)
    kept = keep(f"{year}-12-30 10:00", PUBLISHED)
    assert kept.promise_date is not None
    assert kept.promise_date.startswith(str(year + 1))
    assert not kept.promise_certain


# --- on paper and on the screen ----------


def stored(*, certain: bool) -> StoredCase:
    return StoredCase(
        case_id="c", case_number="6101170001202612300000013", number="B1-001", queue="B", business_date="2026-12-30",
        filed_at="2026-12-30T10:00:00+08:00", print_id="p", print_state=PrintState.PREPARED, promise_date="2027-01-06",
        item_kind=ItemKind.FILING, item=ITEM.slug, item_version=1, item_title="x", masked_name="张*",
        language="zh-Hans", promise_certain=certain,
    )  # fmt: skip


@pytest.mark.parametrize("certain", [True, False])
def test_every_paper_and_the_screen_say_when_the_date_may_move(certain: bool) -> None:
    long, short = words.say("zh-Hans", "promise.uncertain"), words.say("zh-Hans", "promise.uncertain_short")
    case = stored(certain=certain)
    slip = tickets.Slip(
        case.case_number, case.number, case.business_date, NOON, "张*", case.promise_date, "zh-Hans", certain
    )
    printed = {part.text for part in tickets.ticket(slip, ITEM, SITE) if isinstance(part, Text)}
    assert (long in printed) is not certain
    document = StoredDocument("d", "s", "ABCD1234", "receipt", 1, None, PrintState.PREPARED, 0, None, case)
    assert (short in "\n".join(receipt.plain(receipt.content(document, ITEM, SITE)))) is not certain
    saved = msgspec.structs.replace(FILED, promise_certain=certain, item=FILING)
    shown = result_view(Scene(_filed(saved), WELL, SITE, NOON))
    assert shown is not None
    assert any(short in line.value for line in shown.lines) is not certain


def _filed(saved: e.CaseSaved) -> Journey:
    saving = next(page.journey for page in pages("zh-Hans") if page.name == "saving")
    filing = next(item for item in saving.items if item.slug == FILING)
    return after(replace(saving, item=filing), saved)
