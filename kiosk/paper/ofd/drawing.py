"""Objects of an OFD page become SVG: text as outlines, paths, pictures, composite units. Units are millimetres."""

from collections.abc import Iterable
from typing import Final
from xml.etree.ElementTree import Element  # the type only
from xml.sax.saxutils import quoteattr

from kiosk.paper.ofd import values
from kiosk.paper.ofd.archive import NotAnOfd, child, local
from kiosk.paper.ofd.faces import Faces
from kiosk.paper.ofd.resources import Resources

_MOST_OBJECTS: Final = 60_000
_MOST_GLYPHS: Final = 60_000
_DEEPEST: Final = 8
_LINE_WIDTH: Final = 0.353
_CAPS: Final = {"Butt": "butt", "Round": "round", "Square": "square"}
_JOINS: Final = {"Miter": "miter", "Round": "round", "Bevel": "bevel"}


class Canvas:
    """One page. `svg` is what was drawn so far."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._out: list[str] = []
        self._glyphs: dict[tuple[int, str], str] = {}
        self._clips = 0
        self._objects = 0
        self._set = 0

    def svg(self, box: values.Box) -> str:
        """The page as a document of its own."""
        x, y, width, height = box
        outlines = "".join(f'<path id="{name}" d="{path}"/>' for (_, path), name in self._glyphs.items())
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
            f'viewBox="{x} {y} {width} {height}"><defs>{outlines}</defs>{"".join(self._out)}</svg>'
        )

    def layer(self, block: Element, depth: int = 0, parameter: str | None = None) -> None:
        """A layer or page block with everything in it. Raises NotAnOfd for what cannot be drawn truly."""
        if depth > _DEEPEST:
            raise NotAnOfd("blocks within blocks in the OFD have no end")
        parameter = block.get("DrawParam", parameter)
        for one in block:
            self._objects += 1
            if self._objects > _MOST_OBJECTS:
                raise NotAnOfd("a page of the OFD has too many objects")
            if not values.flag(one, "Visible", default=True):
                continue
            match local(one):
                case "PageBlock" | "Layer":
                    self.layer(one, depth + 1, parameter)
                case "TextObject":
                    self._object(one, self._text(one, parameter))
                case "PathObject":
                    self._object(one, self._path(one, parameter))
                case "ImageObject":
                    self._object(one, self._image(one))
                case "CompositeObject":
                    self._composite(one, depth, parameter)

    def picture(self, uri: str, box: values.Box) -> None:
        """A picture into a box: the look of a seal."""
        x, y, width, height = box
        self._out.append(
            f'<image x="{x}" y="{y}" width="{width}" height="{height}" preserveAspectRatio="none" href="{uri}"/>'
        )

    def appearance(self, element: Element) -> None:
        """What an annotation looks like: objects within its boundary (9.1)."""
        x, y, _, _ = values.box(element.get("Boundary", "0 0 0 0"))
        self._out.append(f'<g transform="translate({x} {y})">')
        self.layer(element)
        self._out.append("</g>")

    def _object(self, one: Element, drawn: str) -> None:
        """Place what was drawn in object space: boundary, CTM, clips, opacity (8.5)."""
        if drawn:
            self._out.append(f"<g {self._placed(one)}>{drawn}</g>")

    def _placed(self, one: Element) -> str:
        x, y, _, _ = values.box(one.get("Boundary", "0 0 0 0"))
        ctm = values.svg_matrix(values.matrix(one.get("CTM", "")))
        opacity = values.number(one.get("Alpha", "255")) / 255
        clip = self._clip(one)
        return f'transform="translate({x} {y}) {ctm}"{clip}' + (f' opacity="{opacity:g}"' if opacity < 1 else "")

    def _clip(self, one: Element) -> str:
        clips = child(one, "Clips")
        if clips is None:
            return ""
        paths = []
        for area in (area for clip in clips for area in clip):
            path = child(area, "Path")
            if path is None:
                raise NotAnOfd("the OFD clips with a text, which cannot be drawn here")
            x, y, _, _ = values.box(path.get("Boundary", "0 0 0 0"))
            ctm = values.svg_matrix(values.matrix(area.get("CTM", "")))
            data = child(path, "AbbreviatedData")
            outline = values.path_of((data.text or "") if data is not None else "")
            paths.append(f'<path transform="{ctm} translate({x} {y})" d="{outline}"/>')
        self._clips += 1
        self._out.append(f'<clipPath id="c{self._clips}">{"".join(paths)}</clipPath>')
        return f' clip-path="url(#c{self._clips})"'

    def _composite(self, one: Element, depth: int, parameter: str | None) -> None:
        unit = self._resources.units.get(one.get("ResourceID", ""))
        content = child(unit, "Content") if unit is not None else None
        if content is None:
            raise NotAnOfd("the OFD draws a composite unit that is not there")
        self._out.append(f"<g {self._placed(one)}>")
        self.layer(content, depth + 1, parameter)
        self._out.append("</g>")

    def _paint(self, one: Element, parameter: str | None, *, fill: bool, stroke: bool) -> str:
        own = one.get("DrawParam", parameter)
        resources = self._resources
        out = []
        for wanted, name, attribute in ((fill, "FillColor", "fill"), (stroke, "StrokeColor", "stroke")):
            described = child(one, name)
            if described is None:
                described = resources.parameter_colour(own, name)
            found = values.colour(described, resources.spaces) or ("#000000", 1.0)
            out.append(f'{attribute}="{found[0] if wanted else "none"}"')
            if wanted and found[1] < 1:
                out.append(f'{attribute}-opacity="{found[1]:g}"')

        def said(attribute: str) -> str | None:
            return one.get(attribute) or resources.parameter(own, attribute)

        if stroke:
            width = values.number(said("LineWidth") or str(_LINE_WIDTH))
            out.append(f'stroke-width="{width:g}" stroke-linecap="{_CAPS.get(said("Cap") or "Butt", "butt")}"')
            out.append(f'stroke-linejoin="{_JOINS.get(said("Join") or "Miter", "miter")}"')
            if dashes := said("DashPattern"):
                pattern = " ".join(f"{value:g}" for value in values.numbers(dashes))
                out.append(f'stroke-dasharray="{pattern}"')
        return " ".join(out)

    def _path(self, one: Element, parameter: str | None) -> str:
        data = child(one, "AbbreviatedData")
        outline = values.path_of((data.text or "") if data is not None else "")
        fill, stroke = values.flag(one, "Fill", default=False), values.flag(one, "Stroke", default=True)
        rule = ' fill-rule="evenodd"' if one.get("Rule") == "Even-Odd" else ""
        return f'<path d="{outline}" {self._paint(one, parameter, fill=fill, stroke=stroke)}{rule}/>' if outline else ""

    def _image(self, one: Element) -> str:
        if one.get("ImageMask"):
            raise NotAnOfd("the OFD masks a picture with another, which cannot be drawn here")
        uri = self._resources.picture_of(one.get("ResourceID", ""))
        return f'<image width="1" height="1" preserveAspectRatio="none" href={quoteattr(uri)}/>'

    def _text(self, one: Element, parameter: str | None) -> str:
        size = values.number(one.get("Size", "0"))
        faces = self._resources.faces_of(one.get("Font", ""))
        across = values.number(one.get("HScale", "1"))
        if one.get("ReadDirection", "0") not in ("0", "") or one.get("CharDirection", "0") not in ("0", ""):
            raise NotAnOfd("the OFD sets text in another direction than left to right, which cannot be drawn here")
        mapped = _mapped(one)
        out, at = [], 0
        for code in (code for code in one if local(code) == "TextCode"):
            characters = code.text or ""
            for place, char in zip(_places(code, len(characters), size), characters, strict=True):
                out.append(self._glyph(faces, char, mapped.get(at), place, size, across))
                at += 1
        fill, stroke = values.flag(one, "Fill", default=True), values.flag(one, "Stroke", default=False)
        return f"<g {self._paint(one, parameter, fill=fill, stroke=stroke)}>{''.join(out)}</g>"

    def _glyph(
        self,
        faces: Faces,
        char: str,
        index: int | None,
        place: tuple[float, float],
        size: float,
        across: float,
    ) -> str:
        self._set += 1
        if self._set > _MOST_GLYPHS:
            raise NotAnOfd("a page of the OFD has too many characters")
        face = faces.drawing(char) if index is None else faces.first()
        if face is None:
            if char.isspace():
                return ""
            raise NotAnOfd(f"no font here draws U+{ord(char):04X} of the OFD")
        outline = face.of_char(char) if index is None else face.of_glyph(index)
        if not outline:
            return ""
        name = self._glyphs.setdefault((id(face), outline), f"g{len(self._glyphs)}")
        scale = size / face.units
        x, y = place
        return f'<use href="#{name}" transform="matrix({scale * across:.9g} 0 0 {-scale:.9g} {x:g} {y:g})"/>'


def _places(code: Element, count: int, size: float) -> Iterable[tuple[float, float]]:
    """Where each character stands (11.3); without distances one em apart, as Chinese is set."""
    x, y = values.number(code.get("X", "0")), values.number(code.get("Y", "0"))
    across, down = values.deltas(code.get("DeltaX", "")), values.deltas(code.get("DeltaY", ""))
    for number in range(count):
        yield x, y
        x += across[number] if number < len(across) else (0 if down else size)
        y += down[number] if number < len(down) else 0


def _mapped(one: Element) -> dict[int, int]:
    """Characters that are drawn with a glyph by its number (CGTransform, 11.4)."""
    found: dict[int, int] = {}
    for transform in (transform for transform in one if local(transform) == "CGTransform"):
        position, codes = int(transform.get("CodePosition", "0")), int(transform.get("CodeCount", "1"))
        glyphs = child(transform, "Glyphs")
        numbers = [int(value) for value in values.numbers((glyphs.text or "") if glyphs is not None else "")]
        if codes != len(numbers):
            raise NotAnOfd("the OFD draws several characters with other glyphs than one each, which is not done here")
        found |= {position + offset: glyph for offset, glyph in enumerate(numbers)}
    return found
