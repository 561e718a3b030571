"""A file that somebody sent in, read by its content and made anew: nothing of the file itself goes to a terminal."""

import hashlib
import io
import warnings
from typing import Final

import msgspec
from PIL import Image, ImageOps, ImageStat

from central.feed.rules import Invalid
from central.media import rules
from contract.media import LARGEST, Form

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITIES: Final = (85, 70, 55)


class Made(msgspec.Struct, frozen=True):
    """What is kept: JPEG, or animated WebP without sound, and without anything the camera wrote into the file."""

    form: Form
    content: bytes
    width: int
    height: int
    seconds: int
    """Of a sequence, rounded up; 0 of a picture."""

    @property
    def sha256(self) -> str:
        """By which terminals know it."""
        return hashlib.sha256(self.content).hexdigest()


def made(raw: bytes) -> Made:
    """A picture or a sequence of a file. Raises Invalid with a key of the pages' words."""
    if not raw or len(raw) > rules.RAW_LARGEST:
        raise Invalid("media.file_wrong")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=_FORMATS) as opened:
                if opened.width * opened.height > rules.PIXELS_LARGEST:
                    raise Invalid("media.too_large")
                if min(opened.size) < rules.SIDE_SMALLEST:
                    raise Invalid("media.too_small")
                frames = getattr(opened, "n_frames", 1)
                return _sequence(opened, frames) if frames > 1 else _picture(opened)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        if isinstance(error, Invalid):
            raise
        raise Invalid("media.file_wrong") from None


def _picture(opened: Image.Image) -> Made:
    picture = _plain(ImageOps.exif_transpose(opened))
    picture.thumbnail((rules.PICTURE_SIDE, rules.PICTURE_SIDE))
    for quality in _QUALITIES:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= LARGEST:
            return Made(Form.PICTURE, out.getvalue(), *picture.size, seconds=0)
    raise Invalid("media.too_large")


def _sequence(opened: Image.Image, frames: int) -> Made:
    if frames > rules.FRAMES_LARGEST:
        raise Invalid("media.too_long")
    lasts = []
    for index in range(frames):
        opened.seek(index)
        lasts.append(int(opened.info.get("duration", 100)) or 100)
    kept, pictures, light = rules.kept_frames(lasts), [], []
    for index, _ in kept:
        opened.seek(index)
        picture = _plain(opened)
        picture.thumbnail((rules.SEQUENCE_SIDE, rules.SEQUENCE_SIDE))
        pictures.append(picture)
        light.append((ImageStat.Stat(picture.convert("L")).mean[0] / 255) ** 2.2)
    times = [time for _, time in kept]
    if rules.flashes(light, times) > rules.FLASHES_A_SECOND:
        raise Invalid("media.flashes")
    for quality in _QUALITIES:
        out = io.BytesIO()
        pictures[0].save(
            out, "WEBP", save_all=True, append_images=pictures[1:], duration=times, loop=0, quality=quality, method=2
        )
        if out.tell() <= LARGEST:
            return Made(Form.SEQUENCE, out.getvalue(), *pictures[0].size, seconds=-(-sum(times) // 1000))
    raise Invalid("media.too_large")


def _plain(picture: Image.Image) -> Image.Image:
    """Without transparency, on white."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        above = picture.convert("RGBA")
        ground = Image.new("RGB", above.size, "white")
        ground.paste(above, mask=above.getchannel("A"))
        return ground
    return picture.convert("RGB")
