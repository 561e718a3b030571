"""The hours in which somebody is on duty go down to the terminals whenever the roster changes: they publish them."""

import msgspec

from central.centre import Centre
from central.feed import store as feed
from central.feed.rules import EVERYBODY, Draft
from central.help import rules, store
from contract.feed import DutyHours, FeedKind, RosterHours

EVERY_SECONDS = 30.0
KEY = "help"


def publish(centre: Centre) -> bool:
    """Send them if they are other than what is in force; whether they were. Without a roster nothing is said."""
    now = centre.clock()
    today = centre.today().isoformat()
    with centre.database.reading() as connection:
        shifts = store.shifts(connection, rules.HELP, today)
        before = feed.in_force(connection, [FeedKind.HELP_HOURS], now)
    said = RosterHours(tuple(DutyHours(*hours) for hours in rules.weekly(shifts, today)))
    if (not before and not said.weekly) or (before and before[0].body == msgspec.json.encode(said)):
        return False
    with centre.database.writing() as connection:
        feed.publish_all(connection, centre.keys, [Draft(EVERYBODY, FeedKind.HELP_HOURS, KEY, said, "centre")], now)
    centre.live.changed()
    return True
