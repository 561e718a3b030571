"""Draws in the database, and the pools they are drawn from."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, func, select, text, update

from central.audits import rules
from central.audits.rules import Candidate, Kind
from central.audits.tables import audits, lots
from central.units import rules as unit_rules
from central.units import store as units

_CASES = (
    "SELECT c.case_id, c.case_number, c.item, c.item_title, c.terminal, t.hall FROM cases c"
    " LEFT JOIN terminals t ON t.id = c.terminal WHERE c.item_kind = 'filing' AND c.received_at >= :since"
    " AND c.received_at < :until"
)
_ENDED = (
    " AND EXISTS (SELECT 1 FROM case_steps s WHERE s.case_id = c.case_id"
    " AND s.step IN ('decided', 'refused', 'ready', 'delivered'))"
)
_CALLS = (
    "SELECT terminal, asked_at, answered_at, answered_by, call_back_at, outcome, ended_at FROM help_calls"
    " WHERE asked_at >= :since AND asked_at < :until ORDER BY asked_at"
)


def pool(connection: Connection, kind: Kind, first: date, last: date, zone: tzinfo) -> list[Candidate]:
    """What may be drawn of these days."""
    if kind is Kind.DUTY:
        found = connection.execute(text("SELECT id, hall FROM terminals ORDER BY id"))
        return rules.duty_pool({row.id: row.hall for row in found}, first, last)
    said = _CASES + _ENDED if kind is Kind.VISITS else _CASES
    every = units.every(connection)
    found = connection.execute(text(said), _between(first, last, zone))
    return [
        Candidate(
            row.case_id,
            f"{row.case_number} {row.item_title}",
            unit_rules.route(every, row.item, "", (row.hall or "", row.terminal))[0] or row.hall or row.terminal,
        )
        for row in found
    ]


def _between(first: date, last: date, zone: tzinfo) -> dict[str, str]:
    begins = datetime.combine(first, time(), zone)
    ends = datetime.combine(last + timedelta(days=1), time(), zone)
    return {"since": _kept(begins), "until": _kept(ends)}


def keep(connection: Connection, audit: dict[str, Any], drawn: tuple[Candidate, ...]) -> None:
    """A draw with its lots."""
    connection.execute(audits.insert().values(**audit))
    rows = [
        {"audit_id": audit["audit_id"], "place": place, "subject_id": one.subject_id, "title": one.title}
        | {"unit": one.unit, "marks": "{}", "verdict": "", "note": "", "checked_by": None, "checked_at": None}
        for place, one in enumerate(drawn, 1)
    ]
    if rows:
        connection.execute(lots.insert(), rows)


def listed(connection: Connection) -> list[Any]:
    """Draws, the newest first, with how many lots are checked and how many of them are poor."""
    counts = (
        select(
            lots.c.audit_id,
            func.count().label("drawn"),
            func.count(lots.c.checked_at).label("checked"),
            func.sum(text("CASE WHEN audit_lots.verdict = 'poor' THEN 1 ELSE 0 END")).label("poor"),
        )
        .group_by(lots.c.audit_id)
        .subquery()
    )
    found = select(audits, counts.c.drawn, counts.c.checked, counts.c.poor)
    found = found.outerjoin(counts, counts.c.audit_id == audits.c.audit_id).order_by(audits.c.drawn_at.desc())
    return list(connection.execute(found.limit(200)))


def find(connection: Connection, audit_id: str) -> Any | None:  # noqa: ANN401 - a row
    """One draw."""
    return connection.execute(select(audits).where(audits.c.audit_id == audit_id)).first()


def lots_of(connection: Connection, audit_id: str) -> list[Any]:
    """Its lots in the order they were drawn."""
    return list(connection.execute(select(lots).where(lots.c.audit_id == audit_id).order_by(lots.c.place)))


def check(
    connection: Connection, audit_id: str, place: int, marks: str, verdict: str, note: str, who: str, now: datetime
) -> bool:
    """The result of one lot, once."""
    here = (lots.c.audit_id == audit_id) & (lots.c.place == place) & lots.c.checked_at.is_(None)
    values = {"marks": marks, "verdict": verdict, "note": note, "checked_by": who, "checked_at": now}
    return bool(connection.execute(update(lots).where(here).values(**values)).rowcount)


def calls(connection: Connection, first: date, last: date, zone: tzinfo) -> list[Any]:
    """Calls for help of these days: rows as they were kept."""
    return list(connection.execute(text(_CALLS), _between(first, last, zone)))


def _kept(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
