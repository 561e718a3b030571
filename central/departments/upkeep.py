"""What the departments' domain does by itself on the caretaker's thread."""

from typing import Final

from central.centre import Centre
from central.departments import store

EVERY_SECONDS: Final = 3600.0


def sweep(centre: Centre) -> None:
    """Forget who was asked about more than a year ago."""
    with centre.database.writing() as connection:
        store.sweep(connection, centre.clock())
