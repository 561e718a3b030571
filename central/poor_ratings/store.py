"""Orders of poor ratings in the database; every act is one conditional update and its line in the trail."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, text, update

from central.database import add_if_new, read
from central.poor_ratings.rules import POOR, Given, Order, State, Window
from central.poor_ratings.tables import honours, poor_ratings
from central.ratings.staff import store as staff
from central.trail import store as trail
from central.trail.store import POOR_RATING, SYSTEM, Done

_NEW = (
    "SELECT r.envelope_id, r.case_id, r.satisfaction, r.tags, r.terminal, r.received_at, r.item AS own_item, c.item,"
    " c.masked_name, coalesce(t.hall, c.hall) AS hall FROM ratings r LEFT JOIN cases c ON c.case_id = r.case_id"
    " LEFT JOIN terminals t ON t.id = r.terminal LEFT JOIN poor_ratings p ON p.envelope_id = r.envelope_id"
    " WHERE r.again = 0 AND p.envelope_id IS NULL AND r.satisfaction IN (:one, :two) AND r.received_at >= :since"
)
_AGAIN = (
    "SELECT p.envelope_id, r.satisfaction FROM poor_ratings p JOIN ratings r ON r.case_id = p.case_id AND r.again = 1"
    " WHERE p.again = '' AND p.case_id <> ''"
)


def new(connection: Connection, since: datetime) -> list[Any]:
    """Poor ratings without an order: rows with case, item, terminal, hall and level."""
    values = {"one": POOR[0].value, "two": POOR[1].value, "since": _kept(since)}
    return list(connection.execute(text(_NEW), values))


def open_order(connection: Connection, row: dict[str, Any], now: datetime) -> bool:
    """Open it once."""
    opened = add_if_new(connection, poor_ratings, row | {"state": State.OPENED.value, "changed_at": now})
    if opened:
        trail.add(connection, Done(POOR_RATING, row["envelope_id"], "opened", SYSTEM, row["satisfaction"], now))
    return opened


def hear_again(connection: Connection, now: datetime) -> int:
    """Second ratings given at a terminal find their order. Returns how many."""
    found = list(connection.execute(text(_AGAIN)))
    for row in found:
        rated_again(connection, row.envelope_id, row.satisfaction, "terminal", SYSTEM, now)
    return len(found)


def rated_again(connection: Connection, envelope_id: str, level: str, by: str, who: str, now: datetime) -> bool:
    """Its citizen rates once more. False where they have."""
    place = (poor_ratings.c.envelope_id == envelope_id) & (poor_ratings.c.again == "")
    changed = connection.execute(update(poor_ratings).where(place).values(again=level, again_by=by, changed_at=now))
    if changed.rowcount:
        trail.add(connection, Done(POOR_RATING, envelope_id, "rated_again", who, level, now))
    return bool(changed.rowcount)


def find(connection: Connection, envelope_id: str) -> Order | None:
    """One."""
    row = connection.execute(select(poor_ratings).where(poor_ratings.c.envelope_id == envelope_id)).mappings().first()
    return None if row is None else read(row, Order)


def listed(connection: Connection, *, closed: bool, unit: str = "") -> list[Order]:
    """Those that are open, the one due first at the top; or those that are closed, the newest first."""
    found = select(poor_ratings)
    if closed:
        found = found.where(poor_ratings.c.closed_at.is_not(None)).order_by(poor_ratings.c.closed_at.desc())
    else:
        found = found.where(poor_ratings.c.closed_at.is_(None)).order_by(poor_ratings.c.due_at)
    found = found.where(poor_ratings.c.unit == unit) if unit else found
    return [read(row, Order) for row in connection.execute(found.limit(500)).mappings()]


def move(connection: Connection, order: Order, what: str, who: str, note: str, now: datetime, **values: object) -> bool:
    """An act on an order that nobody has changed meanwhile. False where somebody has."""
    place = (poor_ratings.c.envelope_id == order.envelope_id) & (poor_ratings.c.changed_at == order.changed_at)
    place &= poor_ratings.c.closed_at.is_(None)
    if not connection.execute(update(poor_ratings).where(place).values(changed_at=now, **values)).rowcount:
        return False
    trail.add(connection, Done(POOR_RATING, order.envelope_id, what, who, note, now))
    return True


def given(connection: Connection, since: datetime) -> list[Given]:
    """Every rating since a moment; `by_staff` where somebody who works here helped at the terminal: never a name."""
    said = (
        "SELECT r.envelope_id, r.terminal, r.satisfaction, r.received_at, coalesce(c.item, r.item) AS item, c.helped_by"
        " FROM ratings r LEFT JOIN cases c ON c.case_id = r.case_id WHERE r.received_at >= :since LIMIT 50000"
    )
    own = staff.own_ratings(connection, since, datetime.max.replace(tzinfo=UTC))
    return [
        Given(
            row.item or "",
            row.terminal,
            row.satisfaction,
            datetime.fromisoformat(row.received_at),
            bool(row.helped_by),
            row.envelope_id in own,
        )
        for row in connection.execute(text(said), {"since": _kept(since)})
    ]


def red_cards(connection: Connection, since: datetime) -> dict[str, int]:
    """Item -> red cards of its cases."""
    said = (
        "SELECT c.item, count(*) AS n FROM supervision_cards s JOIN cases c ON c.case_id = s.subject_id"
        " WHERE s.level = 'red' AND s.raised_at >= :since GROUP BY c.item"
    )
    return {row.item: row.n for row in connection.execute(text(said), {"since": _kept(since)})}


def upheld(connection: Connection) -> set[tuple[str, str]]:
    """Item and terminal of poor ratings that do not stand after an appeal."""
    found = select(poor_ratings.c.item, poor_ratings.c.terminal).where(poor_ratings.c.appeal_decided == "upheld")
    return {(row.item, row.terminal) for row in connection.execute(found)}


def propose(connection: Connection, quarter: str, window: Window, evidence: str, now: datetime) -> bool:
    """Put a window on the list of a quarter, once."""
    row = {"quarter": quarter, "honour": "red_flag", "who": window.window, "evidence": evidence, "decided": ""}
    return add_if_new(connection, honours, row | {"decided_by": "", "note": "", "at": now})


def honours_of(connection: Connection, quarter: str) -> list[Any]:
    """The proposals of a quarter, with their evidence as JSON."""
    return list(connection.execute(select(honours).where(honours.c.quarter == quarter).order_by(honours.c.who)))


def decide_honour(
    connection: Connection, quarter: str, who: str, decided: str, by: str, note: str, now: datetime
) -> bool:
    """A leader decides, once."""
    place = (honours.c.quarter == quarter) & (honours.c.who == who) & (honours.c.decided == "")
    values = {"decided": decided, "decided_by": by, "note": note, "at": now}
    return bool(connection.execute(update(honours).where(place).values(**values)).rowcount)


def lately(now: datetime) -> datetime:
    """How far back new poor ratings are looked for."""
    return now - timedelta(days=90)


def _kept(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
