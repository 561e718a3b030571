"""One project: how each approval stands, until when, who is waited for; and its chart. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from central.agents.rules import Agent
from central.orders import rules as orders
from central.orders.rules import Order
from central.progress import rules as progress
from central.progress.rules import ENDS, Did
from contract.catalogue import DEFAULT_LANGUAGE, Item, Text
from contract.orders import ProjectFound, ProjectPart, ProjectStage
from contract.worktime import Worktime

TITLE_AT_MOST: Final = 80
STAGES: Final = 6
HALL: Final[Text] = {"zh-Hans": "大厅窗口", "en": "The hall"}
COMPANY: Final[Text] = {"zh-Hans": "等您补材料", "en": "Waiting for you: papers are missing"}
NOBODY: Final[Text] = {"zh-Hans": "等大厅安排工作人员", "en": "Waiting for the hall to name somebody"}


class Kind(StrEnum):
    """What a part is."""

    CASE = "case"
    ORDER = "order"


class Project(msgspec.Struct, frozen=True):
    """As it is kept. `project_id` of a joint filing is that of its case."""

    project_id: str
    number: str
    code: str
    title: str
    agent_id: str
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    changed_at: datetime


class Part(msgspec.Struct, frozen=True):
    """One approval: a case, one item of a joint case, or a service order."""

    project_id: str
    stage: int
    kind: Kind
    of_id: str
    item: str
    """The item of a joint case this part is; empty for the whole case."""
    added_by: str
    added_at: datetime


class Known(NamedTuple):
    """What parts are made from, by the ids of cases and orders and by slugs."""

    cases: Mapping[str, progress.Known]
    steps: Mapping[str, Sequence[progress.Step]]
    orders: Mapping[str, Order]
    agents: Mapping[str, Agent]
    items: Mapping[str, Item | None]
    worktime: Worktime
    zone: tzinfo
    today: date


def found(project: Project, parts: Sequence[Part], known: Known) -> ProjectFound:
    """The project as company and staff read it."""
    stages = sorted({part.stage for part in parts})
    steward = known.agents.get(project.agent_id)
    return ProjectFound(
        number=project.number,
        title={DEFAULT_LANGUAGE: project.title},
        stages=tuple(ProjectStage(stage_title(at), _of_stage(parts, at, known)) for at in stages),
        steward=steward.name if steward else "",
        steward_number=steward.number if steward else "",
        steward_phone=steward.phone if steward else "",
    )


def stage_title(at: int) -> Text:
    """Stages have numbers; what they are called differs from place to place."""
    return {"zh-Hans": f"第 {at} 阶段", "en": f"Stage {at}"}


def _of_stage(parts: Sequence[Part], at: int, known: Known) -> tuple[ProjectPart, ...]:
    shown = (_part(part, known) for part in parts if part.stage == at)
    return tuple(one for one in shown if one is not None)


def _part(part: Part, known: Known) -> ProjectPart | None:
    if part.kind is Kind.ORDER:
        order = known.orders.get(part.of_id)
        return None if order is None else _order(order, known)
    case = known.cases.get(part.of_id)
    return None if case is None else _case(part, case, known)


def _case(part: Part, case: progress.Known, known: Known) -> ProjectPart:
    steps = known.steps.get(case.case_id, ())
    slug = part.item or case.item
    item = known.items.get(slug)
    stands = progress.stands(case, steps, item, progress.Ratings(), known.today, known.zone)
    last = steps[-1].step if steps else ""
    decided = next((one for one in steps if one.step in ENDS), None)
    due = _due(part, case, item, known)
    department = item.department if item is not None else HALL
    for_company = bool(stands.missing) or last == Did.CORRECTION
    return ProjectPart(
        title=item.title if item is not None else {DEFAULT_LANGUAGE: slug if part.item else case.item_title},
        who=department,
        state=stands.state,
        begun=case.filed_at[:10],
        due=due,
        done=_day(decided.at, known.zone) if decided else "",
        waits={} if decided else COMPANY if for_company else waiting_for(department),
        late=not decided and bool(due) and due < known.today.isoformat(),
        number=case.case_number,
    )


def _due(part: Part, case: progress.Known, item: Item | None, known: Known) -> str:
    """What was promised on the receipt; for one item of a joint case by that item's own limit, in working time."""
    if part.item and item is not None:
        due = known.worktime.due(datetime.fromisoformat(case.filed_at).astimezone(known.zone), item.promised_limit)
        return due.at.date().isoformat() if due.at else ""
    return case.promise_date or ""


def _order(order: Order, known: Known) -> ProjectPart:
    agent = known.agents.get(order.agent_id)
    who: Text = {DEFAULT_LANGUAGE: agent.name} if agent else HALL
    ended = order.state is orders.State.ENDED
    return ProjectPart(
        title={language: f"{words}：{order.item_title}" for language, words in orders.WISHES[order.wish].items()},
        who=who,
        state=orders.WORDS[order.outcome if ended else order.state],
        begun=order.at[:10],
        due=_day(order.due_at, known.zone),
        done=_day(order.done_at, known.zone) if order.done_at else "",
        waits={} if ended else waiting_for(who) if agent else NOBODY,
        late=not ended and _day(order.due_at, known.zone) < known.today.isoformat(),
        number=order.number,
    )


def waiting_for(who: Text) -> Text:
    """It is this office's turn."""
    patterns = {"zh-Hans": "等{who}办理", "en": "Waiting for {who}"}
    return {language: pattern.format(who=who.get(language) or who["zh-Hans"]) for language, pattern in patterns.items()}


def _day(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).date().isoformat()


# --- the chart ----------


class Bar(NamedTuple):
    """One approval as it is drawn, in the units of the chart."""

    y: int
    x: int
    width: int
    tone: str
    """`done`, `late`, `waits` (the company's turn) or `runs`."""
    due_x: int | None
    part: ProjectPart


class Label(NamedTuple):
    y: int
    title: Text


class Chart(NamedTuple):
    """Days to the right, approvals below each other under the names of their stages."""

    height: int
    ticks: tuple[tuple[int, str], ...]
    today_x: int
    labels: tuple[Label, ...]
    bars: tuple[Bar, ...]


LEFT: Final = 320
WIDTH: Final = 1180
ROW: Final = 52
HEAD: Final = 40
_ROOM: Final = 24


def chart(project: ProjectFound, today: date) -> Chart:
    """Where everything stands. The time shown is from the first day to the last, today among them."""
    parts = [part for stage in project.stages for part in stage.parts]
    days = [date.fromisoformat(day) for part in parts for day in (part.begun, part.due, part.done) if day]
    first, last = min([*days, today]), max([*days, today])
    span = max((last - first).days + 1, 7)
    scale = (WIDTH - LEFT - _ROOM) / span

    def x(day: date) -> int:
        return LEFT + round((day - first).days * scale)

    bars, labels, y = [], [], HEAD
    for stage in project.stages:
        labels.append(Label(y, stage.title))
        y += ROW // 2 + 4
        for part in stage.parts:
            bars.append(_bar(part, y, x, today, scale))
            y += ROW
    every = max(1, -(-span // 8))
    ticks = tuple((x(first + timedelta(at)), f"{first + timedelta(at):%m-%d}") for at in range(0, span, every))
    return Chart(y + 8, ticks, x(today), tuple(labels), tuple(bars))


def _bar(part: ProjectPart, y: int, x: Callable[[date], int], today: date, scale: float) -> Bar:
    begun = date.fromisoformat(part.begun)
    until = date.fromisoformat(part.done) if part.done else max(today, begun)
    tone = "done" if part.done else "late" if part.late else "waits" if part.waits == COMPANY else "runs"
    width = max(x(until) - x(begun) + round(scale), 8)
    return Bar(y, x(begun), width, tone, x(date.fromisoformat(part.due)) + round(scale) if part.due else None, part)


class Figures(NamedTuple):
    """A project in a line."""

    parts: int
    done: int
    late: int
    company: int
    """Parts that wait for the company itself."""
    last_due: str


def figures(project: ProjectFound) -> Figures:
    """How much is done, late, and waits for the company; when the last is due."""
    parts = [part for stage in project.stages for part in stage.parts]
    return Figures(
        len(parts),
        sum(bool(part.done) for part in parts),
        sum(part.late for part in parts),
        sum(part.waits == COMPANY for part in parts),
        max((part.due for part in parts if not part.done), default=""),
    )
