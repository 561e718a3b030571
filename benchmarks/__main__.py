"""`./suiban bench NAME`, and the long trials: soak, fuzz, matrix, campaign."""

import sys
from importlib import import_module

NAMES = {
    ("bench", "start"): "benchmarks.start",
    ("bench", "devices"): "benchmarks.devices",
    ("bench", "sync"): "benchmarks.sync",
    ("bench", "screen"): "benchmarks.screen",
    ("bench", "hall"): "benchmarks.hall",
    ("soak", "devices"): "benchmarks.soak",
    ("fuzz", "devices"): "tests.devices.fuzz",
    ("matrix", "devices"): "tests.devices.matrix",
    ("campaign", "documents"): "tests.kiosk.campaign",
    ("campaign", "powercut"): "tests.faults.powercut",
    ("campaign", "kill"): "tests.faults.kill",
    ("campaign", "chaos"): "tests.faults.chaos",
    ("campaign", "simulation"): "tests.faults.simulation",
    ("campaign", "restore"): "tests.faults.restore",
    ("campaign", "offline"): "tests.faults.thirty_days",
    ("campaign", "hall"): "tests.hall.campaign",
    ("campaign", "scans"): "tests.line.scans",
}


def main(arguments: list[str]) -> int:
    """Run one of them."""
    module = NAMES.get((arguments[0], arguments[1])) if len(arguments) > 1 else None
    if module is None:
        names = " | ".join(f"{command} {name}" for command, name in NAMES)
        print(f"usage: ./suiban {{{names}}} [OPTIONS]", file=sys.stderr)
        return 2
    status: int = import_module(module).main(arguments[2:])
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
