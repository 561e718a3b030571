"""A visit without a screen, for `bench screen`: it says to the terminal over the real link what a visit says that
takes a number, prints it, asks the centre, rates and ends. Started by the terminal as any visit is.
"""

import os
import queue
import socket
import sys
import uuid
from typing import Final, TypeVar

from contract.codes import Satisfaction
from contract.envelope import Sealed
from contract.suites import NONCE_BYTES
from kiosk import link
from kiosk.link import CarriedAnswer, CaseKept, CaseNotKept, Enter, NotCarried, Retire, TicketNews, ToVisit
from kiosk.parent import die_with_parent

ITEMS: Final = ("real-estate-transfer", "flexible-employment-insurance", "residence-permit")
_PATIENCE: Final = 30.0
_OVER: Final = ("printed", "failed", "uncertain")
_CONTENT: Final = 1500
"""Bytes of a sealed case: a holder and a short form."""

Heard = TypeVar("Heard", bound=ToVisit)


class Replayed:
    """One visit's end of the link."""

    def __init__(self, descriptor: int) -> None:
        self._heard: queue.SimpleQueue[ToVisit] = queue.SimpleQueue()
        self._link = link.visit_end(socket.socket(fileno=descriptor))
        self._link.listen(self._heard.put, lambda: os._exit(0))

    def live(self) -> None:
        """From the warm spare to the last word."""
        self._link.send(link.Ready())
        enter = self._hear(Enter, None)
        visit, case = enter.visit, enter.case_id
        self._link.send(link.Shown())
        sealed = Sealed("INTL-1", (), bytes(NONCE_BYTES), os.urandom(_CONTENT))
        self._link.send(link.KeepCase(visit, case, ITEMS[visit % len(ITEMS)], "zh-Hans", "张*", sealed))
        kept = self._hear((CaseKept, CaseNotKept), _PATIENCE)
        if isinstance(kept, CaseKept):
            self._link.send(link.PrintCase(visit, case))
            while self._hear(TicketNews, _PATIENCE).state not in _OVER:
                pass
        self._link.send(link.CarryQuestion(visit, uuid.uuid4().hex, sealed, 1.0))
        self._hear((NotCarried, CarriedAnswer), _PATIENCE)
        self._link.send(link.KeepRating(visit, case, Satisfaction.SATISFIED))
        self._link.send(link.Over(visit, "finished"))

    def _hear(self, kind: type[Heard] | tuple[type[Heard], ...], patience: float | None) -> Heard:
        """The next message of this kind. A spare waits for `Enter` as long as it takes, with signs of life."""
        while True:
            try:
                said = self._heard.get(timeout=patience or 1.0)
            except queue.Empty:
                if patience is not None:
                    sys.exit(f"screen_month_visit: no {kind} within {patience:g} s")
                self._link.send(link.Alive())
                continue
            if isinstance(said, Retire):
                os._exit(0)
            if isinstance(said, kind):
                return said


def main(arguments: list[str]) -> int:
    """`--link-fd N`, as for every visit."""
    die_with_parent()
    Replayed(int(arguments[arguments.index("--link-fd") + 1])).live()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
