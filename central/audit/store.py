"""The audit trail in the database: one row at a time, each after the one before, on any number of hosts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, MappingResult, Select, Table, delete, select, update

from central.audit import rules
from central.audit.rules import Entry
from central.audit.tables import audit_head, audit_log
from central.cases.tables import cases, looks
from central.database import read
from central.openings.tables import openings

_BATCH: Final = 1000
_LONGEST: Final = 400


class Asked(msgspec.Struct, frozen=True):
    """Which rows a page wants: `before` a moment, of one person, one act, since a moment."""

    before: datetime
    since: datetime
    who: str = ""
    act: str = ""


class Seen(msgspec.Struct, frozen=True):
    """One line of the page: an act of the chain (`seq`), or a look at personal data."""

    at: datetime
    who: str
    act: str
    about: str
    detail: str
    address: str = ""
    seq: int | None = None


def note(
    connection: Connection, who: str, act: str, about: str, now: datetime, *, detail: str = "", address: str = ""
) -> Entry:
    """Append a row; it is there exactly if what else this transaction did is."""
    # The update locks the head until the commit, so that no two rows follow the same one.
    moved = update(audit_head).where(audit_head.c.id == 1).values(seq=audit_head.c.seq + 1)
    seq, previous = connection.execute(moved.returning(audit_head.c.seq, audit_head.c.hash)).one()
    entry = Entry(seq, now, who[:80], act, about[:_LONGEST], detail[:_LONGEST], address[:80])
    entry = msgspec.structs.replace(entry, hash=rules.chained(previous, _as_kept(entry)))
    connection.execute(audit_log.insert().values(msgspec.structs.asdict(entry)))
    connection.execute(update(audit_head).where(audit_head.c.id == 1).values(hash=entry.hash))
    return entry


def _as_kept(entry: Entry) -> Entry:
    """With its time in UTC, as it is read again."""
    return msgspec.structs.replace(entry, at=entry.at.astimezone(UTC))


def checked(connection: Connection) -> tuple[int | None, int]:
    """The first row that is not as it was written (None: the chain is whole), and how many rows were looked at."""
    head = connection.execute(select(audit_head)).one()
    broken, last, found = rules.broken_at(head.from_hash, head.from_seq + 1, _every(connection, head.from_seq))
    if broken is None and (last, found) != (head.seq, head.hash):
        broken = last + 1
    return broken, last - head.from_seq


def _every(connection: Connection, after: int) -> Iterator[Entry]:
    while True:
        rows = after_seq(connection, after, _BATCH)
        yield from rows
        if len(rows) < _BATCH:
            return
        after = rows[-1].seq


def after_seq(connection: Connection, seq: int, limit: int) -> list[Entry]:
    """The rows after one, in order."""
    found = select(audit_log).where(audit_log.c.seq > seq).order_by(audit_log.c.seq).limit(limit)
    return [read(row, Entry) for row in connection.execute(found).mappings()]


def sent_until(connection: Connection) -> int:
    """The last row the log server was given."""
    return int(connection.execute(select(audit_head.c.sent_seq)).scalar_one())


def is_sent(connection: Connection, seq: int) -> None:
    """The log server has everything up to this row."""
    connection.execute(update(audit_head).where(audit_head.c.sent_seq < seq).values(sent_seq=seq))


def drop(connection: Connection, before: datetime) -> int:
    """Let the oldest rows go, from the beginning of the chain on; the head knows where it begins now."""
    last = connection.execute(
        select(audit_log.c.seq).where(audit_log.c.at >= before).order_by(audit_log.c.seq).limit(1)
    ).scalar_one_or_none()
    head = connection.execute(select(audit_head)).one()
    upto = head.seq if last is None else last - 1
    found = connection.execute(select(audit_log.c.hash).where(audit_log.c.seq == upto)).scalar_one_or_none()
    if found is None:
        return 0
    gone = int(connection.execute(delete(audit_log).where(audit_log.c.seq <= upto)).rowcount)
    connection.execute(update(audit_head).values(from_seq=upto, from_hash=found))
    return gone


def listed(connection: Connection, asked: Asked, limit: int) -> list[Seen]:
    """Acts and looks together, newest first."""
    found: list[Seen] = []
    if asked.act != rules.LOOK:
        acts = select(audit_log)
        if asked.act:
            acts = acts.where(audit_log.c.act == asked.act)
        found += [read(row, Seen) for row in _some(connection, acts, audit_log, asked, limit)]
    if asked.act in ("", rules.LOOK):
        opened = _some(connection, select(openings), openings, asked, limit)
        found += [
            Seen(row["at"], row["who"], rules.LOOK, f"{row['kind']} {row['of_id']}", row["reason"]) for row in opened
        ]
        of_case = select(looks.c.at, looks.c.who, looks.c.reason, cases.c.case_number).join(
            cases, cases.c.case_id == looks.c.case_id
        )
        looked = _some(connection, of_case, looks, asked, limit)
        found += [
            Seen(row["at"], row["who"], rules.LOOK, f"case {row['case_number']}", row["reason"]) for row in looked
        ]
    return sorted(found, key=lambda one: (one.at, one.seq or 0), reverse=True)[:limit]


def _some(connection: Connection, found: Select[Any], table: Table, asked: Asked, limit: int) -> MappingResult:
    found = found.where(table.c.at < asked.before, table.c.at >= asked.since)
    if asked.who:
        found = found.where(table.c.who == asked.who)
    return connection.execute(found.order_by(table.c.at.desc()).limit(limit)).mappings()
