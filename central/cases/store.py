"""Cases, paper, ratings and looks in the database."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, Table, exists, func, select, update

from central.bulk import add_missing, add_new
from central.cases import rules
from central.cases.rules import PAGE_SIZE, Case, Difficulty, Filter, Look, Paper, Print, Rating, Ticket
from central.cases.tables import (
    cases,
    difficulties,
    looks,
    notices_given,
    pages_counted,
    papers_left,
    ratings,
    tickets,
)
from central.database import add_if_new, read
from central.fleet import store as fleet
from central.scans import store as scans
from central.trace import store as trace
from central.trace.rules import Actor, Fact
from contract.catalogue import ItemKind
from contract.messages import (
    CaseFiled,
    DifficultyReported,
    DocumentReported,
    NoticeGiven,
    PaperLeft,
    RatingGiven,
    TicketReported,
)
from contract.pages_counted import PagesCounted

_IS_TICKET = tickets.c.paper == "ticket"
_HOW = ("promised", "joint", "delivery", "agent", "reach", "green", "credit", "certificate", "helped_checked")
"""How a case was filed, as far as terminals say it in the clear: kept together."""
_OF_BODY = tuple(name for name in CaseFiled.__struct_fields__ if name in cases.c)


class Source(msgspec.Struct, frozen=True):
    """Which envelope a record came in."""

    envelope_id: str
    terminal: str
    received_at: datetime


class Day(msgspec.Struct, frozen=True):
    """The figures of one business date."""

    numbers: int
    filings: int
    unprinted: int
    overdue: int
    """Those of the unprinted that somebody should see to: reported so, or silent for too long."""


def file_cases(connection: Connection, filed: Sequence[tuple[Source, CaseFiled]]) -> dict[str, str]:
    """Keep what of cases has a column, once. Envelope id -> why it cannot be kept: another record has its place."""
    halls = fleet.halls_of(connection, {source.terminal for source, _ in filed})
    rows = [
        {name: getattr(body, name) for name in _OF_BODY}
        | {"missing": _json(body.missing), "how": _json({name: getattr(body, name) for name in _HOW})}
        | {**msgspec.structs.asdict(source), "hall": halls.get(source.terminal, "")}
        for source, body in filed
    ]
    new = add_new(connection, cases, rows, "envelope_id")
    reasons = {}
    for source, body in filed:
        if source.envelope_id in new:
            scans.expect(connection, source.terminal, body.case_id, body.scans, source.received_at)
        elif not _is_kept(connection, source, body):
            names = f"case {body.case_id}, case number {body.case_number} or number {body.number}"
            reasons[source.envelope_id] = f"{names} is held from another envelope"
    return reasons


def _is_kept(connection: Connection, source: Source, body: CaseFiled) -> bool:
    found = select(cases.c.case_id).where(cases.c.envelope_id == source.envelope_id)
    return connection.execute(found).scalar_one_or_none() == body.case_id


def everything(connection: Connection) -> list[dict[str, str]]:
    """Every case with what is known of its ticket: `printed`, `failed`, `uncertain`, or nothing yet."""
    latest = select(tickets.c.case_id, func.max(tickets.c.outcome).label("paper")).where(_IS_TICKET)
    paper = latest.group_by(tickets.c.case_id).subquery()
    found = (
        select(cases.c.case_number, cases.c.number, cases.c.terminal, cases.c.item, func.coalesce(paper.c.paper, ""))
        .join(paper, paper.c.case_id == cases.c.case_id, isouter=True)
        .order_by(cases.c.received_at, cases.c.case_number)
    )
    names = ("case_number", "number", "terminal", "item", "paper")
    return [dict(zip(names, row, strict=True)) for row in connection.execute(found)]


def report_tickets(connection: Connection, told: Sequence[tuple[Source, TicketReported]]) -> None:
    """Keep reports about paper once."""
    _keep(connection, tickets, [_row(source, body) | {"paper": "ticket"} for source, body in told])


def report_documents(connection: Connection, told: Sequence[tuple[Source, DocumentReported]]) -> None:
    """Keep reports about documents once. They wait for the same people as tickets."""
    rows = [_row(source, body) | {"paper": "document", "print_id": body.document_id} for source, body in told]
    _keep(connection, tickets, [{name: value for name, value in row.items() if name in tickets.c} for row in rows])


def keep_pages_counted(connection: Connection, told: Sequence[tuple[Source, PagesCounted]]) -> None:
    """What citizens say of papers nobody could count: the first word of each stands."""
    for source, body in told:
        row = {"document_id": body.document_id, "envelope_id": source.envelope_id, "terminal": source.terminal}
        add_if_new(connection, pages_counted, row | {"pages": body.pages, "at": body.at})


def counted_by_citizens(connection: Connection, documents: Sequence[str]) -> dict[str, int]:
    """Document id -> how many pages its citizen says came out."""
    found = select(pages_counted.c.document_id, pages_counted.c.pages)
    rows = connection.execute(found.where(pages_counted.c.document_id.in_(documents)))
    return {row[0]: row[1] for row in rows}


def rate(connection: Connection, told: Sequence[tuple[Source, RatingGiven]]) -> None:
    """Keep ratings once. A second one names its case by number: a terminal knows no more of it."""
    numbers = {body.case_number for _, body in told if body.case_number and not body.case_id}
    found = select(cases.c.case_number, cases.c.case_id).where(cases.c.case_number.in_(numbers))
    ids = {row[0]: row[1] for row in connection.execute(found)} if numbers else {}
    rows = [
        {name: value for name, value in _row(source, body).items() if name != "case_number"}
        | {"tags": _json(body.tags), "again": int(body.again), "channel": "hall_terminal"}
        | {"case_id": body.case_id or ids.get(body.case_number, "")}
        for source, body in told
    ]
    _keep(connection, ratings, rows)


def keep_notices(connection: Connection, told: Sequence[tuple[Source, NoticeGiven]]) -> None:
    """Keep the evidence of one-time notices once."""
    rows = [
        _row(source, body) | {"given": _json(body.given), "situations": _json(body.situations)} for source, body in told
    ]
    _keep(connection, notices_given, rows)


def keep_papers_left(connection: Connection, told: Sequence[tuple[Source, PaperLeft]]) -> None:
    """Count paper that stood in an exit, once."""
    _keep(connection, papers_left, [_row(source, body) for source, body in told])


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def report_difficulties(connection: Connection, told: Sequence[tuple[Source, DifficultyReported]]) -> None:
    """Keep 办不成事 reports once."""
    _keep(connection, difficulties, [_row(source, body) for source, body in told])


def _row(source: Source, body: msgspec.Struct) -> dict[str, Any]:
    return {**msgspec.structs.asdict(body), **msgspec.structs.asdict(source)}


def _keep(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    add_missing(connection, table, rows)


def of_day(connection: Connection, day: str, before: datetime) -> Day:
    """How many numbers and filings a day has, and how many of both are not known to be on paper.

    One that arrived after `before` and of which nothing was said may still be printing.
    """
    kind = select(cases.c.item_kind, func.count()).where(cases.c.business_date == day).group_by(cases.c.item_kind)
    counted = {row[0]: row[1] for row in connection.execute(kind)}
    unprinted = select(func.count()).select_from(cases).where(cases.c.business_date == day, _unprinted())
    reported = exists().where(tickets.c.case_id == cases.c.case_id, _IS_TICKET)
    overdue = unprinted.where(reported | (cases.c.received_at < before))
    return Day(
        numbers=counted.get(ItemKind.NUMBER, 0),
        filings=counted.get(ItemKind.FILING, 0),
        unprinted=connection.execute(unprinted).scalar_one(),
        overdue=connection.execute(overdue).scalar_one(),
    )


def _unprinted() -> ColumnElement[bool]:
    settled = (tickets.c.outcome == Paper.PRINTED) | tickets.c.handled_at.is_not(None)
    return ~exists().where(tickets.c.case_id == cases.c.case_id, _IS_TICKET, settled)


def listed(connection: Connection, asked: Filter, limit: int = PAGE_SIZE) -> tuple[list[Case], int]:
    """One page of cases, newest first, and how many there are in all."""
    found = select(cases).where(cases.c.business_date == asked.day)
    if asked.kind:
        found = found.where(cases.c.item_kind == asked.kind)
    if asked.terminal:
        found = found.where(cases.c.terminal == asked.terminal)
    total = connection.execute(select(func.count()).select_from(found.subquery())).scalar_one()
    page = found.order_by(cases.c.received_at.desc(), cases.c.filed_at.desc(), cases.c.number.desc(), cases.c.case_id)
    return _with_paper(connection, page.offset((asked.page - 1) * limit).limit(limit)), total


def _with_paper(connection: Connection, found: Select[Any]) -> list[Case]:
    plain = [read(row, Case) for row in connection.execute(found).mappings()]
    known = defaultdict(list)
    for ticket in tickets_of(connection, [case.case_id for case in plain]):
        known[ticket.case_id].append(ticket)
    held = scans.held_of(connection, [case.case_id for case in plain])
    return [
        msgspec.structs.replace(case, paper=rules.paper(known[case.case_id]), scans=held.get(case.case_id))
        for case in plain
    ]


def find(connection: Connection, case_id: str) -> Case | None:
    """One case by its id."""
    return next(iter(_with_paper(connection, select(cases).where(cases.c.case_id == case_id))), None)


def since(connection: Connection, first: str, after: str, limit: int) -> list[Case]:
    """Cases from a business date on, in the order of their ids, those after one; nothing of their paper."""
    found = select(cases).where(cases.c.business_date >= first, cases.c.case_id > after)
    rows = connection.execute(found.order_by(cases.c.case_id).limit(limit)).mappings()
    return [read(row, Case) for row in rows]


def tickets_of(connection: Connection, case_ids: list[str]) -> list[Ticket]:
    """Every report about the paper of these cases, oldest first."""
    found = select(tickets).where(tickets.c.case_id.in_(case_ids)).order_by(tickets.c.received_at, tickets.c.at)
    return [read(row, Ticket) for row in connection.execute(found).mappings()]


def rating_of(connection: Connection, case_id: str) -> Rating | None:
    """The first rating of a case."""
    found = select(ratings).where(ratings.c.case_id == case_id, ratings.c.again == 0)
    found = found.order_by(ratings.c.received_at).limit(1)
    row = connection.execute(found).mappings().first()
    return None if row is None else read(row, Rating)


def titles(connection: Connection, since: str) -> dict[str, str]:
    """Item -> its title, as its cases say it from a business date on."""
    named = select(cases.c.item, func.max(cases.c.item_title)).where(cases.c.business_date >= since)
    return {row[0]: row[1] for row in connection.execute(named.group_by(cases.c.item))}


def waiting_prints(connection: Connection) -> list[Print]:
    """Every ticket that failed or may have failed and that nobody has seen to, newest first."""
    return _prints(connection, select(tickets).where(_waits()).order_by(tickets.c.received_at.desc()).limit(500))


def handled_prints(connection: Connection, since: datetime) -> list[Print]:
    """Those seen to from `since` on."""
    done = select(tickets).where(tickets.c.handled_at >= since).order_by(tickets.c.handled_at.desc())
    return _prints(connection, done.limit(100))


def _prints(connection: Connection, found: Select[Any]) -> list[Print]:
    rows = [read(row, Ticket) for row in connection.execute(found).mappings()]
    wanted = select(cases).where(cases.c.case_id.in_([ticket.case_id for ticket in rows]))
    known = {case.case_id: case for case in _with_paper(connection, wanted)}
    return [Print(ticket=ticket, case=known.get(ticket.case_id)) for ticket in rows]


def waiting_count(connection: Connection) -> int:
    """How many tickets wait for a person."""
    return connection.execute(select(func.count()).select_from(tickets).where(_waits())).scalar_one()


def _waits() -> ColumnElement[bool]:
    """Not known to be on paper, not seen to, and not replaced by a later paper."""
    later = tickets.alias()
    replaced = exists().where(later.c.voids == tickets.c.serial)
    return (tickets.c.outcome != Paper.PRINTED) & tickets.c.handled_at.is_(None) & ~replaced


def unreported(connection: Connection, day: str, before: datetime) -> list[Case]:
    """Cases of a day that arrived before a moment and whose paper nothing has been said about."""
    silent = ~exists().where(tickets.c.case_id == cases.c.case_id, _IS_TICKET)
    found = select(cases).where(cases.c.business_date == day, cases.c.received_at < before, silent)
    return [read(row, Case) for row in connection.execute(found.order_by(cases.c.received_at).limit(200)).mappings()]


def handle(connection: Connection, envelope_id: str, who: str, note: str, at: datetime) -> bool:
    """Note that somebody saw to a ticket. False if it was seen to before, or never reported."""
    place = (
        (tickets.c.envelope_id == envelope_id) & tickets.c.handled_at.is_(None) & (tickets.c.outcome != Paper.PRINTED)
    )
    done = connection.execute(update(tickets).where(place).values(handled_by=who, handled_at=at, handled_note=note))
    return bool(done.rowcount)


def difficulties_listed(connection: Connection) -> list[Difficulty]:
    """The newest 办不成事 reports."""
    found = select(difficulties).order_by(difficulties.c.received_at.desc()).limit(200)
    return [read(row, Difficulty) for row in connection.execute(found).mappings()]


def log_look(connection: Connection, case_id: str, who: str, at: datetime, reason: str) -> None:
    """Note who opens what is sealed. Commit before anything is opened."""
    added = looks.insert().values(case_id=case_id, who=who, at=at, reason=reason).returning(looks.c.id)
    source = f"look:{connection.execute(added).scalar_one()}"
    trace.append(connection, Fact(case_id, source, at, "looked", Actor.STAFF, who, reason))


def looks_at(connection: Connection, case_id: str) -> list[Look]:
    """Who looked, newest first."""
    found = select(looks).where(looks.c.case_id == case_id).order_by(looks.c.id.desc())
    return [read(row, Look) for row in connection.execute(found).mappings()]


def last_handled(connection: Connection) -> datetime | None:
    """When somebody last saw to a ticket."""
    newest: datetime | None = connection.execute(select(func.max(tickets.c.handled_at))).scalar_one()
    return newest


def count(connection: Connection) -> dict[str, int]:
    """Totals over all days: cases, numbers among them, tickets known to be on paper."""
    printed = select(func.count(tickets.c.print_id.distinct())).where(tickets.c.outcome == Paper.PRINTED, _IS_TICKET)
    numbers = select(func.count()).select_from(cases).where(cases.c.item_kind == ItemKind.NUMBER)
    return {
        "cases": connection.execute(select(func.count()).select_from(cases)).scalar_one(),
        "numbers": connection.execute(numbers).scalar_one(),
        "tickets_printed": connection.execute(printed).scalar_one(),
    }
