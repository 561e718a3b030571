"""Imported records in the database, apart from the cases of our own: nothing that counts those counts these."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select, update

from central.bulk import add_many, among, change_many
from central.cases.tables import cases, ratings
from central.complaints.tables import complaints
from central.database import add_if_new, read
from central.exchange.taking.files import Kind
from central.exchange.taking.rules import Body
from central.exchange.taking.tables import exchange_conflicts, exchange_loads, exchange_records
from central.lifecycle.tables import platform_numbers

_AT_ONCE: Final = 5000
_LOCK: Final = 39_046
LISTED: Final = 50


class Kept(msgspec.Struct, frozen=True):
    """A record as it is kept. `body` is JSON: table's name -> rows."""

    kind: Kind
    code: str
    number: str
    title: str
    source: str
    partner: str
    load_id: str
    body: str
    at: datetime
    changed_at: datetime

    @property
    def tables(self) -> Body:
        """What it says, by table."""
        return msgspec.json.decode(self.body, type=Body)


class Load(msgspec.Struct, frozen=True):
    """A file that changed something: what became of its records."""

    load_id: str
    kind: Kind
    partner: str
    source: str
    file_name: str
    file_hash: str
    added: int
    grown: int
    same: int
    ours: int
    conflicts: int
    loose: int
    by_whom: str
    at: datetime


class Conflict(msgspec.Struct, frozen=True):
    """A record that says otherwise than what is kept. `ours`: than our own case, so nothing can be taken over."""

    conflict_id: str
    load_id: str
    kind: Kind
    code: str
    source: str
    fields: str
    ours: int
    before: str
    after: str
    at: datetime
    settled: str = ""
    settled_by: str = ""
    settled_at: datetime | None = None

    @property
    def sides(self) -> tuple[Body, Body]:
        """What is kept and what the file says."""
        return msgspec.json.decode(self.before, type=Body), msgspec.json.decode(self.after, type=Body)


def _parts(values: Collection[str]) -> Iterator[Sequence[str]]:
    every = sorted(set(values))
    for at in range(0, len(every), _AT_ONCE):
        yield every[at : at + _AT_ONCE]


def alone(connection: Connection) -> None:
    """One file at a time until the transaction ends; the embedded database has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def records(connection: Connection, kind: Kind, codes: Collection[str]) -> dict[str, Kept]:
    """Those of these that are kept, by code; locked until the transaction ends."""
    found = {}
    for part in _parts(codes):
        wanted = select(exchange_records).where(exchange_records.c.kind == kind.value)
        wanted = wanted.where(among(connection, exchange_records.c.code, part)).order_by(exchange_records.c.code)
        for row in connection.execute(wanted.with_for_update()).mappings():
            found[str(row["code"])] = read(row, Kept)
    return found


def own_cases(connection: Connection, numbers: Collection[str]) -> dict[str, dict[str, Any]]:
    """Cases of our own by our number, or by the platform's that belongs to them."""
    found: dict[str, dict[str, Any]] = {}
    for part in _parts(numbers):
        ours = select(cases).where(among(connection, cases.c.case_number, part))
        found |= {row["case_number"]: dict(row) for row in connection.execute(ours).mappings()}
        theirs = select(cases, platform_numbers.c.number.label("platform"))
        theirs = theirs.join(platform_numbers, platform_numbers.c.case_id == cases.c.case_id)
        theirs = theirs.where(among(connection, platform_numbers.c.number, part))
        found |= {row["platform"]: dict(row) for row in connection.execute(theirs).mappings()}
    return found


def own_ratings(connection: Connection, case_ids: Collection[str]) -> dict[tuple[str, int], str]:
    """Levels of our own ratings, by case and whether it was the second."""
    found: dict[tuple[str, int], str] = {}
    for part in _parts(case_ids):
        wanted = select(ratings.c.case_id, ratings.c.again, ratings.c.satisfaction)
        for case_id, again, level in connection.execute(wanted.where(among(connection, ratings.c.case_id, part))):
            found[str(case_id), int(again)] = str(level)
    return found


def own_voices(connection: Connection, numbers: Collection[str]) -> dict[str, str]:
    """When our own complaints and questions of these numbers were made, ISO 8601."""
    found: dict[str, str] = {}
    for part in _parts(numbers):
        wanted = select(complaints.c.number, complaints.c.at).where(among(connection, complaints.c.number, part))
        found |= {str(number): str(at) for number, at in connection.execute(wanted)}
    return found


def keep(connection: Connection, new: Sequence[Kept], grown: Sequence[Kept]) -> None:
    """Enter new records, and let others go on."""
    add_many(connection, exchange_records, [_row(one) for one in new])
    changed = [{name: row[name] for name in ("kind", "code", "body", "changed_at")} for row in map(_row, grown)]
    change_many(connection, exchange_records, changed, ("kind", "code"))


def _row(one: Kept) -> dict[str, Any]:
    return msgspec.structs.asdict(one) | {"kind": one.kind.value}


def add_load(connection: Connection, load: Load) -> None:
    """A file changed something."""
    connection.execute(exchange_loads.insert().values(msgspec.structs.asdict(load) | {"kind": load.kind.value}))


def add_conflict(connection: Connection, conflict: Conflict) -> bool:
    """Shown until it is decided; False where the same was shown before."""
    row = msgspec.structs.asdict(conflict) | {"kind": conflict.kind.value}
    return add_if_new(connection, exchange_conflicts, row)


def settle(connection: Connection, conflict_id: str, how: str, who: str, now: datetime) -> bool:
    """A person decided: `kept` or `taken`. False where somebody had."""
    place = (exchange_conflicts.c.conflict_id == conflict_id) & (exchange_conflicts.c.settled == "")
    values = {"settled": how, "settled_by": who, "settled_at": now}
    return connection.execute(update(exchange_conflicts).where(place).values(**values)).rowcount > 0


def conflict(connection: Connection, conflict_id: str) -> Conflict | None:
    """One."""
    found = select(exchange_conflicts).where(exchange_conflicts.c.conflict_id == conflict_id)
    row = connection.execute(found).mappings().first()
    return None if row is None else read(row, Conflict)


def open_conflicts(connection: Connection) -> list[Conflict]:
    """Those nobody has decided, the oldest first."""
    found = select(exchange_conflicts).where(exchange_conflicts.c.settled == "").order_by(exchange_conflicts.c.at)
    return [read(row, Conflict) for row in connection.execute(found.limit(LISTED)).mappings()]


def loads(connection: Connection) -> list[Load]:
    """The newest files first."""
    found = select(exchange_loads).order_by(exchange_loads.c.at.desc()).limit(LISTED)
    return [read(row, Load) for row in connection.execute(found).mappings()]


def listed(connection: Connection, kind: Kind, words: str, page: int) -> tuple[list[Kept], int]:
    """A page (from 1) of the records of a kind whose code or title holds these words, and how many there are."""
    place = exchange_records.c.kind == kind.value
    if words:
        place &= exchange_records.c.code.contains(words, autoescape=True) | exchange_records.c.title.contains(
            words, autoescape=True
        )
    total = connection.execute(select(func.count()).select_from(exchange_records).where(place)).scalar_one()
    found = select(exchange_records).where(place).order_by(exchange_records.c.at.desc(), exchange_records.c.code)
    rows = connection.execute(found.limit(LISTED).offset((page - 1) * LISTED)).mappings()
    return [read(row, Kept) for row in rows], int(total)


def find(connection: Connection, kind: Kind, code: str) -> Kept | None:
    """One record."""
    found = select(exchange_records).where(exchange_records.c.kind == kind.value, exchange_records.c.code == code)
    row = connection.execute(found).mappings().first()
    return None if row is None else read(row, Kept)
