"""Measured service in the database: what stands, what changed, and the spans of a time."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, or_, select, update

from central.availability.rules import Changes, Span
from central.availability.tables import service_measured, service_spans
from central.bulk import add_missing, among, change_many
from central.database import add_if_new, read
from central.fleet.tables import terminal_reports, terminals_now

_LOOKS = 1


class Heard(msgspec.Struct, frozen=True):
    """Who was heard when; `hash` is of what seldom changes in what they said."""

    terminal: str
    received_at: datetime
    hash: str | None


def looked_at(connection: Connection, now: datetime) -> datetime | None:
    """When the centre last looked, and that it looks now; the row is locked until the transaction ends."""
    add_if_new(connection, service_measured, {"id": _LOOKS, "at": datetime.min.replace(tzinfo=now.tzinfo, year=1971)})
    found = select(service_measured.c.at).where(service_measured.c.id == _LOOKS).with_for_update()
    before: datetime = connection.execute(found).scalar_one()
    connection.execute(update(service_measured).where(service_measured.c.id == _LOOKS).values(at=now))
    return None if before.year < 2000 else before


def heard(connection: Connection) -> list[Heard]:
    """Every terminal that was ever heard."""
    both = terminals_now.outerjoin(terminal_reports, terminal_reports.c.terminal == terminals_now.c.terminal)
    found = select(terminals_now.c.terminal, terminals_now.c.received_at, terminal_reports.c.hash).select_from(both)
    return [read(row, Heard) for row in connection.execute(found).mappings()]


def reports(connection: Connection, terminals: Collection[str]) -> dict[str, bytes]:
    """The JSON of what these said, with their services in it."""
    both = terminals_now.outerjoin(terminal_reports, terminal_reports.c.terminal == terminals_now.c.terminal)
    found = select(terminals_now.c.terminal, terminal_reports.c.steady, terminals_now.c.report).select_from(both)
    rows = connection.execute(found.where(among(connection, terminals_now.c.terminal, set(terminals))))
    return {row[0]: row[1] or row[2] for row in rows}


def standing(connection: Connection) -> dict[tuple[str, str], Span]:
    """What goes on, by terminal and item."""
    rows = connection.execute(select(service_spans).where(service_spans.c.until_at.is_(None))).mappings()
    return {(row["terminal"], row["item"]): read(row, Span) for row in rows}


def write(connection: Connection, found: Changes) -> None:
    """End and begin spans."""
    place = ("terminal", "item", "from_at")
    ends = [{name: getattr(one, name) for name in (*place, "until_at")} for one in found.ended]
    change_many(connection, service_spans, ends, place)
    add_missing(connection, service_spans, [msgspec.structs.asdict(one) for one in found.begun])


def spans(
    connection: Connection,
    begin: datetime,
    end: datetime,
    *,
    terminals: Collection[str] | None = None,
    items: Collection[str] | None = None,
) -> list[Span]:
    """Whatever touches the time between two moments, of these terminals and items or of all."""
    touches = (service_spans.c.from_at < end) & or_(
        service_spans.c.until_at.is_(None), service_spans.c.until_at > begin
    )
    found = select(service_spans).where(touches)
    if terminals is not None:
        found = found.where(among(connection, service_spans.c.terminal, set(terminals)))
    if items is not None:
        found = found.where(among(connection, service_spans.c.item, set(items)))
    return [read(row, Span) for row in connection.execute(found).mappings()]


def forget(connection: Connection, before: datetime) -> int:
    """Drop what ended before a moment."""
    return connection.execute(delete(service_spans).where(service_spans.c.until_at < before)).rowcount
