"""Figures that stand in the database: a handful of counts, each by an index or of a small table."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, func, select

from central.audit.tables import audit_head
from central.cases.tables import tickets
from central.fleet.tables import terminals, terminals_now
from central.help.tables import help_calls
from central.intake.tables import envelopes
from central.queue.tables import queue_numbers


class Figures(msgspec.Struct, frozen=True):
    """What is counted at one moment. Ages are seconds."""

    unjudged: int
    oldest_unjudged: float
    terminals: dict[tuple[str, str], int]
    """(hall, state) -> how many; state is online, offline or never."""
    waiting: dict[tuple[str, str, str], int]
    """(hall, queue, stand) -> numbers of today."""
    prints: int
    calls: int
    audit_unsent: int


def figures(connection: Connection, now: datetime, today: str, offline_after: timedelta) -> Figures:
    """Count everything once."""
    of_judging = select(func.count(), func.min(envelopes.c.received_at)).where(envelopes.c.judged_at.is_(None))
    unjudged, oldest = connection.execute(of_judging).one()
    since = None if oldest is None else datetime.fromisoformat(str(oldest))
    of_fleet = select(terminals.c.hall, terminals_now.c.received_at).outerjoin(
        terminals_now, terminals_now.c.terminal == terminals.c.id
    )
    fleet: dict[tuple[str, str], int] = {}
    for hall, seen in connection.execute(of_fleet):
        state = "never" if seen is None else "online" if now - seen <= offline_after else "offline"
        fleet[hall, state] = fleet.get((hall, state), 0) + 1
    of_queue = (
        select(queue_numbers.c.hall, queue_numbers.c.queue, queue_numbers.c.stand, func.count())
        .where(queue_numbers.c.business_date == today)
        .group_by(queue_numbers.c.hall, queue_numbers.c.queue, queue_numbers.c.stand)
    )
    open_prints = tickets.c.outcome != "printed", tickets.c.handled_at.is_(None)
    ringing = select(func.count()).select_from(help_calls).where(help_calls.c.ended_at.is_(None))
    head = connection.execute(select(audit_head.c.seq - audit_head.c.sent_seq)).scalar_one()
    return Figures(
        unjudged=unjudged,
        oldest_unjudged=0.0 if since is None else (now - since).total_seconds(),
        terminals=fleet,
        waiting={(hall, queue, stand): count for hall, queue, stand, count in connection.execute(of_queue)},
        prints=connection.execute(select(func.count()).select_from(tickets).where(*open_prints)).scalar_one(),
        calls=connection.execute(ringing).scalar_one(),
        audit_unsent=int(head),
    )
