"""The gates: `check` is the fast one before a commit, `test` is everything CI runs. Called by ./suiban."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS = 5  # pytest's exit status when nothing was selected
TIME_LIMIT = 1150.0  # seconds for one step: a hang is a failure with a name
FAST = "not slow and not postgresql and not screen and not alone"


@dataclass(frozen=True)
class Gate:
    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    gate: Gate
    status: int
    seconds: float
    said: str = ""

    @property
    def passed(self) -> bool:
        return self.status == 0


def module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


GATES = (
    Gate("types", module("mypy")),
    Gate("format", module("ruff", "format", "--check", ".")),
    Gate("lint", module("ruff", "check", ".")),
    Gate("laws", (sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")),
    Gate("qml", (sys.executable, str(ROOT / "packaging" / "qml_gate.py"))),
)


def gate_environment() -> dict[str, str]:
    # import-linter and mypy look for our folders where they are started
    return {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


def test_environment(*, everything: bool) -> dict[str, str]:
    # tests/conftest.py: what this machine lacks is then a failure, never a silent skip
    return {**os.environ, "SUIBAN_NOTHING_LACKS": "1" if everything else ""}


def run(gate: Gate) -> Outcome:
    started = time.monotonic()
    try:
        done = subprocess.run(
            gate.command, cwd=ROOT, env=gate_environment(), check=False, timeout=TIME_LIMIT,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired as hung:
        return Outcome(gate, 124, hung.timeout, f"no end after {hung.timeout:.0f} s")
    return Outcome(gate, done.returncode, time.monotonic() - started, done.stdout)


def report(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if not outcome.passed:
            print(f"\n--- {outcome.gate.name} failed ---\n{outcome.said}")
    for outcome in outcomes:
        print(f"{outcome.gate.name:<12}{'ok' if outcome.passed else 'FAILED':<8}{outcome.seconds:6.1f} s", flush=True)


def run_gates() -> bool:
    with ThreadPoolExecutor(max_workers=2) as two_cores:
        outcomes = list(two_cores.map(run, GATES))
    report(outcomes)
    return all(outcome.passed for outcome in outcomes)


def run_tests(*arguments: str, everything: bool = False) -> bool:
    """Shows pytest's own words as they come, its summary last; with `everything`, nothing may be skipped for a lack."""
    print(f"\npytest {' '.join(arguments)}", flush=True)
    try:
        done = subprocess.run(
            module("pytest", *arguments),
            cwd=ROOT, env=test_environment(everything=everything), check=False, timeout=TIME_LIMIT,
        )  # fmt: skip
    except subprocess.TimeoutExpired as hung:
        print(f"pytest: no end after {hung.timeout:.0f} s")
        return False
    return done.returncode in (0, NO_TESTS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gate", choices=("check", "test"))
    asked, pytest_options = parser.parse_known_args()
    if asked.gate == "test" and pytest_options:
        return 0 if run_tests(*pytest_options) else 1
    passed = run_gates()
    # Tests wait more than they compute: three workers keep two cores busy. Files go in the order of their names, not by
    # how many tests they hold: the long ones have few, and would all come last.
    side_by_side = ("-q", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")
    if asked.gate == "check":
        passed &= run_tests(*side_by_side, "-m", FAST)
    else:
        passed &= run_tests("-q", "-m", "alone", everything=True)
        passed &= run_tests(*side_by_side, "-m", "not alone", "--durations=10", everything=True)
    return 0 if passed else 1


if __name__ == "__main__":
    raise SystemExit(main())
