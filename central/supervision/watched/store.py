"""The facts, read set by set: a sweep asks a fixed number of questions however many cases there are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, text

from central.database import read
from central.lifecycle import rules as lifecycle
from central.lifecycle.rules import Special
from central.supervision.watched import facts
from central.supervision.watched.rules import away_minutes
from central.units import rules as unit_rules
from central.units.rules import Unit
from contract.worktime import Worktime

_MANY = 20_000
LATELY = timedelta(days=7)
_CASES = """
SELECT c.case_id, c.case_number, c.item, c.item_title, c.item_kind, c.terminal, c.received_at, c.promise_date,
       c.missing, c.missing_until, t.hall
FROM cases c LEFT JOIN terminals t ON t.id = c.terminal
WHERE c.item_kind = 'filing' AND (
    NOT EXISTS (SELECT 1 FROM case_steps s WHERE s.case_id = c.case_id
                AND s.step IN ('decided', 'refused', 'ready', 'delivered'))
    OR EXISTS (SELECT 1 FROM case_steps s WHERE s.case_id = c.case_id
               AND s.step IN ('decided', 'refused', 'ready', 'delivered') AND s.at >= :since))
ORDER BY c.received_at LIMIT :many
"""
_STEPS = """
SELECT x.case_id, x.step, x.at FROM case_steps x
WHERE EXISTS (SELECT 1 FROM cases c WHERE c.case_id = x.case_id AND c.item_kind = 'filing' AND (
    NOT EXISTS (SELECT 1 FROM case_steps s WHERE s.case_id = c.case_id
                AND s.step IN ('decided', 'refused', 'ready', 'delivered'))
    OR EXISTS (SELECT 1 FROM case_steps s WHERE s.case_id = c.case_id
               AND s.step IN ('decided', 'refused', 'ready', 'delivered') AND s.at >= :since)))
"""
_LINKS = """
SELECT x.link_id, x.case_id, x.unit, x.due_at, x.ended_at, x.deemed FROM case_links x
WHERE EXISTS (SELECT 1 FROM cases c WHERE c.case_id = x.case_id AND c.item_kind = 'filing' AND (
    NOT EXISTS (SELECT 1 FROM case_steps s WHERE s.case_id = c.case_id
                AND s.step IN ('decided', 'refused', 'ready', 'delivered'))
    OR EXISTS (SELECT 1 FROM case_steps s WHERE s.case_id = c.case_id
               AND s.step IN ('decided', 'refused', 'ready', 'delivered') AND s.at >= :since)))
"""
_PAUSES = """
SELECT x.* FROM case_pauses x
WHERE EXISTS (SELECT 1 FROM cases c WHERE c.case_id = x.case_id AND c.item_kind = 'filing' AND (
    NOT EXISTS (SELECT 1 FROM case_steps s WHERE s.case_id = c.case_id
                AND s.step IN ('decided', 'refused', 'ready', 'delivered'))
    OR EXISTS (SELECT 1 FROM case_steps s WHERE s.case_id = c.case_id
               AND s.step IN ('decided', 'refused', 'ready', 'delivered') AND s.at >= :since)))
"""


def cases(
    connection: Connection, units: Sequence[Unit], now: datetime, zone: tzinfo, working: Worktime
) -> list[facts.Case]:
    """Cases that are not over, and those that ended lately. `received_at` in the hall's local time."""
    since = {"since": _kept(now - LATELY)}
    steps, branches = defaultdict(list), defaultdict(list)
    for row in _rows(connection, _STEPS, since):
        steps[row["case_id"]].append(facts.Timed(row["step"], _at(row["at"])))
    for row in _rows(connection, _LINKS, since):
        due, ended = _maybe(row["due_at"]), _maybe(row["ended_at"])
        branch = facts.Branch(row["link_id"], row["unit"], due, ended, bool(row["deemed"]))
        branches[row["case_id"]].append(branch)
    special: dict[str, list[Special]] = defaultdict(list)
    for row in _rows(connection, _PAUSES, since):
        values = dict(row) | {"started_at": _at(row["started_at"]), "ended_at": _maybe(row["ended_at"])}
        special[row["case_id"]].append(read(values, Special))
    held = "SELECT case_id, to_unit FROM case_transfers WHERE back_at IS NULL ORDER BY at"
    has_it = {row["case_id"]: row["to_unit"] for row in _rows(connection, held)}
    said = "SELECT case_id, reason, by_whom, confirmed_by, at FROM case_refusals WHERE at >= :since"
    refusals = {
        row["case_id"]: facts.Refusal(row["reason"], row["by_whom"], row["confirmed_by"], _at(row["at"]))
        for row in _rows(connection, said, since)
    }
    return [
        facts.Case(
            case_id=row["case_id"],
            number=row["case_number"],
            title=row["item_title"],
            unit=has_it.get(row["case_id"]) or _unit(units, row["item"], (row["hall"], row["terminal"])),
            received_at=_at(row["received_at"]).astimezone(zone),
            promise=_moved(row, special[row["case_id"]], zone, working),
            is_filing=True,
            paused=any(one.ended_at is None for one in special[row["case_id"]]),
            steps=tuple(sorted(steps[row["case_id"]], key=lambda step: step.at)),
            missing_until=_still_missing(row, steps[row["case_id"]]),
            refusal=refusals.get(row["case_id"]),
            branches=tuple(branches[row["case_id"]]),
        )
        for row in _rows(connection, _CASES, since)
    ]


def _moved(row: RowMapping, special: Sequence[Special], zone: tzinfo, working: Worktime) -> date | None:
    """The promised day; time of special procedures does not count (SX-23)."""
    day = _date(row["promise_date"])
    if day is None or not special or any(one.ended_at is None for one in special):
        return day
    local = [
        msgspec.structs.replace(
            one,
            started_at=one.started_at.astimezone(zone),
            ended_at=one.ended_at.astimezone(zone) if one.ended_at else None,
        )
        for one in special
    ]
    promise = datetime.combine(day, working.hall.afternoon.closes, zone)
    moved = lifecycle.moved(promise, _at(row["received_at"]).astimezone(zone), local, working)
    return moved.date() if moved else day


def _still_missing(row: RowMapping, steps: Iterable[facts.Timed]) -> date | None:
    if row["missing"] in ("", "[]") or any(step.step == "completed" for step in steps):
        return None
    return _date(row["missing_until"])


def numbers(connection: Connection, now: datetime) -> list[facts.Number]:
    """Numbers of the last days that were never called, and those that wait today."""
    said = (
        "SELECT q.case_id, q.number, q.hall, c.item_title, q.business_date, q.stand, q.calls, q.taken_at"
        " FROM queue_numbers q JOIN cases c ON c.case_id = q.case_id"
        " WHERE q.business_date >= :day AND q.calls = 0 AND q.stand <> 'cancelled' LIMIT :many"
    )
    found = _rows(connection, said, {"day": (now.date() - LATELY).isoformat()})
    return [
        facts.Number(
            row["case_id"],
            row["number"],
            row["hall"],
            row["item_title"],
            row["business_date"],
            row["stand"],
            row["calls"],
            _at(row["taken_at"]),
        )
        for row in found
    ]


def windows(connection: Connection, now: datetime) -> list[facts.Window]:
    """The posts of yesterday and today whose hours are over, and how long nobody was there. `now` is local."""
    zone = now.tzinfo
    days = [now.date() - timedelta(days=1), now.date()]
    begin = datetime.combine(days[0], time(), zone)
    there: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    on: dict[str, datetime] = {}
    first: dict[tuple[str, date], datetime] = {}
    said = "SELECT window_id, state, at FROM queue_sign_log WHERE at >= :since ORDER BY id"
    for row in _rows(connection, said, {"since": _kept(begin)}):
        at, window = _at(row["at"]).astimezone(zone), row["window_id"]
        if row["state"] == "on":
            on.setdefault(window, at)
            first.setdefault((window, at.date()), at)
        elif window in on:
            there[window].append((on.pop(window), at))
    for window, since in on.items():
        there[window].append((since, now))
    said = "SELECT window_id, since, until FROM queue_covers WHERE until IS NULL OR until >= :since"
    for row in _rows(connection, said, {"since": _kept(begin)}):
        until = _maybe(row["until"])
        there[row["window_id"]].append((_at(row["since"]).astimezone(zone), (until or now).astimezone(zone)))
    said = (
        "SELECT p.window_id, p.weekday, p.starts, p.ends, w.code, w.name, w.hall FROM queue_posts p"
        " JOIN queue_windows w ON w.window_id = p.window_id WHERE w.ended_at IS NULL AND p.at <= :now"
    )
    posts = list(_rows(connection, said, {"now": _kept(now)}))
    found = []
    for day in days:
        for row in posts:
            starts, until = (datetime.combine(day, time.fromisoformat(row[end]), zone) for end in ("starts", "ends"))
            if row["weekday"] not in {0, day.isoweekday()} or until > now:
                continue
            window = row["window_id"]
            away = away_minutes(starts, until, there[window])
            name = f"{row['code']} {row['name']}".strip()
            seen = first.get((window, day))
            found.append(facts.Window(window, name, row["hall"], day.isoformat(), starts, until, seen, away))
    return found


def sayings(connection: Connection) -> list[facts.Saying]:
    """Complaints that are not struck off. Nothing of who complained is read."""
    said = (
        "SELECT complaint_id, number, unit, received_at, promised_until, extended_until, weight, told_at, answered_at,"
        " called_back_at, named FROM complaints WHERE closed_at IS NULL AND matter = 'complaint' LIMIT :many"
    )
    return [
        facts.Saying(
            complaint_id=row["complaint_id"],
            number=row["number"],
            unit=row["unit"],
            received_at=_at(row["received_at"]),
            last_day=row["extended_until"] or row["promised_until"] or "",
            weight=row["weight"],
            told_at=_maybe(row["told_at"]) or _at(row["received_at"]),
            answered_at=_maybe(row["answered_at"]),
            called_back=row["called_back_at"] is not None,
            named=bool(row["named"]),
        )
        for row in _rows(connection, said)
    ]


def difficulties(connection: Connection, units: Sequence[Unit], now: datetime) -> list[facts.Difficulty]:
    """办不成事 of the last month without an answer."""
    said = (
        "SELECT d.envelope_id, d.page, d.item, d.terminal, d.received_at, t.hall FROM difficulties d"
        " LEFT JOIN terminals t ON t.id = d.terminal LEFT JOIN difficulty_answers a ON a.envelope_id = d.envelope_id"
        " WHERE a.envelope_id IS NULL AND d.received_at >= :since ORDER BY d.received_at LIMIT :many"
    )
    return [
        facts.Difficulty(
            row["envelope_id"],
            row["page"],
            row["terminal"],
            _unit(units, row["item"] or "", (row["hall"], row["terminal"])),
            _at(row["received_at"]),
        )
        for row in _rows(connection, said, {"since": _kept(now - timedelta(days=30))})
    ]


def calls(connection: Connection, now: datetime) -> list[facts.Call]:
    """Calls for help of the last days."""
    said = (
        "SELECT help_id, terminal, on_duty, asked_at, ended_at, answered_at, call_back_at, outcome FROM help_calls"
        " WHERE asked_at >= :since AND answered_at IS NULL LIMIT :many"
    )
    return [
        facts.Call(
            row["help_id"],
            row["terminal"],
            row["on_duty"].strip('[]"').replace('","', "、"),
            _at(row["asked_at"]),
            _maybe(row["ended_at"]),
            _maybe(row["answered_at"]),
            _maybe(row["call_back_at"]),
            row["outcome"],
        )
        for row in _rows(connection, said, {"since": _kept(now - LATELY)})
    ]


def poor_ratings(connection: Connection) -> list[facts.Dated]:
    """Orders of poor ratings that are not closed."""
    said = "SELECT envelope_id, item, unit, due_at FROM poor_ratings WHERE closed_at IS NULL LIMIT :many"
    return [
        facts.Dated(row["envelope_id"], row["item"], row["unit"], _at(row["due_at"])) for row in _rows(connection, said)
    ]


def obstacles(connection: Connection, zone: tzinfo) -> list[facts.Dated]:
    """堵点 that are not solved; due at the end of their last day."""
    said = "SELECT obstacle_id, title, unit, until FROM obstacles WHERE solved_at IS NULL AND until <> ''"
    return [
        facts.Dated(row["obstacle_id"], row["title"], row["unit"], datetime.combine(day, time(23, 59), zone))
        for row in _rows(connection, said)
        if (day := _date(row["until"])) is not None
    ]


def noted(connection: Connection, units: Sequence[Unit], now: datetime) -> list[facts.Noted]:
    """What was put before supervision in the last month."""
    said = (
        "SELECT e.what, e.case_id, e.about, e.who, c.case_number, c.item, c.item_title, c.terminal, t.hall"
        " FROM supervision_events e JOIN cases c ON c.case_id = e.case_id LEFT JOIN terminals t ON t.id = c.terminal"
        " WHERE e.at >= :since LIMIT :many"
    )
    return [
        facts.Noted(
            row["what"],
            row["case_id"],
            row["case_number"],
            row["item_title"],
            _unit(units, row["item"], (row["hall"], row["terminal"])),
            row["about"],
            row["who"],
        )
        for row in _rows(connection, said, {"since": _kept(now - timedelta(days=30))})
    ]


def _unit(units: Sequence[Unit], item: str, areas: tuple[str | None, str]) -> str:
    """Who is in charge of it; the hall where nobody is named."""
    found, _ = unit_rules.route(units, item, "", [area for area in areas if area])
    return found or areas[0] or areas[1]


def _rows(connection: Connection, said: str, values: dict[str, Any] | None = None) -> Iterable[RowMapping]:
    many = {"many": _MANY} if ":many" in said else {}
    return connection.execute(text(said), (values or {}) | many).mappings()


def _kept(moment: datetime) -> str:
    """As `central.database.Moment` keeps it: sorted as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _at(kept: str) -> datetime:
    return datetime.fromisoformat(kept)


def _maybe(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None


def _date(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None
