"""Screens, their manners and hours, and the deliveries of calls, in the database."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, func, select, update

from central.database import add_if_new, read
from central.screens.rules import Channel, Delivery, Manners, Outcome, Screen, VoiceHour
from central.screens.tables import call_deliveries, screen_manners, screens, voice_hours


def token_hash(token: str) -> str:
    """What the database knows of a screen's token."""
    return hashlib.sha256(f"screen\0{token}".encode()).hexdigest()


def add(connection: Connection, screen: Screen, token: str) -> None:
    """A new screen; its token is shown once and never kept."""
    row = msgspec.structs.asdict(screen) | {"kind": screen.kind.value, "token_hash": token_hash(token)}
    connection.execute(screens.insert().values(row))


def by_token(connection: Connection, token: str) -> Screen | None:
    """The screen that shows this token, unless it was taken away."""
    place = (screens.c.token_hash == token_hash(token)) & screens.c.revoked_at.is_(None)
    row = connection.execute(select(screens).where(place)).mappings().first()
    return None if row is None else read(row, Screen)


def listed(connection: Connection, hall: str | None = None) -> Sequence[Screen]:
    """Those that were not taken away, by hall and title."""
    found = select(screens).where(screens.c.revoked_at.is_(None)).order_by(screens.c.hall, screens.c.title)
    if hall is not None:
        found = found.where(screens.c.hall == hall)
    return [read(row, Screen) for row in connection.execute(found).mappings()]


def revoke(connection: Connection, screen_id: str, now: datetime) -> bool:
    """Its token opens nothing any more. False where there is no such screen."""
    place = (screens.c.screen_id == screen_id) & screens.c.revoked_at.is_(None)
    return connection.execute(update(screens).where(place).values(revoked_at=now)).rowcount > 0


def seen_at(connection: Connection, screen_id: str) -> datetime | None:
    """When it was last noted that it asked."""
    moment: datetime | None = connection.execute(
        select(screens.c.seen_at).where(screens.c.screen_id == screen_id)
    ).scalar()
    return moment


def saw(connection: Connection, screen_id: str, now: datetime) -> None:
    """It has asked."""
    connection.execute(update(screens).where(screens.c.screen_id == screen_id).values(seen_at=now))


def manners(connection: Connection, hall: str) -> Manners:
    """How a hall's screens behave; the usual where nobody said."""
    row = connection.execute(select(screen_manners).where(screen_manners.c.hall == hall)).mappings().first()
    if row is None:
        return Manners(hall)
    return read(dict(row) | {"shows_names": bool(row["shows_names"])}, Manners)


def keep_manners(connection: Connection, kept: Manners, now: datetime) -> None:
    """In place of those before."""
    row = msgspec.structs.asdict(kept) | {"shows_names": int(kept.shows_names), "at": now}
    if not add_if_new(connection, screen_manners, row):
        connection.execute(update(screen_manners).where(screen_manners.c.hall == kept.hall).values(row))


def hours(connection: Connection, hall: str) -> Sequence[VoiceHour]:
    """When a hall's screens speak, in the order of a page."""
    found = select(voice_hours).where(voice_hours.c.hall == hall).order_by(voice_hours.c.zone, voice_hours.c.starts)
    return [read(row, VoiceHour) for row in connection.execute(found).mappings()]


def add_hour(connection: Connection, hour: VoiceHour) -> None:
    """One line more."""
    connection.execute(voice_hours.insert().values(msgspec.structs.asdict(hour)))


def end_hour(connection: Connection, rule_id: str) -> bool:
    """One line less."""
    return connection.execute(delete(voice_hours).where(voice_hours.c.rule_id == rule_id)).rowcount > 0


def give(connection: Connection, call_id: str, channel: Channel, place: str, now: datetime) -> bool:
    """A call goes out this way; False where that was written before, delivered or not."""
    row = {"call_id": call_id, "channel": channel.value, "place": place, "state": Outcome.GIVEN.value, "at": now}
    return add_if_new(connection, call_deliveries, row)


def settle(connection: Connection, call_id: str, channel: Channel, place: str, state: Outcome, now: datetime) -> None:
    """It arrived there, or did not; said before it was given it is written all the same. Delivered stays delivered."""
    give(connection, call_id, channel, place, now)
    spot = (
        (call_deliveries.c.call_id == call_id)
        & (call_deliveries.c.channel == channel.value)
        & (call_deliveries.c.place == place)
        & (call_deliveries.c.state != Outcome.DELIVERED.value)
    )
    connection.execute(update(call_deliveries).where(spot).values(state=state.value, at=now))


def deliveries(connection: Connection, call_ids: Collection[str]) -> dict[str, list[Delivery]]:
    """What these calls went out by."""
    found = select(call_deliveries).where(call_deliveries.c.call_id.in_(call_ids)).order_by(call_deliveries.c.channel)
    told: dict[str, list[Delivery]] = {call_id: [] for call_id in call_ids}
    for row in connection.execute(found).mappings():
        told[row["call_id"]].append(read(row, Delivery))
    return told


def waiting_for(connection: Connection, channel: Channel, since: datetime) -> Iterable[Delivery]:
    """Given this way and not settled, since then."""
    place = (call_deliveries.c.channel == channel.value) & (call_deliveries.c.state == Outcome.GIVEN.value)
    found = select(call_deliveries).where(place, call_deliveries.c.at >= since)
    return [read(row, Delivery) for row in connection.execute(found).mappings()]


def last_change(connection: Connection) -> tuple[object, ...]:
    """Another value whenever screens, their manners or a delivery changed; not for their mere asking."""
    made = select(func.count(), func.max(screens.c.made_at), func.max(screens.c.revoked_at))
    said = connection.execute(select(func.max(screen_manners.c.at))).scalar_one()
    spoken = connection.execute(select(func.count(), func.max(voice_hours.c.at))).one()
    out = connection.execute(select(func.max(call_deliveries.c.at))).scalar_one()
    return (*connection.execute(made).one(), said, *spoken, out)
