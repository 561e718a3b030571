"""What visits say to the terminal, and who of it each word is for. Main thread only, never waits."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from contract.messages import CardLeftBehind
from devices.events import Counted
from devices.model import Presence
from kiosk import audit
from kiosk.journey.events import Ending, TicketState
from kiosk.link import (
    CardLying,
    CarryQuestion,
    DeviceCounted,
    DeviceSeen,
    DocumentNews,
    Endorse,
    Enter,
    GiveBackPermit,
    KeepCase,
    KeepDifficulty,
    KeepRating,
    KeepRecord,
    KeepScan,
    OpenLocker,
    Over,
    PaperNotSet,
    PreparePaper,
    PrintCase,
    PrintPages,
    PrintReceipt,
    PrintSlip,
    SealTo,
    Shown,
    Spelled,
    TakeInPermit,
    TicketNews,
    ToTerminal,
)
from kiosk.paper.documents import DocumentDesk
from kiosk.paper.printing import TicketDesk
from kiosk.paper.sheets import SheetDesk
from kiosk.paper.slips import SlipDesk
from kiosk.spelling import Speller
from kiosk.terminal.casebook import Casebook
from kiosk.terminal.directions import Steward
from kiosk.terminal.interlude import Interlude
from kiosk.terminal.lockers import DoorDesk
from kiosk.terminal.noticeboard import Noticeboard, wall_clock
from kiosk.terminal.permits import PermitDesk
from kiosk.terminal.questions import QuestionDesk
from kiosk.terminal.scanning import ScanDesk
from kiosk.terminal.upkeep import Upkeep
from kiosk.terminal.visits import VisitProcess


@dataclass
class Reception:
    """Lets visits in, hears them, and sees to what the last one left."""

    board: Noticeboard
    cases: Casebook
    tickets: TicketDesk
    documents: DocumentDesk
    sheets: SheetDesk
    slips: SlipDesk
    doors: DoorDesk
    permits: PermitDesk
    scans: ScanDesk
    upkeep: Upkeep
    speller: Speller
    steward: Steward
    interlude: Interlude
    questions: QuestionDesk
    wake: Callable[[], None]
    """Something waits for the centre."""
    visit: int = 0
    """The last visit that was let in."""

    def enter(self, process: VisitProcess) -> Enter:
        """The spare becomes the visit."""
        self.visit += 1
        process.visit, process.case_id = self.visit, str(uuid.uuid4())
        audit.note("visit_entered", visit=process.visit, pid=process.popen.pid)
        if self.speller.spelling:
            process.send(Spelled(dict(self.speller.spelling)))
        if self.steward.sealing_keys:
            process.send(SealTo(self.steward.sealing_keys))
        return Enter(process.visit, process.case_id, self.board.facts, walk=self.interlude.walks())

    def ended(self, process: VisitProcess, last_word: Over | None) -> None:
        """A visit is over, or died without a word."""
        if last_word is not None:
            audit.note("visit_over", visit=process.visit, ending=last_word.ending)
            if last_word.ending == Ending.CARD_LEFT:
                self._card_lies(lying=True)
            if last_word.ending == Ending.SERVICE and not process.stale:
                self.interlude.service_asked()
        else:
            audit.note("visit_died", visit=process.visit, pid=process.popen.pid, saved=bool(process.number))
            if process.number:
                self.board.remember(process.number)
        self.scans.visit_over(process.case_id)
        self.sheets.visit_over(process.case_id)
        self.doors.visit_over(process.case_id)
        self.permits.visit_over(process.case_id)
        self.questions.visit_over(process.visit)
        if process.number:
            self.documents.visit_over(process.case_id)
            self.cases.close(process)

    def heard(self, process: VisitProcess, message: ToTerminal) -> None:  # noqa: C901, PLR0912 - a case a message
        """A visit said something."""
        match message:
            case Shown():
                self.upkeep.shown()
                self.speller.begin()
            case KeepCase() | KeepScan() | PrintCase() | PrintReceipt():
                if (message.visit, message.case_id) == (process.visit, process.case_id):
                    self._hear_case(process, message)
            case PreparePaper() | PrintPages() | PrintSlip() | PaperNotSet() | OpenLocker():
                if (message.visit, message.case_id) == (process.visit, process.case_id):
                    self._hear_errand(process, message)
            case TakeInPermit() | Endorse() | GiveBackPermit():
                if (message.visit, message.case_id) == (process.visit, process.case_id):
                    self._hear_permit(process, message)
            case KeepRecord() if message.visit == process.visit:
                self.cases.keep_record(process, message)
            case KeepRating():
                self.cases.rate(message)
            case KeepDifficulty():
                self.cases.difficulty(message)
            case CarryQuestion():
                self.questions.carry(process, message)
            case DeviceSeen():
                self._device_seen(message)
            case DeviceCounted(name, counts):
                self.upkeep.count(Counted(name, counts))
            case CardLying(lying):
                self._card_lies(lying=lying)
            case _:
                pass

    def _hear_case(self, process: VisitProcess, message: KeepCase | KeepScan | PrintCase | PrintReceipt) -> None:
        match message:
            case KeepScan():
                self.scans.keep(process, message)
            case KeepCase():
                self.cases.keep(process, message)
            case PrintCase(visit, case_id):
                self.tickets.print_case(case_id, partial(self._tell_ticket, process, visit, case_id))
            case PrintReceipt(visit, case_id) if self.board.facts.on_battery:
                self._tell_document(process, visit, case_id, TicketState.FAILED, "power.on_battery")
            case PrintReceipt(visit, case_id, received):
                told = partial(self._tell_document, process, visit, case_id)
                self.documents.print_receipt(case_id, told, received)

    def _hear_errand(
        self, process: VisitProcess, message: PreparePaper | PrintPages | PrintSlip | PaperNotSet | OpenLocker
    ) -> None:
        match message:
            case PreparePaper():
                self.sheets.prepare(process, message)
            case PrintPages():
                self.sheets.print_pages(message)
            case PrintSlip():
                self.slips.print_slip(process, message)
            case PaperNotSet():
                self.sheets.not_set(message)
            case OpenLocker():
                self.doors.open(process, message)

    def _hear_permit(self, process: VisitProcess, message: TakeInPermit | Endorse | GiveBackPermit) -> None:
        match message:
            case TakeInPermit():
                self.permits.take(process, message)
            case Endorse():
                self.permits.endorse(process, message)
            case GiveBackPermit():
                self.permits.give_back(process, message)

    def _tell_ticket(self, process: VisitProcess, visit: int, case_id: str, state: TicketState, fault: str) -> None:
        process.send(TicketNews(visit, case_id, state.value, fault))
        self.wake()

    def _tell_document(self, process: VisitProcess, visit: int, case_id: str, state: TicketState, fault: str) -> None:
        process.send(DocumentNews(visit, case_id, state.value, fault))
        self.wake()

    def _device_seen(self, seen: DeviceSeen) -> None:
        if seen.presence == Presence.ONLINE:
            self.upkeep.answered(seen.name)
        self.board.device_seen(seen)

    def _card_lies(self, *, lying: bool) -> None:
        if self.board.card_lies(lying=lying) and lying:
            self.cases.record(CardLeftBehind(wall_clock().isoformat(timespec="seconds")), str(uuid.uuid4()))
