"""Accounts, attempts and sessions in the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, Select, delete, func, select, update

from central.database import add_if_new, insert, read
from central.people.rights import Role
from central.people.rules import LOCKED_FOR, Account, Attempts, Owed, Session
from central.people.tables import attempts, second_factors, sessions, users


def set_user(
    connection: Connection,
    name: str,
    password_hash: str,
    now: datetime,
    *,
    roles: Sequence[Role] | None = None,
    halls: Sequence[str] | None = None,
) -> bool:
    """Enter an account or give it a new password, which opens it and ends its sessions and its lock. True if it is
    new.

    `None` leaves roles and halls as they are; a new account then has all business of every hall.
    """
    granted = {"roles": _text(roles or (Role.MANAGER,)), "halls": _text(halls or ())}
    row = {"name": name, "password_hash": password_hash, "added_at": now, "password_set_at": now, **granted}
    new = add_if_new(connection, users, row)
    if not new:
        given = [("roles", roles), ("halls", halls)]
        changed = {column: _text(values) for column, values in given if values is not None}
        opened = {"must_change_since": None, "waiting_since": None, "closed_at": None}
        again = {"password_hash": password_hash, "password_set_at": now, **opened, **changed}
        connection.execute(update(users).where(users.c.name == name).values(again))
        connection.execute(delete(sessions).where(sessions.c.name == name))
        forget_attempts(connection, name)
    return new


def grant(connection: Connection, name: str, *, roles: Sequence[Role], halls: Sequence[str]) -> None:
    """From now on an account may do this and sees these halls; sessions under way too."""
    changed = {"roles": _text(roles), "halls": _text(halls)}
    connection.execute(update(users).where(users.c.name == name).values(changed))


def _text(values: Iterable[str]) -> str:
    return msgspec.json.encode([str(value) for value in values]).decode()


def make(connection: Connection, name: str, password_hash: str, now: datetime) -> bool:
    """Enter an account that can do nothing yet: no roles, a password to change, waiting for its release."""
    row = {"name": name, "password_hash": password_hash, "added_at": now, "password_set_at": now}
    more = {"roles": "[]", "halls": "[]", "must_change_since": now, "waiting_since": now}
    return add_if_new(connection, users, row | more)


def change(connection: Connection, name: str, **values: object) -> None:
    """Change an account's columns, such as `closed_at`, `waiting_since` and `must_change_since`."""
    connection.execute(update(users).where(users.c.name == name).values(values))


def end_sessions(connection: Connection, name: str, *, but: str = "") -> None:
    """Log an account out everywhere, but for one session."""
    connection.execute(delete(sessions).where(sessions.c.name == name, sessions.c.token_hash != but))


def settle(connection: Connection, token_hash: str, owes: Owed, renewed: str) -> None:
    """What a session owes from now on, under a new token: `renewed` is its hash."""
    values = {"owes": owes.value, "token_hash": renewed}
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(values))


def _accounts() -> Select[Any]:
    factor = (second_factors.c.name == users.c.name) & second_factors.c.confirmed_at.is_not(None)
    columns = [column for column in users.c if column.name != "password_hash"]
    found = select(*columns, second_factors.c.confirmed_at.label("factor_since"), attempts.c.locked_until)
    return found.outerjoin(second_factors, factor).outerjoin(attempts, attempts.c.name == users.c.name)


def _account(row: RowMapping) -> Account:
    return read(
        {**row, "roles": msgspec.json.decode(row["roles"]), "halls": msgspec.json.decode(row["halls"])}, Account
    )


def account(connection: Connection, name: str) -> Account | None:
    """One account with what is known of it."""
    row = connection.execute(_accounts().where(users.c.name == name)).mappings().one_or_none()
    return None if row is None else _account(row)


def accounts(connection: Connection) -> list[Account]:
    """Every account, by name."""
    return [_account(row) for row in connection.execute(_accounts().order_by(users.c.name)).mappings()]


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
    """A successful login wipes the slate; for a name also that of every browser known under it."""
    of_name = (attempts.c.name == name) | attempts.c.name.startswith(f"{name} ", autoescape=True)
    connection.execute(delete(attempts).where(of_name))


def open_session(connection: Connection, session: Session, idle: timedelta) -> None:
    """Keep a new session, and sweep out those that ended."""
    connection.execute(delete(sessions).where(sessions.c.seen_at < session.seen_at - idle))
    known = msgspec.structs.asdict(session) | {"owes": session.owes.value}
    kept = {name: value for name, value in known.items() if name in sessions.c}
    connection.execute(sessions.insert().values(kept))


def session(connection: Connection, token_hash: str) -> Session | None:
    """A session by the hash of its token, with what its account may do now. A closed or waiting account has none."""
    asked = (
        select(sessions, users.c.roles, users.c.halls)
        .join(users, users.c.name == sessions.c.name)
        .where(sessions.c.token_hash == token_hash, users.c.closed_at.is_(None), users.c.waiting_since.is_(None))
    )
    row = connection.execute(asked).mappings().one_or_none()
    if row is None:
        return None
    granted = {name: msgspec.json.decode(row[name]) for name in ("roles", "halls")}
    return read({**row, **granted}, Session)


def touch(connection: Connection, token_hash: str, now: datetime) -> None:
    """The session was used."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now))


def speak(connection: Connection, token_hash: str, language: str) -> None:
    """The session continues in another language."""
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(language=language))


def close_session(connection: Connection, token_hash: str) -> None:
    """Log out."""
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))
