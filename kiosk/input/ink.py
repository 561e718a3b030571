"""What was drawn, as geometry: set into a square, and read stroke by stroke for the table of strokes. Pure.

Zinnia's model knows the 6,763 characters of GB 2312 and few ways to write each; the table of strokes knows 74,000.
"""

from itertools import pairwise
from math import hypot
from typing import Final

from kiosk.input.tables import Tables

Point = tuple[int, int]
Stroke = tuple[Point, ...]
Ink = tuple[Stroke, ...]
"""Strokes as points in pixels, x to the right, y down."""

SQUARE: Final = 1000
_MARGIN: Final = 0.2
"""Of the square at each side: with it the model reads 6 of 100 characters better than filled to the edge."""
_HOOK: Final = 0.8
"""The part of a stroke behind this may be its hook."""
_STRAIGHT: Final = 0.93
_BENT: Final = 0.8
_SHORT: Final = 0.28
_MOST_STROKES: Final = 36


def squared(ink: Ink) -> Ink:
    """`ink` in the middle of a square of 1000 by 1000, whatever its size and place on the field."""
    across = [x for stroke in ink for x, _ in stroke]
    down = [y for stroke in ink for _, y in stroke]
    if not across:
        return ()
    width, height = max(across) - min(across), max(down) - min(down)
    scale = SQUARE * (1 - 2 * _MARGIN) / max(width, height, 1)
    left, top = (SQUARE - width * scale) / 2, (SQUARE - height * scale) / 2
    return tuple(
        tuple((round((x - min(across)) * scale + left), round((y - min(down)) * scale + top)) for x, y in stroke)
        for stroke in ink
    )


def by_strokes(ink: Ink, tables: Tables, most: int = 9) -> tuple[str, ...]:
    """Characters whose strokes may have been drawn so, the commonest first. `ink` is squared."""
    if not 2 <= len(ink) <= _MOST_STROKES:
        return ()
    pattern = "".join(f"[{classes(stroke)}]" for stroke in ink)
    found = {character for _, values in tables.strokes.matching(pattern) for character in values[0]}
    return tuple(sorted(found, key=tables.rank)[:most])


def classes(stroke: Stroke) -> str:
    """Which of the five strokes this may be: `14` for a short one to the right."""
    main = _without_hook(stroke)
    dx, dy = main[-1][0] - main[0][0], main[-1][1] - main[0][1]
    chord, length = hypot(dx, dy), _length(main)
    straight = chord / length if length else 1.0
    found = set("5") if straight < _STRAIGHT or _turns_back(stroke, main) else set[str]()
    if straight < _BENT:
        return "5"
    if length < _SHORT * SQUARE * (1 - 2 * _MARGIN) and dy > -0.2 * abs(dx):
        found.add("4")
    if dx > 0 and dy < 0.6 * dx:
        found.add("1")
    if dy > 0 and abs(dx) < 0.55 * dy:
        found.add("2")
    if dy > 0 and dx < 0.1 * dy:
        found.add("3")
    if dx > 0 and dy > 0.03 * dx:
        found.add("4")
    return "".join(sorted(found or {"3", "5"}))


def _without_hook(stroke: Stroke) -> Stroke:
    whole, gone = _length(stroke), 0.0
    for at in range(1, len(stroke)):
        gone += hypot(stroke[at][0] - stroke[at - 1][0], stroke[at][1] - stroke[at - 1][1])
        if gone >= _HOOK * whole:
            return stroke[: at + 1]
    return stroke


def _turns_back(stroke: Stroke, main: Stroke) -> bool:
    """Whether what comes behind the main part goes another way."""
    if len(stroke) == len(main):
        return False
    ax, ay = main[-1][0] - main[0][0], main[-1][1] - main[0][1]
    bx, by = stroke[-1][0] - main[-1][0], stroke[-1][1] - main[-1][1]
    lengths = hypot(ax, ay) * hypot(bx, by)
    return lengths > 0 and (ax * bx + ay * by) / lengths < 0.7


def _length(stroke: Stroke) -> float:
    return sum(hypot(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(stroke))
