"""Writes a small OFD certificate (GB/T 33190-2016): a zip whose only fixed name is OFD.xml, text at places in mm."""

import io
import zipfile
from collections.abc import Sequence
from typing import Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

_NAMESPACE: Final = "http://www.ofdspec.org/2016"
_PAGE: Final = (210.0, 297.0)
_MADE: Final = (2026, 1, 1, 0, 0, 0)
"""In the zip's directory: the same certificate is the same bytes."""


class Line(NamedTuple):
    """Text with its baseline at (x, y) from the upper left corner, all in mm; `size` is the type's."""

    x: float
    y: float
    text: str
    size: float


def ofd_of(pages: Sequence[Sequence[Line]], *, title: str, document_id: str) -> bytes:
    """The package. Fonts are named, not embedded: the reader has its own Song typeface."""
    parts = {"OFD.xml": _root(title, document_id), "Doc_0/Document.xml": _document(len(pages))}
    parts["Doc_0/PublicRes.xml"] = _element(
        "Res", '<ofd:Fonts><ofd:Font ID="1" FontName="宋体" FamilyName="SimSun"/></ofd:Fonts>', 'BaseLoc="Res"'
    )
    for number, lines in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = _page(number, lines)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, _MADE), content.encode(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _root(title: str, document_id: str) -> str:
    made = (
        f"<ofd:DocInfo><ofd:DocID>{escape(document_id)}</ofd:DocID><ofd:Title>{escape(title)}</ofd:Title></ofd:DocInfo>"
    )
    body = f"<ofd:DocBody>{made}<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
    return _element("OFD", body, 'Version="1.0" DocType="OFD"')


def _document(count: int) -> str:
    width, height = _PAGE
    area = f"<ofd:PageArea><ofd:PhysicalBox>0 0 {width:g} {height:g}</ofd:PhysicalBox></ofd:PageArea>"
    common = (
        f"<ofd:CommonData><ofd:MaxUnitID>{100 * (count + 1)}</ofd:MaxUnitID>{area}"
        "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
    )
    pages = "".join(
        f'<ofd:Page ID="{100 * (number + 1)}" BaseLoc="Pages/Page_{number}/Content.xml"/>' for number in range(count)
    )
    return _element("Document", f"{common}<ofd:Pages>{pages}</ofd:Pages>")


def _page(number: int, lines: Sequence[Line]) -> str:
    first = 100 * (number + 1)
    objects = "".join(_text(first + 2 + place, line) for place, line in enumerate(lines))
    return _element("Page", f'<ofd:Content><ofd:Layer ID="{first + 1}">{objects}</ofd:Layer></ofd:Content>')


def _text(number: int, line: Line) -> str:
    widths = [line.size if ord(char) > 0x2E7F else line.size / 2 for char in line.text]
    delta = " ".join(f"{width:g}" for width in widths[:-1])
    box = f"{line.x:g} {line.y - line.size:g} {sum(widths):g} {line.size * 1.3:g}"
    code = f'<ofd:TextCode X="0" Y="{line.size:g}" DeltaX={quoteattr(delta)}>{escape(line.text)}</ofd:TextCode>'
    return f'<ofd:TextObject ID="{number}" Boundary="{box}" Font="1" Size="{line.size:g}">{code}</ofd:TextObject>'


def _element(name: str, content: str, attributes: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<ofd:{name} xmlns:ofd="{_NAMESPACE}"{" " if attributes else ""}{attributes}>{content}</ofd:{name}>'
    )
