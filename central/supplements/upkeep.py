"""What papers brought later bring about by themselves: a case that lacks nothing any more is complete."""

from central.centre import Centre
from central.supplements import store

EVERY_SECONDS = 5.0


def settle(centre: Centre) -> None:
    """Mark what is complete now."""
    with centre.database.writing() as connection:
        done = store.settle(connection, centre.clock())
    if done:
        centre.live.changed()
