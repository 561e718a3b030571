"""The receipt of a filing (受理回执) on A4: what the terminal may know of a case, its serial and code, set by typst."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any, NamedTuple

from contract.catalogue import Item, Text, say
from kiosk import words
from kiosk.facts import Site
from kiosk.journey.qr_text import qr_text
from offline_cache.records import StoredCase, StoredDocument

TEMPLATE = "receipt"


class Typeset(NamedTuple):
    """A document ready for a printer. Its bytes are a citizen's: nobody keeps them."""

    pdf: bytes
    pages: int
    sha256: str
    lines: tuple[tuple[str, ...], ...]
    """The same as text, for printers that know nothing else; one tuple a page."""


Received = tuple[tuple[str, str], ...]
"""Code of a material, and how it is there."""
Materials = tuple[tuple[Text, str], ...]
"""The same by name."""


def named(received: Received, items: Mapping[str, Item]) -> Materials:
    """Each material by its name: the same code is the same paper in every item."""
    names = {material.code: material.name for item in items.values() for material in item.materials if material.code}
    return tuple((names[code], how) for code, how in received if code in names)


def typeset(document: StoredDocument, item: Item, site: Site, received: Materials = ()) -> Typeset:
    """Set one receipt. Takes a tenth of a second, more the first time: not for the main thread."""
    import pypdfium2  # noqa: PLC0415 - only where a document printer is fitted
    import typst  # noqa: PLC0415 - as above

    sheet = content(document, item, site, received)
    source = files("kiosk.paper").joinpath("receipt.typ").read_bytes()
    pdf: bytes = typst.compile(source, sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False)})
    opened = pypdfium2.PdfDocument(pdf)
    try:
        pages = len(opened)
    finally:
        opened.close()
    return Typeset(pdf, pages, hashlib.sha256(pdf).hexdigest(), (plain(sheet),))


def content(document: StoredDocument, item: Item, site: Site, received: Materials = ()) -> dict[str, object]:
    """Everything the receipt says, in the language of the visit, with the list of what was received."""
    case = document.case
    language = case.language
    filed = datetime.fromisoformat(case.filed_at)

    def line(key: str, **values: object) -> str:
        return words.say(language, f"receipt.{key}", **values)

    rows = [
        (line("number"), case.number, True),
        (line("case_number"), case.case_number, False),
        (line("item"), say(item.title, language), False),
        (line("licences"), "、".join(say(one.name, language) for one in item.results), False),
        (line("applicant"), case.masked_name, False),
        (line("filed_at"), f"{filed:%Y-%m-%d %H:%M}", False),
        (line("promise"), _promise(case, language), False),
        (line("department"), say(item.department, language), False),
        (line("window"), say(item.window, language), False),
    ]
    foot = [
        (line("serial"), f"{document.serial}{line('copy', count=document.copy) if document.copy > 1 else ''}"),
        (line("code"), f"{document.code[:4]}-{document.code[4:]}"),
        (line("terminal"), f"{site.terminal} · {say(site.place, language)}"),
    ]
    if document.voids:
        foot.append((line("voids"), document.voids))
    code = f"{qr_text(case.number, case.business_date, case.case_number)} {document.serial} {document.code}"
    return {
        "language": language.partition("-")[0],
        "hall": say(site.hall, language),
        "title": line("title"),
        "opening": line("opening"),
        "rows": [row for row in rows if row[1]],
        "received": {
            "title": line("received") if received else "",
            "rows": [
                (f"{at}. {say(name, language)}", line(f"received_{how}")) for at, (name, how) in enumerate(received, 1)
            ],
            "signed": line("signed", office=say(item.department, language), terminal=site.terminal),
        },
        "advice": [line("keep"), line("progress"), line("supervision", phone=site.supervision_phone)],
        "office": say(item.department, language),
        "day": f"{filed:%Y-%m-%d}",
        "foot": foot,
        "note": line("note", phone=site.desk_phone),
        "code": _svg(code),
    }


def _promise(case: StoredCase, language: str) -> str:
    if not case.promise_date or case.promise_certain:
        return case.promise_date or ""
    return f"{case.promise_date} {words.say(language, 'promise.uncertain_short')}"


def _listed(received: dict[str, Any]) -> tuple[str, ...]:
    rows: list[tuple[str, str]] = received["rows"]
    return (received["title"], *(f"{name}  {how}" for name, how in rows), received["signed"], "") if rows else ()


def plain(sheet: dict[str, object]) -> tuple[str, ...]:
    """The same lines for a printer of text."""
    rows: list[tuple[str, str, bool]] = sheet["rows"]  # type: ignore[assignment]  # made above
    foot: list[tuple[str, str]] = sheet["foot"]  # type: ignore[assignment]  # made above
    advice: list[str] = sheet["advice"]  # type: ignore[assignment]  # made above
    return (
        str(sheet["hall"]),
        str(sheet["title"]),
        "",
        str(sheet["opening"]),
        "",
        *(f"{label}  {value}" for label, value, _ in rows),
        "",
        *_listed(sheet["received"]),  # type: ignore[arg-type]  # made above
        *advice,
        "",
        *(f"{label}  {value}" for label, value in foot),
    )


def _svg(text: str) -> str:
    import qrcode  # noqa: PLC0415 - only where a document printer is fitted

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text.encode())
    code.make(fit=True)
    rows = code.get_matrix()
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on)
    size = len(rows)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{dark}"/></svg>'
