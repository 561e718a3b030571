"""Whatever fails where the citizen stands: told within three seconds and what to do, and once it works again the same
step goes on. Every part is a real process; at every step of every service this is held by its pure form,
tests/kiosk/services/test_every_fault_returns_to_the_same_step.py.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from kiosk.demo import departments, gateway
from kiosk.demo.citizen import Citizen
from kiosk.demo.desk import press_on_phone
from kiosk.demo.errands import FIRST, Errands
from kiosk.demo.stage import Stage
from tests.waiting import until

pytestmark = pytest.mark.slow
LONG = pytest.mark.skipif(not os.environ.get("SUIBAN_FULL"), reason="long form (SUIBAN_FULL=1): more visits")
PROMISED: Final = 3.0
"""Seconds between a terminal that knows and a citizen who is told (experience.md 10.11)."""
OFFLINE, LATE = "网络断了", "支付系统回答很慢"


@dataclass
class Eye:
    """Sees what the terminal has noted and what its citizen is told."""

    hall: Stage
    citizen: Citizen
    errands: Errands

    def page(self) -> str:
        """The page that is shown."""
        return str(self.citizen.look().get("page") or self.citizen.look().get("screen"))

    def told(self, cause: Callable[[], object], says: str, **knows: object) -> None:
        """Have something fail; once the trail knows it by an event like `knows`, the citizen reads it in time."""
        before = len(self.hall.trail())
        cause()
        noted = until(
            lambda: self._noted(before, knows), f"{knows} in the trail", state=lambda: self.hall.trail()[before:]
        )
        left = PROMISED - (datetime.now(UTC) - datetime.fromisoformat(noted["at"])).total_seconds()
        until(
            lambda: says in self.errands.text(),
            f"{says!r} within {PROMISED} s",
            max(left, 0.1),
            state=self.citizen.look,
        )

    def well(self, mend: Callable[[], object], said: str, **knows: object) -> None:
        """Have it work again; nothing is said of it any more."""
        before = len(self.hall.trail())
        mend()
        until(lambda: self._noted(before, knows), f"{knows} in the trail", state=lambda: self.hall.trail()[before:])
        until(lambda: said not in self.errands.text(), f"no {said!r}", state=self.citizen.look)

    def _noted(self, before: int, knows: dict[str, object]) -> dict[str, Any]:
        return next((event for event in self.hall.trail()[before:] if knows.items() <= event.items()), {})


@pytest.fixture
def eye(hall: Stage, citizen: Citizen, errands: Errands) -> Eye:
    return Eye(hall, citizen, errands)


def test_the_reader_the_centre_and_the_printer_one_after_the_other(eye: Eye) -> None:
    hall, citizen, errands = eye.hall, eye.citizen, eye.errands
    printer = hall.devices["document_printer"]
    errands.query("social-insurance-record")
    errands.walk({}, "card")
    reader = {"device": "id_card_reader"}
    eye.told(lambda: hall.reader.ask("unplug"), "读卡器现在不能用", event="device_down", **reader)
    assert "平放在读卡区" not in errands.text(), "what to do is not what would be in vain"
    eye.well(lambda: hall.reader.ask("replug"), "读卡器现在不能用", event="device_up", **reader)
    assert "平放在读卡区" in errands.text()
    assert eye.page() == "card"
    hall.reader.ask("put_card", card="resident")
    citizen.await_screen("person")

    hall.cable.cut()
    eye.told(lambda: citizen.press("main"), OFFLINE, event="question_unanswered", why="offline")
    assert eye.page() == "query.failed"
    hall.cable.mend()
    hall.await_link()
    citizen.press("main")
    errands.await_page("query.found")

    printer.ask("jam_at", side=1)
    eye.told(lambda: citizen.press("main"), "文件打印机卡纸", event="document_finished", outcome="failed")
    assert eye.page() == "query.paper.failed"
    printer.ask("clear_jam")
    citizen.press("act.paper.reprint")
    errands.await_page("query.paper.printed")
    papers = [event["outcome"] for event in hall.trail() if event["event"] == "document_finished"]
    assert papers[-2:] == ["failed", "printed"]
    citizen.leave()


def test_a_gateway_that_is_deaf_or_loses_its_answers_or_says_everything_twice(eye: Eye) -> None:
    hall, citizen, errands = eye.hall, eye.citizen, eye.errands
    done = departments.told(hall.departments)["done"]
    gateway.be(hall.gateway, "deaf")
    errands.query("utility-bills")
    touches = {"query.consent": ("main",), "query.found": ("main",), "query.choose": (FIRST, "main")}
    errands.walk(touches, "pay.opening")
    until(lambda: LATE in errands.text(), "the truth of a gateway that is deaf", state=citizen.look)
    assert "act.pay.cancel" in citizen.look()["names"], "there is a way out"
    gateway.be(hall.gateway, "up")
    errands.await_page("pay.code")
    assert LATE not in errands.text()

    before = len(hall.trail())
    hall.cable.cut()
    until(lambda: OFFLINE in errands.text(), "the truth of a link that is cut", state=citizen.look)
    assert [event for event in hall.trail()[before:] if event["event"] == "question_unanswered"]
    assert eye.page() == "pay.code"
    hall.cable.mend()
    gateway.be(hall.gateway, "lost")
    until(lambda: LATE in errands.text(), "the truth of answers that are lost", state=citizen.look)
    code = errands.code_on_screen()
    for _ in range(2):
        press_on_phone(code)
    gateway.be(hall.gateway, "twice")
    errands.await_page("query.acted")
    after = departments.told(hall.departments)["done"]
    assert sorted(after.values()) == sorted([*done.values(), 1]), "one bill, settled once"
    citizen.leave()


@LONG
def test_a_door_that_is_stuck_opens_once_it_is_free(eye: Eye) -> None:
    hall, citizen, errands = eye.hall, eye.citizen, eye.errands
    locker = hall.devices["locker"]
    errands.lay_ready(door=3)
    locker.ask("jam", door=3)
    errands.door("pickup")
    errands.walk({"pickup.how": ("option.card",), "pickup.things": (FIRST,)}, "pickup.stuck")
    assert "物品不会丢失" in errands.text()
    locker.ask("free", door=3)
    citizen.press("act.again")
    errands.await_page("pickup.open")
    locker.ask("close", door=3)
    errands.await_page("pickup.closed")
    citizen.leave()


@LONG
def test_a_camera_that_is_gone_or_covered_at_the_paper_it_is_for(eye: Eye) -> None:
    hall, citizen, errands = eye.hall, eye.citizen, eye.errands
    camera, scan = hall.devices["document_camera"], "filing.paper.old-licence.scan"
    errands.door("filing")
    errands.item("driving-licence-replacement")
    touches = {
        "filing.reach": ("option.here", "main"),
        "filing.ask.why": ("option.damaged", "main"),
        "filing.ask.years": ("option.below", "main"),
        "filing.form.file_number": ("act.skip",),
        "filing.form.mobile": (*(f"key.{digit}" for digit in "13800138000"), "main"),
        "filing.delivery": ("option.fetch", "main"),
        "filing.paper.old-licence.ways": ("option.scan", "main"),
    }
    errands.walk(touches, scan)
    gone = "高拍仪暂时不能用"
    eye.told(lambda: camera.ask("unplug"), gone, event="device_down", device="document_camera")
    until(lambda: "main" in citizen.look()["disabled"], "nothing to press in vain", state=citizen.look)
    eye.well(lambda: camera.ask("replug"), gone, event="device_up", device="document_camera")
    camera.ask("put_page")
    camera.ask("cover_lens")
    citizen.press("main")
    until(lambda: "没有拍成" in errands.text(), "the truth of a covered lens", state=citizen.look)
    assert eye.page() == scan
    camera.ask("set", light=1.0)
    citizen.press("main")
    errands.await_page("filing.paper.old-licence.seen")
    citizen.leave()


@LONG
def test_a_printer_without_paper_and_one_that_is_switched_off_while_it_prints(eye: Eye) -> None:
    hall, citizen, errands = eye.hall, eye.citizen, eye.errands
    printer = hall.devices["document_printer"]
    errands.query("tax-certificate")
    errands.walk({}, "query.found")
    printer.ask("paper_out")
    until(lambda: "main" in citizen.look()["disabled"], "nothing to press in vain", state=citizen.look)
    printer.ask("refill")
    until(lambda: "main" not in citizen.look()["disabled"], "paper again", state=citizen.look)
    citizen.press("main")
    errands.walk({"query.choose": (FIRST, "main")}, "query.paper.printing")
    printer.ask("unplug")
    until(lambda: eye.page() in ("query.paper.failed", "query.paper.uncertain"), "the truth", state=citizen.look)
    before = len(hall.trail())
    printer.ask("replug")
    back = {"event": "device_up", "device": "document_printer"}
    until(lambda: [event for event in hall.trail()[before:] if back.items() <= event.items()], "the printer")
    citizen.press("act.paper.reprint")
    errands.await_page("query.paper.printed")
    citizen.leave()


@LONG
def test_a_ticket_printer_without_paper_never_says_printed(eye: Eye) -> None:
    hall, citizen = eye.hall, eye.citizen
    hall.printer.ask("paper_out")
    citizen.walk_until("saving")
    citizen.await_screen("result")
    until(lambda: citizen.look().get("ticket") == "failed", "the truth", state=citizen.look)
    assert eye.page() == "result"
    hall.printer.ask("refill")
    citizen.leave()
