"""Complaints in the database."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from central.bulk import add_new
from central.cases.store import Source
from central.complaints import rules
from central.complaints.rules import WAITS, Complaint, State, Step, Weight
from central.complaints.tables import complaint_steps, complaints
from central.database import read
from central.feed.catalogue import store as catalogue
from central.fleet import store as fleet
from central.trail.store import SYSTEM
from central.units import store as units
from central.units.rules import Unit, route
from contract.calendar import gathered, published
from contract.messages import ComplaintFiled, Matter
from contract.worktime import Worktime

_OF_BODY = tuple(name for name in ComplaintFiled.__struct_fields__ if name in complaints.c)


def worktime(connection: Connection, now: datetime) -> Worktime:
    """How the office works: the published days, and what was known when this software was built."""
    return Worktime(gathered(catalogue.calendars(connection, now).values(), published()))


def file(connection: Connection, filed: Sequence[tuple[Source, ComplaintFiled]]) -> dict[str, str]:
    """Keep each once. Envelope id -> why it cannot be kept: another record has its id."""
    if not filed:
        return {}
    working = worktime(connection, filed[0][0].received_at)
    every = units.every(connection)
    halls = fleet.halls_of(connection, {source.terminal for source, _ in filed})
    rows = [
        {name: getattr(body, name) for name in _OF_BODY}
        | msgspec.structs.asdict(source)
        | {"named": int(body.named), "matter": body.matter.value, "state": State.RECEIVED.value, "answer": ""}
        | {"changed_at": source.received_at}
        | {"promised_until": rules.promised(body.matter, datetime.fromisoformat(body.at), working)}
        | _routed(every, body, (halls.get(source.terminal, ""), source.terminal))
        for source, body in filed
    ]
    new = add_new(connection, complaints, rows, "envelope_id")
    reasons = {}
    for source, body in filed:
        if source.envelope_id in new:
            note(connection, body.complaint_id, Step(State.RECEIVED, "", "", source.received_at))
            continue
        known = find(connection, body.complaint_id)
        if known is None or known.envelope_id != source.envelope_id:
            reasons[source.envelope_id] = f"complaint {body.complaint_id} is held from another envelope"
    return reasons


def _routed(every: Sequence[Unit], body: ComplaintFiled, areas: tuple[str, str]) -> dict[str, str]:
    """Who is in charge of it, found by itself; a coordinator may send it elsewhere with a reason."""
    unit, why = route(every, body.item or "", body.about, areas)
    if body.matter is not Matter.COMPLAINT or not unit:
        return {}
    return {"unit": unit, "against": unit, "routed_by": SYSTEM, "routed_why": why, "weight": Weight.CLEAR}


def hold(connection: Connection, complaint_id: str) -> None:
    """Whoever else holds it waits until this transaction ends."""
    connection.execute(
        select(complaints.c.complaint_id).where(complaints.c.complaint_id == complaint_id).with_for_update()
    )


def find(connection: Connection, complaint_id: str) -> Complaint | None:
    """One by its id."""
    row = connection.execute(select(complaints).where(complaints.c.complaint_id == complaint_id)).mappings().first()
    return None if row is None else read(row, Complaint)


def by_number(connection: Connection, number: str, code: str) -> Complaint | None:
    """The one whose paper carries both; hyphens of the number make no difference."""
    written = func.replace(complaints.c.number, "-", "") == number.replace("-", "")
    found = select(complaints).where(complaints.c.code == code, written)
    row = connection.execute(found).mappings().first()
    return None if row is None else read(row, Complaint)


def listed(connection: Connection, *, answered: bool) -> list[Complaint]:
    """Those that wait, the oldest first; or those answered, the newest first."""
    if answered:
        found = select(complaints).where(complaints.c.state.not_in(WAITS))
        found = found.order_by(complaints.c.answered_at.desc()).limit(100)
    else:
        found = select(complaints).where(complaints.c.state.in_(WAITS))
        found = found.order_by(complaints.c.received_at).limit(500)
    return [read(row, Complaint) for row in connection.execute(found).mappings()]


def steps(connection: Connection, complaint_id: str) -> list[Step]:
    """What was done with it, the oldest first."""
    found = select(complaint_steps).where(complaint_steps.c.complaint_id == complaint_id).order_by(complaint_steps.c.id)
    return [read(row, Step) for row in connection.execute(found).mappings()]


def note(connection: Connection, complaint_id: str, step: Step) -> None:
    """Something was done with it."""
    connection.execute(complaint_steps.insert().values(complaint_id=complaint_id, **msgspec.structs.asdict(step)))


def move(connection: Connection, complaint_id: str, step: Step) -> bool:
    """Taken or passed on. False where it is answered."""
    place = (complaints.c.complaint_id == complaint_id) & (complaints.c.state.in_(WAITS))
    done = connection.execute(update(complaints).where(place).values(state=State.TAKEN, changed_at=step.at))
    if done.rowcount:
        note(connection, complaint_id, step)
    return bool(done.rowcount)


def extend(connection: Connection, complaint_id: str, until: str, step: Step) -> bool:
    """The answer is put off, and why; the last word stands. False where it is answered."""
    place = (complaints.c.complaint_id == complaint_id) & (complaints.c.state.in_(WAITS))
    values = {"extended_until": until, "extension_reason": step.note, "extended_by": step.by_whom}
    done = connection.execute(update(complaints).where(place).values(**values, changed_at=step.at))
    if done.rowcount:
        note(connection, complaint_id, step)
    return bool(done.rowcount)


def answer(
    connection: Connection, complaint_id: str, words: str, who: str, now: datetime, *, complete: bool | None = None
) -> bool:
    """The answer its citizen reads, once, and whether it was complete. False where somebody has answered."""
    place = (complaints.c.complaint_id == complaint_id) & (complaints.c.state.in_(WAITS))
    values = {"state": State.ANSWERED, "answer": words, "answered_by": who, "answered_at": now, "changed_at": now}
    values |= {} if complete is None else {"complete": int(complete)}
    done = connection.execute(update(complaints).where(place).values(**values))
    if done.rowcount:
        note(connection, complaint_id, Step(State.ANSWERED, who, "", now))
    return bool(done.rowcount)


def last_change(connection: Connection) -> datetime | None:
    """When one last changed."""
    newest: datetime | None = connection.execute(select(func.max(complaints.c.changed_at))).scalar_one()
    return newest
