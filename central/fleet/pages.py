"""The wall, and the page of one terminal."""

from datetime import timedelta
from pathlib import Path

from litestar import Router, get
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Response

from central.cases import store as cases
from central.cases.rules import SILENT_AFTER, Filter
from central.fleet import rules, store
from central.identity import store as identity
from central.identity.authority import ending
from central.identity.rules import ALARM_UNDER
from central.intake import store as intake
from central.people.access import SignedIn, signed_in
from central.web.page import Asked, centre_of, render

LATEST = 20
REVISIONS = 10
TITLES_OF = timedelta(days=30)
ALARMS_OF = timedelta(hours=2)
LONG_UNSENT = timedelta(minutes=15)
"""A record that has waited longer than this on a terminal is shown as something to see to."""


@get("/", sync_to_thread=True)
def wall(request: Asked, session: SignedIn) -> Response[str]:
    """Everything a shift looks at: what needs somebody, the terminals, today's numbers."""
    centre = centre_of(request)
    now, today = centre.clock(), centre.today()
    with centre.database.reading() as connection:
        states = store.now_of(connection)
        cards = [rules.card(terminal, states.get(terminal.id), now) for terminal in store.everyone(connection)]
        latest, _ = cases.listed(connection, Filter(today.isoformat()), LATEST)
        values: dict[str, object] = {
            "day": cases.of_day(connection, today.isoformat(), now - SILENT_AFTER),
            "latest": latest,
            "titles": cases.titles(connection, (today - TITLES_OF).isoformat()),
            "alarms": store.alarms_since(connection, now - ALARMS_OF),
            "waiting": cases.waiting_count(connection),
            "quarantined": intake.quarantine_size(connection),
            "running_out": identity.running_out(connection, now + ALARM_UNDER),
            "ending": ending(Path(centre.settings.keys_dir), now) if centre.settings.tls_port else [],
        }
    oldest = max((card.oldest for card in cards if card.oldest), default=None)
    values |= {
        "cards": sorted(cards, key=lambda card: (_ORDER[card.concern], card.terminal.id)),
        "online": sum(card.online for card in cards),
        "oldest": oldest,
        "long_unsent": oldest is not None and oldest > LONG_UNSENT,
        "unsent": sum(card.unsent for card in cards),
    }
    return render(request, "fleet/templates/wall.html", session, values)


@get("/terminals/{terminal:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, terminal: FromPath[str]) -> Response[str]:
    """One terminal: devices, services, outbox, today's cases."""
    centre = centre_of(request)
    now, today = centre.clock(), centre.today()
    with centre.database.reading() as connection:
        found = store.find(connection, terminal)
        if found is None:
            raise NotFoundException
        card = rules.card(found, store.now_of(connection, terminal).get(terminal), now)
        latest, total = cases.listed(connection, Filter(today.isoformat(), terminal=terminal), LATEST)
        titles = cases.titles(connection, (today - TITLES_OF).isoformat())
        revisions = rules.latest_words(store.revisions_of(connection, terminal))[:REVISIONS]
        standing = identity.standing_of(connection, terminal, now)
    values = {"card": card, "latest": latest, "total": total, "titles": titles}
    values |= {"revisions": revisions, "standing": standing}
    return render(request, "fleet/templates/terminal.html", session, values)


_ORDER = {rules.Concern.ACT: 0, rules.Concern.SOON: 1, rules.Concern.NONE: 2}

pages = Router("/", route_handlers=[wall, one], dependencies={"session": Provide(signed_in)})
