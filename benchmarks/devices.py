"""`bench devices`: what the device layer adds to the time the wire takes, and what it costs while nothing happens.

The simulators let bytes take the time of a real line at 115200 baud; every figure is compared with that wire time or
with python-escpos on the same pseudo-terminal, in the same run.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks import device_lines, device_recovery, idle_cpu

BAUD: Final = 115200

PARTS: Final[dict[str, Callable[[Path, int], dict[str, Any]]]] = {
    "printer_status": device_lines.printer_status,
    "card_read": device_lines.card_read,
    "card_to_ticket": device_lines.card_to_ticket,
    "recovery": device_recovery.recovery,
    "recorder": device_recovery.recorder_cost,
    "idle": lambda folder, _: idle_cpu.attract_screen(folder),
}


def main(arguments: list[str]) -> int:
    """Measure and print one JSON object; 0 even where a target is missed, for a shared machine proves nothing."""
    parser = argparse.ArgumentParser(prog="suiban bench devices", description=__doc__)
    parser.add_argument("--only", choices=sorted(PARTS), action="append", help="measure this part only")
    options = parser.parse_args(arguments)
    report: dict[str, Any] = {}
    for name in options.only or PARTS:
        print(f"{name} …", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="suiban-bench-") as folder:
            report[name] = PARTS[name](Path(folder), BAUD)
    print(json.dumps(report, ensure_ascii=False, indent=1))
    return 0
