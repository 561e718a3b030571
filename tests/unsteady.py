"""Which failures were nothing but a wait that ended too early: written down for the gate, which tries them once more.

Only too late is a test of which every failed phase raised TooLate, with no other exception on the way to it. The rules
about how many and which folders are the gate's (packaging/gates.py); CONTRIBUTING.md says why this is honest.
"""

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.waiting import TooLate

LATE = "too_late"
REPORT = "SUIBAN_LATE_REPORT"
"""The environment names the file; taken out of it at once, so that no pytest inside a test writes there."""


def only_too_late(error: BaseException | None) -> bool:
    """Whether it is TooLate and nothing else went wrong before it: a check that failed stays what it is."""
    while isinstance(error, TooLate):
        error = error.__cause__ or error.__context__
        if error is None:
            return True
    return False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: "pytest.CallInfo[None]"
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Mark it where the exception still is one; the mark crosses to xdist's controller with the report."""
    report = yield
    if report.failed and call.excinfo is not None and only_too_late(call.excinfo.value):
        report.user_properties.append((LATE, str(call.excinfo.value)))
    return report


class Record:
    """What failed in this session: by test, for each failed phase what was waited for, or null for anything else."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._failed: dict[str, list[str | None]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            said = dict(report.user_properties).get(LATE)
            self._failed.setdefault(report.nodeid, []).append(None if said is None else str(said))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._failed.setdefault(report.nodeid, []).append(None)

    def pytest_sessionfinish(self) -> None:
        self._path.write_text(json.dumps(self._failed), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    path = os.environ.pop(REPORT, "")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Record(Path(path)), "suiban-late")
