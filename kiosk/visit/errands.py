"""What a visit has done beside its case: papers, scans, pictures of papers and locker doors. Visit process only."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from contract.scans import ScanRef
from kiosk import audit
from kiosk.facts import Site
from kiosk.journey import events as e
from kiosk.journey import machines as m
from kiosk.link import (
    DoorNews,
    Endorse,
    GiveBackPermit,
    OpenLocker,
    PaperNews,
    PaperNotSet,
    PaperPrepared,
    PermitNews,
    PreparePaper,
    PrintPages,
    PrintSlip,
    TakeInPermit,
)
from kiosk.visit.paper_post import NOT_SET, PaperPost
from kiosk.visit.pictures import Pictures
from kiosk.visit.scan_table import HandOver, ScanTable

Send = Callable[
    [PreparePaper | PrintPages | PrintSlip | PaperNotSet | OpenLocker | TakeInPermit | Endorse | GiveBackPermit], None
]
Errand = e.PrintPaper | e.ShowPaper | e.CaptureScan | e.KeepScan | e.DropScan | e.OpenDoor


class Errands:
    """The errands of one visit. `do` and `hear` belong to the screen's thread."""

    def __init__(
        self,
        visit: int,
        case_id: str,
        site: Site,
        *,
        send: Send,
        say: Callable[[e.News], None],
        hand_over: HandOver,
        take_back: Callable[[ScanRef], None],
    ) -> None:
        """`send` and `say` may be called from any thread; `hand_over` seals a scan and has it kept, `take_back` has a
        kept one go with no case.
        """
        self.pictures = Pictures()
        self.papers = PaperPost(visit, case_id, site, send=send, say=say)
        self.scans = ScanTable(visit, self.pictures, hand_over=hand_over, take_back=take_back, say=say)
        self._visit = visit
        self._case_id = case_id
        self._send = send
        self._say = say
        self._drawing: ThreadPoolExecutor | None = None

    def picture(self, name: str) -> bytes:
        """A picture of this visit for the screen, `live` for what the camera sees now. Any thread."""
        return self.scans.live() if name.partition("?")[0] == "live" else self.pictures.find(name)

    def do(self, effect: Errand) -> None:
        """Never blocks, never raises for a device or a file."""
        match effect:
            case e.PrintPaper():
                self.papers.ask(effect)
            case e.ShowPaper():
                if self._drawing is None:
                    self._drawing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawing")
                self._drawing.submit(self._show, effect)
            case e.CaptureScan():
                self.scans.capture(effect)
            case e.KeepScan():
                self.scans.keep(effect)
            case e.DropScan(_, scan_id):
                self.scans.drop(scan_id)
            case e.OpenDoor(visit, request, door):
                self._send(OpenLocker(visit, self._case_id, request, door))

    def permit(self, wish: m.TakePermit | m.EndorsePermit | m.ReturnPermit) -> None:
        """The terminal has the machine: ask it."""
        match wish:
            case m.TakePermit(visit, request):
                self._send(TakeInPermit(visit, self._case_id, request))
            case m.EndorsePermit(visit, request, paper_id, text):
                self._send(Endorse(visit, self._case_id, request, paper_id, text))
            case m.ReturnPermit(visit, request):
                self._send(GiveBackPermit(visit, self._case_id, request))

    def hear(self, message: PaperPrepared | PaperNews | DoorNews | PermitNews) -> None:
        """What the terminal says of them."""
        if isinstance(message, PermitNews):
            if message.visit == self._visit:
                state = m.PermitState(message.state)
                self._say(
                    m.PermitMoved(
                        message.visit, message.request, state, message.fault, message.tail, message.valid_until
                    )
                )
            return
        if isinstance(message, DoorNews):
            if message.visit == self._visit:
                self._say(e.DoorMoved(message.visit, message.request, message.state, message.fault))
            return
        self.papers.hear(message)

    def _show(self, effect: e.ShowPaper) -> None:
        from kiosk.paper import finished, typesetting  # noqa: PLC0415 - only where a certificate is shown

        try:
            pages = typesetting.screen_pages(finished.pdf_of(effect.file, effect.file_type))
        except (ValueError, RuntimeError) as error:  # a file that is no document; the citizen is told
            audit.bug("paper", error)
            self._say(e.PaperShown(self._visit, effect.request, (), NOT_SET))
            return
        found = tuple(self.pictures.put(f"{effect.request}/{number}", page) for number, page in enumerate(pages))
        self._say(e.PaperShown(self._visit, effect.request, found))
