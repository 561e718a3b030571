"""The rows of the terminal's store and what is asked of the outbox. The tables are made by schema/*.sql."""

from collections.abc import Iterator

from sqlalchemy import ForeignKey, func, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from contract.envelope import Lane
from contract.exchange import LaneReport
from offline_cache.link.outbox import LaneState
from offline_cache.records import OutboxItem


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
    last_serial: Mapped[int]
    last_document: Mapped[int] = mapped_column(default=0)
    store: Mapped[str] = mapped_column(default="")
    token: Mapped[str] = mapped_column(default="")
    fresh: Mapped[str] = mapped_column(default="")
    machine: Mapped[str] = mapped_column(default="")
    cursor: Mapped[int] = mapped_column(default=0)
    epoch_due: Mapped[str] = mapped_column(default="")
    day: Mapped[str] = mapped_column(default="")


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


class CaseRow(Row):
    __tablename__ = "cases"

    case_id: Mapped[str] = mapped_column(primary_key=True)
    case_number: Mapped[str]
    case_serial: Mapped[int]
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
    visit_ended_at: Mapped[str | None] = mapped_column(default=None)
    rated_at: Mapped[str | None] = mapped_column(default=None)
    tier: Mapped[str] = mapped_column(default="leased")


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


def lane_states(session: Session, epoch: int) -> tuple[LaneState, ...]:
    """Where each lane of the epoch stands; one that was never used stands at nothing."""
    rows = session.scalars(select(LaneRow).where(LaneRow.epoch == epoch)).all()
    found = {row.lane: (row.acked, row.highest, _made_at(session, row), row.purged) for row in rows}
    return tuple(LaneState(lane, *found.get(lane, (0, 0))) for lane in Lane)


def _made_at(session: Session, lane: LaneRow) -> str | None:
    """When the first record that waits was made."""
    row = session.get(OutboxRow, (lane.epoch, lane.lane, lane.acked + 1)) if lane.acked < lane.highest else None
    return row.made_at if row else None


def lane_reports(session: Session) -> tuple[LaneReport, ...]:
    """What waits in each lane, of every epoch."""
    waiting = select(OutboxRow.lane, OutboxRow.epoch, func.count(), func.min(OutboxRow.seq))
    groups = waiting.where(OutboxRow.acked_at.is_(None)).group_by(OutboxRow.epoch, OutboxRow.lane)
    unsent: dict[str, int] = {}
    first: dict[str, str | None] = {}
    for lane, epoch, count, seq in session.execute(groups.order_by(OutboxRow.epoch)).all():
        unsent[lane] = unsent.get(lane, 0) + count
        first.setdefault(lane, session.get_one(OutboxRow, (epoch, lane, seq)).made_at)
    return tuple(LaneReport(lane, unsent.get(lane, 0), first.get(lane)) for lane in Lane)


def next_place(session: Session, epoch: int, lane: Lane) -> int:
    """The next sequence of the lane, taken in the caller's transaction."""
    row = session.get(LaneRow, (epoch, lane.value))
    if row is None:
        row = LaneRow(epoch=epoch, lane=lane.value, highest=0, acked=0)
        session.add(row)
    row.highest += 1
    return row.highest


def highest(session: Session, epoch: int, lane: Lane) -> int:
    """The last sequence given out in the lane."""
    row = session.get(LaneRow, (epoch, lane.value))
    return row.highest if row else 0


def set_highest(session: Session, epoch: int, lane: Lane, place: int) -> None:
    """Places up to `place` are given out, by a caller that has filled them."""
    row = session.get(LaneRow, (epoch, lane.value))
    if row is not None:
        row.highest = place
    elif place:
        session.add(LaneRow(epoch=epoch, lane=lane.value, highest=place, acked=0))


def left_behind(session: Session, epoch: int, lane: Lane, after: tuple[int, int], limit: int) -> list[OutboxItem]:
    """What was never acknowledged in epochs before this one, beyond the place `after` (epoch, sequence)."""
    earlier = select(LaneRow.epoch).where(LaneRow.lane == lane.value, LaneRow.epoch < epoch, LaneRow.epoch >= after[0])
    columns = select(OutboxRow.epoch, OutboxRow.seq, OutboxRow.id, OutboxRow.hash, OutboxRow.raw)
    for one in session.scalars(earlier.order_by(LaneRow.epoch)).all():  # one by one: so the index has the order
        beyond = after[1] if one == after[0] else 0
        place = (OutboxRow.epoch == one, OutboxRow.lane == lane.value, OutboxRow.seq > beyond)
        waiting = columns.where(*place, OutboxRow.acked_at.is_(None)).order_by(OutboxRow.seq).limit(limit)
        if found := session.execute(waiting).all():
            return [OutboxItem(row.epoch, lane, row.seq, row.id, row.hash, row.raw) for row in found]
    return []


_MOVE = "UPDATE outbox SET epoch = ?, seq = ?, hash = ?, raw = ? WHERE epoch = ? AND lane = ? AND seq = ?"


def move(session: Session, moves: list[tuple[OutboxItem, OutboxItem]]) -> None:
    """Give outbox rows other places: each from where it is to what it becomes."""
    if moves:
        values = [(to.epoch, to.seq, to.hash, to.raw, at.epoch, at.lane.value, at.seq) for at, to in moves]
        session.connection().exec_driver_sql(_MOVE, values)


def outbox_holds(session: Session, record_id: str) -> bool:
    """Whether a record with this identity was ever put into the outbox."""
    return session.scalar(select(OutboxRow.seq).where(OutboxRow.id == record_id)) is not None


def outbox_after(session: Session, epoch: int, lane: Lane, after_seq: int, limit: int) -> Iterator[OutboxRow]:
    """The rows that follow `after_seq`, acknowledged or not, one by one."""
    run = select(OutboxRow).where(OutboxRow.epoch == epoch, OutboxRow.lane == lane.value, OutboxRow.seq > after_seq)
    return iter(session.scalars(run.order_by(OutboxRow.seq).limit(limit).execution_options(yield_per=1)))


def mark_acked(session: Session, epoch: int, lane: Lane, ack: int, at: str) -> None:
    """Mark everything up to `ack`; nothing is deleted. Raises ValueError for what was never given out."""
    row = session.get(LaneRow, (epoch, lane.value))
    if row is None or ack > row.highest:
        message = f"acknowledged {ack} of lane {lane.value}, which holds {row.highest if row else 0}"
        raise ValueError(message)
    if ack <= row.acked:
        return
    row.acked = ack
    marked = update(OutboxRow).where(OutboxRow.epoch == epoch, OutboxRow.lane == lane.value, OutboxRow.seq <= ack)
    session.execute(marked.where(OutboxRow.acked_at.is_(None)).values(acked_at=at))


def mark_unacked(session: Session, epoch: int, lane: Lane, have: int) -> None:
    """Take back the marks above `have`, so that those rows are sent again."""
    row = session.get(LaneRow, (epoch, lane.value))
    if row is None or have >= row.acked:
        return
    row.acked = have
    marked = update(OutboxRow).where(OutboxRow.epoch == epoch, OutboxRow.lane == lane.value, OutboxRow.seq > have)
    session.execute(marked.values(acked_at=None))
