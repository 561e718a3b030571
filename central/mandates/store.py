"""Mandates in the database. Every act is one conditional update and its line in the trail, or neither."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from central.database import add_if_new, read
from central.mandates.rules import Asked, Extension, Mandate, State
from central.mandates.tables import asked, extensions, mandates
from central.trail import store as trail
from central.trail.store import MANDATE, SYSTEM, Done

MOST = 500


def add(connection: Connection, mandate: Mandate) -> bool:
    """Keep it once. False where its id is kept already."""
    new = add_if_new(connection, mandates, msgspec.to_builtins(mandate, builtin_types=(datetime,)))
    if new:
        done(connection, mandate.mandate_id, "made", mandate.made_by, mandate.title, mandate.received_at)
    return new


def done(connection: Connection, mandate_id: str, what: str, who: str, note: str, at: datetime) -> None:
    """A line of its trail."""
    trail.add(connection, Done(MANDATE, mandate_id, what, who, note, at))


def find(connection: Connection, mandate_id: str) -> Mandate | None:
    """One by its id."""
    row = connection.execute(select(mandates).where(mandates.c.mandate_id == mandate_id)).mappings().first()
    return None if row is None else read(row, Mandate)


def listed(
    connection: Connection, *, kind: str = "", unit: str = "", state: str = "", about: str = ""
) -> list[Mandate]:
    """Those of these filters, what is open and due first at the top."""
    found = select(mandates)
    for column, value in ((mandates.c.kind, kind), (mandates.c.unit, unit), (mandates.c.about, about)):
        found = found.where(column == value) if value else found
    if state == "open":
        found = found.where(mandates.c.closed_at.is_(None))
    elif state:
        found = found.where(mandates.c.state == state)
    found = found.order_by(mandates.c.closed_at.is_not(None), mandates.c.due_at).limit(MOST)
    return [read(row, Mandate) for row in connection.execute(found).mappings()]


def open_(connection: Connection) -> list[Mandate]:
    """What is not done yet."""
    found = select(mandates).where(mandates.c.state.in_([State.OPEN, State.TAKEN])).order_by(mandates.c.due_at)
    return [read(row, Mandate) for row in connection.execute(found).mappings()]


def change(
    connection: Connection,
    mandate_id: str,
    from_: Collection[State],
    what: str,
    who: str,
    note: str,
    at: datetime,
    **values: object,
) -> bool:
    """It goes on. False where it is in none of these states (any more)."""
    place = (mandates.c.mandate_id == mandate_id) & mandates.c.state.in_(from_)
    changed = connection.execute(update(mandates).where(place).values(changed_at=at, **values))
    if changed.rowcount:
        done(connection, mandate_id, what, who, note, at)
    return bool(changed.rowcount)


def is_over(connection: Connection, mandate_id: str, now: datetime) -> bool:
    """Whether its time is over as it stands now; nobody grants it more until the transaction ends."""
    found = select(mandates.c.mandate_id).where(mandates.c.mandate_id == mandate_id, mandates.c.due_at < now)
    return connection.execute(found.with_for_update()).first() is not None


def ask(connection: Connection, one: Asked) -> bool:
    """A unit is asked, once for the same moment."""
    new = add_if_new(connection, asked, msgspec.structs.asdict(one))
    if new:
        done(connection, one.mandate_id, f"asked_{one.what}", one.asked_by, f"{one.unit}：{one.subject}", one.asked_at)
    return new


def asked_of(connection: Connection, mandate_id: str) -> list[Asked]:
    """Who was asked, the oldest first."""
    found = select(asked).where(asked.c.mandate_id == mandate_id).order_by(asked.c.asked_at, asked.c.asked_id)
    return [read(row, Asked) for row in connection.execute(found).mappings()]


def opine(
    connection: Connection, one: Asked, opinion: str, words: str, who: str, at: datetime, what: str = "opinion"
) -> bool:
    """A unit answers, or its silence does. False where it has answered."""
    place = (asked.c.asked_id == one.asked_id) & asked.c.at.is_(None)
    values = {"opinion": opinion, "words": words, "by_whom": who, "at": at}
    changed = connection.execute(update(asked).where(place).values(**values))
    if changed.rowcount:
        done(connection, one.mandate_id, what, who, f"{one.unit}：{words}", at)
    return bool(changed.rowcount)


def silent(connection: Connection, now: datetime) -> list[Asked]:
    """Whose time to answer is over."""
    found = select(asked).where(asked.c.at.is_(None), asked.c.due_at < now).order_by(asked.c.due_at)
    return [read(row, Asked) for row in connection.execute(found).mappings()]


def deemed(connection: Connection, since: datetime) -> list[Asked]:
    """Whose silence the system took for consent since a moment."""
    found = select(asked).where(asked.c.by_whom == SYSTEM, asked.c.at >= since).order_by(asked.c.at)
    return [read(row, Asked) for row in connection.execute(found).mappings()]


def ask_for_time(connection: Connection, one: Extension) -> bool:
    """One request at a time. False where one waits already."""
    new = add_if_new(connection, extensions, msgspec.structs.asdict(one))
    if new:
        note = f"{one.until:%Y-%m-%d}：{one.reason}"
        done(connection, one.mandate_id, "extension_asked", one.asked_by, note, one.asked_at)
    return new


def extensions_of(connection: Connection, mandate_id: str) -> list[Extension]:
    """The requests for more time, the oldest first."""
    found = select(extensions).where(extensions.c.mandate_id == mandate_id).order_by(extensions.c.asked_at)
    return [read(row, Extension) for row in connection.execute(found).mappings()]


def decide(connection: Connection, one: Extension, decided: str, who: str, note: str, at: datetime) -> bool:
    """A leader grants it, and the last moment moves; or refuses it. False where it is decided or asked by the same."""
    place = (extensions.c.extension_id == one.extension_id) & extensions.c.decided_at.is_(None)
    place &= extensions.c.asked_by != who
    values = {"decided": decided, "decided_by": who, "decided_at": at, "decided_note": note}
    if not connection.execute(update(extensions).where(place).values(**values)).rowcount:
        return False
    if decided == "granted":
        moved = update(mandates).where(mandates.c.mandate_id == one.mandate_id)
        connection.execute(moved.values(due_at=one.until, changed_at=at))
    done(connection, one.mandate_id, f"extension_{decided}", who, note, at)
    return True


def last_change(connection: Connection) -> datetime | None:
    """When one last changed."""
    newest: datetime | None = connection.execute(select(func.max(mandates.c.changed_at))).scalar_one()
    return newest
