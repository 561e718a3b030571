"""One stage for a file's tests: centre, simulators and terminal as real processes."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.demo.citizen import Album, Citizen
from kiosk.demo.lines import Refused
from kiosk.demo.stage import PanelSize, Stage
from tests.waiting import until


class Visitor(Citizen):
    """A citizen whose waiting is a test's: too late is too late, and no other failure."""

    def until(self, seen: Callable[[], bool], what: str) -> None:
        until(seen, what, state=lambda: f"{self.look()}\n{self._stage.log('terminal')}")


OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Everything running, the attract screen on its way."""
    with Stage(tmp_path_factory.mktemp("stage"), panel=PanelSize(), environment=OFFSCREEN) as running:
        yield running
        bugs = [event for event in running.trail() if event["event"] in ("bug_met", "spelling_failed")]
        assert bugs == [], "the house met a bug of its own"


@pytest.fixture
def citizen(stage: Stage, tmp_path: Path) -> Iterator[Citizen]:
    """Somebody in front of a terminal that is as it should be, also after a test that failed."""
    with Visitor(stage, Album(tmp_path)) as somebody:
        yield somebody
        stage.reader.ask("lift_card")
        for device, order in (
            (stage.printer, "refill"),
            (stage.printer, "cover_close"),
            (stage.printer, "replug"),
            (stage.reader, "replug"),
        ):
            with suppress(Refused):
                device.ask(order)
        if somebody.look().get("screen") != "attract":
            with suppress(ProcessLookupError):  # it has just gone by itself
                os.kill(somebody.process, signal.SIGKILL)
            somebody.await_another(somebody.process)
