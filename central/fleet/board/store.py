"""Sums the wall and the fleet view need, one statement each however many terminals there are."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from central.bulk import among
from central.cases.rules import Paper
from central.cases.tables import cases, ratings, tickets
from central.fleet.board import rules
from central.fleet.rules import Hall
from central.fleet.tables import terminals
from central.queue.posts import ON
from central.queue.rules import Stand
from central.queue.tables import queue_numbers, queue_signs, queue_windows
from contract.codes import Satisfaction

_CONTENT = (Satisfaction.VERY_SATISFIED, Satisfaction.SATISFIED, Satisfaction.FAIRLY_SATISFIED)


def queues(connection: Connection, day: str) -> dict[str, dict[str, int]]:
    """Hall -> how many numbers of a day stand how."""
    found = select(queue_numbers.c.hall, queue_numbers.c.stand, func.count())
    found = found.where(queue_numbers.c.business_date == day).group_by(queue_numbers.c.hall, queue_numbers.c.stand)
    counted: dict[str, dict[str, int]] = {}
    for hall, stand, number in connection.execute(found):
        counted.setdefault(hall, {})[stand] = number
    return counted


def satisfaction(connection: Connection, since: datetime) -> dict[str, tuple[int, int]]:
    """Hall -> how many first ratings came at its terminals since then, and how many of them were content."""
    content = func.sum(case((ratings.c.satisfaction.in_([one.value for one in _CONTENT]), 1), else_=0))
    found = select(terminals.c.hall, func.count(), content).join(terminals, terminals.c.id == ratings.c.terminal)
    found = found.where(ratings.c.received_at >= since, ratings.c.again == 0).group_by(terminals.c.hall)
    return {hall: (int(number), int(good or 0)) for hall, number, good in connection.execute(found)}


def halls(connection: Connection, day: str, since: datetime) -> list[Hall]:
    """Every hall in figures, but for its terminals, which the cards tell."""
    counted, rated = queues(connection, day), satisfaction(connection, since)
    names = set(connection.execute(select(terminals.c.hall).distinct()).scalars()) | counted.keys()
    return [_hall(name, counted.get(name, {}), rated.get(name, (0, 0))) for name in sorted(names)]


def _hall(name: str, stands: dict[str, int], rated: tuple[int, int]) -> Hall:
    return Hall(
        name,
        waiting=stands.get(Stand.WAITING, 0) + stands.get(Stand.PASSED, 0),
        called=stands.get(Stand.CALLED, 0) + stands.get(Stand.SERVING, 0) + stands.get(Stand.PARKED, 0),
        served=stands.get(Stand.DONE, 0),
        rated=rated[0],
        content=rated[1],
    )


def came(connection: Connection, day: str, hall: str = "") -> dict[int, int]:
    """Slot of the day -> how many numbers and filings it has; of one hall, or of all."""
    began = func.substr(cases.c.filed_at, 12, 4)  # HH:M of ISO 8601 in the hall's own time
    found = select(began, func.count()).where(cases.c.business_date == day).group_by(began)
    if hall:
        found = found.where(cases.c.hall == hall)
    counted: dict[int, int] = {}
    for at, number in connection.execute(found):
        slot = rules.half_hour(at)
        if slot is None:
            continue
        counted[slot] = counted.get(slot, 0) + number
    return counted


def windows(connection: Connection) -> dict[str, tuple[str, str]]:
    """Where a window stands on the plan -> `on` or `off`, and the number it serves now."""
    both = queue_windows.outerjoin(queue_signs, queue_signs.c.window_id == queue_windows.c.window_id)
    found = select(queue_windows.c.place, queue_signs.c.state, queue_windows.c.window_id).select_from(both)
    rows = connection.execute(found.where(queue_windows.c.ended_at.is_(None), queue_windows.c.place != "")).all()
    at = select(queue_numbers.c.at_window, queue_numbers.c.number).where(
        queue_numbers.c.stand.in_([Stand.CALLED, Stand.SERVING]), queue_numbers.c.at_window != ""
    )
    numbers: dict[str, str] = {row[0]: row[1] for row in connection.execute(at)}
    return {row.place: ("on" if row.state == ON else "off", numbers.get(row.window_id, "")) for row in rows}


def printed(connection: Connection, since: datetime, ids: Collection[str]) -> dict[str, int]:
    """Terminal -> how many tickets came out since then."""
    found = select(tickets.c.terminal, func.count()).where(
        tickets.c.received_at >= since,
        tickets.c.outcome == Paper.PRINTED,
        tickets.c.paper == "ticket",
        among(connection, tickets.c.terminal, set(ids)),
    )
    return {row[0]: row[1] for row in connection.execute(found.group_by(tickets.c.terminal))}
