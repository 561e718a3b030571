"""What can happen in a visit (events, past tense) and what a visit can ask for (effects, imperative). Values only."""

from dataclasses import dataclass
from enum import StrEnum

from contract.catalogue import Item
from contract.codes import Satisfaction
from contract.messages import Holder

# --- touches: the citizen did something on the screen ----------


@dataclass(frozen=True)
class Touched:
    """A touch that means nothing but "I am here"; also shows what was hidden."""


@dataclass(frozen=True)
class Started:
    """The attract screen was touched."""


@dataclass(frozen=True)
class LanguageChosen:
    language: str


@dataclass(frozen=True)
class LargeTextChosen:
    on: bool


class Door(StrEnum):
    """The doors of the home screen that lead somewhere today."""

    NUMBER = "number"
    FILING = "filing"
    GUIDES = "guides"


@dataclass(frozen=True)
class DoorChosen:
    door: Door


@dataclass(frozen=True)
class SearchOpened:
    pass


@dataclass(frozen=True)
class ItemChosen:
    slug: str


@dataclass(frozen=True)
class ItemBegun:
    """The main button of the item card."""


@dataclass(frozen=True)
class CardSkipped:
    """Go on without a card, where the item allows it."""


@dataclass(frozen=True)
class PersonConfirmed:
    pass


@dataclass(frozen=True)
class PersonDenied:
    """Not me: the card's content is dropped."""


@dataclass(frozen=True)
class KeyPressed:
    """One key of a number pad or of the letters for the search."""

    key: str


@dataclass(frozen=True)
class Erased:
    pass


@dataclass(frozen=True)
class Cleared:
    pass


@dataclass(frozen=True)
class AnswerChosen:
    value: str


@dataclass(frozen=True)
class AnswerSkipped:
    pass


@dataclass(frozen=True)
class AnswerReopened:
    """Change beside an answer on the review page."""

    key: str


@dataclass(frozen=True)
class WentOn:
    pass


@dataclass(frozen=True)
class WentBack:
    pass


@dataclass(frozen=True)
class Submitted:
    pass


@dataclass(frozen=True)
class ResultSeen:
    pass


@dataclass(frozen=True)
class Rated:
    satisfaction: Satisfaction


@dataclass(frozen=True)
class RatingSkipped:
    pass


@dataclass(frozen=True)
class HelpOpened:
    pass


@dataclass(frozen=True)
class DifficultyOpened:
    """办不成事."""


@dataclass(frozen=True)
class DifficultyChosen:
    reason: str


@dataclass(frozen=True)
class OverlayClosed:
    pass


@dataclass(frozen=True)
class StayedOn:
    """Still here: the button of the countdown."""


@dataclass(frozen=True)
class Left:
    """退出."""


Touch = (
    Touched
    | Started
    | LanguageChosen
    | LargeTextChosen
    | DoorChosen
    | SearchOpened
    | ItemChosen
    | ItemBegun
    | CardSkipped
    | PersonConfirmed
    | PersonDenied
    | KeyPressed
    | Erased
    | Cleared
    | AnswerChosen
    | AnswerSkipped
    | AnswerReopened
    | WentOn
    | WentBack
    | Submitted
    | ResultSeen
    | Rated
    | RatingSkipped
    | HelpOpened
    | DifficultyOpened
    | DifficultyChosen
    | OverlayClosed
    | StayedOn
    | Left
)

# --- news: a device, the terminal or the clock said something ----------


@dataclass(frozen=True)
class Ticked:
    """The clock moved. `now` is monotonic seconds; the journey knows no other clock."""

    now: float


@dataclass(frozen=True)
class CardRead:
    """A card laid down after the visit asked for one. `visit` keeps a late read out of the next visit."""

    visit: int
    holder: Holder


@dataclass(frozen=True)
class CardFailed:
    """The reader could not read; `fault` is a key of the words catalogue."""

    visit: int
    fault: str


@dataclass(frozen=True)
class ReaderRecovered:
    """The reader answers again: what was said about it is taken back."""

    visit: int


@dataclass(frozen=True)
class CardGone:
    """The card that was read has been lifted."""

    visit: int


class TicketState(StrEnum):
    """What is known about the paper of this case."""

    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True)
class CaseSaved:
    """The case is durable on this terminal. `item` is what was kept: after a slow first save it may be the item
    asked for first, not the one asked for last.
    """

    visit: int
    case_id: str
    case_number: str
    number: str
    business_date: str
    filed_at: str
    promise_date: str | None
    item: str = ""


@dataclass(frozen=True)
class SaveFailed:
    visit: int
    case_id: str
    fault: str


@dataclass(frozen=True)
class TicketMoved:
    visit: int
    case_id: str
    state: TicketState
    fault: str = ""


@dataclass(frozen=True)
class DutyChanged:
    """Which items cannot be begun here now: slug -> key of the reason."""

    closed: tuple[tuple[str, str], ...]


News = Ticked | CardRead | CardFailed | ReaderRecovered | CardGone | CaseSaved | SaveFailed | TicketMoved | DutyChanged
Event = Touch | News

# --- effects ----------


@dataclass(frozen=True)
class AwaitCard:
    """Read the next card that is laid down."""

    visit: int


@dataclass(frozen=True)
class AwaitCardGone:
    """Say when the card that was read is lifted."""

    visit: int


@dataclass(frozen=True)
class RestReader:
    """Leave the reader alone."""

    visit: int


@dataclass(frozen=True)
class SaveCase:
    """Make the case durable. The same `case_id` asked twice is one case and one number."""

    visit: int
    case_id: str
    item: Item
    holder: Holder | None
    answers: tuple[tuple[str, str], ...]
    language: str


@dataclass(frozen=True)
class PrintTicket:
    visit: int
    case_id: str


@dataclass(frozen=True)
class SaveRating:
    visit: int
    case_id: str
    satisfaction: Satisfaction


@dataclass(frozen=True)
class SaveDifficulty:
    visit: int
    page: str
    item: str | None
    last_error: str | None
    reason: str


class Ending(StrEnum):
    """Why a visit ended."""

    FINISHED = "finished"
    LEFT = "left"
    IDLE = "idle"
    CARD_LEFT = "card_left"


@dataclass(frozen=True)
class EndVisit:
    """Wipe by ending this process."""

    visit: int
    ending: Ending


Effect = AwaitCard | AwaitCardGone | RestReader | SaveCase | PrintTicket | SaveRating | SaveDifficulty | EndVisit
