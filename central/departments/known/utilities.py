"""水、气、电: bills that are open, and paying one."""

from typing import Annotated, Literal

import msgspec

from central.departments.connector import (
    CHOICE,
    Act,
    Asked,
    Connector,
    Day,
    Done,
    Fen,
    Month,
    Named,
    Query,
    Shown,
    fact,
    section,
    words,
    yuan,
)

_KINDS = {"water": words("水费", "Water"), "gas": words("燃气费", "Gas"), "power": words("电费", "Electricity")}
_NUMBER = r"[A-Z]{2}\d{10,16}"


class Bill(msgspec.Struct, frozen=True):
    number: Annotated[str, msgspec.Meta(pattern=rf"^{_NUMBER}$")]
    kind: Literal["water", "gas", "power"]
    account: Named
    address: Named
    month: Month
    used: Named
    amount: Fen
    due_on: Day


class Bills(msgspec.Struct, frozen=True):
    bills: tuple[Bill, ...]


class Paid(msgspec.Struct, frozen=True):
    number: Named
    reference: Named
    paid: Fen


def _bills(data: Bills, asked: Asked) -> Shown:
    chosen, kind = asked.args.get(CHOICE, ""), asked.args.get("kind", "")
    found = [one for one in data.bills if (not chosen or one.number == chosen) and (not kind or one.kind == kind)]
    if chosen and not found:
        raise ValueError("none of the chosen number")
    if not found:
        return Shown((section("账单", "Bills", fact("未缴", "Open", "没有未缴的账单")),))
    return Shown(
        tuple(
            section(
                f"{_KINDS[one.kind]['zh-Hans']} {one.month}",
                f"{_KINDS[one.kind]['en']} {one.month}",
                fact("户号", "Account", one.account, personal=True),
                fact("地址", "Address", one.address, personal=True),
                fact("用量", "Used", one.used),
                fact("应缴", "Due", yuan(one.amount)),
                fact("缴费期限", "Until", one.due_on),
            )
            for one in found
        ),
        tuple((one.number, _label(one)) for one in found),
        found[0].amount if len(found) == 1 else None,
        {one.number: one.amount for one in found},
    )


def _label(one: Bill) -> dict[str, str]:
    kind, amount = _KINDS[one.kind], yuan(one.amount)
    return words(f"{kind['zh-Hans']} {one.month} {amount}", f"{kind['en']} {one.month} {amount}")


def _paid(data: Paid, asked: Asked) -> Done:
    if data.number != asked.args[CHOICE]:
        raise ValueError("another bill was paid")
    number = fact("账单号", "Bill", data.number)
    return Done(data.reference, (section("缴费", "Paid", number, fact("金额", "Amount", yuan(data.paid))),))


UTILITIES = Connector(
    "utilities",
    words("水电气公司", "Water, gas and electricity"),
    queries=(
        Query(
            "bills",
            words("水电气账单查询", "Bills"),
            "本人查询",
            3,
            Bills,
            args={CHOICE: _NUMBER, "kind": "|".join(_KINDS)},
            show=_bills,
        ),
    ),
    acts=(
        Act(
            "pay_bill",
            words("缴水电气费", "Pay a bill"),
            "本人缴费",
            6,
            Paid,
            args={CHOICE: _NUMBER, "paid_fen": r"\d{1,10}"},
            needs=(CHOICE,),
            done=_paid,
            pays=True,
        ),
    ),
)
