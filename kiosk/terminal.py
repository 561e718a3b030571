"""The process that never ends: shared devices, store, messenger and duty; it keeps one visit and one warm spare. No Qt.

One main thread decides; every other thread only posts calls to it. Nothing here waits for a device, a disk or the
centre.
"""

import signal
import threading
import time
import uuid
from datetime import timedelta
from functools import partial
from pathlib import Path
from subprocess import SubprocessError
from typing import Final

from contract.catalogue import ItemKind, say
from contract.messages import CardLeftBehind, DifficultyReported, RatingGiven
from kiosk import audit, services
from kiosk.events import TicketState
from kiosk.facts import Facts
from kiosk.inbox import Inbox
from kiosk.launch import visit_command
from kiosk.link import (
    CardLying,
    CaseKept,
    CaseNotKept,
    Enter,
    FactsChanged,
    KeepCase,
    KeepDifficulty,
    KeepRating,
    Over,
    PrintCase,
    ReaderSeen,
    Shown,
    Spelled,
    TicketNews,
    ToTerminal,
)
from kiosk.noticeboard import LAST_NUMBER_SECONDS, Noticeboard, wall_clock
from kiosk.printing import TicketDesk
from kiosk.search import Spelling
from kiosk.settings import Settings
from kiosk.spelling import ask as ask_spelling
from kiosk.visits import Stage, VisitProcess, Visits
from offline_cache.messenger import HeartbeatParts, LinkChanged, Messenger
from offline_cache.outbox import Alarm
from offline_cache.records import CaseDraft, PrintState, StoredCase, StoreError, StoreFault
from offline_cache.store import Store
from offline_cache.thread import StoreThread

_TICK_SECONDS: Final = 0.2
VISIT_OVER: Final = "visit.over"
VERSION: Final = "0.1.0"
_STORE_PROBE_SECONDS: Final = 5.0
_FAULTS_OF_ONE_JOB: Final = frozenset(
    {StoreFault.UNKNOWN_CASE, StoreFault.WRONG_STEP, StoreFault.SOFTWARE, StoreFault.BUSY}
)


class Terminal:
    """Everything that outlives a visit."""

    def __init__(self, settings: Settings, store: StoreThread, inbox: Inbox, hand: Path | None) -> None:
        """`hand` is where the demo's finger listens; None in the field."""
        self._settings = settings
        self._store = store
        self._messenger: Messenger | None = None
        self._inbox = inbox
        catalogue = services.load(settings.services or services.FOLDER)
        for error in catalogue.errors:
            audit.note("service_refused", error=error)
        self._items = {item.slug: item for item in catalogue.items}
        self._board = Noticeboard(self._items, lambda: self._tickets.word, self._facts_changed)
        self._tickets = TicketDesk(
            settings.devices.ticket_printer,
            store,
            inbox,
            items=self._items,
            site=settings.site,
            changed=self._board.update,
        )
        self._visits = Visits(
            visit_command(settings.path, hand),
            post=inbox.post,
            entering=self._enter,
            heard=self._heard,
            ended=self._ended,
        )
        self._visit = 0
        self._store_probe_at = 0.0
        self._spelling: Spelling | None = None
        self._settled = False
        self._running = True

    # --- the main thread ----------

    def run(self, messenger: Messenger, first: VisitProcess) -> None:
        """Serve until SIGTERM or SIGINT, beginning with the visit that already shows itself."""
        self._visit = first.visit
        audit.note("visit_entered", visit=first.visit, pid=first.popen.pid)
        self._visits.adopt(first)
        self._messenger = messenger
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._inbox.post(self._stop))
        self._visits.tick(time.monotonic())
        self._reconcile()
        self._tickets.start()
        messenger.start()
        self._board.update()
        while self._running:
            try:
                self._inbox.run_next(_TICK_SECONDS)
                self._tick(time.monotonic())
            except Exception as error:  # noqa: BLE001 - a bug costs one call, never the outbox or the printer
                audit.bug("terminal", error)
        self._visits.stop()
        self._tickets.stop()
        messenger.stop()
        self._store.stop()
        audit.note("terminal_stopped", terminal=self._settings.terminal.id)

    def _stop(self) -> None:
        self._running = False

    def _tick(self, now: float) -> None:
        self._visits.tick(now)
        self._board.tick(now)
        if not self._board.store_ok and now > self._store_probe_at:
            self._store_probe_at = now + _STORE_PROBE_SECONDS
            self._inbox.when_done(
                self._store.do(lambda store: store.probe()), lambda _: self._store_is_back(), self._store_failed
            )

    def _store_is_back(self) -> None:
        self._board.store_works(ok=True)
        if not self._settled:
            self._reconcile()

    def _reconcile(self) -> None:
        """Settle what an earlier process left open: at the start, or as soon as the store can be opened."""
        self._inbox.when_done(
            self._store.do(lambda store: store.reconcile_at_start()), self._reconciled, self._store_failed
        )

    def _reconciled(self, _: tuple[StoredCase, ...]) -> None:
        if self._settled:
            return
        self._settled = True
        audit.note("terminal_started", terminal=self._settings.terminal.id, version=VERSION, items=len(self._items))
        window = timedelta(seconds=LAST_NUMBER_SECONDS)
        self._inbox.when_done(
            self._store.do(lambda store: store.latest_unfinished(window)), self._recall, self._store_failed
        )
        self._wake()

    def _recall(self, case: StoredCase | None) -> None:
        if case is not None:
            self._board.remember(case.number)
            self._forget(case.case_id)

    # --- visits ----------

    def _enter(self, process: VisitProcess) -> Enter:
        self._visit += 1
        process.visit, process.case_id = self._visit, str(uuid.uuid4())
        audit.note("visit_entered", visit=process.visit, pid=process.popen.pid)
        if self._spelling:
            process.send(Spelled(dict(self._spelling)))
        return Enter(process.visit, process.case_id, self._board.facts)

    def _spell(self) -> None:
        """Have the catalogue spelt once the first page is on the glass, and tell every visit."""
        if self._spelling is not None:
            return
        self._spelling = {}

        def ask() -> None:
            try:
                spelling = ask_spelling(self._settings.path)
            except (OSError, ValueError, SubprocessError) as error:
                audit.note("spelling_failed", error=str(error))
                return
            self._inbox.post(lambda: self._spelled(spelling))

        threading.Thread(target=ask, name="spelling", daemon=True).start()

    def _spelled(self, spelling: Spelling) -> None:
        self._spelling = spelling
        self._visits.tell_all(Spelled(dict(spelling)))

    def _ended(self, process: VisitProcess, last_word: Over | None) -> None:
        if last_word is not None:
            audit.note("visit_over", visit=process.visit, ending=last_word.ending)
            if last_word.ending == "card_left":
                self._card_lies(lying=True)
        else:
            audit.note("visit_died", visit=process.visit, pid=process.popen.pid, saved=bool(process.number))
            if process.number:
                self._board.remember(process.number)
        if process.number:
            self._close_case(process)

    def _close_case(self, process: VisitProcess) -> None:
        """The visit of a kept case is over: a ticket nobody asked for any more becomes staff's."""

        def give_up(store: Store) -> None:
            case = store.claim_ticket(process.case_id)
            if case is not None:
                store.finish_ticket(case.print_id, PrintState.FAILED.value, "", VISIT_OVER)

            store.end_visit(process.case_id)

        self._inbox.when_done(self._store.do(give_up), lambda _: self._wake(), self._store_failed)

    def _forget(self, case_id: str) -> None:
        self._inbox.when_done(
            self._store.do(lambda store: store.end_visit(case_id)), lambda _: None, self._store_failed
        )

    def _heard(self, process: VisitProcess, message: ToTerminal) -> None:
        if isinstance(message, (KeepCase, PrintCase)) and (message.visit, message.case_id) != (
            process.visit,
            process.case_id,
        ):
            return
        match message:
            case Shown():
                self._spell()
            case KeepCase():
                self._keep(process, message)
            case PrintCase(visit, case_id):
                self._tickets.print_case(case_id, partial(self._tell_ticket, process, visit, case_id))
            case KeepRating(_, case_id, satisfaction):
                body = RatingGiven(case_id, satisfaction, wall_clock().isoformat(timespec="seconds"))
                self._record(body, f"rating-{case_id}")
            case KeepDifficulty(_, page, item, last_error, reason):
                at = wall_clock().isoformat(timespec="seconds")
                self._record(DifficultyReported(page, item, last_error, reason, at), str(uuid.uuid4()))
            case ReaderSeen():
                self._board.reader_seen(message)
            case CardLying(lying):
                self._card_lies(lying=lying)
            case _:
                pass

    def _keep(self, process: VisitProcess, message: KeepCase) -> None:
        item = self._items.get(message.item)
        if item is None:
            process.send(CaseNotKept(message.visit, message.case_id, "store.unknown_item"))
            return
        days = item.promise_calendar_days if item.kind is ItemKind.FILING else None
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
            promise_date=None if days is None else (wall_clock() + timedelta(days=days)).date().isoformat(),
            sealed=message.sealed,
        )
        self._inbox.when_done(
            self._store.do(lambda store: store.save_case(draft)),
            partial(self._kept, process, message.visit),
            partial(self._not_kept, process, message),
        )

    def _kept(self, process: VisitProcess, visit: int, case: StoredCase) -> None:
        process.number = case.number
        audit.note("case_kept", case_number=case.case_number, number=case.number, item=case.item, repeat=case.repeat)
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
            )
        )
        if process.stage in (Stage.OVER, Stage.GONE):
            self._board.remember(case.number)
            self._close_case(process)
        self._board.store_works(ok=True)
        self._wake()

    def _not_kept(self, process: VisitProcess, message: KeepCase, error: BaseException) -> None:
        fault = error.key if isinstance(error, StoreError) else StoreFault.SOFTWARE.value
        audit.note("case_not_kept", fault=fault)
        process.send(CaseNotKept(message.visit, message.case_id, fault))
        self._store_failed(error)

    def _tell_ticket(self, process: VisitProcess, visit: int, case_id: str, state: TicketState, fault: str) -> None:
        process.send(TicketNews(visit, case_id, state.value, fault))
        self._wake()

    def _record(self, body: RatingGiven | DifficultyReported | CardLeftBehind, record_id: str) -> None:
        added = self._store.do(lambda store: store.add_record(body, record_id))
        self._inbox.when_done(added, lambda _: self._wake(), self._store_failed)

    # --- what is known ----------

    def _store_failed(self, error: BaseException) -> None:
        fault = error.key if isinstance(error, StoreError) else type(error).__name__
        audit.note("store_failed", fault=fault)
        if isinstance(error, StoreError) and error.fault not in _FAULTS_OF_ONE_JOB:
            self._board.store_works(ok=False)

    def _card_lies(self, *, lying: bool) -> None:
        if self._board.card_lies(lying=lying) and lying:
            self._record(CardLeftBehind(wall_clock().isoformat(timespec="seconds")), str(uuid.uuid4()))

    def hear_messenger(self, event: object) -> None:
        """What the messenger posts, brought onto the main thread."""
        match event:
            case LinkChanged(up=up, reason=reason):
                self._board.link_changed(up=up, reason=reason)
            case Alarm():
                audit.note("link_alarm", alarm=str(event.key))
            case _:
                pass

    def _facts_changed(self, facts: Facts) -> None:
        self._visits.broadcast(FactsChanged(facts))
        self._wake()

    def _wake(self) -> None:
        if self._messenger:
            self._messenger.wake()

    def heartbeat_parts(self) -> HeartbeatParts:
        """What the heartbeat says of devices and services. Called on the messenger's thread."""
        devices = (self._tickets.report(), self._board.reader_report())
        return HeartbeatParts(VERSION, devices, self._board.service_reports())
