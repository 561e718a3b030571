"""Accounts in the database: computing them from what is held, keeping them, and what may be archived."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Subquery,
    Table,
    and_,
    exists,
    func,
    literal,
    select,
    tuple_,
    union_all,
    update,
)

from central.bulk import change_many, keep_many, rows_at
from central.cases.tables import cases
from central.database import read
from central.fleet import store as fleet
from central.intake.store import LaneKey
from central.intake.tables import conflicts, envelopes, marks, quarantine, repeats
from central.reconciliation.rules import Account, digest
from central.reconciliation.tables import reconciliations
from central.scans.rules import State
from central.scans.tables import case_scans, scans
from contract.messages import DayClosed

_LOCK = 0x5375_6172
_LANE = ("terminal", "epoch", "lane")
_KEYS = ("terminal", "business_date", "epoch", "lane")


def account(connection: Connection, terminal: str, body: DayClosed, suite: str, at: datetime) -> list[Account]:
    """Compare a day a terminal closed with what is held, lane by lane, and keep what came of it."""
    claims = [
        Account(
            terminal,
            body.business_date,
            one.epoch,
            one.lane.value,
            one.highest,
            0,
            equal=False,
            digest=one.digest,
            suite=suite,
            at=at,
        )
        for one in body.lanes
    ]
    found = [compared(connection, claim) for claim in claims]
    keep_many(connection, reconciliations, found, _KEYS)
    return found


def open_accounts(connection: Connection, at_most: int, after: Account | None = None) -> list[Account]:
    """Accounts that did not come out equal, in the order of their keys, from the one behind `after` on."""
    keys = tuple_(*(reconciliations.c[name] for name in _KEYS))
    found = select(reconciliations).where(~reconciliations.c.equal)
    if after is not None:
        found = found.where(keys > tuple_(*(literal(getattr(after, name)) for name in _KEYS)))
    ordered = found.order_by(*(reconciliations.c[name] for name in _KEYS)).limit(at_most)
    return [read(row, Account) for row in connection.execute(ordered).mappings()]


def compared(connection: Connection, claim: Account) -> Account:
    """An account as it stands now: what was on its way then may be here."""
    hashes = _hashes(connection, (claim.terminal, claim.epoch, claim.lane), claim.claimed)
    equal = len(hashes) == claim.claimed and digest(hashes, claim.suite) == claim.digest
    return msgspec.structs.replace(claim, held=len(hashes), equal=equal)


def keep_again(connection: Connection, found: Account) -> None:
    """Keep what a second look found, unless the terminal has closed that day anew meanwhile."""
    same = [reconciliations.c[name] == getattr(found, name) for name in (*_KEYS, "digest", "claimed")]
    connection.execute(update(reconciliations).where(*same).values(held=found.held, equal=found.equal))


def _hashes(connection: Connection, lane: LaneKey, highest: int) -> list[str]:
    """By place, from the first to `highest`: a repeat and a conflict stand at theirs."""
    places = _places(lane)
    found = select(places.c.hash).where(places.c.seq <= highest).order_by(places.c.seq)
    return list(connection.execute(found).scalars())


def _places(lane: LaneKey) -> Subquery:
    terminal, epoch, name = lane
    return union_all(
        *(
            select(table.c.seq, table.c.hash).where(
                table.c.terminal == terminal, table.c.epoch == epoch, table.c.lane == name
            )
            for table in (envelopes, repeats, conflicts)
        )
    ).subquery()


def latest(connection: Connection, since: datetime) -> list[Account]:
    """The newest account of each terminal received from `since` on."""
    newest = (
        select(reconciliations.c.terminal, func.max(reconciliations.c.business_date).label("day"))
        .where(reconciliations.c.at >= since)
        .group_by(reconciliations.c.terminal)
        .subquery()
    )
    same = and_(reconciliations.c.terminal == newest.c.terminal, reconciliations.c.business_date == newest.c.day)
    found = select(reconciliations).join(newest, same).order_by(*(reconciliations.c[name] for name in _KEYS))
    return [read(row, Account) for row in connection.execute(found).mappings()]


def of_terminal(connection: Connection, terminal: str, limit: int = 200) -> list[Account]:
    """The newest accounts of one terminal."""
    found = select(reconciliations).where(reconciliations.c.terminal == terminal)
    ordered = found.order_by(reconciliations.c.business_date.desc(), reconciliations.c.epoch, reconciliations.c.lane)
    return [read(row, Account) for row in connection.execute(ordered.limit(limit)).mappings()]


class Due(msgspec.Struct, frozen=True):
    """A lane of which more may be archived: everything up to `seq` is judged, old enough and has its scans."""

    terminal: str
    epoch: int
    lane: str
    seq: int


def archivable(connection: Connection, terminals: Sequence[str], received_before: datetime) -> list[Due]:
    """The lanes of these terminals that may be archived further, and up to where.

    What waits for the judge, came after `received_before`, lacks a scan, or waits in quarantine for somebody to decide
    holds up its followers: what the terminal holds of it may be all there is.
    """
    mine = marks.c.terminal.in_(list(terminals)) & (marks.c.seq > marks.c.archived)
    same = (
        envelopes.c.terminal == marks.c.terminal,
        envelopes.c.epoch == marks.c.epoch,
        envelopes.c.lane == marks.c.lane,
        envelopes.c.seq > marks.c.archived,
    )
    here = and_(
        case_scans.c.terminal == scans.c.terminal, case_scans.c.hash == scans.c.hash, scans.c.state == State.HELD
    )
    lacking = exists().where(
        cases.c.envelope_id == envelopes.c.id,
        case_scans.c.case_id == cases.c.case_id,
        ~exists().where(here).correlate(case_scans),
    )
    aside = exists().where(quarantine.c.envelope_id == envelopes.c.id, quarantine.c.closed_at.is_(None))
    undecided = envelopes.c.judged_at.is_(None) | lacking | aside
    waits = (envelopes.c.received_at > received_before) | undecided
    first = select(func.min(envelopes.c.seq)).where(*same, waits).correlate(marks).scalar_subquery()
    # A repeat says that its record is held elsewhere: it waits with that one.
    holder = select(envelopes.c.id).where(envelopes.c.id == repeats.c.id, undecided)
    again = [
        _first_young(repeats, received_before, holder.correlate(repeats).exists()),
        _first_young(conflicts, received_before, conflicts.c.seen_at.is_(None)),
    ]
    columns = (marks.c.terminal, marks.c.epoch, marks.c.lane, marks.c.seq, marks.c.archived)
    found = select(*columns, first, *again).where(mine).order_by(*marks.primary_key.columns)
    due = []
    for terminal, epoch, lane, seq, archived, *blocked in connection.execute(found):
        up_to = min([seq, *(place - 1 for place in blocked if place is not None)])
        if up_to > archived:
            due.append(Due(terminal, epoch, lane, up_to))
    return due


def _first_young(
    table: Table, received_before: datetime, waits: ColumnElement[bool] | None = None
) -> ScalarSelect[int]:
    same = (table.c.terminal == marks.c.terminal, table.c.epoch == marks.c.epoch, table.c.lane == marks.c.lane)
    young = table.c.received_at > received_before
    first = select(func.min(table.c.seq)).where(*same, young if waits is None else young | waits)
    return first.correlate(marks).scalar_subquery()


def archive(connection: Connection, due: Sequence[Due]) -> None:
    """Note up to where lanes are archived. They are locked in the order pushes lock them."""
    lanes = sorted((one.terminal, one.epoch, one.lane) for one in due)
    rows_at(connection, marks, _LANE, _LANE, lanes, lock=True)
    rows = [{"terminal": one.terminal, "epoch": one.epoch, "lane": one.lane, "archived": one.seq} for one in due]
    change_many(connection, marks, rows, _LANE)


def alone(connection: Connection) -> bool:
    """Whether no other process archives at this moment; true until the transaction ends."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.execute(select(func.pg_try_advisory_xact_lock(_LOCK))).scalar_one())


def tell_staff(connection: Connection, account: Account, now: datetime) -> None:
    """Raise an alarm for an account that does not agree, once."""
    kind = "reconciliation.differs" if account.differs else "reconciliation.missing"
    place = f"{account.business_date} {account.epoch}/{account.lane}"
    alarm = fleet.Alarm(account.terminal, kind, now.isoformat(timespec="seconds"), now, detail=place)
    fleet.add_alarm(connection, f"{kind}~{account.terminal}~{place}", alarm)
