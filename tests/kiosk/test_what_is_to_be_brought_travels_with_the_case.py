"""容缺受理 in the terminal: the missing list, its last day in working time, and what else may be judged unopened."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec

from contract.calendar import gathered, published
from contract.catalogue import TimeLimit, Unit
from contract.envelope import Envelope, Lane, Sealed
from contract.messages import Body, CaseFiled, Filed
from contract.suites import INTL
from contract.worktime import Worktime
from kiosk import services
from kiosk.link import CaseKept, KeepCase
from kiosk.terminal.casebook import Casebook
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.noticeboard import wall_clock
from kiosk.terminal.offer import Offer
from kiosk.terminal.visits import Stage
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.offline_cache.drafts import open_store
from tests.waiting import until

ITEM = next(item for item in services.load().items if item.slug == "individual-business-registration")
FILED = Filed(("premises-lease",), delivery="post", agent=True, joint=("a", "b"), reach="here", credit="unasked")


def kept(folder: Path, filed: Filed) -> tuple[CaseKept, CaseFiled]:
    """A case kept by a real store: what the visit hears, and what goes to the centre."""
    inbox, store = Inbox(), StoreThread(lambda: open_store(folder / "terminal.db"))
    told: list[CaseKept] = []
    visit: Any = SimpleNamespace(number="", case_id="case-1", stage=Stage.SERVING, send=told.append)
    board: Any = SimpleNamespace(store_works=lambda **_: None, remember=lambda _: None)
    worktime = Worktime(gathered(published()))
    book = Casebook(
        store, inbox, items=Offer(services.load()), board=board, wake=lambda: None, worktime=lambda: worktime
    )
    message = KeepCase(
        1, "case-1", ITEM.slug, "zh-Hans", "张*", Sealed(INTL, (), b"n", b"c"), ITEM.version, filed=filed
    )
    book.keep(visit, message)
    answer = until(lambda: told, "the case", meanwhile=lambda: inbox.run_next(0.05))[0]
    (waiting,) = store.do(_outbox).result()
    store.stop()
    return answer, waiting


def _outbox(store: Store) -> list[CaseFiled]:
    run = store.outbox_run(Lane.CASES, 0, 10, 1 << 20)
    bodies = [msgspec.json.decode(msgspec.json.decode(item.raw, type=Envelope).body, type=Body) for item in run]
    return [body for body in bodies if isinstance(body, CaseFiled)]


def test_the_last_day_is_working_days_of_the_site_and_the_centre_hears_it(tmp_path: Path) -> None:
    answer, filed = kept(tmp_path, FILED)
    assert ITEM.tolerance is not None
    due = Worktime(gathered(published())).due(wall_clock(), TimeLimit(ITEM.tolerance.working_days, Unit.WORKING_DAY))
    assert due.at is not None
    assert answer.missing_until == filed.missing_until == f"{due.at:%Y-%m-%d}"
    assert (filed.missing, filed.delivery, filed.agent) == (("premises-lease",), "post", True)
    assert (filed.joint, filed.reach, filed.credit) == (("a", "b"), "here", "unasked")


def test_a_whole_case_has_no_last_day(tmp_path: Path) -> None:
    answer, filed = kept(tmp_path, Filed())
    assert (answer.missing_until, filed.missing_until, filed.missing) == ("", None, ())
