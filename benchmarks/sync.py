"""`bench sync`: intake, backlog, terminal and heartbeats, each beside the limit of the same machine in the same run."""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import sync_intake, sync_terminal
from benchmarks.postgres import postgres

TARGETS = {
    "single_share": 0.3,
    "batched_share": 0.5,
    "case_share": 0.25,
    "drain_10000_seconds": 20,
    "heartbeat_cores_of_100000": 1,
}


def main(arguments: list[str]) -> int:
    """Measure and print one JSON object; 0 even where a target is missed, for a shared machine proves nothing."""
    parser = argparse.ArgumentParser(prog="suiban bench sync", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few of everything: whether it works, not how fast")
    parser.add_argument("--workers", type=int, default=2, help="processes of the centre on PostgreSQL")
    parser.add_argument("--backlogs", default="1000,10000,100000", help="records a terminal has to drain")
    options = parser.parse_args(arguments)
    size = sync_intake.QUICK if options.quick else sync_intake.FULL
    drains = [200] if options.quick else [int(text) for text in options.backlogs.split(",")]
    report: dict[str, Any] = {"machine": _machine(), "targets": TARGETS}
    with tempfile.TemporaryDirectory(prefix="suiban-bench-") as name:
        folder = Path(name)
        _say("terminal")
        (folder / "terminal").mkdir()
        report["terminal"] = sync_terminal.cases(folder / "terminal", 60 if options.quick else 3000)
        _say("a visit on the wire")
        report["visit"] = sync_terminal.visit(folder)
        with postgres() as server:
            _say("intake on PostgreSQL")
            (folder / "intake").mkdir()
            report["intake"] = sync_intake.on_postgres(folder / "intake", server, size, options.workers)
            _say("backlogs")
            (folder / "backlogs").mkdir()
            report["backlogs"] = sync_terminal.backlogs(folder / "backlogs", drains, server.create("backlogs"))
        _say("embedded")
        (folder / "embedded").mkdir()
        report["embedded"] = sync_intake.embedded(folder / "embedded", size)
    print(json.dumps(report, ensure_ascii=False, indent=1))
    return 0


def _say(part: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {part} …", file=sys.stderr)


def _machine() -> dict[str, Any]:
    return {"cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 1), "python": platform.python_version()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
