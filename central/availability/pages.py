"""Measured availability on a page: by terminal, by item, by hour of the day; a picture with a table beside it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import msgspec
from litestar import Router, get
from litestar.di import Provide
from litestar.response import Response

from central.availability import rules, store
from central.availability.rules import Share
from central.feed import store as feed
from central.fleet import rules as fleet_rules
from central.fleet import store as fleet
from central.fleet.filter import rules as filters
from central.fleet.sheets import sheet
from central.organisation import store as organisation
from central.people.access import SignedIn, signed_in
from central.people.rules import Session
from central.web.page import Asked, Telling, centre_of, render
from central.web.words import Words

DAYS = (1, 7, 30)
TITLES_OF = timedelta(days=30)
MOST = 100
HEADS = tuple(f"{hour:02}" for hour in range(24))


@get("/availability", sync_to_thread=True)
def shown(request: Asked, session: SignedIn) -> Response[str]:
    """The least that was offered: what nobody heard is never counted as open."""
    found, telling = _found(request), Telling(centre_of(request), Words(session.language))
    found["picture"] = _fields(found["fields"], {day: telling.day(day)[5:] for day in found["dates"]})
    return render(request, "availability/templates/availability.html", session, found)


def _found(request: Asked) -> dict[str, Any]:
    centre = centre_of(request)
    now = centre.clock()
    asked = filters.read_shown(request.query_params)
    terminal = request.query_params.get("terminal", "")[:40]
    days = next((one for one in DAYS if str(one) == request.query_params.get("days")), 7)
    begin = now - timedelta(days=days)
    with centre.database.reading() as connection:
        units = organisation.names(connection)
        under = organisation.subtree(connection, asked.unit) if asked.unit else None
        meant = [
            one
            for one in fleet.everyone(connection)
            if (not terminal or one.id == terminal)
            and asked.lets(fleet_rules.Card(one, online=False, seen_at=None, online_since=None), under)
        ]
        ids = {one.id for one in meant}
        spans = store.spans(connection, begin, now, terminals=ids)
        titles = feed.known_items(connection, now, (centre.today() - TITLES_OF).isoformat())
    shares = rules.shares(spans, begin, now)
    whole = {place: share for (place, item), share in shares.items() if item == rules.WHOLE}
    items: dict[str, list[Share]] = {}
    for (_, item), share in shares.items():
        if item != rules.WHOLE:
            items.setdefault(item, []).append(share)
    whole_spans = (one for one in spans if one.item == rules.WHOLE)
    fields = rules.by_day(whole_spans, begin, now, centre.settings.zone)
    hours = rules.of_hours(fields)
    dates = list(dict.fromkeys(day for day, _ in fields))
    return {
        "days": days,
        "choices": DAYS,
        "asked": asked,
        "terminal": terminal,
        "units": units,
        "states": (),
        "together": rules.together(whole.values()),
        "hours": hours,
        "chart": _chart(hours),
        "fields": fields,
        "dates": dates,
        "heads": HEADS,
        "terminals": sorted(whole.items(), key=lambda pair: (pair[1].percent or 0.0, pair[0]))[:MOST],
        "more": max(0, len(whole) - MOST),
        "items": sorted(
            ((titles.get(item, item), rules.together(found)) for item, found in items.items()),
            key=lambda pair: (pair[1].percent or 0.0, pair[0]),
        ),
    }


def _fields(fields: Mapping[tuple[date, int], Share], days: Mapping[date, str]) -> str:
    """What the script draws of days and hours: place of the hour, place of the day, percent."""
    rows = {day: at for at, day in enumerate(days)}
    drawn = [(hour, rows[day], round(share.percent or 0.0, 1)) for (day, hour), share in fields.items()]
    return msgspec.json.encode({"days": list(days.values()), "hours": HEADS, "fields": drawn}).decode()


def _chart(hours: list[Share]) -> str:
    """What the script draws: percent of each state by hour, None where nothing was measured."""
    parts = {
        state.value: [
            round(100 * getattr(hour, state.value) / hour.measured, 2) if hour.measured else None for hour in hours
        ]
        for state in rules.State
    }
    return msgspec.json.encode({"hours": HEADS, **parts}).decode()


@get("/availability.csv", sync_to_thread=True)
def as_csv(request: Asked, session: SignedIn) -> Response[bytes]:
    """The same as a table of text."""
    return _exported(request, session, "csv")


@get("/availability.xlsx", sync_to_thread=True)
def as_xlsx(request: Asked, session: SignedIn) -> Response[bytes]:
    """The same as a workbook."""
    return _exported(request, session, "xlsx")


def _exported(request: Asked, session: Session, form: str) -> Response[bytes]:
    words, found = Words(session.language), _found(request)
    lines = [
        [
            name,
            None if share.percent is None else round(share.percent, 2),
            *(round(each / 3600, 2) for each in _each(share)),
        ]
        for name, share in [*found["terminals"], *found["items"]]
    ]
    head = [words(f"availability.{name}") for name in ("what", "percent", "open_hours", "closed_hours", "silent_hours")]
    return sheet("availability", form, head, lines)


def _each(share: Share) -> tuple[float, float, float]:
    return (share.open, share.closed, share.silent)


pages = Router("/", route_handlers=[shown, as_csv, as_xlsx], dependencies={"session": Provide(signed_in)})
