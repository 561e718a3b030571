"""Whom cases are of, by a keyed hash, and the steps staff set, in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, and_, func, select

from central.cases.tables import cases, looks, notices_given, ratings, tickets
from central.database import insert, read
from central.progress.rules import Known, Ratings, Step
from central.progress.tables import case_people, case_steps
from central.trace import store as trace
from central.trace.rules import Actor, Fact

BY_ITSELF = "–"
"""Who set a step that nobody of the staff did."""

_KNOWN = [cases.c[name] for name in Known.__struct_fields__]


class Unnamed(msgspec.Struct, frozen=True):
    """A case nobody is known of yet."""

    case_id: str
    envelope_id: str
    terminal: str


def unnamed(connection: Connection, key_id: str, since: str, limit: int) -> list[Unnamed]:
    """Cases from a business date on that are not in the index of this key, the newest first."""
    known = and_(case_people.c.case_id == cases.c.case_id, case_people.c.key_id == key_id)
    found = select(cases.c.case_id, cases.c.envelope_id, cases.c.terminal).outerjoin(case_people, known)
    found = found.where(case_people.c.case_id.is_(None), cases.c.business_date >= since)
    found = found.order_by(cases.c.business_date.desc(), cases.c.filed_at.desc()).limit(limit)
    return [read(row, Unnamed) for row in connection.execute(found).mappings()]


def name(connection: Connection, case_id: str, person: str, key_id: str, now: datetime) -> None:
    """The case is of this person; the empty text where nobody is in it or it does not open here."""
    values = {"person": person, "key_id": key_id, "at": now}
    added = insert(connection, case_people).values(case_id=case_id, **values)
    connection.execute(added.on_conflict_do_update(index_elements=[case_people.c.case_id], set_=values))


def last_of(connection: Connection, case_number: str) -> str:
    """The last step of the case with this number, `received` where there is none yet."""
    case = select(cases.c.case_id).where(cases.c.case_number == case_number).scalar_subquery()
    found = select(case_steps.c.step).where(case_steps.c.case_id == case).order_by(case_steps.c.id.desc()).limit(1)
    return connection.execute(found).scalar_one_or_none() or "received"


def envelope_of(connection: Connection, case_id: str) -> str:
    """The envelope a case came in. Raises LookupError."""
    found = connection.execute(select(cases.c.envelope_id).where(cases.c.case_id == case_id)).scalar_one_or_none()
    if found is None:
        raise LookupError(case_id)
    return str(found)


def person_of(connection: Connection, case_id: str) -> str:
    """The name in the tables of whoever a case is of; empty where nobody is known."""
    found = select(case_people.c.person).where(case_people.c.case_id == case_id)
    return connection.execute(found).scalar_one_or_none() or ""


def of_person(connection: Connection, person: str) -> list[Known]:
    """A person's cases, the newest first."""
    found = select(*_KNOWN).join(case_people, case_people.c.case_id == cases.c.case_id)
    found = found.where(case_people.c.person == person).order_by(cases.c.received_at.desc()).limit(50)
    return [read(row, Known) for row in connection.execute(found).mappings()]


def known(connection: Connection, case_id: str) -> Known:
    """One case. Raises LookupError where there is none."""
    row = connection.execute(select(*_KNOWN).where(cases.c.case_id == case_id)).mappings().first()
    if row is None:
        raise LookupError(case_id)
    return read(row, Known)


def by_code(connection: Connection, case_number: str, code: str) -> Known | None:
    """The case whose receipt carries both. A receipt that a later one voided still names its case."""
    holds = select(tickets.c.case_id).where(tickets.c.case_id == cases.c.case_id, tickets.c.code == code)
    found = select(*_KNOWN).where(cases.c.case_number == case_number, holds.exists())
    row = connection.execute(found).mappings().first()
    return None if row is None or not code else read(row, Known)


def add_step(connection: Connection, case_id: str, step: Step) -> None:
    """Something happened to a case; its trace tells it in the same transaction."""
    added = case_steps.insert().values(case_id=case_id, **msgspec.structs.asdict(step)).returning(case_steps.c.id)
    source = f"step:{connection.execute(added).scalar_one()}"
    who, actor = ("", Actor.SYSTEM) if step.by_whom == BY_ITSELF else (step.by_whom, Actor.STAFF)
    trace.append(connection, Fact(case_id, source, step.at, f"step.{step.step}", actor, who, step.note))


def steps(connection: Connection, case_ids: Collection[str]) -> dict[str, list[Step]]:
    """What happened to these cases, the oldest first."""
    found = select(case_steps).where(case_steps.c.case_id.in_(case_ids)).order_by(case_steps.c.id)
    by_case: dict[str, list[Step]] = {case_id: [] for case_id in case_ids}
    for row in connection.execute(found).mappings():
        by_case[row["case_id"]].append(read(row, Step))
    return by_case


def rated(connection: Connection, case_ids: Collection[str]) -> dict[str, Ratings]:
    """Which of these cases were rated, and rated again."""
    found = select(ratings.c.case_id, func.min(ratings.c.again), func.max(ratings.c.again))
    found = found.where(ratings.c.case_id.in_(case_ids)).group_by(ratings.c.case_id)
    return {row[0]: Ratings(row[1] == 0, row[2] == 1) for row in connection.execute(found)}


class Paper(msgspec.Struct, frozen=True):
    """A paper of a case that came out."""

    case_id: str
    paper: str
    serial: str | None
    received_at: datetime


def papers(connection: Connection, case_ids: Collection[str]) -> Sequence[Paper]:
    """What was printed of these cases."""
    found = select(tickets).where(tickets.c.case_id.in_(case_ids), tickets.c.outcome == "printed")
    return [read(row, Paper) for row in connection.execute(found).mappings()]


class Looked(msgspec.Struct, frozen=True):
    """Somebody opened what is sealed of a case."""

    case_id: str
    who: str
    at: datetime
    reason: str


def looked(connection: Connection, case_ids: Collection[str]) -> list[Looked]:
    """Who opened these cases."""
    found = select(looks).where(looks.c.case_id.in_(case_ids))
    return [read(row, Looked) for row in connection.execute(found).mappings()]


def indexed(connection: Connection, case_ids: Collection[str]) -> dict[str, datetime]:
    """When the machine entered these cases in the index."""
    found = select(case_people.c.case_id, case_people.c.at).where(case_people.c.case_id.in_(case_ids))
    return {row[0]: row[1] for row in connection.execute(found)}


class Notice(msgspec.Struct, frozen=True):
    """A one-time notice that was given."""

    item: str
    received_at: datetime
    case_id: str


def notices(connection: Connection, case_ids: Collection[str]) -> list[Notice]:
    """The one-time notices of these cases."""
    found = select(notices_given).where(notices_given.c.case_id.in_(case_ids))
    return [read(row, Notice) for row in connection.execute(found).mappings()]


def last_step(connection: Connection) -> datetime | None:
    """When staff last set a step."""
    newest: datetime | None = connection.execute(select(func.max(case_steps.c.at))).scalar_one()
    return newest
