import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VIEW_MODEL = """
from PySide6.QtCore import Property, QObject, Signal
from PySide6.QtQml import QmlElement

QML_IMPORT_NAME = "Suiban"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class HomeViewModel(QObject):
    changed = Signal()

    @Property(str, notify=changed)
    def title(self):
        return ""
"""
QML = """
import QtQuick
import Suiban

Text {{
    id: root
    required property HomeViewModel home
    text: root.home.{member}
}}
"""
QMLDIR = "module Suiban\nHome 1.0 Home.qml\n"
TYPEINFO = "typeinfo ../generated/Suiban.qmltypes\n"


def lint(tree: Path, *, member: str = "title", qmldir: str = QMLDIR + TYPEINFO) -> "subprocess.CompletedProcess[str]":
    for place, text in {
        "ui/viewmodels/home.py": VIEW_MODEL,
        "ui/qml/Suiban/Home.qml": QML.format(member=member),
        "ui/qml/Suiban/qmldir": qmldir,
    }.items():
        (tree / place).parent.mkdir(parents=True, exist_ok=True)
        (tree / place).write_text(text, encoding="utf-8")
    (tree / "packaging").mkdir(exist_ok=True)
    gate = shutil.copy(ROOT / "packaging" / "qml_gate.py", tree / "packaging")
    return subprocess.run([sys.executable, gate], check=False, capture_output=True, text=True)


def test_qml_that_agrees_with_its_view_models_passes(tmp_path: Path) -> None:
    done = lint(tmp_path)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_a_property_the_view_model_lacks_fails(tmp_path: Path) -> None:
    done = lint(tmp_path, member="titel")
    assert done.returncode == 1
    assert 'Member "titel" not found' in done.stdout


def test_a_module_that_hides_its_types_fails_with_the_line_to_add(tmp_path: Path) -> None:
    done = lint(tmp_path, qmldir=QMLDIR)
    assert done.returncode == 1
    assert TYPEINFO.strip() in done.stderr


@pytest.fixture
def gated(tmp_path: Path) -> Path:
    """A tree of nothing but one test and one law, too small for most gates: they fail, and say so."""
    (tmp_path / "packaging").mkdir()
    for script in ("gates.py", "qml_gate.py"):
        shutil.copy(ROOT / "packaging" / script, tmp_path / "packaging")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\ntestpaths = ["tests"]\nmarkers = ["slow", "postgresql", "screen", "alone"]\n',
        encoding="utf-8",
    )
    (tmp_path / "tests").mkdir()
    return tmp_path


def gate(tree: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(tree / "packaging/gates.py"), *words]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)


@pytest.mark.slow
def test_a_failing_gate_is_named_and_pytest_has_the_last_word(gated: Path) -> None:
    (gated / "tests/test_one.py").write_text("def test_one():\n    assert True\n", encoding="utf-8")
    done = gate(gated, "check")
    assert done.returncode == 1
    assert "--- laws failed ---" in done.stdout
    assert "--- qml failed ---" in done.stdout
    assert any(line.startswith("laws") and "FAILED" in line for line in done.stdout.splitlines())
    assert "1 passed" in done.stdout.splitlines()[-1]


@pytest.mark.slow
def test_a_failing_test_fails_the_gate(gated: Path) -> None:
    (gated / "tests/test_one.py").write_text("def test_one():\n    assert False\n", encoding="utf-8")
    done = gate(gated, "test", "-p", "no:cacheprovider")
    assert done.returncode == 1
    assert "1 failed" in done.stdout.splitlines()[-1]


@pytest.mark.slow
def test_what_a_machine_lacks_fails_in_ci_and_a_long_form_is_left_out(gated: Path) -> None:
    for name in ("conftest.py", "unsteady.py", "waiting.py"):
        shutil.copy(ROOT / "tests" / name, gated / "tests")
    (gated / "tests/test_one.py").write_text(
        """
import pytest

@pytest.mark.skipif(True, reason="loop devices need root")
def test_of_root(): ...

@pytest.mark.skipif(True, reason="long form")
def test_of_hours(): ...

def test_of_a_tool():
    pytest.skip("swtpm is needed")
""",
        encoding="utf-8",
    )
    environment_of = runpy.run_path(str(ROOT / "packaging/gates.py"))["test_environment"]
    for environment, summary in (
        (environment_of(everything=True), "1 failed, 1 skipped, 1 error"),
        (environment_of(everything=False), "3 skipped"),
    ):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "tests"]
        done = subprocess.run(command, cwd=gated, check=False, capture_output=True, text=True, env=environment)
        assert summary in done.stdout.splitlines()[-1]
        assert ("this machine lacks something: loop devices need root" in done.stdout) == ("error" in summary)
