"""What the page of a window shows: its number, who is next, who waits, and what was parked or passed."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from central.centre import Centre
from central.database import Transaction
from central.feed.catalogue import store as catalogue
from central.people.factors.codes import picture as qr_code
from central.people.rules import Session
from central.poor_ratings.rules import POOR
from central.queue import acts, rules, store
from central.queue.calling import store as calling
from central.queue.calling.store import Lined
from central.queue.finding import store as finding
from central.queue.posts import OFF, Sign, Window, is_on
from central.queue.rating import store as ratings
from central.queue.rating.pages import ON, TABLET
from central.queue.rows import store as rows
from central.queue.rules import Number, Stand
from central.queue.windows import store as windows
from central.ratings import store as known_reasons
from central.waits.forecasts.glance import Seen
from central.waits.forecasts.rules import Basis
from contract.catalogue import DEFAULT_LANGUAGE
from contract.codes import CaseType

NEXT_SHOWN = 4
PASSED_SHOWN = 6
PARKED_AT_MOST = 40
HEARD_AT_MOST = 40
HEARD_SHOWN = 3
RATED_WITHIN = timedelta(minutes=10)


def choice(connection: Transaction, session: Session) -> dict[str, Any]:
    """The windows somebody may sit down at, by hall."""
    every = [one for one in windows.windows(connection) if session.sees(one.hall)]
    halls: dict[str, list[Window]] = {}
    for one in every:
        halls.setdefault(one.hall, []).append(one)
    return {"mine": None, "halls": halls, "signs": windows.signs(connection, [one.window_id for one in every])}


def standing(connection: Transaction, centre: Centre, mine: Sign) -> dict[str, Any]:
    """Everything about the window somebody sits at."""
    now, today = centre.clock(), centre.today().isoformat()
    window = windows.find(connection, mine.window_id)
    if window is None:
        return {"mine": None}
    here = (window.window_id, window.hall, today)
    waiting = calling.lined(connection, *here)
    callable_ = calling.heads(connection, *here, NEXT_SHOWN) if any(one.mine for one in waiting.values()) else []
    since = rows.since_green(connection, window.hall, today) if callable_ else {}
    ahead = rules.order(callable_, since, now, NEXT_SHOWN)
    codes = windows.codes_of(connection, window.hall)
    current = rows.before_of(connection, window.window_id)
    parked = store.standing_so(connection, window.hall, today, Stand.PARKED, PARKED_AT_MOST)
    signs = windows.signs(connection, {one.window for one in parked}) if parked else {}
    parked = [one for one in parked if _is_mine(one, window.window_id, signs)]
    passed = store.standing_so(connection, window.hall, today, Stand.PASSED, PASSED_SHOWN)
    passed = [one for one in passed if isinstance(acts.revive(one, now), Number)]
    shown = [*ahead, *parked, *passed, *([current] if current else [])]
    lines = store.lines_of(connection, [one.case_id for one in shown])
    return {
        "mine": mine,
        "window": window,
        "codes": codes,
        "current": lines.get(current.case_id) if current else None,
        "items": _items(connection, current, now) if current else [],
        "next_up": [lines[one.case_id] for one in ahead if one.case_id in lines],
        "waiting": _by_queue(waiting, window, centre.glances.of(connection, window.hall, now, today), now),
        "parked": [lines[one.case_id] for one in parked if one.case_id in lines],
        "passed": [lines[one.case_id] for one in passed if one.case_id in lines],
        "covered": [
            codes.get(one.window_id, "")
            for one in windows.covers(connection, codes)
            if one.stand_in_window == window.window_id
        ],
        "found": finding.shown(connection, window.window_id, now, today),
        "reader": finding.reader_of(connection, window.window_id),
        "heard": _heard(connection, centre, window.window_id, now),
        "rating": _rating(connection, centre, window.window_id, now) if current is None else None,
        "calls_left": acts.MOST_CALLS - current.calls if current else 0,
        "act_id": secrets.token_hex(8),
    }


def moving(connection: Transaction, centre: Centre, mine: Sign) -> dict[str, Any] | None:
    """Where the number of a window can go, and what can be added to it. None where there is none."""
    values = standing(connection, centre, mine)
    if values["mine"] is None or values["current"] is None:
        return None
    found = windows.windows(connection, values["window"].hall)
    signs = windows.signs(connection, [one.window_id for one in found])
    known = {one["item"] for one in values["items"]}
    queues = {*centre.settings.queues, *(one["queue"] for one in values["waiting"])}
    return values | {
        "others": [one for one in found if is_on(signs, one.window_id) and one.window_id != mine.window_id],
        "queues": sorted(queues - {values["current"].number.queue}),
        "offered": [one for one in catalogue.every(connection, centre.clock()) if one.slug not in known],
    }


def _is_mine(one: Number, window: str, signs: dict[str, Sign]) -> bool:
    return one.window == window or one.window not in signs or signs[one.window].state == OFF


def _rating(connection: Transaction, centre: Centre, window_id: str, now: datetime) -> dict[str, str] | None:
    """The last one served has said nothing yet: where to say it, as a link and as a QR code."""
    one = ratings.last_served(connection, window_id, now - RATED_WITHIN)
    if one is None:
        return None
    path = f"/rate/{one.token}"
    outside = centre.settings.public_url
    return {"number": one.number, "path": f"{path}?{ON}={TABLET}", "qr": qr_code(f"{outside}{path}") if outside else ""}


def _heard(connection: Transaction, centre: Centre, window_id: str, now: datetime) -> list[dict[str, Any]]:
    """What was said of this window lately: poor ratings until somebody here has taken note, others of today."""
    said = ratings.at_window(connection, window_id, now - ratings.LOOKED_BACK, HEARD_AT_MOST)
    zone, today = centre.settings.zone, centre.today()
    of_today = [one for one in said if one.at.astimezone(zone).date() == today]
    shown = [one for one in said if one.satisfaction in POOR and not one.seen_by]
    shown += [one for one in of_today if one not in shown][:HEARD_SHOWN]
    names = known_reasons.reasons(connection, now) if shown else {}
    return [
        {"one": one, "poor": one.satisfaction in POOR, "reasons": [names.get(key, {}) for key in one.reasons]}
        for one in shown
    ]


def _items(connection: Transaction, current: Number, now: datetime) -> list[dict[str, Any]]:
    found = []
    for item in rows.items_of(connection, [current.case_id])[current.case_id]:
        known = catalogue.find(connection, item.item, now)
        title = item.title or catalogue.title(connection, item.item, now).get(DEFAULT_LANGUAGE, item.item)
        at_once = known is not None and known.case_type is CaseType.IMMEDIATE
        found.append({"item": item.item, "title": title, "done": item.done_at, "by": item.done_by, "at_once": at_once})
    return found


def _by_queue(waiting: dict[str, Lined], window: Window, seen: Seen, now: datetime) -> list[dict[str, Any]]:
    """Each queue of the hall with anybody in it, and those of this window; how many of them it may call."""
    found = []
    for queue in sorted({*waiting, *(one for one in window.skills if len(one) == 1)}):
        stands = waiting.get(queue)
        found.append(
            {
                "queue": queue,
                "count": stands.count if stands else 0,
                "mine": stands.mine if stands else 0,
                "oldest": now - stands.oldest if stands else None,
                "green": stands.green if stands else 0,
                "forecast": seen.told.get(queue),
                "planned": seen.basis.get(queue) is Basis.PLANNED,
            }
        )
    return found
