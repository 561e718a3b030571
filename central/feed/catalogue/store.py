"""The service items as this centre published them: titles, places, queues, and what a fee may be."""

from datetime import datetime
from functools import lru_cache

import msgspec
from sqlalchemy import Connection

from central.feed import store
from central.feed.rules import EVERYBODY
from contract.catalogue import DEFAULT_LANGUAGE, Item, Text
from contract.feed import Calendar, FeedKind


def find(connection: Connection, slug: str, now: datetime) -> Item | None:
    """The item in force under this name; None where none was published or it was taken away."""
    sent = store.in_force(connection, [FeedKind.CATALOGUE], now)
    # What a few terminals have first is in force nowhere else (central/catalogue).
    found = next((one for one in sent if one.key == slug and one.audience == EVERYBODY), None)
    return _item(found.body) if found is not None and found.body else None


def every(connection: Connection, now: datetime) -> tuple[Item, ...]:
    """All items in force, by their names."""
    sent = store.in_force(connection, [FeedKind.CATALOGUE], now)
    newest = {one.key: one.body for one in reversed(sent) if one.audience == EVERYBODY}
    return tuple(_item(body) for _, body in sorted(newest.items()) if body)


def title(connection: Connection, slug: str, now: datetime) -> Text:
    """How the item is called; its bare name where it was never published here."""
    item = find(connection, slug, now)
    return item.title if item is not None else {DEFAULT_LANGUAGE: slug}


def calendars(connection: Connection, now: datetime) -> dict[int, Calendar]:
    """The published working days, by year."""
    sent = store.in_force(connection, [FeedKind.CALENDAR], now)
    found = [msgspec.json.decode(one.body, type=Calendar) for one in sent if one.body]
    return {one.year: one for one in reversed(found)}


@lru_cache(maxsize=256)
def _item(body: bytes) -> Item:
    return msgspec.toml.decode(body, type=Item)
