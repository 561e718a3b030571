"""Files as somebody might send them in."""

import io

from PIL import Image, ImageDraw


def picture(colour: str = "steelblue", kind: str = "PNG", size: tuple[int, int] = (480, 640)) -> bytes:
    """A plain picture with a word on it."""
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).text((40, 40), "Suiban", fill="white")
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    image.save(out, kind, **({"exif": exif} if kind == "JPEG" else {}))
    return out.getvalue()


def sequence(*light: int, milliseconds: int = 200, size: tuple[int, int] = (340, 340)) -> bytes:
    """An animated GIF of grey frames."""
    frames = [Image.new("L", size, level) for level in light]
    for index, frame in enumerate(frames):
        frame.putpixel((index, 0), 255 - light[index])  # alike frames would be made one
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=milliseconds, loop=0)
    return out.getvalue()
