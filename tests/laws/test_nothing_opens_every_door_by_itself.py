"""Every door of a locker opens at once only for somebody who stands there: no code outside its folder can say so."""

import re
from pathlib import Path

import pytest

from devices.locker.doors import Locker

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("contract", "kiosk", "devices", "ui", "offline_cache", "central")
SAYING_SO = re.compile(r"OpenEvery|open-every|open_every|every_door|8A01?00")
ITS_FOLDER = ROOT / "devices" / "locker"


def saying_so(text: str) -> bool:
    return bool(SAYING_SO.search(text))


def test_no_other_code_can_say_it() -> None:
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if ITS_FOLDER not in path.parents]
    assert len(files) > 100
    assert [path for path in files if saying_so(path.read_text(encoding="utf-8"))] == []


def test_in_its_folder_only_the_action_by_hand_orders_it() -> None:
    ordering = {path.name for path in ITS_FOLDER.glob("*.py") if "order(OpenEvery" in path.read_text(encoding="utf-8")}
    assert ordering == {"driver.py"}


def test_the_driver_that_the_terminal_holds_has_no_such_call() -> None:
    assert [name for name in vars(Locker) if "every" in name] == []


@pytest.mark.parametrize("line", ["boards.order(OpenEvery(1), deadline)", 'KIND.actions["open-every"]'])
def test_saying_so_is_noticed(line: str) -> None:
    assert saying_so(line)
