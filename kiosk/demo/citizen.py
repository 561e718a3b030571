"""A scripted citizen: looks at the real screen, taps the real window, lays a card on the reader and takes the paper."""

import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

from kiosk.demo.lines import Lines, Refused
from kiosk.demo.stage import Stage

_PATIENCE: Final = 60.0
"""Seconds: on a busy machine a terminal takes its time to come up; what never comes is told all the same."""
_GLANCE: Final = 0.02
_SECOND_THOUGHT: Final = 2.0  # seconds between two tries
CARDS: Final = ("resident", "hk_mo_tw", "foreigner_2017", "foreigner_2023")


class Lost(RuntimeError):
    """The citizen does not see what should be there; the message says what was expected and what is shown."""


@dataclass
class Album:
    """Pictures and times of the visits."""

    folder: Path
    screens: list[str] = field(default_factory=list)
    phases: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def wants(self, name: str) -> bool:
        """Whether there is no picture of this page yet."""
        return name not in self.screens


class Citizen:
    """One pair of eyes and one finger for every visit of a demonstration."""

    def __init__(self, stage: Stage, album: Album) -> None:
        self._stage = stage
        self._album = album
        self._hand: Lines | None = None
        self.process = 0
        self._look_as = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go()

    def visit(self, kind: str, language: str, card: str) -> None:
        """One whole visit: from the attract screen over a saved case and its ticket to the clean attract screen."""
        self._look_as = f"{kind}-{language}"
        tickets = int(self._printer()["tickets"])
        self.await_screen("attract")
        self._picture("attract")
        if language == "zh-Hans":
            self._tap("attract", "home", phase="start")
        else:
            self._tap(f"language.{language}", "home", phase="start")
        self._picture("home")
        if kind == "filing":
            self.choose_filing()
        else:
            self._tap(f"door.{kind}", "item", phase="choose")
        self._picture("item")
        self._tap("main", "card", phase="begin")
        self._picture("card")
        self._lay(card)
        self._picture("person")
        if kind == "filing":
            self._file()
        else:
            self._submit()
        began = time.perf_counter()
        self.until(lambda: int(self._printer()["tickets"]) > tickets, "the ticket is cut")
        self._album.phases["ticket"].append((time.perf_counter() - began) * 1000)
        self.until(lambda: self.look().get("ticket") == "printed", "the screen says printed")
        self._picture("result")
        self._tap("main", "rating", phase="result")
        self._picture("rating")
        self._tap("rate.satisfied", "rating.tags", phase="rate")
        self._picture("rating-tags")
        self._part()
        self._picture("farewell")
        self._stage.reader.ask("lift_card")
        began = time.perf_counter()
        self.await_another(self.process)
        self._album.phases["goodbye"].append((time.perf_counter() - began) * 1000)

    def walk_until(self, step: str) -> int:
        """Take a number up to a page (`saving`: just submitted); returns the visit's process id."""
        self._look_as = "walk"
        self.await_screen("attract")
        steps: tuple[tuple[str, Callable[[], None]], ...] = (
            ("attract", lambda: self._tap("attract", "home", phase="start")),
            ("home", lambda: self._tap("door.number", "item", phase="choose")),
            ("item", lambda: self._tap("main", "card", phase="begin")),
            ("card", lambda: self._lay("resident")),
            ("person", lambda: self.press("main")),
            ("saving", lambda: self._await_result("person")),
        )
        for page, go_on in steps:
            if page == step:
                return self.process
            go_on()
        return self.process

    def await_another(self, process: int) -> None:
        """Wait until another visit process than `process` shows its attract screen."""
        self.until(
            lambda: self.look().get("screen") == "attract" and self.process != process,
            "another visit's attract screen",
        )

    def tickets(self) -> int:
        """How many tickets the printer has cut."""
        return int(self._printer()["tickets"])

    def _file(self) -> None:
        self._tap("main", "filing.form.employment", phase="identify")
        self._picture("form-employment")
        self.press("option.platform")
        self._tap_field("form-contribution")
        self.press("option.base-80")
        self._tap_field("form-mobile")
        for digit in "13800138000":
            self.press(f"key.{digit}")
        self._picture("form-mobile-filled")
        self._tap("main", "filing.review", phase="fill")
        self._picture("review")
        self._submit()

    # --- finger ----------

    def _submit(self) -> None:
        page = str(self.look().get("screen"))
        self._see("main")
        began = time.perf_counter()
        self._ask("tap", name="main")
        self._await_result(page)
        self._album.phases["save"].append((time.perf_counter() - began) * 1000)

    def _await_result(self, page: str) -> None:
        """Wait for the result; tap again where the page the case was sent from comes back and asks for it."""
        again_at = float("inf")

        def there() -> bool:
            nonlocal again_at
            seen, now = self.look(), time.monotonic()
            if seen.get("screen") == "saving":
                again_at = now
            elif seen.get("screen") == page and now >= again_at and seen.get("settled") and "main" in seen["names"]:
                self._ask("tap", name="main")  # the first one on a hidden page only shows it
                again_at = now + _SECOND_THOUGHT
            return seen.get("screen") == "result"

        self.until(there, "page 'result'")

    def _part(self) -> None:
        """Done with the reasons; one in a few is invited to a survey, and declines."""
        self._see("main")
        began = time.perf_counter()
        self._ask("tap", name="main")
        self.until(lambda: self._farewell() or self.look().get("page") == "survey.offer", "the farewell, or a survey")
        if not self._farewell():
            self.press("act.skip")
            self.await_screen("farewell")
        self._album.phases["reasons"].append((time.perf_counter() - began) * 1000)

    def _farewell(self) -> bool:
        return self.look().get("screen") == "farewell"

    def _tap(self, name: str, screen: str, *, phase: str) -> None:
        self._see(name)
        began = time.perf_counter()
        self._ask("tap", name=name)
        self.await_screen(screen)
        self._album.phases[phase].append((time.perf_counter() - began) * 1000)

    def _tap_field(self, picture: str) -> None:
        self._see("main")
        self._ask("tap", name="main")
        self.settle()
        self._picture(picture)

    def choose_filing(self) -> None:
        """From the home screen to the card of the item that is filed here."""
        self._tap("door.filing", "browse", phase="choose")
        self.turn_to("item.flexible-employment-insurance")
        self._tap("item.flexible-employment-insurance", "item", phase="choose")

    def press(self, name: str) -> None:
        """Tap what has that name, once the page has settled."""
        self._see(name)
        self._ask("tap", name=name)

    def turn_to(self, name: str) -> None:
        """Leaf through the pages until something of that name is there; the next page first, then the next touch."""
        while name not in (before := self._names()):
            self.press("page.after")
            self.until(partial(self._is_past, before), f"the page after the one without {name!r}")

    def _is_past(self, before: list[str]) -> bool:
        return self._names() != before

    def _names(self) -> list[str]:
        self.settle()
        return [name for name in self.look().get("names", []) if name.startswith(("item.", "option."))]

    def locate(self, name: str) -> dict[str, Any]:
        """Where something is on the display, in pixels."""
        return self._ask("locate", name=name)

    def leave(self) -> None:
        """Tap the way out, take the card, and see the next visit's attract screen."""
        before = self.process
        with suppress(ConnectionError):  # a visit without a card is gone before it can answer
            self.press("leave")
        self._stage.reader.ask("lift_card")
        self.await_another(before)

    def _lay(self, card: str) -> None:
        began = time.perf_counter()
        self._stage.reader.ask("put_card", card=card)
        self.await_screen("person")
        self._album.phases["card"].append((time.perf_counter() - began) * 1000)

    # --- eyes ----------

    def grab(self, path: Path) -> None:
        """Photograph the page once it has settled, not while it fades in."""
        self.settle()
        self._ask("grab", path=str(path))

    def _picture(self, page: str) -> None:
        name = f"{self._look_as}-{page}.png"
        if self._album.wants(name):
            self.settle()
            self._ask("grab", path=str(self._album.folder / name))
            self._album.screens.append(name)

    def _see(self, name: str) -> None:
        """Wait until a touch counts and what is to be touched is there: on a busy machine a page takes its time."""

        def there() -> bool:
            seen = self.look()
            if seen.get("hidden") and seen.get("settled"):  # on a busy machine: a touch would only show it again
                with suppress(OSError, Refused):
                    self._ask("tap", name="veil")
                return False
            return bool(seen.get("settled")) and name in seen["names"]

        self.until(there, f"{name!r} on a page that has settled")

    def settle(self) -> None:
        """Wait until a touch counts and there is something to see: on a busy machine a page is empty for a moment."""
        self.until(lambda: bool((seen := self.look()).get("settled") and seen["texts"]), "the page settles")

    def await_screen(self, screen: str) -> None:
        """Wait for a screen, or for a page of a service by its name."""
        self.until(lambda: screen in ((seen := self.look()).get("screen"), seen.get("page")), f"page {screen!r}")

    def until(self, seen: Callable[[], bool], what: str) -> None:
        """Wait for what is seen. Raises Lost with what is on the screen instead."""
        deadline = time.monotonic() + _PATIENCE
        while not seen():
            if time.monotonic() > deadline:
                message = (
                    f"waited {_PATIENCE:g} s for {what}; the screen shows {self.look()}\n{self._stage.log('terminal')}"
                )
                raise Lost(message)
            time.sleep(_GLANCE)

    def look(self) -> dict[str, Any]:
        """What is on the screen; nothing while no visit is there."""
        try:
            return self._ask("where")
        except OSError:
            return {}

    def _ask(self, do: str, **values: object) -> dict[str, Any]:
        """Ask the visit on the screen. Raises ConnectionError when it has just gone."""
        if self._hand is None:
            self._find_visit()
        if self._hand is None:
            message = "no visit is on the screen"
            raise ConnectionError(message)
        try:
            answer = self._hand.ask(do, **values)
        except OSError:
            self._let_go()
            raise
        return answer

    def _find_visit(self) -> None:
        """Among the visit processes, the one whose window shows a page."""
        for path in self._stage.hands.glob("*.sock"):
            try:
                hand = Lines(path, patience=0)
            except OSError:  # left by a process that was killed
                continue
            try:
                shows = hand.ask("where").get("screen")
            except OSError:
                shows = ""
            if shows:
                self._hand, self.process = hand, int(path.stem)
                return
            hand.close()

    def _let_go(self) -> None:
        if self._hand is not None:
            self._hand.close()
            self._hand = None

    def _printer(self) -> dict[str, Any]:
        state: dict[str, Any] = self._stage.printer.ask("state")["state"]
        return state
