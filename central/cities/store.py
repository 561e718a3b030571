"""Cases that went to another city, in the database. News become steps in the transaction that counts them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from central.cities import rules
from central.cities.protocol import Told
from central.cities.rules import Away, State
from central.cities.tables import city_transfers
from central.database import add_if_new, read
from central.progress import store as progress
from central.progress.rules import Did, Step


def ask(connection: Connection, away: Away) -> bool:
    """It is to be handed over; once a case. False where it is already."""
    row = msgspec.structs.asdict(away) | {"state": away.state.value}
    if not add_if_new(connection, city_transfers, row):
        return False
    progress.add_step(connection, away.case_id, Step(Did.SENT_AWAY, away.city, away.by_whom, away.asked_at))
    return True


def find(connection: Connection, case_id: str) -> Away | None:
    """That of a case."""
    row = connection.execute(select(city_transfers).where(city_transfers.c.case_id == case_id)).mappings().first()
    return None if row is None else read(row, Away)


def under_way(connection: Connection, limit: int = 50) -> Sequence[Away]:
    """Those that are not back, those nobody asked about for longest first."""
    found = select(city_transfers).where(city_transfers.c.state != State.RETURNED)
    rows = connection.execute(found.order_by(city_transfers.c.changed_at).limit(limit)).mappings()
    return [read(row, Away) for row in rows]


def listed(connection: Connection) -> Sequence[Away]:
    """The newest."""
    found = select(city_transfers).order_by(city_transfers.c.asked_at.desc()).limit(200)
    return [read(row, Away) for row in connection.execute(found).mappings()]


def hear(connection: Connection, transfer_id: str, told: Told, now: datetime) -> bool:
    """What the office said; whether anything of it is new. Said by several at once, each of its news is one step."""
    place = city_transfers.c.transfer_id == transfer_id
    row = connection.execute(select(city_transfers).where(place).with_for_update()).mappings().one()
    away = read(row, Away)
    fresh = rules.news(away, told)
    for one in fresh:
        did = Did.BACK_FROM_AWAY if one.done else Did.AWAY
        progress.add_step(connection, away.case_id, Step(did, one.text, away.city, now))
    state = rules.after(away, told)
    values = {
        "state": state.value,
        "reference": told.reference or away.reference,
        "waybill": told.waybill or away.waybill,
        "news_heard": away.news_heard + len(fresh),
        "tries": 0,
        "trouble": "",
        "sent_at": away.sent_at or (now if state is not State.ASKED else None),
        "changed_at": now,
    }
    connection.execute(update(city_transfers).where(place).values(values))
    return bool(fresh) or state is not away.state


def fail(connection: Connection, transfer_id: str, why: str, now: datetime) -> None:
    """Nobody answered, or it cannot be sent yet: it is tried again."""
    values = {"tries": city_transfers.c.tries + 1, "trouble": why, "changed_at": now}
    connection.execute(update(city_transfers).where(city_transfers.c.transfer_id == transfer_id).values(values))


def last_change(connection: Connection) -> datetime | None:
    """When one last changed."""
    newest: datetime | None = connection.execute(select(func.max(city_transfers.c.changed_at))).scalar_one()
    return newest
