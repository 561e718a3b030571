"""What a service is to the shell around it: a value that shows a page and answers an event with a turn. Pure.

The shell (`step`) has the card, the overlays, the clock, the countdown and the farewell; a service has what its citizen
came for. A service never sees a late answer of another: requests carry ids the service made and still waits for.
"""

import hashlib
from enum import StrEnum
from typing import NamedTuple, TypeVar

import msgspec

from contract.catalogue import Item
from contract.feed import RatingTags
from contract.hall_plan import HallPlan
from contract.messages import Filed, Holder
from contract.orders import Offered
from contract.questions import Booking
from contract.waiting import WaitTold
from kiosk.journey import events as e
from kiosk.journey.page import Page
from kiosk.journey.search import Spelling


class Known(msgspec.Struct, frozen=True):
    """What the shell tells a service each time: it is never kept by one."""

    visit: int
    case_id: str
    items: tuple[Item, ...]
    item: Item | None
    holder: Holder | None
    language: str
    now: float
    wall: str
    """Local time to the minute, `YYYY-MM-DDTHH:MM`; empty before the first tick."""
    closed: tuple[tuple[str, str], ...] = ()
    link_up: bool = False
    papers: bool = False
    """A page on A4 can be printed now."""
    terminal: str = ""
    tags: RatingTags = RatingTags()
    offers: Offered = Offered()
    """Which service orders can be asked for at this place."""
    plan: HallPlan | None = None
    """Of the hall, where there is one."""
    spelling: Spelling = {}
    """The Pinyin of the items, once it is there."""
    queue: WaitTold | None = None
    """How many wait for the item on the screen, as the centre has told."""
    case_kept: bool = False
    """A case of this visit has been kept: it is what is rated."""

    @property
    def today(self) -> str:
        """`YYYY-MM-DD`."""
        return self.wall[:10]

    def id(self, name: str) -> str:
        """A UUID (RFC 9562, version 8) of this visit for `name`: always the same, another in every other visit."""
        digits = hashlib.sha256(f"{self.case_id}/{name}".encode()).hexdigest()
        return f"{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"

    def find(self, slug: str) -> Item | None:
        """An item of this terminal."""
        return next((item for item in self.items if item.slug == slug), None)


class Identified(msgspec.Struct, frozen=True):
    """The card that the service asked for has been read and confirmed: `known.holder` is there."""


class Then(StrEnum):
    """Where the visit goes after a turn."""

    STAY = "stay"
    CARD = "card"
    """Ask for the card; `Identified` comes when it is confirmed, at once where it is known already."""
    SAVE = "save"
    """Keep the case with the turn's answers. Where it fails, the page comes back with the reason."""
    RESULT = "result"
    """The kept case's number and papers."""
    BACK = "back"
    """To the page the service was opened from."""
    HOME = "home"
    ITEMS = "items"
    """All items, with the search."""
    OPEN = "open"
    """Another service, or the card of an item: `about` is `name`, `name:about` or `item:slug`."""
    RATE = "rate"
    """What was done is rated: the case, or the item; `about` names the service where there is neither."""
    RATE_AGAIN = "rate_again"
    """A case that was decided is rated once more (追评): `about` is its number."""
    FAREWELL = "farewell"


class Turn(NamedTuple):
    """A service's answer to an event."""

    service: "Service"
    effects: tuple[e.Effect, ...] = ()
    then: Then = Then.STAY
    about: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    """What is kept with the case, for `SAVE`."""
    filed: Filed = Filed()
    """And what the centre may judge by without opening the seal."""
    item: str = ""
    """The item this turned out to be about, by its slug: a draft knows it only when it is opened."""
    booking: Booking | None = None
    """Somebody has checked in: the number they take now has its place by it."""


Met = e.Event | Identified


class Service(msgspec.Struct, frozen=True):
    """The base of every service. `at` is where it is, `trail` where it can go back to, inside itself."""

    at: str
    trail: tuple[str, ...] = ()
    fault: str = ""
    """A key of the words: what was wrong with the last thing that was done here."""

    def page(self, known: Known) -> Page:
        """What is shown now. Total."""
        raise NotImplementedError

    def meet(self, event: Met, known: Known) -> Turn:
        """What an event means here. Total: one without meaning leaves the service as it was."""
        raise NotImplementedError

    def leaving(self, known: Known) -> tuple[e.Effect, ...]:  # noqa: ARG002 - those that hold something override it
        """What has to be let go of when the citizen leaves in the middle: an open order, a bell that rings."""
        return ()

    @property
    def waiting(self) -> str:
        """The request this service waits for; empty for none."""
        return ""

    @property
    def reads_card(self) -> bool:
        """Whether a second card is waited for on this page: that of whoever is filed for. It comes as `CardRead`."""
        return False


_S = TypeVar("_S", bound=Service)


def go(service: _S, at: str, /, **changes: object) -> _S:
    """On to a place one can go back from."""
    return msgspec.structs.replace(service, at=at, trail=(*service.trail, service.at), **{"fault": "", **changes})


def move(service: _S, at: str, /, **changes: object) -> _S:
    """On to a place without a way back: what lies behind has left the terminal."""
    return msgspec.structs.replace(service, at=at, trail=(), **{"fault": "", **changes})


def back(service: Service, /, **changes: object) -> Turn:
    """To the place before, answers kept; out of the service where there is none."""
    if not service.trail:
        return Turn(service, then=Then.BACK)
    return Turn(msgspec.structs.replace(service, at=service.trail[-1], trail=service.trail[:-1], fault="", **changes))


def stay(service: Service, /, **changes: object) -> Turn:
    """Where it is, with these changes."""
    return Turn(msgspec.structs.replace(service, **changes))
