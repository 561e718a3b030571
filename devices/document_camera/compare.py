"""The chain test: a page whose every mark is known is printed, laid under the camera, and compared with what it was.

The printer may be any; what is judged is the page in the picture: the right one, sharp, of the right size, dark enough
and whole.
"""

from itertools import product
from typing import Final

import cv2
import numpy as np
import typst
import zxingcpp

from devices.document_camera.capture import Capture
from devices.document_camera.edges import A4_MM, Corners, Pixels, grey, pixels
from devices.document_camera.vision import Limits, judge_sharpness
from devices.kind import Finding

_Spot = tuple[float, float]
"""Millimetres from the left and from the top."""

_SPOT_MM: Final = 7.0
"""Side of the black squares whose places are measured, and of the grey fields."""
_SPOTS: Final = tuple(product((17.0, 105.0, 193.0), (17.0, 148.5, 280.0)))
"""Where their middles are: corners, sides and middle of the printable area."""
_CORNER_SPOTS: Final = ((17.0, 17.0), (193.0, 17.0), (193.0, 280.0), (17.0, 280.0))
_GREYS: Final = (100, 75, 50, 25)
"""Per cent of black of the grey fields, from left to right."""
_GREY_AT: Final = tuple((60.0 + 12.0 * index, 70.0) for index in range(len(_GREYS)))
_PAPER_AT: Final = (60.0 + 12.0 * len(_GREYS), 70.0)
_SEARCH_MM: Final = 6.0

MOST_OFF_MM: Final = 1.5
"""How far a mark may be from its place after the page was fitted to the four corner marks."""
SCALE_PER_CENT: Final = 2.0
"""How far the print may be from its size: a printer shrinks a little, "fit to page" by three per cent and more."""
LEAST_CONTRAST: Final = 0.45
"""Least difference between paper and black print, of all there can be."""

_SOURCE: Final = """
#set page(width: 210mm, height: 297mm, margin: 0mm)
#set text(size: 9pt)
#let serial = sys.inputs.serial
#let at(x, y, body) = place(top + left, dx: x * 1mm, dy: y * 1mm, body)
#let spot(x, y, side, fill) = at(x - side / 2, y - side / 2, rect(width: side * 1mm, height: side * 1mm, fill: fill))
#for (x, y) in ({spots}) {{ spot(x, y, {side}, black) }}
#for (x, y, share) in ({greys}) {{ spot(x, y, {side}, luma(100% - share * 1%)) }}
#at(75, 24, text(size: 14pt, weight: "bold", serial))
#for i in range(0, 24) {{ at(30 + i * 2, 95, line(length: 18mm, angle: 90deg, stroke: (0.1mm + i * 0.02mm))) }}
#for i in range(0, 24) {{ at(110, 95 + i * 1.2, line(length: 60mm, stroke: 0.2mm)) }}
#for i in range(0, 8) {{ at(30, 165 + i * 8, text(size: (6pt + i * 1pt), serial + " 0123456789 ABCDEFGHIJKLM")) }}
#at(140, 228, image(bytes(json(bytes(sys.inputs.code))), width: 40mm))
"""


def known_page(serial: str) -> bytes:
    """The page as a PDF: A4, the serial as text and QR code, marks at known places, greys, lines. `serial` is ASCII."""
    if not (serial.isascii() and serial.isprintable() and 0 < len(serial) <= 40):
        raise ValueError("a serial is 1 to 40 printable ASCII characters")
    code = np.asarray(zxingcpp.create_barcode(serial, zxingcpp.BarcodeFormat.QRCode, ec_level="Q").to_image(scale=8))
    _, png = cv2.imencode(".png", code)
    source = _SOURCE.format(
        spots="".join(f"({x}, {y}), " for x, y in _SPOTS),
        greys="".join(f"({x}, {y}, {share}), " for (x, y), share in zip(_GREY_AT, _GREYS, strict=True)),
        side=_SPOT_MM,
    )
    inputs = {"serial": serial, "code": str(png.tolist())}
    return bytes(typst.compile(source.encode(), format="pdf", sys_inputs=inputs))


def compare(capture: Capture, serial: str) -> tuple[Finding, ...]:
    """What became of the page of this serial; any of its four sides may be up.

    When it is not this page, or there is none, nothing else is judged.
    """
    if capture.page is None:
        return (Finding("right_page", ok=False, found="no page"),)
    upright, read = _upright(grey(capture.page))
    if read != serial:
        return (Finding("right_page", ok=False, found=read or "no code"),)
    if upright.shape[0] < upright.shape[1]:
        return (Finding("right_page", ok=True, found=read), Finding("geometry", ok=False, found="not A4 upright"))
    marks = {spot: _mark(upright, spot) for spot in _SPOTS}
    missing = [f"{x:.0f},{y:.0f} mm" for (x, y), found in marks.items() if found is None]
    whole = Finding("whole", ok=not missing, found=", ".join(missing) or f"{len(marks)} marks")
    sharp = judge_sharpness(upright, Limits())
    return (
        Finding("right_page", ok=True, found=read),
        whole,
        Finding("sharpness", sharp.ok, f"{sharp.measured:g} ({sharp.limit:g})"),
        *_geometry({spot: found for spot, found in marks.items() if found is not None}),
        *_contrast(upright),
    )


def _upright(page: Pixels) -> tuple[Pixels, str]:
    """The page as its code stands, and what the code says; unchanged and "" when there is none."""
    found = next(
        (
            code
            for code in zxingcpp.read_barcodes(page, zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
            if code.valid
        ),
        None,
    )
    if found is None:
        return page, ""
    quarters = round(found.orientation / 90) % 4
    return pixels(np.ascontiguousarray(np.rot90(page, quarters))), found.text


def _mark(page: Pixels, spot: _Spot) -> _Spot | None:
    """Where the black square that belongs here really is, in mm; None when it is not there."""
    scale = _pixels_a_mm(page)
    left, top = (round((value - _SEARCH_MM - _SPOT_MM / 2) * scale) for value in spot)
    side = round((2 * _SEARCH_MM + _SPOT_MM) * scale)
    area = page[max(0, top) : top + side, max(0, left) : left + side]
    paper = float(np.percentile(area, 95))
    if paper - float(area.min()) < 0.2 * paper:
        return None
    _, dark = cv2.threshold(area, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    count, _, boxes, middles = cv2.connectedComponentsWithStats(dark)
    expected = (_SPOT_MM * scale) ** 2
    for index in range(1, count):
        share = boxes[index, cv2.CC_STAT_AREA] / expected
        square = boxes[index, cv2.CC_STAT_WIDTH] / boxes[index, cv2.CC_STAT_HEIGHT]
        if 0.75 < share < 1.3 and 0.85 < square < 1.18:
            x, y = middles[index]
            return (float(x) + max(0, left) + 0.5) / scale, (float(y) + max(0, top) + 0.5) / scale
    return None


def _geometry(marks: dict[_Spot, _Spot]) -> tuple[Finding, ...]:
    """Size and straightness of the print. The paper's edges are the measure: 210 x 297 mm."""
    if any(spot not in marks for spot in _CORNER_SPOTS):
        return (Finding("scale", ok=None, found="a corner mark is missing"),)
    corners = [_point(marks[spot]) for spot in _CORNER_SPOTS]
    across = float(np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])) / 2
    down = float(np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2
    sizes = (100 * across / (193 - 17) - 100, 100 * down / (280 - 17) - 100)
    fit = cv2.getPerspectiveTransform(np.array(corners, np.float32), np.array(_CORNER_SPOTS, np.float32))
    off = {
        spot: float(np.linalg.norm(cv2.perspectiveTransform(_point(found)[None, None], fit)[0, 0] - spot))
        for spot, found in marks.items()
    }
    worst = max(off.values())
    right_size = all(abs(size) <= SCALE_PER_CENT for size in sizes)
    return (
        Finding("scale", ok=right_size, found=f"{sizes[0]:+.1f} % across, {sizes[1]:+.1f} % down"),
        Finding("straight", ok=worst <= MOST_OFF_MM, found=f"{worst:.1f} mm"),
    )


def _point(spot: _Spot) -> Corners:
    return np.array(spot, np.float32)


def _contrast(page: Pixels) -> tuple[Finding, ...]:
    """Black against paper, and whether the greys between are in their order."""
    fields = [_field(page, spot) for spot in _GREY_AT]
    paper = _field(page, _PAPER_AT)
    contrast = (paper - fields[0]) / 255
    ordered = all(darker < lighter - 4 for darker, lighter in zip(fields, (*fields[1:], paper), strict=True))
    return (
        Finding("contrast", ok=contrast >= LEAST_CONTRAST, found=f"{contrast:.2f} ({LEAST_CONTRAST:g})"),
        Finding("greys", ok=ordered, found=", ".join(f"{field:.0f}" for field in (*fields, paper))),
    )


def _field(page: Pixels, spot: _Spot) -> float:
    """Mean grey of the middle of a field."""
    scale, reach = _pixels_a_mm(page), _SPOT_MM / 4
    x, y = spot
    rows = slice(round((y - reach) * scale), round((y + reach) * scale))
    return float(page[rows, round((x - reach) * scale) : round((x + reach) * scale)].mean())


def _pixels_a_mm(page: Pixels) -> float:
    return float(page.shape[1] / A4_MM[0])
