"""How a department stands, and what its answers must look like to be believed. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from contract.names import Match, compare
from contract.questions import Person

FAILURES: Final = 2
"""In a row, before others are spared the wait; a line that is refused counts at once."""
REST_SECONDS: Final = 5.0
LONGEST_REST_SECONDS: Final = 60.0
CLOCKS_APART: Final = timedelta(minutes=5)
OLDEST: Final = timedelta(days=92)
"""Data of a department older than a quarter is not what a citizen came for."""


class State(StrEnum):
    """How a department stands."""

    UP = "up"
    SLOW = "slow"
    DOWN = "down"
    WRONG = "wrong"
    """It answers what cannot be right."""


class Health(msgspec.Struct, frozen=True):
    """`since` is when the state began; `rest_until` when a department that failed may be tried again (monotonic)."""

    state: State
    since: datetime
    failures: int = 0
    rest_until: float = 0.0

    @property
    def away(self) -> bool:
        """Whether it does not answer; one that is only slow does."""
        return self.state is not State.UP and self.failures > 0

    def closed(self, now: float) -> bool:
        """Whether nobody should wait for it now."""
        return self.away and now < self.rest_until


def went_well(health: Health, at: datetime, seconds: float, slow_after: float) -> Health:
    """After an answer that was believed."""
    state = State.SLOW if seconds > slow_after else State.UP
    return Health(state, health.since if state is health.state else at)


def failed(health: Health, at: datetime, now: float, why: State, *, at_once: bool = False) -> Health:
    """After a failure of a kind. One alone changes nothing yet, unless nothing listens there at all."""
    failures = health.failures + 1
    rest = now + min(LONGEST_REST_SECONDS, REST_SECONDS * 2.0 ** min(max(failures - FAILURES, 0), 8))
    settled = at_once or failures >= FAILURES or health.state is why
    state = why if settled else health.state
    since = health.since if state is health.state else at
    return Health(state, since, failures, rest if settled else 0.0)


class Holder(msgspec.Struct, frozen=True):
    """Whose data an answer holds, as the department has them."""

    name: str
    id_number: str


class Said(msgspec.Struct, frozen=True):
    """The outer form of every answer: with `ok` there is a holder and data, without it a reason."""

    ok: bool
    as_of: str = ""
    holder: Holder | None = None
    data: msgspec.Raw = msgspec.Raw(b"null")
    reason: str = ""


class Unbelievable(ValueError):
    """The department said what cannot be right; the message says what, and nothing of the person."""


class NameDiffers(Exception):
    """The department has another name under this number, or one it could not hold: a person looks."""


NAME_DIFFERS: Final = "name_differs"
REASONS: Final = frozenset(
    {
        *("not_found", "not_eligible", "already_done", "owns_property", "nothing_due", "bill_gone", "not_allowed"),
        *("wrong_detail", "no_quota", "another_permit", NAME_DIFFERS),
    }
)
"""Why a department may say no; each has words on the terminal under `refused.`."""


def believed(said: Said, person: Person, now: datetime, *, done: bool = False) -> Said:
    """The answer, when it can be right: of this person, of a time that can be, with a known reason where it is no.

    What is `done` is done whatever name stands in the register: there the department looks at the name, before it acts.
    Raises Unbelievable and NameDiffers.
    """
    if not said.ok:
        if said.reason not in REASONS:
            raise Unbelievable("a refusal whose reason nobody knows")
        return said
    if said.holder is None or said.holder.id_number.upper() != person.id_number.upper():
        raise Unbelievable("the answer is not about the person who was asked for")
    try:
        as_of = datetime.fromisoformat(said.as_of)
    except ValueError:
        raise Unbelievable("no time the data are of") from None
    if as_of.tzinfo is None or as_of - now > CLOCKS_APART or now - as_of > OLDEST:
        raise Unbelievable("data of a time that cannot be")
    if not done and compare(said.holder.name, person.name) is not Match.SAME:
        raise NameDiffers
    return said


def masked_number(id_number: str) -> str:
    """`610117********1234`: the first 6 and the last 4; of a shorter number the last 2."""
    if len(id_number) >= 15:
        return f"{id_number[:6]}{'*' * (len(id_number) - 10)}{id_number[-4:]}"
    return "*" * max(len(id_number) - 2, 0) + id_number[-2:]
