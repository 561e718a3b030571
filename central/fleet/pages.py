"""The wall of halls and terminals, the page of one terminal, and the fleet as a table to take along."""

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from litestar import Router, get
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Response

from central.availability import rules as measured
from central.availability import store as service
from central.cases import store as cases
from central.cases.rules import SILENT_AFTER, Filter
from central.database import Transaction
from central.fleet import rules, store
from central.fleet.board import rules as pictures
from central.fleet.board import store as board
from central.fleet.filter import rules as filters
from central.fleet.filter.rules import Shown
from central.fleet.rules import Card, Lasts
from central.fleet.sheets import sheet
from central.identity import store as identity
from central.identity.authority import ending
from central.identity.rules import ALARM_UNDER
from central.intake import store as intake
from central.matters import store as matters
from central.matters.telling import told
from central.organisation import store as organisation
from central.people.access import SignedIn, signed_in
from central.people.rules import Session
from central.web.page import Asked, Telling, centre_of, render
from central.web.words import Words

LATEST = 20
WORST = 8
ON_A_PAGE = 24
IN_A_TABLE = 100
REVISIONS = 10
TITLES_OF = timedelta(days=30)
LONG_UNSENT = timedelta(minutes=15)
"""A record that has waited longer than this on a terminal is shown as something to see to."""
MEASURED = timedelta(days=7)


@get("/", sync_to_thread=True)
def wall(request: Asked, session: SignedIn) -> Response[str]:
    """Everything a shift looks at: what needs somebody, halls and terminals, today's numbers."""
    centre = centre_of(request)
    now, today = centre.clock(), centre.today()
    asked = filters.read_shown(request.query_params)
    with centre.database.reading(still=True) as connection:  # an alarm that becomes an open item meanwhile stands once
        cards = _cards(connection, now)
        latest, _ = cases.listed(connection, Filter(today.isoformat()), LATEST)
        midnight = now.astimezone(centre.settings.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        values: dict[str, object] = {
            "day": cases.of_day(connection, today.isoformat(), now - SILENT_AFTER),
            "latest": latest,
            "titles": cases.titles(connection, (today - TITLES_OF).isoformat()),
            "alarms": [alarm for _, alarm in matters.new_alarms(connection, now)],
            "waiting": cases.waiting_count(connection),
            "quarantined": intake.quarantine_size(connection),
            "running_out": identity.running_out(connection, now + ALARM_UNDER),
            "ending": ending(Path(centre.settings.keys_dir), now) if centre.settings.tls_port else [],
            "worst": matters.worst(connection, session.halls or None, WORST),
            "open_by_hall": matters.open_by_hall(connection),
            "halls": board.halls(connection, today.isoformat(), midnight),
            "units": organisation.names(connection),
        }
        hall = asked.hall
        load = pictures.load(
            board.came(connection, today.isoformat(), hall),
            board.came(connection, pictures.week_before(today).isoformat(), hall),
            now.astimezone(centre.settings.zone).strftime("%H:%M"),
        )
        unit = organisation.subtree(connection, asked.unit) if asked.unit else None
    meant = _sorted([card for card in cards if asked.lets(card, unit)])
    pages = max(1, -(-len(meant) // ON_A_PAGE))
    first = (min(asked.page, pages) - 1) * ON_A_PAGE
    oldest = max((card.oldest for card in cards if card.oldest), default=None)
    values |= {
        "cards": meant[first : first + ON_A_PAGE],
        "count": len(cards),
        "meant": len(meant),
        "pages": pages,
        "asked": asked,
        "states": filters.STATES,
        "of_hall": _by_hall(cards),
        "online": sum(card.online for card in cards),
        "offline": sum(bool(card.seen_at) and not card.online and not card.hall_silent for card in cards),
        "oldest": oldest,
        "long_unsent": oldest is not None and oldest > LONG_UNSENT,
        "unsent": sum(card.unsent for card in cards),
        "told": told,
        "load": load,
        "week_before": pictures.week_before(today),
    }
    return render(request, "fleet/templates/wall.html", session, values)


def _cards(connection: Transaction, now: datetime) -> list[Card]:
    states = store.now_of(connection)
    return [rules.card(terminal, states.get(terminal.id), now) for terminal in store.everyone(connection)]


def _sorted(cards: list[Card]) -> list[Card]:
    return sorted(cards, key=lambda card: (_ORDER[card.concern], card.terminal.id))


def _by_hall(cards: list[Card]) -> dict[str, dict[str, int]]:
    """Hall -> how many of its terminals are there, and how they stand."""
    found: dict[str, dict[str, int]] = {}
    for card in cards:
        counts = found.setdefault(card.terminal.hall, dict.fromkeys(("all", "online", "act", "soon"), 0))
        counts["all"] += 1
        counts["online"] += card.online
        if card.concern is not rules.Concern.NONE:
            counts[card.concern.value] += 1
    return found


@get("/terminals/{terminal:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, terminal: FromPath[str]) -> Response[str]:
    """One terminal: devices, services, outbox, what is open, how available it was, today's cases."""
    centre = centre_of(request)
    now, today = centre.clock(), centre.today()
    with centre.database.reading() as connection:
        found = store.find(connection, terminal)
        if found is None:
            raise NotFoundException
        card = rules.card(found, store.now_of(connection, terminal).get(terminal), now)
        latest, total = cases.listed(connection, Filter(today.isoformat(), terminal=terminal), LATEST)
        used = board.printed(connection, now - rules.USE_OF, [terminal]).get(terminal, 0)
        spans = service.spans(connection, now - MEASURED, now, terminals=[terminal])
        values: dict[str, Any] = {
            "titles": cases.titles(connection, (today - TITLES_OF).isoformat()),
            "revisions": rules.latest_words(store.revisions_of(connection, terminal))[:REVISIONS],
            "standing": identity.standing_of(connection, terminal, now),
            "open_items": matters.of_terminal(connection, terminal),
            "way": organisation.way_to(connection, found.hall, terminal),
        }
    shares = measured.shares(spans, now - MEASURED, now)
    values |= {"card": card, "latest": latest, "total": total, "lasts": rules.paper_lasts(card, used, now)}
    values |= {"measured": {item: share for (_, item), share in shares.items()}, "days": MEASURED.days, "told": told}
    return render(request, "fleet/templates/terminal.html", session, values)


# --- the fleet (ZZ-16) ----------


@get("/fleet", sync_to_thread=True)
def fleet(request: Asked, session: SignedIn) -> Response[str]:
    """Every terminal with its version, devices, paper and last word; the filter is the URL."""
    centre = centre_of(request)
    asked = filters.read_shown(request.query_params)
    rows = _rows(request, asked)
    pages = max(1, -(-len(rows) // IN_A_TABLE))
    first = (min(asked.page, pages) - 1) * IN_A_TABLE
    versions: dict[str, int] = {}
    for card, _, __ in rows:
        versions[card.version or "–"] = versions.get(card.version or "–", 0) + 1
    with centre.database.reading() as connection:
        units = organisation.names(connection)
    values = {
        "rows": rows[first : first + IN_A_TABLE],
        "total": len(rows),
        "pages": pages,
        "asked": asked,
        "states": filters.STATES,
        "units": units,
        "versions": dict(sorted(versions.items())),
        "emptying": pictures.emptying(((card, lasts) for card, lasts, _ in rows), centre.clock()),
        "refill_days": pictures.REFILL_WITHIN.days,
    }
    return render(request, "fleet/templates/fleet.html", session, values)


def _rows(request: Asked, asked: Shown) -> list[tuple[Card, Lasts | None, float | None]]:
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.reading() as connection:
        unit: Collection[str] | None = organisation.subtree(connection, asked.unit) if asked.unit else None
        cards = _sorted([card for card in _cards(connection, now) if asked.lets(card, unit)])
        ids = [card.terminal.id for card in cards]
        used = board.printed(connection, now - rules.USE_OF, ids)
        spans = service.spans(connection, now - MEASURED, now, terminals=ids, items=[measured.WHOLE])
    shares = measured.shares(spans, now - MEASURED, now)
    return [
        (
            card,
            rules.paper_lasts(card, used.get(card.terminal.id, 0), now),
            shares.get((card.terminal.id, measured.WHOLE), measured.Share()).percent,
        )
        for card in cards
    ]


@get("/fleet.csv", sync_to_thread=True)
def as_csv(request: Asked, session: SignedIn) -> Response[bytes]:
    """The same as a table of text."""
    return _exported(request, session, "csv")


@get("/fleet.xlsx", sync_to_thread=True)
def as_xlsx(request: Asked, session: SignedIn) -> Response[bytes]:
    """The same as a workbook."""
    return _exported(request, session, "xlsx")


_HEAD = ("terminal", "hall", "place", "state", "version", "devices", "available", "paper", "empty", "unsent", "seen")


def _exported(request: Asked, session: Session, form: str) -> Response[bytes]:
    words = Words(session.language)
    telling = Telling(centre_of(request), words)
    lines = [
        [
            card.terminal.id,
            card.terminal.hall,
            card.terminal.place,
            words(f"fleet.state_{_state(card)}"),
            card.version,
            "; ".join(_device(words, device) for device in card.devices),
            None if percent is None else round(percent, 2),
            lasts.left if lasts else None,
            telling.full(lasts.empty_at) if lasts and lasts.empty_at else "",
            card.unsent,
            telling.full(card.seen_at) if card.seen_at else "",
        ]
        for card, lasts, percent in _rows(request, filters.read_shown(request.query_params))
    ]
    return sheet("fleet", form, [words(f"fleet.{name}") for name in _HEAD], lines)


def _state(card: Card) -> str:
    if card.hall_silent and not card.online:
        return card.concern.value
    return "never" if card.seen_at is None else "offline" if not card.online else card.concern.value


def _device(words: Words, device: rules.Device) -> str:
    """A device in a line: its kind, what it says of its make and firmware, and how it stands."""
    said = [words.of("device", device.report.kind), *rules.make_of(device.report)]
    said.append(
        words.of("fault", device.report.fault) if device.report.fault else words.of("presence", device.report.presence)
    )
    return " ".join(said)


_ORDER = {rules.Concern.ACT: 0, rules.Concern.SOON: 1, rules.Concern.NONE: 2}

pages = Router("/", route_handlers=[wall, one, fleet, as_csv, as_xlsx], dependencies={"session": Provide(signed_in)})
