"""Rows as PostgreSQL takes many of them in one statement: an array for each column. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary

from central.database import Moment

Columns = tuple[Column[Any], ...]
Row = Mapping[str, Any]
"""Column -> value."""
Rows = Sequence[Row]
"""Every row has the same columns."""

_KINDS = ((BigInteger, "bigint"), (LargeBinary, "bytea"), (Boolean, "boolean"))
_MOMENT = Moment()


class Arrays:
    """Rows as arrays for PostgreSQL. What is the same moment, or nothing, in every row is sent once."""

    def __init__(self, columns: Columns, rows: Rows) -> None:
        self.values: dict[str, Any] = {}
        once = []
        for column in columns:
            values = [row[column.name] for row in rows]
            first = values[0]
            if (first is None or _is_moment(column)) and values.count(first) == len(values):
                once.append(column)
                self.values[column.name] = plain(column, first)
            else:
                self.values[column.name] = array(column, values)
        self.select = _select(columns, tuple(once))


@cache
def _select(columns: Columns, once: Columns) -> str:
    arrays = [column for column in columns if column not in set(once)]
    names = ", ".join(
        f"%({one.name})s::{_kind(one)} AS {one.name}" if one in set(once) else one.name for one in columns
    )
    given = f"unnest({', '.join(map(place, arrays))}) AS given ({', '.join(one.name for one in arrays)})"
    return f"SELECT {names} FROM {given}"  # noqa: S608 - names of our own tables


@cache
def _kind(column: Column[Any]) -> str:
    return next((name for kind, name in _KINDS if isinstance(column.type, kind)), "text")


@cache
def _is_moment(column: Column[Any]) -> bool:
    return isinstance(column.type, Moment)


@cache
def place(column: Column[Any]) -> str:
    """Bytes go in the driver's binary form, everything else as PostgreSQL spells an array: far less work for a list."""
    kind = _kind(column)
    return f"%({column.name})b::{kind}[]" if kind == "bytea" else f"%({column.name})s::{kind}[]"


def is_text(column: Column[Any]) -> bool:
    """Whether PostgreSQL keeps it as text."""
    return _kind(column) == "text"


def array(column: Column[Any], values: Sequence[Any]) -> object:
    """The values of one column, as its place takes them."""
    if _kind(column) == "bytea":
        return list(values)
    if _kind(column) == "text":
        return texts([plain(column, value) for value in values] if _is_moment(column) else values)
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


def texts(values: Sequence[str | None]) -> str:
    """An array of texts as PostgreSQL reads it."""
    if None in values:
        return "{" + ",".join("NULL" if one is None else f'"{_escaped(one)}"' for one in values) + "}"
    joined = '","'.join(values)  # type: ignore[arg-type] # none of them is None
    if "\\" in joined or joined.count('"') != 2 * (len(values) - 1):
        joined = '","'.join(_escaped(one) for one in values if one is not None)
    return f'{{"{joined}"}}'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def plain(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 - whatever the column holds
    """A value as both drivers take it."""
    if _is_moment(column):
        return _MOMENT.process_bind_param(value, None)
    return value.value if isinstance(value, StrEnum) else value
