"""The gates: `check` is the fast one before a commit, `test` is everything CI runs. Called by ./suiban."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS_FAILED, NO_TESTS = 1, 5  # pytest's exit status when tests failed, and when nothing was selected
HUNG = 124  # ours, as that of timeout(1)
TIME_LIMIT = 1620.0  # seconds for one step, so that all fit into half an hour: a hang is a failure with a name
FAST = "not slow and not postgresql and not screen and not alone"
# Tests wait more than they compute: four workers keep two cores busy. Files go in the order of their names, not by how
# many tests they hold: the long ones have few, and would all come last. Mixed with what computes, tests of devices came
# too late.
# A failure is told in short: the long form writes out every argument, and one of Qt's that is gone ends the process.
SIDE_BY_SIDE = ("-q", "--tb=short", "-n", "4", "--dist", "loadfile", "--no-loadscope-reorder")
LATE_REPORT = "SUIBAN_LATE_REPORT"  # tests/unsteady.py writes it
MOST_LATE = 3  # tests that may try again: more is a machine, or a change, that is too slow
NEVER_AGAIN = ("tests/faults/", "tests/hall/", "tests/line/")  # what is late there may be lost


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
    # Beside the types, on the other core: what is compiled here, the workers of the tests need not compile each.
    Gate("collect", module("pytest", "--collect-only", "-qq", "-p", "no:cacheprovider")),
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
        return Outcome(gate, HUNG, hung.timeout, f"no end after {hung.timeout:.0f} s")
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


def pytest_status(*arguments: str, everything: bool = False, late: Path | None = None) -> int:
    """Shows pytest's own words as they come, its summary last; with `everything`, nothing may be skipped for a lack.

    `late` is where tests/unsteady.py is to write what failed.
    """
    print(f"\npytest {' '.join(arguments)}", flush=True)
    environment = test_environment(everything=everything) | ({LATE_REPORT: str(late)} if late else {})
    try:
        done = subprocess.run(
            module("pytest", *arguments), cwd=ROOT, env=environment, check=False, timeout=TIME_LIMIT,
        )  # fmt: skip
    except subprocess.TimeoutExpired as hung:
        print(f"pytest: no end after {hung.timeout:.0f} s")
        return HUNG
    return done.returncode


def files_marked(mark: str) -> list[str]:
    """The test files that use a mark: reading all of them only to find out takes longer than most of their tests."""
    tests = ROOT / "tests"
    return sorted(str(file.relative_to(ROOT)) for file in tests.rglob("test_*.py") if mark in file.read_text("utf-8"))


def run_tests(*arguments: str, everything: bool = False) -> bool:
    return pytest_status(*arguments, everything=everything) in (0, NO_TESTS)


def may_try_again(failed: Mapping[str, Sequence[str | None]]) -> Mapping[str, str]:
    """The tests that only waited too short a time, with what each waited for; none when anything else failed too.

    `failed` is by test, for each of its failed phases: what was waited for in vain, or None for any other failure.
    """
    late: dict[str, str] = {}
    for test, phases in failed.items():
        waited = [said for said in phases if said is not None]
        if len(waited) < len(phases) or test.startswith(NEVER_AGAIN):
            return {}
        late[test] = waited[0]
    return late if len(late) <= MOST_LATE else {}


def run_beside_each_other(*arguments: str, everything: bool = False) -> bool:
    """All of these tests; those few that were only too late beside the others get one more try, alone."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "failed.json"
        status = pytest_status(*SIDE_BY_SIDE, *arguments, everything=everything, late=report)
        if status != TESTS_FAILED:
            return status in (0, NO_TESTS)
        late = may_try_again(_read(report))
        if not late:
            return False
        report.unlink()
        status = pytest_status("-q", *late, everything=everything, late=report)
        failed_again = _read(report)
    for test, said in late.items():
        ending = "failed again alone" if test in failed_again else "in time alone"
        print(f"unsteady: {test} (too late beside others, {ending}): {said.splitlines()[0]}", flush=True)
    return status == 0


def _read(report: Path) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gate", choices=("check", "test"))
    asked, pytest_options = parser.parse_known_args()
    if asked.gate == "test" and pytest_options:
        return 0 if run_tests(*pytest_options) else 1
    passed = run_gates()
    if asked.gate == "check":
        passed &= run_beside_each_other("-m", FAST)
    else:
        passed &= run_tests("-q", "-m", "alone", *files_marked("mark.alone"), everything=True)
        passed &= run_beside_each_other("-m", "not alone", "--durations=10", everything=True)
    return 0 if passed else 1


if __name__ == "__main__":
    raise SystemExit(main())
