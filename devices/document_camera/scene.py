"""A desk under a document camera, drawn: a page with perspective, blur, glare and noise. For simulator and trials."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import cv2
import numpy as np
from PIL import Image, ImageDraw

from devices.document_camera.edges import A4_MM, Corners, Pixels, pixels
from devices.parts.fonts import font_for

_DESK: Final = (52, 44, 40)
"""Blue, green, red of the mat under the camera: dark, so that paper stands out."""
_NOISE: Final = 2.0
_TILE: Final = 256
_HEIGHT_MM: Final = 560.0
"""How far the lens is above the desk."""
_SEEN_MM: Final = 460.0
"""Width of the desk that is in the picture."""
_PAGE_DPI: Final = 200


@dataclass(frozen=True)
class Scene:
    """How the page lies and how it is lit. Angles in degrees, blur in pixels of the picture, the rest 0 to 1."""

    size: tuple[int, int] = (2048, 1536)
    pages: int = 1
    rotation: float = 4.0
    tilt: float = 6.0
    blur: float = 0.0
    glare: float = 0.0
    light: float = 1.0


ADJUSTABLE: Final = ("rotation", "tilt", "blur", "glare", "light")


def adjusted(scene: Scene, changes: Mapping[str, float]) -> Scene:
    """The scene with other values of what is ADJUSTABLE."""
    chosen: dict[str, Any] = dict(changes)
    return replace(scene, **chosen)


def corners_of(scene: Scene, page: int = 0) -> Corners:
    """Where the corners of a page are in the picture: top left, top right, bottom right, bottom left of the page."""
    width, height = _laid_mm(scene)
    flat = np.array([(-width, -height), (width, -height), (width, height), (-width, height)]) / 2
    turn = np.radians(scene.rotation)
    turned = flat @ np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
    if scene.pages > 1:  # side by side, so that neither hides the other
        turned[:, 0] += (page - (scene.pages - 1) / 2) * (_SEEN_MM / scene.pages)
    tilt = np.radians(scene.tilt)
    depth = _HEIGHT_MM + turned[:, 1] * np.sin(tilt)
    across, down = scene.size
    scale = _HEIGHT_MM * across / _SEEN_MM
    x = across / 2 + scale * turned[:, 0] / depth
    y = down / 2 + scale * turned[:, 1] * np.cos(tilt) / depth
    return np.stack((x, y), axis=1).astype(np.float32)


def _laid_mm(scene: Scene) -> tuple[float, float]:
    """Width and height of a page; smaller ones where several must fit."""
    small = 0.7 if scene.pages > 1 else 1.0
    return A4_MM[0] * small, A4_MM[1] * small


def draw(scene: Scene, page: Pixels) -> Pixels:
    """The desk as it is, without the grain of a sensor."""
    across, down = scene.size
    picture = pixels(np.full((down, across, 3), _DESK))
    height, width = page.shape[:2]
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    for index in range(scene.pages):
        onto = cv2.getPerspectiveTransform(flat, corners_of(scene, index))
        # paper under a lamp is not the whitest white: glare must be able to be whiter
        paper = cv2.convertScaleAbs(page, alpha=0.86)
        laid = cv2.warpPerspective(paper, onto, (across, down), flags=cv2.INTER_AREA)
        mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), onto, (across, down))
        picture = np.where((mask > 127)[:, :, None], pixels(laid), picture)
    if scene.glare:
        picture = _with_glare(picture, scene)
    if scene.blur:
        picture = pixels(cv2.GaussianBlur(picture, (0, 0), scene.blur))
    return pixels(cv2.convertScaleAbs(picture, alpha=scene.light))


def seen(picture: Pixels, number: int) -> Pixels:
    """The picture as a sensor sees it. `number` moves the grain: two pictures of a live camera are never the same."""
    height, width = picture.shape[:2]
    brighter, darker = _grain(max(height, width) + 64)
    across, down = number * 7 % 61, number * 13 % 59
    part = (slice(down, down + height), slice(across, across + width))
    return pixels(cv2.subtract(cv2.add(picture, brighter[part]), darker[part]))


def _with_glare(picture: Pixels, scene: Scene) -> Pixels:
    """A lamp's reflection on the page, brightest in its middle."""
    across, down = scene.size
    x, y = corners_of(scene).mean(axis=0)
    column, row = np.arange(across) - (x + across * 0.06), np.arange(down)[:, None] - (y - down * 0.08)
    spread = down * (0.04 + 0.16 * scene.glare)
    lamp = np.exp(-(column**2 + row**2) / (2 * spread**2)) * 420 * scene.glare
    return pixels(np.clip(picture + lamp[:, :, None], 0, 255))


@cache
def _grain(side: int) -> tuple[Pixels, Pixels]:
    tile = np.random.default_rng(1).normal(0, _NOISE, (_TILE, _TILE, 3)).round()
    times = (-(-side // _TILE), -(-side // _TILE), 1)
    brighter, darker = (np.clip(grain, 0, 255).astype(np.uint8) for grain in (tile, -tile))
    return np.tile(brighter, times), np.tile(darker, times)


@cache
def sample_page(text: str = "") -> Pixels:
    """An A4 page of a form that belongs to nobody, at 200 dpi."""
    width, height = (round(side / 25.4 * _PAGE_DPI) for side in A4_MM)
    sheet = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((100, 90, width - 100, height - 90), outline="black", width=3)
    _write(pen, (160, 150), text or "样张 示范材料", 72)
    for line in range(26):
        y = 320 + line * 70
        _write(pen, (160, y), f"{line + 1:02d} 本页供调试高拍仪使用，不含任何人的信息。", 34)
        pen.line((150, y + 54, width - 150, y + 54), fill=(120, 120, 120), width=2)
    return pixels(cv2.cvtColor(np.asarray(sheet), cv2.COLOR_RGB2BGR))


def _write(pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int) -> None:
    x, y = at
    for char in text:
        font = font_for(char, size, bold=False)
        pen.text((x, y), char, fill="black", font=font)
        x += round(font.getlength(char))
