"""Acts, documents and calls of departments in the database. Every id is the visit's: said twice, kept once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, select, update

from central.database import add_if_new, insert, read
from central.departments.tables import department_acts, department_calls, document_serials, documents_issued
from contract.catalogue import Text

CALLS_KEPT = timedelta(days=365)
SERIALS_SKIP = 1000
"""Of a prefix and day, that may have been given out since a backup."""


class Call(msgspec.Struct, frozen=True):
    """One share of data (BJ-33); `outcome` is `ok`, `refused`, `name_differs`, `slow`, `down` or `wrong`."""

    at: datetime
    person: str
    terminal: str
    item: str
    connector: str
    call: str
    purpose: str
    consent: str
    outcome: str


class ActState(StrEnum):
    """What is known of an act. After ASKED the same is asked again until it is known; the others are final."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


class Act(msgspec.Struct, frozen=True):
    """`fingerprint` is of what is to be done for whom: the same id never means something else. `reference` is the
    department's number, or why it refused.
    """

    act_id: str
    fingerprint: str
    person: str
    terminal: str
    item: str
    connector: str
    act: str
    order_id: str
    state: ActState
    reference: str
    asked_at: datetime
    settled_at: datetime | None = None
    sealed: bytes | None = None
    """What was asked, to the centre's own keys; gone when it is settled."""


class Issued(msgspec.Struct, frozen=True):
    """A document that was given out. `title` and `facts` are JSON; `lookup` stands for the verification code."""

    document_id: str
    serial: str
    lookup: str
    digest: str
    person: str
    masked_name: str
    terminal: str
    item: str
    connector: str
    document: str
    title: str
    facts: str
    issued_at: datetime
    voids: str = ""
    voided_by: str = ""
    voided_at: datetime | None = None

    @property
    def told(self) -> tuple[Text, tuple[tuple[Text, str], ...]]:
        """Title and facts as whoever verifies it reads them."""
        facts = msgspec.json.decode(self.facts, type=tuple[tuple[Text, str], ...])
        return msgspec.json.decode(self.title, type=Text), facts


class CannotVoid(Exception):
    """There is no such document of this person to be voided, or another reprint has voided it."""


# --- calls ----------


def note_call(connection: Connection, call: Call) -> None:
    """Write down that a department was asked."""
    connection.execute(insert(connection, department_calls).values(**msgspec.structs.asdict(call)))


def counts(connection: Connection, since: datetime) -> list[dict[str, Any]]:
    """Calls by connector, call, purpose and outcome."""
    columns = [department_calls.c[name] for name in ("connector", "call", "purpose", "consent", "outcome")]
    found = select(*columns, func.count().label("count")).where(department_calls.c.at >= since)
    return [dict(row) for row in connection.execute(found.group_by(*columns).order_by(*columns)).mappings()]


def calls_of(connection: Connection, person: str, most: int = 200) -> list[Call]:
    """What departments were asked about a person (by the centre's keyed hash), newest first."""
    found = select(department_calls).where(department_calls.c.person == person)
    newest = found.order_by(department_calls.c.at.desc()).limit(most)
    return [read(row, Call) for row in connection.execute(newest).mappings()]


def sweep(connection: Connection, now: datetime) -> None:
    """Forget calls of more than a year ago."""
    connection.execute(delete(department_calls).where(department_calls.c.at < now - CALLS_KEPT))


# --- acts ----------


def begin_act(connection: Connection, act: Act) -> Act | None:
    """The act as it stands, written down before anybody acts. None where its order pays for another act."""
    if add_if_new(connection, department_acts, msgspec.structs.asdict(act) | {"state": act.state.value}):
        return act
    return find_act(connection, act.act_id)


def settle_act(connection: Connection, act_id: str, state: ActState, reference: str, at: datetime) -> None:
    """What came of it; what was settled before stays as it is. What was asked is forgotten."""
    settled = update(department_acts).where(
        department_acts.c.act_id == act_id, department_acts.c.state == ActState.ASKED.value
    )
    connection.execute(settled.values(state=state.value, reference=reference, settled_at=at, sealed=None))


def open_acts(connection: Connection, asked_before: datetime, most: int = 20) -> list[Act]:
    """Acts of which nobody knows what came, oldest first."""
    found = select(department_acts).where(
        department_acts.c.state == ActState.ASKED.value, department_acts.c.asked_at < asked_before
    )
    oldest = found.order_by(department_acts.c.asked_at).limit(most)
    return [read(row, Act) for row in connection.execute(oldest).mappings()]


def find_act(connection: Connection, act_id: str) -> Act | None:
    """By its id."""
    row = connection.execute(select(department_acts).where(department_acts.c.act_id == act_id)).mappings().first()
    return read(row, Act) if row else None


# --- documents ----------


def issue(connection: Connection, wanted: Issued, prefix: str, day: str) -> Issued:
    """The document of this id: the one that was issued before, or this one with the next serial where it has none.

    Raises CannotVoid. In one transaction with what it voids.
    """
    known = find_document(connection, wanted.document_id)
    if known is not None:
        return known
    if wanted.voids:
        _void(connection, wanted)
    serial = wanted.serial or f"{prefix}{day.replace('-', '')}{_next(connection, prefix, day):06}"
    new = msgspec.structs.replace(wanted, serial=serial)
    if add_if_new(connection, documents_issued, msgspec.structs.asdict(new)):
        return new
    found = find_document(connection, wanted.document_id)
    if found is None:
        message = f"document {wanted.document_id}: another one has its code; expected codes that follow from ids"
        raise LookupError(message)
    if not wanted.serial:  # somebody asked for the same at the same moment and was first; the counter is locked by us
        counted = (document_serials.c.prefix == prefix, document_serials.c.day == day)
        connection.execute(update(document_serials).where(*counted).values(last=document_serials.c.last - 1))
    return found


def find_document(connection: Connection, document_id: str) -> Issued | None:
    """By the visit's id."""
    found = select(documents_issued).where(documents_issued.c.document_id == document_id)
    row = connection.execute(found).mappings().first()
    return read(row, Issued) if row else None


def looked_up(connection: Connection, lookup: str) -> Issued | None:
    """By what stands for its verification code."""
    row = connection.execute(select(documents_issued).where(documents_issued.c.lookup == lookup)).mappings().first()
    return read(row, Issued) if row else None


def documents_of(connection: Connection, person: str, most: int = 200) -> Sequence[Issued]:
    """Given to a person (by the centre's keyed hash), newest first."""
    found = select(documents_issued).where(documents_issued.c.person == person)
    newest = found.order_by(documents_issued.c.issued_at.desc()).limit(most)
    return [read(row, Issued) for row in connection.execute(newest).mappings()]


def valid_since(connection: Connection, wanted: Issued, since: datetime) -> int:
    """How many of the same document its person has from `since` on that are not void, this one not counted."""
    own = documents_issued.c
    found = select(func.count()).select_from(documents_issued)
    same = (own.person == wanted.person, own.connector == wanted.connector, own.document == wanted.document)
    others = (own.document_id.not_in((wanted.document_id, wanted.voids)), own.voided_by == "", own.issued_at >= since)
    return int(connection.execute(found.where(*same, *others)).scalar_one())


def after_restore(connection: Connection, prefixes: Iterable[str], day: str) -> None:
    """No serial that was given out since the backup is given out again."""
    for prefix in prefixes:
        row = insert(connection, document_serials).values(prefix=prefix, day=day, last=SERIALS_SKIP)
        more = {"last": document_serials.c.last + SERIALS_SKIP}
        connection.execute(row.on_conflict_do_update(index_elements=["prefix", "day"], set_=more))


def _void(connection: Connection, new: Issued) -> None:
    old = documents_issued.c
    mine = (old.person == new.person, old.connector == new.connector, old.document == new.document)
    changed = (
        update(documents_issued)
        .where(old.document_id == new.voids, *mine, old.voided_by.in_(("", new.document_id)))
        .values(voided_by=new.document_id, voided_at=new.issued_at)
        .returning(old.document_id)
    )
    if connection.execute(changed).first() is None:
        raise CannotVoid


def _next(connection: Connection, prefix: str, day: str) -> int:
    row = insert(connection, document_serials).values(prefix=prefix, day=day, last=1)
    counted = row.on_conflict_do_update(
        index_elements=["prefix", "day"], set_={"last": document_serials.c.last + 1}
    ).returning(document_serials.c.last)
    return int(connection.execute(counted).scalar_one())
