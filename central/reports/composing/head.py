"""What every report begins with, and parts that several share. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from central.reports import figures
from central.reports.document import Chart, Column, Document, Figure, Part
from central.reports.facts import Facts
from central.reports.figures import MEANS, NO_UNIT, Speed, Used, shown
from central.reports.periods import Period
from contract.catalogue import DEFAULT_LANGUAGE, Item
from contract.worktime import Worktime

RULES = {
    "near_due": "临近超期",
    "overdue": "逾期",
    "second_correction": "第二次补正",
    "doubled_draft": "同一草稿两件",
    "deemed_consent": "视为同意",
}
LEVELS = {"yellow": "黄牌", "red": "红牌", "": "事件"}


class Head(msgspec.Struct, frozen=True):
    """What is the same in all: who makes it, of when, how its office works."""

    office: str
    responsible: str
    period: Period
    as_of: datetime
    made_at: datetime
    zone: ZoneInfo
    worktime: Worktime
    version: int = 1
    rules: dict[str, str] = msgspec.field(default_factory=RULES.copy)
    """How supervision calls its rules."""

    def document(self, kind: str, title: str, n: int, parts: Sequence[Part]) -> Document:
        """A report of this period."""
        return Document(
            kind,
            title,
            self.office,
            self.period.title,
            self.period.first.isoformat(),
            self.period.last.isoformat(),
            self.as_of.astimezone(self.zone).isoformat(timespec="seconds"),
            self.made_at.astimezone(self.zone).isoformat(timespec="seconds"),
            self.responsible,
            n,
            tuple(part for part in parts if part.figures or part.columns),
            version=self.version,
        )

    def day(self, moment: datetime) -> str:
        """The date of a moment in the hall."""
        return moment.astimezone(self.zone).date().isoformat()


class Units(msgspec.Struct, frozen=True):
    """What belongs to whom: every table by unit is of these names."""

    items: dict[str, tuple[Item, ...]]
    cases: dict[str, tuple[Used, ...]]

    @property
    def names(self) -> list[str]:
        """Those that have items or cases; what is in no catalogue comes last."""
        return sorted({*self.items, *self.cases}, key=lambda name: (name == NO_UNIT, name))


def units(facts: Facts, used: Sequence[Used]) -> Units:
    """Items and cases by unit."""
    items: dict[str, list[Item]] = {}
    cases: dict[str, list[Used]] = {}
    for item in facts.items:
        items.setdefault(figures.unit_of(item), []).append(item)
    for one in used:
        cases.setdefault(one.unit, []).append(one)
    return Units(
        {name: tuple(some) for name, some in items.items()}, {name: tuple(some) for name, some in cases.items()}
    )


def unit_of(facts: Facts, slug: str) -> str:
    """Whose an item is."""
    return figures.unit_of(next((item for item in facts.items if item.slug == slug), None))


def services_by(facts: Facts, key: str) -> dict[str, int]:
    """How many services were finished, by `item` or `hall`."""
    found: dict[str, int] = {}
    for one in facts.filed:
        name = getattr(one, key)
        found[name] = found.get(name, 0) + one.count
    return found


def titles(facts: Facts) -> dict[str, str]:
    """How items are called."""
    called = {one.item: one.item_title for one in facts.filed}
    return called | {item.slug: item.title[DEFAULT_LANGUAGE] for item in facts.items}


def speed_part(speed: Speed, facts: Facts) -> Part:
    """SX-20, with n and definitions."""
    said = figures.content("", facts.rated, sum(one.count for one in facts.filed))
    return Part(
        "主要指标",
        figures=(
            Figure("办结件数", str(speed.cases), speed.cases, "期内办结的申报件。"),
            Figure("平均办结", shown(speed.mean, " 个工作日"), speed.cases, MEANS["mean"]),
            Figure("承诺提速", shown(speed.promise_faster), speed.items, MEANS["promise_faster"]),
            Figure("办理提速", shown(speed.case_faster), speed.limited, MEANS["case_faster"]),
            Figure("群众满意度", shown(said.share), said.n, MEANS["satisfied"]),
            Figure("参评率", shown(said.rated), said.services, MEANS["rated"]),
        ),
    )


def means_part() -> Part:
    """All definitions, printed in every report (HC-08)."""
    columns = (Column("definition", "口径"),)
    return Part("指标口径", columns=columns, rows=tuple((text,) for text in MEANS.values()))


def unit_table(found: Units, late_open: dict[str, int], cards: dict[str, tuple[int, int]]) -> Part:
    """Unit by unit: speeds, what was late, cards."""
    rows = []
    for name in found.names:
        speed = figures.speed(found.cases.get(name, ()), found.items.get(name, ()))
        yellow, red = cards.get(name, (0, 0))
        rows.append(
            (
                name,
                speed.cases,
                speed.mean,
                speed.promise_faster,
                speed.case_faster,
                speed.late + late_open.get(name, 0),
                yellow,
                red,
            )
        )
    columns = (
        Column("unit", "单位"),
        Column("count", "办结件数", number=True, counts=True),
        Column("mean", "平均办结（工作日）", number=True),
        Column("share", "承诺提速 %", number=True),
        Column("share", "办理提速 %", number=True),
        Column("inner_count", "逾期", number=True),
        Column("inner_count", "黄牌", number=True),
        Column("inner_count", "红牌", number=True),
    )
    return Part("各单位办理情况", columns=columns, rows=tuple(rows), chart=Chart("bar", 0, (3, 4), unit="%"))


def cards_by_unit(facts: Facts) -> dict[str, tuple[int, int]]:
    """(yellow, red) by unit."""
    found: dict[str, tuple[int, int]] = {}
    for one in facts.irregular:
        yellow, red = found.get(one.unit, (0, 0))
        found[one.unit] = (yellow + (one.level == "yellow"), red + (one.level == "red"))
    return found


def late_open(facts: Facts) -> dict[str, int]:
    """Undecided cases past their day, by unit."""
    found: dict[str, int] = {}
    for one in facts.undecided:
        name = figures.unit_of(facts.item_of(one.item, one.item_version))
        found[name] = found.get(name, 0) + 1
    return found
