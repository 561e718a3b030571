"""First receivers in the database."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, and_, select

from central.cases.tables import cases
from central.complaints.tables import complaints
from central.database import add_if_new
from central.fleet.tables import terminals
from central.handling.tables import first_receivers

CASE, CONSULTATION = "case", "consultation"
AT_ONCE = 300


class New(msgspec.Struct, frozen=True):
    """A case or consultation that came in and of which nobody is noted."""

    of_id: str
    hall: str
    who: str
    item: str = ""
    missing: tuple[str, ...] = ()


def first_receiver(connection: Connection, kind: str, of_id: str) -> tuple[str, str] | None:
    """首问: the unit and person that received a case or consultation first."""
    found = select(first_receivers.c.unit, first_receivers.c.who)
    row = connection.execute(found.where(first_receivers.c.kind == kind, first_receivers.c.of_id == of_id)).first()
    return None if row is None else (row[0], row[1])


def receive(connection: Connection, kind: str, of_id: str, unit: str, who: str, at: datetime) -> bool:
    """Whoever received it first, once and for good."""
    row = {"kind": kind, "of_id": of_id, "unit": unit, "who": who, "at": at}
    return add_if_new(connection, first_receivers, row)


def new_cases(connection: Connection, since: datetime) -> Sequence[New]:
    """Cases that arrived from then on: received by their hall, by the guide beside the citizen or the terminal."""
    known = and_(first_receivers.c.kind == CASE, first_receivers.c.of_id == cases.c.case_id)
    found = select(cases.c.case_id, cases.c.hall, cases.c.helped_by, cases.c.terminal, cases.c.item, cases.c.missing)
    found = found.outerjoin(first_receivers, known).where(first_receivers.c.of_id.is_(None))
    rows = connection.execute(found.where(cases.c.received_at >= since).order_by(cases.c.received_at).limit(AT_ONCE))
    return [
        New(row[0], row[1], row[2] or row[3], row[4], msgspec.json.decode(row[5], type=tuple[str, ...])) for row in rows
    ]


def new_consultations(connection: Connection, since: datetime) -> Sequence[New]:
    """Consultations that arrived from then on, with the hall of their terminal."""
    known = and_(first_receivers.c.kind == CONSULTATION, first_receivers.c.of_id == complaints.c.complaint_id)
    found = select(complaints.c.complaint_id, terminals.c.hall, complaints.c.terminal)
    found = found.outerjoin(terminals, terminals.c.id == complaints.c.terminal).outerjoin(first_receivers, known)
    found = found.where(first_receivers.c.of_id.is_(None), complaints.c.matter == CONSULTATION)
    rows = connection.execute(found.where(complaints.c.received_at >= since).limit(AT_ONCE))
    return [New(row[0], row[1] or "", row[2]) for row in rows]
