"""OFD certificates (GB/T 33190): what stands in one stands on the page; the rest is refused in a sentence."""

import io
import random
import zipfile
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central.departments.simulator.ofd import Line, ofd_of
from kiosk.paper.finished import NotACertificate, pdf_of
from kiosk.paper.ofd import archive, seal
from kiosk.paper.ofd.pages import svg_pages
from kiosk.paper.typesetting import rasterised
from tests.kiosk.papers.booth import letters
from tests.kiosk.papers.ofd_file import certificate, packed, parts, picture, seal_value, text_object, xml

PAGE = "Doc_0/Pages/Page_0/Content.xml"


def pages(content: bytes) -> list[Any]:
    """Each page at 72 dots per inch, in colours."""
    document = pypdfium2.PdfDocument(pdf_of(content, "ofd"))
    try:
        return [page.render(scale=1.0, rev_byteorder=True).to_numpy().copy() for page in document]
    finally:
        document.close()


def ink(page: Any, box: tuple[float, float, float, float]) -> float:  # noqa: ANN401 - an array
    """How much darker than paper a box (millimetres) is, 0 to 255."""
    x, y, width, height = (round(value * 72 / 25.4) for value in box)
    return float(255 - page[y : y + height, x : x + width, :3].mean())


def page_with(content: str) -> bytes:
    """A certificate whose first page holds this."""
    page = xml("Page", f'<ofd:Content><ofd:Layer ID="42">{content}</ofd:Layer></ofd:Content>')
    return certificate(**{PAGE: page})


@pytest.mark.slow
def test_every_part_of_a_certificate_is_on_its_page() -> None:
    first, second = pages(certificate())
    assert first.shape[:2] == pytest.approx((842, 595), abs=1)
    assert second.shape[:2] == pytest.approx((595, 842), abs=1)
    for what, box in {
        "title": (62, 34, 72, 18),
        "named face": (60, 74, 12, 6),
        "embedded face": (80, 74, 12, 6),
        "spaced digits": (60, 90, 58, 6),
        "set downwards": (170, 80, 6, 7),
        "frame": (25, 65, 160, 2),
        "photo": (150, 90, 25, 30),
        "signature": (30, 140, 34, 18),
        "template": (62, 200, 80, 8),
        "annotation": (30, 240, 50, 6),
        "seal": (130, 215, 42, 42),
    }.items():
        assert ink(first, box) > 3, what
    assert ink(first, (90, 156, 30, 12)) == 0, "the lower half of the circle is clipped away"
    red = first[round(236 * 72 / 25.4), round(151 * 72 / 25.4)]
    assert (red[0] > 180, red[1] < 60) == (True, True), "a seal is red"


@pytest.mark.slow
def test_it_is_printed_as_rasters_like_every_other_paper() -> None:
    made = rasterised(pdf_of(certificate(), "ofd"))
    assert (made.pages, letters(made.pdf)) == (2, 0)
    # negative control: a page without its content has no ink where the name stands
    assert ink(pages(page_with(""))[0], (60, 74, 12, 6)) == 0


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (text_object("x", 1, 1, 5, 99), "font"),
        ('<ofd:ImageObject ID="1" Boundary="0 0 9 9" CTM="9 0 0 9 0 0" ResourceID="77"/>', "resource"),
        (text_object("竖", 1, 1, 5, 1, 'ReadDirection="90"'), "direction"),
        (text_object("张", 1, 1, 5, 3), r"no font here draws U\+5F20"),
        (
            (
                '<ofd:PathObject ID="1" Boundary="0 0 9 9" Fill="true"><ofd:FillColor><ofd:AxialShd/></ofd:FillColor>'
                "<ofd:AbbreviatedData>M 0 0 L 9 9</ofd:AbbreviatedData></ofd:PathObject>"
            ),
            "shading",
        ),
        (
            '<ofd:PathObject Boundary="0 0 9 9"><ofd:AbbreviatedData>M 0 X</ofd:AbbreviatedData></ofd:PathObject>',
            "number should",
        ),
        (text_object("x", 1, 1, 5, 1, code='DeltaX="g 99999 1"'), "no end"),
        (text_object("x", 1, 1, 5, 1).replace('Size="5"', 'Size="1e9"'), "no page"),
        ("<ofd:PageBlock>" * 20 + "</ofd:PageBlock>" * 20, "no end"),
        ('<ofd:CompositeObject ID="1" Boundary="0 0 9 9" ResourceID="5"/>', "composite"),
    ],
)
def test_what_cannot_be_drawn_truly_is_refused_in_a_sentence(content: str, why: str) -> None:
    with pytest.raises(NotACertificate, match=why):
        pdf_of(page_with(content), "ofd")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"OFD.xml": b"<no"}, "OFD.xml"),
        ({"OFD.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}, "entities"),
        ({"Doc_0/Document.xml": xml("Document", "")}, "common data"),
        ({"Doc_0/Res/font_3.ttf": b"no font"}, "font"),
        ({"Doc_0/Res/photo.bmp": b"no picture"}, "picture"),
        ({"Doc_0/Signs/Sign_0/SignedValue.dat": b"\x30\x80nonsense"}, "seal"),
    ],
)
def test_a_part_that_is_broken_is_named(change: dict[str, bytes], why: str) -> None:
    with pytest.raises(NotACertificate, match=why):
        pdf_of(certificate(**change), "ofd")


def test_a_missing_part_is_named() -> None:
    left = parts()
    del left["Doc_0/PublicRes.xml"]
    with pytest.raises(NotACertificate, match=r"PublicRes\.xml"):
        pdf_of(packed(left), "ofd")


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_PART_BYTES", 200_000)
    with pytest.raises(NotACertificate, match="larger than"):
        pdf_of(certificate(**{PAGE: b" " * 5_000_000}), "ofd")
    with pytest.raises(NotACertificate, match="parts; at most"):
        pdf_of(packed({f"p{number}": b"" for number in range(archive.MOST_PARTS + 1)}), "ofd")


def test_a_location_never_leaves_the_archive() -> None:
    assert archive.located("Doc_0/Document.xml", "../../../etc/passwd") == "etc/passwd"
    assert archive.located("Doc_0/Document.xml", "/Doc_0/Res/x.png") == "Doc_0/Res/x.png"
    assert archive.located("Doc_0/Signs/S.xml", "Sign_0\\Value.dat") == "Doc_0/Signs/Sign_0/Value.dat"
    with pytest.raises(archive.NotAnOfd, match="etc/passwd"):
        archive.Archive(certificate()).read("etc/passwd")


def test_the_picture_of_a_seal_is_found_wherever_it_lies_and_nothing_else_is_taken_for_one() -> None:
    found = seal.picture_in(seal_value(picture(), b"PNG"))
    assert found is not None
    assert (found.kind, found.content, found.width) == ("png", picture(), 40)
    assert seal.picture_in(b"") is None
    assert seal.picture_in(seal_value(picture())[:-40]) is None


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=400))
def test_any_bytes_for_a_seal_end_in_a_picture_or_in_none(content: bytes) -> None:
    assert seal.picture_in(content) is None or content


@pytest.mark.slow
def test_mutated_certificates_are_drawn_or_refused_never_anything_else() -> None:
    chance, refused = random.Random(5), 0
    whole = parts()
    for _ in range(120):
        name = chance.choice([name for name in whole if name.endswith((".xml", ".dat"))])
        content = bytearray(whole[name])
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(content))
            match chance.choice(("byte", "cut", "double", "digit")):
                case "byte":
                    content[at] = chance.randrange(256)
                case "cut":
                    del content[at : at + chance.randint(1, 30)]
                case "double":
                    content[at:at] = content[at : at + chance.randint(1, 60)]
                case "digit":
                    content[at : at + 1] = str(chance.randrange(10**9)).encode()
        try:
            svg_pages(packed({**whole, name: bytes(content)}))
        except (archive.NotAnOfd, ValueError, TypeError, KeyError, IndexError, AttributeError):
            refused += 1
    assert refused > 20
    broken = bytearray(certificate())
    for _ in range(40):
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
    with pytest.raises(NotACertificate):
        pdf_of(bytes(broken), "ofd")


def test_a_file_of_another_type_is_refused() -> None:
    with pytest.raises(NotACertificate, match="docx"):
        pdf_of(b"x", "docx")
    with pytest.raises(NotACertificate, match="PDF"):
        pdf_of(b"x", "pdf")
    held = io.BytesIO()
    zipfile.ZipFile(held, "w").close()
    with pytest.raises(NotACertificate, match=r"OFD\.xml"):
        pdf_of(held.getvalue(), "ofd")


@pytest.mark.slow
def test_what_the_simulated_department_issues_is_drawn() -> None:
    lines = [Line(30, 60, "纳税人名称：张三", 4.5), Line(30, 70, "金额合计：￥1,234.50", 4.5)]
    (page,) = pages(ofd_of([lines], title="税收完税证明", document_id="x"))
    assert ink(page, (30, 56, 34, 5)) > 3
    assert ink(page, (30, 66, 34, 5)) > 3
    assert ink(page, (30, 100, 100, 100)) == 0
