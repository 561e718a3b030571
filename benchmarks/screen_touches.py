"""Touch -> first changed frame, and touch -> the new page there, as the eye sees it on the glass of a real window.

A finger walks through every service: it points, waits until the picture stands and a touch counts, touches, and looks
at the pixels. What the program says of itself decides only where to touch and which touches turned a page.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.figures import milliseconds, spread
from benchmarks.glass import HOLD, Changed, Glass, glass
from benchmarks.machine import cpu_seconds
from benchmarks.screen_search import ITEMS
from benchmarks.start import HEIGHT, WIDTH
from kiosk.demo.lines import Lines, Refused
from tests.kiosk.services.random_citizens import starts

A_SERVICE: Final = 14
"""Touches in one service before the next one is opened."""
_PATIENCE: Final = 20.0
_NOT_TOUCHED: Final = (
    "leave",
    "keys",
    "caption",
    "veil",
    "service",
    "number",
    "code",
    "answer",
    "signature",
    "writing",
    "farewell",
)
_ON_A_SHEET: Final = ("close", "set.", "difficulty.", "solved", "unsolved")
_MAIN_WEIGHT: Final = 4
_NAMED: Final = 5
_ASIDE: Final = 0.1
"""How often the citizen does something else than what leads on."""
_BACK: Final = 0.5
_LETTERS: Final = "SHEBAOYLGJJFCZ"


@dataclass
class Touch:
    """One touch: where, what the eye saw and what it cost."""

    page: str
    name: str
    turned: bool
    seen: Changed
    ran: float
    """Processor seconds of the visit process until the picture stood."""
    waited: float
    """Seconds for which its threads were ready and had no core."""


@dataclass
class Walk:
    """All touches of one walk."""

    touches: list[Touch] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)
    dead: list[str] = field(default_factory=list)
    """Touches that changed nothing on the glass: page and name."""

    def report(self) -> dict[str, Any]:
        """The figures, in milliseconds."""
        turned = [touch for touch in self.touches if touch.turned]
        return {
            "finger_down_ms": milliseconds(HOLD),
            "touch_to_first_change": spread([touch.seen.first for touch in self.touches]),
            "touch_to_new_page": spread([touch.seen.there for touch in turned]) if turned else None,
            "processor": spread([touch.ran for touch in self.touches]),
            "waited_for_a_core": spread([touch.waited for touch in self.touches]),
            "pages": len(self.pages),
            "without_any_change": self.dead[:_NAMED],
            "slowest_changes": [_told(touch) for touch in sorted(self.touches, key=lambda t: -t.seen.first)[:_NAMED]],
            "slowest_pages": [_told(touch) for touch in sorted(turned, key=lambda t: -t.seen.there)[:_NAMED]],
        }


def _told(touch: Touch) -> dict[str, object]:
    return {
        "on": touch.page,
        "touched": touch.name,
        "first_change_ms": milliseconds(touch.seen.first),
        "there_ms": milliseconds(touch.seen.there),
        "processor_ms": milliseconds(touch.ran),
        "waited_for_a_core_ms": milliseconds(touch.waited),
    }


class Visitor:
    """Finger and eye before one window, and the hand that says what is there."""

    def __init__(self, before: Glass, hand: Lines, process: int) -> None:
        self._glass = before
        self._hand = hand
        self._process = process

    def look(self) -> dict[str, Any]:
        """What is on the glass, once a touch counts."""
        deadline = time.monotonic() + _PATIENCE
        while not (seen := self._hand.ask("where")).get("settled") or not seen["texts"]:
            if time.monotonic() > deadline:
                message = f"bench screen: the window shows nothing that can be touched for {_PATIENCE:g} s: {seen}"
                raise TimeoutError(message)
            time.sleep(0.02)
        return seen

    def touch(self, name: str, seen: Mapping[str, Any], walk: Walk) -> None:
        """Touch what has that name and note what came of it."""
        try:
            box = self._hand.ask("locate", name=name)
        except Refused:  # it has gone meanwhile
            return
        self._glass.point(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page = place(seen)
        walk.pages.add(page)
        if not self._glass.stands():
            return  # something moves there for ever: nobody could say which change the touch made
        ran, waited = cpu_seconds(self._process)
        changed = self._glass.touch(lambda: self._hand.ask("where"))
        ran_then, waited_then = cpu_seconds(self._process)
        if changed is None:
            walk.dead.append(f"{page}: {name}")
            return
        turned = place(self._hand.ask("where")) != page
        walk.touches.append(Touch(page, name, turned, changed, ran_then - ran, waited_then - waited))


def place(seen: Mapping[str, Any]) -> str:
    """Which page lies on top."""
    parts = (str(seen.get(key, "")) for key in ("screen", "page", "overlay"))
    return " ".join(part for part in parts if part and part != "none")


@contextmanager
def window(folder: Path, before: Glass, *arguments: str) -> Iterator[tuple[Visitor, "subprocess.Popen[str]"]]:
    """A visit's window on this glass."""
    hand = folder / f"hand-{time.monotonic_ns()}.sock"
    environment = {**os.environ, "DISPLAY": before.name, "QT_QPA_PLATFORM": "xcb", "QT_QUICK_BACKEND": "software"}
    command = (sys.executable, "-m", "benchmarks.screen_visit", str(hand), *arguments)
    process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, text=True, bufsize=1)
    try:
        with Lines(hand, 60.0) as lines:
            yield Visitor(before, lines, process.pid), process
    finally:
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def measure(folder: Path, touches: int, *, slow: float = 0.0) -> dict[str, Any]:
    """At least `touches` touches over the pages of all services, then letters of a search over 1,000 items.

    `slow` makes each new page take so many seconds longer: the negative control.
    """
    chance = random.Random(3)  # noqa: S311 - the same walk every time, as far as the pages allow
    opened = list(starts())
    chance.shuffle(opened)
    services, letters = Walk(), Walk()
    with glass(WIDTH, HEIGHT, folder / "glass") as before:
        with window(folder, before, "--slow", str(slow)) as (visitor, process):
            visitor.look()
            for at in range(10 * touches):
                if at % A_SERVICE == 0:
                    name, about = opened[at // A_SERVICE % len(opened)]
                    _order(process, f"open {name} {about}")
                seen = visitor.look()
                choice = _choice(seen, chance)
                if choice is None:
                    _order(process, "answer")
                    continue
                visitor.touch(choice, seen, services)
                if len(services.touches) >= touches:
                    break
        if slow:
            return services.report()
        with window(folder, before, "--items", str(ITEMS)) as (visitor, process):
            visitor.look()
            for word in (_LETTERS[at : at + 5] for at in range(0, max(2, touches // 10), 5)):
                _order(process, "search")
                for letter in word:
                    visitor.touch(f"key.{letter}", visitor.look(), letters)
    search = letters.report()
    return {**services.report(), "search_letter_to_first_change": search["touch_to_first_change"]}


def _order(process: "subprocess.Popen[str]", line: str) -> None:
    if process.stdin is None or process.poll() is not None:
        message = "bench screen: the visit process is gone; its own words are above"
        raise ConnectionError(message)
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    time.sleep(0.05)


def _choice(seen: Mapping[str, Any], chance: random.Random) -> str | None:
    """What to touch; None where the page waits for an answer, or for nobody."""
    off = set(seen["disabled"])
    may: list[str] = [name for name in seen["names"] if name not in off and not name.startswith(_NOT_TOUCHED)]
    if seen["overlay"] not in ("", "none"):
        may = [name for name in may if name.startswith(_ON_A_SHEET)]
    ahead = [name for name in may if name in ("main", "attract") or name.startswith(("option.", "act.", "key."))]
    if not ahead or chance.random() < _ASIDE:
        around = [name for name in may if name not in ahead]
        return chance.choice(around) if around and chance.random() < _BACK else None
    weighed = [name for name in ahead for _ in range(_MAIN_WEIGHT if name == "main" else 1)]
    return chance.choice(weighed)
