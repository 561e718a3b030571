"""Accounts, attempts and sessions in the database."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, delete, func, select, update

from central.database import add_if_new, insert, read
from central.people.rules import LOCKED_FOR, Attempts, Session
from central.people.tables import attempts, sessions, users


def set_user(connection: Connection, name: str, password_hash: str, now: datetime) -> bool:
    """Enter an account or give it a new password, which ends its sessions and its lock. True if it is new."""
    row = {"name": name, "password_hash": password_hash, "added_at": now}
    new = add_if_new(connection, users, row)
    if not new:
        connection.execute(update(users).where(users.c.name == name).values(password_hash=password_hash))
        connection.execute(delete(sessions).where(sessions.c.name == name))
        forget_attempts(connection, name)
    return new


def exists(connection: Connection, name: str) -> bool:
    """Whether there is such an account."""
    return password_hash(connection, name) is not None


def password_hash(connection: Connection, name: str) -> str | None:
    """The Argon2 hash of an account's password."""
    return connection.execute(select(users.c.password_hash).where(users.c.name == name)).scalar_one_or_none()


def count(connection: Connection) -> int:
    """How many accounts there are."""
    return connection.execute(select(func.count()).select_from(users)).scalar_one()


def names(connection: Connection) -> list[str]:
    """The names of all accounts."""
    return list(connection.execute(select(users.c.name).order_by(users.c.name)).scalars())


def attempts_of(connection: Connection, name: str) -> Attempts:
    """What is remembered of failures under a name."""
    row = connection.execute(select(attempts).where(attempts.c.name == name)).mappings().one_or_none()
    return Attempts() if row is None else read(row, Attempts)


def keep_attempts(connection: Connection, name: str, found: Attempts, now: datetime) -> None:
    """Remember a failure, and forget those of others that no longer matter."""
    connection.execute(delete(attempts).where(attempts.c.last_at < now - LOCKED_FOR))
    values = {"name": name, **msgspec.structs.asdict(found)}
    added = insert(connection, attempts).values(values)
    connection.execute(added.on_conflict_do_update(index_elements=[attempts.c.name], set_=values))


def forget_attempts(connection: Connection, name: str) -> None:
    """A successful login wipes the slate."""
    connection.execute(delete(attempts).where(attempts.c.name == name))


def open_session(connection: Connection, session: Session, idle: timedelta) -> None:
    """Keep a new session, and sweep out those that ended."""
    connection.execute(delete(sessions).where(sessions.c.seen_at < session.seen_at - idle))
    connection.execute(sessions.insert().values(msgspec.structs.asdict(session)))


def session(connection: Connection, token_hash: str) -> Session | None:
    """A session by the hash of its token."""
    row = connection.execute(select(sessions).where(sessions.c.token_hash == token_hash)).mappings().one_or_none()
    return None if row is None else read(row, Session)


def touch(connection: Connection, token_hash: str, now: datetime) -> None:
    """The session was used."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now))


def speak(connection: Connection, token_hash: str, language: str) -> None:
    """The session continues in another language."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(language=language))


def close_session(connection: Connection, token_hash: str) -> None:
    """Log out."""
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))
