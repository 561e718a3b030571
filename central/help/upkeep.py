"""What the desk of help does by itself: calls whose terminal went silent are over, and nobody is rung for long."""

from central.centre import Centre
from central.help import rules, store
from central.help.rules import State

EVERY_SECONDS = 15.0


def sweep(centre: Centre) -> None:
    """Move on what nobody asks after any more. Done twice it changes nothing."""
    now, zone = centre.clock(), centre.settings.zone
    since = now - rules.GONE_AFTER
    changed = False
    with centre.database.reading() as connection:
        silent = [call for call in store.open_calls(connection) if call.seen_at < since]
    for call in silent:
        with centre.database.writing() as connection:
            if call.sealed is None and call.answered_by is None:
                changed |= store.end(connection, call.help_id, "left", "", now, silent_since=since)
            elif call.state == State.RINGING:
                post = store.shifts(connection, rules.HELP, now.astimezone(zone).date().isoformat())
                at = rules.call_back(post, rules.HELP, now, zone)
                changed |= store.promise(connection, call.help_id, at, now, silent_since=since)
    if changed:
        centre.live.changed()
