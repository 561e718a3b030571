"""The facts the rules look at, as values: nothing personal is among them."""

from datetime import date, datetime

import msgspec


class Timed(msgspec.Struct, frozen=True):
    """A step and when it was done."""

    step: str
    at: datetime


class Refusal(msgspec.Struct, frozen=True):
    """A refusal as it went out."""

    reason: str
    by_whom: str
    confirmed_by: str
    at: datetime


class Branch(msgspec.Struct, frozen=True):
    """One unit's part of a case."""

    link_id: str
    unit: str
    due_at: datetime | None
    ended_at: datetime | None
    deemed: bool


class Case(msgspec.Struct, frozen=True):
    """A case that is not over, or was ended lately. `promise` is None where nothing was promised."""

    case_id: str
    number: str
    title: str
    unit: str
    received_at: datetime
    promise: date | None
    is_filing: bool
    paused: bool = False
    steps: tuple[Timed, ...] = ()
    missing_until: date | None = None
    refusal: Refusal | None = None
    branches: tuple[Branch, ...] = ()


class Number(msgspec.Struct, frozen=True):
    """A number of a day."""

    case_id: str
    number: str
    hall: str
    title: str
    day: str
    stand: str
    calls: int
    taken_at: datetime


class Window(msgspec.Struct, frozen=True):
    """A window in hours of its own, and when somebody was there. `until` is the end of the hours that are over."""

    window_id: str
    name: str
    hall: str
    day: str
    starts: datetime
    until: datetime
    first_sign: datetime | None
    away: float
    """Minutes nobody was there."""


class Saying(msgspec.Struct, frozen=True):
    """A complaint as far as supervision looks at it."""

    complaint_id: str
    number: str
    unit: str
    received_at: datetime
    last_day: str
    weight: str
    told_at: datetime
    """When its citizen last heard something."""
    answered_at: datetime | None
    called_back: bool
    named: bool


class Difficulty(msgspec.Struct, frozen=True):
    """办不成事 that nobody has answered."""

    envelope_id: str
    page: str
    terminal: str
    unit: str
    received_at: datetime


class Call(msgspec.Struct, frozen=True):
    """A call for help."""

    help_id: str
    terminal: str
    officers: str
    asked_at: datetime
    ended_at: datetime | None
    answered_at: datetime | None
    call_back_at: datetime | None
    outcome: str


class Dated(msgspec.Struct, frozen=True):
    """Something with a last moment that is not settled: a poor rating, an obstacle."""

    of_id: str
    title: str
    unit: str
    due_at: datetime


class Noted(msgspec.Struct, frozen=True):
    """What others have put before supervision."""

    what: str
    case_id: str
    number: str
    title: str
    unit: str
    about: str
    who: str
