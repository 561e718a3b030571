"""A signature as a picture: strokes become an SVG. Pure."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

Strokes = Sequence[Sequence[tuple[int, int]]]
"""Points in tenths of a millimetre from the field's upper left corner, stroke by stroke."""

CONSENT: Final = "consent "
"""Begins a consent; no SVG does."""
_PEN: Final = 7
"""Width of the line, tenths of a millimetre."""
_MARGIN: Final = 10
_LEAST_STROKES_LENGTH: Final = 150
"""A signature is longer than 15 mm of line: a dot is a slip of the finger."""


def is_signature(strokes: Strokes) -> bool:
    """Whether somebody wrote, rather than touched."""
    return _length(strokes) >= _LEAST_STROKES_LENGTH


def svg(strokes: Strokes) -> str:
    """The signature on its own bounding box with a margin of 1 mm; empty for none. Strokes are smoothed through the
    middles of their points, as a pen would round them.
    """
    points = [point for stroke in strokes for point in stroke]
    if not points:
        return ""
    left, top = min(x for x, _ in points) - _MARGIN, min(y for _, y in points) - _MARGIN
    width = max(x for x, _ in points) + _MARGIN - left
    height = max(y for _, y in points) + _MARGIN - top
    paths = "".join(f'<path d="{_path(stroke)}"/>' for stroke in strokes if stroke)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}" width="{width / 10}mm" '
        f'height="{height / 10}mm"><g fill="none" stroke="#111827" stroke-width="{_PEN}" stroke-linecap="round" '
        f'stroke-linejoin="round">{paths}</g></svg>'
    )


def consent(at: str) -> str:
    """What stands in a signature's place where somebody cannot write: that they agreed, and when (local time,
    `YYYY-MM-DDTHH:MM`). The papers print it as a sentence.
    """
    return f"{CONSENT}{at.replace('T', ' ')}"


def _path(stroke: Sequence[tuple[int, int]]) -> str:
    (x, y), *rest = stroke
    if not rest:
        return f"M{x} {y}h0.1"
    out = [f"M{x} {y}"]
    for (x1, y1), (x2, y2) in pairwise(rest):
        out.append(f"Q{x1} {y1} {(x1 + x2) / 2:g} {(y1 + y2) / 2:g}")
    out.append(f"L{rest[-1][0]} {rest[-1][1]}")
    return "".join(out)


def _length(strokes: Strokes) -> float:
    return sum(math.hypot(x2 - x1, y2 - y1) for stroke in strokes for (x1, y1), (x2, y2) in pairwise(stroke))
