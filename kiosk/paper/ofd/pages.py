"""An OFD as a PDF of the same pages: templates, content, annotations, seals, in the order they lie on one another."""

import base64
import json
from collections.abc import Iterator
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element  # the type only

from kiosk.paper.finished import NotACertificate
from kiosk.paper.ofd import seal, values
from kiosk.paper.ofd.archive import Archive, NotAnOfd, child, local, located, text
from kiosk.paper.ofd.drawing import Canvas
from kiosk.paper.ofd.resources import Resources, data_uri

MOST_PAGES: Final = 40
_A4: Final[values.Box] = (0, 0, 210, 297)
_LARGEST: Final = 1000.0
"""Millimetres of a side: more is no sheet of paper."""
_SEALS_WITHIN: Final = 1
"""A seal may itself be an OFD, whose own seals are not looked at."""


def pdf_of_ofd(content: bytes) -> bytes:
    """The pages of an OFD as a PDF. Raises NotACertificate with the reason where it cannot be drawn truly."""
    try:
        pages = svg_pages(content)
    except NotAnOfd as error:
        raise NotACertificate(str(error)) from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError) as error:
        raise NotACertificate("the OFD contradicts itself and cannot be drawn") from error
    from kiosk.paper.typesetting import compiled  # noqa: PLC0415 - typst only where a page is wanted

    try:
        return compiled("finished", {"pages": json.dumps([page._asdict() for page in pages])})
    except RuntimeError as error:  # typst refuses an SVG
        raise NotACertificate("a page of the OFD cannot be drawn") from error


class SvgPage(NamedTuple):
    """One page: its size in millimetres and its SVG."""

    width: float
    height: float
    svg: str


def svg_pages(content: bytes, depth: int = 0) -> list[SvgPage]:
    """Every page of the first document in the file. Raises NotAnOfd."""
    archive = Archive(content)
    root = archive.xml("OFD.xml")
    body = next((one for one in root if local(one) == "DocBody"), None)
    if body is None:
        raise NotAnOfd("the OFD holds no document")
    document = _Document(archive, located("OFD.xml", text(body, "DocRoot")))
    if signatures := text(body, "Signatures"):
        document.read_seals(located("OFD.xml", signatures), depth)
    return document.pages()


class _Document:
    """One document of the file."""

    def __init__(self, archive: Archive, path: str) -> None:
        self._archive = archive
        self._path = path
        self._root = archive.xml(path)
        self._resources = Resources(archive)
        common = child(self._root, "CommonData")
        if common is None:
            raise NotAnOfd("the OFD has no common data")
        self._box = values.area_of(child(common, "PageArea")) or _A4
        self._templates: dict[str, tuple[str, str]] = {}
        for one in common:
            match local(one):
                case "PublicRes" | "DocumentRes":
                    self._resources.add(located(path, one.text or ""))
                case "TemplatePage":
                    place = located(path, one.get("BaseLoc", ""))
                    self._templates[one.get("ID", "")] = (place, one.get("ZOrder", "Background"))
        self._annotations = self._read_annotations()
        self._seals: dict[str, list[tuple[values.Box, str]]] = {}

    def pages(self) -> list[SvgPage]:
        """Every page in its order."""
        listed = child(self._root, "Pages")
        listed_pages = [] if listed is None else [one for one in listed if local(one) == "Page"]
        if not 0 < len(listed_pages) <= MOST_PAGES:
            raise NotAnOfd(f"the OFD has {len(listed_pages)} pages; 1 to {MOST_PAGES} are drawn")
        return [self._page(one) for one in listed_pages]

    def _page(self, one: Element) -> SvgPage:
        path = located(self._path, one.get("BaseLoc", ""))
        page = self._archive.xml(path)
        for listed in page:
            if local(listed) == "PageRes":
                self._resources.add(located(path, listed.text or ""))
        box = values.area_of(child(page, "Area")) or self._box
        if not (0 < box[2] <= _LARGEST and 0 < box[3] <= _LARGEST):
            raise NotAnOfd("a page of the OFD has a size that no paper has")
        canvas = Canvas(self._resources)
        used = [one for one in page if local(one) == "Template"]
        for order in ("Background", "Body"):
            self._draw_templates(canvas, used, order)
        self._draw(canvas, page)
        self._draw_templates(canvas, used, "Foreground")
        for appearance in self._annotations.get(one.get("ID", ""), []):
            canvas.appearance(appearance)
        for place, uri in self._seals.get(one.get("ID", ""), []):
            canvas.picture(uri, place)
        return SvgPage(box[2], box[3], canvas.svg(box))

    def _draw_templates(self, canvas: Canvas, used: list[Element], order: str) -> None:
        for one in used:
            path, usual = self._templates.get(one.get("TemplateID", ""), ("", ""))
            if not path:
                raise NotAnOfd("a page of the OFD uses a template that is not there")
            if one.get("ZOrder", usual) == order:
                self._draw(canvas, self._archive.xml(path))

    @staticmethod
    def _draw(canvas: Canvas, page: Element) -> None:
        content = child(page, "Content")
        layers = [] if content is None else [one for one in content if local(one) == "Layer"]
        rank = {"Background": 0, "Body": 1, "Foreground": 2}
        for layer in sorted(layers, key=lambda layer: rank.get(layer.get("Type", "Body"), 1)):
            canvas.layer(layer)

    def _read_annotations(self) -> dict[str, list[Element]]:
        listed = text(self._root, "Annotations")
        if not listed:
            return {}
        path = located(self._path, listed)
        found: dict[str, list[Element]] = {}
        for page in (page for page in self._archive.xml(path) if local(page) == "Page"):
            annotations = self._archive.xml(located(path, text(page, "FileLoc")))
            shown = (one for one in annotations if values.flag(one, "Visible", default=True))
            looks = [look for look in (child(one, "Appearance") for one in shown) if look is not None]
            found.setdefault(page.get("PageID", ""), []).extend(looks)
        return found

    def read_seals(self, path: str, depth: int) -> None:
        """Where seals stand and what they look like. A signature without a stamp shows nothing."""
        for listed in (one for one in self._archive.xml(path) if local(one) == "Signature"):
            place = located(path, listed.get("BaseLoc", ""))
            signature = self._archive.xml(place)
            stamps = list(_stamps(signature))
            if not stamps:
                continue
            looks = self._look(signature, place, depth)
            for page, box in stamps:
                self._seals.setdefault(page, []).append((box, looks))

    def _look(self, signature: Element, place: str, depth: int) -> str:
        for named in (text(signature, "SignedInfo", "Seal", "BaseLoc"), text(signature, "SignedValue")):
            path = located(place, named)
            if not named or not self._archive.has(path):
                continue
            found = seal.picture_in(self._archive.read(path))
            if found is None:
                continue
            if found.kind != "ofd":
                return data_uri(found.content)
            if depth < _SEALS_WITHIN:
                page = svg_pages(found.content, depth + 1)[0]
                return _svg_uri(page.svg)
        raise NotAnOfd("the OFD carries a seal whose picture cannot be found")


def _stamps(signature: Element) -> Iterator[tuple[str, values.Box]]:
    """Page id and place of each stamp (18.2)."""
    info = child(signature, "SignedInfo")
    for one in [] if info is None else info:
        if local(one) == "StampAnnot":
            yield one.get("PageRef", ""), values.box(one.get("Boundary", ""))


def _svg_uri(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
