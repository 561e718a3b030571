"""税务: what was paid, 完税证明 as the tax office signs it (an OFD file), and 社会保险费缴费证明."""

from typing import Annotated

import msgspec

from central.departments.connector import (
    CHOICE,
    Asked,
    Connector,
    Day,
    Document,
    Fen,
    Named,
    Query,
    Shown,
    Written,
    fact,
    section,
    words,
    yuan,
)
from central.departments.rules import masked_number
from contract.papers import TaxLine, TaxPaper

ISSUER = "国家税务总局税务局"
OFD_BEGINS = b"PK\x03\x04"
"""GB/T 33190-2016: a zip package."""


class Payment(msgspec.Struct, frozen=True):
    tax: Named
    entry: Named
    period: Named
    paid_on: Day
    amount: Fen
    original: str = ""


class Payments(msgspec.Struct, frozen=True):
    taxpayer_number: Named
    payments: tuple[Payment, ...]
    total: Fen
    years: tuple[Annotated[str, msgspec.Meta(pattern=r"^20\d\d$")], ...] = ()
    """Of which there is something."""


class Certificate(msgspec.Struct, frozen=True):
    """完税证明: a finished file with its own number."""

    number: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z-]{10,40}$")]
    file: bytes
    pages: Annotated[int, msgspec.Meta(ge=1, le=20)]
    year: Annotated[str, msgspec.Meta(pattern=r"^20\d\d$")]
    total: Fen


def _checked(data: Payments) -> Payments:
    if sum(one.amount for one in data.payments) != data.total:
        raise ValueError("the entries are not the total")
    return data


def _paid(data: Payments, _: Asked) -> Shown:
    _checked(data)
    lines = (
        fact(f"{one.paid_on} {one.tax}·{one.entry}", f"{one.paid_on} {one.tax}", yuan(one.amount), personal=True)
        for one in data.payments
    )
    total = fact("合计", "In all", yuan(data.total), personal=True)
    years = tuple((year, words(f"{year} 年", year)) for year in data.years)
    return Shown((section("缴税记录", "Taxes paid", *lines, total),), years)


def _certificate(data: Certificate, asked: Asked) -> Written:
    if not data.file.startswith(OFD_BEGINS) or data.year != asked.args[CHOICE]:
        raise ValueError("no OFD file, or one of another year")
    told = (
        (words("证件号码", "Identity number"), masked_number(asked.person.id_number)),
        (words("所属年度", "Year"), data.year),
        (words("凭证号", "Number"), data.number),
    )
    title = words("税收完税证明", "Tax certificate")
    return Written(title, facts=told, file=data.file, file_type="ofd", number=data.number, pages=data.pages)


def _social(data: Payments, asked: Asked) -> Written:
    _checked(data)
    paper = TaxPaper(
        name=asked.person.name,
        id_number=asked.person.id_number,
        issuer=ISSUER,
        taxes=tuple(
            TaxLine(
                tax=one.tax,
                entry=one.entry,
                period=one.period,
                paid_on=one.paid_on,
                amount_fen=one.amount,
                original=one.original,
            )
            for one in data.payments
        ),
        title="社会保险费缴费证明",
        taxpayer_number=data.taxpayer_number,
    )
    told = (
        (words("证件号码", "Identity number"), masked_number(asked.person.id_number)),
        (words("缴费笔数", "Entries"), str(len(data.payments))),
    )
    return Written(words("社会保险费缴费证明", "Social insurance payments"), paper, "tax", told)


_YEAR = {CHOICE: r"20\d\d"}

TAX = Connector(
    "tax",
    words("税务机关", "Tax office"),
    queries=(Query("paid", words("缴税记录查询", "Taxes paid"), "本人查询", 3, Payments, args=_YEAR, show=_paid),),
    documents=(
        Document(
            "tax_certificate",
            words("税收完税证明", "Tax certificate"),
            "本人打印证明",
            4,
            Certificate,
            args=_YEAR,
            needs=(CHOICE,),
            write=_certificate,
            prefix="WS",
        ),
        Document(
            "social_payments",
            words("社会保险费缴费证明", "Social insurance payments"),
            "本人打印证明",
            4,
            Payments,
            args=_YEAR,
            write=_social,
            prefix="SF",
        ),
    ),
)
