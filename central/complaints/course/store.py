"""The course of a complaint in the database: every act is one conditional update and its step."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from central.complaints import store
from central.complaints.course.rules import Routed
from central.complaints.rules import WAITS, CalledBack, Complaint, State, Step, Weight
from central.complaints.tables import complaints
from central.database import read
from contract.messages import Matter

_ANSWERED = (State.ANSWERED, State.CALLED_BACK)


def give(connection: Connection, complaint_id: str, to: Routed, who: str, at: datetime) -> bool:
    """转办. False where it is answered."""
    values = {"unit": to.unit, "against": to.against, "brief": to.brief, "routed_by": who, "routed_why": to.why}
    return _move(connection, complaint_id, WAITS, "passed_on", who, f"{to.unit}：{to.brief}", at, values | _TAKEN)


def weigh(
    connection: Connection, complaint_id: str, weight: Weight, why: str, last_day: str, who: str, at: datetime
) -> bool:
    """Its class and last day; the explanation is read by its citizen. False where it is answered."""
    what = "weighed" if weight is Weight.CLEAR else "explained"
    values: dict[str, object] = {"weight": weight.value, "weight_why": why, "promised_until": last_day, "told_at": at}
    return _move(connection, complaint_id, WAITS, what, who, why, at, values)


def look_into(connection: Connection, complaint_id: str, found: str, who: str, at: datetime) -> bool:
    """办理: what the unit found. False where it is answered."""
    values: dict[str, object] = {"looked_into_at": at, "found": found}
    return _move(connection, complaint_id, WAITS, "looked_into", who, found, at, values | _TAKEN)


def tell(connection: Connection, complaint_id: str, words: str, who: str, at: datetime) -> bool:
    """Its citizen reads how far it is. False where it is answered."""
    return _move(connection, complaint_id, WAITS, "progress", who, words, at, {"told_at": at} | _TAKEN)


def supervise(connection: Connection, complaint_id: str, words: str, who: str, at: datetime) -> bool:
    """督办. False where it is answered."""
    return _move(connection, complaint_id, WAITS, "supervised", who, words, at, dict(_TAKEN))


def call_back(
    connection: Connection, complaint_id: str, said: CalledBack, words: str, who: str, at: datetime, *, counts: bool
) -> bool:
    """回访. `counts`: it was made, or tried often enough. Not settled, it goes back to work. False where there is no
    answer.
    """
    values: dict[str, object] = {}
    what = said.value
    if said is CalledBack.UNSETTLED:
        values = {"state": State.TAKEN, "called_back": "", "called_back_by": None, "called_back_at": None}
    elif counts:
        values = {"state": State.CALLED_BACK, "called_back": said, "called_back_by": who, "called_back_at": at}
        what = "called_back" if said is CalledBack.SETTLED else what
    return _move(connection, complaint_id, _ANSWERED, what, who, words, at, values)


def close(connection: Connection, found: Complaint, note: str, accountable: str, who: str, at: datetime) -> bool:
    """销号. False where it has moved on: answered by the same, not called back, or struck off."""
    place = (complaints.c.complaint_id == found.complaint_id) & complaints.c.state.in_(_ANSWERED)
    place &= (complaints.c.answer != "") & (complaints.c.answered_by != who)
    place &= (complaints.c.named == 0) | complaints.c.called_back_at.is_not(None)
    values = {"state": State.CLOSED, "closed_by": who, "closed_at": at, "closed_note": note, "accountable": accountable}
    changed = connection.execute(update(complaints).where(place).values(**values, changed_at=at))
    if changed.rowcount:
        store.note(connection, found.complaint_id, Step("closed", who, note, at))
    return bool(changed.rowcount)


def since(connection: Connection, moment: datetime) -> list[Complaint]:
    """Complaints received since a moment, the newest first."""
    found = select(complaints).where(complaints.c.matter == Matter.COMPLAINT, complaints.c.received_at >= moment)
    return [
        read(row, Complaint) for row in connection.execute(found.order_by(complaints.c.received_at.desc())).mappings()
    ]


def archive(connection: Connection, *, unit: str = "", number: str = "", most: int = 500) -> list[Complaint]:
    """Complaints of every state by unit or number, the newest first."""
    found = select(complaints).where(complaints.c.matter == Matter.COMPLAINT)
    found = found.where(complaints.c.unit == unit) if unit else found
    found = found.where(complaints.c.number.contains(number, autoescape=True)) if number else found
    rows = connection.execute(found.order_by(complaints.c.received_at.desc()).limit(most)).mappings()
    return [read(row, Complaint) for row in rows]


_TAKEN: dict[str, object] = {"state": State.TAKEN}


def _move(
    connection: Connection,
    complaint_id: str,
    from_: tuple[State, ...],
    what: str,
    who: str,
    note: str,
    at: datetime,
    values: dict[str, object],
) -> bool:
    place = (complaints.c.complaint_id == complaint_id) & complaints.c.state.in_(from_)
    done = connection.execute(update(complaints).where(place).values(**values, changed_at=at))
    if done.rowcount:
        store.note(connection, complaint_id, Step(what, who, note, at))
    return bool(done.rowcount)
