"""Notes who of the leaders is here: the chore reads it off the sessions, nobody types it in."""

from datetime import timedelta

from central.centre import Centre
from central.presence import store

EVERY_SECONDS = 20.0
_LATELY = timedelta(hours=12)


def note(centre: Centre) -> None:
    """One look at the sessions."""
    with centre.database.writing() as connection:
        store.note(connection, centre.clock(), _LATELY)
