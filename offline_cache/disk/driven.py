"""The driver's own connection inside a transaction of SQLAlchemy's, for what is done with every case and every push.

A statement there costs 4 µs beside the work itself; through a result of SQLAlchemy's it costs 25.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, cast

from sqlalchemy import Connection
from sqlalchemy.orm import Session


class Found(Protocol):
    """What a statement gave, row by row."""

    def fetchone(self) -> tuple[Any, ...] | None: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...
    def __iter__(self) -> Iterator[tuple[Any, ...]]: ...


class Driven(Protocol):
    """Statements with `?` for each value. What it raises, `cipher.named_errors` names."""

    def execute(self, statement: str, values: Sequence[object] = ..., /) -> Found: ...
    def executemany(self, statement: str, values: Sequence[Sequence[object]], /) -> Found: ...
    @property
    def in_transaction(self) -> bool: ...


def driven(within: Session | Connection) -> Driven:
    """Of a transaction that is open. What a session has not flushed is not seen by it."""
    connection = within.connection() if isinstance(within, Session) else within
    return cast("Driven", connection.connection.driver_connection)
