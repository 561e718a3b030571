"""Runs the tests of rows, each once as the product is and once with the row's rule taken out of it. A pytest plugin."""

import sys
from collections.abc import Generator, Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from importlib import import_module

import pytest

from tests.conformance.rows import ROOT, Row

PLANTED = "removal"


@dataclass
class Ran:
    """What became of one test function: all its parameters together."""

    passed: int = 0
    failed: int = 0
    """In the test itself."""
    broken: int = 0
    """Before or after it, or skipped: nothing is proven."""
    seconds: float = 0.0
    said: str = ""

    @property
    def held(self) -> bool:
        """Whether it ran and was content."""
        return self.passed > 0 and not self.failed and not self.broken

    @property
    def reddened(self) -> bool:
        """Whether the test itself found something, and nothing else broke."""
        return self.failed > 0 and not self.broken


@dataclass(eq=False)  # pytest keeps its plugins in sets
class Trial:
    """One run. `ran` has the outcome by test and by the row whose rule was removed; empty for none."""

    rows: tuple[Row, ...]
    controls: bool
    ran: dict[tuple[str, str], Ran] = field(default_factory=dict)

    def run(self) -> None:
        """Every test the rows name, in this process; pytest's own words go to stderr."""
        tests = list(dict.fromkeys(test for row in self.rows for test in row.tests))
        if not tests:
            return
        options = ["-q", "--no-header", "--tb=short" if not self.controls else "--tb=no"]
        options += ["-p", "no:cacheprovider", "-p", "no:xdist", f"--rootdir={ROOT}"]
        with redirect_stdout(sys.stderr):
            pytest.main([*options, *(str(ROOT / test) for test in tests)], plugins=[self])

    def planted_for(self, test: str) -> Iterable[str]:
        """The rows whose rule is taken out under this test."""
        return (row.id for row in self.rows if row.state == "green" and test in row.tests)

    # --- what pytest calls ----------

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Each test once for the product, and once for each removal."""
        if self.controls:
            ids = ["", *self.planted_for(metafunc.definition.nodeid)]
            metafunc.parametrize(PLANTED, ids, indirect=True, ids=[one or "whole" for one in ids])

    @pytest.fixture(autouse=True, name=PLANTED)
    def planted(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
        """Takes the rule of a row out before anything else of the test is made."""
        wanted: str = getattr(request, "param", "")
        row = next((row for row in self.rows if row.id == wanted), None)
        if row is not None:
            module, _, function = row.removal.partition(":")
            getattr(import_module(module), function)(monkeypatch)
        return wanted

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Function, call: "pytest.CallInfo[None]"
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Count what became of it."""
        report = yield
        callspec = getattr(item, "callspec", None)
        removed = callspec.params.get(PLANTED, "") if callspec else ""
        told = self.ran.setdefault((item.nodeid.partition("[")[0], removed), Ran())
        told.seconds += report.duration
        if report.when == "call" and not report.skipped:
            told.passed += report.passed
            told.failed += report.failed
        elif not report.passed:
            told.broken += 1
        if report.failed and call.excinfo is not None:
            told.said = told.said or str(call.excinfo.value).strip().partition("\n")[0]
        return report
