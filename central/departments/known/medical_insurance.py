"""医疗保险: the account, the voucher, treatment elsewhere (异地就医备案), and how a settlement stands (BJ-31)."""

from typing import Annotated, Literal

import msgspec

from central.departments.connector import (
    CHOICE,
    Act,
    Asked,
    Connector,
    Day,
    Document,
    Done,
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
from central.departments.known.social_security import Insurances, insurance_paper
from contract.questions import Section

ISSUER = "医疗保障经办中心"
REASONS = {
    "settled": words("异地安置退休", "Retired and settled there"),
    "living": words("异地长期居住", "Living there"),
    "working": words("常驻异地工作", "Working there"),
    "referred": words("转诊转院", "Referred to a hospital there"),
}


class Moved(msgspec.Struct, frozen=True):
    """One movement on the account; `fen` is negative for what was spent."""

    on: Day
    what: Named
    fen: int


class Account(msgspec.Struct, frozen=True):
    balance: Fen
    state: Named
    scheme: Named
    moved: tuple[Moved, ...]


class Province(msgspec.Struct, frozen=True):
    """Where treatment can be filed for, by its code of GB/T 2260."""

    code: Annotated[str, msgspec.Meta(pattern=r"^\d{6}$")]
    name: Named


class Filings(msgspec.Struct, frozen=True):
    """What is filed now, and where one can file for."""

    filed: tuple["Filed", ...]
    provinces: tuple[Province, ...]


class Filed(msgspec.Struct, frozen=True):
    """异地就医备案."""

    number: Named
    code: Annotated[str, msgspec.Meta(pattern=r"^\d{6}$")]
    place: Named
    reason: Literal["settled", "living", "working", "referred"]
    valid_from: Day
    valid_until: Day | None


class Settlement(msgspec.Struct, frozen=True):
    """One claim on its way."""

    number: Named
    hospital: Named
    handed_in: Day
    state: Literal["received", "checking", "approved", "paid", "returned"]
    total: Fen
    fund: Fen
    own: Fen
    expected: Day | None = None
    missing: str = ""


class Settlements(msgspec.Struct, frozen=True):
    claims: tuple[Settlement, ...]


_STATES = {
    "received": words("已收件", "Received"),
    "checking": words("审核中", "Being checked"),
    "approved": words("已审核，待拨付", "Approved, to be paid"),
    "paid": words("已拨付", "Paid"),
    "returned": words("需要补材料", "Papers are missing"),
}


def _account(data: Account, _: Asked) -> Shown:
    moved = (
        fact(f"{one.on} {one.what}", f"{one.on} {one.what}", _signed(one.fen), personal=True) for one in data.moved
    )
    return Shown(
        (
            section(
                "个人账户",
                "Account",
                fact("账户余额", "Balance", yuan(data.balance), personal=True),
                fact("参保状态", "State", data.state),
                fact("参保类型", "Scheme", data.scheme),
            ),
            section("最近收支", "Last movements", *moved),
        )
    )


def _signed(fen: int) -> str:
    return f"{'-' if fen < 0 else '+'}{yuan(abs(fen))}"


def _voucher(data: Insurances, asked: Asked) -> Written:
    return insurance_paper(data, asked, "基本医疗保险参保凭证", ISSUER)


def _filings(data: Filings, _: Asked) -> Shown:
    none = section("异地就医备案", "Treatment elsewhere", fact("当前备案", "Filed now", "没有生效的备案"))
    choices = tuple((one.code, words(one.name, one.name)) for one in data.provinces)
    return Shown(tuple(_of(one) for one in data.filed) or (none,), choices)


def _of(one: Filed) -> Section:
    return section(
        "异地就医备案",
        "Treatment elsewhere",
        fact("就医地", "Place", one.place),
        fact("备案原因", "Reason", REASONS[one.reason]["zh-Hans"]),
        fact("有效期", "Valid", f"{one.valid_from} – {one.valid_until or '长期有效'}"),
    )


def _filed(data: Filed, asked: Asked) -> Done:
    if (data.reason, data.code) != (asked.args["reason"], asked.args[CHOICE]):
        raise ValueError("filed for another place or reason")
    return Done(data.number, (_of(data),))


class Claimed(msgspec.Struct, frozen=True):
    """A claim that was taken in."""

    number: Named
    total: Fen


def _claimed(data: Claimed, asked: Asked) -> Done:
    if data.total != int(asked.args["total"]):
        raise ValueError("another sum was taken in")
    return Done(
        data.number, (section("报销申请", "Claim", fact("票据总金额", "Sum", yuan(data.total), personal=True)),)
    )


def _settlement(data: Settlements, _: Asked) -> Shown:
    if not data.claims:
        return Shown((section("报销进度", "Claims", fact("在办报销", "On the way", "没有正在办理的报销")),))
    sections = []
    for one in data.claims:
        if one.fund + one.own != one.total:
            raise ValueError("the parts are not the whole")
        more = [fact("预计到账", "Expected", one.expected)] if one.expected else []
        more += [fact("还缺", "Missing", one.missing)] if one.missing else []
        state = fact("进度", "State", _STATES[one.state]["zh-Hans"])
        sections.append(
            section(
                f"单号 {one.number}",
                f"Claim {one.number}",
                state,
                fact("医院", "Hospital", one.hospital, personal=True),
                fact("交件日期", "Handed in", one.handed_in),
                fact("总费用", "In all", yuan(one.total), personal=True),
                fact("医保支付", "Paid by the fund", yuan(one.fund), personal=True),
                fact("个人支付", "Own part", yuan(one.own), personal=True),
                *more,
            )
        )
    return Shown(tuple(sections))


MEDICAL_INSURANCE = Connector(
    "medical_insurance",
    words("医疗保障经办机构", "Medical insurance office"),
    queries=(
        Query("account", words("医保账户查询", "Medical account"), "本人查询", 3, Account, show=_account),
        Query("filings", words("异地就医备案查询", "Treatment elsewhere"), "本人查询", 3, Filings, show=_filings),
        Query("settlement", words("报销结算进度", "Claims"), "本人查询", 3, Settlements, show=_settlement),
    ),
    acts=(
        Act(
            "remote_filing",
            words("异地就医备案", "Treatment elsewhere"),
            "本人办理备案",
            6,
            Filed,
            args={"reason": "|".join(REASONS), CHOICE: r"\d{6}"},
            needs=("reason", CHOICE),
            done=_filed,
        ),
        Act(
            "claim",
            words("医疗费报销申请", "Claiming medical costs"),
            "本人申请报销",
            6,
            Claimed,
            args={"hospital": r".{1,30}", "total": r"\d{1,9}", "account": r"[A-Z0-9]{8,19}", "mobile": r"1\d{10}"},
            needs=("hospital", "total", "account"),
            done=_claimed,
        ),
    ),
    documents=(
        Document(
            "insured_voucher",
            words("基本医疗保险参保凭证", "Medical insurance voucher"),
            "本人打印证明",
            4,
            Insurances,
            args={"use": r".{0,40}"},
            write=_voucher,
            prefix="YB",
        ),
    ),
)
