"""What can happen at the technician's screen: touches, and news from the bench and the clock. Values only."""

from collections.abc import Mapping

import msgspec

from kiosk.technician.values import (
    Care,
    ChainStep,
    Checked,
    Found,
    Frame,
    Page,
    Plan,
    PortHere,
    Revision,
    Seen,
    Tab,
    Texts,
)


class _Value(msgspec.Struct, frozen=True):
    """Compared by what it holds."""


# --- touches ----------


class LanguageChosen(_Value, frozen=True):
    language: str


class Stirred(_Value, frozen=True):
    """A touch that means nothing but "I am here"."""


class WentBack(_Value, frozen=True):
    pass


class PageOpened(_Value, frozen=True):
    page: Page


class CodeWanted(_Value, frozen=True):
    """At the door: a one-time code instead of the card, or the card again."""

    on: bool


class DigitPressed(_Value, frozen=True):
    digit: str


class DigitErased(_Value, frozen=True):
    pass


class DigitsCleared(_Value, frozen=True):
    pass


class DoorTried(_Value, frozen=True):
    pass


class DeviceOpened(_Value, frozen=True):
    name: str


class DeviceAdded(_Value, frozen=True):
    name: str


class DeviceRemoved(_Value, frozen=True):
    name: str


class TabChosen(_Value, frozen=True):
    tab: Tab


class AddressSet(_Value, frozen=True):
    """The whole address of the device on the page."""

    port: str


class OptionSet(_Value, frozen=True):
    option: str
    value: object


class FindAsked(_Value, frozen=True):
    name: str


class FoundChosen(_Value, frozen=True):
    """What answered there becomes the device of its kind."""

    found: Found


class CheckAsked(_Value, frozen=True):
    level: str


class CommissionAsked(_Value, frozen=True):
    """Prove, by hand and by command, what cannot be known of the device on the page."""


class TypingAsked(_Value, frozen=True):
    """`what`: `target`, `baud`, `serial`, `person` or `option:NAME`."""

    what: str
    text: str = ""


class KeyTyped(_Value, frozen=True):
    key: str


class ShiftTyped(_Value, frozen=True):
    pass


class TypingDone(_Value, frozen=True):
    pass


class RefillNoted(_Value, frozen=True):
    name: str


class ChainAsked(_Value, frozen=True):
    pass


class PageLaid(_Value, frozen=True):
    """The printed page lies under the camera."""


class WidthMoved(_Value, frozen=True):
    """The drawn card was made wider or narrower by so many pixels."""

    pixels: float


class SaveAsked(_Value, frozen=True):
    pass


class DraftDropped(_Value, frozen=True):
    pass


class RevisionOpened(_Value, frozen=True):
    number: int


class UndoAsked(_Value, frozen=True):
    pass


class ExportAsked(_Value, frozen=True):
    what: str
    """`recordings` or `report`."""


class PersonCardAsked(_Value, frozen=True):
    pass


class LeaveConfirmed(_Value, frozen=True):
    """Back to the citizens; `walk`: first one visit that tries everything and files nothing."""

    walk: bool = False


class NoticeClosed(_Value, frozen=True):
    pass


# --- news: the bench or the clock said something ----------


class Ticked(_Value, frozen=True):
    """Monotonic seconds."""

    now: float


class CardSeen(_Value, frozen=True):
    """A card was read at the door; whose it is stays on the bench."""


class DoorSeen(_Value, frozen=True):
    reader: str
    keyed: bool
    enrolled: bool


class DoorOpened(_Value, frozen=True):
    who: str


class DoorRefused(_Value, frozen=True):
    """`seconds`: how long the door stays shut now."""

    seconds: float


class DeviceSeen(_Value, frozen=True):
    name: str
    seen: Seen


class CountsSeen(_Value, frozen=True):
    name: str
    care: Care


class FramesSeen(_Value, frozen=True):
    name: str
    frames: tuple[Frame, ...]


class PortTried(_Value, frozen=True):
    port: PortHere
    found: tuple[Found, ...]


class SearchEnded(_Value, frozen=True):
    pass


class CheckEnded(_Value, frozen=True):
    name: str
    checked: Checked


class StepTold(_Value, frozen=True):
    """What whoever stands at the device does next."""

    texts: Texts


class Commissioned(_Value, frozen=True):
    """What was proved, as options of the device."""

    name: str
    options: Mapping[str, object]


class ChecksKept(_Value, frozen=True):
    """What earlier checks found."""

    checks: Mapping[str, tuple[Checked, ...]]


class RevisionsRead(_Value, frozen=True):
    revisions: tuple[Revision, ...]


class RevisionSaved(_Value, frozen=True):
    number: int
    plan: Plan


class ChainMoved(_Value, frozen=True):
    steps: tuple[ChainStep, ...]
    over: bool


class Exported(_Value, frozen=True):
    what: str
    path: str


class PeopleRead(_Value, frozen=True):
    names: tuple[str, ...]


class PersonAdded(_Value, frozen=True):
    names: tuple[str, ...]


class WorkFailed(_Value, frozen=True):
    """What was asked for could not be done, in finished words."""

    texts: Texts


Touch = (
    LanguageChosen
    | Stirred
    | WentBack
    | PageOpened
    | CodeWanted
    | DigitPressed
    | DigitErased
    | DigitsCleared
    | DoorTried
    | DeviceOpened
    | DeviceAdded
    | DeviceRemoved
    | TabChosen
    | AddressSet
    | OptionSet
    | FindAsked
    | FoundChosen
    | CheckAsked
    | CommissionAsked
    | TypingAsked
    | KeyTyped
    | ShiftTyped
    | TypingDone
    | RefillNoted
    | ChainAsked
    | PageLaid
    | WidthMoved
    | SaveAsked
    | DraftDropped
    | RevisionOpened
    | UndoAsked
    | ExportAsked
    | PersonCardAsked
    | LeaveConfirmed
    | NoticeClosed
)
News = (
    Ticked
    | CardSeen
    | DoorSeen
    | DoorOpened
    | DoorRefused
    | DeviceSeen
    | CountsSeen
    | FramesSeen
    | PortTried
    | SearchEnded
    | CheckEnded
    | StepTold
    | Commissioned
    | ChecksKept
    | RevisionsRead
    | RevisionSaved
    | ChainMoved
    | Exported
    | PeopleRead
    | PersonAdded
    | WorkFailed
)
Event = Touch | News
