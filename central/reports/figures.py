"""The figures of the district: speeds, shares, satisfaction, ranks. Computed, never typed in; each with its n. Pure."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, tzinfo
from typing import Final

import msgspec

from central.reports.facts import Ended, Facts, Rated
from contract.catalogue import DEFAULT_LANGUAGE, Item
from contract.classing import Tag, tags
from contract.codes import Satisfaction
from contract.work_lists import working_days
from contract.worktime import Pause, Worktime

LEAST: Final = 10
"""Below it nothing is told to everybody: few are easily known."""
TARGET: Final = 70.0
"""最多跑一次: percent of a unit's items (ZN-11)."""
_Z: Final = 1.959964
CONTENT: Final = frozenset({Satisfaction.VERY_SATISFIED, Satisfaction.SATISFIED, Satisfaction.FAIRLY_SATISFIED})
POOR: Final = frozenset({Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED})
NO_UNIT: Final = "未列入事项目录"

MEANS: Final = {
    "mean": "平均办结 = 期内办结件实际用时之和 ÷ 办结件数；从受理（无记录的从收件）次日起按工作日计，半天计 0.5。",
    "promise_faster": "承诺提速 = 1 − Σ承诺时限 ÷ Σ法定时限，按期末在用且有法定时限的事项计。",
    "case_faster": "办理提速 = 1 − Σ实际用时 ÷ Σ法定时限，按期内办结且事项有法定时限的办件计。",
    "limits": "时限统一折算为工作日：自然日按 5/7，自然月按 30 个自然日，7.5 小时为 1 个工作日。",
    "satisfied": "满意度 =（非常满意 + 满意 + 基本满意）÷ 期内首次评价数；追评不计入。",
    "rated": "参评率 = 期内首次评价数 ÷ 期内完成的服务数（取号、申报、当场办结）。未评价的不视为满意。",
    "one_trip": "最多跑一次占比 = 到现场不超过 1 次的事项 ÷ 在用事项，目标 70%。",
    "late": "逾期 = 承诺日期之后才办结，或承诺日期已过仍未办结。",
    "rank": "按满意度 95% 置信区间（Wilson）的下限排序，评价数不足的不参加排序。",
}
"""The definitions, printed with the figures (HC-08)."""


def percent(part: float, whole: float) -> float | None:
    """With two decimals; None of nothing."""
    return round(100 * part / whole, 2) if whole else None


def shown(value: float | None, unit: str = "%") -> str:
    """A figure in words."""
    return "–" if value is None else f"{value:.2f}{unit}"


# --- speeds (SX-20) ----------


class Used(msgspec.Struct, frozen=True):
    """What one case took, and what the law allowed, in working days. `legal` is None where the item has no limit."""

    case: Ended
    unit: str
    took: float
    legal: float | None
    late_days: int


class Speed(msgspec.Struct, frozen=True):
    """平均办结, 承诺提速, 办理提速, and what they are computed from."""

    cases: int
    mean: float | None
    items: int
    promise_faster: float | None
    limited: int
    case_faster: float | None
    late: int


def unit_of(item: Item | None) -> str:
    """The department an item is of."""
    return item.department[DEFAULT_LANGUAGE] if item is not None else NO_UNIT


def used(facts: Facts, worktime: Worktime, zone: tzinfo) -> list[Used]:
    """What each decided case took."""
    found = []
    for case in facts.ended:
        item = facts.item_of(case.item, case.item_version)
        begins = (case.accepted_at or case.received_at).astimezone(zone)
        ends = case.decided_at.astimezone(zone)
        legal = working_days(item.legal_limit) if item is not None else 0.0
        late = days_late(case.promise_date, ends.date(), worktime)
        found.append(
            Used(case, unit_of(item), worktime.worked(begins, ends, _local(case.pauses, zone)), legal or None, late)
        )
    return found


def _local(pauses: Sequence[Pause], zone: tzinfo) -> list[Pause]:
    return [Pause(one.start.astimezone(zone), one.end.astimezone(zone) if one.end else None) for one in pauses]


def days_late(promised: str | None, ended: date, worktime: Worktime) -> int:
    """Working days after the promised day; 0 where it was kept or nothing was promised."""
    if not promised:
        return 0
    day, late = date.fromisoformat(promised), 0
    while day < ended:
        day = date.fromordinal(day.toordinal() + 1)
        late += worktime.calendar.works(day)
    return late or int(ended > date.fromisoformat(promised))


def speed(cases: Sequence[Used], items: Iterable[Item]) -> Speed:
    """Of some cases and some items."""
    limited = [(one.took, one.legal) for one in cases if one.legal]
    pairs = [(working_days(item.promised_limit), working_days(item.legal_limit)) for item in items]
    pairs = [(promised, legal) for promised, legal in pairs if legal]
    return Speed(
        len(cases),
        round(sum(one.took for one in cases) / len(cases), 2) if cases else None,
        len(pairs),
        _faster(pairs),
        len(limited),
        _faster(limited),
        sum(one.late_days > 0 for one in cases),
    )


def _faster(pairs: Sequence[tuple[float, float]]) -> float | None:
    whole = sum(legal for _, legal in pairs)
    return round(100 * (1 - sum(part for part, _ in pairs) / whole), 2) if whole else None


# --- shares of items (ZN-11) ----------


class Trips(msgspec.Struct, frozen=True):
    """How many items of a unit need at most one trip, and how many need none."""

    unit: str
    items: int
    one: int
    none: int

    @property
    def share(self) -> float | None:
        """At most one trip, in percent."""
        return percent(self.one, self.items)

    @property
    def reached(self) -> bool:
        """Whether it is at the target or above."""
        return (self.share or 0.0) >= TARGET


def no_trip(item: Item) -> bool:
    """零跑路."""
    return Tag.NO_TRIP in tags(item)


def one_trip(item: Item) -> bool:
    """到现场次数 ≤ 1."""
    return bool({Tag.ONE_TRIP, Tag.NO_TRIP} & set(tags(item)))


def trips(items: Iterable[Item]) -> list[Trips]:
    """Unit by unit, the lowest share first."""
    of: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        of[unit_of(item)].append(item)
    found = [
        Trips(unit, len(some), sum(map(one_trip, some)), sum(map(no_trip, some))) for unit, some in sorted(of.items())
    ]
    return sorted(found, key=lambda one: (one.share or 0.0, one.unit))


# --- satisfaction (HC-04, HC-05, HC-07, HC-08) ----------


class Content(msgspec.Struct, frozen=True):
    """Ratings of somebody or something: n is how many first ratings, `low` and `high` the 95 % interval in percent."""

    name: str
    n: int
    content: int
    levels: tuple[int, ...]
    again: int
    services: int = 0

    @property
    def share(self) -> float | None:
        """满意度."""
        return percent(self.content, self.n)

    @property
    def low(self) -> float:
        """The lower end of the interval."""
        return wilson(self.content, self.n)[0]

    @property
    def high(self) -> float:
        """The upper end of it."""
        return wilson(self.content, self.n)[1]

    @property
    def rated(self) -> float | None:
        """参评率; never above 100: a rating may come after its period's services."""
        found = percent(self.n, self.services)
        return None if found is None else min(found, 100.0)


def wilson(good: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share, in percent; everything is possible where there is nothing."""
    if not n:
        return 0.0, 100.0
    share, square = good / n, _Z**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return round(100 * max(0.0, middle - half), 2), round(100 * min(1.0, middle + half), 2)


def content(name: str, rated: Iterable[Rated], services: int = 0) -> Content:
    """Some ratings together."""
    first: Counter[str] = Counter()
    again = 0
    for one in rated:
        if one.again:
            again += one.count
        else:
            first[one.satisfaction] += one.count
    levels = tuple(first[level.value] for level in Satisfaction)
    return Content(name, sum(levels), sum(first[level.value] for level in CONTENT), levels, again, services)


def by(
    rated: Iterable[Rated], services: dict[str, int], key: str, names: dict[str, str] | None = None
) -> list[Content]:
    """Ratings by one of their fields (`item`, `hall`, `terminal`, `window`), the most services first."""
    of: dict[str, list[Rated]] = defaultdict(list)
    for one in rated:
        of[getattr(one, key)].append(one)
    found = [
        content((names or {}).get(name, name), of.get(name, ()), services.get(name, 0))
        for name in {*of, *services}
        if name
    ]
    return sorted(found, key=lambda one: (-one.services, -one.n, one.name))


def fair(rated: Iterable[Rated]) -> list[Rated]:
    """Those a ranking counts: not what staff said of their own unit (HC-05)."""
    return [one for one in rated if not one.own]


def ranked(found: Iterable[Content], least: int) -> list[Content]:
    """Only who has enough ratings, by the lower end of the interval (HC-05): few good ones prove little."""
    enough = [one for one in found if one.n >= least]
    return sorted(enough, key=lambda one: (-one.low, -one.n, one.name))
