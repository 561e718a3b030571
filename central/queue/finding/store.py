"""Readers at windows, and what a card found, in the database. Nothing of a card is kept: only which cases are its."""

import json
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select, update

from central.cases.tables import cases
from central.database import add_if_new, read
from central.progress.tables import case_people
from central.queue.store import lines_of
from central.queue.tables import queue_agents, queue_found

SHOWN_FOR: Final = timedelta(minutes=3)
"""What a card found is gone from the page by itself."""
CASES_AT_MOST: Final = 20


class Reader(msgspec.Struct, frozen=True):
    """The program beside the card reader of a window. `public_key` is Ed25519, base64."""

    agent_id: str
    window_id: str
    code_hash: str
    code_until: datetime
    public_key: str
    paired_at: datetime | None
    seen_at: datetime | None
    ended_at: datetime | None
    by_whom: str


def reader_of(connection: Connection, window_id: str) -> Reader | None:
    """The reader a window has, or waits for."""
    found = select(queue_agents).where(queue_agents.c.window_id == window_id, queue_agents.c.ended_at.is_(None))
    row = connection.execute(found.order_by(queue_agents.c.code_until.desc())).mappings().first()
    return None if row is None else read(row, Reader)


def expect(connection: Connection, reader: Reader) -> None:
    """A window waits for a reader with this code; another one it had is cut off."""
    end(connection, reader.window_id, reader.code_until)
    connection.execute(queue_agents.insert().values(msgspec.structs.asdict(reader)))


def end(connection: Connection, window_id: str, at: datetime) -> None:
    """Cut off the reader of a window."""
    place = (queue_agents.c.window_id == window_id) & queue_agents.c.ended_at.is_(None)
    connection.execute(update(queue_agents).where(place).values(ended_at=at))


def pair(connection: Connection, code_hash: str, public_key: str, at: datetime) -> Reader | None:
    """The reader whose code this is, with its key from now on. None for a code nobody waits for; a code serves once,
    but for the key that has used it.
    """
    place = (queue_agents.c.code_hash == code_hash) & queue_agents.c.ended_at.is_(None)
    row = connection.execute(select(queue_agents).where(place).with_for_update()).mappings().first()
    reader = None if row is None else read(row, Reader)
    if reader is None or (reader.public_key and reader.public_key != public_key):
        return None
    if not reader.public_key and reader.code_until < at:
        return None
    mine = queue_agents.c.agent_id == reader.agent_id
    connection.execute(update(queue_agents).where(mine).values(public_key=public_key, paired_at=at, seen_at=at))
    return msgspec.structs.replace(reader, public_key=public_key, paired_at=at)


def find(connection: Connection, agent_id: str) -> Reader | None:
    """A reader that is paired and not cut off."""
    place = (
        (queue_agents.c.agent_id == agent_id) & queue_agents.c.ended_at.is_(None) & (queue_agents.c.public_key != "")
    )
    row = connection.execute(select(queue_agents).where(place)).mappings().first()
    return None if row is None else read(row, Reader)


def seen(connection: Connection, agent_id: str, at: datetime) -> None:
    """It has said something."""
    connection.execute(update(queue_agents).where(queue_agents.c.agent_id == agent_id).values(seen_at=at))


def keep(connection: Connection, window_id: str, nonce: str, case_ids: list[str], at: datetime) -> bool:
    """What the card that lies at a window found. False where this very reading was heard before."""
    before = connection.execute(select(queue_found.c.nonce).where(queue_found.c.window_id == window_id)).scalar()
    if before == nonce:
        return False
    row = {"window_id": window_id, "nonce": nonce, "case_ids": json.dumps(case_ids), "at": at}
    if not add_if_new(connection, queue_found, row):
        connection.execute(update(queue_found).where(queue_found.c.window_id == window_id).values(row))
    return True


def clear(connection: Connection, window_id: str, at: datetime) -> None:
    """Take it off the page."""
    place = queue_found.c.window_id == window_id
    connection.execute(update(queue_found).where(place).values(case_ids="[]", at=at - SHOWN_FOR))


def cases_of(connection: Connection, person: str) -> list[str]:
    """A person's cases and numbers, the newest first."""
    found = select(cases.c.case_id).join(case_people, case_people.c.case_id == cases.c.case_id)
    newest = found.where(case_people.c.person == person).order_by(cases.c.received_at.desc()).limit(CASES_AT_MOST)
    return list(connection.execute(newest).scalars())


def shown(connection: Connection, window_id: str, now: datetime, today: str) -> dict[str, Any] | None:
    """What a card found here lately: numbers of today, and the person's other cases. None where no card was read."""
    row = connection.execute(select(queue_found).where(queue_found.c.window_id == window_id)).mappings().first()
    if row is None or not timedelta() <= now - row["at"] < SHOWN_FOR:
        return None
    ids = json.loads(row["case_ids"])
    lines = {one: line for one, line in lines_of(connection, ids).items() if line.number.business_date == today}
    names = select(cases.c.case_id, cases.c.case_number, cases.c.item_title, cases.c.masked_name, cases.c.business_date)
    known = {one["case_id"]: dict(one) for one in connection.execute(names.where(cases.c.case_id.in_(ids))).mappings()}
    return {
        "at": row["at"],
        "numbers": [lines[one] for one in ids if one in lines],
        "cases": [known[one] for one in ids if one in known and one not in lines],
    }


def waits(connection: Connection, code_hash: str, now: datetime) -> bool:
    """Whether a reader with this code is still waited for."""
    place = (
        (queue_agents.c.code_hash == code_hash) & (queue_agents.c.public_key == "") & (queue_agents.c.code_until > now)
    )
    return connection.execute(select(queue_agents.c.agent_id).where(place)).first() is not None
