"""住房公积金: the account, the certificate of deposits, and drawing from it (提取)."""

from typing import Annotated, Literal

import msgspec

from central.departments.connector import (
    CHOICE,
    Act,
    Asked,
    Connector,
    Count,
    Day,
    Document,
    Done,
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
from contract.papers import FundPaper

ISSUER = "住房公积金管理中心"
WHY = {
    "rent": words("租房提取", "For rent"),
    "purchase": words("购房提取", "For buying a home"),
    "loan": words("偿还住房贷款", "For a housing loan"),
    "retired": words("离退休提取", "On retirement"),
}


class MayDraw(msgspec.Struct, frozen=True):
    """What may be drawn now, for what."""

    reason: Literal["rent", "purchase", "loan", "retired"]
    amount: Fen


class Fund(msgspec.Struct, frozen=True):
    account: Annotated[str, msgspec.Meta(pattern=r"^\d{8,16}$")]
    employer: Named
    opened_on: Day
    state: Named
    base: Fen
    monthly: Fen
    balance: Fen
    paid_until: Month
    months: Count
    loan: str = ""
    may_draw: tuple[MayDraw, ...] = ()


class Drawn(msgspec.Struct, frozen=True):
    """提取 that was accepted."""

    number: Named
    amount: Fen
    bank: Named
    arrives_on: Day


def _checked(data: Fund) -> Fund:
    if data.monthly > data.base or any(one.amount > data.balance for one in data.may_draw):
        raise ValueError("more is paid than is earned, or drawn than is there")
    return data


def _account(data: Fund, _: Asked) -> Shown:
    _checked(data)
    return Shown(
        (
            section(
                "公积金账户",
                "Account",
                fact("账户余额", "Balance", yuan(data.balance), personal=True),
                fact("账户状态", "State", data.state),
                fact("月缴存额", "Each month", yuan(data.monthly), personal=True),
                fact("缴存基数", "Base", yuan(data.base), personal=True),
                fact("缴至", "Paid until", data.paid_until),
                fact("单位", "Employer", data.employer, personal=True),
                fact("贷款", "Loan", data.loan or "没有公积金贷款", personal=True),
            ),
        )
    )


def _drawable(data: Fund, asked: Asked) -> Shown:
    return Shown(_account(data, asked).sections, tuple((_choice(one), _label(one)) for one in data.may_draw))


def _choice(one: MayDraw) -> str:
    return f"{one.reason}-{one.amount}"


def _label(one: MayDraw) -> dict[str, str]:
    why, amount = WHY[one.reason], yuan(one.amount)
    return words(f"{why['zh-Hans']} {amount}", f"{why['en']} {amount}")


def _certificate(data: Fund, asked: Asked) -> Written:
    _checked(data)
    paper = FundPaper(
        name=asked.person.name,
        id_number=asked.person.id_number,
        issuer=ISSUER,
        as_of=asked.as_of.isoformat(timespec="seconds"),
        account=data.account,
        employer=data.employer,
        opened_on=data.opened_on,
        state=data.state,
        base_fen=data.base,
        monthly_fen=data.monthly,
        balance_fen=data.balance,
        paid_until=data.paid_until,
        months=data.months,
        loan=data.loan,
    )
    told = (
        (words("证件号码", "Identity number"), masked_number(asked.person.id_number)),
        (words("账户状态", "State"), data.state),
        (words("缴至", "Paid until"), data.paid_until),
        (words("累计月数", "Months"), str(data.months)),
    )
    return Written(words("住房公积金缴存证明", "Housing fund certificate"), paper, "fund", told)


def _drawn(data: Drawn, asked: Asked) -> Done:
    reason, _, amount = asked.args[CHOICE].partition("-")
    if str(data.amount) != amount:
        raise ValueError("another amount than was asked for")
    return Done(
        data.number,
        (
            section(
                "公积金提取",
                "Withdrawal",
                fact("提取原因", "Reason", WHY[reason]["zh-Hans"]),
                fact("提取金额", "Amount", yuan(data.amount), personal=True),
                fact("收款银行", "Bank", data.bank, personal=True),
                fact("预计到账", "Arrives", data.arrives_on),
            ),
        ),
        data.arrives_on,
    )


PROVIDENT_FUND = Connector(
    "provident_fund",
    words("住房公积金管理中心", "Housing fund"),
    queries=(
        Query("account", words("公积金查询", "Housing fund account"), "本人查询", 3, Fund, show=_account),
        Query("withdrawal", words("可提取额度查询", "What may be drawn"), "本人查询", 3, Fund, show=_drawable),
    ),
    acts=(
        Act(
            "withdraw",
            words("公积金提取", "Withdrawal"),
            "本人办理提取",
            6,
            Drawn,
            args={CHOICE: rf"({'|'.join(WHY)})-[1-9]\d{{2,9}}"},
            needs=(CHOICE,),
            done=_drawn,
        ),
    ),
    documents=(
        Document(
            "deposit_certificate",
            words("住房公积金缴存证明", "Housing fund certificate"),
            "本人打印证明",
            4,
            Fund,
            write=_certificate,
            prefix="GJ",
        ),
    ),
)
