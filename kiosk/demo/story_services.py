"""`./suiban demo --story services`: citizens have what they came for, one after another; the other side proves it."""

import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.demo import departments
from kiosk.demo.citizen import Album, Citizen
from kiosk.demo.desk import Desk
from kiosk.demo.errands import Errands
from kiosk.demo.filmstrip import Frame, filmstrip
from kiosk.demo.stage import MANAGER, PASSWORD, PanelSize, Stage

_CAPTIONS: Final = {
    "social-insurance-record-printed": "参保证明已打印\na certificate is printed",
    "tax-certificate-printed": "完税证明（OFD）已打印\nan OFD certificate too",
    "pay": "扫码付款\na bill, paid by phone",
    "paid-and-done": "部门已销账\nsettled by its department",
    "booked": "预约成功\nan appointment is booked",
    "changed": "已改期\nmoved to another time",
    "cancelled": "已取消\ngiven back",
    "checked-in": "签到得号\nchecked in: the number",
    "door-open": "柜门已开，取件\nfetched from its door",
    "complaint-kept-offline": "断网也能投诉\na complaint, offline",
    "helped": "值班人员在答复\nsomebody answers",
}


@dataclass(frozen=True)
class Done:
    """One errand: what was come for, what proves that it is done, whether it is, and the seconds it took."""

    errand: str
    proof: str
    kept: bool
    seconds: float


class ManyServices:
    """A morning of one terminal. `frames` and `done` are what it leaves."""

    def __init__(self, stage: Stage, citizen: Citizen, folder: Path) -> None:
        self._stage = stage
        self._citizen = citizen
        self._folder = folder
        self._desk = Desk(stage.url, MANAGER, PASSWORD)
        self._errands = Errands(stage, citizen, self._desk, self._see)
        self.frames: list[Frame] = []
        self.done: list[Done] = []

    def tell(self) -> None:
        """All of them. Raises Lost when a citizen does not see what should be there."""
        self._stage.await_link()
        errands = self._errands
        self._one("a certificate, verified by its code", lambda: self._verified(errands.certificate()))
        self._one("an OFD certificate, verified", lambda: self._verified(errands.certificate("tax-certificate")))
        self._one("a bill paid on the phone", self._bill)
        self._one("an appointment booked, moved, cancelled", self._appointment)
        self._one("checked in for one booked today", self._checked_in)
        self._one("a thing fetched from its door", self._fetched)
        self._one("a complaint without network", self._complaint)
        self._one("somebody asked for help", self._helped)

    def _one(self, errand: str, go: Callable[[], str]) -> None:
        began = time.monotonic()
        proof = go()
        self.done.append(Done(errand, proof, kept=bool(proof), seconds=_since(began)))
        print(f"{errand}: {proof or 'NOT DONE'}", flush=True)

    def _verified(self, address: str) -> str:
        return f"the centre's page {address} says 有效" if "有效：" in self._desk.read(address) else ""

    def _bill(self) -> str:
        before = set(departments.told(self._stage.departments)["done"])
        self._errands.fine()
        done = departments.told(self._stage.departments)["done"]
        new = [times for act, times in done.items() if act not in before]
        return "the department has settled one bill, once" if new == [1] else ""

    def _appointment(self) -> str:
        self._errands.appointment()
        return "the pool has its place again"

    def _checked_in(self) -> str:
        return f"number {self._errands.check_in()} on the ticket"

    def _fetched(self) -> str:
        self._errands.locker()
        state = self._stage.devices["locker"].ask("state")["state"]
        return f"{state['openings']} opening, every door closed" if not state["open"] else ""

    def _complaint(self) -> str:
        before = self._errands.complaints()
        self._errands.complaint()
        self._errands.complaint_arrives()
        return "at the centre once the network was back" if len(self._errands.complaints() - before) == 1 else ""

    def _helped(self) -> str:
        self._errands.helped()
        return "answered from the centre's page, and over"

    def _see(self, name: str) -> None:
        path = self._folder / f"{len(self.frames) + 1:02}-{name}.png"
        self._citizen.grab(path)
        link = "有网 link" if self._stage.cable.whole else "断网 no link"
        self.frames.append(Frame(path, _CAPTIONS[name], link))


def services(out: Path) -> int:
    """Tell it into a folder: frames, filmstrip.png, services.md and services.json. 0 when everything was done."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="suiban-story-") as folder:
        environment = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
        with (
            Stage(Path(folder), panel=PanelSize(), environment=environment, others=True) as stage,
            Citizen(stage, Album(out)) as citizen,
        ):
            story = ManyServices(stage, citizen, out)
            story.tell()
    filmstrip(story.frames, out / "filmstrip.png")
    told = table(story.done)
    (out / "services.md").write_text(told, encoding="utf-8")
    kept = sum(done.kept for done in story.done)
    summary = {"errands": len(story.done), "kept": kept}
    rows = [vars(done) for done in story.done]
    (out / "services.json").write_text(
        json.dumps({**summary, "rows": rows}, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    print(told, json.dumps(summary), sep=os.linesep)
    return 0 if kept == len(story.done) else 1


def table(done: list[Done]) -> str:
    """For a person."""
    lines = ["| what somebody came for | what proves it | seconds | done |", "|---|---|---|---|"]
    lines += [f"| {one.errand} | {one.proof} | {one.seconds:g} | {'yes' if one.kept else 'NO'} |" for one in done]
    return "\n".join(lines) + "\n"


def _since(began: float) -> float:
    return round(time.monotonic() - began, 1)
