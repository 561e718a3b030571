"""Pictures of the screen side by side, each with a line below: a story at a glance."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from devices.parts.fonts import font_for

_WIDTH: Final = 300
_GAP: Final = 24
_BELOW: Final = 118
_INK: Final = "#1b1b1b"
_QUIET: Final = "#5a5a5a"
_PAPER: Final = "#f4f2ee"


@dataclass(frozen=True)
class Frame:
    """One picture. `caption` has a line in Chinese and one in English; `beside` says what is cut."""

    picture: Path
    caption: str
    beside: str


def filmstrip(frames: list[Frame], path: Path) -> None:
    """Draw them in one row."""
    pictures = [_scaled(frame.picture) for frame in frames]
    height = max(picture.height for picture in pictures)
    whole = Image.new("RGB", (_GAP + len(frames) * (_WIDTH + _GAP), height + _BELOW + 2 * _GAP), _PAPER)
    draw = ImageDraw.Draw(whole)
    for place, (frame, picture) in enumerate(zip(frames, pictures, strict=True)):
        left = _GAP + place * (_WIDTH + _GAP)
        whole.paste(picture, (left, _GAP))
        draw.rectangle((left - 1, _GAP - 1, left + _WIDTH, _GAP + picture.height), outline=_QUIET)
        chinese, english = frame.caption.split("\n")
        top = _GAP + height + 16
        _line(draw, (left, top), f"{place + 1}  {chinese}", 22, _INK)
        _line(draw, (left, top + 36), english, 18, _INK)
        _line(draw, (left, top + 66), frame.beside, 17, _QUIET)
    whole.save(path)


def _scaled(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB").resize(
            (_WIDTH, round(picture.height * _WIDTH / picture.width)), Image.Resampling.LANCZOS
        )


def _line(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, colour: str) -> None:
    x, y = at
    for char in text:
        font = font_for(char, size, bold=False)
        draw.text((x, y), char, font=font, fill=colour)
        x += font.getlength(char)
