"""A visit's errands and the terminal's desks for them, on the two ends of a real link, with real simulated devices."""

import queue
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import pypdfium2

from contract.suites import INTL, suite
from devices.model import Presence
from devices.worker import DeviceUp, Worker
from kiosk.fitted import fitting
from kiosk.fitted.fitting import worker_of
from kiosk.fitted.fleet import Fleet
from kiosk.journey import events as e
from kiosk.link import (
    Endorse,
    GiveBackPermit,
    KeepScan,
    Link,
    OpenLocker,
    PaperNotSet,
    PreparePaper,
    PrintPages,
    PrintSlip,
    TakeInPermit,
    ToTerminal,
    ToVisit,
    terminal_end,
    visit_end,
)
from kiosk.paper.one_printer import shared
from kiosk.paper.sheets import SheetDesk
from kiosk.paper.slips import SlipDesk
from kiosk.settings import Device, Devices
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.lockers import DoorDesk
from kiosk.terminal.permits import PermitDesk
from kiosk.terminal.scanning import ScanDesk
from kiosk.terminal.visits import Stage
from kiosk.visit.desk import Desk
from kiosk.visit.seal import Sealer
from offline_cache.scans.files import SCANS, ScanStore
from offline_cache.thread import StoreThread
from tests.kiosk.papers.samples import SITE
from tests.offline_cache.drafts import Clock, open_store
from tests.waiting import until

VISIT = 1
CASE = "0c0ffee0-0000-8000-8000-000000000001"
News = TypeVar("News", bound=e.News)


class _Process:
    """The terminal's idea of a visit: what it is told goes over the link."""

    def __init__(self, link: Link[ToTerminal]) -> None:
        self.link = link
        self.stage = Stage.SERVING

    def send(self, message: ToVisit) -> None:
        self.link.send(message)


class Booth:
    """One visit at one terminal. `devices` names what is fitted, by address."""

    def __init__(self, folder: Path, devices: dict[str, Device] | None = None, camera: Device | None = None) -> None:
        ours, theirs = socket.socketpair()
        self.terminal_link, self.visit_link = terminal_end(ours), visit_end(theirs)
        self.inbox, self.folder = Inbox(), folder
        clock = Clock()
        self.store = StoreThread(lambda: open_store(folder / "suiban.db", clock))
        self.fleet = Fleet(self.inbox, folder, changed=lambda _: None, counted=lambda _: None)
        printer, _ = shared(self.fleet["document_printer"], 2)
        self.sheets = SheetDesk(printer, self.store, self.inbox, changed=lambda: None)
        slips, _ = shared(self.fleet["ticket_printer"], 2)
        self.slips = SlipDesk(slips, self.store, self.inbox, site=lambda: SITE, changed=lambda: None)
        self.doors = DoorDesk(self.fleet["locker"])
        self.left: list[str] = []
        """What became of permits nobody took."""
        self.permits = PermitDesk(
            self.fleet["permit_endorser"],
            self.store,
            self.inbox,
            changed=lambda: None,
            left=self.left.append,
            now=time.monotonic,
        )
        self.files = ScanStore(folder / SCANS)
        self.scans = ScanDesk(self.files, self.inbox)
        self.private = suite(INTL).fresh_sealing()
        sealer = Sealer("GL-01", INTL, {"centre": suite(INTL).sealing_public(self.private)})
        self.said: list[e.News] = []
        self._news: queue.SimpleQueue[e.News] = queue.SimpleQueue()
        self.desk = Desk(VISIT, self.visit_link, sealer, say=self._news.put, over=lambda _: None)
        self.errands = self.desk.fit_errands(CASE, SITE)
        self.process = _Process(self.terminal_link)
        self.crossed: list[ToTerminal] = []
        self.terminal_link.listen(lambda message: self.inbox.post(lambda: self._hear(message)), lambda: None)
        self.visit_link.listen(lambda message: self.inbox.post(lambda: self.desk.hear_terminal(message)), lambda: None)
        fitting.POLL_SECONDS = 0.1  # type: ignore[misc]  # a test has no time to wait for the next look
        self.fleet.apply(Devices(**(devices or {})))
        self.camera: Worker[Any] | None = None
        self.connections = 0
        """How often the camera was found."""
        if camera is not None:
            self.camera = worker_of("document_camera", camera, folder, self._hear_camera)
            self.camera.start()
            self.errands.scans.fit(self.camera)

    def _hear_camera(self, event: object) -> None:
        self.connections += isinstance(event, DeviceUp)
        self.errands.scans.hear_camera(event)

    def do(self, effect: e.Effect) -> None:
        """The journey asks for something."""
        self.desk.do(effect)

    def until(self, seen: Callable[[], object], what: str = "something") -> None:
        """Live until something is seen."""

        def meanwhile() -> None:
            self.inbox.run_next(0.01)
            self.fleet.tick(time.monotonic())
            self.doors.tick(time.monotonic())
            self.permits.tick(time.monotonic())
            while not self._news.empty():
                self.said.append(self._news.get())

        until(seen, what, state=lambda: self.said, meanwhile=meanwhile)

    def ready(self, device: str) -> None:
        """Wait until a device answers."""
        self.until(lambda: self.fleet[device].known.presence is Presence.ONLINE, f"{device} online")

    def heard(self, kind: type[News]) -> list[News]:
        """All news of a kind so far."""
        return [cast("News", news) for news in self.said if isinstance(news, kind)]

    def paper(self, paper_id: str) -> list[tuple[str, str]]:
        """How a paper went, as the screen was told."""
        return [(news.state.value, news.fault) for news in self.heard(e.PaperMoved) if news.paper_id == paper_id]

    def journal(self) -> list[tuple[str, str, int]]:
        """The journal of this visit's papers: template, state, which copy."""
        found = self.store.do(lambda store: store.sheets.of_visit(CASE)).result(timeout=10)
        return [(sheet.template, sheet.state.value, sheet.copy) for sheet in found]

    def leave(self) -> None:
        """The citizen is gone."""
        self.sheets.visit_over(CASE)
        self.doors.visit_over(CASE)
        self.permits.visit_over(CASE)

    def _hear(self, message: ToTerminal) -> None:
        self.crossed.append(message)
        process = cast("Any", self.process)
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
            case TakeInPermit():
                self.permits.take(process, message)
            case Endorse():
                self.permits.endorse(process, message)
            case GiveBackPermit():
                self.permits.give_back(process, message)
            case KeepScan():
                self.scans.keep(process, message)

    def close(self) -> None:
        """Let go of everything."""
        if self.camera is not None:
            self.camera.stop(timeout=2.0)
        self.sheets.stop()
        self.inbox.run_all()
        self.fleet.close()
        self.scans.stop()
        self.store.stop()
        self.terminal_link.close()
        self.visit_link.close()


def letters(pdf: bytes) -> int:
    """How many letters a PDF holds as text."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return sum(page.get_textpage().count_chars() for page in document)
    finally:
        document.close()
