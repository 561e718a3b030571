import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from kiosk.demo.lines import Lines, Refused
from tests.ui.booth import Booth
from tests.waiting import until
from ui.hand import Hand


class Citizen:
    """Asks from a thread of its own, as a process would."""

    def __init__(self, qtbot: QtBot, path: Path) -> None:
        self._qtbot = qtbot
        self._path = path

    def ask(self, do: str, **values: object) -> dict[str, Any]:
        """The answer; an error of the hand is raised here."""
        answered: list[dict[str, Any] | Refused] = []

        def run() -> None:
            lines = Lines(self._path, patience=60)
            try:
                answered.append(lines.ask(do, **values))
            except Refused as refused:
                answered.append(refused)
            lines.close()

        thread = threading.Thread(target=run)
        thread.start()
        until(lambda: answered, "an answer", meanwhile=lambda: self._qtbot.wait(5))
        thread.join()
        if isinstance(answered[0], Refused):
            raise answered[0]
        return answered[0]


@pytest.fixture
def citizen(qtbot: QtBot, booth: Booth, tmp_path: Path) -> Any:  # noqa: ANN401
    hand = Hand(booth.screen, tmp_path / "hand.sock", settled=lambda: True)
    yield Citizen(qtbot, tmp_path / "hand.sock")
    hand.close()


def test_it_sees_and_touches(citizen: Citizen, booth: Booth, tmp_path: Path) -> None:
    seen = citizen.ask("where")
    assert (seen["screen"], seen["settled"]) == ("attract", True)
    assert "点屏幕任意处开始" in seen["texts"]
    citizen.ask("tap", name="attract")
    assert citizen.ask("wait", screen="home", timeout_s=3)["screen"] == "home"
    citizen.ask("tap", name="door.number")
    assert booth.journey.screen == "item"
    citizen.ask("grab", path=str(tmp_path / "item.png"))
    with Image.open(tmp_path / "item.png") as picture:
        assert picture.size == (540, 960)
    box = citizen.ask("locate", name="main")
    assert box["width"] > 100


def test_what_is_not_there_is_named(citizen: Citizen) -> None:
    with pytest.raises(Refused, match=r"'door\.number' is not on the glass; there are .*attract"):
        citizen.ask("tap", name="door.number")
    with pytest.raises(Refused, match="lacks or misnames"):
        citizen.ask("dance")
    with pytest.raises(Refused, match="waited in vain"):
        citizen.ask("wait", screen="result", timeout_s=0.05)


def test_a_closed_window_shows_nothing(citizen: Citizen, booth: Booth) -> None:
    booth.screen.hide()
    assert citizen.ask("where")["screen"] == ""
    with pytest.raises(Refused, match="no window is open"):
        citizen.ask("tap", name="attract")


def test_a_caller_who_hangs_up_in_the_middle_leaves_the_next_one_served(citizen: Citizen, tmp_path: Path) -> None:
    rude = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    rude.connect(str(tmp_path / "hand.sock"))
    rude.sendall(b'{"do": "whe')
    rude.close()
    assert citizen.ask("where")["screen"] == "attract"
