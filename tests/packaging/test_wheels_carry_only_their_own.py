import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CARRIED = {
    "terminal": {"contract", "kiosk", "devices", "ui", "offline_cache"},
    "central": {"contract", "central", "offline_cache"},
}
PLACES = CARRIED | {"central": {"contract", "central", "offline_cache/link"}}
"""A hall's node speaks to its centre with the terminals' client, and carries no more of the terminal than that."""
OF_TERMINALS = tuple(
    f"offline_cache/link/{name}.py" for name in ("asker", "errand", "exchange", "machine", "messenger", "number_line")
)
LEFT_OUT = (
    "kiosk/demo", "ui/hand.py", "ui/dock.py", "ui/views/bench.py", "ui/views/dock.py", "ui/viewmodels/dock.py",
    "ui/qml/Suiban/Dock", "ui/qml/generated",
)  # fmt: skip
# `-S` and the explicit path: the environment's own link to this tree must not lend a wheel what it lacks.
ALONE = """
import importlib, pkgutil, sys
sys.path += [{packages!r}, {target!r}]
for package in {carried!r}:
    found = importlib.import_module(package)
    assert found.__path__[0].startswith({target!r}), found.__path__
    for module in pkgutil.walk_packages(found.__path__, package + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
"""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("dist")
    build = ROOT / "packaging" / "build.py"
    subprocess.run([sys.executable, str(build), "--out", str(out)], check=True, capture_output=True)
    return {name: next(out.glob(f"suiban_{name}-*.whl")) for name in CARRIED}


def contents(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.mark.parametrize("name", CARRIED)
def test_it_carries_its_packages_and_nothing_else(wheels: dict[str, Path], name: str) -> None:
    tops = {entry.split("/")[0] for entry in contents(wheels[name])}
    assert {top for top in tops if not top.endswith(".dist-info")} == CARRIED[name]


@pytest.mark.parametrize("name", CARRIED)
def test_it_carries_what_is_not_python(wheels: dict[str, Path], name: str) -> None:
    carried = set(contents(wheels[name]))
    tracked = subprocess.run(
        ["git", "ls-files", "-z", *PLACES[name]], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    left_out = LEFT_OUT if name == "terminal" else LEFT_OUT + OF_TERMINALS
    wanted = {entry for entry in tracked if entry and not entry.startswith(left_out) and (ROOT / entry).exists()}
    assert wanted - carried == set()


def test_the_terminal_carries_neither_demo_nor_dock(wheels: dict[str, Path]) -> None:
    assert [entry for entry in contents(wheels["terminal"]) if entry.startswith(LEFT_OUT)] == []


def test_the_made_assets_are_inside(wheels: dict[str, Path]) -> None:
    assert "central/web/static/vendor/tabler.min.css" in contents(wheels["central"])
    assert "ui/assets/icons/ticket-primary.svg" in contents(wheels["terminal"])


@pytest.mark.parametrize("name", CARRIED)
def test_it_says_what_it_needs(wheels: dict[str, Path], name: str) -> None:
    with zipfile.ZipFile(wheels[name]) as archive:
        (place,) = (entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA"))
        needs = archive.read(place).decode()
    assert ("Requires-Dist: pyside6-essentials==6.11.3" in needs) is (name == "terminal")
    assert ("Requires-Dist: litestar" in needs) is (name == "central")
    assert "License-File: NOTICE" in needs


@pytest.mark.slow
@pytest.mark.parametrize("name", CARRIED)
def test_every_module_of_it_imports_alone(wheels: dict[str, Path], name: str, tmp_path: Path) -> None:
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]
    subprocess.run([sys.executable, *install, "--target", str(tmp_path), str(wheels[name])], check=True)
    packages = sysconfig.get_path("purelib")
    code = ALONE.format(packages=packages, target=str(tmp_path), carried=sorted(CARRIED[name]))
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
