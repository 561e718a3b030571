"""The chains in the database. Nothing here changes or removes an entry."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, RowMapping, func, select, tuple_, update

from central.bulk import add_many, add_missing, among, change_many
from central.cases.tables import cases
from central.database import add_if_new, read
from central.matters.tables import day_closes
from central.trace import rules
from central.trace.rules import GENESIS, Actor, Checkpoint, Entry, Fact, Head
from central.trace.tables import checkpoint_heads, checkpoints, heads, trace

AT_ONCE = 2000
"""Cases whose chains are read together when all are verified."""


def append(connection: Connection, *facts: Fact) -> int:
    """Carry the chains of these facts on, each once; how many are new. The chains stay locked until the transaction
    ends, in the order of their cases.
    """
    if not facts:
        return 0
    ids = sorted({fact.case_id for fact in facts})
    empty = [{"case_id": one, "size": 0, "head": GENESIS, "sealed": 0} for one in ids]
    add_missing(connection, heads, empty)
    locked = select(heads.c.case_id, heads.c.size, heads.c.head).where(among(connection, heads.c.case_id, ids))
    rows = connection.execute(locked.order_by(heads.c.case_id).with_for_update()).mappings()
    chains = {row["case_id"]: read(row, Head) for row in rows}
    there = among(connection, trace.c.source, {fact.source for fact in facts})
    known = set(connection.execute(select(trace.c.source).where(there)).scalars())
    new: dict[str, list[Fact]] = defaultdict(list)
    bare = [one.case_id for one in chains.values() if not one.size]
    facts = (*filed(connection, bare), *facts) if bare else facts
    for fact in facts:
        if fact.source not in known:
            known.add(fact.source)
            new[fact.case_id].append(fact)
    entries = [one for case_id in ids for one in rules.chained(chains[case_id], new[case_id])]
    if entries:
        add_many(connection, trace, [_row(one) for one in entries])
        last = {one.case_id: {"case_id": one.case_id, "size": one.seq, "head": one.hash} for one in entries}
        change_many(connection, heads, list(last.values()), ("case_id",))
    return len(entries)


def filed(connection: Connection, case_ids: Collection[str]) -> list[Fact]:
    """What each of these cases begins with: that it was filed."""
    found = select(cases.c.case_id, cases.c.received_at, cases.c.case_number)
    rows = connection.execute(found.where(among(connection, cases.c.case_id, list(case_ids))))
    return [Fact(row[0], f"case:{row[0]}", row[1], "filed", Actor.CITIZEN, "", row[2]) for row in rows]


def _row(entry: Entry) -> dict[str, object]:
    return msgspec.structs.asdict(entry) | {"actor": entry.actor.value}


def entries(connection: Connection, case_ids: Collection[str]) -> dict[str, list[Entry]]:
    """The chains of these cases, each from its first entry on."""
    found = select(trace).where(among(connection, trace.c.case_id, list(case_ids)))
    by_case: dict[str, list[Entry]] = {case_id: [] for case_id in case_ids}
    for row in connection.execute(found.order_by(trace.c.case_id, trace.c.seq)).mappings():
        by_case[row["case_id"]].append(read(row, Entry))
    return by_case


def heads_of(connection: Connection, case_ids: Collection[str]) -> dict[str, Head]:
    """How long the chains of these cases say they are."""
    found = select(heads).where(among(connection, heads.c.case_id, list(case_ids)))
    return {row["case_id"]: read(row, Head) for row in connection.execute(found).mappings()}


def all_cases(connection: Connection, after: str, limit: int = AT_ONCE) -> list[str]:
    """Every case any row of the trace knows, in order, some at a time."""
    names = [
        select(table.c.case_id).where(table.c.case_id > after).distinct().order_by(table.c.case_id).limit(limit)
        for table in (heads, trace, checkpoint_heads)
    ]
    found = {one for name in names for one in connection.execute(name).scalars()}
    return sorted(found)[:limit]


def unsealed(connection: Connection) -> tuple[list[Head], int]:
    """The chains that grew since their last checkpoint, locked, and how many entries that are."""
    found = select(heads).where(heads.c.size > heads.c.sealed).order_by(heads.c.case_id).with_for_update()
    rows = connection.execute(found).mappings().all()
    return [read(row, Head) for row in rows], sum(row["size"] - row["sealed"] for row in rows)


def last_checkpoint(connection: Connection) -> Checkpoint | None:
    """The newest."""
    row = connection.execute(select(checkpoints).order_by(checkpoints.c.number.desc()).limit(1)).mappings().first()
    return None if row is None else _checkpoint(row)


def all_checkpoints(connection: Connection) -> list[Checkpoint]:
    """The oldest first."""
    found = connection.execute(select(checkpoints).order_by(checkpoints.c.number)).mappings()
    return [_checkpoint(row) for row in found]


def _checkpoint(row: RowMapping) -> Checkpoint:
    return read(dict(row) | {"signature": bytes(row["signature"])}, Checkpoint)


def sealed_by(connection: Connection, number: int) -> list[Head]:
    """The heads a checkpoint names."""
    found = select(checkpoint_heads).where(checkpoint_heads.c.number == number)
    return [read(row, Head) for row in connection.execute(found).mappings()]


def hashes_at(connection: Connection, places: Iterable[Head]) -> dict[str, str]:
    """The hash of the entry at the place each head names, by case; nothing where there is none."""
    wanted = [(one.case_id, one.size) for one in places]
    found: dict[str, str] = {}
    for begin in range(0, len(wanted), 400):
        part = tuple_(trace.c.case_id, trace.c.seq).in_(wanted[begin : begin + 400])
        rows = connection.execute(select(trace.c.case_id, trace.c.hash).where(part))
        found |= {row[0]: row[1] for row in rows}
    return found


def keep_checkpoint(connection: Connection, one: Checkpoint, sealed: Sequence[Head]) -> bool:
    """Keep it with the heads it names. False where another process has just made the one of its number."""
    if not add_if_new(connection, checkpoints, msgspec.structs.asdict(one)):
        return False
    rows = [{"number": one.number} | msgspec.structs.asdict(head) for head in sealed]
    add_many(connection, checkpoint_heads, rows)
    ids = [head.case_id for head in sealed]
    if ids:
        grown = among(connection, heads.c.case_id, ids)
        connection.execute(update(heads).where(grown).values(sealed=heads.c.size))
    return True


def last_change(connection: Connection) -> datetime | None:
    """When the newest thing was done that a chain tells of."""
    newest: datetime | None = connection.execute(select(func.max(trace.c.at))).scalar_one()
    return newest


def last_day_close(connection: Connection) -> datetime | None:
    """When a hall last closed its day."""
    newest: datetime | None = connection.execute(select(func.max(day_closes.c.at))).scalar_one()
    return newest


def count(connection: Connection) -> tuple[int, int]:
    """How many chains and entries there are."""
    found = select(func.count(), func.coalesce(func.sum(heads.c.size), 0)).select_from(heads)
    row = connection.execute(found).one()
    return int(row[0]), int(row[1])
