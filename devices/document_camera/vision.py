"""What a picture of a document is worth: page edges, A4 straightened, blur, glare, black. Pure functions of arrays."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import cv2
import msgspec
import numpy as np

from devices.document_camera.edges import Corners, Pixels, dpi_of, find_pages, grey, straighten

_JUDGE_DPI: Final = 150.0
"""A page is judged at this resolution, so that the same page gives the same figures with any camera."""
_WHITE: Final = 250
_INK: Final = 16.0
"""Least step of grey that is print and not grain."""
_INK_SHARE: Final = 0.0005


class What(StrEnum):
    """What is judged."""

    LIGHT = "light"
    PAGE = "page"
    ONE_PAGE = "one_page"
    RESOLUTION = "resolution"
    SHARPNESS = "sharpness"
    GLARE = "glare"
    STILL = "still"


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From where on a picture is not good enough. The defaults were set with synthetic pages; see README.md."""

    black: float = 14.0
    """Mean grey of the whole picture (0-255) at or below which it is black: lens covered or no light."""
    page_share: float = 0.10
    """Least share of the picture that a page covers."""
    resolution_dpi: float = 90.0
    """Least resolution of the page in the picture: below it small print cannot be read."""
    sharpness: float = 0.24
    """Least steepness of print; 0.38 is as sharp as it gets, 0.22 a blur of a third of a millimetre."""
    glare: float = 0.004
    """Largest share of the page that may be burnt out."""


class Verdict(msgspec.Struct, frozen=True):
    """One judgement: what was measured, and against which limit. `ok` None: this picture cannot tell."""

    what: What
    ok: bool | None
    measured: float
    limit: float


def judge_light(picture: Pixels, limits: Limits) -> Verdict:
    """Whether anything can be seen at all."""
    mean = float(grey(picture).mean())
    return Verdict(What.LIGHT, mean > limits.black, round(mean, 2), limits.black)


def judge_sharpness(page: Pixels, limits: Limits) -> Verdict:
    """How steeply print rises: the steepest slope of grey over the step it belongs to, at 150 dpi.

    Unlike the variance of the Laplacian this is the same for a full form and a single headline, for black and grey
    print and in dim light. A blank page has nothing that could be sharp: then nobody can tell.
    """
    rows, columns = page.shape[0] // 20, page.shape[1] // 20
    inside = cv2.GaussianBlur(page[rows:-rows, columns:-columns], (3, 3), 0)
    around = np.ones((9, 9), np.uint8)
    step = cv2.subtract(cv2.dilate(inside, around), cv2.erode(inside, around)).astype(np.float32)
    ink = step > max(_INK, float(np.percentile(step, 99.9)) / 2)
    if ink.mean() < _INK_SHARE:
        return Verdict(What.SHARPNESS, None, 0.0, limits.sharpness)
    slope = np.hypot(cv2.Sobel(inside, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(inside, cv2.CV_32F, 0, 1) / 8)
    measured = float(np.percentile(slope[ink] / step[ink], 95))
    return Verdict(What.SHARPNESS, measured >= limits.sharpness, round(measured, 3), limits.sharpness)


def judge_glare(page: Pixels, limits: Limits) -> Verdict:
    """The share of the page that is burnt out in one piece: print under a reflection is lost.

    Where all the paper is burnt out a reflection cannot be told from paper.
    """
    _, burnt = cv2.threshold(cv2.medianBlur(page, 5), _WHITE, 255, cv2.THRESH_BINARY)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(burnt)
    share = max((int(boxes[i, cv2.CC_STAT_AREA]) for i in range(1, count)), default=0) / page.size
    ok = None if float(np.median(page)) >= _WHITE else share <= limits.glare
    return Verdict(What.GLARE, ok, round(share, 4), limits.glare)


def judge_resolution(corners: Corners, limits: Limits) -> Verdict:
    """Whether the page is large enough in the picture."""
    dpi = dpi_of(corners)
    return Verdict(What.RESOLUTION, dpi >= limits.resolution_dpi, round(dpi, 1), limits.resolution_dpi)


def judge_pages(pages: Sequence[Corners]) -> tuple[Verdict, Verdict]:
    """Whether there is a page, and no other beside it."""
    count = len(pages)
    only = Verdict(What.ONE_PAGE, count == 1 if count else None, float(count), 1.0)
    return Verdict(What.PAGE, count > 0, float(count), 1.0), only


def judge(picture: Pixels, limits: Limits) -> tuple[tuple[Verdict, ...], Corners | None]:
    """Every judgement that this picture allows, and where its page lies."""
    light = judge_light(picture, limits)
    if not light.ok:
        return (light,), None
    pages = find_pages(picture, limits.page_share)
    counted = judge_pages(pages)
    if not pages:
        return (light, *counted, judge_glare(grey(picture), limits)), None
    page = straighten(grey(picture), pages[0], _JUDGE_DPI)
    of_the_page = (judge_resolution(pages[0], limits), judge_sharpness(page, limits), judge_glare(page, limits))
    return (light, *counted, *of_the_page), pages[0]
