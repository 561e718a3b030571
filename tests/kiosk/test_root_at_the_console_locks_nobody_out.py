"""What a console command writes as root belongs to the terminal afterwards."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.durable import replace_file
from kiosk.setup import keys, revisions
from kiosk.technician.door import Door
from tests.kiosk.technician.test_the_door_stays_shut import Clock
from tests.kiosk.technician.workshop import CHEAP

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of somebody else")
ROOT = Path(__file__).resolve().parents[2]
TERMINAL = 4711
GROUP = 4712


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The terminal's folder."""
    os.chown(tmp_path, TERMINAL, GROUP)
    return tmp_path


def owner(path: Path) -> tuple[int, int]:
    """Of a file or a folder."""
    said = path.stat()
    return said.st_uid, said.st_gid


def test_who_enrols_a_technician_leaves_the_roll_and_its_folder_to_the_terminal(home: Path) -> None:
    roll = home / "keys" / "technicians.json"
    door = Door(roll, home / "data" / "attempts.json", Clock(), CHEAP)
    for name, number, pin in (("T-1", "110101199003070011", "135790"), ("T-2", "110101199003070022", "975310")):
        door.enrol(name, number, pin)
        assert {owner(roll), owner(roll.parent)} == {(TERMINAL, GROUP)}
    door.attempt(pin="000001", card="1")
    assert {owner(home / "data" / "attempts.json"), owner(home / "data")} == {(TERMINAL, GROUP)}


def test_keys_made_by_root_can_be_read_by_the_terminal(home: Path) -> None:
    keys.make_database_key(home / "a" / "b" / "key")
    assert {owner(home / "a" / "b" / "key"), owner(home / "a" / "b"), owner(home / "a")} == {(TERMINAL, GROUP)}


def test_a_revision_saved_by_root_leaves_the_next_one_to_the_terminal(home: Path) -> None:
    file = home / "kiosk.toml"
    file.write_bytes((ROOT / "packaging" / "terminal" / "kiosk.toml").read_bytes())
    os.chown(file, TERMINAL, GROUP)
    revisions.save(file, lambda document: document["panel"].update(width_mm=250.0), "T-1", datetime.now().astimezone())
    made = [file, *revisions.folder_of(file).rglob("*")]
    assert len(made) > 2
    assert {owner(path) for path in (*made, revisions.folder_of(file))} == {(TERMINAL, GROUP)}


def test_a_replaced_file_stays_its_owners_with_its_mode_whatever_the_umask(home: Path) -> None:
    file = home / "kiosk.toml"
    file.write_text("old")
    os.chown(file, TERMINAL + 1, GROUP)
    file.chmod(0o640)
    before = os.umask(0o077)
    try:
        replace_file(file, b"new")
    finally:
        os.umask(before)
    assert (owner(file), file.stat().st_mode & 0o777) == ((TERMINAL + 1, GROUP), 0o640)
