"""What each simulated department does: one function a call, from a person and arguments to data."""

import base64
from collections.abc import Callable
from datetime import date
from typing import Any

from central.departments.simulator.ofd import Line, ofd_of
from central.departments.simulator.people import Known

Data = dict[str, Any]
Args = dict[str, str]
Office = Callable[[Known, Args, str, str], Data]
"""(person, arguments, name, request id) -> data. Raises No."""

_PROVINCES = (
    *(("110000", "北京市"), ("120000", "天津市"), ("130000", "河北省"), ("140000", "山西省"), ("310000", "上海市")),
    *(("320000", "江苏省"), ("330000", "浙江省"), ("410000", "河南省"), ("420000", "湖北省"), ("430000", "湖南省")),
    *(("440000", "广东省"), ("500000", "重庆市"), ("510000", "四川省"), ("530000", "云南省"), ("620000", "甘肃省")),
)


class No(Exception):
    """The department says no, with one of the reasons it has."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _kind(who: Known, kind: str, what: str) -> Data:
    months = max(1, who.employed_months - who.random(what).randint(0, 6))
    return {
        "kind": kind,
        "since": who.month(months),
        "until": who.month(1),
        "months": months,
        "state": "参保缴费",
        "employer": who.employer,
        "base": who.base,
    }


def insured(who: Known, _: Args, __: str, ___: str) -> Data:
    names = ("企业职工基本养老保险", "失业保险", "工伤保险")
    return {"kinds": [_kind(who, name, name) for name in names], "place": "高陵区社会保险经办中心"}


def benefits(who: Known, _: Args, __: str, ___: str) -> Data:
    if who.age < 60:
        return {"paid": []}
    monthly = who.random("pension").randint(150, 520) * 1000
    since = f"{who.born.year + 60}-{who.born.month:02}"
    return {"paid": [{"kind": "基本养老金", "monthly": monthly, "since": since, "bank": "社会保障卡（尾号 3812）"}]}


def medical_account(who: Known, _: Args, __: str, ___: str) -> Data:
    chance = who.random("medical")
    moved = [{"on": who.day(9 * n + 3), "what": what, "fen": fen} for n, (what, fen) in enumerate(_moves(who))]
    balance = chance.randint(100, 9_000) * 100
    return {"balance": balance, "state": "参保缴费", "scheme": "职工基本医疗保险", "moved": moved}


def _moves(who: Known) -> tuple[tuple[str, int], ...]:
    chance = who.random("moves")
    return (
        ("单位划入", chance.randint(80, 400) * 100),
        ("药店购药", -chance.randint(20, 180) * 100),
        ("门诊挂号", -chance.randint(5, 40) * 100),
    )


def voucher(who: Known, _: Args, __: str, ___: str) -> Data:
    return {"kinds": [_kind(who, "职工基本医疗保险", "voucher")], "place": "高陵区医疗保障经办中心"}


def filings(_: Known, __: Args, ___: str, ____: str) -> Data:
    return {"filed": [], "provinces": [{"code": code, "name": name} for code, name in _PROVINCES]}


def remote_filing(who: Known, args: Args, _: str, request: str) -> Data:
    reason, code = args["reason"], args["choice"]
    place = dict(_PROVINCES).get(code)
    if place is None:
        raise No("wrong_detail")
    number = f"YD{who.today:%Y%m%d}{_digits(request, 6)}"
    until = who.day(-183) if reason == "referred" else None
    day = who.day(0)
    return {"number": number, "code": code, "place": place, "reason": reason, "valid_from": day, "valid_until": until}


def settlement(who: Known, _: Args, __: str, ___: str) -> Data:
    chance = who.random("claims")
    claims = []
    for place in range(chance.choice((0, 1, 2))):
        total = chance.randint(800, 30_000) * 100
        own = total * chance.randint(15, 45) // 100
        state = chance.choice(("received", "checking", "approved", "paid", "returned"))
        claims.append(
            {
                "number": f"BX{who.today.year}{chance.randint(0, 10**6):07}",
                "hospital": "高陵区人民医院",
                "handed_in": who.day(20 + 9 * place),
                "state": state,
                "total": total,
                "fund": total - own,
                "own": own,
                "expected": who.day(-8) if state in {"checking", "approved"} else None,
                "missing": "住院费用总清单" if state == "returned" else "",
            }
        )
    return {"claims": claims}


def fund(who: Known, _: Args, __: str, ___: str) -> Data:
    if who.random("fund").random() < 0.1:
        raise No("not_found")
    months, monthly = who.employed_months, who.base * 10 // 100
    balance = monthly * months // 2 + 12_345
    drawable = [{"reason": "rent", "amount": min(balance, 1_200_000)}] if balance >= 100_000 else []
    drawable += [{"reason": "retired", "amount": balance}] if who.age >= 60 else []
    return {
        "account": _digits(who.id_number, 12),
        "employer": who.employer,
        "opened_on": f"{who.month(months)}-01",
        "state": "正常",
        "base": who.base,
        "monthly": monthly,
        "balance": balance,
        "paid_until": who.month(1),
        "months": months,
        "may_draw": drawable,
    }


def withdraw(who: Known, args: Args, name: str, request: str) -> Data:
    reason, _, amount = args["choice"].partition("-")
    allowed = {one["reason"]: one["amount"] for one in fund(who, {}, name, request)["may_draw"]}
    if int(amount) > allowed.get(reason, 0):
        raise No("not_eligible")
    number = f"TQ{who.today:%Y%m%d}{_digits(request, 6)}"
    return {"number": number, "amount": int(amount), "bank": "社会保障卡（尾号 3812）", "arrives_on": who.day(-3)}


def registered(who: Known, _: Args, name: str, ___: str) -> Data:
    units = [unit | {"owner": name} for unit in who.units()]
    return {"units": units, "region": "西安市高陵区"}


def no_house(who: Known, args: Args, name: str, request: str) -> Data:
    found = registered(who, args, name, request)
    if found["units"]:
        raise No("owns_property")
    return found


def extract(who: Known, args: Args, name: str, request: str) -> Data:
    found = registered(who, args, name, request)
    if not found["units"]:
        raise No("not_found")
    return found


def contracts(who: Known, _: Args, name: str, __: str) -> Data:
    return {"contracts": [_contract(who, unit | {"owner": name}, name) for unit in who.units()[:1]]}


def _contract(who: Known, unit: Data, name: str) -> Data:
    chance = who.random("contract")
    price = chance.randint(40, 180) * 1_000_000
    deposit, loan = price // 10, price * 6 // 10
    buyer = {"name": "受让方", "id_number": "610117********0000", "phone": "", "address": "西安市"}
    return {
        "number": f"CL{who.today.year}-{chance.randint(0, 10**8):09}",
        "seller": [{"name": name, "id_number": who.id_number, "phone": "", "address": who.address}],
        "buyer": [buyer],
        "unit": unit,
        "price": price,
        "parts": [
            {"when": "签订合同当日", "fen": deposit, "how": "定金，资金监管账户"},
            {"when": "转移登记受理当日", "fen": price - deposit - loan, "how": "首付款，资金监管账户"},
            {"when": "抵押登记完成后 10 日内", "fen": loan, "how": "银行贷款"},
        ],
        "handover_on": who.day(-60),
        "signed_on": who.day(5),
        "mortgage": "出卖人于转移登记前结清贷款并注销抵押" if unit["restrictions"] else "",
    }


def tax_paid(who: Known, args: Args, _: str, __: str) -> Data:
    year = int(args.get("choice") or who.today.year - 1)
    monthly = who.base * 3 // 100
    payments: list[Data] = [
        {
            "tax": "个人所得税",
            "entry": "工资薪金所得",
            "period": f"{year}-{month:02}",
            "paid_on": f"{year}-{month:02}-15",
            "amount": monthly,
            "original": f"{year}{month:02}{_digits(who.id_number, 8)}",
        }
        for month in range(1, 13)
    ]
    years = [str(who.today.year - back) for back in (1, 2, 3)]
    total = sum(one["amount"] for one in payments)
    return {"taxpayer_number": who.id_number, "payments": payments, "total": total, "years": years}


def tax_certificate(who: Known, args: Args, name: str, request: str) -> Data:
    found = tax_paid(who, args, name, request)
    number = f"61{args['choice']}{_digits(request, 10)}"
    lines = [Line(105 - 36, 30, "中华人民共和国 税收完税证明", 6.0), Line(20, 45, f"No. {number}", 4.0)]
    lines += [Line(20, 55, f"纳税人名称：{name}", 4.0), Line(20, 62, f"纳税人识别号：{who.id_number}", 4.0)]
    for place, one in enumerate(found["payments"]):
        text = f"{one['tax']}　{one['entry']}　{one['period']}　{one['paid_on']}　{one['amount'] / 100:,.2f}"
        lines.append(Line(20, 76 + 8 * place, text, 3.6))
    lines += [
        Line(20, 178, f"金额合计：￥{found['total'] / 100:,.2f}", 4.4),
        Line(120, 192, "税务机关（电子印章）", 4.0),
    ]
    file = ofd_of((lines,), title="税收完税证明", document_id=number)
    data = {"number": number, "file": base64.b64encode(file).decode(), "pages": 1, "year": args["choice"]}
    return data | {"total": found["total"]}


def social_payments(who: Known, args: Args, _: str, __: str) -> Data:
    year, monthly = args.get("choice") or str(who.today.year - 1), who.base * 8 // 100
    payments = [
        {
            "tax": "社会保险费",
            "entry": "企业职工基本养老保险费",
            "period": f"{year}-{month:02}",
            "paid_on": f"{year}-{month:02}-20",
            "amount": monthly,
        }
        for month in range(1, 13)
    ]
    return {"taxpayer_number": who.id_number, "payments": payments, "total": 12 * monthly}


def _permit_tail(who: Known) -> str:
    """The end of a permit's number, which somebody who plays can know: the last four digits of the identity number."""
    return who.id_number[-4:].replace("X", "0").replace("x", "0").rjust(4, "0")


def permit(who: Known, _: Args, __: str, ___: str) -> Data:
    chance = who.random("permit")
    may = who.age >= 16
    return {
        "number_tail": _permit_tail(who),
        "valid_until": who.day(-chance.randint(200, 3000)),
        "endorsements": [{"where": "hk", "entries_left": chance.randint(0, 1), "valid_until": who.day(-90)}],
        "may_endorse": may,
        "fee": 1500,
    }


def endorse(who: Known, args: Args, _: str, request: str) -> Data:
    if args.get("permit", _permit_tail(who)) != _permit_tail(who):
        raise No("another_permit")
    where, _, entries = args["choice"].partition("-")
    reference = f"QZ{who.today:%Y%m%d}{_digits(request, 6)}"
    return {"reference": reference, "where": where, "entries": int(entries), "valid_until": who.day(-365)}


def card_ready(who: Known, _: Args, __: str, ___: str) -> Data:
    chance = who.random("card")
    if chance.random() < 0.4:
        return {"applications": []}
    state = chance.choice(("accepted", "making", "ready"))
    expected = who.day(-12) if state != "ready" else None
    return {
        "applications": [
            {
                "number": f"6101{chance.randint(10**10, 10**11 - 1)}",
                "applied_on": who.day(18),
                "state": state,
                "place": "鹿苑派出所自助领证柜",
                "expected": expected,
            }
        ]
    }


def marriage(who: Known, _: Args, __: str, ___: str) -> Data:
    if who.age < 22 or who.random("marriage").random() < 0.4:
        return {"state": "none", "records": []}
    year = who.born.year + 25
    office, certificate = "高陵区民政局婚姻登记处", f"J610117-{year}-{_digits(who.id_number, 6)}"
    return {
        "state": "married",
        "records": [{"kind": "married", "on": f"{year}-05-20", "office": office, "certificate": certificate}],
    }


def _digits(of: str, count: int) -> str:
    return f"{Known(of, date.min).random('digits').randint(0, 10**count - 1):0{count}}"
