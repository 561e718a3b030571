"""Many rows in one statement: `unnest` of arrays on PostgreSQL, one prepared statement on the embedded database.

Hand-written because a statement per row, or one with a place for every value, costs several times what it stores.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    RowMapping,
    String,
    Table,
    any_,
    literal,
    select,
    tuple_,
)
from sqlalchemy.dialects import sqlite

from central.database import Moment

_ARRAYS = ((BigInteger, "bigint"), (LargeBinary, "bytea"), (Boolean, "boolean"))

Rows = Sequence[Mapping[str, Any]]
"""Column -> value; every row has the same columns."""


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
    names = tuple(rows[0])
    columns = _columns(table, names)
    into = f"INSERT INTO {table.name} ({', '.join(names)})"
    if connection.dialect.name == "postgresql":
        arrays = ", ".join(_place(column) for column in columns)
        values = f"SELECT * FROM unnest({arrays})"  # noqa: S608 - names of our own tables
        text = f"{into} {values} ON CONFLICT DO NOTHING RETURNING {key}"
        return set(connection.exec_driver_sql(text, _arrays(columns, rows)).scalars())
    values = ", ".join(f":{name}" for name in names)
    text = f"{into} VALUES ({values}) ON CONFLICT DO NOTHING"
    plain = _plain(columns, rows)
    return {row[key] for row in plain if connection.exec_driver_sql(text, row).rowcount}


def keep_many(
    connection: Connection,
    table: Table,
    values: Sequence[msgspec.Struct] | Rows,
    keys: tuple[str, ...],
    unchanged: tuple[str, ...] = (),
) -> None:
    """Insert rows, or replace what has their keys, but for the columns `unchanged`. No two may have the same keys."""
    rows = [msgspec.structs.asdict(value) if isinstance(value, msgspec.Struct) else value for value in values]
    if not rows:
        return
    new = [name for name in rows[0] if name not in keys and name not in unchanged]
    done = ", ".join(f"{name} = excluded.{name}" for name in new)
    _store(connection, table, rows, f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {done}")


def change_many(connection: Connection, table: Table, rows: Rows, keys: tuple[str, ...]) -> None:
    """Change the other columns of the rows that have these keys."""
    if not rows:
        return
    names = tuple(rows[0])
    changed = [name for name in names if name not in keys]
    columns = _columns(table, names)
    if connection.dialect.name == "postgresql":
        arrays = ", ".join(f"{_place(column)}" for column in columns)
        done = ", ".join(f"{name} = new.{name}" for name in changed)
        same = " AND ".join(f"{table.name}.{name} = new.{name}" for name in keys)
        text = f"UPDATE {table.name} SET {done} FROM unnest({arrays}) AS new ({', '.join(names)}) WHERE {same}"  # noqa: S608 - names of our own tables
        connection.exec_driver_sql(text, _arrays(columns, rows))
        return
    done = ", ".join(f"{name} = :{name}" for name in changed)
    same = " AND ".join(f"{name} = :{name}" for name in keys)
    text = f"UPDATE {table.name} SET {done} WHERE {same}"  # noqa: S608 - names of our own tables
    connection.exec_driver_sql(text, _plain(columns, rows))


def rows_at(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    keys: tuple[str, ...],
    places: Sequence[tuple[Any, ...]],
    *,
    lock: bool = False,
) -> Sequence[RowMapping]:
    """The rows that have these keys, in their order; with `lock` until the transaction ends.

    On PostgreSQL moments come as their text, which `database.read` takes as well.
    """
    if connection.dialect.name == "postgresql":
        arrays = ", ".join(_place(column) for column in _columns(table, keys))
        names = ", ".join(f"{table.name}.{name}" for name in columns)
        order = ", ".join(f"{table.name}.{name}" for name in keys)
        asked = f"unnest({arrays}) AS asked ({', '.join(keys)}) USING ({', '.join(keys)})"
        text = f"SELECT {names} FROM {table.name} JOIN {asked} ORDER BY {order}"  # noqa: S608 - names of our own tables
        asked_for = {name: [place[index] for place in places] for index, name in enumerate(keys)}
        locking = f" FOR UPDATE OF {table.name}" if lock else ""
        return connection.exec_driver_sql(text + locking, asked_for).mappings().all()
    mine = _columns(table, keys)
    found = select(*_columns(table, tuple(columns))).where(tuple_(*mine).in_(places)).order_by(*mine)
    return connection.execute(found).mappings().all()


def among(connection: Connection, column: Column[Any], values: Collection[str]) -> ColumnElement[bool]:
    """Whether a text column has one of these values: one statement however many there are, so it stays prepared."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(sorted(values), ARRAY(String)))
    return column.in_(sorted(values))


def _store(connection: Connection, table: Table, rows: Rows, clash: str) -> None:
    if not rows:
        return
    names = tuple(rows[0])
    columns = _columns(table, names)
    into = f"INSERT INTO {table.name} ({', '.join(names)})"
    if connection.dialect.name == "postgresql":
        arrays = ", ".join(_place(column) for column in columns)
        text = f"{into} SELECT * FROM unnest({arrays}){clash}"  # noqa: S608 - names of our own tables
        connection.exec_driver_sql(text, _arrays(columns, rows))
        return
    values = ", ".join(f":{name}" for name in names)
    connection.exec_driver_sql(f"{into} VALUES ({values}){clash}", _plain(columns, rows))


@cache
def _columns(table: Table, names: tuple[str, ...]) -> tuple[Column[Any], ...]:
    return tuple(table.c[name] for name in names)


def _place(column: Column[Any]) -> str:
    kind = next((name for kind, name in _ARRAYS if isinstance(column.type, kind)), "text")
    return f"%({column.name})b::{kind}[]" if kind == "bytea" else f"%({column.name})s::{kind}[]"


def _arrays(columns: tuple[Column[Any], ...], rows: Rows) -> dict[str, list[Any]]:
    return {column.name: [_value(column, row[column.name]) for row in rows] for column in columns}


def _plain(columns: tuple[Column[Any], ...], rows: Rows) -> list[dict[str, Any]]:
    return [{column.name: _value(column, row[column.name]) for column in columns} for row in rows]


_NO_DIALECT = sqlite.dialect()


def _value(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 - whatever the column holds
    if isinstance(column.type, Moment):
        return column.type.process_bind_param(value, _NO_DIALECT)
    return value.value if isinstance(value, StrEnum) else value
