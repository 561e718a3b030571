"""`bench screen`: what a citizen waits for at the glass, and what a month of citizens leaves behind in the terminal.

Touches are X events, pictures are pixels of the framebuffer, rendering is software. On a machine that does other things
too, look at `processor` and `waited_for_a_core` beside each figure: the second is nobody's fault here.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from benchmarks import screen_month, screen_paper, screen_search, screen_touches
from benchmarks.machine import display
from benchmarks.start import HEIGHT, WIDTH

TARGETS: Final = {
    "first_change_p99_ms": 100.0,
    "new_page_p99_ms": 300.0,
    "search_p95_ms": 50.0,
    "memory_growth_percent": 5.0,
    "descriptors_grew_by": 1.0,
}
"""The most that is right. Descriptors are flat where no more than one is open by chance when somebody looks."""

PARTS: Final = ("touches", "paper", "search", "month")
_QUICK: Final = {"touches": 40, "paper": 2, "search": 20, "month": 200}
_FULL: Final = {"touches": 320, "paper": 12, "search": 150, "month": 3000}


def main(arguments: list[str]) -> int:
    """Measure and print one JSON object; 0 even where a target is missed, for a shared machine proves nothing."""
    parser = argparse.ArgumentParser(prog="suiban bench screen", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few of everything: whether it works, not how fast")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone; may be given again")
    parser.add_argument("--touches", type=int, help="how many touches")
    parser.add_argument("--visits", type=int, help="how many visits are replayed")
    parser.add_argument(
        "--slow", type=float, default=0.0, metavar="SECONDS", help="negative control: every page is late"
    )
    options = parser.parse_args(arguments)
    size = dict(_QUICK if options.quick else _FULL)
    size["touches"], size["month"] = options.touches or size["touches"], options.visits or size["month"]
    report: dict[str, Any] = {"machine": _machine(), "quick": options.quick}
    for part in options.only or PARTS:
        print(f"{time.strftime('%H:%M:%S')} {part} …", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="suiban-bench-") as name:
            report[part] = _measure(part, Path(name), size[part], options.slow)
    report["machine"]["load_after"] = round(os.getloadavg()[0], 1)
    report["targets"] = judge(report)
    print(json.dumps(report, ensure_ascii=False, indent=1))
    return 0


def _measure(part: str, folder: Path, size: int, slow: float) -> dict[str, Any]:
    match part:
        case "touches":
            return screen_touches.measure(folder, size, slow=slow)
        case "paper":
            with display(WIDTH, HEIGHT) as name:
                return screen_paper.measure(folder, size, name)
        case "search":
            return screen_search.measure(size)
        case _:
            return screen_month.measure(folder, size)


def judge(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each target beside what was measured; those of parts that were left out are missing."""
    touches, month = report.get("touches", {}), report.get("month", {})
    found = {
        "first_change_p99_ms": (touches.get("touch_to_first_change") or {}).get("p99_ms"),
        "new_page_p99_ms": (touches.get("touch_to_new_page") or {}).get("p99_ms"),
        "search_p95_ms": report.get("search", {}).get("p95_ms"),
        "memory_growth_percent": month.get("memory_growth_percent"),
        "descriptors_grew_by": month.get("descriptors_grew_by"),
    }
    return {
        name: {"target": TARGETS[name], "found": value, "ok": value <= TARGETS[name]}
        for name, value in found.items()
        if value is not None
    }


def _machine() -> dict[str, Any]:
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ""
    )
    return {
        "processor": model or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "load_before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "rendering": "software, X11",
        "panel": f"{WIDTH}x{HEIGHT}",
    }


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
