"""A terminal's documents and nothing else: store, fleet, desk. Told by lines on standard input; may be killed."""

import io
import json
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, ClassVar

import pypdfium2

from contract.catalogue import ItemKind
from devices.events import JobDone, JobFailed
from devices.model import Presence
from kiosk import services
from kiosk.facts import Site
from kiosk.fitted import fitting
from kiosk.fitted.fleet import Fleet
from kiosk.journey.events import TicketState
from kiosk.paper.documents import DocumentDesk
from kiosk.paper.receipt import Typeset
from kiosk.settings import Device, Devices
from kiosk.terminal.inbox import Inbox
from offline_cache.records import CaseDraft
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.offline_cache.drafts import Clock, open_store

SITE = Site("GL-01", {"zh-Hans": "大厅"}, {"zh-Hans": "一楼"}, "1", "2", "8:30")
ITEM = next(item for item in services.load().items if item.kind is ItemKind.FILING)


def blank(pages: int) -> bytes:
    """A document of so many pages."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    held = io.BytesIO()
    document.save(held)
    document.close()
    return held.getvalue()


class ResendingDesk(DocumentDesk):
    """The negative control: it does not believe the first answer and sends the document again."""

    pages = 1

    def _hear(self, event: JobDone | JobFailed) -> None:
        job = self._jobs.get(str(event.token))
        if job is not None and str(event.token) not in self._again:
            self._again.add(str(event.token))
            self._send(job, Typeset(blank(self.pages), self.pages, "00" * 32, ()), ours=True)
            return
        super()._hear(event)

    _again: ClassVar[set[str]] = set()


class House:
    """One main loop with everything a document needs."""

    def __init__(self, folder: Path, address: str, *, resends: bool) -> None:
        self.inbox = Inbox()
        clock = Clock()
        self.store = StoreThread(lambda: open_store(folder / "suiban.db", clock))
        self.fleet = Fleet(self.inbox, folder, changed=self._changed, counted=lambda _: None)
        self.pages = 1
        desk = ResendingDesk if resends else DocumentDesk
        self.desk = desk(
            self.fleet["document_printer"],
            self.store,
            self.inbox,
            items={ITEM.slug: ITEM},
            site=lambda: SITE,
            changed=lambda: None,
            typeset=lambda *_: Typeset(blank(self.pages), self.pages, "00" * 32, ()),
        )
        self.running = True
        self.inbox.when_done(
            self.store.do(lambda store: store.documents.reconcile_at_start()), self._settled, self._fail
        )
        self.fleet.apply(Devices(document_printer=Device(address, {"grace_seconds": 0.3})))

    def _settled(self, settled: tuple[Any, ...]) -> None:
        for document in settled:
            self.say(event="settled", serial=document.serial, state=document.state)

    def _changed(self, name: str) -> None:
        known = self.fleet[name].known
        self.say(event="printer", ready=known.presence is Presence.ONLINE and not known.trouble, trouble=known.trouble)

    def _fail(self, error: BaseException) -> None:
        self.say(event="failed", error=repr(error))

    @staticmethod
    def say(**said: object) -> None:
        """One line."""
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()

    def order(self, order: dict[str, Any]) -> None:
        """`print` a case of so many pages, for a citizen who `leaves` in the same moment, or its visit is `over`."""
        case_id = str(order.get("case"))
        if order["do"] == "ask":
            self._changed("document_printer")
            return
        if order["do"] == "over":
            self.desk.visit_over(case_id)
            return
        self.pages = ResendingDesk.pages = int(order["pages"])
        draft = CaseDraft(case_id, ItemKind.FILING, ITEM.slug, 1, "x", "x", "B", "张*", "zh-Hans")

        def begin(store: Store) -> None:
            store.save_case(draft)

        def told(state: TicketState, fault: str) -> None:
            if state is TicketState.PRINTING:
                self.say(event="printing", case=case_id)
                return
            self.inbox.when_done(
                self.store.do(lambda store: store.documents.of_case(case_id)),
                lambda found: self.say(
                    event="done", case=case_id, state=state, fault=fault, serials=[each.serial for each in found]
                ),
                self._fail,
            )

        def ask(_: object) -> None:
            self.desk.print_receipt(case_id, told)
            if order["leaves"]:
                self.desk.visit_over(case_id)

        self.inbox.when_done(self.store.do(begin), ask, self._fail)

    def listen(self) -> None:
        """Standard input becomes calls on the main thread."""
        for line in sys.stdin:
            order = json.loads(line)
            self.inbox.post(lambda order=order: self.order(order))  # type: ignore[misc]
        self.inbox.post(self.stop)

    def stop(self) -> None:
        """No more orders."""
        self.running = False

    def run(self) -> None:
        """Until standard input ends."""
        threading.Thread(target=self.listen, daemon=True).start()
        while self.running:
            self.inbox.run_next(0.1)
            self.fleet.tick(time.monotonic())
        self.desk.stop()
        self.fleet.close()
        self.store.stop()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    fitting.POLL_SECONDS = 0.05  # type: ignore[misc]  # a campaign has no time to wait for the next look
    House(Path(sys.argv[1]), sys.argv[2], resends="--resends" in sys.argv).run()
