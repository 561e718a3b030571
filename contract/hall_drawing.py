"""A floor of the hall as a picture (SVG Tiny): areas, points, where one stands, where one goes. Pure.

The same drawing is shown by the terminal and by the centre. Dark on white, with words beside every sign: nothing is
told by colour alone.
"""

from collections.abc import Iterator, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from contract.catalogue import say
from contract.hall_plan import FACILITIES, Floor, HallPlan, Kind, Point, Way

WIDTH: Final = 1200
HEIGHT: Final = 800
"""Units of the picture; it is shown 120 × 80 mm, so ten are a millimetre."""
_EDGE: Final = 30
_LETTERS: Final = 50
_FAMILY: Final = "Noto Sans CJK SC"
_INK, _WALL, _AREA, _HERE, _THERE = "#10243e", "#5b6b7f", "#eef2f7", "#b3261e", "#0b5cad"
_NAMED: Final = frozenset({Kind.WINDOW, Kind.LIFT, Kind.STAIRS, Kind.ENTRANCE, *FACILITIES}) - {Kind.WAITING}


def drawing(plan: HallPlan, way: Way, *, start_floor: bool, language: str, here: str) -> str:
    """One floor: where one goes, or with `start_floor` where one stands. `here` is the word for 您在这里."""
    floor = plan.floor(way.start.floor) if start_floor and way.start else way.floor
    return "".join(_parts(plan, way, floor, language, here))


def _parts(plan: HallPlan, way: Way, floor: Floor, language: str, here: str) -> Iterator[str]:
    at = _Scale(floor)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{_FAMILY}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    )
    x, y, right, bottom = *at(0, 0), *at(floor.width, floor.depth)
    yield _box(x, y, right, bottom, f'fill="none" stroke="{_WALL}" stroke-width="6"')
    for area in floor.areas:
        left, top = at(area.x, area.y)
        far, low = at(area.x + area.width, area.y + area.depth)
        yield _box(left, top, far, low, f'fill="{_AREA}" stroke="{_WALL}" stroke-width="2"')
        yield _words(left + (far - left) // 2, top + _LETTERS, say(area.name, language), _WALL, _LETTERS - 6)
    goal = way.to if floor.key == way.to.floor else way.by
    if way.start is not None and goal is not None and floor.key == way.start.floor:
        yield _line(at(way.start.x, way.start.y), at(goal.x, goal.y))
    marked = {point.key for point in (goal, way.start) if point is not None}
    for point in plan.points:
        if point.floor == floor.key and point.kind in _NAMED and point.key not in marked:
            yield _point(at, point, say(point.name, language))
    if goal is not None and goal.floor == floor.key:
        yield _goal(at, goal, say(goal.name, language))
    if way.start is not None and floor.key == way.start.floor:
        left, top = at(way.start.x, way.start.y)
        yield f'<circle cx="{left}" cy="{top}" r="24" fill="{_HERE}" stroke="#ffffff" stroke-width="6"/>'
        yield _words(left, top + (84 if top < HEIGHT - 110 else -40), here, _HERE, _LETTERS, bold=True)
    yield "</svg>"


class _Scale:
    """Metres of a floor to units of the picture, as large as it fits."""

    def __init__(self, floor: Floor) -> None:
        self._factor = min((WIDTH - 2 * _EDGE) / floor.width, (HEIGHT - 2 * _EDGE) / floor.depth)
        self._left = (WIDTH - floor.width * self._factor) / 2
        self._top = (HEIGHT - floor.depth * self._factor) / 2

    def __call__(self, x: float, y: float) -> tuple[int, int]:
        return round(self._left + x * self._factor), round(self._top + y * self._factor)


def _box(left: int, top: int, right: int, bottom: int, look: str) -> str:
    return f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" {look}/>'


def _point(at: _Scale, point: Point, name: str) -> str:
    x, y = at(point.x, point.y)
    sign = f'<rect x="{x - 13}" y="{y - 13}" width="26" height="26" fill="{_INK}"/>'
    return sign + _words(x, y + 62 if y < HEIGHT - 90 else y - 28, name, _INK, _LETTERS - 6)


def _goal(at: _Scale, point: Point, name: str) -> str:
    """A flag one finds at once: a pin, and its name in a box."""
    x, y = at(point.x, point.y)
    pin = f'<polygon points="{x},{y} {x - 30},{y - 60} {x + 30},{y - 60}" fill="{_THERE}"/>'
    pin += (
        f'<circle cx="{x}" cy="{y - 68}" r="32" fill="{_THERE}"/><circle cx="{x}" cy="{y - 68}" r="13" fill="#ffffff"/>'
    )
    below = y < HEIGHT - 90
    return pin + _words(x, y + 58 if below else y - 116, name, _THERE, _LETTERS + 6, bold=True)


def _line(start: tuple[int, int], to: tuple[int, int]) -> str:
    """Along the walls and not through them is for the hall's own hint; the line shows only the direction."""
    return (
        f'<line x1="{start[0]}" y1="{start[1]}" x2="{to[0]}" y2="{to[1]}" '
        f'stroke="{_THERE}" stroke-width="8" stroke-dasharray="26 18"/>'
    )


def _words(x: int, y: int, text: str, ink: str, size: int, *, bold: bool = False) -> str:
    """In the middle of `x`, and never over an edge of the picture."""
    half = round(sum(size if ord(letter) > 0x2E80 else size * 0.56 for letter in text) / 2)
    x = min(max(x, half + 8), WIDTH - half - 8)
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{ink}" text-anchor="middle"{weight}>{escape(text)}</text>'


_MARKS: Final = {
    "act": ("#8a1616", "!"),
    "soon": ("#b26a00", "?"),
    "none": ("#0b5d36", "✓"),
    "on": ("#0b5d36", "✓"),
    "off": ("#5b6b7f", "–"),
}
"""How a terminal or a window stands: a colour, and a sign for whoever tells colours badly."""


def floor_drawing(plan: HallPlan, floor: Floor, stands: Mapping[str, str], language: str) -> str:
    """A whole floor for staff, with how its points stand by their keys (`act`, `soon`, `none`, `on`, `off`)."""
    return "".join(_floor(plan, floor, stands, language))


def _floor(plan: HallPlan, floor: Floor, stands: Mapping[str, str], language: str) -> Iterator[str]:
    at = _Scale(floor)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="floor" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="{_FAMILY}" role="img" aria-label={quoteattr(say(floor.name, language))}>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    )
    x, y, right, bottom = *at(0, 0), *at(floor.width, floor.depth)
    yield _box(x, y, right, bottom, f'fill="none" stroke="{_WALL}" stroke-width="6"')
    for area in floor.areas:
        left, top = at(area.x, area.y)
        far, low = at(area.x + area.width, area.y + area.depth)
        yield _box(left, top, far, low, f'fill="{_AREA}" stroke="{_WALL}" stroke-width="2"')
        yield _words(left + (far - left) // 2, top + 32, say(area.name, language), _WALL, 26)
    for point in plan.points:
        if point.floor != floor.key or (point.key not in stands and point.kind not in _NAMED):
            continue
        left, top = at(point.x, point.y)
        colour, sign = _MARKS.get(stands.get(point.key, ""), (_INK, ""))
        yield f'<circle cx="{left}" cy="{top}" r="20" fill="{colour}" stroke="#ffffff" stroke-width="3"/>'
        yield _words(left, top + 10, sign, "#ffffff", 28, bold=True) if sign else ""
        yield _words(left, top + 52 if top < HEIGHT - 70 else top - 30, say(point.name, language), _INK, 26)
    yield "</svg>"
