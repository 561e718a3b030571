"""What is noted of cases by itself: who received them first, and papers asked for though nobody must bring them."""

from datetime import timedelta

from central.centre import Centre
from central.feed.catalogue import store as catalogue
from central.handling import removable, store
from central.handling.receivers import store as receivers
from central.handling.rules import Event, removable_asked

EVERY_SECONDS = 10.0
_LATELY = timedelta(days=3)


def turn(centre: Centre) -> None:
    """One turn; said again it changes nothing."""
    now, office = centre.clock(), centre.settings.hall
    with centre.database.reading() as connection:
        came = receivers.new_cases(connection, now - _LATELY)
        told = receivers.new_consultations(connection, now - _LATELY)
        items = {slug: catalogue.find(connection, slug, now) for slug in {one.item for one in came if one.missing}}
    if not came and not told:
        return
    events: list[Event] = []
    for one in came:
        item = items.get(one.item)
        if item is not None:
            events += [removable_asked(one.of_id, code, one.who, now) for code in removable.among(item, one.missing)]
    with centre.database.writing() as connection:
        for one in came:
            receivers.receive(connection, receivers.CASE, one.of_id, one.hall or office, one.who, now)
        for one in told:
            receivers.receive(connection, receivers.CONSULTATION, one.of_id, one.hall or office, one.who, now)
        store.note(connection, events)
