"""Figures as the benchmarks print them: milliseconds, rounded, with their spread."""

import statistics
from collections.abc import Sequence


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Median, p99 and most of some durations, in milliseconds."""
    in_order = sorted(seconds)
    p99 = in_order[min(len(in_order) - 1, round(0.99 * (len(in_order) - 1)))]
    return {
        "median_ms": milliseconds(statistics.median(in_order)),
        "p99_ms": milliseconds(p99),
        "most_ms": milliseconds(in_order[-1]),
        "rounds": len(in_order),
    }


def milliseconds(seconds: float) -> float:
    """Rounded to hundredths."""
    return round(seconds * 1000, 2)


def wire_seconds(octets: int, baud: int) -> float:
    """How long that many bytes take at 8N1."""
    return octets * 10 / baud


def p95(seconds: Sequence[float], share: float = 0.95) -> float | None:
    """In milliseconds, rounded to tenths; None of nothing."""
    in_order = sorted(seconds)
    return round(in_order[round(share * (len(in_order) - 1))] * 1000, 1) if in_order else None
