"""The process under `bench screen`: the window, the conductor and the journey of a visit, and a desk that keeps what
is asked until it is told to answer, so that a page that waits comes to rest and can be measured by itself.

Orders come a line each: `open SERVICE [ABOUT]` begins anew there, `search` at the search, `answer` answers everything.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from PySide6.QtCore import QSocketNotifier, QTimer
from PySide6.QtGui import QGuiApplication

from benchmarks.screen_search import catalogue
from benchmarks.start import HEIGHT, WIDTH
from kiosk.facts import Facts
from kiosk.journey import events as e
from kiosk.journey.step import Journey, Screen
from kiosk.spelling import spell
from kiosk.visit.conductor import Conductor
from tests.kiosk.services.answering import Centre
from tests.screens.album import FILED, HOLDER, PRINTS, SITE, VISIT
from ui.app import CitizenScreen, Panel
from ui.hand import Hand
from ui.idle import Pulse

WIDTH_MM = 268.0


class Pending:
    """A desk whose every answer waits."""

    def __init__(self) -> None:
        self.asked: list[e.Effect] = []
        self._centre = Centre(random.Random(0))  # noqa: S311 - which answers come is to be the same every time

    def do(self, effect: e.Effect) -> None:
        """Keep it."""
        self.asked.append(effect)

    def answers(self) -> Iterator[e.News]:
        """What becomes of everything that was asked."""
        asked, self.asked = self.asked, []
        for effect in asked:
            yield from self._becomes(effect)

    def _becomes(self, effect: e.Effect) -> Iterator[e.News]:  # noqa: C901 - a case for each effect
        match effect:
            case e.AwaitCard(visit):
                yield e.CardRead(visit, HOLDER)
            case e.AwaitCardGone(visit):
                yield e.CardGone(visit)
            case e.SaveCase(visit, case_id):
                yield msgspec.structs.replace(FILED, visit=visit, case_id=case_id)
            case e.PrintTicket(visit, case_id):
                yield e.TicketMoved(visit, case_id, e.TicketState.PRINTED)
            case e.PrintReceipt(visit, case_id):
                yield e.ReceiptMoved(visit, case_id, e.TicketState.PRINTED)
            case e.AskCentre(visit, request, question):
                yield e.Answered(visit, request, self._centre.answer(question))
            case e.PrintPaper(visit, paper_id):
                yield e.PaperMoved(visit, paper_id, e.TicketState.PRINTED, pages_out=1, pages=1)
            case e.KeepRecord(visit, record_id):
                yield e.RecordKept(visit, record_id)
            case e.CaptureScan(visit, request):
                yield e.ScanSeen(visit, request, "scan-1", "", "good")
            case e.KeepScan(visit, scan_id):
                yield e.ScanKept(visit, scan_id)
            case e.OpenDoor(visit, request):
                yield e.DoorMoved(visit, request, "opened")
            case _:
                pass


class Bench:
    """One window, and visits in it one after the other."""

    def __init__(self, items: int, slow: float) -> None:
        """`slow`: every new page takes that many seconds longer; the negative control."""
        self._items = tuple(msgspec.structs.replace(item, booking=True) for item in catalogue(items))
        self._slow = slow
        self._place: object = None
        panel = Panel(WIDTH, HEIGHT, px_per_mm=WIDTH / WIDTH_MM, fullscreen=False)
        self.screen = CitizenScreen(site=SITE, panel=panel, send=lambda touch: self.conductor.touch(touch))  # noqa: PLW0108
        self.screen.warm()
        if items > len(catalogue(0)):
            self.screen.learn_spelling(spell(self._items))
        self.begin()
        self.screen.open()
        self._pulse = Pulse(lambda ticked: self.conductor.hear(ticked))  # noqa: PLW0108 - another one after `begin`
        self._pulse.start()

    def begin(self, *happened: e.Event) -> None:
        """A new visit in which this has happened already."""
        self.desk = Pending()
        journey = Journey(visit=VISIT, case_id="bench", items=self._items, terminal="GL-01")
        self.conductor = Conductor(journey, PRINTS, self.desk, self._show, time.monotonic)
        self.conductor.start()
        for event in happened:
            self.conductor.hear(event)  # type: ignore[arg-type]  # a touch that nobody waits for

    def obey(self, order: str) -> None:
        """One line."""
        match order.split():
            case ["open", name, *about]:
                self.begin(e.Started(), e.ServiceOpened(name, " ".join(about)))
            case ["search"]:
                self.begin(e.Started(), e.SearchOpened())
            case ["answer"]:
                for news in self.desk.answers():
                    self.conductor.hear(news)
            case _:
                sys.exit(f"screen_visit: no order {order!r}; there are open, search and answer")

    def _show(self, journey: Journey, facts: Facts) -> None:
        if journey.place != self._place:
            self._place = journey.place
            time.sleep(self._slow)
        if journey.screen is Screen.ENDED:
            QTimer.singleShot(0, lambda: self.begin(e.Started()))
            return
        self.screen.show(journey, facts, datetime.now().astimezone())


def main() -> int:
    """Serve until stdin ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("hand", type=Path)
    parser.add_argument("--items", type=int, default=0)
    parser.add_argument("--slow", type=float, default=0.0)
    options = parser.parse_args()
    application = QGuiApplication([])
    bench = Bench(options.items, options.slow)
    hand = Hand(bench.screen, options.hand, settled=lambda: bench.conductor.settled)
    unread = b""

    def read() -> None:
        nonlocal unread
        part = os.read(0, 65536)
        if not part:
            application.quit()
        *lines, unread = (unread + part).split(b"\n")
        for line in lines:
            bench.obey(line.decode())

    orders = QSocketNotifier(0, QSocketNotifier.Type.Read)
    orders.activated.connect(read)
    status = application.exec()
    hand.close()
    os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
