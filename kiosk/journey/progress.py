"""How far a visit has come: its page, what it knows, and the values a page is drawn from. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from contract.catalogue import DEFAULT_LANGUAGE, Item, ItemKind
from contract.codes import Satisfaction
from contract.feed import RatingTags
from contract.hall_plan import HallPlan
from contract.messages import Filed, Holder
from contract.orders import Offered
from contract.questions import Booking
from contract.waiting import WaitTold
from kiosk.journey import events as e
from kiosk.journey.display import USUAL, Display, Offer
from kiosk.journey.help import Help
from kiosk.journey.overlay import Overlay
from kiosk.journey.page import Pace, Page
from kiosk.journey.patience import Patience, Wait
from kiosk.journey.search import Spelling
from kiosk.journey.service import Known, Service


class Screen(StrEnum):
    """Every page of a visit."""

    ATTRACT = "attract"
    HOME = "home"
    BROWSE = "browse"
    ITEM = "item"
    CARD = "card"
    PERSON = "person"
    SERVICE = "service"
    SAVING = "saving"
    RESULT = "result"
    RATING = "rating"
    FAREWELL = "farewell"
    TAKE_CARD = "take_card"
    ENDED = "ended"


_PERSONAL = frozenset({Screen.PERSON, Screen.RESULT})
_MENUS = frozenset({Screen.HOME, Screen.BROWSE, Screen.RATING})
UNHURRIED = frozenset({Screen.ATTRACT, Screen.SAVING, Screen.FAREWELL, Screen.TAKE_CARD, Screen.ENDED})
"""Pages that no idle clock ends."""


MOST_RECEIPTS = 3
"""Papers a citizen may ask for when none comes out; after that it is staff's."""


@dataclass(frozen=True)
class Outcome:
    """What the terminal promised: durable here, known to the citizen by these words."""

    case_number: str
    number: str
    business_date: str
    filed_at: str
    promise_date: str | None
    promise_certain: bool = True


NO_TAGS = RatingTags()
USUAL_OFFERS = Offered()


@dataclass(frozen=True)
class Parked:
    """The page that waits below a page that was opened over it, and how one came to it."""

    screen: Screen
    trail: tuple[Screen, ...]
    service: Service | None


@dataclass(frozen=True)
class Journey:
    """Everything one visit knows. Forgetting a citizen is ending the process that holds this value."""

    visit: int
    case_id: str
    items: tuple[Item, ...]
    patience: Patience = field(default_factory=Patience)
    terminal: str = ""
    screen: Screen = Screen.ATTRACT
    trail: tuple[Screen, ...] = ()
    overlay: Overlay = Overlay.NONE
    language: str = DEFAULT_LANGUAGE
    display: Display = USUAL
    offer: Offer = Offer.NOT_YET
    voice: bool = False
    """Everything is spoken, and shown as captions."""
    speed: int = 2
    headphones: bool = False
    closed: tuple[tuple[str, str], ...] = ()
    suspended: bool = False
    """The terminal is out of service: a visit that has begun is finished, none begins."""
    door: e.Door | None = None
    query: str = ""
    item: Item | None = None
    holder: Holder | None = None
    card_read: bool = False
    card_gone: bool = False
    answers: tuple[tuple[str, str], ...] = ()
    fault: str = ""
    last_fault: str = ""
    service: Service | None = None
    """What the citizen came for, while it is under way."""
    parked: Parked | None = None
    """What it was opened over: a complaint or a helper's badge takes nothing from the work below."""
    helped_by: str = ""
    """The badge of the member of staff who helps at the terminal, `/unchecked` behind it where nobody could be asked;
    empty while nobody does.
    """
    tags: RatingTags = NO_TAGS
    """The reasons a rating may give."""
    offers: Offered = USUAL_OFFERS
    """Which service orders can be asked for at this place."""
    help: Help | None = None
    """The call for a person, once there is one."""
    plan: HallPlan | None = None
    """Of the hall the terminal stands in, where anybody has drawn it."""
    spelling: Spelling = field(default_factory=dict)
    """The Pinyin of the items, once it is there."""
    queue: WaitTold | None = None
    """What the centre has told of the queue of `item`."""
    queue_asked: str = ""
    """Which queue was asked for last, and by which request: `A/…`."""
    queue_asked_at: float = 0.0
    link_up: bool = False
    help_rings: bool = True
    """Whether a call for a person goes out at this hour."""
    papers: bool = False
    booking: Booking | None = None
    """Checked in during this visit."""
    filed: Filed = Filed()  # noqa: RUF009 - frozen
    """How the case was filed: what decides which way it goes."""
    outcome: Outcome | None = None
    ticket: e.TicketState = e.TicketState.WAITING
    ticket_fault: str = ""
    receipt: e.TicketState = e.TicketState.WAITING
    receipt_fault: str = ""
    receipts_asked: int = 0
    rating: Satisfaction | None = None
    rated_item: str = ""
    """What is rated: an item's slug, or the name of one of the terminal's own services."""
    rated_again: str = ""
    """The number of the case that is rated a second time; empty for a first rating."""
    ending: e.Ending | None = None
    now: float = 0.0
    wall: str = ""
    """Local time to the minute, `YYYY-MM-DDTHH:MM`."""
    entered_at: float = 0.0
    touched_at: float = 0.0
    countdown_since: float | None = None
    extensions: int = 0
    hidden: bool = False
    walking: bool = False
    """走流程: staff try what a citizen does, and nothing of it is real."""

    @property
    def known(self) -> Known:
        """What a service may know."""
        return Known(
            visit=self.visit,
            case_id=self.case_id,
            items=self.items,
            item=self.item,
            holder=self.holder,
            language=self.language,
            now=self.now,
            wall=self.wall,
            closed=self.closed,
            link_up=self.link_up,
            papers=self.papers,
            terminal=self.terminal,
            tags=self.tags,
            offers=self.offers,
            plan=self.plan,
            spelling=self.spelling,
            queue=self.queue,
            case_kept=self.outcome is not None,
        )

    @cached_property
    def page(self) -> Page | None:
        """The service's page, while one is on the screen. Kept with the value: a touch looks at it twenty times."""
        if self.service is None or self.screen is not Screen.SERVICE:
            return None
        return self.service.page(self.known)

    @property
    def place(self) -> tuple[str, ...]:
        """Which page is on the screen: a touch meant for another is none for this."""
        page = self.page
        return (self.screen, self.overlay, page.name if page else "")

    @property
    def unhurried(self) -> bool:
        """Whether no idle clock ends this page."""
        page = self.page
        return page.pace is Pace.WAITS if page else self.screen in UNHURRIED

    @property
    def slow(self) -> bool:
        """Whether the longer waits hold."""
        return self.display.unhurried or self.voice

    @property
    def touched_up(self) -> bool:
        """Whether somebody changed how the screen looks or speaks."""
        return self.display != USUAL or self.language != DEFAULT_LANGUAGE or self.voice

    @property
    def countdown_left(self) -> float | None:
        """Seconds until the visit ends by itself, or None while nobody counts."""
        if self.countdown_since is None:
            return None
        return max(0.0, self.wait.countdown - (self.now - self.countdown_since))

    @property
    def quiet_left(self) -> float:
        """Seconds without a touch until the countdown."""
        return max(0.0, self.wait.before_countdown - (self.now - self.touched_at))

    @property
    def out_of_service(self) -> bool:
        """Whether this page only says that nothing can be begun."""
        return self.suspended and self.screen is Screen.ATTRACT

    @property
    def personal(self) -> bool:
        """Whether this page shows something personal, which is hidden when nobody touches it."""
        if page := self.page:
            return page.personal
        return self.screen in _PERSONAL and (self.holder is not None or bool(self.answers))

    @property
    def receipt_comes(self) -> bool:
        """Whether a page may come out any moment: who walks off now would leave it to the next."""
        return self.receipt is e.TicketState.PRINTING and self.now - self.entered_at < self.patience.document

    @property
    def may_ask_receipt(self) -> bool:
        """Whether a receipt on A4 may be asked for: once, and again where none came out, but not for ever."""
        filed = self.outcome is not None and self.item is not None and self.item.kind is ItemKind.FILING
        lacking = self.receipt in (e.TicketState.WAITING, e.TicketState.FAILED, e.TicketState.UNCERTAIN)
        return filed and lacking and self.receipts_asked < MOST_RECEIPTS

    @property
    def wait(self) -> Wait:
        """How long this page waits."""
        page = self.page
        menu = page.pace is Pace.MENU if page else self.screen in _MENUS
        return self.patience.of(menu=menu, large=self.slow)
