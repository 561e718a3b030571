"""社会保险: what somebody is insured for, what they are paid, and the certificate of it."""

import msgspec

from central.departments.connector import (
    Asked,
    Connector,
    Count,
    Document,
    Fen,
    Month,
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
from contract.papers import InsuranceKind, InsurancePaper
from contract.questions import Section

ISSUER = "社会保险经办中心"


class Insured(msgspec.Struct, frozen=True):
    """One kind of insurance."""

    kind: Named
    since: Month
    until: Month
    months: Count
    state: Named
    employer: str = ""
    base: Fen = 0


class Insurances(msgspec.Struct, frozen=True):
    """All of a person's."""

    kinds: tuple[Insured, ...]
    place: Named


class Benefit(msgspec.Struct, frozen=True):
    """What is paid each month."""

    kind: Named
    monthly: Fen
    since: Month
    bank: Named


class Benefits(msgspec.Struct, frozen=True):
    paid: tuple[Benefit, ...]


def months_between(since: str, until: str) -> int:
    """Both months count."""
    (first_year, first), (last_year, last) = (map(int, month.split("-")) for month in (since, until))
    return (last_year - first_year) * 12 + last - first + 1


def checked(kinds: tuple[Insured, ...]) -> tuple[Insured, ...]:
    """Raises ValueError where somebody paid for more months than there were."""
    for one in kinds:
        if one.until < one.since or one.months > months_between(one.since, one.until):
            raise ValueError("more months than there were")
    return kinds


def _kinds(kinds: tuple[Insured, ...]) -> tuple[Section, ...]:
    return tuple(
        section(
            one.kind,
            one.kind,
            fact("参保状态", "State", one.state),
            fact("缴费起止", "Paid from and until", f"{one.since} – {one.until}"),
            fact("累计月数", "Months paid", str(one.months)),
            fact("缴费基数", "Monthly base", yuan(one.base), personal=True),
            fact("参保单位", "Employer", one.employer or "个人参保", personal=True),
        )
        for one in checked(kinds)
    )


def _insured(data: Insurances, _: Asked) -> Shown:
    return Shown((section("参保地", "Where insured", fact("经办机构", "Office", data.place)), *_kinds(data.kinds)))


def _benefits(data: Benefits, _: Asked) -> Shown:
    if not data.paid:
        return Shown((section("待遇", "Benefits", fact("发放情况", "Paid now", "当前没有发放待遇")),))
    return Shown(
        tuple(
            section(
                one.kind,
                one.kind,
                fact("每月金额", "Each month", yuan(one.monthly), personal=True),
                fact("开始发放", "Since", one.since),
                fact("发放银行", "Bank", one.bank, personal=True),
            )
            for one in data.paid
        )
    )


def insurance_paper(data: Insurances, asked: Asked, title: str, issuer: str) -> Written:
    """参保证明, and what whoever verifies it is told."""
    kinds = tuple(
        InsuranceKind(
            kind=one.kind, since=one.since, until=one.until, months=one.months, state=one.state, employer=one.employer
        )
        for one in checked(data.kinds)
    )
    paper = InsurancePaper(
        name=asked.person.name,
        id_number=asked.person.id_number,
        issuer=issuer,
        as_of=asked.as_of.isoformat(timespec="seconds"),
        kinds=kinds,
        title=title,
        place=data.place,
        purpose=asked.args.get("use", ""),
    )
    told = tuple(
        (words(one.kind, one.kind), f"{one.since} – {one.until}，{one.months} 个月，{one.state}") for one in kinds
    )
    number = (words("证件号码", "Identity number"), masked_number(asked.person.id_number))
    return Written(words(title, "Insurance certificate"), paper, "insurance", (number, *told))


def _certificate(data: Insurances, asked: Asked) -> Written:
    return insurance_paper(data, asked, "社会保险参保证明", ISSUER)


SOCIAL_SECURITY = Connector(
    "social_security",
    words("社会保险经办机构", "Social insurance office"),
    queries=(
        Query("insured", words("参保查询", "Insurance record"), "本人查询", 3, Insurances, show=_insured),
        Query("benefits", words("待遇查询", "Benefits"), "本人查询", 3, Benefits, show=_benefits),
    ),
    documents=(
        Document(
            "insured_certificate",
            words("社会保险参保证明", "Social insurance certificate"),
            "本人打印证明",
            4,
            Insurances,
            args={"use": r".{0,40}"},
            write=_certificate,
            prefix="SB",
        ),
    ),
)
