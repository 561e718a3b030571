"""What halls did with their numbers becomes part of what the centre shows, in each hall's own order."""

from typing import Final

import structlog

from central.centre import Centre
from central.relays import store
from central.relays.queue import store as queue
from contract.hall_queue import STREAM as QUEUE

EVERY_SECONDS: Final = 5.0
AT_ONCE: Final = 200

log = structlog.get_logger()


def apply(centre: Centre) -> None:
    """Until nothing is left. Done twice it changes nothing."""
    while True:
        with centre.database.reading() as connection:
            if not store.to_apply(connection, 1):
                return
        with centre.database.writing() as connection:
            halls = {one.id: one.hall for one in store.everyone(connection)}
            acts = store.to_apply(connection, AT_ONCE)
            for act in acts:
                known = act.stream == QUEUE and act.relay in halls
                why = queue.apply(connection, halls[act.relay], act.body) if known else "nobody here knows this stream"
                store.applied(connection, [act], centre.clock(), why)
                if why:
                    log.warning("hall_act_not_applied", relay=act.relay, stream=act.stream, seq=act.seq, why=why)
        centre.live.changed()
