"""Where phones reach this centre, or this hall's node, goes down to the terminals: their tickets carry it."""

from typing import Final

import msgspec

from central.centre import Centre
from central.feed import store as feed
from central.feed.rules import EVERYBODY, Draft
from contract.feed import Address, FeedKind

EVERY_SECONDS: Final = 30.0


def publish(centre: Centre) -> bool:
    """Say it once, and again when `public_url` has changed; whether it was said. Nothing is said of none before."""
    now, key = centre.clock(), centre.settings.role
    said = Address(centre.settings.public_url)
    with centre.database.reading() as connection:
        before = {item.key: item.body for item in feed.in_force(connection, [FeedKind.ADDRESS], now)}.get(key)
    if before == msgspec.json.encode(said) or (before is None and not said.public_url):
        return False
    with centre.database.writing() as connection:
        feed.publish_all(connection, centre.keys, [Draft(EVERYBODY, FeedKind.ADDRESS, key, said, "centre")], now)
    return True
