"""`./suiban demo`: with a display a window and its dock, without one a scripted citizen."""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from shutil import copyfile
from typing import Final

from kiosk.demo.citizen import CARDS, Album, Citizen, Lost
from kiosk.demo.report import Report, percentiles
from kiosk.demo.stage import PanelSize, Stage, StageError

_DRAIN_SECONDS: Final = 60.0


def demo(*, headless: bool, visits: int, offline: bool, out: Path, story: str = "", hall_node: bool = False) -> int:
    """Run the demonstration, or tell a story; returns the exit status. `hall_node`: with a hall's node between."""
    # As Ctrl-C does: on the way out every process that was started is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    shown = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) and not headless
    try:
        if story:
            return _told(story, out)
        if shown:
            from kiosk.demo import window  # noqa: PLC0415 - without a display nothing of it is needed

            return window.demo(out, hall_node=hall_node)
        return _scripted(visits, out, offline=offline, hall_node=hall_node)
    except (StageError, Lost) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1


def _told(story: str, out: Path) -> int:
    from kiosk.demo.story import outage  # noqa: PLC0415 - only a story needs it
    from kiosk.demo.story_services import services  # noqa: PLC0415 - as above

    return {"outage": outage, "services": services}[story](out)


def _scripted(visits: int, out: Path, *, offline: bool, hall_node: bool) -> int:
    out.mkdir(parents=True, exist_ok=True)
    album = Album(out)
    completed = 0
    with tempfile.TemporaryDirectory(prefix="suiban-demo-") as folder:
        environment = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
        with Stage(Path(folder), panel=PanelSize(), environment=environment, hall_node=hall_node) as stage:
            print(f"centre {stage.url}", flush=True)
            if stage.hall_url:
                print(f"hall {stage.hall_url}", flush=True)
            stage.await_link()
            if offline:
                stage.cable.cut()
            with Citizen(stage, album) as citizen:
                for index in range(visits):
                    kind, language, card = plan(index)
                    citizen.visit(kind, language, card)
                    completed += 1
                    print(f"visit {index + 1} of {visits}: {kind}, {language}", flush=True)
            if offline:
                print(f"link restored; {_at_centre(stage)} of {visits} cases were at the centre before", flush=True)
                stage.cable.mend()
            at_centre = _drained(stage, visits)
            tickets = int(stage.printer.ask("state")["state"]["tickets"])
            stage.stop_terminal()
            stored = int(stage.ask("kiosk", "counts", "--config", str(stage.config), "--json")["cases"])
            for paper in sorted(stage.papers.glob("*.png")):
                copyfile(paper, out / paper.name)
    report = Report(visits, completed, stored, at_centre, tickets, percentiles(album.phases), album.screens)
    print(report.write(out / "report.json"))
    return 0 if report.kept else 1


def plan(index: int) -> tuple[str, str, str]:
    """What the visit number `index` does: a number and a filing in turn, every second pair in English, each card
    in turn.
    """
    kind = "number" if index % 2 == 0 else "filing"
    language = "en" if (index // 2) % 2 == 1 else "zh-Hans"
    return kind, language, CARDS[index % len(CARDS)]


def _at_centre(stage: Stage) -> int:
    return int(stage.ask("central", "counts", "--config", str(stage.centre_config), "--json")["cases"])


def _drained(stage: Stage, expected: int) -> int:
    deadline = time.monotonic() + _DRAIN_SECONDS
    while (held := _at_centre(stage)) < expected and time.monotonic() < deadline:
        time.sleep(0.2)
    return held
