"""What the shelf of drafts does by itself: what is over is forgotten."""

from central.centre import Centre
from central.drafts import store

EVERY_SECONDS = 3600.0


def sweep(centre: Centre) -> None:
    """Forget what is over."""
    with centre.database.writing() as connection:
        store.sweep(connection, centre.clock())
