"""Writes down what each call goes out by, and queues the texts whoever wants one gets."""

from typing import Final

from central.centre import Centre
from central.positions import texts
from central.queue import store as queue
from central.screens import rules, store
from central.screens.rules import Channel

EVERY_SECONDS: Final = 2.0


class Calls:
    """The calls of today, from the last one seen on. Begun anew it writes nothing twice."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._seen: dict[tuple[str, str], int] = {}

    def turn(self) -> None:
        """Note the new ones."""
        centre = self._centre
        now, today = centre.clock(), centre.today().isoformat()
        local = now.astimezone(centre.settings.zone)
        with centre.database.reading() as connection:
            halls = queue.halls(connection, today)
            new = [(hall, queue.calls(connection, hall, self._seen.get((hall, today), 0), today)) for hall in halls]
        for hall, calls in new:
            if not calls:
                continue
            with centre.database.writing() as connection:
                every, hours = store.listed(connection, hall), store.hours(connection, hall)
                for call in calls:
                    for screen in every:
                        if not rules.hears(screen, call.zone):
                            continue
                        store.give(connection, call.act_id, Channel.SCREEN, screen.screen_id, call.at)
                        if rules.volume(hours, screen.zone, local):
                            store.give(connection, call.act_id, Channel.VOICE, screen.screen_id, call.at)
                    texts.called(connection, centre, hall, call, now)
            self._seen[hall, today] = calls[-1].id
            centre.caretaker.ring("messages")
        with centre.database.writing() as connection:
            if texts.soon(connection, centre, halls, now, today):
                centre.caretaker.ring("messages")
            texts.receipts(connection, now)
