"""A number and a filing by somebody with a name and an ID number nobody else has; then the machine is stolen.

Not looked at: the simulators (they are the devices), the simulated paper (it is the citizen's), the centre.
"""

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.demo.citizen import Album, Citizen
from kiosk.demo.stage import PanelSize, Stage
from tests.demo import thief
from tests.demo.conftest import OFFSCREEN, Visitor

pytestmark = pytest.mark.slow

NAME, NUMBER, MOBILE = "司马窃听甲", "610117199003074418", "13800138000"
SECRETS = (NAME, NUMBER, MOBILE)

PATCH = '''
"""In the simulator the card "canary"; in visits, where the environment says so, a seal that seals nothing."""
import importlib.machinery, json, os, sys

def cards(module):
    fields = json.load(open(os.environ["SUIBAN_TEST_CANARY"], encoding="utf-8"))
    module.CARDS["canary"] = module._resident("canary", **fields)

def seal(module):
    def unsealed(self, case_id, content):
        return module.Sealed(suite="INTL-1", keys=(), nonce=bytes(12), content=module.msgspec.json.encode(content))
    if os.environ.get("SUIBAN_TEST_UNSEALED"):
        module.Sealer.seal = unsealed

AFTER = {"devices.id_card_reader.cards": cards, "kiosk.visit.seal": seal}

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name not in AFTER:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        real = spec.loader.exec_module
        spec.loader.exec_module = lambda module: (real(module), AFTER[name](module))
        return spec

sys.meta_path.insert(0, Finder())
'''


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage whose processes write what they write beside their settings into a folder that is searched."""
    folder = tmp_path_factory.mktemp("stolen")
    patch = folder / "patch"
    patch.mkdir()
    (patch / "sitecustomize.py").write_text(PATCH, encoding="utf-8")
    canary = folder / "canary.json"
    canary.write_text(json.dumps({"name": NAME, "id_number": NUMBER}), encoding="utf-8")
    environment = {
        **OFFSCREEN,
        "PYTHONPATH": os.pathsep.join((str(patch), str(Path.cwd()))),
        "SUIBAN_TEST_CANARY": str(canary),
    }
    for name in ("TMPDIR", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "HOME"):
        (folder / "around" / name).mkdir(parents=True, mode=0o700)
        environment[name] = str(folder / "around" / name)
    with Stage(folder / "stage", panel=PanelSize(), environment=environment) as running:
        yield running


@pytest.fixture
def citizen(stage: Stage, tmp_path: Path) -> Iterator[Citizen]:
    """Somebody with a card nobody else has."""
    with Visitor(stage, Album(tmp_path)) as somebody:
        yield somebody


def stolen(stage: Stage) -> tuple[Path, ...]:
    """The folders that go with the machine."""
    logs = stage.folder / "stolen-logs"
    logs.mkdir(exist_ok=True)
    (logs / "terminal.log").write_bytes((stage.folder / "logs" / "terminal.log").read_bytes())
    return stage.folder / "terminal", stage.folder.parent / "around", logs


def nothing_on_the_disk(stage: Stage) -> None:
    hits, looked = thief.in_files(stolen(stage), SECRETS)
    assert hits == []
    assert looked > 200_000
    assert thief.cores((*stolen(stage), Path.cwd())) == []


def behind_the_key(stage: Stage) -> list[str]:
    """What somebody finds who has the key of the database too."""
    database = stage.folder / "terminal" / "data" / "terminal.db"
    key = (stage.folder / "terminal" / "keys" / "database.key").read_bytes()
    assert thief.is_decrypted(database, key)
    hits, looked = thief.in_database(database, key, SECRETS)
    assert looked > 100_000
    return hits


def file_up_to_the_result(citizen: Citizen, stage: Stage) -> None:
    citizen.await_screen("attract")
    citizen.press("attract")
    citizen.await_screen("home")
    citizen.choose_filing()
    citizen.until(lambda: "main" in citizen.look().get("names", []), "the reader is back and the item open")
    citizen.press("main")
    citizen.await_screen("card")
    stage.reader.ask("put_card", card="canary")
    citizen.await_screen("person")
    citizen._file()
    citizen.await_screen("result")


def kill(stage: Stage) -> None:
    """As a power cut: the terminal and its visits are gone without a word."""
    gone = thief.descendants(stage.terminal_pid)
    stage.kill_terminal()
    for process in gone[1:]:
        while Path(f"/proc/{process}/maps").exists() and Path(f"/proc/{process}/maps").read_bytes():
            pass  # visits die with their terminal
    stage.reader.ask("lift_card")


def test_the_search_finds_every_form_at_every_place() -> None:
    for name in ("utf-8", "gbk", "utf-16-le", "utf-16-be"):
        assert thief.search(b"x" + NAME.encode(name) + b"y", SECRETS)
    for before in range(6):
        assert thief.search(base64.b64encode(b"z" * before + NUMBER.encode() + b"zz"), SECRETS), before
    assert thief.search(b"nothing here", SECRETS) == []


def test_nothing_is_left_after_two_visits_in_memory_on_disk_or_behind_the_key(stage: Stage, citizen: Citizen) -> None:
    citizen.visit("number", "zh-Hans", "canary")
    citizen.visit("filing", "zh-Hans", "canary")
    living = thief.descendants(stage.terminal_pid)
    assert len(living) >= 2, "the terminal and the visit that waits"
    for process in living:
        hits, looked = thief.in_memory(process, SECRETS)
        assert hits == []
        assert looked > 10_000_000
    nothing_on_the_disk(stage)
    stage.stop_terminal()
    nothing_on_the_disk(stage)
    assert behind_the_key(stage) == []


def test_nothing_is_left_by_a_power_cut_in_the_middle_of_a_filing(stage: Stage, citizen: Citizen) -> None:
    stage.stop_terminal()
    stage.start_terminal()
    file_up_to_the_result(citizen, stage)
    kill(stage)
    nothing_on_the_disk(stage)
    assert behind_the_key(stage) == []


def test_with_the_seal_switched_off_the_same_search_finds_the_citizen(stage: Stage, citizen: Citizen) -> None:
    stage._environment["SUIBAN_TEST_UNSEALED"] = "1"
    stage.stop_terminal()
    stage.start_terminal()
    file_up_to_the_result(citizen, stage)
    kill(stage)
    hits = "\n".join(behind_the_key(stage))
    assert all(secret in hits for secret in SECRETS), hits
