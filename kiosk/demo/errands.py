"""What citizens come for, done at the real screen: each a whole visit, told page by page. Demonstration and tests."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import zxingcpp
from PIL import Image

from kiosk.demo.citizen import Citizen, Lost
from kiosk.demo.desk import Desk, press_on_phone
from kiosk.demo.stage import TIMEZONE, Stage

_PATIENCE: Final = 45.0
_VERIFIES: Final = re.compile(r"验证码 ([0-9A-Z]+)")
FIRST: Final = "option.*"
"""The first thing that can be chosen."""
HOLDER: Final = ("张三", "11010519491231002X")

Touches = Mapping[str, tuple[str, ...]]


class Errands:
    """One citizen's errands at one terminal, with whoever helps at the centre."""

    def __init__(self, stage: Stage, citizen: Citizen, desk: Desk, see: Callable[[str], None]) -> None:
        """`see` is told each page that matters, while it is on the screen."""
        self._stage = stage
        self._citizen = citizen
        self._desk = desk
        self._see = see
        self.walked: list[str] = []

    def certificate(self, slug: str = "social-insurance-record") -> str:
        """查询 and 打印: agree, read, print. Returns the centre's page that verifies the paper."""
        self._query(slug)
        self._walk({"query.choose": (FIRST, "main")}, "query.paper.printed")
        self._see(f"{slug}-printed")
        code: str = self._until(lambda: _VERIFIES.search(self._text()), "the code of the paper")[1]
        self._citizen.leave()
        return f"/verify/{code}"

    def fine(self) -> None:
        """A bill is chosen, paid on the phone, and settled by its department."""
        self._query("utility-bills")
        touches = {"query.consent": ("main",), "query.found": ("main",), "query.choose": (FIRST, "main")}
        self._walk(touches, "pay.code")
        self._see("pay")
        press_on_phone(self._code_on_screen())
        self._await("query.acted")
        self._see("paid-and-done")
        self._citizen.leave()

    def appointment(self) -> None:
        """Book, look, change, cancel; book again and check in."""
        self._door("appointment")
        booked = {
            "appointment.items": ("option.real-estate-transfer",),
            "appointment.days": (FIRST,),
            "appointment.times": (FIRST,),
        }
        self._walk(booked, "appointment.booked")
        self._see("booked")
        self._citizen.leave()
        mine = {"appointment.items": ("act.mine",), "appointment.mine": (FIRST,)}
        self._door("appointment")
        self._walk(booked | mine | {"appointment.one": ("act.change",)}, "appointment.booked")
        self._see("changed")
        self._citizen.leave()
        self._door("appointment")
        self._walk(mine | {"appointment.one": ("act.cancel",)}, "appointment.cancelled")
        self._see("cancelled")
        self._citizen.leave()

    def check_in(self) -> str:
        """A booking of the next full hour, checked in at once: the number it leads to."""
        self._door("appointment")
        self._walk(
            {
                "appointment.items": ("option.real-estate-transfer",),
                "appointment.days": (FIRST,),
                "appointment.times": (FIRST,),
            },
            "appointment.booked",
        )
        self._citizen.leave()
        self._door("appointment")
        touches = {"appointment.items": ("act.mine",), "appointment.mine": (FIRST,), "appointment.one": ("main",)}
        self._walk(touches, "result")
        number: str = self._until(lambda: str(self._citizen.look().get("number", "")), "the number")
        self._see("checked-in")
        self._until(lambda: self._stage.printer.ask("state")["state"]["media"] == "present", "the ticket")
        self._stage.printer.ask("take_ticket")
        self._citizen.leave()
        return number

    def locker(self, door: int = 2) -> None:
        """Something lies ready behind a door: fetched by card."""
        until = f"{datetime.now(ZoneInfo(TIMEZONE)) + timedelta(days=9):%Y-%m-%d}"
        self._desk.send(
            "/pickups",
            name=HOLDER[0],
            id_number=HOLDER[1],
            title="居住证",
            terminal="GL-01",
            door=str(door),
            until=until,
        )
        self._door("pickup")
        self._walk({"pickup.how": ("option.card",), "pickup.things": (FIRST,)}, "pickup.open")
        self._see("door-open")
        self._stage.devices["locker"].ask("close", door=door)
        self._await("pickup.closed")
        self._citizen.leave()

    def complaint(self) -> None:
        """With the network gone: kept here, and at the centre once it is back."""
        self._stage.cable.cut()
        self._door("saying")
        touches = {
            "saying.matter": ("option.complaint",),
            "saying.about": (FIRST,),
            "saying.contact": ("option.none",),
        }
        self._walk(touches, "saying.kept")
        self._see("complaint-kept-offline")
        self._citizen.leave()

    def complaint_arrives(self) -> str:
        """Mend the line; returns the centre's page of complaints once it is there."""
        self._stage.cable.mend()
        found: str = self._until(lambda: (page := self._desk.read("/complaints")) and _holds_one(page) and page, "it")
        return found

    def helped(self) -> None:
        """请人帮我: the bell rings at the centre, somebody answers in words, and the matter is over."""
        self._begin()
        self._citizen.press("help")
        call = self._until(lambda: re.search(r"/help/calls/([\w-]+)", self._desk.read("/help")), "the bell")[1]
        self._desk.send(f"/help/calls/{call}/answer")
        self._desk.send(f"/help/calls/{call}/say", text="请把身份证放在读卡区")
        self._until(lambda: "请把身份证放在读卡区" in self._text(), "the helper's words")
        self._see("helped")
        self._citizen.press("solved")
        self._until(lambda: call not in self._desk.read("/help"), "the end of the call")
        self._citizen.leave()

    # --- walking ----------

    def _begin(self) -> None:
        self._citizen.await_screen("attract")
        self.walked = []
        self._citizen.press("attract")
        self._citizen.await_screen("home")

    def _door(self, door: str) -> None:
        self._begin()
        self._citizen.press(f"door.{door}")

    def _query(self, slug: str) -> None:
        self._door("query")
        self._citizen.await_screen("browse")
        self._until(lambda: self._turned_to(f"item.{slug}"), f"item {slug}")
        self._citizen.press(f"item.{slug}")
        self._citizen.await_screen("item")
        self._citizen.press("main")

    def _turned_to(self, name: str) -> bool:
        seen = self._citizen.look()
        if name in seen.get("names", ()):
            return True
        if seen.get("settled") and "page.after" in seen["names"]:
            self._citizen.press("page.after")
        return False

    def _walk(self, touches: Touches, end: str) -> None:
        """Do on each page what is said for it, else its main thing, until `end` is there."""
        here = ""
        while (here := self._next(here)) != end:
            self.walked.append(here)
            if here == "card":
                self._stage.reader.ask("put_card", card="resident")
                continue
            for name in touches.get(here, ("main",) if self._has("main") else ()):
                self._citizen.press(self._first_option() if name == FIRST else name)

    def _next(self, before: str) -> str:
        """The page after this one, once it counts."""

        def there() -> str:
            seen = self._citizen.look()
            now = str(seen.get("page") or seen.get("screen") or "")
            return now if now != before and seen.get("settled") and seen.get("texts") else ""

        page: str = self._until(there, f"a page after {before!r}")
        return page

    def _has(self, name: str) -> bool:
        seen = self._citizen.look()
        return name in seen.get("names", ()) and name not in seen.get("disabled", ())

    def _first_option(self) -> str:
        def found() -> str:
            seen = self._citizen.look()
            off = seen.get("disabled", ())
            return next((name for name in seen.get("names", ()) if name.startswith("option.") and name not in off), "")

        name: str = self._until(found, "something to choose")
        return name

    def _await(self, page: str) -> None:
        self._citizen.await_screen(page)
        self._citizen.settle()

    def _text(self) -> str:
        return "\n".join(self._citizen.look().get("texts", ()))

    def _code_on_screen(self) -> str:
        """What the QR code on the screen says, read from a photograph as a phone reads it."""

        def read() -> str:
            photograph = self._stage.folder / "photograph.png"
            self._citizen.grab(photograph)
            with Image.open(photograph) as picture:
                return next((code.text for code in zxingcpp.read_barcodes(picture)), "")

        found: str = self._until(read, "a code on the screen")
        return found

    def _until(self, seen: Callable[[], Any], what: str) -> Any:  # noqa: ANN401 - what was seen
        deadline = time.monotonic() + _PATIENCE
        while not (found := seen()):
            if time.monotonic() > deadline:
                seen_now = self._citizen.look()
                raise Lost(f"waited {_PATIENCE:g} s for {what}; walked {self.walked}; the screen shows {seen_now}")
            time.sleep(0.05)
        return found


def _holds_one(page: str) -> bool:
    return bool(re.search(r"/complaints/[\w-]+", page))
