"""The technician's turn as a pure function: step(session, event) -> (session, effects).

No clock, no device, no file: time arrives in `Ticked`, everything else from the bench. What an event does not mean
now, it does not mean at all: a second tap begins nothing twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from kiosk.technician import effects as f
from kiosk.technician.address import parse
from kiosk.technician.values import (
    Care,
    ChainStep,
    Checked,
    Found,
    Frame,
    Gate,
    KindKnown,
    NightKnown,
    Notice,
    Page,
    Plan,
    PortHere,
    Revision,
    Seen,
    Tab,
    Typing,
    Work,
)

__all__ = ["CARD_MM", "CODE_DIGITS", "IDLE_SECONDS", "PIN_DIGITS", "Session", "Step", "opening"]

IDLE_SECONDS: Final = 600.0
"""A technician who walked away: the terminal goes back to its citizens."""
DOOR_SECONDS: Final = 60.0
"""Nobody stands at the door for longer, whatever is touched; who showed a card, a code or the key has as much again."""
PIN_DIGITS: Final = (6, 12)
CODE_DIGITS: Final = 8
CARD_MM: Final = 85.60
"""The width of every identity card (ISO/IEC 7810, ID-1)."""


@dataclass(frozen=True)
class Session:
    """Everything the screen shows. The PIN stays out of every picture of it."""

    terminal: str
    kinds: tuple[KindKnown, ...] = ()
    width_px: int = 1080
    night: NightKnown = NightKnown()  # noqa: RUF009 - frozen
    language: str = "zh-Hans"
    now: float = 0.0
    touched_at: float = 0.0
    page: Page = Page.DOOR
    trail: tuple[Page, ...] = ()
    gate: Gate = field(default=Gate(), repr=False)
    given: bool = False
    """Whether something one has was ever shown at the door."""
    who: str = ""
    name: str = ""
    tab: Tab = Tab.STATE
    saved: Plan = field(default_factory=Plan)
    draft: Plan = field(default_factory=Plan)
    seen: Mapping[str, Seen] = field(default_factory=dict)
    checks: Mapping[str, tuple[Checked, ...]] = field(default_factory=dict)
    care: Mapping[str, Care] = field(default_factory=dict)
    frames: tuple[Frame, ...] = ()
    ports: tuple[PortHere, ...] = ()
    found: tuple[Found, ...] = ()
    typing: Typing | None = field(default=None, repr=False)
    new_person: str = ""
    people: tuple[str, ...] = ()
    chain: tuple[ChainStep, ...] = ()
    revisions: tuple[Revision, ...] = ()
    revision: int = 0
    exported: tuple[tuple[str, str], ...] = ()
    work: Work | None = None
    notice: Notice | None = None
    left: bool = False

    @property
    def dirty(self) -> bool:
        """Whether something is not saved."""
        return self.draft != self.saved

    @property
    def inside(self) -> bool:
        """Whether the door was opened."""
        return bool(self.who)

    @property
    def card_px(self) -> float:
        """How wide an identity card is drawn by the draft's measure."""
        return CARD_MM * self.width_px / self.draft.width_mm

    def kind(self, name: str) -> KindKnown | None:
        """The kind behind a key of the settings; where two may stand there, the one its address in the draft is of."""
        setup = self.draft.devices.get(name)
        return self.kind_at(name, setup.port) if setup else next(iter(self._kinds(name)), None)

    def kind_at(self, name: str, port: str) -> KindKnown | None:
        """The kind that stands at such an address."""
        there = self._kinds(name)
        scheme = parse(port).scheme
        return next((kind for kind in there if scheme in kind.schemes), next(iter(there), None))

    def schemes(self, name: str) -> tuple[str, ...]:
        """Every form of address a device of that name may have."""
        return tuple(dict.fromkeys(scheme for kind in self._kinds(name) for scheme in kind.schemes))

    def name_of(self, kind: str) -> str:
        """What the settings call a kind; "" where they have no place for it."""
        return next((known.name for known in self.kinds if known.kind == kind), "")

    def _kinds(self, name: str) -> tuple[KindKnown, ...]:
        return tuple(kind for kind in self.kinds if kind.name == name)

    @property
    def idle_left(self) -> float:
        """Seconds until the screen is left by itself."""
        limit = IDLE_SECONDS if self.inside else DOOR_SECONDS * (2 if self.given else 1)
        return max(0.0, limit - (self.now - self.touched_at))


Step = tuple[Session, tuple[f.Effect, ...]]


def opening(session: Session) -> Step:
    """What a fresh session asks for."""
    return session, (f.AwaitDoor(),)


def enter(s: Session, page: Page) -> Session:
    """To another page, remembering the way back."""
    return replace(s, page=page, trail=(*s.trail, s.page), notice=None)


def back(s: Session) -> Session:
    """To where one came from."""
    if not s.trail:
        return s
    return replace(s, page=s.trail[-1], trail=s.trail[:-1], typing=None, notice=None)


def begin(s: Session, what: str, seconds: float, name: str = "") -> Session:
    """Something is being done from now on."""
    return replace(s, work=Work(what, name, s.now, seconds), notice=None)


def ended(s: Session, what: str) -> Session:
    """What was being done is over; a late answer to something older ends nothing."""
    return replace(s, work=None) if s.work is not None and s.work.what == what else s
