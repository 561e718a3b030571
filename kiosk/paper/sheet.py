"""A paper becomes the values its template sets: words in its language, what is added up, and the foot. Pure."""

from datetime import datetime
from typing import Final

import msgspec

from contract.catalogue import DEFAULT_LANGUAGE, say
from contract.papers import IN_THE_VISITS_LANGUAGE, AppointmentPaper, Paper, PaymentPaper, SaleContractPaper, TaxPaper
from kiosk import words
from kiosk.facts import Site
from kiosk.paper.money import in_words

_REGION: Final = {"zh-Hans": "CN", "zh-Hant": "HK"}
_FACES: Final = {"zh-Hant": "HK"}


class Stamp(msgspec.Struct, frozen=True):
    """What the terminal's journal gave a sheet of paper before it is set: serial, check code, which print of it this
    is, and the serial of the one it voids.
    """

    serial: str
    code: str
    copy: int = 1
    voids: str = ""


def language_of(template: str, language: str) -> str:
    """The language a paper is set in: the visit's for slips and guides, Chinese for what is official."""
    spoken = template in IN_THE_VISITS_LANGUAGE and language in words.languages()
    return language if spoken else DEFAULT_LANGUAGE


def sheet(
    template: str, paper: Paper, stamp: Stamp, site: Site, *, language: str, printed_at: datetime
) -> dict[str, object]:
    """Everything a template needs but its QR code; `qr_of` says what that holds."""
    language = language_of(template, language)

    def line(key: str, **values: object) -> str:
        return words.say(language, f"paper.{key}", **values)

    serial, code = serial_of(paper, stamp), code_of(paper, stamp)
    foot = [
        (line("serial"), serial + (line("copy", count=stamp.copy) if stamp.copy > 1 else "")),
        (line("code"), code),
        (line("printed"), f"{printed_at:%Y-%m-%d %H:%M} · {site.terminal} · {say(site.place, language)}"),
    ]
    if serial != stamp.serial:
        foot.insert(2, (line("paper"), stamp.serial))
    if stamp.voids:
        foot.append((line("voids"), stamp.voids))
    note = line("verify", url=paper.verify_url) if paper.verify_url else line("note", phone=site.desk_phone)
    return {
        "doc": {**msgspec.to_builtins(paper), "issued_at": paper.issued_at or f"{printed_at:%Y-%m-%d}"},
        "derived": derived(paper),
        "words": _words(language, template),
        "hall": say(site.hall, language),
        "foot": foot,
        "note": note,
        "page": words.load(language)["paper.page"],
        "official": template not in IN_THE_VISITS_LANGUAGE,
        "language": language.partition("-")[0],
        "region": _REGION.get(language, "US"),
        "faces": {
            "serif": f"Noto Serif CJK {_FACES.get(language, 'SC')}",
            "sans": f"Noto Sans CJK {_FACES.get(language, 'SC')}",
        },
    }


def qr_of(paper: Paper, stamp: Stamp) -> str:
    """What the QR code says: the booking's own code, where to verify the paper, or its serial and code."""
    if isinstance(paper, AppointmentPaper):
        return paper.code
    return paper.verify_url or f"SUIBAN {serial_of(paper, stamp)} {code_of(paper, stamp)}"


def serial_of(paper: Paper, stamp: Stamp) -> str:
    """The department's serial where it gave one, else that of the sheet."""
    return paper.serial or stamp.serial


def code_of(paper: Paper, stamp: Stamp) -> str:
    """The department's verification code, else the sheet's in two groups."""
    return paper.verification_code or f"{stamp.code[:4]}-{stamp.code[4:]}"


def derived(paper: Paper) -> dict[str, object]:
    """What is added up or spelt out from a paper's own figures, so that nobody has to trust two of them."""
    match paper:
        case TaxPaper():
            total = sum(one.amount_fen for one in paper.taxes)
            return {"total_fen": total, "total_words": in_words(total)}
        case PaymentPaper():
            total = sum(one.amount_fen for one in paper.charges)
            return {"total_fen": total, "total_words": in_words(total)}
        case SaleContractPaper():
            return {"price_words": in_words(paper.price_fen)}
        case _:
            return {}


def _words(language: str, template: str) -> dict[str, str]:
    prefix = f"paper.{template}."
    found = words.load(DEFAULT_LANGUAGE) | words.load(language)
    return {key.removeprefix(prefix): text for key, text in found.items() if key.startswith(prefix)}
