"""What a damaged database still gives, row by row, into the store that was put in its place.

A row that cannot be read costs itself, not those behind it: after every error the file is opened anew, because the
cipher believes nothing of a connection that has met a damaged page. Records are taken whole and proven by their hash;
what they say of a case and its paper is made good where the rows themselves are gone.
"""

import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlcipher3 import dbapi2

from contract import envelope
from contract.envelope import Envelope
from offline_cache.disk import cipher, made_good

_SECONDS: Final = 25.0
"""At most so long: service goes on within a minute."""
_MISSES: Final = 200
"""Places in a row that gave nothing where no index says what should be there: more than a damaged page holds."""
_OWN: Final = ("schema_versions", "identity", "lanes", "outbox", "hashes", "numbering", "series")
"""Tables with a way of their own; of every other the later row, which is the damaged file's, is the true one."""
_COUNTERS: Final = (
    ("numbering", "last_serial", "numbering"),
    ("numbering", "last_serial", "identity"),
    ("numbering", "last_document", "numbering"),
    ("numbering", "last_document", "identity"),
    ("numbering", "last_local", "numbering"),
    ("series", "last", "series"),
)
"""Where each counter is, and where a damaged file has it: of a schema before 0008 the serials are in `identity`."""


class Salvaged(msgspec.Struct, frozen=True):
    """What came of it. `unreadable` counts places of the outbox that may have held a record nobody else has."""

    records: int = 0
    rows: int = 0
    refused: int = 0
    """Records that were read and do not fit: another hash, or a place that is taken."""
    unreadable: int = 0
    complete: bool = True
    """It is known of every place of the outbox whether it could be read."""

    @property
    def nothing_left(self) -> bool:
        """Whether the damaged file may be thrown away."""
        return self.complete and not self.unreadable and not self.refused


def salvage(damaged: Path, key: bytes, restored: Path) -> Salvaged:
    """Take over what `restored`, a closed store of this program's schema, lacks. Raises StoreError for `restored`."""
    until = time.monotonic() + _SECONDS
    with (
        cipher.named_errors(),
        closing(_Source(damaged, key, until)) as source,
        closing(cipher.connect(restored, key)) as target,
    ):
        target.execute("PRAGMA foreign_keys = ON")
        target.execute("BEGIN IMMEDIATE")
        found, taken = _take_outbox(source, target)
        rows = sum(_take_table(source, target, table) for table in _tables(target) if table not in _OWN)
        for record in taken:
            made_good.apply(target, record)
        for table, column, origin in _COUNTERS:
            _raise_counter(source, target, table, column, origin)
        made_good.complete_papers(target)
        target.execute("COMMIT")
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return msgspec.structs.replace(found, rows=rows, complete=found.complete and not source.out_of_time)


class _Source:
    """The damaged file, opened as often as it must be."""

    def __init__(self, path: Path, key: bytes, until: float) -> None:
        self._path, self._key, self._until = path, key, until
        self._holder = cipher.connect(path, key)  # the last to leave would copy the WAL into the file, every time
        self.out_of_time = False
        self.unreadable = 0
        self.to_the_end = True

    def read(self, statement: str, parameters: tuple[object, ...] = ()) -> list[tuple[Any, ...]] | None:
        """The rows, or None where the file does not give them."""
        with suppress(dbapi2.Error), closing(cipher.connect(self._path, self._key)) as connection:
            found: list[tuple[Any, ...]] = connection.execute(statement, parameters).fetchall()
            return found
        return None

    def columns(self, table: str) -> list[str]:
        return [str(row[1]) for row in self.read(f"PRAGMA table_info({table})") or ()]

    def rows(self, table: str, columns: list[str]) -> Iterator[tuple[Any, ...]]:
        """Every row that can be read, in the order of their making. Counts those that cannot as `unreadable`."""
        self.unreadable, self.to_the_end = 0, True
        at, misses = 0, 0
        known: list[int] | None = None
        order = f"SELECT rowid, {', '.join(columns)} FROM {table} WHERE rowid > ? ORDER BY rowid"  # noqa: S608 - our names
        while not self._late():
            try:
                with closing(cipher.connect(self._path, self._key)) as connection:
                    for row in connection.execute(order, (at,)):
                        at, misses = int(row[0]), 0
                        yield row[1:]
                return
            except dbapi2.Error:
                known = self._places(table) if known is None else known
            behind = next((place for place in known if place > at), None)
            if behind is None and (known or (misses := misses + 1) > _MISSES):
                break
            at = behind or at + 1
            self.unreadable += behind is not None
        self.to_the_end = bool(known)

    def _places(self, table: str) -> list[int]:
        """Where the rows are, as an index of the table says, whose pages are others; nothing where none can be read."""
        for _, index, _, _, partial, *_ in self.read(f"PRAGMA index_list({table})") or ():
            if not partial and (found := self.read(f"SELECT rowid FROM {table} INDEXED BY {index}")) is not None:  # noqa: S608
                return sorted(int(place) for (place,) in found)
        return []

    def close(self) -> None:
        """Let go of the file."""
        with suppress(dbapi2.Error):
            self._holder.close()

    def _late(self) -> bool:
        self.out_of_time = self.out_of_time or time.monotonic() > self._until
        return self.out_of_time


def _take_outbox(source: _Source, target: Any) -> tuple[Salvaged, list[Envelope]]:  # noqa: ANN401 - the driver ships no types
    """The records `target` lacks, proven by their hash; what it has learns that it was acknowledged."""
    columns = _shared(source, target, "outbox")
    taken: list[Envelope] = []
    refused = 0
    if not {"id", "hash", "raw"} <= set(columns):
        return Salvaged(complete=False), taken
    for values in source.rows("outbox", columns):
        row = dict(zip(columns, values, strict=True))
        if target.execute("SELECT 1 FROM outbox WHERE id = ? AND hash = ?", (row["id"], row["hash"])).fetchone():
            acked = "UPDATE outbox SET acked_at = coalesce(acked_at, ?) WHERE id = ?"
            target.execute(acked, (row.get("acked_at"), row["id"]))
        elif (proven := _proven(row)) is not None and _insert(target, "outbox", row, upsert=False):
            place = "INSERT INTO lanes (epoch, lane, highest, acked) VALUES (?, ?, ?, 0) ON CONFLICT DO UPDATE SET "
            place += "highest = max(highest, excluded.highest)"
            target.execute(place, (row["epoch"], row["lane"], row["seq"]))
            taken.append(proven)
        else:
            refused += 1
    return Salvaged(len(taken), refused=refused, unreadable=source.unreadable, complete=source.to_the_end), taken


def _proven(row: dict[str, Any]) -> Envelope | None:
    with suppress(ValueError, TypeError):  # other bytes than were written, or an algorithm nobody knows
        found = envelope.decode(row["raw"])
        if envelope.content_hash(row["raw"], found.suite) == row["hash"] and found.id == row["id"]:
            return found
    return None


def _take_table(source: _Source, target: Any, table: str) -> int:  # noqa: ANN401 - as above
    columns = _shared(source, target, table)
    if not columns:
        return 0
    rows = source.rows(table, columns)
    return sum(_insert(target, table, dict(zip(columns, row, strict=True)), upsert=True) for row in rows)


def _insert(target: Any, table: str, row: dict[str, Any], *, upsert: bool) -> bool:  # noqa: ANN401 - as above
    """Whether it fitted; a row that contradicts what is there costs itself alone."""
    names = ", ".join(row)
    statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608 - our own names
    if upsert:
        statement += " ON CONFLICT DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in row)
    try:
        target.execute(statement, tuple(row.values()))
    except dbapi2.IntegrityError:
        return False
    return True


def _raise_counter(source: _Source, target: Any, table: str, column: str, origin: str) -> None:  # noqa: ANN401 - as above
    """No counter falls behind what the damaged file had given out."""
    there = source.columns(origin)
    keys = [name for name in _keys(target, table) if name in there]
    if not keys or column not in there:
        return
    where = " AND ".join(f"{name} = ?" for name in keys)
    for *found, highest in source.rows(origin, [*keys, column]):
        raised = f"UPDATE {table} SET {column} = max({column}, ?) WHERE {where}"  # noqa: S608 - our own names
        if not target.execute(raised, (highest, *found)).rowcount and table == "series":
            _insert(target, table, {**dict(zip(keys, found, strict=True)), column: highest}, upsert=False)


def _tables(target: Any) -> list[str]:  # noqa: ANN401 - as above
    listed = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
    return [str(name) for (name,) in target.execute(listed)]


def _shared(source: _Source, target: Any, table: str) -> list[str]:  # noqa: ANN401 - as above
    """The columns both know."""
    known = {str(row[1]) for row in target.execute(f"PRAGMA table_info({table})")}
    return [name for name in source.columns(table) if name in known]


def _keys(target: Any, table: str) -> list[str]:  # noqa: ANN401 - as above
    """Of the primary key."""
    return [str(row[1]) for row in target.execute(f"PRAGMA table_info({table})") if row[5]]
