"""What objects of an OFD refer to by id: fonts, pictures, colour spaces, drawing parameters, composite units."""

import base64
import io
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element  # the type only

from PIL import Image, UnidentifiedImageError

from kiosk.paper.ofd import faces
from kiosk.paper.ofd.archive import Archive, NotAnOfd, child, local, located, text
from kiosk.paper.ofd.faces import Faces

_MOST_PIXELS: Final = 40_000_000
_AS_THEY_ARE: Final = {"PNG": "image/png", "JPEG": "image/jpeg"}


@dataclass
class Resources:
    """Read once for a document; fonts and pictures when they are first drawn."""

    archive: Archive
    fonts: dict[str, tuple[Element, str]] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    spaces: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, Element] = field(default_factory=dict)
    units: dict[str, Element] = field(default_factory=dict)
    _faces: dict[str, Faces] = field(default_factory=dict)
    _pictures: dict[str, str] = field(default_factory=dict)

    def add(self, path: str) -> None:
        """Take over the resources a part lists (7.9)."""
        listed = self.archive.xml(path)
        base = located(path, listed.get("BaseLoc", "") + "/x")
        for group in listed:
            for one in group:
                self._one(one, base)

    def _one(self, one: Element, base: str) -> None:
        name = one.get("ID", "")
        match local(one):
            case "Font":
                file = text(one, "FontFile")
                self.fonts[name] = (one, located(base, file) if file else "")
            case "MultiMedia":
                self.media[name] = located(base, text(one, "MediaFile"))
            case "ColorSpace":
                self.spaces[name] = one.get("Type", "RGB")
            case "DrawParam":
                self.parameters[name] = one
            case "CompositeGraphicUnit":
                self.units[name] = one

    def faces_of(self, name: str) -> Faces:
        """The font with this id: the one inside the file alone, or this machine's."""
        if name not in self._faces:
            known = self.fonts.get(name)
            if known is None:
                raise NotAnOfd(f"a text in the OFD names font {name!r}, which is not there")
            described, file = known
            if file:
                self._faces[name] = faces.embedded(self.archive.read(file))
            else:
                bold = described.get("Bold", "").lower() == "true"
                self._faces[name] = faces.by_name(
                    described.get("FontName", ""), described.get("FamilyName", ""), bold=bold
                )
        return self._faces[name]

    def picture_of(self, name: str) -> str:
        """The picture with this id as a data URI. Raises NotAnOfd."""
        if name not in self._pictures:
            path = self.media.get(name)
            if path is None:
                raise NotAnOfd(f"a picture in the OFD names resource {name!r}, which is not there")
            self._pictures[name] = data_uri(self.archive.read(path))
        return self._pictures[name]

    def parameter(self, name: str | None, attribute: str) -> str | None:
        """An attribute of a drawing parameter or of one it refers to (8.2)."""
        for _ in range(8):
            found = self.parameters.get(name or "")
            if found is None:
                return None
            if (value := found.get(attribute)) is not None:
                return value
            name = found.get("Relative")
        return None

    def parameter_colour(self, name: str | None, which: str) -> Element | None:
        """FillColor or StrokeColor of a drawing parameter or of one it refers to."""
        for _ in range(8):
            found = self.parameters.get(name or "")
            if found is None:
                return None
            if (value := child(found, which)) is not None:
                return value
            name = found.get("Relative")
        return None


def data_uri(content: bytes) -> str:
    """A picture for SVG: PNG and JPEG as they are, others as PNG. Raises NotAnOfd for what is none."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise NotAnOfd("a picture inside the OFD is too large")
            kind = _AS_THEY_ARE.get(picture.format or "")
            picture.load()
            if kind is None:
                held = io.BytesIO()
                picture.convert("RGBA").save(held, "PNG")
                kind, content = "image/png", held.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, NotAnOfd):
            raise
        raise NotAnOfd("a picture inside the OFD cannot be read") from error
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
