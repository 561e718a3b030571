"""When a mandate is due, when more time may be asked for, what silence means, who may strike it off. Pure.

Moments are aware; those of working time are the hall's local time.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from central.mandates.kinds import TERMS, Kind
from contract.catalogue import TimeLimit, Unit
from contract.worktime import Worktime

LINE_LIMIT: Final = 120
TEXT_LIMIT: Final = 1000
_DAY: Final = timedelta(days=1)


class State(StrEnum):
    """Where it stands."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    CLOSED = "closed"
    """销号."""


class Expiry(StrEnum):
    """What happens when an approval step's time is over (超时默许)."""

    ESCALATE = "escalate"
    DEEM = "deem"
    """Deemed passed; only with a legal basis."""


class Malformed(ValueError):
    """What was typed cannot be kept; the message is a key of the words."""


class Mandate(msgspec.Struct, frozen=True):
    """As it is kept. `about` is `card:…`, `complaint:…`, `case:…` or empty."""

    mandate_id: str
    kind: Kind
    title: str
    source: str
    about: str
    unit: str
    owner: str
    legal_basis: str
    on_expiry: Expiry
    received_at: datetime
    due_at: datetime
    first_due_at: datetime
    made_by: str
    changed_at: datetime
    report_due_at: datetime | None = None
    reported_at: datetime | None = None
    state: State = State.OPEN
    result: str = ""
    done_by: str | None = None
    done_at: datetime | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None
    closed_note: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nobody has to do anything about its matter any more."""
        return self.state in {State.DONE, State.CLOSED}


class Asked(msgspec.Struct, frozen=True):
    """A unit that was asked for its opinion, or called to a meeting at `due_at`."""

    asked_id: str
    mandate_id: str
    what: str
    unit: str
    subject: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    opinion: str = ""
    words: str = ""
    by_whom: str = ""
    at: datetime | None = None


class Extension(msgspec.Struct, frozen=True):
    """More time, asked for in writing; it counts when a leader has granted it."""

    extension_id: str
    mandate_id: str
    until: datetime
    reason: str
    asked_by: str
    asked_at: datetime
    decided: str = ""
    decided_by: str | None = None
    decided_at: datetime | None = None
    decided_note: str = ""


class Countdown(msgspec.Struct, frozen=True):
    """倒计时: working days that are left after today, or that it is late."""

    late: bool
    days: int


class Wanted(msgspec.Struct, frozen=True):
    """A new mandate as somebody typed it."""

    kind: Kind
    title: str
    source: str
    unit: str
    owner: str
    legal_basis: str
    on_expiry: Expiry
    limit: TimeLimit | None
    """The legal limit, which goes before the kind's own."""
    last_day: date | None
    about: str = ""


def read_wanted(form: Mapping[str, str], today: date) -> Wanted:
    """Raises Malformed."""
    if form.get("kind", "") not in set(Kind):
        raise Malformed("mandates.kind_missing")
    kind = Kind(form["kind"])
    title, unit = line(form.get("title", "")), line(form.get("unit", ""))
    if not title or not unit:
        raise Malformed("mandates.title_missing")
    basis = line(form.get("legal_basis", ""))
    expiry = Expiry.DEEM if form.get("on_expiry") == Expiry.DEEM else Expiry.ESCALATE
    if expiry is Expiry.DEEM and (not basis or kind is not Kind.APPROVAL):
        raise Malformed("mandates.basis_missing")
    amount = form.get("legal_days", "").strip()
    if amount and not (amount.isdecimal() and len(amount) <= 3 and 0 < int(amount) <= 400 and basis):
        raise Malformed("mandates.legal_wrong")
    limit = TimeLimit(int(amount), Unit.WORKING_DAY) if amount else None
    last_day = _day(form.get("last_day", ""))
    if TERMS[kind].limit is None and limit is None and (last_day is None or last_day < today):
        raise Malformed("mandates.day_missing")
    return Wanted(
        kind=kind,
        title=title,
        source=line(form.get("source", "")),
        unit=unit,
        owner=line(form.get("owner", "")),
        legal_basis=basis,
        on_expiry=expiry,
        limit=limit,
        last_day=last_day,
        about=line(form.get("about", "")),
    )


def made(wanted: Wanted, mandate_id: str, by: str, now: datetime, working: Worktime) -> Mandate:
    """The mandate with its times. `now` is the hall's local time."""
    terms = TERMS[wanted.kind]
    limit = wanted.limit or terms.limit
    due = _of_day(wanted.last_day, now, working) if wanted.last_day and limit is None else None
    due = due or _due(now, limit or TimeLimit(0, Unit.WORKING_DAY), working)
    return Mandate(
        mandate_id=mandate_id,
        kind=wanted.kind,
        title=wanted.title,
        source=wanted.source,
        about=wanted.about,
        unit=wanted.unit,
        owner=wanted.owner,
        legal_basis=wanted.legal_basis,
        on_expiry=wanted.on_expiry,
        received_at=now,
        due_at=due,
        first_due_at=due,
        made_by=by,
        changed_at=now,
        report_due_at=_due(now, terms.report, working) if terms.report else None,
    )


def asked_until(now: datetime, limit: TimeLimit, working: Worktime) -> datetime:
    """Until when a unit that is asked may answer."""
    return _due(now, limit, working)


def last_moment(kind: Kind, due: datetime, working: Worktime) -> datetime:
    """Until when more time may be asked for: 1, 3 or 10 days before it is due (SX-16 to 18). `due` is local."""
    terms = TERMS[kind]
    return working.warned_at(due, terms.ahead, terms.ahead_unit)


def read_extension(
    form: Mapping[str, str], mandate: Mandate, now: datetime, due: datetime, working: Worktime
) -> tuple[datetime, str]:
    """The new last moment and the reason. Raises Malformed: it is over, too late, without a reason, or no later."""
    if mandate.is_over:
        raise Malformed("mandates.over")
    reason = line(form.get("reason", ""), TEXT_LIMIT)
    if not reason:
        raise Malformed("mandates.reason_missing")
    if now > last_moment(mandate.kind, due, working):
        raise Malformed("mandates.asked_too_late")
    day = _day(form.get("until", ""))
    if day is None or day <= due.date() or day > due.date() + 366 * _DAY:
        raise Malformed("mandates.until_wrong")
    return _of_day(day, now, working), reason


def countdown(due: datetime, now: datetime, working: Worktime) -> Countdown:
    """Both in the hall's local time."""
    if now > due:
        return Countdown(late=True, days=_between(due.date(), now.date(), working))
    return Countdown(late=False, days=_between(now.date(), due.date(), working))


def may_strike_off(mandate: Mandate, who: str) -> None:
    """销号 is for somebody else than whoever did it, after it was done. Raises Malformed."""
    if mandate.state is State.CLOSED:
        raise Malformed("mandates.over")
    if mandate.state is not State.DONE:
        raise Malformed("mandates.not_done")
    if mandate.done_by == who:
        raise Malformed("mandates.not_by_oneself")


def line(text: str, limit: int = LINE_LIMIT) -> str:
    """On one line. Raises Malformed where it is too long."""
    words = " ".join(text.split())
    if len(words) > limit or not words.isprintable():
        raise Malformed("mandates.too_long")
    return words


def _due(now: datetime, limit: TimeLimit, working: Worktime) -> datetime:
    at = working.due(now, limit).at
    if at is None:  # pragma: no cover - without a pause there is always an end
        raise AssertionError(limit)
    return at


def _of_day(day: date, like: datetime, working: Worktime) -> datetime:
    """The end of work of a day."""
    return datetime.combine(day, working.hall.afternoon.closes, like.tzinfo)


def _between(first: date, last: date, working: Worktime) -> int:
    days = (last - first).days
    return sum(working.calendar.works(first + at * _DAY) for at in range(1, days + 1))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
