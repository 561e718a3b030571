"""Sends every terminal what holds at its place of the tree, when that is another than it was sent before."""

import structlog

from central.centre import Centre
from central.feed import store as feed
from central.fleet import store as fleet
from central.organisation import rules, store

EVERY_SECONDS = 15.0

log = structlog.get_logger()


def spread(centre: Centre) -> int:
    """Send what is new; how many items went. Done twice it sends nothing."""
    now = centre.clock()
    with centre.database.reading() as connection:
        said, had = store.values(connection), store.sent(connection)
        if not said and not had:
            return 0
        nodes, halls = store.nodes(connection), store.halls(connection)
        terminals = fleet.everyone(connection)
    todo = []
    for terminal in terminals:
        way = rules.way(nodes, rules.TERMINAL + terminal.id, halls, terminal.hall)
        wanted = rules.drafts(terminal.id, rules.effective(way, said), now)
        fresh, gone = rules.news(terminal.id, wanted, had.get(terminal.id, ()))
        if fresh or gone:
            todo.append((terminal.id, wanted, fresh, gone))
    count = 0
    for terminal_id, wanted, fresh, gone in todo:
        # One transaction a terminal: the head of the feed is never held for long.
        with centre.database.writing() as connection:
            new = {place: rules.digest(draft) for place, draft in wanted.items() if draft in fresh}
            store.note_sent(connection, terminal_id, new, gone)
            feed.publish_all(connection, centre.keys, fresh, now)
        count += len(fresh)
    if todo:
        log.info("organisation_spread", terminals=len(todo), items=count)
        centre.live.changed()
    return count
