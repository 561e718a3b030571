"""Every poor rating becomes an order by itself, and second ratings find theirs."""

from datetime import datetime

from central.centre import Centre
from central.complaints import store as complaints
from central.feed.catalogue import store as catalogue
from central.poor_ratings import store
from central.queue.rating import store as at_windows
from central.units import rules as unit_rules
from central.units import store as units
from contract.catalogue import DEFAULT_LANGUAGE, TimeLimit, Unit, say

EVERY_SECONDS = 20.0


def sweep(centre: Centre) -> None:
    """Done twice it changes nothing."""
    now = centre.clock().astimezone(centre.settings.zone)
    limit = TimeLimit(centre.settings.supervision.poor_rating_days, Unit.WORKING_DAY)
    changed = 0
    with centre.database.writing() as connection:
        changed += at_windows.hear(connection, now - at_windows.LOOKED_BACK)
    with centre.database.reading() as connection:
        rows = store.new(connection, store.lately(now))
    with centre.database.writing() as connection:
        if rows:
            working = complaints.worktime(connection, now)
            every = units.every(connection)
            items = {item.slug: item for item in catalogue.every(connection, now)}
            for row in rows:
                slug = row.item or row.own_item or ""
                item = items.get(slug)
                unit, _ = unit_rules.route(every, slug, "service", (row.hall or "", row.terminal))
                received = datetime.fromisoformat(row.received_at).astimezone(centre.settings.zone)
                kept = {
                    "envelope_id": row.envelope_id,
                    "case_id": row.case_id or "",
                    "item": slug,
                    "terminal": row.terminal,
                    "satisfaction": row.satisfaction,
                    "tags": row.tags,
                    "named": int(bool(row.masked_name)),
                    "unit": unit or row.hall or centre.settings.hall,
                    "place": say(item.window, DEFAULT_LANGUAGE) if item else row.terminal,
                    "rated_at": received,
                    "due_at": working.due(received, limit).at,
                }
                changed += store.open_order(connection, kept, now)
        changed += store.hear_again(connection, now)
    if changed:
        centre.live.changed()
