"""Makes the digest on Monday morning, unattended; a centre that slept then makes it when it wakes."""

from datetime import date, datetime, timedelta

import structlog

from central.centre import Centre
from central.digests import rules, store
from central.digests.rules import Digest, Stop, Where
from central.fleet import rules as fleet_rules
from central.fleet import store as fleet
from central.fleet.board import store as board
from central.matters import store as matters
from central.organisation import store as organisation

EVERY_SECONDS = 300.0
AT_HOUR = 6
"""In the hall, on Monday: before anybody comes."""

log = structlog.get_logger()


def look(centre: Centre) -> bool:
    """Make this week's where it is due and was not made. True if it was made now."""
    now = centre.clock().astimezone(centre.settings.zone)
    monday = now.date() - timedelta(days=now.weekday())
    if now < datetime.combine(monday, datetime.min.time(), centre.settings.zone) + timedelta(hours=AT_HOUR):
        monday -= timedelta(weeks=1)
    with centre.database.reading() as connection:
        if store.find(connection, monday.isoformat()) is not None:
            return False
    digest = make(centre, monday)
    with centre.database.writing() as connection:
        made = store.keep(connection, digest, centre.clock())
    log.info("digest_made", day=digest.day, failures=len(digest.failures), stops=len(digest.route), new=made)
    centre.live.changed()
    return made


def make(centre: Centre, monday: date) -> Digest:
    """What is known now of the weekend before a Monday."""
    zone, now = centre.settings.zone, centre.clock()
    begin, end = rules.weekend(monday, zone)
    end = min(end, now.astimezone(zone))
    mondays = [(monday - timedelta(weeks=week)).isoformat() for week in range(1, rules.WEEKS + 1)]
    with centre.database.reading() as connection:
        wrong = matters.since(connection, begin, end)
        terminals = {one.terminal for one in wrong}
        came = store.came(connection, terminals, begin - timedelta(weeks=rules.WEEKS), begin)
        hurt = store.hurt(connection, begin, end)
        states = fleet.now_of(connection)
        cards = [fleet_rules.card(one, states.get(one.id), now) for one in fleet.everyone(connection)]
        used = board.printed(connection, now - fleet_rules.USE_OF, [card.terminal.id for card in cards])
        nodes, halls = organisation.nodes(connection), organisation.halls(connection)
        arrivals, minutes = store.arrivals(connection, mondays), store.minutes(connection)
        numbers = store.numbers(connection, begin, end)
    places: dict[str, Where] = {
        hall: (node.east, node.north)
        for hall, at in halls.items()
        if (node := nodes.get(at)) is not None and node.east is not None and node.north is not None
    }
    root = next((node for node in nodes.values() if not node.parent), None)
    start = (root.east, root.north) if root and root.east is not None and root.north is not None else None
    stops = []
    for card in cards:
        lasts = fleet_rules.paper_lasts(card, used.get(card.terminal.id, 0), now)
        if lasts and lasts.empty_at and lasts.empty_at - now < rules.REFILL_WITHIN:
            empty = lasts.empty_at.astimezone(zone).isoformat(timespec="minutes")
            stops.append(Stop(card.terminal.id, card.terminal.hall, lasts.left, empty))
    return Digest(
        monday.isoformat(),
        begin.isoformat(),
        end.isoformat(),
        rules.by_citizens(
            rules.failure(one, begin, end, came.get(one.terminal, []), hurt.get(one.terminal, 0)) for one in wrong
        ),
        rules.route(stops, places, start),
        rules.windows(arrivals, minutes, len(mondays), zone),
        numbers,
    )
