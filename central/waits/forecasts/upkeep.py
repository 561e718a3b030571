"""Each number is given its forecast as it enters, and each forecast is compared with the truth when it is called."""

from datetime import datetime, timedelta
from typing import Final

from central.centre import Centre
from central.database import Transaction
from central.queue import store as queue
from central.queue.rules import Number
from central.waits.forecasts import rules, store
from central.waits.forecasts.rules import Basis, Told

EVERY_SECONDS: Final = 3.0
FRESH: Final = timedelta(minutes=2)
"""A number that came later than so long after it was taken was told nothing by this centre."""


def round_of(centre: Centre) -> None:
    """Give and compare. Done twice it changes nothing."""
    now, today = centre.clock(), centre.today().isoformat()
    with centre.database.reading() as connection:
        told = [one for hall in queue.halls(connection, today) for one in _given(connection, hall, now, today)]
    with centre.database.writing() as connection:
        for number, range_, basis in told:
            store.keep(connection, number, range_, basis, now)
        store.compare(connection, now)


def _given(connection: Transaction, hall: str, now: datetime, today: str) -> list[tuple[Number, Told, Basis]]:
    untold = [one for one in store.untold(connection, hall, today) if now - one.taken_at <= FRESH]
    if not untold:
        return []
    scene = store.scene(connection, hall, now, today)
    begins = scene.begins()
    return [
        (one, rules.told(begins[one.case_id], scene.spread), scene.services[one.queue].basis)
        for one in untold
        if one.case_id in begins and one.queue in scene.services
    ]
