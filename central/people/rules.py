"""Lock-out, session life and what a password must be. Pure: times come in."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from central.people.rights import ADMINISTRATORS, Right, Role, rights_of

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)
SESSION_AT_MOST = timedelta(hours=12)
SEEN_EVERY = timedelta(seconds=60)
"""A session's last use is written at most this often."""
PASSWORD_MIN = 8
PASSWORD_MIN_ADMINISTRATION = 12
FACTOR_WINDOW = 1
"""Steps of 30 s a code may be early or late."""
RECOVERY_CODES = 10
NAME = re.compile(r"^[\w.@-]{1,40}\Z")


class Attempts(msgspec.Struct, frozen=True):
    """What is remembered of failed logins under one name, whether or not the name exists."""

    failures: int = 0
    last_at: datetime | None = None
    locked_until: datetime | None = None


class Owed(StrEnum):
    """What a session must do before any page opens to it."""

    NOTHING = ""
    CODE = "code"
    PASSWORD = "password"  # noqa: S105 - what is owed, not one
    FACTOR = "factor"


PLACE_OF: Final = {
    Owed.CODE: "/account/code",
    Owed.PASSWORD: "/account/password",
    Owed.FACTOR: "/account/second-factor",
}


class Account(msgspec.Struct, frozen=True):
    """An account without its password."""

    name: str
    added_at: datetime
    roles: tuple[Role, ...]
    halls: tuple[str, ...]
    password_set_at: datetime | None
    must_change_since: datetime | None
    waiting_since: datetime | None
    """Made or given a new password by the system administrator, and not released by the security administrator yet."""
    closed_at: datetime | None
    factor_since: datetime | None = None
    locked_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody may log in."""
        return self.waiting_since is None and self.closed_at is None

    @property
    def administers(self) -> bool:
        """Whether it is one of the three administrators'."""
        return bool(ADMINISTRATORS.intersection(self.roles))


def owed(account: Account, now: datetime, password_days: int, *, proven: bool) -> Owed:
    """What comes first of what a session of this account still owes. `proven`: its code was right."""
    if account.factor_since is not None and not proven:
        return Owed.CODE
    too_old = (
        password_days > 0
        and account.password_set_at is not None
        and now - account.password_set_at > timedelta(days=password_days)
    )
    if account.must_change_since is not None or too_old:
        return Owed.PASSWORD
    if account.administers and account.factor_since is None:
        return Owed.FACTOR
    return Owed.NOTHING


def leaves_nobody(accounts: Collection[Account], name: str, roles: Collection[Role] = ()) -> Role | None:
    """The administrator nobody would be any more, once the account of this name has these roles alone; None: all are.

    What is closed or waits counts for nobody.
    """
    mine = next((one for one in accounts if one.name == name and one.is_open), None)
    others = {role for one in accounts if one.name != name and one.is_open for role in one.roles}
    lost = ADMINISTRATORS.intersection(mine.roles if mine else ()) - others - set(roles)
    return min(lost, default=None)


class Session(msgspec.Struct, frozen=True):
    """Somebody who is logged in. The cookie's token itself is never kept, only its hash."""

    token_hash: str
    name: str
    csrf: str
    language: str
    made_at: datetime
    seen_at: datetime
    owes: Owed = Owed.NOTHING
    roles: tuple[Role, ...] = (Role.MANAGER,)
    """As they are granted at this moment, not as they were at the login."""
    halls: tuple[str, ...] = ()
    """The halls somebody may see; empty: every hall of the district."""

    def may(self, right: Right) -> bool:
        """Whether the roles of this session have a right."""
        return right in rights_of(self.roles)

    def sees(self, hall: str) -> bool:
        """Whether what belongs to a hall may be shown to this session."""
        return not self.halls or hall in self.halls


def is_locked(attempts: Attempts, now: datetime) -> bool:
    """Whether this name must wait."""
    return attempts.locked_until is not None and now < attempts.locked_until


def after_failure(attempts: Attempts, now: datetime) -> Attempts:
    """One failure more. The fifth locks; failures older than the lock's length are forgotten."""
    recent = attempts.last_at is not None and now - attempts.last_at < LOCKED_FOR
    failures = (attempts.failures if recent else 0) + 1
    if failures >= FAILURES_ALLOWED:
        return Attempts(failures=0, last_at=now, locked_until=now + LOCKED_FOR)
    return Attempts(failures=failures, last_at=now)


def is_over(session: Session, now: datetime, idle: timedelta) -> bool:
    """Whether a session has ended, by rest or by age."""
    return now - session.seen_at >= idle or now - session.made_at >= SESSION_AT_MOST


def password_problem(password: str, name: str = "", *, administers: bool = False) -> str | None:
    """What is wrong with a new password, in words, or None."""
    least = PASSWORD_MIN_ADMINISTRATION if administers else PASSWORD_MIN
    if len(password) < least:
        return f"the password needs at least {least} characters"
    if name and name.lower() in password.lower():
        return "the password must not hold the account's name"
    if len(set(password)) < 5:
        return "the password needs at least 5 different characters"
    kinds = [r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]"]
    if sum(bool(re.search(kind, password)) for kind in kinds) < 2:
        return "the password needs two of: lower-case letters, upper-case letters, digits, other characters"
    return None
