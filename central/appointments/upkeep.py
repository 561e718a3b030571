"""What the pool does by itself: who did not come in time has missed it."""

from central.appointments import rules, store
from central.centre import Centre

MISSED_EVERY_SECONDS = 60.0


def note_missed(centre: Centre) -> None:
    """Mark the bookings nobody came for. Done twice it changes nothing."""
    now, zone = centre.clock(), centre.settings.zone
    with centre.database.reading() as connection:
        late = [
            one.booking_id
            for one in store.open_until(connection, centre.today().isoformat())
            if rules.placed(one.day, one.starts, now, zone) is rules.Placed.MISSED
        ]
    for booking_id in late:
        with centre.database.writing() as connection:
            store.miss(connection, booking_id, now)
    if late:
        centre.live.changed()
