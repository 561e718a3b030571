"""A citizen whose hand trembles, misses, taps twice and rests for long: looks at the glass before every touch."""

import random
import re
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPointingDevice
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from contract.messages import Holder
from kiosk.journey.step import Screen
from tests.kiosk.services.filing.citizen import HOLDER, OTHER
from tests.walks.keys import LAY, LAY_FIRST, LAY_OTHER, MOST_TRIES, PATIENCE, SPELLED
from tests.walks.mind import Mind, Thing
from tests.walks.stand import Stand
from tests.walks.tremor import STEADY_ENOUGH, Tremor, aim
from ui.focus import spoken, top_layer, typed
from ui.glass import items, rect, seen
from ui.viewmodels.input import InputViewModel

MOST_TOUCHES: Final = 900
BETWEEN_TOUCHES: Final = 1.2
FIELD: Final = "signature"
OURS: Final = "language.zh-Hans"
AROUND: Final = (
    "back",
    "second",
    "skip",
    "display",
    "help",
    "difficulty",
    "language.",
    "leave",
    "page.",
    "not_me",
    FIELD,
)
"""Controls around what a page asks, by their names."""
BACK: Final = ("back", "close", "not_me")
_BETWEEN = re.compile(r"[\s\-]")
"""Between groups of what is typed: nobody typed it."""
_HIDDEN: Final = "•*●"


@dataclass(frozen=True)
class Spot:
    """A control on the glass: what stands on it, its name for messages, and where it is."""

    thing: Thing
    name: str
    where: QRectF
    foot: bool


class HandWalk:
    """One citizen, one errand, one trembling finger. What went wrong is seen on the screen and put right there."""

    def __init__(
        self,
        stand: Stand,
        mind: Mind,
        seed: int = 0,
        tremor: Tremor = STEADY_ENOUGH,
        device: QPointingDevice | None = None,
    ) -> None:
        """`device`: a touch screen. Without one a touch comes as Qt hands it to a page: as a mouse."""
        self.stand, self.mind, self.device, self.tremor = stand, mind, device, tremor
        self.chance = random.Random(seed)
        self.touches = 0
        self.missed = 0
        self.begun_again = 0
        self._left = False
        self._was = ""
        self._astray = ""
        """The page the finger left by mistake: back there first."""

    def finish(self, most: int = MOST_TOUCHES) -> None:
        """Until the errand is done. Raises AssertionError where it is not after as many looks."""
        for _ in range(most):
            if all(done(self.stand) for done in self.mind.errand.done):
                return
            if self._left and self.stand.over:
                self._begin_again()
            if self.stand.over or len(self.mind.tried) > 3 * MOST_TRIES:
                break
            self._once()
        left = [at for at, done in enumerate(self.mind.errand.done) if not done(self.stand)]
        message = (
            f"{self.mind.errand.name!r}: not done {left} after {self.touches} touches, at {self.stand.place}; granted "
            f"{self.mind.granted}; tried {self.mind.tried}; screen: {self.stand.read()}"
        )
        raise AssertionError(message)

    def _begin_again(self) -> None:
        """The finger had hit the way out: nothing is lost but what was not kept."""
        self._left = False
        self._astray = ""
        self.mind.granted.clear()
        self.begun_again += 1
        self.stand.begin()

    # --- one look and what is done then ----------

    def _once(self) -> None:
        stand, mind = self.stand, self.mind
        stand.settle()
        if stand.place != self._was and stand.place.split() == [Screen.HOME.value]:
            mind.granted.clear()  # where everything begins, the citizen begins again
        self._was = stand.place
        layer = top_layer(stand.window)
        page = spoken(layer) if layer is not None else ""
        spots = self.look()
        names = {spot.name: spot for spot in spots}
        if waking := names.get("stay") or names.get("veil"):
            self._touch(waking, spots)
        elif stand.journey.screen is Screen.ATTRACT:
            self._touch(names["attract"], spots)
        elif OURS in names:
            self._touch(names[OURS], spots)  # another language was touched: its place offers ours
        elif self._astray:
            self._find_back(page, spots)
        elif (holder := self._card(page)) is not None:
            stand.lay(holder)
        else:
            if "erase" not in names or mind.page.splitlines()[:1] != page.splitlines()[:1]:
                mind.turned(page)
            self._act(spots, names)

    def _act(self, spots: list[Spot], names: dict[str, Spot]) -> None:
        mind = self.mind
        wished = [(wish, spot) for spot in spots if (wish := mind.wish(spot.thing))]
        order = (*mind.errand.wishes, *mind.standing)
        if wished:
            wish, spot = min(wished, key=lambda one: order.index(one[0]))
            if self._touch(spot, spots):
                mind.grant(wish)
            return
        if "erase" in names and mind.text() and not self._types(names, spots):
            return
        if FIELD in names and "sign.again" not in names:
            self._sign(names[FIELD])
            return
        things = [spot.thing for spot in spots if not spot.name.startswith(AROUND)]
        picked = mind.otherwise(things)
        spot_of = next((spot for spot in spots if picked is not None and spot.thing is picked), None)
        if spot_of is None:
            self.stand.wait(PATIENCE)
        elif not self._touch(spot_of, spots):
            mind.tried.pop()

    def _card(self, page: str) -> Holder | None:
        if page.startswith(LAY) or (self.mind.errand.card_first and LAY_FIRST in page and not self.stand.laid):
            return HOLDER
        return OTHER if page.startswith(LAY_OTHER) else None

    def look(self) -> list[Spot]:
        """Every control on top that a finger can reach, in the order of painting; the one at the foot last."""
        layer = top_layer(self.stand.window)
        found = [self._spot(item) for item in items(layer) if _touchable(item)] if layer is not None else []
        return sorted(found, key=lambda spot: spot.foot)

    def _spot(self, item: QQuickItem) -> Spot:
        name = item.objectName()
        said = str(item.property("speech") or item.property("label") or "").splitlines()
        foot = name in ("main", "answer")
        chosen = item.property("chosen") is True
        thing = Thing(said[0] if said else name, chosen, not item.isEnabled(), not foot)
        return Spot(thing, name, seen(item).intersected(rect(item)), foot)

    # --- typing, signing ----------

    def _types(self, names: dict[str, Spot], spots: list[Spot]) -> bool:
        """One key of what is asked; whether all of it stands there."""
        layer = top_layer(self.stand.window)
        shown = typed(layer) if layer is not None else None
        there = _BETWEEN.sub("", shown[0]) if shown else ""
        wanted = self.mind.text()
        if there and not there.strip(_HIDDEN):
            there = wanted[: len(there)]  # a number nobody may read: how much of it is there can be seen
        composed = _BETWEEN.sub("", self._composed())
        if there == wanted and not composed:
            return True
        following = wanted[len(there)] if wanted.startswith(there) and len(there) < len(wanted) else ""
        spelling = SPELLED.get(following, "")
        if not following or (composed and not spelling.startswith(composed)):
            key = names["erase"]
        elif spelling == composed and spelling:
            offered = next((spot for spot in spots if spot.thing.name.split("，")[0] == following), None)
            key = offered or names["page.after"]
        else:
            key = names[f"key.{spelling[len(composed)] if spelling else following}"]
        self._touch(key, spots)
        return False

    def _composed(self) -> str:
        pads = self.stand.window.findChildren(InputViewModel)
        return pads[-1]._seen.spelled if pads else ""

    def _sign(self, field: Spot) -> None:
        """A name as an unsteady hand writes it."""
        width, height = field.where.width(), field.where.height()
        at = QPointF(field.where.left() + width * 0.3, field.where.top() + height * 0.5)
        shake = self.tremor.sigma * self.stand.px_per_mm / 2
        corners = [
            QPointF(at.x() + part * width / 12 + self.chance.gauss(0, shake), at.y() + self.chance.gauss(0, shake))
            for part in range(5)
        ]
        self.stand.now += BETWEEN_TOUCHES
        self._finger("press", corners[0])
        for corner in corners[1:]:
            self._finger("move", corner)
        self._finger("release", corners[-1])

    # --- the finger ----------

    def _touch(self, target: Spot, spots: list[Spot]) -> bool:
        """One touch, as the hand is; whether it hit what was meant."""
        stand = self.stand
        journey = stand.journey
        others = [spot.where for spot in spots if spot is not target]
        left = journey.wait.countdown if journey.countdown_since is None else 0.0
        aimed = aim(self.chance, self.tremor, target.where, others, stand.px_per_mm, journey.quiet_left, left)
        stand.now += BETWEEN_TOUCHES
        if aimed.rest and journey.countdown_since is None and not journey.unhurried:
            stand.rest(aimed.rest)
        at = QPointF(aimed.x, aimed.y)
        hit = next((spot for spot in reversed(spots) if spot.where.contains(at)), None)
        before = stand.place
        asleep = stand.journey.hidden or stand.journey.countdown_since is not None
        for _ in range(aimed.times):
            self._finger("press", at)
            self._finger("release", at)
            self.touches += 1
            stand.now += 0.15
        stand.now += BETWEEN_TOUCHES
        if hit is target:
            return not asleep
        self.missed += 1
        self._left = hit is not None and hit.name == "leave"
        if stand.place != before and not asleep:
            self._astray = before
        return False

    def _finger(self, what: str, at: QPointF) -> None:
        point = QPoint(round(at.x()), round(at.y()))
        window = self.stand.window
        if self.device is not None:
            events = QTest.touchEvent(window, self.device)
            getattr(events, what)(0, point, window)
            events.commit()
            return
        match what:
            case "press":
                QTest.mousePress(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
            case "release":
                QTest.mouseRelease(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
            case _:
                QTest.mouseMove(window, point)

    def _find_back(self, page: str, spots: list[Spot]) -> None:
        """Something else was hit: the sheet is closed, or one step back is taken, until one is where one was."""
        if self.stand.place == self._astray:
            self._astray = ""
            self.mind.went_back(page)
            return
        way = next((spot for spot in spots if spot.name in BACK), None)
        if way is None:
            self._astray = ""  # there is no way back from here: on with what is here
            return
        self._touch_plainly(way, spots)

    def _touch_plainly(self, way: Spot, spots: list[Spot]) -> None:
        astray = self._astray
        self._touch(way, spots)
        self._astray = astray


def _touchable(item: QQuickItem) -> bool:
    named = bool(item.objectName()) and not seen(item).isEmpty()
    return named and (item.property("acts") is True or item.objectName() in (FIELD, "page.after", "page.before"))
