"""Scans in the database: which are expected, coming and held, which a case names, and what its terminal was told."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, and_, case, func, literal_column, or_, select, update
from sqlalchemy.sql import expression

from central.database import add_if_new, insert
from central.scans.rules import Held, State, Told, Upload, verdict
from central.scans.tables import case_scans, scan_cases, scans
from contract.scans import ScanRef

AT_ONCE = 200
_ACCEPTED: expression.ColumnElement[str] = literal_column(
    "'accepted'"
)  # spelled out, so that the partial indexes of the migration are used
_EXPECTED: expression.ColumnElement[str] = literal_column("'expected'")


def expect(connection: Connection, terminal: str, case_id: str, refs: Iterable[ScanRef], now: datetime) -> None:
    """A case names these scans. Said again, it changes nothing."""
    named = list(refs)
    for ref in named:
        row = {"terminal": terminal, "hash": ref.hash, "size": ref.size, "what": ref.what, "case_id": case_id}
        add_if_new(connection, case_scans, row)
        add_if_new(connection, scans, row | {"state": State.EXPECTED, "at": now})
    if named:
        told = {"case_id": case_id, "terminal": terminal, "told": Told.NOTHING, "at": now}
        add_if_new(connection, scan_cases, told)


def coming(connection: Connection, terminal: str, upload: Upload, now: datetime) -> None:
    """An upload began. What is held stays held."""
    row = {"terminal": terminal, "hash": upload.hash, "size": upload.size, "case_id": upload.case_id}
    values = row | {"what": upload.what, "state": State.COMING, "at": now}
    added = insert(connection, scans).values(values)
    keep = {"size": upload.size, "state": State.COMING, "at": now}
    place = [scans.c.terminal, scans.c.hash]
    connection.execute(added.on_conflict_do_update(index_elements=place, set_=keep, where=scans.c.state != State.HELD))


def held(connection: Connection, terminal: str, scan_hash: str, now: datetime) -> None:
    """All bytes are on the shelf and have their hash."""
    place = and_(scans.c.terminal == terminal, scans.c.hash == scan_hash)
    connection.execute(update(scans).where(place).values(state=State.HELD, at=now))


def lost(connection: Connection, scan_hash: str, now: datetime) -> None:
    """The bytes are gone from the shelf: whoever sent them must send them again."""
    connection.execute(update(scans).where(scans.c.hash == scan_hash).values(state=State.EXPECTED, at=now))


def size_of(connection: Connection, terminal: str, scan_hash: str) -> int | None:
    """The length that was said when the upload began."""
    place = and_(scans.c.terminal == terminal, scans.c.hash == scan_hash, scans.c.state != State.EXPECTED)
    size: int | None = connection.execute(select(scans.c.size).where(place)).scalar_one_or_none()
    return size


def refs_of(connection: Connection, case_id: str) -> list[tuple[ScanRef, State]]:
    """What a case names, and how much of each is held."""
    found = select(case_scans, scans.c.state).join(scans, _same_scan()).where(case_scans.c.case_id == case_id)
    rows = connection.execute(found.order_by(case_scans.c.what, case_scans.c.hash))
    return [(ScanRef(row.hash, row.size, row.what), State(row.state)) for row in rows]


def lacking(connection: Connection, case_id: str) -> list[ScanRef]:
    """What a case names and nobody holds; empty for a case that is complete."""
    return [ref for ref, state in refs_of(connection, case_id) if state is not State.HELD]


def held_of(connection: Connection, case_ids: Iterable[str]) -> dict[str, Held]:
    """How much is held for those of these cases that name scans."""
    here = expression.cast(func.sum(case((scans.c.state == State.HELD, 1), else_=0)), case_scans.c.size.type)
    found = select(case_scans.c.case_id, func.count(), here).join(scans, _same_scan())
    grouped = found.where(case_scans.c.case_id.in_(list(case_ids))).group_by(case_scans.c.case_id)
    return {row[0]: Held(named=row[1], held=row[2]) for row in connection.execute(grouped)}


def something_to_tell(connection: Connection) -> bool:
    """Whether a terminal must be told something new."""
    return connection.execute(select(scan_cases.c.case_id).where(_stale()).limit(1)).first() is not None


def to_tell(connection: Connection, now: datetime) -> list[tuple[str, str, Told]]:
    """Cases whose terminal must be told something new, as (terminal, case, word); noted as told in this transaction.

    Another worker's share is left to it.
    """
    found = select(scan_cases).where(_stale()).order_by(scan_cases.c.case_id).limit(AT_ONCE)
    rows = connection.execute(found.with_for_update(skip_locked=True)).all()
    state = held_of(connection, [row.case_id for row in rows])
    words = []
    for row in rows:
        word = verdict(state[row.case_id], Told(row.told))
        if word is not None:
            place = scan_cases.c.case_id == row.case_id
            connection.execute(update(scan_cases).where(place).values(told=word, at=now))
            words.append((row.terminal, row.case_id, word))
    return words


def incomplete(connection: Connection) -> int:
    """How many cases wait for scans."""
    found = select(func.count()).select_from(scan_cases).where(scan_cases.c.told != _ACCEPTED)
    return connection.execute(found).scalar_one()


def drop_of(connection: Connection, case_id: str) -> list[str]:
    """Forget the scans of a case, when its retention is over; returns the hashes nobody names any more."""
    named = {ref.hash for ref, _ in refs_of(connection, case_id)}
    connection.execute(case_scans.delete().where(case_scans.c.case_id == case_id))
    connection.execute(scan_cases.delete().where(scan_cases.c.case_id == case_id))
    still = set(connection.execute(select(case_scans.c.hash).where(case_scans.c.hash.in_(named))).scalars())
    gone = sorted(named - still)
    connection.execute(scans.delete().where(scans.c.hash.in_(gone)))
    return gone


def last_change(connection: Connection) -> datetime | None:
    """When a scan was last begun or held."""
    newest: datetime | None = connection.execute(select(func.max(scans.c.at))).scalar_one()
    return newest


def _same_scan() -> expression.ColumnElement[bool]:
    return and_(scans.c.terminal == case_scans.c.terminal, scans.c.hash == case_scans.c.hash)


def _stale() -> expression.ColumnElement[bool]:
    """Complete and not said, or said and not complete any more."""
    of_case = select(case_scans.c.case_id).join(scans, _same_scan()).where(case_scans.c.case_id == scan_cases.c.case_id)
    lacks = of_case.where(scans.c.state != State.HELD).exists()
    reopened = select(case_scans.c.case_id).join(scans, _same_scan()).where(scans.c.state == _EXPECTED)
    return or_(
        and_(scan_cases.c.told != _ACCEPTED, ~lacks),
        and_(scan_cases.c.told == _ACCEPTED, scan_cases.c.case_id.in_(reopened)),
    )
