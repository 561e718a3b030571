"""Papers of this visit: set here, where what they say may be known, and handed to the terminal as page rasters.

The terminal writes the intent down first and gives the serial that stands on the paper; then the pages follow. Visit
process only: everything readable ends with it.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Final

from contract.papers import SLIPS, NotAPaper, paper_of
from kiosk import audit
from kiosk.facts import Site
from kiosk.journey import events as e
from kiosk.link import LinkClosed, PaperNews, PaperNotSet, PaperPrepared, PreparePaper, PrintPages, PrintSlip
from kiosk.memory_file import NotOurs

NOT_SET: Final = "document_printer.document_refused"
_TWO_SIDED: Final = frozenset({"sale_contract", "notice"})

Send = Callable[[PreparePaper | PrintPages | PaperNotSet | PrintSlip], None]
Say = Callable[[e.News], None]


class PaperPost:
    """The papers of one visit. `ask` and `hear` belong to the thread of the desk; setting has one of its own."""

    def __init__(self, visit: int, case_id: str, site: Site, *, send: Send, say: Say) -> None:
        """`send` may be called from any thread and raises LinkClosed; `say` takes news from any thread."""
        self._visit = visit
        self._case_id = case_id
        self._site = site
        self._send = send
        self._say = say
        self._waiting: dict[str, e.PrintPaper] = {}
        self._pages_of: dict[str, int] = {}
        """Sides of each paper that was set, with its copies."""
        self._setting: ThreadPoolExecutor | None = None

    def ask(self, effect: e.PrintPaper) -> None:
        """Have a paper printed. What cannot be set is refused before anything is written down."""
        if effect.paper_id in self._waiting:
            return
        try:
            if not effect.file:
                paper_of(effect.template, dict(effect.data))
        except NotAPaper as error:
            audit.bug("paper", error)
            self._say(e.PaperMoved(self._visit, effect.paper_id, e.TicketState.FAILED, NOT_SET, 0))
            return
        self._waiting[effect.paper_id] = effect
        if effect.template in SLIPS:
            data = dict(effect.data)
            self._tell(
                PrintSlip(
                    self._visit, self._case_id, effect.paper_id, effect.template, data, effect.language, effect.voids
                )
            )
            return
        self._tell(
            PreparePaper(
                self._visit, self._case_id, effect.paper_id, effect.template, max(1, effect.copies), effect.voids
            )
        )

    def hear(self, message: PaperPrepared | PaperNews) -> None:
        """What the terminal says of a paper; of another visit's it means nothing."""
        if message.visit != self._visit:
            return
        if isinstance(message, PaperNews):
            state = e.TicketState(message.state)
            if state is not e.TicketState.PRINTING:
                self._waiting.pop(message.paper_id, None)
            pages = self._pages_of.get(message.paper_id, 0)
            self._say(e.PaperMoved(message.visit, message.paper_id, state, message.fault, message.pages_out, pages))
            return
        effect = self._waiting.get(message.paper_id)
        if effect is not None:
            if self._setting is None:
                self._setting = ThreadPoolExecutor(max_workers=1, thread_name_prefix="typesetting")
            self._setting.submit(self._set, effect, message)

    def _set(self, effect: e.PrintPaper, prepared: PaperPrepared) -> None:
        try:
            pages = self._pages(effect, prepared)
            self._pages_of[effect.paper_id] = pages.pages * max(1, effect.copies)
            self._send(pages)
        except LinkClosed:
            return
        except (ValueError, RuntimeError, NotOurs) as error:  # a template, a file or a length; the citizen is told
            audit.bug("paper", error)
            self._tell(PaperNotSet(self._visit, self._case_id, effect.paper_id, NOT_SET))

    def _pages(self, effect: e.PrintPaper, prepared: PaperPrepared) -> PrintPages:
        from kiosk.paper import finished, typesetting  # noqa: PLC0415 - only where something is printed
        from kiosk.paper.sheet import Stamp  # noqa: PLC0415 - as above

        if effect.file:
            pdf = finished.pdf_of(effect.file, effect.file_type)
        else:
            pdf = typesetting.typeset(
                effect.template,
                paper_of(effect.template, dict(effect.data)),
                Stamp(prepared.serial, prepared.code, prepared.copy, prepared.voids),
                self._site,
                language=effect.language,
                printed_at=datetime.now().astimezone(),
            )
        made = typesetting.rasterised(pdf)
        two_sided = made.pages > 1 and effect.template in _TWO_SIDED
        return PrintPages(self._visit, self._case_id, effect.paper_id, made.pages, made.sha256, made.pdf, two_sided)

    def _tell(self, message: PreparePaper | PaperNotSet | PrintSlip) -> None:
        with suppress(LinkClosed):  # heard by the listening thread too, which ends this process
            self._send(message)
