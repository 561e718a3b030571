"""Looks at every hall's load, says which window should open, and measures what came of it."""

import secrets
from datetime import datetime
from typing import Final

import structlog

from central.centre import Centre
from central.database import Transaction
from central.queue import store as queue
from central.waits.advice import rules, store
from central.waits.advice.loads import loads, rooms
from central.waits.advice.rules import Advice, Load
from central.waits.forecasts import store as forecasts

EVERY_SECONDS: Final = 15.0
log = structlog.get_logger()


def look(centre: Centre) -> None:
    """One round over the halls. Done twice it changes nothing."""
    now, today = centre.clock(), centre.today().isoformat()
    bound = centre.settings.advise_minutes
    with centre.database.reading() as connection:
        wanted = [
            one for hall in queue.halls(connection, today) for one in _of_hall(connection, hall, now, today, bound)
        ]
    if not wanted:
        return
    with centre.database.writing() as connection:
        for before, after in wanted:
            if before is None:
                if store.raise_(connection, after):
                    log.info("window_advised", hall=after.hall, queue=after.queue, window=after.advised)
            else:
                store.move(connection, before, after)
    centre.live.changed()


def _of_hall(
    connection: Transaction, hall: str, now: datetime, today: str, bound: int
) -> list[tuple[Advice | None, Advice]]:
    scene = forecasts.scene(connection, hall, now, today)
    if not scene.calls_here:
        return []
    found, every = loads(connection, scene), rooms(connection, hall)
    standing = {one.queue: one for one in store.still_open(connection, hall)}
    made: list[tuple[Advice | None, Advice]] = []
    for name in sorted({one.queue for one in found} | set(standing)):
        before = standing.get(name)
        load = rules.whom(found, name) or Load(name, before.item if before else "", "", 0, 0, scene.windows_for(name))
        serving = [one.code for one in every if one.is_open and one.skills & {load.queue, load.item}]
        if before is not None:
            after = rules.moved(before, load, serving, bound, now)
            made += [(before, after)] if after != before else []
        elif rules.is_wanted(load, bound):
            advised = rules.window(every, load)
            made.append((None, _new(hall, load, advised, len(serving), now)))
    return made


def _new(hall: str, load: Load, advised: str, windows: int, now: datetime) -> Advice:
    return Advice(
        advice_id=secrets.token_hex(8),
        hall=hall,
        queue=load.queue,
        item=load.title or load.item,
        advised=advised,
        raised_at=now,
        waiting=load.waiting,
        minutes=load.minutes,
        windows=windows,
    )
