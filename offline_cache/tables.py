"""The rows of the terminal's store. The tables are made by schema/*.sql; what is asked of the outbox is in `lanes`."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Row(DeclarativeBase):
    """What all rows share."""


class SchemaVersionRow(Row):
    __tablename__ = "schema_versions"

    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    applied_at: Mapped[str]


class IdentityRow(Row):
    __tablename__ = "identity"

    one: Mapped[int] = mapped_column(primary_key=True)
    terminal: Mapped[str]
    epoch: Mapped[int]
    boot: Mapped[int]
    store: Mapped[str] = mapped_column(default="")
    token: Mapped[str] = mapped_column(default="")
    fresh: Mapped[str] = mapped_column(default="")
    machine: Mapped[str] = mapped_column(default="")
    cursor: Mapped[int] = mapped_column(default=0)
    epoch_due: Mapped[str] = mapped_column(default="")
    day: Mapped[str] = mapped_column(default="")
    life: Mapped[str] = mapped_column(default="")


class SeriesRow(Row):
    __tablename__ = "series"

    queue: Mapped[str] = mapped_column(primary_key=True)
    business_date: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class LeaseRow(Row):
    __tablename__ = "leases"

    business_date: Mapped[str] = mapped_column(primary_key=True)
    queue: Mapped[str] = mapped_column(primary_key=True)
    series: Mapped[str]
    first: Mapped[int]
    last: Mapped[int]
    epoch: Mapped[int]


class NumberingRow(Row):
    __tablename__ = "numbering"

    one: Mapped[int] = mapped_column(primary_key=True)
    last_local: Mapped[int]
    trusted_day: Mapped[str]
    known_at: Mapped[str]
    known_boot: Mapped[str]
    known_seconds: Mapped[float]
    closed: Mapped[str]
    last_serial: Mapped[int] = mapped_column(default=0)
    last_document: Mapped[int] = mapped_column(default=0)


class CaseRow(Row):
    __tablename__ = "cases"

    case_serial: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(unique=True)
    case_number: Mapped[str]
    item_kind: Mapped[str]
    item: Mapped[str]
    item_version: Mapped[int]
    item_title: Mapped[str]
    implementation_code: Mapped[str]
    queue: Mapped[str]
    number: Mapped[str]
    business_date: Mapped[str]
    filed_at: Mapped[str]
    masked_name: Mapped[str]
    language: Mapped[str]
    promise_date: Mapped[str | None]
    promise_certain: Mapped[bool] = mapped_column(default=True)
    visit_ended_at: Mapped[str | None] = mapped_column(default=None)
    rated_at: Mapped[str | None] = mapped_column(default=None)
    tier: Mapped[str] = mapped_column(default="leased")
    green: Mapped[str] = mapped_column(default="")


class PaperRow(Row):
    __tablename__ = "paper_journal"

    print_id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"))
    state: Mapped[str]
    evidence: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    boot: Mapped[int]
    prepared_at: Mapped[str]
    sent_at: Mapped[str | None] = mapped_column(default=None)
    finished_at: Mapped[str | None] = mapped_column(default=None)
    voided_at: Mapped[str | None] = mapped_column(default=None)


class DocumentRow(Row):
    __tablename__ = "documents"

    document_id: Mapped[str] = mapped_column(primary_key=True)
    serial: Mapped[str]
    code: Mapped[str]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"))
    template: Mapped[str]
    copy: Mapped[int]
    voids: Mapped[str | None] = mapped_column(ForeignKey("documents.document_id"), default=None)
    state: Mapped[str]
    sha256: Mapped[str] = mapped_column(default="")
    pages: Mapped[int] = mapped_column(default=0)
    pages_out: Mapped[int | None] = mapped_column(default=None)
    evidence: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    boot: Mapped[int]
    prepared_at: Mapped[str]
    sent_at: Mapped[str | None] = mapped_column(default=None)
    finished_at: Mapped[str | None] = mapped_column(default=None)
    voided_at: Mapped[str | None] = mapped_column(default=None)


class LaneRow(Row):
    __tablename__ = "lanes"

    epoch: Mapped[int] = mapped_column(primary_key=True)
    lane: Mapped[str] = mapped_column(primary_key=True)
    highest: Mapped[int]
    acked: Mapped[int]
    purged: Mapped[int] = mapped_column(default=0)


class OutboxRow(Row):
    __tablename__ = "outbox"

    epoch: Mapped[int] = mapped_column(primary_key=True)
    lane: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]
    kind: Mapped[str]
    hash: Mapped[str]
    raw: Mapped[bytes]
    made_at: Mapped[str]
    acked_at: Mapped[str | None] = mapped_column(default=None)


class ArchivedRow(Row):
    __tablename__ = "archived"

    epoch: Mapped[int] = mapped_column(primary_key=True)
    lane: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]


class HashRow(Row):
    __tablename__ = "hashes"

    epoch: Mapped[int] = mapped_column(primary_key=True)
    lane: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[bytes]
