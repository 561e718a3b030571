"""What the exchange reads of the database, and the accounts of programs."""

import hashlib
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from central.cases.tables import cases, ratings
from central.complaints.tables import complaints
from central.database import add_if_new
from central.exchange.tables import interface_accounts
from central.progress.tables import case_steps
from central.supervision.tables import cards

AT_MOST = 100_000


def cases_between(connection: Connection, since: datetime, before: datetime) -> list[dict[str, Any]]:
    """Cases (no numbers of a queue) received in a time, in order."""
    found = select(cases).where(cases.c.received_at >= since, cases.c.received_at < before)
    found = found.where(cases.c.item_kind == "filing").order_by(cases.c.received_at).limit(AT_MOST)
    return [dict(row) for row in connection.execute(found).mappings()]


def steps_between(connection: Connection, since: datetime, before: datetime) -> list[dict[str, Any]]:
    """What was done with cases in a time, in order."""
    columns = (case_steps, cases.c.case_number, cases.c.item, cases.c.item_version)
    found = select(*columns).join(cases, cases.c.case_id == case_steps.c.case_id)
    found = found.where(case_steps.c.at >= since, case_steps.c.at < before).order_by(case_steps.c.id).limit(AT_MOST)
    return [dict(row) for row in connection.execute(found).mappings()]


def ratings_between(connection: Connection, since: datetime, before: datetime) -> list[dict[str, Any]]:
    """Ratings received in a time, each with its case."""
    columns = (ratings, cases.c.case_number, cases.c.masked_name)
    found = select(*columns).join(cases, cases.c.case_id == ratings.c.case_id)
    found = found.where(ratings.c.received_at >= since, ratings.c.received_at < before)
    return [dict(row) for row in connection.execute(found.order_by(ratings.c.received_at).limit(AT_MOST)).mappings()]


def voices_between(connection: Connection, matter: str, since: datetime, before: datetime) -> list[dict[str, Any]]:
    """Complaints or consultations received in a time."""
    found = select(complaints).where(complaints.c.matter == matter)
    found = found.where(complaints.c.received_at >= since, complaints.c.received_at < before)
    return [dict(row) for row in connection.execute(found.order_by(complaints.c.received_at).limit(AT_MOST)).mappings()]


def cards_between(connection: Connection, since: datetime, before: datetime) -> list[dict[str, Any]]:
    """Yellow and red cards of cases raised in a time."""
    columns = (cards, cases.c.case_number)
    found = select(*columns).join(cases, cases.c.case_id == cards.c.subject_id).where(cards.c.subject == "case")
    found = found.where(cards.c.raised_at >= since, cards.c.raised_at < before)
    return [dict(row) for row in connection.execute(found.order_by(cards.c.id).limit(AT_MOST)).mappings()]


class Program(msgspec.Struct, frozen=True):
    """An account of a program: what it may fetch or send."""

    name: str
    may: tuple[str, ...]


def token_hash(token: str) -> str:
    """What the table holds of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_program(connection: Connection, program: Program, token: str, who: str, now: datetime) -> bool:
    """Enter an account; False where the name is taken."""
    row: dict[str, Any] = {"name": program.name, "token_hash": token_hash(token), "made_by": who, "made_at": now}
    return add_if_new(connection, interface_accounts, row | {"may": " ".join(program.may), "ended_at": None})


def end_program(connection: Connection, name: str, now: datetime) -> bool:
    """Its token opens nothing any more; False where it opened nothing before."""
    open_one = (interface_accounts.c.name == name) & interface_accounts.c.ended_at.is_(None)
    return connection.execute(update(interface_accounts).where(open_one).values(ended_at=now)).rowcount > 0


def program_of(connection: Connection, token: str) -> Program | None:
    """Whose token this is."""
    mine = (interface_accounts.c.token_hash == token_hash(token)) & interface_accounts.c.ended_at.is_(None)
    row = connection.execute(select(interface_accounts).where(mine)).mappings().one_or_none()
    return None if row is None else Program(row["name"], tuple(row["may"].split()))
