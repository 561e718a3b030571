"""What the simulated departments keep: what is open and what was settled. In memory, gone with the program."""

from typing import Any

from central.departments.simulator.offices import Args, Data, No, settlement
from central.departments.simulator.people import Known

_WHAT = (("违反规定停放", 10_000, 0), ("不按导向车道行驶", 10_000, 1), ("超速百分之十以上", 20_000, 3))


class Ledger:
    """Fines and bills; each is settled once."""

    def __init__(self) -> None:
        self._settled: dict[str, str] = {}
        self._claims: dict[str, list[dict[str, Any]]] = {}

    def violations(self, who: Known, _: Args, __: str, ___: str) -> Data:
        found = self._fines(who)
        left = [one for one in found if one["number"] not in self._settled]
        return {"open": left, "settled": len(found) - len(left)}

    def settle(self, who: Known, args: Args, _: str, request: str) -> Data:
        one = self._take(self._fines(who), args["choice"], request)
        reference = f"JK{args['choice'][-8:]}"
        return {"number": one["number"], "reference": reference, "paid": one["fine"] + one["late_fee"]}

    def licence(self, who: Known, _: Args, __: str, ___: str) -> Data:
        if who.age < 18:
            raise No("not_found")
        points = sum(one["points"] for one in self._fines(who))
        valid = who.day(-who.random("licence").randint(100, 2000))
        tail = who.id_number[-4:]
        return {"kind": "C1", "number_tail": tail, "state": "正常", "points_used": points, "valid_until": valid}

    def bills(self, who: Known, _: Args, __: str, ___: str) -> Data:
        return {"bills": [one for one in self._bills(who) if one["number"] not in self._settled]}

    def pay_bill(self, who: Known, args: Args, _: str, request: str) -> Data:
        one = self._take(self._bills(who), args["choice"], request)
        return {"number": one["number"], "reference": f"SDF{args['choice'][-8:]}", "paid": one["amount"]}

    def claim(self, who: Known, args: Args, _: str, request: str) -> Data:
        number, total = f"BX{who.today.year}{abs(hash(request)) % 10**7:07}", int(args["total"])
        fund = total * 7 // 10
        self._claims.setdefault(who.id_number, []).append(
            {
                "number": number,
                "hospital": args["hospital"],
                "handed_in": who.day(0),
                "state": "received",
                "total": total,
                "fund": fund,
                "own": total - fund,
                "expected": who.day(-20),
                "missing": "",
            }
        )
        return {"number": number, "total": total}

    def settlement(self, who: Known, args: Args, name: str, request: str) -> Data:
        before: list[dict[str, Any]] = settlement(who, args, name, request)["claims"]
        return {"claims": [*reversed(self._claims.get(who.id_number, [])), *before]}

    def _take(self, found: list[dict[str, Any]], number: str, request: str) -> dict[str, Any]:
        one = next((one for one in found if one["number"] == number), None)
        if one is None:
            raise No("bill_gone")
        if self._settled.setdefault(number, request) != request:
            raise No("already_done")
        return one

    def _fines(self, who: Known) -> list[dict[str, Any]]:
        chance = who.random("fines")
        return [
            {
                "number": f"610117{chance.randint(10**9, 10**10 - 1)}",
                "plate": f"陕A·{chance.randint(10_000, 99_999)}",
                "at": f"{who.day(20 + 17 * place)} 08:3{place}",
                "place": "西高路与泾惠路口",
                "what": what,
                "fine": fine,
                "late_fee": 0,
                "points": points,
            }
            for place, (what, fine, points) in enumerate(_WHAT[: chance.choice((0, 1, 2, 3)) if who.age >= 18 else 0])
        ]

    def _bills(self, who: Known) -> list[dict[str, Any]]:
        chance = who.random("bills")
        kinds = (("water", "WA", "吨", 380), ("gas", "GA", "立方米", 218), ("power", "PO", "千瓦时", 50))
        bills = []
        for kind, prefix, unit, price in kinds:
            used = chance.randint(6, 180)
            bills.append(
                {
                    "number": f"{prefix}{chance.randint(10**11, 10**12 - 1)}",
                    "kind": kind,
                    "account": f"{chance.randint(10**8, 10**9 - 1)}",
                    "address": who.address,
                    "month": who.month(1),
                    "used": f"{used} {unit}",
                    "amount": used * price,
                    "due_on": who.day(-10),
                }
            )
        return bills
