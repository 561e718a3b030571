"""Where the pages lie in a picture, and one of them straightened to A4. Pure functions of arrays."""

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Rows, columns, and blue, green, red; or rows and columns of grey."""
Corners = NDArray[np.float32]
"""Four points (x, y) in pixels, clockwise from the one nearest to the top left."""

A4_MM: Final = (210.0, 297.0)
MM_AN_INCH: Final = 25.4

_DETECT_WIDTH: Final = 800
"""Edges are looked for in a picture this wide, and then made precise in the whole one."""
_BORDER: Final = 5
"""A page this near to the border of the small picture reaches out of it: its corners are guesses."""
_DESK_SHARE: Final = 0.85
"""What covers more of the picture and reaches out of it is the desk."""
_SAMPLES: Final = 90
"""Places along a side where the edge of the paper is measured."""

Outline = NDArray[np.integer[Any] | np.floating[Any]]
_Line = tuple[float, float, float, float]


def grey(picture: Pixels) -> Pixels:
    """The picture without colours."""
    return picture if picture.ndim == 2 else pixels(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))


def pixels(array: object) -> Pixels:
    """OpenCV's stubs promise any number; these functions return bytes."""
    return np.asarray(array, np.uint8)


def find_pages(picture: Pixels, page_share: float) -> list[Corners]:
    """Every page that lies in the picture with all its corners, the largest first.

    `page_share`: the least share of the picture a page covers.
    """
    shrunk = min(1.0, _DETECT_WIDTH / picture.shape[1])
    small = cv2.resize(grey(picture), None, fx=shrunk, fy=shrunk, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (5, 5), 0)
    least = page_share * small.size
    found: list[Corners] = []
    cut_off: list[Corners] = []
    for mask in _masks(pixels(small)):
        outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        large = [outline for outline in outlines if cv2.contourArea(outline) >= least]
        cut_off += [hull for outline in large if (hull := _cut_off(outline, small.shape)) is not None]
        for outline in sorted(large, key=cv2.contourArea, reverse=True):
            corners = _quadrilateral(outline)
            if corners is not None and not _reaches_out(corners, small.shape) and not _overlaps(corners, found):
                found.append(corners)
    found = [corners for corners in found if not _overlaps(corners, cut_off)]
    found.sort(key=_area, reverse=True)
    whole = cv2.GaussianBlur(grey(picture), (0, 0), 0.6 / shrunk)
    return [_refined(pixels(whole), (corners + 0.5) / shrunk - 0.5, reach=4.0 / shrunk) for corners in found]


def straighten(picture: Pixels, corners: Corners, dpi: float) -> Pixels:
    """The page alone, seen from straight above, as A4 upright or across by how it lies."""
    across, down = sides(corners)
    short, long = (round(side / MM_AN_INCH * dpi) for side in A4_MM)
    width, height = (short, long) if down >= across else (long, short)
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32) - np.float32(0.5)
    onto = cv2.getPerspectiveTransform(corners, flat)
    return pixels(cv2.warpPerspective(picture, onto, (width, height), flags=cv2.INTER_CUBIC))


def sides(corners: Corners) -> tuple[float, float]:
    """Mean width and height of a page in pixels of the picture."""
    lengths = [float(np.linalg.norm(corners[i] - corners[(i + 1) % 4])) for i in range(4)]
    return (lengths[0] + lengths[2]) / 2, (lengths[1] + lengths[3]) / 2


def dpi_of(corners: Corners) -> float:
    """How many pixels of the picture an inch of the page has, if it is A4."""
    return min(min(sides(corners)) / A4_MM[0], max(sides(corners)) / A4_MM[1]) * MM_AN_INCH


def _masks(small: Pixels) -> tuple[Pixels, Pixels]:
    """Where paper may be: what is brighter than the rest, and what edges enclose (paper on a bright desk)."""
    _, bright = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    kernel = np.ones((5, 5), np.uint8)
    edges = cv2.dilate(cv2.Canny(small, 30, 90), np.ones((3, 3), np.uint8))
    return pixels(cv2.morphologyEx(bright, cv2.MORPH_CLOSE, kernel)), pixels(edges)


def _quadrilateral(outline: Outline) -> Corners | None:
    hull = cv2.convexHull(outline)
    rough = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, closed=True), closed=True)
    if len(rough) != 4 or cv2.contourArea(rough) < 0.9 * cv2.contourArea(hull):
        return None
    return _ordered(rough.reshape(4, 2))


def _refined(picture: Pixels, rough: Corners, reach: float) -> Corners:
    """Corners as the crossings of the four sides, each a line through the steepest places across it."""
    lines = [_side(picture, rough[index], rough[(index + 1) % 4], reach) for index in range(4)]
    return np.array([_crossing(lines[index - 1], lines[index]) for index in range(4)], np.float32)


def _side(picture: Pixels, begin: Corners, end: Corners, reach: float) -> _Line:
    along = (end - begin) / np.linalg.norm(end - begin)
    across = np.array((-along[1], along[0]), np.float32)
    places = begin + np.linspace(0.06, 0.94, _SAMPLES, dtype=np.float32)[:, None] * (end - begin)
    offsets = np.arange(-reach, reach + 0.25, 0.5, dtype=np.float32)
    probed = places[:, None, :] + offsets[None, :, None] * across
    profile = cv2.remap(picture, probed[:, :, 0], probed[:, :, 1], cv2.INTER_LINEAR).astype(np.float32)
    steps = np.abs(np.gradient(profile, axis=1))
    peaks = steps.max(axis=1)
    steepest = offsets[steps.argmax(axis=1)]
    clear = peaks > 0.4 * np.median(peaks)  # not where a finger or a shadow hides the edge
    points = (places + steepest[:, None] * across)[clear].astype(np.float32)
    vx, vy, x, y = (float(value) for value in cv2.fitLine(points, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel())
    return vx, vy, x, y


def _crossing(one: _Line, other: _Line) -> tuple[float, float]:
    ax, ay, x, y = one
    bx, by, u, v = other
    along = ((u - x) * by - (v - y) * bx) / (ax * by - ay * bx)
    return x + along * ax, y + along * ay


def _ordered(points: Outline) -> Corners:
    """Clockwise, beginning with the corner nearest to the top left."""
    corners = points.astype(np.float32)
    middle = corners.mean(axis=0)
    clockwise = corners[np.argsort(np.arctan2(*(corners - middle).T[::-1]))]
    return np.roll(clockwise, -int(np.argmin(clockwise.sum(axis=1))), axis=0)


def _reaches_out(corners: Corners, shape: tuple[int, ...]) -> bool:
    """A page that reaches out of the picture has not all its corners in it."""
    height, width = shape[:2]
    x, y = corners[:, 0], corners[:, 1]
    least, most = _BORDER, _BORDER + 1
    return bool((x < least).any() or (y < least).any() or (x > width - most).any() or (y > height - most).any())


def _cut_off(outline: Outline, shape: tuple[int, ...]) -> Corners | None:
    """The hull of paper that reaches out of the picture: a frame printed on it is no page."""
    hull = cv2.convexHull(outline).reshape(-1, 2).astype(np.float32)
    area = _area(hull)
    paper = area < _DESK_SHARE * shape[0] * shape[1] and cv2.contourArea(outline) > 0.9 * area
    return hull if paper and _reaches_out(hull, shape) else None


def _overlaps(corners: Corners, others: Sequence[Corners]) -> bool:
    middle = corners.mean(axis=0)
    return any(
        cv2.pointPolygonTest(other, (float(middle[0]), float(middle[1])), measureDist=False) >= 0
        or cv2.pointPolygonTest(corners, tuple(map(float, other.mean(axis=0))), measureDist=False) >= 0
        for other in others
    )


def _area(corners: Corners) -> float:
    return float(cv2.contourArea(corners))
