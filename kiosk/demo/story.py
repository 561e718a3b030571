"""`./suiban demo --story outage`: paper runs out, the link is cut, the power is cut, everything returns."""

import json
import os
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kiosk.demo.citizen import Album, Citizen, Lost
from kiosk.demo.filmstrip import Frame, filmstrip
from kiosk.demo.stage import PanelSize, Stage

_NUMBER: Final = re.compile(r"^[A-Z](?:\d{3,}|[0-9A-Z]{1,2}-X?\d+)$")
_PATIENCE: Final = 120.0


@dataclass
class Promise:
    """What a citizen was told, and what became of it."""

    scene: str
    number: str
    case_number: str
    paper: str = ""
    """What the screen said of it: printed, failed, uncertain, or interrupted by the power cut."""
    at_centre: int = 0
    """How many cases of this case number the centre holds."""
    known_paper: str = ""
    """What staff see about the paper."""

    @property
    def kept(self) -> bool:
        """Exactly one case, under the number that was said, and the truth about its paper."""
        return (
            self.at_centre == 1
            and bool(self.known_paper)
            and (self.known_paper == "printed") == (self.paper == "printed")
        )


class Story:
    """One afternoon of a terminal. `frames` and `promises` are what it leaves."""

    def __init__(self, stage: Stage, citizen: Citizen, folder: Path) -> None:
        self._stage = stage
        self._citizen = citizen
        self._folder = folder
        self.frames: list[Frame] = []
        self.promises: list[Promise] = []

    def tell(self) -> None:
        """All scenes. Raises Lost when a citizen does not see what should be there."""
        self._stage.await_link()
        self._scene("all-well", "一切正常\nall is well", paper="printed")
        self._stage.printer.ask("paper_out")
        self._scene("paper-out", "打印纸用完\nthe paper has run out", paper="failed")
        self._stage.cable.cut()
        self._scene("link-cut", "网络中断\nthe link is cut as well", paper="failed")
        self._power_cut()
        self._stage.start_terminal()
        interrupted = self.promises[-1].number
        self._until(
            lambda: interrupted in " ".join(self._citizen.look().get("texts", [])), "the number that was promised"
        )
        self._picture("power-back", "来电，自动恢复\nthe power is back")
        self._stage.printer.ask("refill")
        self._scene("refilled", "换纸，仍无网络\npaper again, no link yet", paper="printed")
        self._stage.cable.mend()
        self._stage.await_link()
        self._scene("link-back", "网络恢复\nthe link is back", paper="printed")

    def check(self) -> None:
        """Ask the centre about every promise."""
        self._until(lambda: len(self._held()) >= len(self.promises), "everything to reach the centre", _PATIENCE)
        self._until(lambda: all(case["paper"] for case in self._held()), "the paper reports", _PATIENCE)
        held = self._held()
        for promise in self.promises:
            mine = [case for case in held if case["case_number"] == promise.case_number]
            promise.at_centre = len([case for case in mine if case["number"] == promise.number])
            promise.known_paper = mine[0]["paper"] if mine else ""

    def _scene(self, name: str, caption: str, *, paper: str) -> None:
        citizen = self._citizen
        citizen.walk_until("saving")
        citizen.await_screen("result")
        self._until(lambda: citizen.look().get("ticket") in ("printed", "failed", "uncertain"), f"paper in {name}")
        self._promise(name, str(citizen.look()["ticket"]))
        self._picture(name, caption)
        if self.promises[-1].paper != paper:
            raise Lost(f"{name}: the screen says {self.promises[-1].paper!r} of the paper, expected {paper!r}")
        citizen.leave()

    def _power_cut(self) -> None:
        """In the very moment a case was promised: on the disk, on the screen, nothing on paper, nothing sent."""
        citizen, before = self._citizen, len(self._kept())
        citizen.walk_until("saving")
        self._until(lambda: len(self._kept()) > before, "the case to be kept")
        with_number = self._until(self._shown_number, "the number on the screen")
        self._picture("power-cut", "此刻断电\nthe power is cut right now")
        self._promise("power-cut", "interrupted")
        if with_number != self.promises[-1].number:
            raise Lost(f"the screen shows {with_number}, the terminal kept {self.promises[-1].number}")
        visit = citizen.process
        self._stage.kill_terminal()
        self._until(lambda: not Path(f"/proc/{visit}").exists(), "the visit to end with its terminal")
        self._stage.reader.ask("lift_card")

    def _promise(self, scene: str, paper: str) -> None:
        kept = self._kept()[-1]
        self.promises.append(Promise(scene, kept["number"], kept["case_number"], paper))

    def _kept(self) -> list[dict[str, Any]]:
        return [event for event in self._stage.trail() if event["event"] == "case_kept"]

    def _shown_number(self) -> str:
        texts = self._citizen.look().get("texts", [])
        return next((text for text in texts if _NUMBER.match(text)), "")

    def _held(self) -> list[dict[str, Any]]:
        config = str(self._stage.centre_config)
        found: list[dict[str, Any]] = self._stage.ask("central", "cases", "--config", config, "--json")["cases"]
        return found

    def _picture(self, name: str, caption: str) -> None:
        path = self._folder / f"{len(self.frames) + 1}-{name}.png"
        self._citizen.grab(path)
        link = "有网 link" if self._stage.cable.whole else "断网 no link"
        self.frames.append(Frame(path, caption, link))

    def _until(self, seen: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:  # noqa: ANN401 - what was seen
        deadline = time.monotonic() + seconds
        while not (found := seen()):
            if time.monotonic() > deadline:
                raise Lost(f"waited {seconds:g} s for {what}; the screen shows {self._citizen.look()}")
            time.sleep(0.05)
        return found


def outage(out: Path) -> int:
    """Tell the story into a folder: frames, filmstrip.png, promises.md and promises.json. 0 when all were kept."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="suiban-story-") as folder:
        environment = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
        with (
            Stage(Path(folder), panel=PanelSize(), environment=environment) as stage,
            Citizen(stage, Album(out)) as citizen,
        ):
            story = Story(stage, citizen, out)
            story.tell()
            story.check()
    filmstrip(story.frames, out / "filmstrip.png")
    table = _table(story.promises)
    (out / "promises.md").write_text(table, encoding="utf-8")
    lost = sum(promise.at_centre == 0 for promise in story.promises)
    doubled = len(story.promises) - len({promise.number for promise in story.promises})
    doubled += sum(promise.at_centre > 1 for promise in story.promises)
    kept = sum(promise.kept for promise in story.promises)
    summary = {"promises": len(story.promises), "kept": kept, "lost": lost, "doubled": doubled}
    rows = [vars(promise) | {"kept": promise.kept} for promise in story.promises]
    (out / "promises.json").write_text(
        json.dumps({**summary, "rows": rows}, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    print(table, json.dumps(summary), sep=os.linesep)
    return 0 if kept == len(story.promises) and not doubled else 1


_SAID: Final = {
    "printed": "ticket printed",
    "failed": "“no paper, photograph the number”",
    "uncertain": "“not known”",
    "interrupted": "the number, then the screen went dark",
}


def _table(promises: list[Promise]) -> str:
    lines = [
        "| scene | number | the citizen was told | at the centre | staff know of the paper | kept |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.scene} | {one.number} | {_SAID[one.paper]} | {one.at_centre} × | {one.known_paper} | "
        f"{'yes' if one.kept else 'NO'} |"
        for one in promises
    ]
    return "\n".join(lines) + "\n"
