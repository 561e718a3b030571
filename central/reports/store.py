"""Reports as they were made, in the database: never changed, only followed by a higher version."""

from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from central.database import add_if_new, read
from central.reports.tables import report_files, reports


class Kept(msgspec.Struct, frozen=True):
    """A report as a list shows it. `as_of`: up to when what it counts had arrived."""

    report_id: str
    kind: str
    period: str
    version: int
    as_of: datetime
    made_at: datetime
    made_by: str
    n: int
    sha256: str
    reviewed_by: str | None
    reviewed_at: datetime | None
    published_by: str | None
    published_at: datetime | None


class File(msgspec.Struct, frozen=True):
    """One file of a report with its SHA-256."""

    audience: str
    form: str
    body: bytes
    sha256: str


_LISTED = [reports.c[name] for name in Kept.__struct_fields__]


def made(connection: Connection, kind: str) -> set[str]:
    """The periods of which there is a report of this kind."""
    return set(connection.execute(select(reports.c.period).where(reports.c.kind == kind)).scalars())


def next_version(connection: Connection, kind: str, period: str) -> int:
    """One more than the highest."""
    place = (reports.c.kind == kind) & (reports.c.period == period)
    return int(connection.execute(select(func.coalesce(func.max(reports.c.version), 0)).where(place)).scalar_one()) + 1


def keep(connection: Connection, kept: Kept, document: bytes, for_all: bytes | None, files: Collection[File]) -> bool:
    """Keep one with its files. False where another process made the same version at the same time."""
    row = msgspec.structs.asdict(kept) | {"document": document, "for_all": for_all}
    if not add_if_new(connection, reports, row):
        return False
    rows = [{"report_id": kept.report_id, **msgspec.structs.asdict(one)} for one in files]
    if rows:
        connection.execute(report_files.insert(), rows)
    return True


def listed(connection: Connection, kind: str = "", *, published: bool = False, limit: int = 200) -> list[Kept]:
    """The newest first; of one kind, or those that were published."""
    found = select(*_LISTED).order_by(reports.c.made_at.desc(), reports.c.version.desc()).limit(limit)
    if kind:
        found = found.where(reports.c.kind == kind)
    if published:
        found = found.where(reports.c.published_at.is_not(None))
    return [read(row, Kept) for row in connection.execute(found).mappings()]


def find(connection: Connection, report_id: str) -> Kept | None:
    """One by its id."""
    row = connection.execute(select(*_LISTED).where(reports.c.report_id == report_id)).mappings().first()
    return None if row is None else read(row, Kept)


def document(connection: Connection, report_id: str, *, for_all: bool = False) -> bytes | None:
    """What it says, as it was kept."""
    wanted = reports.c.for_all if for_all else reports.c.document
    found: bytes | None = connection.execute(
        select(wanted).where(reports.c.report_id == report_id)
    ).scalar_one_or_none()
    return found


def newest(connection: Connection, kind: str, before: str = "", *, published: bool = False) -> Kept | None:
    """The last of a kind; with `before` of an earlier period."""
    found = select(*_LISTED).where(reports.c.kind == kind)
    if before:
        found = found.where(reports.c.period < before)
    if published:
        found = found.where(reports.c.published_at.is_not(None))
    found = found.order_by(reports.c.period.desc(), reports.c.version.desc()).limit(1)
    row = connection.execute(found).mappings().first()
    return None if row is None else read(row, Kept)


def file(connection: Connection, report_id: str, audience: str, form: str) -> bytes | None:
    """One file."""
    place = (report_files.c.report_id == report_id) & (report_files.c.audience == audience)
    found = select(report_files.c.body).where(place, report_files.c.form == form)
    body: bytes | None = connection.execute(found).scalar_one_or_none()
    return body


def hashes(connection: Connection, report_id: str) -> Mapping[tuple[str, str], str]:
    """(audience, form) -> SHA-256 of the file."""
    found = select(report_files.c.audience, report_files.c.form, report_files.c.sha256)
    return {(row[0], row[1]): row[2] for row in connection.execute(found.where(report_files.c.report_id == report_id))}


def review(connection: Connection, report_id: str, who: str, at: datetime) -> bool:
    """Somebody has read it and stands for it. False where somebody had."""
    place = (reports.c.report_id == report_id) & reports.c.reviewed_at.is_(None)
    return bool(connection.execute(update(reports).where(place).values(reviewed_by=who, reviewed_at=at)).rowcount)


def publish(connection: Connection, report_id: str, who: str, at: datetime) -> bool:
    """Show its public version to everybody. False where it has none, nobody reviewed it, or it was published."""
    place = (reports.c.report_id == report_id) & reports.c.reviewed_at.is_not(None)
    place &= reports.c.published_at.is_(None) & reports.c.for_all.is_not(None)
    return bool(connection.execute(update(reports).where(place).values(published_by=who, published_at=at)).rowcount)


def last_change(connection: Connection) -> tuple[datetime | None, ...]:
    """Other values whenever something of them changed."""
    wanted = select(func.max(reports.c.made_at), func.max(reports.c.reviewed_at), func.max(reports.c.published_at))
    return tuple(connection.execute(wanted).one())
