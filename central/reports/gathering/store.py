"""What reports are computed from, read set by set: nothing is asked case by case, so ten thousand are soon read."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache

import msgspec
from sqlalchemy import ColumnClause, Connection, Select, and_, case, column, func, or_, select, table

from central.cases import store as case_store
from central.cases.tables import cases, ratings
from central.complaints.tables import complaints
from central.database import Moment, read
from central.fleet.tables import terminals
from central.handling.counters import rules as counter_rules
from central.handling.counters import store as counters
from central.handling.tables import done_at_once, supervision_events
from central.intake.tables import quarantine
from central.items import store as items
from central.items.rules import Published
from central.progress.rules import ENDS, Did
from central.progress.tables import case_people, case_steps
from central.ratings.gaming import Given, suspicions
from central.ratings.staff import store as staff_store
from central.reports.facts import Ended, Facts, Filed, Irregular, Rated, Reply, Undecided, Waiting
from contract.catalogue import Item, ItemKind
from contract.worktime import Pause

_PAUSES = table("case_pauses", column("case_id"), column("started_at", Moment), column("ended_at", Moment))
_TURNS = table("queue_turns", *(column(name) for name in ("case_id", "window_id", "who", "called_at")))
_WINDOWS = table("queue_windows", *(column(name) for name in ("window_id", "hall", "code")))
_CARDS = table(
    "supervision_cards",
    *(column(name) for name in ("rule", "level", "title", "unit", "subject", "subject_id")),
    *(column(name, Moment) for name in ("raised_at", "cleared_at")),
)
_POOR = table("poor_ratings", column("envelope_id"), column("closed_at"))
"""Tables of other parts, by the columns that are read here."""
_GIVEN = ("terminal", "window", "staff", "person", "satisfaction", "at")

_ENDED = (
    select(case_steps.c.case_id, func.min(case_steps.c.at).label("decided_at"))
    .where(case_steps.c.step.in_(ENDS))
    .group_by(case_steps.c.case_id)
)
_ACCEPTED = (
    select(case_steps.c.case_id, func.min(case_steps.c.at).label("accepted_at"))
    .where(case_steps.c.step == Did.ACCEPTED)
    .group_by(case_steps.c.case_id)
)
_OF_CASE = [cases.c[name] for name in ("case_id", "case_number", "item", "item_version", "item_title", "promise_date")]


def facts(connection: Connection, begins: datetime, ends: datetime, first: date, last: date, *, now: bool) -> Facts:
    """Everything of a period: moments from `begins` on and before `ends`, business dates of both days and between.

    `now`: also what waits at this moment.
    """
    published = items.published(connection)
    versions = _versions(published)
    before = ends.astimezone(UTC).isoformat() if not now else ""
    return Facts(
        ended=tuple(_ended(connection, begins, ends)),
        undecided=tuple(_undecided(connection, last)),
        filed=tuple(_filed(connection, begins, ends, first, last)),
        rated=tuple(rated(connection, begins, ends)),
        irregular=tuple(_irregular(connection, begins, ends)),
        replies=tuple(_replies(connection, begins, last)),
        reasons=tuple(_reasons(connection, begins, ends)),
        four=counter_rules.figures(counters.counted(connection, first, last)),
        items=tuple(_in_force(published, before)),
        versions=versions,
        published=tuple(published),
        waiting=_waiting(connection) if now else None,
    )


# --- items ----------


@lru_cache(maxsize=4096)
def _item(body: bytes) -> Item | None:
    try:
        return msgspec.convert(tomllib.loads(body.decode()), Item)
    except ValueError:
        return None


def _versions(published: Iterable[Published]) -> dict[tuple[str, int], Item]:
    found = (_item(one.body) for one in published if one.body)
    return {(item.slug, item.version): item for item in found if item is not None}


def _in_force(published: Iterable[Published], before: str) -> list[Item]:
    """As they were before a moment (ISO 8601 in UTC), or are now, by name."""
    last = {one.key: one.body for one in published if not before or one.signed_at < before}
    found = (_item(body) for _, body in sorted(last.items()) if body)
    return [item for item in found if item is not None]


# --- cases ----------


def _ended(connection: Connection, begins: datetime, ends: datetime) -> list[Ended]:
    over, accepted = _ENDED.subquery(), _ACCEPTED.subquery()
    found = (
        select(*_OF_CASE, cases.c.received_at, terminals.c.hall, over.c.decided_at, accepted.c.accepted_at)
        .join(over, over.c.case_id == cases.c.case_id)
        .outerjoin(accepted, accepted.c.case_id == cases.c.case_id)
        .outerjoin(terminals, terminals.c.id == cases.c.terminal)
        .where(cases.c.item_kind == ItemKind.FILING, over.c.decided_at >= begins, over.c.decided_at < ends)
        .order_by(over.c.decided_at, cases.c.case_id)
    )
    rows = connection.execute(found).mappings().all()
    pauses = _pauses(connection, begins, ends)
    return [
        Ended(
            **{name: row[name] for name in Undecided.__struct_fields__ if name != "hall"},
            hall=row["hall"] or "",
            received_at=row["received_at"],
            accepted_at=row["accepted_at"],
            decided_at=row["decided_at"],
            pauses=tuple(pauses[row["case_id"]]),
        )
        for row in rows
    ]


def _pauses(connection: Connection, begins: datetime, ends: datetime) -> dict[str, list[Pause]]:
    """特别程序 of the cases that were decided then. One that was never ended ends with its case."""
    over = _ENDED.subquery()
    found = select(_PAUSES, over.c.decided_at).join(over, over.c.case_id == _PAUSES.c.case_id)
    found = found.where(over.c.decided_at >= begins, over.c.decided_at < ends)
    of: dict[str, list[Pause]] = defaultdict(list)
    for row in connection.execute(found).mappings():
        ended = min(row["ended_at"] or row["decided_at"], row["decided_at"])
        of[row["case_id"]].append(Pause(row["started_at"], max(ended, row["started_at"])))
    return of


def _undecided(connection: Connection, last: date) -> list[Undecided]:
    """Promised for that day at the latest, not decided, and no special procedure stops its clock."""
    over = _ENDED.subquery()
    paused = select(_PAUSES.c.case_id).where(_PAUSES.c.ended_at.is_(None))
    found = (
        select(*_OF_CASE, func.coalesce(terminals.c.hall, "").label("hall"))
        .outerjoin(over, over.c.case_id == cases.c.case_id)
        .outerjoin(terminals, terminals.c.id == cases.c.terminal)
        .where(cases.c.item_kind == ItemKind.FILING, cases.c.promise_date.is_not(None))
        .where(cases.c.promise_date <= last.isoformat(), over.c.case_id.is_(None), cases.c.case_id.not_in(paused))
        .order_by(cases.c.promise_date, cases.c.case_number)
    )
    return [read(row, Undecided) for row in connection.execute(found).mappings()]


def _filed(connection: Connection, begins: datetime, ends: datetime, first: date, last: date) -> list[Filed]:
    hall = func.coalesce(terminals.c.hall, "").label("hall")
    count = func.count().label("count")
    of_cases = (
        select(
            cases.c.item, func.max(cases.c.item_title).label("item_title"), hall, cases.c.item_kind.label("kind"), count
        )
        .outerjoin(terminals, terminals.c.id == cases.c.terminal)
        .where(cases.c.business_date.between(first.isoformat(), last.isoformat()))
        .group_by(cases.c.item, hall, cases.c.item_kind)
    )
    at_once = (
        select(done_at_once.c.item, func.max(done_at_once.c.item).label("item_title"), hall, count)
        .outerjoin(terminals, terminals.c.id == done_at_once.c.terminal)
        .where(done_at_once.c.received_at >= begins, done_at_once.c.received_at < ends, done_at_once.c.finished == 1)
        .group_by(done_at_once.c.item, hall)
    )
    found = [read(row, Filed) for row in connection.execute(of_cases).mappings()]
    return found + [read({**row, "kind": "at_once"}, Filed) for row in connection.execute(at_once).mappings()]


# --- what was said ----------


def rated(connection: Connection, begins: datetime, ends: datetime) -> list[Rated]:
    """Ratings that arrived then, counted; a window's by the last turn its number had there."""
    last = select(_TURNS.c.case_id, func.max(_TURNS.c.called_at).label("called_at")).group_by(_TURNS.c.case_id)
    newest = last.subquery()
    window = case((_WINDOWS.c.code.is_(None), ""), else_=_WINDOWS.c.hall + " " + _WINDOWS.c.code).label("window")
    item = func.coalesce(func.nullif(ratings.c.item, ""), cases.c.item, "").label("item")
    hall = func.coalesce(terminals.c.hall, "").label("hall")
    staff = func.coalesce(_TURNS.c.who, "").label("staff")
    of = (item, hall, ratings.c.terminal, window, staff, ratings.c.satisfaction, ratings.c.again)
    found: Select[tuple[object, ...]] = (
        select(*of, func.count().label("count"))
        .outerjoin(cases, cases.c.case_id == ratings.c.case_id)
        .outerjoin(terminals, terminals.c.id == ratings.c.terminal)
        .outerjoin(newest, newest.c.case_id == ratings.c.case_id)
        .outerjoin(_TURNS, and_(_TURNS.c.case_id == newest.c.case_id, _TURNS.c.called_at == newest.c.called_at))
        .outerjoin(_WINDOWS, _WINDOWS.c.window_id == _TURNS.c.window_id)
        .where(ratings.c.received_at >= begins, ratings.c.received_at < ends)
        .group_by(*of)
    )
    own = staff_store.own_ratings(connection, begins, ends)
    if not own:
        return [read(row, Rated) for row in connection.execute(found).mappings()]
    of_citizens, of_staff = ratings.c.envelope_id.not_in(own), ratings.c.envelope_id.in_(own)
    told = [read(row, Rated) for row in connection.execute(found.where(of_citizens)).mappings()]
    return told + [read({**row, "own": True}, Rated) for row in connection.execute(found.where(of_staff)).mappings()]


def _reasons(connection: Connection, begins: datetime, ends: datetime) -> list[tuple[str, int]]:
    found = select(ratings.c.tags, func.count()).where(ratings.c.received_at >= begins, ratings.c.received_at < ends)
    counted: dict[str, int] = defaultdict(int)
    for tags, count in connection.execute(found.where(ratings.c.again == 0).group_by(ratings.c.tags)):
        for key in msgspec.json.decode(tags or "[]", type=list[str]):
            counted[key] += count
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def _replies(connection: Connection, begins: datetime, last: date) -> list[Reply]:
    """Those whose last day was then, or that came before and are not answered though it was."""
    of = complaints.c
    last_day = func.coalesce(of.extended_until, of.promised_until, "").label("last_day")
    unit: ColumnClause[str] = column("unit")
    found = select(of.number, of.matter, of.item, unit, last_day, of.answered_at).select_from(complaints)
    found = found.where(last_day != "", last_day <= last.isoformat())
    found = found.where(or_(of.answered_at.is_(None), of.answered_at >= begins))
    return [read(row, Reply) for row in connection.execute(found.order_by(last_day)).mappings()]


# --- supervision ----------


def _irregular(connection: Connection, begins: datetime, ends: datetime) -> list[Irregular]:
    """Cards that were raised then, and events of cases that have no card of their own."""
    carded = select(_CARDS).where(_CARDS.c.raised_at >= begins, _CARDS.c.raised_at < ends).order_by(_CARDS.c.raised_at)
    found = [
        Irregular(
            row["rule"], row["level"], row["title"], row["unit"], "", row["raised_at"], row["cleared_at"] is not None
        )
        for row in connection.execute(carded).mappings()
    ]
    events = supervision_events
    own = select(_CARDS.c.subject_id).where(_CARDS.c.rule == events.c.what, _CARDS.c.subject_id == events.c.case_id)
    seen = select(events.c.what, events.c.at, events.c.seen_at, cases.c.item, cases.c.item_title, cases.c.case_number)
    seen = seen.join(cases, cases.c.case_id == events.c.case_id).where(events.c.at >= begins, events.c.at < ends)
    for row in connection.execute(seen.where(~own.exists()).order_by(events.c.at)).mappings():
        title = f"{row['item_title']}（{row['case_number']}）"
        found.append(Irregular(row["what"], "", title, "", row["item"], row["at"], row["seen_at"] is not None))
    return found


def _waiting(connection: Connection) -> Waiting:
    def count(found: Select[int]) -> int:
        counted: int = connection.execute(found).scalar_one()
        return counted

    return Waiting(
        case_store.waiting_count(connection),
        count(select(func.count()).select_from(quarantine).where(quarantine.c.closed_at.is_(None))),
        count(select(func.count()).select_from(_POOR).where(_POOR.c.closed_at.is_(None))),
        0,
        count(select(func.count()).select_from(_CARDS).where(_CARDS.c.cleared_at.is_(None))),
    )


def began(connection: Connection) -> datetime | None:
    """When the first case arrived; None before there is any."""
    found: datetime | None = connection.execute(select(func.min(cases.c.received_at))).scalar_one()
    return found


def due_between(connection: Connection, first: date, last: date) -> int:
    """How many undecided filings are promised for these days."""
    over = _ENDED.subquery()
    found = select(func.count()).select_from(cases.outerjoin(over, over.c.case_id == cases.c.case_id))
    found = found.where(cases.c.item_kind == ItemKind.FILING, over.c.case_id.is_(None))
    found = found.where(cases.c.promise_date.between(first.isoformat(), last.isoformat()))
    return connection.execute(found).scalar_one()


def first_ratings(connection: Connection, begins: datetime, ends: datetime) -> list[Given]:
    """Every first rating of a time with where it was given, for whom, and by whose case."""
    last = select(_TURNS.c.case_id, func.max(_TURNS.c.called_at).label("called_at")).group_by(_TURNS.c.case_id)
    newest = last.subquery()
    window = case((_WINDOWS.c.code.is_(None), ""), else_=_WINDOWS.c.hall + " " + _WINDOWS.c.code).label("window")
    found: Select[tuple[object, ...]] = (
        select(
            ratings.c.envelope_id,
            ratings.c.terminal,
            window,
            func.coalesce(_TURNS.c.who, "").label("staff"),
            func.coalesce(case_people.c.person, "").label("person"),
            ratings.c.satisfaction,
            ratings.c.received_at.label("at"),
        )
        .outerjoin(newest, newest.c.case_id == ratings.c.case_id)
        .outerjoin(_TURNS, and_(_TURNS.c.case_id == newest.c.case_id, _TURNS.c.called_at == newest.c.called_at))
        .outerjoin(_WINDOWS, _WINDOWS.c.window_id == _TURNS.c.window_id)
        .outerjoin(case_people, case_people.c.case_id == ratings.c.case_id)
        .where(ratings.c.received_at >= begins, ratings.c.received_at < ends, ratings.c.again == 0)
    )
    own = staff_store.own_ratings(connection, begins, ends)
    rows = connection.execute(found).mappings()
    return [read({**{name: row[name] for name in _GIVEN}, "own": row["envelope_id"] in own}, Given) for row in rows]


def suspicious(connection: Connection, begins: datetime, ends: datetime) -> list[str]:
    """Windows and people whose ratings wait for a check."""
    return sorted({one.about for one in suspicions(first_ratings(connection, begins, ends))})
