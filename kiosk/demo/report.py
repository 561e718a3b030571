"""report.json of a demonstration: what was promised, what is stored, what arrived, and how long each phase took."""

import json
import statistics
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Report:
    """The names of report.json."""

    visits: int
    completed: int
    cases_stored: int
    cases_at_centre: int
    tickets_printed: int
    phases_ms: dict[str, dict[str, float]]
    screens: list[str]

    def write(self, path: Path) -> str:
        """Write the report durably enough for a demonstration; returns its one line."""
        line = json.dumps(vars(self), ensure_ascii=False)
        path.write_text(json.dumps(vars(self), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return line

    @property
    def kept(self) -> bool:
        """Whether every promise was kept."""
        return self.visits == self.completed == self.cases_stored == self.cases_at_centre == self.tickets_printed


def percentiles(phases: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """p50 and p95 in milliseconds, by phase."""
    return {name: {"p50": _at(times, 50), "p95": _at(times, 95)} for name, times in sorted(phases.items()) if times}


def _at(times: list[float], percent: int) -> float:
    if len(times) == 1:
        return round(times[0], 1)
    return round(statistics.quantiles(times, n=100, method="inclusive")[percent - 1], 1)
