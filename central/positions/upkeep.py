"""What codes of tickets open is entered as numbers come, and forgotten with its day."""

from typing import Final

from central.centre import Centre
from central.positions import store

EVERY_SECONDS: Final = 30.0


def round_of(centre: Centre) -> None:
    """Enter and forget. Done twice it changes nothing."""
    with centre.database.writing() as connection:
        store.name_new(connection, centre.today())
        store.forget(connection, centre.clock(), centre.today())
