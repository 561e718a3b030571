"""Links, special procedures and routes in the database. Who changes a case holds its lock (`handling.store.lock`)."""

from collections.abc import Collection, Sequence
from datetime import datetime, tzinfo

import msgspec
from sqlalchemy import Connection, func, select, update

from central.cases.tables import cases
from central.database import add_if_new, insert, read
from central.lifecycle import rules
from central.lifecycle.rules import Action, Level, Link, Role, Route, Seat, Special, Stage
from central.lifecycle.tables import approval_routes, case_links, case_pauses, platform_numbers
from central.trace import store as trace
from central.trace.rules import Actor, Fact
from contract.catalogue import TimeLimit
from contract.worktime import Worktime


class Clock(msgspec.Struct, frozen=True):
    """When it is, and how the office works."""

    now: datetime
    zone: tzinfo
    worktime: Worktime

    def due(self, opened: datetime, limit: TimeLimit, pauses: Sequence[Special]) -> datetime | None:
        """When a limit that began then ends; None while a pause is open."""
        local = [
            msgspec.structs.replace(
                one,
                started_at=one.started_at.astimezone(self.zone),
                ended_at=one.ended_at.astimezone(self.zone) if one.ended_at else None,
            )
            for one in pauses
            if one.ended_at is None or one.ended_at > opened
        ]
        return self.worktime.due(opened.astimezone(self.zone), limit, rules.stopped(local)).at


# --- links ----------


def links(connection: Connection, case_ids: Collection[str]) -> dict[str, list[Link]]:
    """Those of these cases, in the order they were opened."""
    found = select(case_links).where(case_links.c.case_id.in_(case_ids)).order_by(case_links.c.opened_at)
    by_case: dict[str, list[Link]] = {case_id: [] for case_id in case_ids}
    for row in connection.execute(found.order_by(case_links.c.link_id)).mappings():
        by_case[row["case_id"]].append(read(row, Link))
    return by_case


def find_link(connection: Connection, link_id: str) -> Link | None:
    """One by its id."""
    row = connection.execute(select(case_links).where(case_links.c.link_id == link_id)).mappings().first()
    return None if row is None else read(row, Link)


def open_links(
    connection: Connection, *, unit: str = "", roles: Collection[Role] = tuple(Role), limit: int = 300
) -> list[tuple[Link, str, str]]:
    """待办: of one unit, or of all, with case number and item; the earliest due first."""
    found = select(case_links, cases.c.case_number, cases.c.item_title)
    found = found.join(cases, cases.c.case_id == case_links.c.case_id)
    found = found.where(case_links.c.ended_at.is_(None), case_links.c.role.in_([one.value for one in roles]))
    if unit:
        found = found.where(case_links.c.unit == unit)
    found = found.order_by(case_links.c.due_at.is_(None), case_links.c.due_at, case_links.c.link_id).limit(limit)
    rows = connection.execute(found).mappings()
    return [(read(row, Link), row["case_number"], row["item_title"]) for row in rows]


def ask(  # noqa: PLR0913 - what there is to say of one
    connection: Connection,
    clock: Clock,
    case_id: str,
    seat: Seat,
    role: Role,
    name: str,
    who: str,
    *,
    stage: int = -1,
    owner: bool = False,
) -> bool:
    """A unit is asked, and its clock begins. False where it is asked already and has not answered."""
    number = connection.execute(
        select(func.count()).select_from(case_links).where(case_links.c.case_id == case_id)
    ).scalar_one()
    link = Link(
        link_id=f"{case_id}.{number + 1}",
        case_id=case_id,
        stage=stage,
        role=role,
        name=name,
        unit=seat.unit,
        level=int(seat.level),
        owner=int(owner),
        amount=seat.limit.amount,
        limit_unit=seat.limit.unit.value,
        opened_by=who,
        opened_at=clock.now,
        due_at=clock.due(clock.now, seat.limit, pauses(connection, [case_id])[case_id]),
    )
    if not add_if_new(connection, case_links, msgspec.structs.asdict(link) | {"role": role.value}):
        return False
    _tell(connection, case_id, f"{link.link_id}:opened", clock.now, "link.opened", who, f"{link.unit} {name}")
    return True


def end_link(connection: Connection, link: Link, action: Action, opinion: str, who: str, now: datetime) -> bool:
    """A unit has said something; `who` is empty where the rule says it for them. False where it had been said."""
    place = (case_links.c.link_id == link.link_id) & case_links.c.ended_at.is_(None)
    said = {"ended_at": now, "action": action.value, "opinion": opinion, "by_whom": who, "deemed": int(not who)}
    if not connection.execute(update(case_links).where(place).values(said)).rowcount:
        return False
    what = "link.ended" if who else "link.deemed"
    note = f"{link.unit} {link.name}：{rules.TABLE_7[action]} {opinion}".strip()
    _tell(connection, link.case_id, f"{link.link_id}:ended", now, what, who, note)
    return True


def advance(connection: Connection, clock: Clock, case_id: str, route: Route | None, who: str) -> None:
    """Whatever of the route may begin now begins: a signature that is due, else the next stage."""
    mine = links(connection, [case_id])[case_id]
    sign = rules.to_sign(route, mine)
    if route is None:
        return
    if sign is not None:
        asked = route.stages[sign].seats[0]
        signs = Seat(asked.unit, asked.level, rules.SIGNATURE)
        ask(connection, clock, case_id, signs, Role.SIGN, "审签", who, stage=sign)
        return
    at = rules.next_stage(route, mine)
    if at is None:
        return
    stage = route.stages[at]
    for place, seat in enumerate(stage.seats):
        leads = not mine and place == 0
        ask(connection, clock, case_id, seat, stage.role, stage.name, who, stage=at, owner=leads)


def silent(connection: Connection, now: datetime) -> list[Link]:
    """协办 units whose time is over and that have said nothing: by the rule they agree (SX-06)."""
    late = case_links.c.ended_at.is_(None) & (case_links.c.due_at < now)
    co = (case_links.c.role == Role.REVIEW.value) & (case_links.c.owner == 0) & (case_links.c.stage < 0)
    found = select(case_links).where(late, co).order_by(case_links.c.case_id, case_links.c.due_at)
    return [read(row, Link) for row in connection.execute(found.limit(200)).mappings()]


def is_late(connection: Connection, link_id: str, now: datetime) -> bool:
    """Whether nothing was said and the time is over as it is reckoned now. The case is locked."""
    open_ = (case_links.c.link_id == link_id) & case_links.c.ended_at.is_(None) & (case_links.c.due_at < now)
    return connection.execute(select(case_links.c.link_id).where(open_)).first() is not None


# --- special procedures ----------


def pauses(connection: Connection, case_ids: Collection[str]) -> dict[str, list[Special]]:
    """Those of these cases, the oldest first."""
    found = select(case_pauses).where(case_pauses.c.case_id.in_(case_ids)).order_by(case_pauses.c.started_at)
    by_case: dict[str, list[Special]] = {case_id: [] for case_id in case_ids}
    for row in connection.execute(found).mappings():
        by_case[row["case_id"]].append(read(row, Special))
    return by_case


def open_pauses(connection: Connection) -> list[tuple[Special, str, str]]:
    """Every special procedure that goes on, with case number and item, the longest first."""
    found = select(case_pauses, cases.c.case_number, cases.c.item_title)
    found = found.join(cases, cases.c.case_id == case_pauses.c.case_id).where(case_pauses.c.ended_at.is_(None))
    rows = connection.execute(found.order_by(case_pauses.c.started_at).limit(500)).mappings()
    return [(read(row, Special), row["case_number"], row["item_title"]) for row in rows]


def stop_clock(connection: Connection, clock: Clock, special: Special) -> bool:
    """A special procedure begins: every clock of the case stands. False where one goes on."""
    if not add_if_new(connection, case_pauses, msgspec.structs.asdict(special)):
        return False
    _again(connection, clock, special.case_id)
    note = f"{special.reason}（{special.basis}）"
    _tell(connection, special.case_id, f"{special.pause_id}:began", clock.now, "pause.started", special.by_whom, note)
    return True


def restart_clock(connection: Connection, clock: Clock, case_id: str, who: str, result: str, opinion: str) -> bool:
    """It is over: the clocks go on. False where none was open."""
    open_ = (case_pauses.c.case_id == case_id) & case_pauses.c.ended_at.is_(None)
    found = connection.execute(select(case_pauses.c.pause_id).where(open_)).scalar_one_or_none()
    if found is None:
        return False
    said = {"ended_at": clock.now, "ended_by": who, "result": result, "opinion": opinion}
    connection.execute(update(case_pauses).where(open_).values(said))
    _again(connection, clock, case_id)
    _tell(connection, case_id, f"{found}:over", clock.now, "pause.ended", who, result)
    return True


def _again(connection: Connection, clock: Clock, case_id: str) -> None:
    """Reckon anew when the open links of a case are due."""
    stopped = pauses(connection, [case_id])[case_id]
    for link in rules.waiting(links(connection, [case_id])[case_id]):
        due = clock.due(link.opened_at, link.limit, stopped)
        connection.execute(update(case_links).where(case_links.c.link_id == link.link_id).values(due_at=due))


# --- routes and numbers ----------


def route(connection: Connection, item: str) -> Route | None:
    """The route that was drawn for an item."""
    row = connection.execute(select(approval_routes).where(approval_routes.c.item == item)).mappings().first()
    return None if row is None else _route(dict(row))


def routes(connection: Connection) -> list[Route]:
    """All that were drawn, by their items."""
    found = connection.execute(select(approval_routes).order_by(approval_routes.c.item)).mappings()
    return [_route(dict(row)) for row in found]


def _route(row: dict[str, object]) -> Route:
    stages = msgspec.json.decode(str(row["stages"]), type=tuple[Stage, ...])
    return Route(str(row["item"]), stages, str(row["title"]), str(row["changed_by"]))


def keep_route(connection: Connection, made: Route, who: str, now: datetime) -> None:
    """Draw a route, or draw it anew: cases that are under way go on by it."""
    row = {"title": made.title, "stages": msgspec.json.encode(made.stages).decode(), "changed_by": who}
    added = insert(connection, approval_routes).values(item=made.item, changed_at=now, **row)
    changed = row | {"changed_at": now}
    connection.execute(added.on_conflict_do_update(index_elements=[approval_routes.c.item], set_=changed))


def map_number(connection: Connection, case_id: str, number: str, who: str, now: datetime) -> bool:
    """The number the province's platform gave this case. False where another case has it."""
    row = {"case_id": case_id, "number": number, "by_whom": who, "at": now}
    if not add_if_new(connection, platform_numbers, row):
        return platform_number(connection, case_id) == number
    _tell(connection, case_id, f"number:{case_id}", now, "number.mapped", who, number)
    return True


def platform_number(connection: Connection, case_id: str) -> str:
    """The platform's number of a case; empty where none was noted."""
    found = select(platform_numbers.c.number).where(platform_numbers.c.case_id == case_id)
    return connection.execute(found).scalar_one_or_none() or ""


def by_number(connection: Connection, number: str) -> str | None:
    """The case of a number: its own 办件编号 or the platform's."""
    own = select(cases.c.case_id).where(cases.c.case_number == number)
    found = connection.execute(own).scalar_one_or_none()
    theirs = select(platform_numbers.c.case_id).where(platform_numbers.c.number == number)
    return found or connection.execute(theirs).scalar_one_or_none()


def last_change(connection: Connection) -> tuple[datetime | None, ...]:
    """When something of this was last written."""
    newest = (case_links.c.opened_at, case_links.c.ended_at, case_pauses.c.started_at, case_pauses.c.ended_at)
    return tuple(connection.execute(select(func.max(one))).scalar_one() for one in newest)


def _tell(connection: Connection, case_id: str, source: str, at: datetime, what: str, who: str, note: str) -> None:
    actor = Actor.STAFF if who else Actor.SYSTEM
    trace.append(connection, Fact(case_id, f"life:{source}", at, what, actor, who, note))


LEVELS = {
    "national": Level.STATE,
    "province": Level.PROVINCE,
    "city": Level.CITY,
    "county": Level.COUNTY,
    "township": Level.TOWNSHIP,
    "village": Level.VILLAGE,
    "shared": Level.COUNTY,
}
