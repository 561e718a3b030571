"""The gate on small trees: what only waited too short a time beside others is tried once more, nothing else is."""

import json
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest

from tests.unsteady import REPORT, only_too_late
from tests.waiting import TooLate

ROOT = Path(__file__).resolve().parents[2]
HEAD = """
import os, pathlib
import pytest
from tests.waiting import TooLate, until

def beside_others():
    return "PYTEST_XDIST_WORKER" in os.environ

def count(name):
    with open(pathlib.Path(__file__).with_name(name), "a") as file:
        file.write("x")
"""
LATE_BESIDE_OTHERS = """
def test_late_{n}():
    count("late_{n}")
    until(lambda: not beside_others(), "a machine of its own", 0.0)
"""
ALWAYS_LATE = """
def test_always_late():
    count("always")
    until(lambda: False, "what never comes", 0.0)
"""
WRONG = """
def test_wrong():
    count("wrong")
    assert not beside_others(), "a value that is not what it should be"
"""
LATE_AND_WRONG = """
def test_late_and_wrong():
    count("both")
    try:
        assert not beside_others(), "wrong"
    finally:
        until(lambda: not beside_others(), "the end", 0.0)
"""
LATE_AND_NOT_TIDY = """
@pytest.fixture
def untidy():
    yield
    assert not beside_others(), "left something behind"

def test_late_and_not_tidy(untidy):
    count("untidy")
    until(lambda: not beside_others(), "a machine of its own", 0.0)
"""
FIXTURE_TOO_LATE = """
@pytest.fixture
def late():
    until(lambda: not beside_others(), "a machine of its own", 0.0)

def test_behind_a_late_fixture(late): ...
"""
ASK = """
import runpy, sys
run = runpy.run_path("packaging/gates.py")["run_beside_each_other"]
run.__globals__["SIDE_BY_SIDE"] = ("-q", "-n", "1")  # a worker is a worker
sys.exit(not run())
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The real gate, our own hooks and waits, around tests that each case writes."""
    for name in ("packaging/gates.py", "tests/unsteady.py", "tests/waiting.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "tests/conftest.py").write_text('pytest_plugins = ["tests.unsteady"]\n', encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(
        """
[tool.pytest.ini_options]
testpaths = ["tests"]
addopts = ["--import-mode=importlib", "-p", "no:cacheprovider", "-p", "xdist"]
""",
        encoding="utf-8",
    )
    return tmp_path


def write(tree: Path, *tests: str) -> dict[str, str]:
    """The tests of a tree; the environment to run them in."""
    (tree / "tests/test_one.py").write_text(HEAD + "".join(tests), encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    return kept | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def gate(tree: Path, *tests: str) -> tuple[bool, list[str]]:
    """Whether the gate lets it pass, and what it says of the unsteady."""
    environment = write(tree, *tests)
    done = subprocess.run(
        (sys.executable, "-c", ASK), cwd=tree, check=False, capture_output=True, text=True, env=environment
    )
    assert done.returncode in (0, 1), done.stderr
    return done.returncode == 0, [line for line in done.stdout.splitlines() if line.startswith("unsteady: ")]


def runs(tree: Path, name: str) -> int:
    return len((tree / "tests" / name).read_text(encoding="utf-8"))


@pytest.mark.slow
def test_who_was_late_beside_others_passes_alone_and_is_named(tree: Path) -> None:
    passed, unsteady = gate(tree, LATE_BESIDE_OTHERS.format(n=1), "def test_well():\n    count('well')\n")
    assert passed
    (line,) = unsteady
    assert line.startswith(
        "unsteady: tests/test_one.py::test_late_1 (too late beside others, in time alone): waited 0 s"
    )
    assert (runs(tree, "late_1"), runs(tree, "well")) == (2, 1), "only who was late is run again"


@pytest.mark.slow
def test_a_second_lateness_fails(tree: Path) -> None:
    passed, unsteady = gate(tree, LATE_BESIDE_OTHERS.format(n=1), ALWAYS_LATE)
    assert not passed
    assert ["failed again alone" in line for line in unsteady] == [False, True]
    assert runs(tree, "always") == 2


@pytest.mark.slow
def test_a_failed_check_is_not_tried_again_nor_is_anything_beside_it(tree: Path) -> None:
    """Negative control: alone it would pass."""
    assert gate(tree, LATE_BESIDE_OTHERS.format(n=1), WRONG) == (False, [])
    assert (runs(tree, "wrong"), runs(tree, "late_1")) == (1, 1)


@pytest.mark.slow
def test_a_check_that_failed_on_the_way_or_afterwards_is_no_lateness(tree: Path) -> None:
    tests = (LATE_BESIDE_OTHERS.format(n=1), WRONG, LATE_AND_WRONG, LATE_AND_NOT_TIDY, FIXTURE_TOO_LATE)
    environment = write(tree, *tests) | {REPORT: str(tree / "failed.json"), "PYTEST_XDIST_WORKER": "as if"}
    subprocess.run((sys.executable, "-m", "pytest", "-q"), cwd=tree, check=False, capture_output=True, env=environment)
    failed = json.loads((tree / "failed.json").read_text(encoding="utf-8"))
    what = {
        test.rpartition("::")[2]: ["late" if said else "failed" for said in phases] for test, phases in failed.items()
    }
    assert what == {
        "test_late_1": ["late"],
        "test_wrong": ["failed"],
        "test_late_and_wrong": ["failed"],
        "test_late_and_not_tidy": ["late", "failed"],
        "test_behind_a_late_fixture": ["late"],
    }
    assert list(_rule()({name: phases for name, phases in failed.items() if "behind" in name})) != []
    assert _rule()({name: phases for name, phases in failed.items() if "tidy" in name}) == {}


def _rule() -> Callable[[Mapping[str, Sequence[str | None]]], Mapping[str, str]]:
    rule = runpy.run_path(str(ROOT / "packaging/gates.py"))["may_try_again"]
    return cast("Callable[[Mapping[str, Sequence[str | None]]], Mapping[str, str]]", rule)


def test_four_at_once_are_no_chance() -> None:
    rule = _rule()
    three = {f"tests/kiosk/test_a.py::test_{n}": ["too late"] for n in range(3)}
    assert list(rule(three)) == list(three)
    assert rule({**three, "tests/ui/test_b.py::test_b": ["too late"]}) == {}
    assert rule({**three, "tests/ui/test_b.py::test_b": [None]}) == {}
    assert rule({**three, "tests/ui/test_b.py": [None]}) == {}, "a file that cannot be collected"


@pytest.mark.parametrize("folder", ["faults", "hall", "line"])
def test_what_a_trial_awaits_in_vain_may_be_lost(folder: str) -> None:
    assert _rule()({f"tests/{folder}/test_a.py::test_a": ["too late"]}) == {}


def test_lateness_after_another_error_is_that_error() -> None:
    def raised(first: type[Exception], then: type[Exception]) -> BaseException:
        try:
            try:
                raise first("first")
            finally:
                raise then("then")
        except Exception as error:  # noqa: BLE001 - it is what is asked for
            return error

    assert only_too_late(TooLate("waited"))
    assert only_too_late(raised(TooLate, TooLate))
    assert not only_too_late(raised(AssertionError, TooLate))
    assert not only_too_late(raised(TooLate, AssertionError))
    assert not only_too_late(None)
    assert not only_too_late(TimeoutError("a timeout of somebody else"))
