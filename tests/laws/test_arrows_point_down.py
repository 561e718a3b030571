"""The law of docs/architecture.md holds, and each of its contracts would notice a violation."""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LAW = SETTINGS["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in LAW["contracts"]}

# One forbidden import for each contract: where, and what.
VIOLATIONS = {
    "floors": ("kiosk/journey/step.py", "kiosk.visit.desk"),
    "contract-alone": ("contract/codes.py", "kiosk.words"),
    "terminal-and-centre": ("central/settings.py", "offline_cache.link.outbox"),
    "centre-and-terminal": ("kiosk/demo/__init__.py", "central.settings"),
    "screen-sees-no-hardware": ("kiosk/visit/conductor.py", "devices.model"),
    "visit-has-no-store": ("kiosk/visit/desk.py", "offline_cache.store"),
    "terminal-has-no-screen": ("kiosk/terminal/process.py", "ui"),
    "technician-meets-no-citizen": ("kiosk/technician/session.py", "kiosk.visit.desk"),
    "qt-at-home": ("kiosk/visit/conductor.py", "PySide6.QtCore"),
    "serial-at-home": ("devices/ticket_printer/driver.py", "serial"),
    "http-at-home": ("kiosk/settings.py", "requests"),
    "sql-at-home": ("kiosk/terminal/process.py", "sqlalchemy"),
    "kinds-of-device": ("devices/id_card_reader/driver.py", "devices.ticket_printer.document"),
    "device-floors": ("devices/model.py", "devices.registry"),
    "pure": ("devices/id_card_reader/protocol.py", "time"),
}


def lint(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    environment = {"PYTHONPATH": str(root), "PYTHONSAFEPATH": "1", "NO_COLOR": "1"}
    return subprocess.run(
        [*command, "--no-cache", *options], cwd=root, env=environment, check=False, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("law")
    shutil.copyfile(ROOT / "pyproject.toml", made / "pyproject.toml")
    for package in LAW["root_packages"]:
        only_python = shutil.ignore_patterns("assets", "qml", "static", "templates", "__pycache__")
        shutil.copytree(ROOT / package, made / package, ignore=only_python)
    return made


@pytest.fixture
def planted(copy: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    contract: str = request.param
    place, forbidden = VIOLATIONS[contract]
    file = copy / place
    before = file.read_text(encoding="utf-8")
    file.write_text(f"{before}\nimport {forbidden}\n", encoding="utf-8")
    yield contract
    file.write_text(before, encoding="utf-8")


def test_every_arrow_points_down() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("planted", VIOLATIONS, indirect=True)
def test_a_planted_violation_is_named(copy: Path, planted: str) -> None:
    done = lint(copy, "--contract", planted)
    _, forbidden = VIOLATIONS[planted]
    assert done.returncode == 1
    assert "BROKEN" in done.stdout
    assert forbidden.split(".")[0] in done.stdout.partition("Broken contracts")[2]


def test_every_contract_has_its_planted_violation() -> None:
    assert set(VIOLATIONS) == set(CONTRACTS)


def test_every_kind_of_device_is_under_the_law() -> None:
    kinds = {f"devices.{driver.parent.name}" for driver in (ROOT / "devices").glob("*/driver.py")}
    assert kinds == set(CONTRACTS["kinds-of-device"]["modules"])
    floor = next(floor for floor in CONTRACTS["device-floors"]["layers"] if "|" in floor)
    assert kinds == {f"devices.{kind.strip()}" for kind in floor.split("|")}
