"""One stage for a file's tests: centre, simulators and terminal as real processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.demo.citizen import Album, Citizen
from kiosk.demo.stage import PanelSize, Stage

OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Everything running, the attract screen on its way."""
    with Stage(tmp_path_factory.mktemp("stage"), panel=PanelSize(), environment=OFFSCREEN) as running:
        yield running


@pytest.fixture
def citizen(stage: Stage, tmp_path: Path) -> Citizen:
    """Somebody in front of the terminal."""
    return Citizen(stage, Album(tmp_path))
