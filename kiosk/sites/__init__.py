"""Site profiles: what a terminal offers and how it behaves where it stands, as data (ZZ-06 to ZZ-10).

One TOML file a kind of place; `site.profile` in the settings names one, or a file of the customer's own. Whatever the
settings say themselves goes before the profile.
"""

import re
import tomllib
from collections.abc import Iterable
from datetime import time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Final

import msgspec

from contract import help_hours
from contract.catalogue import Item, ItemKind
from contract.hours import Clock, Hours, Opening
from contract.orders import Offered
from contract.worktime import HallHours, Span
from kiosk.facts import Attract, VoiceHour

FOLDER: Final = Path(__file__).parent
_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")
_FRONT: Final = 10_000
"""What a place puts first goes before whatever is popular elsewhere."""


class ProfileError(ValueError):
    """The profile cannot be used; one sentence with file, place and expected value."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A misspelt key is an error, not a default that surprises at night."""


Pattern = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9*?-]+$")]


class OfferPart(_Part, frozen=True):
    """Which items. What a place does not offer is not shown at all; what it cannot do now is greyed with the reason."""

    kinds: tuple[ItemKind, ...] = ()
    """Only items of these kinds; empty: of every kind."""
    items: Annotated[tuple[Pattern, ...], msgspec.Meta(min_length=1)] = ("*",)
    """Slugs, with `*` and `?`."""
    without: tuple[Pattern, ...] = ()
    first: tuple[Pattern, ...] = ()
    """Shown before all others, in this order."""
    cards: tuple[Pattern, ...] = ()
    """What stands beside this terminal and is somebody else's machine: cards of `kiosk/sites/cards` that say where."""


class HoursPart(_Part, frozen=True):
    """When the place is open, and how it works."""

    place: tuple[Opening, ...] = ()
    """When people can reach the terminal; empty: day and night."""
    windows: tuple[Opening, ...] = ()
    """The windows of this place; empty: each item says its own."""
    morning: tuple[Clock, Clock] = ("08:30", "12:00")
    afternoon: tuple[Clock, Clock] = ("13:30", "17:30")

    def hall(self) -> HallHours:
        """For the promise dates. Raises ValueError for halves that are none."""
        morning, afternoon = (
            Span(*(time.fromisoformat(clock) for clock in half)) for half in (self.morning, self.afternoon)
        )
        return HallHours(morning, afternoon)


class PatiencePart(_Part, frozen=True):
    """Waiting times in seconds; None: the usual one. The lower bounds of `kiosk.journey.patience` hold."""

    hide_after: float | None = None
    menu: float | None = None
    page: float | None = None
    large: float | None = None
    countdown: float | None = None
    large_countdown: float | None = None

    def told(self) -> dict[str, float]:
        """What is said here."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value is not None}


class PrivacyPart(_Part, frozen=True):
    """How much passers-by are minded."""

    strict: bool = False
    """Pages with personal data remind their citizen of whoever stands behind."""


class LookPart(_Part, frozen=True):
    """The attract screen by day and by night."""

    night_from: Clock = "22:00"
    night_to: Clock = "06:00"
    attract: Attract = Attract.USUAL


class NightPart(_Part, frozen=True):
    """How loud and how bright between `night_from` and `night_to`; and the hours of remote help, by day and night."""

    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 100
    """The loudspeaker is never louder at night, whatever its hour says; 0: silent."""
    brightness: Annotated[int, msgspec.Meta(ge=5, le=100)] = 30
    """Per cent of the panel's light while nobody uses it; who touches it sees it as by day."""
    help: str = ""
    """Hours of remote help, such as `08:00–12:00, 19:00–22:00`; empty: day and night, as the duty roster says."""

    def __post_init__(self) -> None:
        """Hours that are none would be found out at night."""
        help_hours.read(self.help)


class Profile(_Part, frozen=True):
    """One kind of place."""

    name: dict[str, str]
    offer: OfferPart = OfferPart()
    hours: HoursPart = HoursPart()
    voice: tuple[VoiceHour, ...] = ()
    """Levels of the loudspeaker; where rows are given, it is silent at every other hour."""
    privacy: PrivacyPart = PrivacyPart()
    patience: PatiencePart = PatiencePart()
    look: LookPart = LookPart()
    night: NightPart = NightPart()
    orders: Offered = Offered()
    """代办, 上门 and 延时: what can be asked for here (JH-09)."""

    def __post_init__(self) -> None:
        """The halves of the day follow each other."""
        self.hours.hall()

    def voice_in(self, zone: str) -> tuple[VoiceHour, ...]:
        """The levels of one zone: rows of its own, or those for every zone."""
        own = tuple(row for row in self.voice if row.zone == zone)
        return own or tuple(row for row in self.voice if not row.zone)


def names() -> tuple[str, ...]:
    """The profiles that are there."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load(name: str, here: Path) -> Profile:
    """The profile of that name, or the file at `name` beside the settings in `here`. Raises ProfileError."""
    path = FOLDER / f"{name}.toml" if _NAME.fullmatch(name) else here / name
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Profile)
    except FileNotFoundError:
        message = f"{path}: no such site profile; expected one of {', '.join(names())}, or a file ending in .toml"
        raise ProfileError(message) from None
    except (OSError, ValueError) as error:
        message = f"{path}: {error}; docs/operations/site-profiles.md shows each value with its meaning"
        raise ProfileError(message) from None


def offered(profile: Profile, items: Iterable[Item]) -> tuple[Item, ...]:
    """The items of this place in its order, with its windows' hours, and its cards."""
    every = (*items, *(_card(name) for name in profile.offer.cards))
    found = [_here(profile, item) for item in every if _is_offered(profile.offer, item)]
    return tuple(sorted(found, key=lambda item: (-item.popular, item.slug)))


def _card(name: str) -> Item:
    """Raises ProfileError."""
    path = FOLDER / "cards" / f"{name}.toml"
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Item)
    except (OSError, ValueError) as error:
        message = f"{path}: {error}; `cards` names files of this folder, each a service item of kind guide"
        raise ProfileError(message) from None


def _is_offered(offer: OfferPart, item: Item) -> bool:
    if item.depth == 0 or (offer.kinds and item.kind not in offer.kinds):  # depth 0: not at a terminal (ZZ-05)
        return False
    return _rank(offer.items, item.slug) is not None and _rank(offer.without, item.slug) is None


def _here(profile: Profile, item: Item) -> Item:
    rank, windows = _rank(profile.offer.first, item.slug), profile.hours.windows
    if rank is not None:
        item = msgspec.structs.replace(item, popular=_FRONT - 100 * rank + min(item.popular, 99))
    if windows and item.hours.windows:
        hours: Hours = msgspec.structs.replace(item.hours, windows=windows)
        item = msgspec.structs.replace(item, hours=hours)
    return item


def _rank(patterns: tuple[str, ...], slug: str) -> int | None:
    return next((place for place, pattern in enumerate(patterns) if fnmatchcase(slug, pattern)), None)
