"""好差评 reports (HC-04), ranking (HC-05) and the quarter's proposals with their evidence (HC-06). Pure."""

from collections.abc import Sequence

from central.reports import figures
from central.reports.composing import head as shared
from central.reports.composing.head import Head
from central.reports.document import Cell, Chart, Column, Document, Figure, Part
from central.reports.facts import Facts, Rated
from central.reports.figures import MEANS, Content, Used, shown
from central.reports.periods import Kind
from contract.codes import Satisfaction

LEVELS = {
    Satisfaction.VERY_SATISFIED: "非常满意",
    Satisfaction.SATISFIED: "满意",
    Satisfaction.FAIRLY_SATISFIED: "基本满意",
    Satisfaction.DISSATISFIED: "不满意",
    Satisfaction.VERY_DISSATISFIED: "非常不满意",
}
PROPOSED = 3
"""How many are proposed for each honour."""


def ratings(head: Head, facts: Facts, least: int, reasons: dict[str, str], suspicious: Sequence[str]) -> Document:
    """好差评 of a month or a quarter. `suspicious`: windows and people whose ratings wait for a check."""
    quarter = head.period.length.value == "quarter"
    services = sum(one.count for one in facts.filed)
    whole = figures.content("", facts.rated, services)
    by_unit = units(facts)
    parts = (
        Part(
            "总体评价",
            figures=(
                Figure("满意度", shown(whole.share), whole.n, MEANS["satisfied"]),
                Figure("首次评价", str(whole.n), whole.n, "一次服务只计首次评价。"),
                Figure("参评率", shown(whole.rated), whole.services, MEANS["rated"]),
                Figure("追评", str(whole.again), None, "办结后再次评价，不计入满意度。", field="inner_count"),
            ),
        ),
        _levels(whole),
        _table("各单位评价", "unit", "单位", by_unit),
        _table("各大厅评价", "hall", "大厅", figures.by(facts.rated, shared.services_by(facts, "hall"), "hall")),
        _table(
            "各事项评价",
            "item",
            "事项",
            figures.by(facts.rated, shared.services_by(facts, "item"), "item", shared.titles(facts)),
        ),
        _reasons(facts, reasons),
        ranking("单位排名", "unit", "单位", by_unit, least, suspicious),
        ranking("窗口排名", "window", "窗口", figures.by(figures.fair(facts.rated), {}, "window"), least, suspicious),
        ranking(
            "工作人员排名", "owner", "工作人员", figures.by(figures.fair(facts.rated), {}, "staff"), least, suspicious
        ),
        shared.means_part(),
    )
    kind = Kind.RATINGS_QUARTER if quarter else Kind.RATINGS
    return head.document(kind, f"政务服务“好差评”{'季度' if quarter else '月度'}报告", whole.n, parts)


def units(facts: Facts) -> list[Content]:
    """Ratings by unit: an item's are its department's."""
    of: dict[str, list[Rated]] = {}
    services: dict[str, int] = {}
    for one in facts.rated:
        of.setdefault(shared.unit_of(facts, one.item), []).append(one)
    for filed in facts.filed:
        unit = shared.unit_of(facts, filed.item)
        services[unit] = services.get(unit, 0) + filed.count
    names = sorted({*of, *services})
    found = [figures.content(name, of.get(name, ()), services.get(name, 0)) for name in names]
    return sorted(found, key=lambda one: (-one.services, one.name))


def _levels(whole: Content) -> Part:
    rows = tuple(
        (LEVELS[level], count, figures.percent(count, whole.n))
        for level, count in zip(Satisfaction, whole.levels, strict=True)
    )
    columns = (
        Column("level", "等级"),
        Column("ratings", "评价数", number=True, counts=True),
        Column("share", "占比 %", number=True),
    )
    return Part("评价等级分布", columns=columns, rows=rows, chart=Chart("bar", 0, (1,)))


def _table(title: str, field: str, name: str, found: Sequence[Content]) -> Part:
    columns = (
        Column(field, name),
        Column("services", "完成服务", number=True),
        Column("ratings", "首次评价", number=True, counts=True),
        Column("share", "满意度 %", number=True),
        Column("level_count", "差评", number=True),
        Column("share", "参评率 %", number=True),
    )
    rows = tuple((one.name, one.services, one.n, one.share, sum(one.levels[3:]), one.rated) for one in found)
    return Part(title, columns=columns, rows=rows, empty="本期没有评价。")


def _reasons(facts: Facts, called: dict[str, str]) -> Part:
    rows = tuple((called.get(key, key), count) for key, count in facts.reasons)
    columns = (Column("reason", "评价选项"), Column("count", "次数", number=True, counts=True))
    return Part("评价选项", columns=columns, rows=rows, empty="本期评价没有选择选项。")


def ranking(
    title: str, field: str, name: str, found: Sequence[Content], least: int, suspicious: Sequence[str] = ()
) -> Part:
    """By the lower end of the interval; who has too few is not ranked, who waits for a check is marked (HC-05)."""
    ranked = figures.ranked(found, least)
    rows: list[tuple[Cell, ...]] = [
        (at, one.name, one.n, one.share, f"{one.low:.2f} – {one.high:.2f}", "待核查" if one.name in suspicious else "")
        for at, one in enumerate(ranked, start=1)
    ]
    columns = (
        Column("rank", "名次", number=True),
        Column(field, name),
        Column("ratings", "首次评价", number=True, counts=True),
        Column("share", "满意度 %", number=True),
        Column("share", "95% 置信区间"),
        Column("inner_note", "核查"),
    )
    few = sum(0 < one.n < least for one in found)
    note = f"{MEANS['rank']}最低评价数 {least}；{few} 个因评价数不足未参加。"
    return Part(title, note, columns=columns, rows=tuple(rows), empty="没有达到最低评价数的。")


def honours(head: Head, facts: Facts, least: int, suspicious: Sequence[str]) -> Document:
    """红旗窗口、优质服务明星: proposals for a person to decide, with evidence; nobody who waits for a check."""
    used = figures.used(facts, head.worktime, head.zone)
    windows = figures.by(figures.fair(facts.rated), {}, "window")
    staff = figures.by(figures.fair(facts.rated), {}, "staff")
    parts = (
        Part(
            "评选办法",
            figures=(
                Figure("最低评价数", str(least), None, "评价数不足的不参加评选。"),
                Figure("每项提名", str(PROPOSED), None, MEANS["rank"]),
                Figure("待核查", str(len(suspicious)), None, "有刷评嫌疑的核查完成前不提名。"),
            ),
        ),
        _proposed("“红旗窗口”提名", "window", "窗口", windows, least, suspicious),
        _proposed("“优质服务明星”提名", "owner", "工作人员", staff, least, suspicious),
        _evidence(facts, used),
        shared.means_part(),
    )
    return head.document(Kind.HONOURS, "“红旗窗口”“优质服务明星”季度提名", sum(one.n for one in windows), parts)


def _proposed(
    title: str, field: str, name: str, found: Sequence[Content], least: int, suspicious: Sequence[str]
) -> Part:
    chosen = [one for one in figures.ranked(found, least) if one.name not in suspicious and not sum(one.levels[3:])]
    rows: list[tuple[Cell, ...]] = [
        (one.name, one.n, one.levels[0], sum(one.levels[3:]), one.share, f"{one.low:.2f} – {one.high:.2f}")
        for one in chosen[:PROPOSED]
    ]
    columns = (
        Column(field, name),
        Column("ratings", "首次评价", number=True, counts=True),
        Column("level_count", "非常满意", number=True),
        Column("level_count", "差评", number=True),
        Column("share", "满意度 %", number=True),
        Column("share", "95% 置信区间"),
    )
    note = "没有差评、评价数足够、没有待核查的，按置信区间下限取前几名；由评选小组决定。"
    return Part(title, note, columns=columns, rows=tuple(rows), empty="本季度没有符合条件的。")


def _evidence(facts: Facts, used: Sequence[Used]) -> Part:
    cards, late = shared.cards_by_unit(facts), shared.late_open(facts)
    found = shared.units(facts, used)
    rows = []
    for unit in found.names:
        speed = figures.speed(found.cases.get(unit, ()), found.items.get(unit, ()))
        rows.append((unit, speed.cases, speed.mean, speed.late + late.get(unit, 0), *cards.get(unit, (0, 0))))
    columns = (
        Column("unit", "单位"),
        Column("count", "办结件数", number=True, counts=True),
        Column("mean", "平均办结（工作日）", number=True),
        Column("inner_count", "逾期", number=True),
        Column("inner_count", "黄牌", number=True),
        Column("inner_count", "红牌", number=True),
    )
    return Part("评选参考：所在单位办理情况", columns=columns, rows=tuple(rows), empty="本季度没有办结件。")
