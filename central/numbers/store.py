"""Numbers in the database: the counter under its lock, leases, and what came back in cases."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Connection, select, update

from central.database import add_if_new, insert, read
from central.feed import store as feed
from central.feed.rules import Draft
from central.fleet import store as fleet
from central.fleet.rules import Terminal
from central.fleet.tables import terminals
from central.keys import Keys
from central.numbers import rules
from central.numbers.rules import Range
from central.numbers.tables import counters, issued, leases, queues
from contract.feed import FeedKind
from contract.messages import CaseFiled, NumberTier
from contract.numbers import NumberAsked, upstream

SKIP = 50
OUTSIDE = "number_outside"
"""The alarm for a number that was nobody's to give."""
_KEPT_AFTER = timedelta(days=3)


class Issued(msgspec.Struct, frozen=True):
    """A number that is committed when anybody sees it."""

    number: str
    business_date: str


def issue(connection: Connection, asked: NumberAsked, today: date, now: datetime) -> Issued | None:
    """The next number of the queue in the terminal's hall; for a case that has one, the same.

    None where another terminal has asked for that case, or another queue.
    """
    hall, day = fleet.hall_of(connection, asked.terminal), today.isoformat()
    known = connection.execute(select(issued).where(issued.c.case_id == asked.case_id)).mappings().first()
    if known is not None:
        if (known["terminal"], known["queue"]) != (asked.terminal, asked.queue):
            return None
        return read(known, Issued)
    place = {"hall": hall, "business_date": day, "queue": asked.queue}
    counted = insert(connection, counters).values(**place, last=1)
    counted = counted.on_conflict_do_update(index_elements=list(place), set_={"last": counters.c.last + 1})
    count: int = connection.execute(counted.returning(counters.c.last)).scalar_one()
    if count == 1:
        add_if_new(connection, queues, {"hall": hall, "queue": asked.queue})
    number = upstream(asked.queue, count)
    row = {**place, "case_id": asked.case_id, "terminal": asked.terminal, "number": number, "issued_at": now}
    connection.execute(insert(connection, issued).values(row))
    return Issued(number, day)


def lease_out(
    connection: Connection,
    keys: Keys,
    terminal: str,
    epoch: int,
    *,
    named: Sequence[str],
    size: int,
    today: date,
    now: datetime,
) -> int:
    """Lease what a terminal lacks of today and tomorrow, and publish it. Returns its place in the feed, 0 for nothing.

    `named` are the queues of the settings; those people have taken numbers of come beside them.
    """
    locked = select(terminals).where(terminals.c.id == terminal).with_for_update()
    row = connection.execute(locked).mappings().one_or_none()
    if row is None or row["epoch"] != epoch:
        return 0
    found = read(row, Terminal)
    seen = connection.execute(select(queues.c.queue).where(queues.c.hall == found.hall)).scalars()
    drafts = []
    for queue in sorted({*named, *seen}):
        for day in rules.days_to_lease(today):
            known = _ranges(connection, leases.c.hall == found.hall, day, queue)
            same = [one for one in known if one.series == found.series]
            more = rules.next_range(same, found.series, terminal, epoch, size)
            if more is not None:
                _keep(connection, found.hall, day, queue, more, now)
                body = rules.lease_of(day, queue, more)
                until = now + _KEPT_AFTER
                drafts.append(Draft(terminal, FeedKind.LEASE.value, f"{day}/{queue}", body, until=until))
    return feed.publish_all(connection, keys, drafts, now)[-1].seq if drafts else 0


def look_at(connection: Connection, envelope_id: str, terminal: str, body: CaseFiled, received_at: datetime) -> bool:
    """Note what a case says of its series. False, with an alarm, for a number that was not its terminal's to give.

    A terminal that never had a lease, as those of version 0.1, can break none.
    """
    hall = fleet.hall_of(connection, terminal)
    said = rules.spoken(body.number)
    if rules.looks_right(body, said) and said is not None:
        add_if_new(connection, queues, {"hall": hall, "queue": body.queue})
        if said.tier is NumberTier.UPSTREAM:
            _raise_counter(connection, hall, body, said.count)
            right = _was_issued(connection, terminal, body)
        elif said.tier is NumberTier.LEASED:
            ranges = _ranges(connection, leases.c.terminal == terminal, body.business_date, body.queue)
            right = rules.was_leased(said, ranges)
            _note_used(connection, terminal, body, said)
        else:
            right = said.series == _series_of(connection, terminal)
    else:
        right = False
    if not right and _has_leases(connection, terminal):
        alarm = fleet.Alarm(terminal, OUTSIDE, body.filed_at, received_at, detail=body.number)
        fleet.add_alarm(connection, envelope_id, alarm)
        return False
    return True


def skip_ahead(connection: Connection) -> None:
    """Every counter jumps: for a centre that came back from a backup and cannot know what it issued since."""
    connection.execute(update(counters).values(last=counters.c.last + SKIP))


class LabelTaken(Exception):
    """Another terminal of the hall counts in that series; the message says which are free."""


def label_for(connection: Connection, hall: str, terminal: str, wanted: str) -> str:
    """The series a terminal may have in a hall; the next free one if none is wanted. Raises LabelTaken."""
    others = select(terminals.c.series).where(terminals.c.hall == hall, terminals.c.id != terminal)
    taken = set(connection.execute(others).scalars())
    if wanted and wanted not in taken:
        return wanted
    own = select(terminals.c.series).where(terminals.c.id == terminal, terminals.c.hall == hall)
    free = connection.execute(own).scalar_one_or_none() or rules.next_label(taken)
    if wanted:
        message = f"series {wanted}: another terminal of this hall counts in it; {free} is free"
        raise LabelTaken(message)
    return free


def _ranges(connection: Connection, whose: ColumnElement[bool], day: str, queue: str) -> list[Range]:
    found = select(leases).where(whose, leases.c.business_date == day, leases.c.queue == queue)
    return [read(row, Range) for row in connection.execute(found).mappings()]


def _keep(connection: Connection, hall: str, day: str, queue: str, more: Range, now: datetime) -> None:
    row = {**msgspec.structs.asdict(more), "hall": hall, "business_date": day, "queue": queue, "made_at": now}
    kept = insert(connection, leases).values(row)
    connection.execute(kept.on_conflict_do_update(index_elements=leases.primary_key.columns, set_={"last": more.last}))


def _raise_counter(connection: Connection, hall: str, body: CaseFiled, count: int) -> None:
    """A counter that was set back learns from the cases what it had issued."""
    place = {"hall": hall, "business_date": body.business_date, "queue": body.queue}
    raised = insert(connection, counters).values(**place, last=count)
    behind = counters.c.last < count
    connection.execute(raised.on_conflict_do_update(index_elements=list(place), set_={"last": count}, where=behind))


def _was_issued(connection: Connection, terminal: str, body: CaseFiled) -> bool:
    found = select(issued.c.number).where(
        issued.c.case_id == body.case_id,
        issued.c.terminal == terminal,
        issued.c.number == body.number,
        issued.c.business_date == body.business_date,
    )
    return connection.execute(found).first() is not None


def _note_used(connection: Connection, terminal: str, body: CaseFiled, said: rules.Spoken) -> None:
    held = (
        leases.c.terminal == terminal,
        leases.c.business_date == body.business_date,
        leases.c.queue == body.queue,
        leases.c.series == said.series,
        leases.c.first <= said.count,
        leases.c.last >= said.count,
        leases.c.used < said.count,
    )
    connection.execute(update(leases).where(*held).values(used=said.count))


def _series_of(connection: Connection, terminal: str) -> str | None:
    return connection.execute(select(terminals.c.series).where(terminals.c.id == terminal)).scalar_one_or_none()


def _has_leases(connection: Connection, terminal: str) -> bool:
    return connection.execute(select(leases.c.first).where(leases.c.terminal == terminal).limit(1)).first() is not None
