"""Holds the journey, carries out its effects and hands the answers back. Lives on the screen's thread; knows no Qt."""

from collections.abc import Callable
from typing import Final, Protocol

from kiosk.facts import Facts
from kiosk.journey.events import (
    Cleared,
    DutyChanged,
    Effect,
    Erased,
    Event,
    KeyPressed,
    News,
    Ticked,
    Touch,
)
from kiosk.journey.step import Journey, opening, step

SETTLE_SECONDS: Final = 0.35
"""After a new page a touch means nothing for this long: it was meant for the page before (failures.md F3)."""

_TYPING = (KeyPressed, Erased, Cleared)


class Desk(Protocol):
    """Carries out effects; the answers come back through `Conductor.hear`."""

    def do(self, effect: Effect) -> None:
        """Never blocks, never raises for a device or a link."""


class Conductor:
    """One visit on one screen."""

    def __init__(
        self,
        journey: Journey,
        facts: Facts,
        desk: Desk,
        show: Callable[[Journey, Facts], None],
        clock: Callable[[], float],
        saw: Callable[[Journey, Event, Journey], None] | None = None,
    ) -> None:
        """`clock` is monotonic seconds, the same clock that `Ticked` carries; `saw` is told of every step."""
        self._journey = journey
        self._facts = facts
        self._desk = desk
        self._show = show
        self._clock = clock
        self._saw = saw
        self._settled_at = 0.0

    @property
    def settled(self) -> bool:
        """Whether a touch would count now."""
        return self._clock() >= self._settled_at

    def start(self) -> None:
        """Bring the journey to the present, show it and ask for what it wants first."""
        now = self._clock()
        self._journey, _ = step(self._journey, Ticked(now))
        self._journey, effects = opening(self._journey)
        self._step(_duty(self._facts))
        self._carry_out(effects)

    def touch(self, event: Touch) -> None:
        """The citizen touched something. A touch too soon after a new page is dropped."""
        if self.settled or isinstance(event, _TYPING):
            self._step(Ticked(self._clock()), shown=False)
            self._step(event)

    def hear(self, event: News) -> None:
        """A device, the terminal or the clock said something."""
        self._step(event)

    def learn(self, facts: Facts) -> None:
        """The terminal's live facts changed."""
        self._facts = facts
        self._step(_duty(facts))

    def _step(self, event: Event, *, shown: bool = True) -> None:
        before = self._journey
        self._journey, effects = step(before, event)
        if self._saw is not None:
            self._saw(before, event, self._journey)
        if before.place != self._journey.place:
            self._settled_at = self._clock() + SETTLE_SECONDS
        if shown:
            self._show(self._journey, self._facts)
        self._carry_out(effects)

    def _carry_out(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            self._desk.do(effect)


def _duty(facts: Facts) -> DutyChanged:
    closed = tuple((closed.item, closed.reason) for closed in facts.closed)
    papers, rings = facts.receipts and not facts.on_battery, facts.help is None or facts.help.rings
    return DutyChanged(closed, facts.suspended is not None, facts.link_up, papers, rings)
