"""The simulated courier and register of businesses: all follows from the waybill, the number and the day."""

from datetime import datetime, time, timedelta, timezone

from central.departments.simulator.offices import Args, Data, No
from central.departments.simulator.people import Known

_WAY = (
    ("已收寄", "西安市高陵区营业部"),
    ("离开", "西安邮件处理中心"),
    ("到达", "西安市高陵区营业部"),
    ("正在派送", "西安市高陵区"),
    ("已签收", "西安市高陵区"),
)
UNKNOWN = "X"
"""A waybill that begins so is nobody's."""


def track(who: Known, args: Args, _: str, __: str) -> Data:
    """Three to five moves since the day before yesterday; a waybill that ends with 9 has been handed over."""
    waybill = args["waybill"]
    if waybill.startswith(UNKNOWN):
        raise No("not_found")
    zone = timezone(timedelta(hours=8))
    first = datetime.combine(who.today - timedelta(days=2), time(16, 20), zone)
    count = 5 if waybill.endswith("9") else 3
    moves = [
        {"at": (first + timedelta(hours=9 * place)).isoformat(), "what": what, "place": where}
        for place, (what, where) in enumerate(_WAY[:count])
    ]
    return {"waybill": waybill, "delivered": count == len(_WAY), "moves": moves}


def business(who: Known, _: Args, name: str, __: str) -> Data:
    """What the register of businesses holds of somebody: one shop."""
    chance = who.random("business")
    return {
        "number": f"92610117MA{chance.randint(10**7, 10**8 - 1)}",
        "name": f"高陵区{name[:1]}氏便利店",
        "owner": name,
        "scope": "日用百货、预包装食品销售",
        "place": who.address,
        "issued_on": who.day(1),
    }
