"""What every test stands on: Qt without a screen, and no file of the person who runs the tests."""

import os
import tempfile

# Before anything imports Qt: it reads these once.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_QUICK_BACKEND"] = "software"
os.environ.pop("QT_IM_MODULE", None)

_home = tempfile.TemporaryDirectory(prefix="suiban-tests-")
for _name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
    _folder = os.path.join(_home.name, _name.lower())  # noqa: PTH118  # environment variables are strings
    os.mkdir(_folder, mode=0o700)  # noqa: PTH102
    os.environ[_name] = _folder
