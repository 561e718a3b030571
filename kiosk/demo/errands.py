"""What citizens come for, done at the real screen: each a whole visit, told page by page. Demonstration and tests."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import zxingcpp
from PIL import Image

from kiosk.demo.citizen import Citizen
from kiosk.demo.desk import Desk, press_on_phone
from kiosk.demo.stage import TIMEZONE, Stage

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
        """查询 and 打印: agree, read, print. Returns the centre's page its QR code leads to."""
        self.query(slug)
        self.walk({"query.choose": (FIRST, "main")}, "query.paper.printed")
        self._see(f"{slug}-printed")
        code = self.code_on_screen()
        self._citizen.leave()
        return code.removeprefix(self._stage.url)

    def fine(self) -> None:
        """A bill is chosen, paid on the phone, and settled by its department."""
        self.query("utility-bills")
        touches = {"query.consent": ("main",), "query.found": ("main",), "query.choose": (FIRST, "main")}
        self.walk(touches, "pay.code")
        self._see("pay")
        press_on_phone(self.code_on_screen())
        self.await_page("query.acted")
        self._see("paid-and-done")
        self._citizen.leave()

    def appointment(self) -> None:
        """Book, look, change, cancel; book again and check in."""
        self.door("appointment")
        booked = {
            "appointment.items": ("option.real-estate-transfer",),
            "appointment.days": (FIRST,),
            "appointment.times": (FIRST,),
            "appointment.mobile": ("act.no_text",),
        }
        self.walk(booked, "appointment.booked")
        self._see("booked")
        self._citizen.leave()
        mine = {"appointment.items": ("act.mine",), "appointment.mine": (FIRST,)}
        self.door("appointment")
        self.walk(booked | mine | {"appointment.one": ("act.change",)}, "appointment.booked")
        self._see("changed")
        self._citizen.leave()
        self.door("appointment")
        self.walk(mine | {"appointment.one": ("act.cancel",)}, "appointment.cancelled")
        self._see("cancelled")
        self._citizen.leave()

    def check_in(self) -> str:
        """A booking of the next full hour, checked in at once: the number it leads to."""
        self.door("appointment")
        self.walk(
            {
                "appointment.items": ("option.real-estate-transfer",),
                "appointment.days": (FIRST,),
                "appointment.times": (FIRST,),
                "appointment.mobile": ("act.no_text",),
            },
            "appointment.booked",
        )
        self._citizen.leave()
        self.door("appointment")
        touches = {"appointment.items": ("act.mine",), "appointment.mine": (FIRST,), "appointment.one": ("main",)}
        self.walk(touches, "result")
        number: str = self.until(lambda: str(self._citizen.look().get("number", "")), "the number")
        self._see("checked-in")
        self.until(lambda: self._stage.printer.ask("state")["state"]["media"] == "present", "the ticket")
        self._stage.printer.ask("take_ticket")
        self._citizen.leave()
        return number

    def lay_ready(self, door: int) -> None:
        """Somebody at the centre says what lies behind a door, and for whom."""
        self._desk.send(
            "/pickups",
            name=HOLDER[0],
            id_number=HOLDER[1],
            title="居住证",
            terminal="GL-01",
            door=str(door),
            until=f"{datetime.now(ZoneInfo(TIMEZONE)) + timedelta(days=9):%Y-%m-%d}",
        )

    def locker(self, door: int = 2) -> None:
        """Something lies ready behind a door: fetched by card."""
        self.lay_ready(door)
        self.door("pickup")
        self.walk({"pickup.how": ("option.card",), "pickup.things": (FIRST,)}, "pickup.open")
        self._see("door-open")
        self._stage.devices["locker"].ask("close", door=door)
        self.await_page("pickup.closed")
        self._citizen.leave()

    def complaint(self) -> None:
        """With the network gone: kept here, and at the centre once it is back."""
        self._stage.cable.cut()
        self.door("saying")
        touches = {
            "saying.matter": ("option.complaint",),
            "saying.about": (FIRST,),
            "saying.contact": ("option.none",),
        }
        self.walk(touches, "saying.kept")
        self._see("complaint-kept-offline")
        self._citizen.leave()

    def complaint_arrives(self) -> None:
        """Mend the line, and see that the centre has one more of them."""
        before = self.complaints()
        self._stage.cable.mend()
        self.until(lambda: self.complaints() - before, "the complaint at the centre")

    def complaints(self) -> set[str]:
        """Those the centre's page shows."""
        return set(re.findall(r"/complaints/([\w-]+)", self._desk.read("/complaints")))

    def helped(self) -> None:
        """请人帮我: the bell rings at the centre, somebody answers in words, and the matter is over."""
        self.begin()
        self._citizen.press("help")
        call = self.until(lambda: re.search(r"/help/calls/([\w-]+)", self._desk.read("/help")), "the bell")[1]
        self._desk.send(f"/help/calls/{call}/answer")
        self._desk.send(f"/help/calls/{call}/say", text="请把身份证放在读卡区")
        self.until(lambda: "请把身份证放在读卡区" in self.text(), "the helper's words")
        self._see("helped")
        self._citizen.press("solved")
        self.until(lambda: call not in self._desk.read("/help"), "the end of the call")
        self._citizen.leave()

    # --- walking ----------

    def begin(self) -> None:
        """A touch on the attract screen."""
        self._citizen.await_screen("attract")
        self.walked = []
        self._citizen.press("attract")
        self._citizen.await_screen("home")

    def door(self, door: str) -> None:
        """One of the home screen's doors, from the attract screen on."""
        self.begin()
        self._citizen.press(f"door.{door}")

    def query(self, slug: str) -> None:
        """Something to query, from the attract screen on."""
        self.door("query")
        self.item(slug)

    def item(self, slug: str) -> None:
        """Its card among those that are shown, and on."""
        self._citizen.await_screen("browse")
        self._citizen.turn_to(f"item.{slug}")
        self._citizen.press(f"item.{slug}")
        self._citizen.await_screen("item")
        self._citizen.press("main")
        self.until(lambda: not self._is_at("item"), f"what follows the card of {slug}")

    def walk(self, touches: Touches, end: str) -> None:
        """Do on each page what is said for it, else its main thing, until `end` is there."""
        here = ""
        while (here := self._next(here)) != end:
            self.walked.append(here)
            if here == "card":
                self._stage.reader.ask("put_card", card="resident")
                continue
            for name in touches.get(here) or self._main_of(here):
                self._citizen.press(self._first_option() if name == FIRST else name)

    def _next(self, before: str) -> str:
        """The page after this one, once it counts."""

        def there() -> str:
            seen = self._citizen.look()
            now = str(seen.get("page") or seen.get("screen") or "")
            return now if now != before and seen.get("settled") and seen.get("texts") else ""

        page: str = self.until(there, f"a page after {before!r}")
        return page

    def _main_of(self, page: str) -> tuple[str, ...]:
        """Its main thing, once it is there; nothing where the page has gone on by itself."""
        self.until(lambda: self._has_main(page) or not self._is_at(page), f"something to do at {page!r}")
        return ("main",) if self._has_main(page) else ()

    def _is_at(self, page: str) -> bool:
        seen = self._citizen.look()
        return not seen or page in (seen.get("page"), seen.get("screen"))

    def _has_main(self, page: str) -> bool:
        """In one look: a page that goes on by itself may have gone on already, and the next one's is another matter."""
        seen = self._citizen.look()
        there = page in (seen.get("page"), seen.get("screen"))
        return there and "main" in seen["names"] and "main" not in seen["disabled"]

    def _first_option(self) -> str:
        def found() -> str:
            seen = self._citizen.look()
            off = seen.get("disabled", ())
            options = [name for name in seen.get("names", ()) if name.startswith("option.") and name not in off]
            return min(options, key=self._place) if options else ""

        name: str = self.until(found, "something to choose")
        return name

    def _place(self, name: str) -> tuple[float, float]:
        """Downwards first, then to the right."""
        at = self._citizen.locate(name)
        return float(at["y"]), float(at["x"])

    def await_page(self, page: str) -> None:
        """Wait until it is there and a touch counts."""
        self._citizen.await_screen(page)
        self._citizen.settle()

    def text(self) -> str:
        """All that can be read now."""
        return "\n".join(self._citizen.look().get("texts", ()))

    def code_on_screen(self) -> str:
        """What the QR code on the screen says, read from a photograph as a phone reads it."""

        def read() -> str:
            photograph = self._stage.folder / "photograph.png"
            self._citizen.grab(photograph)
            with Image.open(photograph) as picture:
                return next((code.text for code in zxingcpp.read_barcodes(picture)), "")

        found: str = self.until(read, "a code on the screen")
        return found

    def until(self, seen: Callable[[], Any], what: str) -> Any:  # noqa: ANN401 - what was seen
        """As the citizen waits; what was seen."""
        found: Any = None

        def there() -> bool:
            nonlocal found
            found = seen()
            return bool(found)

        self._citizen.until(there, f"{what}, after {self.walked}")
        return found
