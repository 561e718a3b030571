"""The records the four counters are counted from, in the database."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Executable, and_, distinct, func, or_, select

from central.cases.tables import cases, notices_given, tickets
from central.complaints.tables import complaints
from central.database import insert
from central.handling.counters.rules import ASKED_BEFORE, Counted
from central.handling.rules import Contact
from central.handling.tables import asked_people, case_contacts, case_corrections
from central.progress.tables import case_people
from central.supplements.tables import supplements
from contract.catalogue import ItemKind
from contract.messages import Matter

AT_MOST = 20_000


def counted(connection: Connection, first: date, last: date, case_id: str = "") -> list[Counted]:
    """Every filing of these days with its counters, or one case alone, the newest first."""
    place = cases.c.case_id == case_id if case_id else _filed(first, last)
    found = select(cases.c.case_id, cases.c.case_number, cases.c.item_title, cases.c.business_date).where(place)
    rows = connection.execute(found.order_by(cases.c.received_at.desc()).limit(AT_MOST)).all()
    asked = _consultations(connection, place)
    forms = _forms(connection, place)
    brought = _supplements(connection, place)
    corrected = _count(connection, _of(case_corrections.c.case_id, place))
    by_hand = {what: _contacts(connection, place, what) for what in Contact}
    return [
        Counted(
            row.case_id,
            row.case_number,
            row.item_title,
            row.business_date,
            asked[row.case_id] + by_hand[Contact.CONSULTATION][row.case_id],
            forms[row.case_id] + by_hand[Contact.FORM][row.case_id],
            1 + brought[row.case_id] + by_hand[Contact.MATERIALS][row.case_id],
            corrected[row.case_id],
        )
        for row in rows
    ]


def _filed(first: date, last: date) -> ColumnElement[bool]:
    return and_(
        cases.c.item_kind == ItemKind.FILING, cases.c.business_date.between(first.isoformat(), last.isoformat())
    )


def _count(connection: Connection, found: Executable) -> Counter[str]:
    return Counter({str(row[0]): int(row[1]) for row in connection.execute(found)})


def _of(column: ColumnElement[str], place: ColumnElement[bool]) -> Any:  # noqa: ANN401 - SQLAlchemy's own
    return select(column, func.count()).join(cases, cases.c.case_id == column).where(place).group_by(column)


def _contacts(connection: Connection, place: ColumnElement[bool], what: Contact) -> Counter[str]:
    return _count(connection, _of(case_contacts.c.case_id, place).where(case_contacts.c.what == what.value))


def _forms(connection: Connection, place: ColumnElement[bool]) -> Counter[str]:
    """Papers of forms that came out in the case's own visit: copies of one hand-out are one."""
    printed = (tickets.c.template == "form") & (tickets.c.outcome == "printed")
    found = select(tickets.c.case_id, func.count(distinct(func.substr(tickets.c.at, 1, 16))))
    found = found.join(cases, cases.c.case_id == tickets.c.case_id).where(place, printed)
    return _count(connection, found.group_by(tickets.c.case_id))


def _supplements(connection: Connection, place: ColumnElement[bool]) -> Counter[str]:
    found = select(cases.c.case_id, func.count(distinct(supplements.c.supplement_id)))
    found = found.join(supplements, supplements.c.case_number == cases.c.case_number).where(place)
    return _count(connection, found.group_by(cases.c.case_id))


def _consultations(connection: Connection, place: ColumnElement[bool]) -> Counter[str]:
    """One-time notices (however often the same was shown and printed) and questions: of the case, of its number, or of
    its person about its item not long before.
    """
    asked: set[tuple[str, str]] = set()
    by_case = select(cases.c.case_id, notices_given.c.sha256).where(notices_given.c.case_id == cases.c.case_id, place)
    by_number = select(cases.c.case_id, complaints.c.complaint_id).where(
        complaints.c.case_number == cases.c.case_number,
        complaints.c.case_number != "",
        complaints.c.matter == Matter.CONSULTATION,
        place,
    )
    asked |= {(row[0], row[1]) for found in (by_case, by_number) for row in connection.execute(found)}
    asked |= _by_person(connection, place)
    return Counter(case_id for case_id, _ in asked)


def _by_person(connection: Connection, place: ColumnElement[bool]) -> set[tuple[str, str]]:
    same = select(
        cases.c.case_id, cases.c.received_at, notices_given.c.sha256, complaints.c.complaint_id, asked_people.c.at
    )
    same = same.join(case_people, and_(case_people.c.case_id == cases.c.case_id, case_people.c.person != ""))
    same = same.join(asked_people, asked_people.c.person == case_people.c.person)
    same = same.join(
        notices_given,
        and_(notices_given.c.envelope_id == asked_people.c.envelope_id, notices_given.c.item == cases.c.item),
        isouter=True,
    )
    same = same.join(
        complaints,
        and_(
            complaints.c.envelope_id == asked_people.c.envelope_id,
            complaints.c.item == cases.c.item,
            complaints.c.matter == Matter.CONSULTATION,
        ),
        isouter=True,
    )
    same = same.where(place, or_(notices_given.c.sha256.is_not(None), complaints.c.complaint_id.is_not(None)))
    return {
        (row.case_id, row.sha256 or row.complaint_id)
        for row in connection.execute(same)
        if row.at <= row.received_at and row.received_at - row.at <= ASKED_BEFORE
    }


class Unnamed(msgspec.Struct, frozen=True):
    """A sealed notice or question nobody is known of yet."""

    envelope_id: str
    said: str
    """`notice` or `question`."""


def unnamed(connection: Connection, key_id: str, limit: int) -> list[Unnamed]:
    """Some that are not in the index of this key."""
    found = []
    for table, said, place in (
        (notices_given, "notice", notices_given.c.masked_recipient != ""),
        (complaints, "question", and_(complaints.c.matter == Matter.CONSULTATION, complaints.c.item.is_not(None))),
    ):
        known = and_(asked_people.c.envelope_id == table.c.envelope_id, asked_people.c.key_id == key_id)
        lacking = select(table.c.envelope_id).outerjoin(asked_people, known)
        lacking = lacking.where(asked_people.c.envelope_id.is_(None), place).order_by(table.c.received_at.desc())
        found += [Unnamed(row[0], said) for row in connection.execute(lacking.limit(limit))]
    return found


def name(connection: Connection, envelope_id: str, person: str, key_id: str, at: datetime) -> None:
    """It is of this person; the empty text where nobody is in it. `at` is when it came."""
    values = {"person": person, "key_id": key_id, "at": at}
    added = insert(connection, asked_people).values(envelope_id=envelope_id, **values)
    connection.execute(added.on_conflict_do_update(index_elements=[asked_people.c.envelope_id], set_=values))


def came(connection: Connection, envelope_ids: Collection[str]) -> dict[str, datetime]:
    """When these came."""
    kept: dict[str, datetime] = {}
    for table in (notices_given, complaints):
        found = select(table.c.envelope_id, table.c.received_at).where(table.c.envelope_id.in_(envelope_ids))
        kept |= {row[0]: row[1] for row in connection.execute(found)}
    return kept
