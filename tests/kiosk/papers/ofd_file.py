"""A small OFD writer for tests: parts by name, and one certificate with everything a real one has."""

# ruff: noqa: E501 - elements read best whole

import functools
import io
import zipfile
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw

from tests.kiosk.papers.samples import STROKES

_NS: Final = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_EMBEDDED: Final = Path("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf")


def packed(parts: dict[str, bytes]) -> bytes:
    """The archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def xml(name: str, inside: str, attributes: str = "") -> bytes:
    """A part's root element."""
    return f'<?xml version="1.0" encoding="UTF-8"?><ofd:{name} {_NS} {attributes}>{inside}</ofd:{name}>'.encode()


def text_object(text: str, x: float, y: float, size: float, font: int, more: str = "", code: str = "") -> str:
    """One line of text at a place of its own."""
    count = len(text) - 1
    deltas = code or (f'DeltaX="g {count} {size}"' if count > 1 else f'DeltaX="{size}"' if count else "")
    return (
        f'<ofd:TextObject ID="{100 + int(x * 7 + y)}" Boundary="{x} {y} 180 {size * 1.6:g}" Font="{font}" Size="{size}" '
        f'{more}><ofd:TextCode X="0" Y="{size}" {deltas}>{text}</ofd:TextCode></ofd:TextObject>'
    )


def picture() -> bytes:
    """A red ring, as a seal looks."""
    image = Image.new("RGBA", (300, 300), (255, 255, 255, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((6, 6, 294, 294), outline=(214, 20, 20, 255), width=12)
    pen.regular_polygon((150, 150, 60), 5, fill=(214, 20, 20, 255))
    held = io.BytesIO()
    image.save(held, "PNG")
    return held.getvalue()


def der(tag: int, content: bytes) -> bytes:
    """One value."""
    size = len(content)
    length = bytes((size,)) if size < 128 else bytes((0x84, *size.to_bytes(4, "big")))
    return bytes((tag,)) + length + content


def seal_value(content: bytes, kind: bytes = b"png") -> bytes:
    """A signature with the picture of its seal inside, deep down."""
    look = der(0x30, der(0x16, kind) + der(0x04, content) + der(0x02, b"\x28") + der(0x02, b"\x28"))
    header = der(0x30, der(0x16, b"ES") + der(0x02, b"\x04") + der(0x16, b"maker"))
    return der(
        0x30, der(0x30, der(0x02, b"\x04") + der(0x30, header + der(0x30, der(0x0C, b"x") + look))) + der(0x03, b"\0")
    )


@functools.cache
def some_glyphs(text: str) -> bytes:
    """A font with the glyphs of `text` only, as certificates embed them."""
    font = TTFont(_EMBEDDED)
    cutting = subset.Subsetter()
    cutting.populate(text=text)
    cutting.subset(font)
    held = io.BytesIO()
    font.save(held)
    return held.getvalue()


def certificate(**change: bytes) -> bytes:
    """Two pages: named and embedded faces, a frame with a clip, a picture, a template, an annotation, a seal."""
    return packed({**parts(), **change})


def parts() -> dict[str, bytes]:
    """Its parts, to be changed one by one."""
    rare = "𠮷龘"
    ring = "".join(
        f"M {stroke[0][0]} {stroke[0][1]} " + "".join(f"L {x} {y} " for x, y in stroke) for stroke in STROKES
    )
    page = "".join(
        (
            text_object("电子证照", 62, 34, 18, 1, 'Weight="700"'),
            text_object("姓名", 30, 74, 6, 2),
            text_object("张三", 60, 74, 6, 1),
            text_object(rare, 80, 74, 6, 3),
            text_object("证件号码", 30, 90, 6, 2),
            text_object("110101199003070011", 60, 90, 6, 1, code='DeltaX="g 17 3.3"'),
            text_object("竖排", 170, 74, 6, 1, code='DeltaY="g 1 7"'),
            (
                '<ofd:PathObject ID="7" Boundary="25 66 160 60" LineWidth="0.5"><ofd:StrokeColor Value="192 32 32"/>'
                "<ofd:AbbreviatedData>M 0 0 L 160 0 L 160 60 L 0 60 C M 0 15 L 160 15</ofd:AbbreviatedData></ofd:PathObject>"
            ),
            (
                '<ofd:PathObject ID="8" Boundary="30 140 40 20" CTM="0.1 0 0 0.1 0 0" LineWidth="8"><ofd:AbbreviatedData>'
                f"{ring}</ofd:AbbreviatedData></ofd:PathObject>"
            ),
            (
                '<ofd:PathObject ID="9" Boundary="90 140 30 30" Fill="true" Stroke="false"><ofd:FillColor Value="20 120 60" '
                'Alpha="128"/><ofd:AbbreviatedData>M 0 15 A 15 15 0 1 1 30 15 A 15 15 0 1 1 0 15 C</ofd:AbbreviatedData>'
                '<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 30 15"><ofd:AbbreviatedData>M 0 0 L 30 0 L 30 15 L 0 '
                "15 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips></ofd:PathObject>"
            ),
            '<ofd:ImageObject ID="10" Boundary="150 90 25 30" CTM="25 0 0 30 0 0" ResourceID="21"/>',
        )
    )
    return {
        "OFD.xml": xml(
            "OFD",
            "<ofd:DocBody><ofd:DocInfo/><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
            "<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>",
            'Version="1.0" DocType="OFD"',
        ),
        "Doc_0/Document.xml": xml(
            "Document",
            "<ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
            "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
            '<ofd:TemplatePage ID="30" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData><ofd:Pages>'
            '<ofd:Page ID="40" BaseLoc="Pages/Page_0/Content.xml"/><ofd:Page ID="41" BaseLoc="Pages/Page_1/Content.xml"/>'
            "</ofd:Pages><ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>",
        ),
        "Doc_0/PublicRes.xml": xml(
            "Res",
            '<ofd:Fonts><ofd:Font ID="1" FontName="宋体" FamilyName="SimSun"/><ofd:Font ID="2" FontName="黑体"/>'
            '<ofd:Font ID="3" FontName="Sub"><ofd:FontFile>font_3.ttf</ofd:FontFile></ofd:Font></ofd:Fonts>',
            'BaseLoc="Res"',
        ),
        "Doc_0/DocumentRes.xml": xml(
            "Res",
            '<ofd:MultiMedias><ofd:MultiMedia ID="21" Type="Image" Format="BMP"><ofd:MediaFile>photo.bmp</ofd:MediaFile>'
            "</ofd:MultiMedia></ofd:MultiMedias>",
            'BaseLoc="Res"',
        ),
        "Doc_0/Res/font_3.ttf": some_glyphs(rare + "龘"),
        "Doc_0/Res/photo.bmp": photo(),
        "Doc_0/Tpls/Tpl_0/Content.xml": xml(
            "Page",
            '<ofd:Content><ofd:Layer ID="31">'
            + text_object("鼓楼区 示例印刷底纹", 62, 200, 8, 2, 'Alpha="60"')
            + "</ofd:Layer></ofd:Content>",
        ),
        "Doc_0/Pages/Page_0/Content.xml": xml(
            "Page",
            f'<ofd:Template TemplateID="30"/><ofd:Content><ofd:Layer ID="42">{page}</ofd:Layer></ofd:Content>',
        ),
        "Doc_0/Pages/Page_1/Content.xml": xml(
            "Page",
            '<ofd:Area><ofd:PhysicalBox>0 0 297 210</ofd:PhysicalBox></ofd:Area><ofd:Content><ofd:Layer ID="43">'
            + text_object("第二页 横向", 40, 40, 12, 1)
            + "</ofd:Layer></ofd:Content>",
        ),
        "Doc_0/Annots/Annotations.xml": xml(
            "Annotations", '<ofd:Page PageID="40"><ofd:FileLoc>Page_0.xml</ofd:FileLoc></ofd:Page>'
        ),
        "Doc_0/Annots/Page_0.xml": xml(
            "PageAnnot",
            '<ofd:Annot ID="50" Type="Stamp"><ofd:Appearance Boundary="30 240 60 12">'
            + text_object("仅供办理政务服务使用", 0, 0, 5, 2)
            + "</ofd:Appearance></ofd:Annot>",
        ),
        "Doc_0/Signs/Signatures.xml": xml("Signatures", '<ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/>'),
        "Doc_0/Signs/Sign_0/Signature.xml": xml(
            "Signature",
            '<ofd:SignedInfo><ofd:StampAnnot ID="1" PageRef="40" Boundary="130 215 42 42"/></ofd:SignedInfo>'
            "<ofd:SignedValue>SignedValue.dat</ofd:SignedValue>",
        ),
        "Doc_0/Signs/Sign_0/SignedValue.dat": seal_value(picture()),
    }


def photo() -> bytes:
    """A grey face, in a format SVG does not know."""
    image = Image.new("RGB", (100, 120), (225, 230, 238))
    pen = ImageDraw.Draw(image)
    pen.ellipse((30, 20, 70, 65), fill=(120, 130, 150))
    pen.ellipse((10, 75, 90, 165), fill=(120, 130, 150))
    held = io.BytesIO()
    image.save(held, "BMP")
    return held.getvalue()
