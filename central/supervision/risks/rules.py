"""The risk of a window out of what happened there (DB-11). Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

WEIGHTS: Final = {"complaints": 5, "poor": 3, "overdue": 4, "corrections": 1}
"""How much one of each counts; shown beside the list."""


class Risk(msgspec.Struct, frozen=True):
    """One window: what happened, how many cases it had, and the sum of the weights for a hundred cases."""

    window: str
    units: tuple[str, ...]
    cases: int
    complaints: int
    poor: int
    overdue: int
    corrections: int

    @property
    def points(self) -> int:
        """The weighted sum."""
        return sum(weight * getattr(self, what) for what, weight in WEIGHTS.items())

    @property
    def per_hundred(self) -> float | None:
        """For a hundred cases; None where it had none."""
        return 100 * self.points / self.cases if self.cases else None


def risks(
    windows: Mapping[str, tuple[str, str]], happened: Mapping[str, Mapping[str, int]], cases: Mapping[str, int]
) -> tuple[Risk, ...]:
    """`windows`: item -> window and unit; `happened`: what -> item -> how often. The riskiest first."""
    sums: dict[str, Counter[str]] = {}
    units: dict[str, set[str]] = {}
    for what, counts in ({"cases": cases} | dict(happened)).items():
        for item, count in counts.items():
            window, unit = windows.get(item, (item, ""))
            sums.setdefault(window, Counter())[what] += count
            units.setdefault(window, set()).update(_named([unit]))
    found = [
        Risk(window, tuple(sorted(units[window])), *(count[what] for what in ("cases", *WEIGHTS)))
        for window, count in sums.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.points, one.window)))


def _named(units: Iterable[str]) -> list[str]:
    return [unit for unit in units if unit]
