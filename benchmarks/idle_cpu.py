"""What the terminal costs while nobody stands before it: the attract screen, the spare, both devices polled."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from benchmarks.machine import display, end, family
from benchmarks.start import HEIGHT, WIDTH, Trail, prepare, simulators

SETTLE: Final = 8.0
SECONDS: Final = 20.0


def attract_screen(folder: Path) -> dict[str, Any]:
    """CPU seconds of every process of the terminal over some quiet seconds, as share of one core."""
    with display(WIDTH, HEIGHT) as screen:
        environment = {**os.environ, "DISPLAY": screen, "QT_QPA_PLATFORM": "xcb", "QT_QUICK_BACKEND": "software"}
        with simulators(folder, environment):
            prepare(folder, environment)
            command = (sys.executable, "-m", "kiosk", "--config", str(folder / "kiosk.toml"))
            process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, start_new_session=True)
            try:
                Trail(process).wait_for("visit_shown")
                time.sleep(SETTLE)
                before = _cpu_seconds(process.pid)
                time.sleep(SECONDS)
                after = _cpu_seconds(process.pid)
            finally:
                end(process)
                if process.stderr:
                    process.stderr.close()
    used = {name: round((after[name] - before.get(name, 0.0)) / SECONDS * 100, 2) for name in after}
    return {"percent_of_a_core": round(sum(used.values()), 2), "by_process": used, "seconds": SECONDS}


def _cpu_seconds(root: int) -> dict[str, float]:
    """Seconds by process, named by what it is."""
    tick = os.sysconf("SC_CLK_TCK")
    seconds: dict[str, float] = {}
    for process in family(root):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        command = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        name = "terminal" if process == root else "visit" if b"visit" in command else "other"
        seconds[f"{name} {process}"] = (int(fields[11]) + int(fields[12])) / tick
    return seconds
