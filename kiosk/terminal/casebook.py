"""What visits ask the terminal to keep: cases, ratings, difficulties. The store's thread does it, nothing waits."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final

from contract.catalogue import Item, ItemKind, TimeLimit, Unit, say
from contract.codes import CaseType
from contract.messages import DifficultyReported, RatingGiven
from contract.numbers import NumberGiven
from contract.worktime import Worktime
from kiosk import audit
from kiosk.link import CaseKept, CaseNotKept, KeepCase, KeepDifficulty, KeepRating, KeepRecord, RecordNews
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.noticeboard import LAST_NUMBER_SECONDS, Noticeboard, wall_clock
from kiosk.terminal.offer import Offer
from kiosk.terminal.visits import Stage, VisitProcess
from offline_cache.link.number_line import NumberLine
from offline_cache.records import CaseDraft, PrintState, Record, StoredCase, StoreError, StoreFault
from offline_cache.store import Store
from offline_cache.thread import StoreThread

VISIT_OVER: Final = "visit.over"
_FAULTS_OF_ONE_JOB: Final = frozenset(
    {StoreFault.UNKNOWN_CASE, StoreFault.WRONG_STEP, StoreFault.TOO_LARGE, StoreFault.SOFTWARE, StoreFault.BUSY}
)


class Casebook:
    """The terminal's side of the store. Main thread only."""

    def __init__(
        self,
        store: StoreThread,
        inbox: Inbox,
        *,
        items: Offer,
        board: Noticeboard,
        wake: Callable[[], None],
        worktime: Callable[[], Worktime],
        numbers: NumberLine | None = None,
    ) -> None:
        """`wake` says that something waits for the centre, `worktime` how the site works as far as is known now.

        Without `numbers` the terminal's own series serve always.
        """
        self._store = store
        self._inbox = inbox
        self._items = items
        self._board = board
        self._wake = wake
        self._worktime = worktime
        self._numbers = numbers
        self._settled = False

    def probe(self) -> None:
        """Look whether the store that failed can keep cases again."""
        self._inbox.when_done(self._store.do(lambda store: store.probe()), lambda _: self._is_back(), self.failed)

    def reconcile(self, started: Callable[[], None]) -> None:
        """Settle what an earlier process left open: at the start, or as soon as the store can be opened."""
        self._started = started
        self._inbox.when_done(self._store.do(_reconcile), self._reconciled, self.failed)

    def _is_back(self) -> None:
        self._board.store_works(ok=True)
        if not self._settled:
            self.reconcile(self._started)

    def _reconciled(self, _: None) -> None:
        if self._settled:
            return
        self._settled = True
        self._started()
        window = timedelta(seconds=LAST_NUMBER_SECONDS)
        self._inbox.when_done(self._store.do(lambda store: store.latest_unfinished(window)), self._recall, self.failed)
        self._wake()

    def _recall(self, case: StoredCase | None) -> None:
        if case is not None:
            self._board.remember(case.number)
            ended = self._store.do(lambda store: store.end_visit(case.case_id))
            self._inbox.when_done(ended, lambda _: None, self.failed)

    def keep(self, process: VisitProcess, message: KeepCase) -> None:
        """Make a case durable under its number and tell its visit. Nothing waits here for the upstream."""
        item = self._items.find(message.item, message.item_version)
        if item is None:
            process.send(CaseNotKept(message.visit, message.case_id, "store.unknown_item"))
            return
        by_a_day = item.kind is ItemKind.FILING and item.case_type is not CaseType.IMMEDIATE
        due = self._worktime().due(wall_clock(), item.promised_limit) if by_a_day else None
        draft = CaseDraft(
            case_id=message.case_id,
            item_kind=item.kind,
            item=item.slug,
            item_version=item.version,
            item_title=say(item.title, "zh-Hans"),
            implementation_code=item.implementation_code,
            queue=item.queue,
            masked_name=message.masked_name,
            language=message.language,
            promise_date=f"{due.at:%Y-%m-%d}" if due and due.at else None,
            promise_certain=due.certain if due else True,
            sealed=message.sealed,
            scans=message.scans,
            filed=message.filed,
            missing_until=self._missing_until(item, message),
        )
        if self._numbers is None:
            self._save(process, message, draft, None)
            return
        self._numbers.ask(
            draft.case_id,
            draft.queue,
            lambda given: self._inbox.post(lambda: self._save(process, message, draft, given)),
        )

    def _save(self, process: VisitProcess, message: KeepCase, draft: CaseDraft, given: NumberGiven | None) -> None:
        self._inbox.when_done(
            self._store.do(lambda store: store.save_case(draft, given)),
            partial(self._kept, process, message.visit, draft.missing_until),
            partial(self._not_kept, process, message),
        )

    def _missing_until(self, item: Item, message: KeepCase) -> str | None:
        """容缺受理: the last day for what is to be brought, in working days of the site (BJ-01)."""
        if not message.filed.missing or item.tolerance is None:
            return None
        limit = TimeLimit(item.tolerance.working_days, Unit.WORKING_DAY)
        due = self._worktime().due(wall_clock(), limit)
        return f"{due.at:%Y-%m-%d}" if due.at else None

    def _kept(self, process: VisitProcess, visit: int, missing_until: str | None, case: StoredCase) -> None:
        process.number = case.number
        audit.note(
            "case_kept",
            case_number=case.case_number,
            number=case.number,
            tier=case.tier.value,
            item=case.item,
            repeat=case.repeat,
        )
        process.send(
            CaseKept(
                visit,
                case.case_id,
                case.case_number,
                case.number,
                case.business_date,
                case.filed_at,
                case.promise_date,
                case.item,
                case.promise_certain,
                missing_until or "",
            )
        )
        if process.stage in (Stage.OVER, Stage.GONE):
            self._board.remember(case.number)
            self.close(process)
        self._board.store_works(ok=True)
        self._wake()

    def _not_kept(self, process: VisitProcess, message: KeepCase, error: BaseException) -> None:
        fault = error.key if isinstance(error, StoreError) else StoreFault.SOFTWARE.value
        audit.note("case_not_kept", fault=fault)
        process.send(CaseNotKept(message.visit, message.case_id, fault))
        self.failed(error)

    def close(self, process: VisitProcess) -> None:
        """The visit of a kept case is over: a ticket nobody asked for any more becomes staff's."""

        def give_up(store: Store) -> None:
            case = store.tickets.claim(process.case_id)
            if case is not None:
                store.tickets.finish(case.print_id, PrintState.FAILED.value, "", VISIT_OVER)
            store.end_visit(process.case_id)

        self._inbox.when_done(self._store.do(give_up), lambda _: self._wake(), self.failed)

    def rate(self, message: KeepRating) -> None:
        """Keep a rating, at most one a case, and one a visit where there is no case."""
        body = RatingGiven(
            case_id=message.case_id,
            satisfaction=message.satisfaction,
            at=wall_clock().isoformat(timespec="seconds"),
            tags=message.tags,
            tags_version=message.tags_version,
            again=message.again,
            item=message.item,
            case_number=message.case_number,
        )
        self.record(body, f"rating-{message.record_id or message.case_id}")

    def difficulty(self, message: KeepDifficulty) -> None:
        """Keep what a citizen could not do."""
        at = wall_clock().isoformat(timespec="seconds")
        body = DifficultyReported(message.page, message.item, message.last_error, message.reason, at)
        self.record(body, str(uuid.uuid4()))

    def keep_record(self, process: VisitProcess, message: KeepRecord) -> None:
        """Keep a record of a visit's own and tell it."""

        def told(fault: str) -> None:
            process.send(RecordNews(message.visit, message.record_id, fault))
            self._wake()

        def failed(error: BaseException) -> None:
            told(error.key if isinstance(error, StoreError) else StoreFault.SOFTWARE.value)
            self.failed(error)

        if not isinstance(message.body, Record):
            audit.note("case_not_kept", fault=StoreFault.SOFTWARE.value)
            told(StoreFault.SOFTWARE.value)
            return
        body = message.body
        added = self._store.do(lambda store: store.add_record(body, message.record_id, message.sealed))
        self._inbox.when_done(added, lambda _: told(""), failed)

    def record(self, body: Record, record_id: str) -> None:
        """Put a record into the outbox, once for each id."""
        added = self._store.do(lambda store: store.add_record(body, record_id))
        self._inbox.when_done(added, lambda _: self._wake(), self.failed)

    def failed(self, error: BaseException) -> None:
        """The store could not do a job."""
        fault = error.key if isinstance(error, StoreError) else type(error).__name__
        audit.note("store_failed", fault=fault)
        if isinstance(error, StoreError) and error.fault not in _FAULTS_OF_ONE_JOB:
            self._board.store_works(ok=False)


def _reconcile(store: Store) -> None:
    store.tickets.reconcile_at_start()
    store.documents.reconcile_at_start()
    store.sheets.reconcile_at_start()
