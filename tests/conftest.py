"""What every test stands on: Qt without a screen, and no file of the person who runs the tests.

A test that lacks something (root, a loop device, a tool) is skipped, and in `./suiban test` it fails: what CI does not
run is not proven. Only a long form, whose reason begins with LONG_FORM, is left out there too.
"""

import os
import tempfile
from collections.abc import Generator

import pytest
from hypothesis import settings

pytest_plugins = ["tests.unsteady"]
LONG_FORM = "long form"

# An example may take long where others use the machine: that is no failure.
settings.register_profile("suiban", deadline=None)
settings.load_profile("suiban")

# Before anything imports Qt: it reads these once.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_QUICK_BACKEND"] = "software"
os.environ.pop("QT_IM_MODULE", None)

_home = tempfile.TemporaryDirectory(prefix="suiban-tests-")
for _name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
    _folder = os.path.join(_home.name, _name.lower())  # noqa: PTH118  # environment variables are strings
    os.mkdir(_folder, mode=0o700)  # noqa: PTH102
    os.environ[_name] = _folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: "pytest.CallInfo[None]"
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where nothing may lack."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("SUIBAN_NOTHING_LACKS"):
        reason = str(call.excinfo.value) if call.excinfo else ""
        if not reason.startswith(LONG_FORM):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: this machine lacks something: {reason}; ./suiban test runs everything"
    return report
