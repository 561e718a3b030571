"""A page that proves a printer: text, a frame near the edges, and grey steps. Pure; nothing in it is anybody's."""

from devices.document_printer.state import Document

_A4_POINTS = (595, 842)


def sample_document(words: str, pages: int = 1) -> Document:
    """`words`: ASCII, such as the printer's address."""
    return Document(pdf=_pdf([_content(words, page + 1, pages) for page in range(pages)]), pages=pages, title="sample")


def _content(words: str, page: int, pages: int) -> bytes:
    plain = "".join(char for char in words if char.isascii() and char.isprintable() and char not in "()\\")
    steps = " ".join(f"{step / 10:.1f} g {80 + step * 40} 500 40 60 re f" for step in range(10))
    return (
        f"BT /F1 40 Tf 80 720 Td (Suiban) Tj ET BT /F1 16 Tf 80 680 Td ({plain}) Tj 0 -24 Td"
        f" (page {page} of {pages}) Tj ET {steps} 0 G 2 w 30 30 535 782 re S"
    ).encode("ascii")


def _pdf(contents: list[bytes]) -> bytes:
    """The smallest file that ISO 32000-1 calls complete: catalogue, pages, one font, contents, cross references."""
    first = 4
    kids = " ".join(f"{first + 2 * at} 0 R" for at in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(contents)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for at, content in enumerate(contents):
        width, height = _A4_POINTS
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {first + 2 * at + 1} 0 R>>".encode(),
            b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
        ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, written in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, written)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
