"""The duty roster and the calls in the database."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

import msgspec
from sqlalchemy import Connection, func, or_, select, update

from central.database import add_if_new, read
from central.help import rules
from central.help.rules import Call, Line, Shift, State
from central.help.tables import duty_shifts, help_calls, help_lines
from contract.envelope import Sealed
from contract.messages import HelpWanted


def shifts(connection: Connection, post: str, day: str) -> list[Shift]:
    """The shifts of a post that are not over on a day."""
    found = select(duty_shifts).where(
        duty_shifts.c.post == post, or_(duty_shifts.c.valid_until.is_(None), duty_shifts.c.valid_until >= day)
    )
    return [read(row, Shift) for row in connection.execute(found).mappings()]


def all_shifts(connection: Connection, day: str) -> list[Shift]:
    """Every shift that is not over on a day, in the order of a page."""
    found = [one for post in rules.POSTS for one in shifts(connection, post, day)]
    return sorted(found, key=lambda one: (one.post, one.weekday, one.starts, one.stand_in, one.who))


def on_duty(connection: Connection, post: str, now: datetime, zone: tzinfo) -> list[str]:
    """Who is at the post now, in the order it rings."""
    today = now.astimezone(zone).date().isoformat()
    return rules.on_duty(shifts(connection, post, today), post, now, zone)


def add_shifts(connection: Connection, added: Iterable[Shift]) -> None:
    """Enter shifts, each once."""
    for one in added:
        add_if_new(connection, duty_shifts, msgspec.structs.asdict(one))


def end_shift(connection: Connection, shift_id: str, last_day: str) -> bool:
    """Worked until this day and no more. False where there is no such shift."""
    place = duty_shifts.c.shift_id == shift_id
    return bool(connection.execute(update(duty_shifts).where(place).values(valid_until=last_day)).rowcount)


def add(connection: Connection, call: Call) -> bool:
    """A new call. False where it was asked before."""
    return add_if_new(connection, help_calls, msgspec.structs.asdict(call))


def want(connection: Connection, terminal: str, wanted: HelpWanted, sealed: Sealed | None, now: datetime) -> bool:
    """A wish to be called, made while the centre was away. False where it is known."""
    call = Call(
        help_id=wanted.help_id,
        terminal=terminal,
        item=wanted.item or "",
        page=wanted.page,
        shown="[]",
        language="zh-Hans",
        on_duty="[]",
        state=State.CALL_BACK,
        asked_at=now,
        seen_at=now,
        changed_at=now,
        masked_contact=wanted.masked_contact,
        sealed=None if sealed is None else msgspec.msgpack.encode(sealed),
    )
    return add(connection, call)


def find(connection: Connection, help_id: str) -> Call | None:
    """A call by its id."""
    row = connection.execute(select(help_calls).where(help_calls.c.help_id == help_id)).mappings().first()
    return None if row is None else read(row, Call)


def seen(connection: Connection, help_id: str, page: str, shown: str, now: datetime, *, changed: bool) -> None:
    """The terminal asked again: what its page shows now."""
    values = {"page": page, "shown": shown, "seen_at": now} | ({"changed_at": now} if changed else {})
    connection.execute(update(help_calls).where(help_calls.c.help_id == help_id).values(**values))


def promise(
    connection: Connection, help_id: str, at: datetime | None, now: datetime, *, silent_since: datetime | None = None
) -> bool:
    """Nobody could come: somebody calls back. False where somebody has answered meanwhile, or where the terminal was
    to be silent since a moment and asked again.
    """
    place = (help_calls.c.help_id == help_id) & (help_calls.c.state == State.RINGING)
    if silent_since is not None:
        place &= help_calls.c.seen_at < silent_since
    values = {"state": State.CALL_BACK, "call_back_at": at, "changed_at": now}
    return bool(connection.execute(update(help_calls).where(place).values(**values)).rowcount)


def reachable(connection: Connection, help_id: str, masked: str, sealed: bytes, now: datetime) -> None:
    """Where to call back: masked for the page, sealed for whoever calls."""
    place = help_calls.c.help_id == help_id
    values = {"masked_contact": masked, "sealed": sealed, "changed_at": now}
    connection.execute(update(help_calls).where(place).values(**values))


def answer(connection: Connection, help_id: str, who: str, now: datetime) -> bool:
    """Somebody takes the call: one person alone, the first. False where it is taken or over."""
    place = (
        (help_calls.c.help_id == help_id)
        & help_calls.c.answered_by.is_(None)
        & help_calls.c.ended_at.is_(None)
        & help_calls.c.state.in_([State.RINGING, State.CALL_BACK])
    )
    values = {"state": State.ANSWERED, "answered_by": who, "answered_at": now, "changed_at": now}
    return bool(connection.execute(update(help_calls).where(place).values(**values)).rowcount)


def end(
    connection: Connection,
    help_id: str,
    outcome: str,
    by: str,
    now: datetime,
    *,
    silent_since: datetime | None = None,
) -> bool:
    """It is over; the first word on the outcome stands. False where it was over, or where the terminal was to be silent
    since a moment and asked again.
    """
    place = (help_calls.c.help_id == help_id) & help_calls.c.ended_at.is_(None)
    if silent_since is not None:
        place &= help_calls.c.seen_at < silent_since
    values = {"state": State.OVER, "outcome": outcome, "ended_by": by, "ended_at": now, "changed_at": now}
    return bool(connection.execute(update(help_calls).where(place).values(**values)).rowcount)


def say(connection: Connection, help_id: str, line: Line) -> None:
    """A sentence for the citizen's screen."""
    connection.execute(help_lines.insert().values(help_id=help_id, who=line.who, at=line.at, text=line.text))
    place = help_calls.c.help_id == help_id
    connection.execute(update(help_calls).where(place).values(changed_at=line.at))


def lines(connection: Connection, help_id: str) -> list[Line]:
    """What the helper said, the oldest first."""
    found = select(help_lines).where(help_lines.c.help_id == help_id).order_by(help_lines.c.id)
    return [read(row, Line) for row in connection.execute(found).mappings()]


def open_calls(connection: Connection) -> list[Call]:
    """What is not over, the oldest first."""
    found = select(help_calls).where(help_calls.c.ended_at.is_(None)).order_by(help_calls.c.asked_at).limit(200)
    return [read(row, Call) for row in connection.execute(found).mappings()]


def asked_since(connection: Connection, since: datetime) -> list[Call]:
    """Every call from a moment on, the newest first."""
    found = select(help_calls).where(help_calls.c.asked_at >= since).order_by(help_calls.c.asked_at.desc())
    return [read(row, Call) for row in connection.execute(found.limit(5000)).mappings()]


def last_change(connection: Connection) -> datetime | None:
    """When a call last changed."""
    newest: datetime | None = connection.execute(select(func.max(help_calls.c.changed_at))).scalar_one()
    return newest
