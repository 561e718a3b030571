"""What a query knows while it goes on. Pure values."""

from contract.catalogue import Item
from contract.offering import Query as Part
from contract.questions import DepartmentActed, DepartmentFound, DocumentIssued
from kiosk.journey.events import TicketState
from kiosk.journey.page import Said
from kiosk.journey.service import Service
from kiosk.journey.services.details import Details
from kiosk.journey.services.papers import Papers
from kiosk.journey.services.paying import Paying
from kiosk.journey.services.permits import Permit


class State(Service, frozen=True, kw_only=True):
    """`at`: consent, details, asking, found, choose, confirm, sign, permit, pay, acting, endorsing, returning, acted,
    issuing, paper, failed.
    """

    item: Item
    request: str = ""
    asked: int = 0
    found: DepartmentFound | None = None
    details: Details | None = None
    """The questions of the item's form, once they are asked."""
    choice: str = ""
    wants: str = ""
    """`document` or `act`: what the citizen chose to have."""
    strokes: tuple[tuple[tuple[int, int], ...], ...] = ()
    agreed: str = ""
    """When somebody who cannot write consented instead of signing (local time)."""
    pay: Paying | None = None
    orders: int = 0
    permit: Permit | None = None
    """The travel permit in the machine, where the act is put on one."""
    acted: DepartmentActed | None = None
    issued: DocumentIssued | None = None
    papers: Papers = Papers("document")
    """Those of this choice: each after the first voids the one before."""
    began: float | None = None
    """When it was begun, and when what the citizen came for was there (monotonic seconds)."""
    ended: float | None = None
    said: Said = ""
    """Why the last question came to nothing."""

    @property
    def waiting(self) -> str:
        return self.request

    @property
    def is_there(self) -> bool:
        """Whether what the citizen came for is there: seen, done, or on paper."""
        if self.at == "acted":
            return self.permit is None or self.permit.endorsed
        return self.at == "found" or (self.at == "paper" and self.papers.state is TicketState.PRINTED)

    @property
    def amount_fen(self) -> int | None:
        """What has to be paid for what was chosen; None where nobody has said."""
        if self.found is None:
            return None
        return self.found.amounts.get(self.choice, self.found.amount_fen)

    @property
    def part(self) -> Part:
        """What the item says of its query."""
        if self.item.query is None:
            message = f"item {self.item.slug!r} has no [query]: the catalogue refuses such an item of this kind"
            raise ValueError(message)
        return self.item.query
