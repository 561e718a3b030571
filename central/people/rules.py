"""Lock-out, session life and what a password must be. Pure: times come in."""

import re
from datetime import datetime, timedelta

import msgspec

from central.people.rights import Right, Role, rights_of

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)
SESSION_AT_MOST = timedelta(hours=12)
SEEN_EVERY = timedelta(seconds=60)
"""A session's last use is written at most this often."""
PASSWORD_MIN = 8
NAME = re.compile(r"^[\w.@-]{1,40}$")


class Attempts(msgspec.Struct, frozen=True):
    """What is remembered of failed logins under one name, whether or not the name exists."""

    failures: int = 0
    last_at: datetime | None = None
    locked_until: datetime | None = None


class Session(msgspec.Struct, frozen=True):
    """Somebody who is logged in. The cookie's token itself is never kept, only its hash."""

    token_hash: str
    name: str
    csrf: str
    language: str
    made_at: datetime
    seen_at: datetime
    owes: str = ""
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


def password_problem(password: str) -> str | None:
    """What is wrong with a new password, in words, or None."""
    if len(password) < PASSWORD_MIN:
        return f"the password needs at least {PASSWORD_MIN} characters"
    kinds = [r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]"]
    if sum(bool(re.search(kind, password)) for kind in kinds) < 2:
        return "the password needs two of: lower-case letters, upper-case letters, digits, other characters"
    return None
