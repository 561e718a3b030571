"""Many rows in one statement: arrays on PostgreSQL, one prepared statement on the embedded database.

Hand-written because a statement per row, or one with a place for every value, costs several times what it stores. On
PostgreSQL the driver is used without SQLAlchemy's execution, whose bookkeeping costs as much as a short statement; what
it raises is turned into SQLAlchemy's errors, so nobody else needs to know.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import psycopg
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    String,
    Table,
    any_,
    literal,
    select,
    tuple_,
)
from sqlalchemy.exc import DBAPIError

from central.arrays import Arrays, Columns, Rows, array, is_text, place, plain, texts

_NEW = re.compile(r"\bnew\.(\w+)")

Place = tuple[Any, ...]
"""The values of a row's keys."""


def add_many(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows. Raises IntegrityError if one is there already."""
    _store(connection, table, rows, "")


def add_missing(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert those rows whose place nobody has."""
    _store(connection, table, rows, " ON CONFLICT DO NOTHING")


def add_new(connection: Connection, table: Table, rows: Rows, key: str) -> set[Any]:
    """Insert those rows whose place nobody has, under any of the table's keys; the values of `key` that are in now."""
    if not rows:
        return set()
    columns = _columns(table, tuple(rows[0]))
    clash = f" ON CONFLICT DO NOTHING RETURNING {key}"
    if _is_postgresql(connection):
        return {found for (found,) in _store_arrays(connection, table, columns, rows, clash)}
    text = _insert_one(table, columns) + clash
    return {found for row in _plain(columns, rows) for found in connection.exec_driver_sql(text, row).scalars()}


def keep_many(
    connection: Connection,
    table: Table,
    values: Sequence[msgspec.Struct] | Rows,
    keys: tuple[str, ...],
    unchanged: tuple[str, ...] = (),
    only: str = "",
) -> None:
    """Insert rows, or replace what has their keys, but for the columns `unchanged`. No two may have the same keys.

    `only` is SQL: what must hold between the row that is there and `excluded` for it to be replaced.
    """
    rows = [msgspec.structs.asdict(value) if isinstance(value, msgspec.Struct) else value for value in values]
    if not rows:
        return
    new = [name for name in rows[0] if name not in keys and name not in unchanged]
    done = ", ".join(f"{name} = excluded.{name}" for name in new)
    where = f" WHERE {only}" if only else ""
    _store(connection, table, rows, f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {done}{where}")


def change_many(connection: Connection, table: Table, rows: Rows, keys: tuple[str, ...], only: str = "") -> None:
    """Change the other columns of the rows that have these keys, and for which `only` holds: SQL, with `new.` before
    what is given.

    PostgreSQL may take them in any order: a transaction that others may cross locks them before (`rows_at`).
    """
    if not rows:
        return
    names = tuple(rows[0])
    changed = [name for name in names if name not in keys]
    columns = _columns(table, names)
    if _is_postgresql(connection):
        asked = Arrays(columns, rows)
        done = ", ".join(f"{name} = new.{name}" for name in changed)
        same = " AND ".join([*(f"{table.name}.{name} = new.{name}" for name in keys), *filter(None, [only])])
        text = f"UPDATE {table.name} SET {done} FROM ({asked.select}) AS new WHERE {same}"  # noqa: S608 - names of our own tables
        _run(connection, text, asked.values, asks=False)
        return
    done = ", ".join(f"{name} = new.{name}" for name in changed)
    same = " AND ".join([*(f"{name} = new.{name}" for name in keys), *filter(None, [only])])
    text = f"UPDATE {table.name} SET {done} WHERE {same}"  # noqa: S608 - names of our own tables
    placed = _NEW.sub(lambda new: f"?{names.index(new[1]) + 1}", text)
    connection.exec_driver_sql(placed, _plain(columns, rows))


def rows_at(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    keys: tuple[str, ...],
    places: Sequence[Place],
    *,
    lock: bool = False,
    whole: bool = False,
    idle: bool = False,
) -> list[dict[str, Any]]:
    """The rows that have these keys, in their order; with `lock` until the transaction ends.

    With `whole` either a row for every place or, with nothing locked, none; with `idle` locked rows of others are
    left out. On PostgreSQL moments come as their text,
    which `database.read` takes as well.
    """
    if not places:
        return []
    mine = _columns(table, keys)
    if not _is_postgresql(connection):
        found = select(*_columns(table, tuple(columns))).where(tuple_(*mine).in_(places)).order_by(*mine)
        rows = [dict(row) for row in connection.execute(found).mappings()]
        return rows if not whole or len(rows) == len(places) else []
    text = _rows_at(table, tuple(columns), keys, lock=lock, whole=whole, idle=idle)
    values = {
        name: array(column, listed) for name, column, listed in zip(keys, mine, zip(*places, strict=True), strict=True)
    }
    if whole:
        values["asked_for"] = len(places)
    return [dict(zip(columns, row, strict=True)) for row in _run(connection, text, values)]


@cache
def _rows_at(
    table: Table, columns: tuple[str, ...], keys: tuple[str, ...], *, lock: bool, whole: bool, idle: bool
) -> str:
    name = table.name
    arrays = ", ".join(place(column) for column in _columns(table, keys))
    asked = f"{name} JOIN unnest({arrays}) AS asked ({', '.join(keys)}) USING ({', '.join(keys)})"
    # Looked at before any row is locked, as it does not depend on one.
    all_there = f" WHERE (SELECT count(*) FROM {asked}) = %(asked_for)s" if whole else ""  # noqa: S608 - names of our own tables
    # As Python sorts, whatever the database's language: what is locked here and entered elsewhere is in one order.
    order = ", ".join(f"{name}.{one.name}" + (' COLLATE "C"' if is_text(one) else "") for one in _columns(table, keys))
    locking = f" FOR NO KEY UPDATE OF {name}" + (" SKIP LOCKED" if idle else "") if lock else ""
    names = ", ".join(f"{name}.{column}" for column in columns)
    return f"SELECT {names} FROM {asked}{all_there} ORDER BY {order}{locking}"  # noqa: S608 - names of our own tables


def locked(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    keys: tuple[str, ...],
    places: Iterable[Place],
    empty: Callable[[Place], Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """The rows at these places, locked until the transaction ends; those not there are entered as `empty` says.

    Every transaction that does this comes to its locks in the same order, so none waits for one that waits for it: as
    long as one row is missing none is locked, the missing ones are entered in order, and then all are locked in order.
    """
    wanted = sorted(set(places))
    rows = rows_at(connection, table, columns, keys, wanted, lock=True, whole=True)
    if not rows and wanted:
        add_missing(connection, table, [empty(place) for place in wanted])
        rows = rows_at(connection, table, columns, keys, wanted, lock=True)
    return rows


def rows_of(connection: Connection, text: str, asked: Collection[str]) -> Sequence[Sequence[Any]]:
    """What `text` selects; `{asked}` in it stands for a table `asked` of these texts in its one column `one`.

    Moments come as their text.
    """
    if not asked:
        return []
    if _is_postgresql(connection):
        return _run(
            connection, text.format(asked="unnest(%(asked)s::text[]) AS asked (one)"), {"asked": texts(list(asked))}
        )
    table = "(SELECT value AS one FROM json_each(?)) AS asked"
    return connection.exec_driver_sql(text.format(asked=table), (msgspec.json.encode(list(asked)).decode(),)).all()


def among(connection: Connection, column: Column[Any], values: Collection[str]) -> ColumnElement[bool]:
    """Whether a text column has one of these values: one statement however many there are, so it stays prepared."""
    if _is_postgresql(connection):
        return column == any_(literal(sorted(values), ARRAY(String)))
    return column.in_(sorted(values))


def _is_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _run(connection: Connection, text: str, values: Mapping[str, Any], *, asks: bool = True) -> list[tuple[Any, ...]]:
    """Run one statement of PostgreSQL; its rows, if it `asks` for any."""
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall() if asks else []
    except psycopg.Error as error:
        # Values are left out: they may be somebody's.
        raise DBAPIError.instance(text, None, error, psycopg.Error, hide_parameters=True) from error


def _store(connection: Connection, table: Table, rows: Rows, clash: str) -> None:
    if not rows:
        return
    columns = _columns(table, tuple(rows[0]))
    if _is_postgresql(connection):
        _store_arrays(connection, table, columns, rows, clash)
    else:
        connection.exec_driver_sql(_insert_one(table, columns) + clash, _plain(columns, rows))


def _store_arrays(
    connection: Connection, table: Table, columns: Columns, rows: Rows, clash: str
) -> list[tuple[Any, ...]]:
    names = ", ".join(column.name for column in columns)
    asked = Arrays(columns, rows)
    text = f"INSERT INTO {table.name} ({names}) {asked.select}{clash}"
    return _run(connection, text, asked.values, asks="RETURNING" in clash)


def _insert_one(table: Table, columns: Columns) -> str:
    names = ", ".join(column.name for column in columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - names of our own tables


@cache
def _columns(table: Table, names: tuple[str, ...]) -> Columns:
    return tuple(table.c[name] for name in names)


def _plain(columns: Columns, rows: Rows) -> list[tuple[Any, ...]]:
    """Rows for the embedded database, one after another."""
    return list(zip(*([plain(column, row[column.name]) for row in rows] for column in columns), strict=True))
