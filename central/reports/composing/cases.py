"""月度通报, 周自查, 月梳理, 季总结 (DB-04, DB-05). Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from central.items import rules as item_rules
from central.reports import figures
from central.reports.composing import head as shared
from central.reports.composing.head import LEVELS, Head
from central.reports.document import Cell, Chart, Column, Document, Figure, Part
from central.reports.facts import Facts
from central.reports.figures import MEANS, Used
from central.reports.periods import Kind
from contract.messages import Matter

_MATTERS = {Matter.COMPLAINT: "投诉", Matter.CONSULTATION: "咨询", Matter.SUGGESTION: "建议"}


def notice(head: Head, facts: Facts) -> Document:
    """月度通报: per unit, with every thing that was overdue or irregular named one by one (DB-04)."""
    used = figures.used(facts, head.worktime, head.zone)
    units = shared.units(facts, used)
    parts = (
        shared.speed_part(figures.speed(used, facts.items), facts),
        shared.unit_table(units, shared.late_open(facts), shared.cards_by_unit(facts)),
        _halls(facts),
        overdue_part(head, facts, used),
        irregular_part(head, facts),
        replies_part(head, facts),
        shared.means_part(),
    )
    return head.document(Kind.NOTICE, "政务服务月度通报", len(used), parts)


def overdue_part(head: Head, facts: Facts, used: Sequence[Used]) -> Part:
    """未及时办理: decided late, or past its day and still open; unit by unit, the longest first."""
    rows: list[tuple[Cell, ...]] = [
        (one.unit, one.case.item_title, one.case.case_number, one.case.promise_date, ended, one.late_days)
        for one in used
        if one.late_days
        for ended in (head.day(one.case.decided_at),)
    ]
    until = min(head.period.last, head.as_of.astimezone(head.zone).date())
    for one in facts.undecided:
        late = figures.days_late(one.promise_date, until, head.worktime)
        if late:
            unit = figures.unit_of(facts.item_of(one.item, one.item_version))
            rows.append((unit, one.item_title, one.case_number, one.promise_date, "未办结", late))
    columns = (
        Column("unit", "责任单位"),
        Column("item", "事项"),
        Column("case_number", "办件编号"),
        Column("promised_on", "承诺日期"),
        Column("decided_on", "办结日期"),
        Column("days", "超期工作日", number=True),
    )
    ordered = sorted(rows, key=lambda row: (str(row[0]), -int(row[5] or 0), str(row[2])))
    return Part(
        "未及时办理事项（逐项）", MEANS["late"], columns=columns, rows=tuple(ordered), empty="本期没有逾期办件。"
    )


def irregular_part(head: Head, facts: Facts) -> Part:
    """办理不规范: every card and event."""
    rows = [
        (
            one.unit or shared.unit_of(facts, one.item),
            LEVELS.get(one.level, one.level),
            head.rules.get(one.rule, one.rule),
            one.title,
            head.day(one.at),
            "已销号" if one.cleared else "未销号",
        )
        for one in facts.irregular
    ]
    columns = (
        Column("unit", "责任单位"),
        Column("level", "等级"),
        Column("rule", "情形"),
        Column("card_title", "事项"),
        Column("at", "发生日期"),
        Column("outcome", "状态"),
    )
    return Part("办理不规范事项（逐项）", columns=columns, rows=tuple(sorted(rows)), empty="本期没有不规范事项。")


def replies_part(head: Head, facts: Facts) -> Part:
    """Answers that came late, or did not come."""
    rows = []
    until = min(head.period.last, head.as_of.astimezone(head.zone).date())
    for one in facts.replies:
        answered = one.answered_at.astimezone(head.zone).date() if one.answered_at else None
        late = figures.days_late(one.last_day, answered or until, head.worktime)
        if late:
            unit = one.unit or (shared.unit_of(facts, one.item) if one.item else "未转办")
            named = _MATTERS.get(Matter(one.matter), one.matter)
            rows.append((unit, named, one.number, one.last_day, str(answered or "未答复"), late))
    columns = (
        Column("unit", "责任单位"),
        Column("matter", "类别"),
        Column("number", "编号"),
        Column("promised_on", "应答复日期"),
        Column("decided_on", "答复日期"),
        Column("days", "超期工作日", number=True),
    )
    return Part("逾期答复的诉求（逐项）", columns=columns, rows=tuple(sorted(rows)), empty="本期诉求均按时答复。")


def _halls(facts: Facts) -> Part:
    services = shared.services_by(facts, "hall")
    found = figures.by(facts.rated, services, "hall")
    columns = (
        Column("hall", "大厅"),
        Column("services", "完成服务", number=True, counts=True),
        Column("ratings", "首次评价", number=True, counts=True),
        Column("share", "满意度 %", number=True),
        Column("share", "参评率 %", number=True),
    )
    rows = tuple((one.name, one.services, one.n, one.share, one.rated) for one in found)
    return Part("各大厅服务情况", columns=columns, rows=rows, empty="本期没有服务记录。")


def items_part(facts: Facts, used: Sequence[Used]) -> Part:
    """Item by item, the busiest first."""
    services, called = shared.services_by(facts, "item"), shared.titles(facts)
    ended: dict[str, list[Used]] = {}
    for one in used:
        ended.setdefault(one.case.item, []).append(one)
    rows = []
    for slug in sorted({*services, *ended}, key=lambda one: (-services.get(one, 0), one)):
        some = ended.get(slug, [])
        speed = figures.speed(some, ())
        rows.append(
            (called.get(slug, slug), shared.unit_of(facts, slug), services.get(slug, 0), speed.cases, speed.mean)
        )
    columns = (
        Column("item", "事项"),
        Column("unit", "单位"),
        Column("services", "完成服务", number=True, counts=True),
        Column("count", "办结件数", number=True),
        Column("mean", "平均办结（工作日）", number=True),
    )
    return Part("各事项办理情况", columns=columns, rows=tuple(rows), empty="本期没有服务记录。")


def review(head: Head, facts: Facts) -> Document:
    """月梳理: what was done, what stands open, what changed in the catalogue."""
    used = figures.used(facts, head.worktime, head.zone)
    parts = (
        shared.speed_part(figures.speed(used, facts.items), facts),
        items_part(facts, used),
        overdue_part(head, facts, used),
        irregular_part(head, facts),
        replies_part(head, facts),
        _catalogue(head, facts),
        shared.means_part(),
    )
    return head.document(Kind.REVIEW, "政务服务月度梳理", len(used), parts)


def _catalogue(head: Head, facts: Facts) -> Part:
    called = shared.titles(facts)
    rows = []
    for one in facts.published:
        day = one.signed_at[:10]
        if head.period.first.isoformat() <= day <= head.period.last.isoformat():
            item = item_rules.facts(one.body) if one.body else None
            rows.append((day, called.get(one.key, one.key), f"第 {item.version} 版" if item else "停用"))
    columns = (Column("month", "日期"), Column("item", "事项"), Column("change", "变化"))
    return Part("事项目录变化", columns=columns, rows=tuple(rows), empty="本期目录没有变化。")


def summary(head: Head, facts: Facts, before: Facts) -> Document:
    """季总结: the figures beside those of the quarter before, trips, stars and depth with their trend."""
    used = figures.used(facts, head.worktime, head.zone)
    earlier = figures.used(before, head.worktime, head.zone)
    now, then = figures.speed(used, facts.items), figures.speed(earlier, before.items)
    units = shared.units(facts, used)
    parts = (
        shared.speed_part(now, facts),
        _beside(now, then, facts, before),
        shared.unit_table(units, shared.late_open(facts), shared.cards_by_unit(facts)),
        trips_part(facts),
        _depth(head, facts),
        _four(facts),
        _halls(facts),
        shared.means_part(),
    )
    return head.document(Kind.SUMMARY, "政务服务季度总结", len(used), parts)


def _beside(now: figures.Speed, then: figures.Speed, facts: Facts, before: Facts) -> Part:
    said, earlier = (figures.content("", one.rated, sum(some.count for some in one.filed)) for one in (facts, before))
    rows: tuple[tuple[Cell, ...], ...] = (
        ("办结件数", now.cases, then.cases),
        ("平均办结（工作日）", now.mean, then.mean),
        ("承诺提速 %", now.promise_faster, then.promise_faster),
        ("办理提速 %", now.case_faster, then.case_faster),
        ("逾期办结", now.late, then.late),
        ("完成服务", said.services, earlier.services),
        ("首次评价", said.n, earlier.n),
        ("满意度 %", said.share, earlier.share),
        ("参评率 %", said.rated, earlier.rated),
    )
    columns = (
        Column("standard", "指标"),
        Column("inner_count", "本季度", number=True),
        Column("inner_count", "上季度", number=True),
    )
    return Part("与上季度比较", columns=columns, rows=rows)


def trips_part(facts: Facts) -> Part:
    """最多跑一次 share per unit against the target line (ZN-11)."""
    rows = tuple(
        (one.unit, one.items, one.one, one.none, one.share, "达标" if one.reached else "未达标")
        for one in figures.trips(facts.items)
    )
    columns = (
        Column("unit", "单位"),
        Column("standard", "在用事项", number=True),
        Column("standard", "最多跑一次", number=True),
        Column("standard", "零跑路", number=True),
        Column("share", "占比 %", number=True),
        Column("outcome", f"目标 {figures.TARGET:.0f}%"),
    )
    chart = Chart("bar", 0, (4,), target=figures.TARGET, unit="%")
    return Part(
        "各单位“最多跑一次”占比", MEANS["one_trip"], columns=columns, rows=rows, empty="目录为空。", chart=chart
    )


def _depth(head: Head, facts: Facts) -> Part:
    trend = item_rules.trend(facts.published, head.period.last, head.zone)
    rows = tuple(
        (month, one.items, figures.percent(one.handled, one.items), figures.percent(one.four, one.items), five)
        for month, one in reversed(trend)
        for five in (figures.percent(one.five, one.items),)
    )
    columns = (
        Column("month", "月份"),
        Column("standard", "在用事项", number=True),
        Column("share", "深度 ≥ 5 占比 %", number=True),
        Column("stars", "四星 %", number=True),
        Column("stars", "五星 %", number=True),
    )
    chart = Chart("line", 0, (2, 3, 4), unit="%")
    return Part("办理深度与星级走势", columns=columns, rows=rows, empty="目录为空。", chart=chart)


def _four(facts: Facts) -> Part:
    four = facts.four
    share = "–" if four.share is None else f"{four.share}%"
    over = zip(("咨询", "领表", "交材料", "补正"), four.over, strict=True)
    return Part(
        "四个一次",
        figures=(
            Figure("四项均不超过一次", share, four.cases, "咨询、领表、交材料、补正各不超过 1 次的办件占比。"),
            *(Figure(f"{name}超过一次", str(count), four.cases, field="inner_count") for name, count in over),
        ),
    )


def check(head: Head, facts: Facts, due_soon: int, lint: Sequence[tuple[str, str]]) -> Document:
    """周自查清单: each standard with what was found, and whether something has to be mended (DB-05)."""
    used = figures.used(facts, head.worktime, head.zone)
    overdue = overdue_part(head, facts, used)
    replies = replies_part(head, facts)
    waiting = facts.waiting
    asked: list[tuple[str, int]] = [
        ("没有逾期未办结的办件", sum(row[4] == "未办结" for row in overdue.rows)),
        ("本周没有逾期办结的办件", sum(row[4] != "未办结" for row in overdue.rows)),
        ("诉求均在承诺时限内答复", len(replies.rows)),
        ("没有第二次补正", sum(one.rule == "second_correction" for one in facts.irregular)),
        ("本周没有红牌", sum(one.level == "red" for one in facts.irregular)),
        ("事项指南必填内容齐全、编码有效", len(lint)),
    ]
    if waiting is not None:
        asked += [
            ("黄牌、红牌均已销号", waiting.open_cards),
            ("差评工单均已办结", waiting.poor_ratings),
            ("凭条打印问题均已处理", waiting.prints),
            ("隔离的记录均已处理", waiting.quarantined),
            ("终端均为最新事项版本", waiting.stale_terminals),
        ]
    rows = tuple((standard, found, "合格" if not found else "需整改") for standard, found in asked)
    columns = (Column("standard", "自查标准"), Column("count", "不符合数", number=True), Column("outcome", "结论"))
    soon = Figure("未来 5 个工作日到期", str(due_soon), None, "请提前安排。")
    faults = tuple(lint)
    parts = (
        Part("自查结果", figures=(Figure("不合格项", str(sum(bool(one[1]) for one in rows)), len(rows)), soon)),
        Part("自查清单", columns=columns, rows=rows),
        overdue,
        irregular_part(head, facts),
        replies,
        Part(
            "指南问题", columns=(Column("item", "事项"), Column("inner_note", "问题")), rows=faults, empty="没有问题。"
        ),
    )
    return head.document(Kind.CHECK, "每周自查清单", len(rows), parts)


def soon(today: date, head: Head) -> date:
    """The day until which cases count as due soon: five working days on."""
    day, left = today, 5
    while left:
        day += timedelta(days=1)
        left -= head.worktime.calendar.works(day)
    return day
