"""Notices, ways, transfers, contacts and events of supervision in the database."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select, update

from central.cases.tables import cases
from central.database import add_if_new, read
from central.handling import rules
from central.handling.rules import Contact, Correction, Event, Refusal, Transfer
from central.handling.tables import (
    case_contacts,
    case_corrections,
    case_refusals,
    case_routes,
    case_transfers,
    supervision_events,
)
from central.progress import store as progress
from central.progress.rules import Did, Step
from contract.handling import Wrong
from contract.routes import Decision, Reason, Route


def lock(connection: Connection, case_id: str) -> bool:
    """Whoever writes about this case does so alone until the transaction ends. False where there is none."""
    found = select(cases.c.case_id).where(cases.c.case_id == case_id).with_for_update(key_share=True)
    return connection.execute(found).first() is not None


def correct(connection: Connection, correction: Correction) -> bool:
    """Keep the notice, the step its citizen reads, and the event it may be. False where its id is kept already. The
    case is locked.
    """
    before = corrections(connection, [correction.case_id])
    row = msgspec.structs.asdict(correction) | {"wrong": msgspec.json.encode(correction.wrong).decode()}
    if not add_if_new(connection, case_corrections, row):
        return False
    note = "；".join(f"{one.what}：{one.wrong}，{one.mend}" for one in correction.wrong)
    _step(connection, correction.case_id, Did.CORRECTION, note, correction.by_whom, correction.at)
    event = rules.event_of(correction, before)
    if event is not None:
        add_if_new(connection, supervision_events, msgspec.structs.asdict(event))
    return True


def corrections(connection: Connection, case_ids: Collection[str]) -> list[Correction]:
    """Those of these cases, the newest first."""
    found = select(case_corrections).where(case_corrections.c.case_id.in_(case_ids))
    rows = connection.execute(found.order_by(case_corrections.c.at.desc())).mappings()
    return [
        read(dict(row) | {"wrong": msgspec.json.decode(row["wrong"], type=tuple[Wrong, ...])}, Correction)
        for row in rows
    ]


def refuse(connection: Connection, refusal: Refusal) -> bool:
    """Keep the notice and its step, once a case. False where it has one. The case is locked."""
    row = msgspec.structs.asdict(refusal) | {"refused": refusal.refused.value}
    if not add_if_new(connection, case_refusals, row):
        return False
    note = f"{refusal.reason}。接下来：{refusal.next_steps}"
    _step(connection, refusal.case_id, Did.REFUSED, note, refusal.by_whom, refusal.at)
    return True


def refusals(connection: Connection, case_ids: Collection[str]) -> dict[str, Refusal]:
    """The refusal of each of these cases that has one."""
    found = select(case_refusals).where(case_refusals.c.case_id.in_(case_ids))
    return {row["case_id"]: read(row, Refusal) for row in connection.execute(found).mappings()}


def _step(connection: Connection, case_id: str, did: Did, note: str, who: str, at: datetime) -> None:
    progress.add_step(connection, case_id, Step(did, note, who, at))


def keep_route(connection: Connection, case_id: str, decided: Decision, who: str, at: datetime) -> None:
    """The way it was given at acceptance, and why; the first stays."""
    why = " ".join(decided.why)
    route = " ".join((decided.route, *decided.also))
    add_if_new(connection, case_routes, {"case_id": case_id, "route": route, "why": why, "by_whom": who, "at": at})


def routes(connection: Connection, case_ids: Collection[str]) -> dict[str, Decision]:
    """The ways these cases were given."""
    found = select(case_routes).where(case_routes.c.case_id.in_(case_ids))
    kept = {}
    for row in connection.execute(found).mappings():
        first, *also = (Route(one) for one in row["route"].split())
        kept[row["case_id"]] = Decision(first, tuple(Reason(one) for one in row["why"].split()), tuple(also))
    return kept


def pass_on(connection: Connection, transfer: Transfer) -> bool:
    """To another unit; where somebody had it, that unit has passed it on. False where its id is kept already. The case
    is locked.
    """
    at, who = transfer.at, transfer.by_whom
    if connection.execute(select(case_transfers).where(case_transfers.c.transfer_id == transfer.transfer_id)).first():
        return False
    open_ = (case_transfers.c.case_id == transfer.case_id) & case_transfers.c.back_at.is_(None)
    passed = {"back_at": at, "back_by": who, "back_note": f"→ {transfer.to_unit}"}
    connection.execute(update(case_transfers).where(open_).values(passed))
    connection.execute(case_transfers.insert().values(msgspec.structs.asdict(transfer)))
    _step(connection, transfer.case_id, Did.TRANSFERRED, transfer.to_unit, who, at)
    return True


def bring_back(connection: Connection, case_id: str, who: str, note: str, at: datetime) -> bool:
    """Back at the office that owns it. False where nobody else has it. The case is locked."""
    open_ = (case_transfers.c.case_id == case_id) & case_transfers.c.back_at.is_(None)
    changed = update(case_transfers).where(open_).values(back_at=at, back_by=who, back_note=note)
    if not connection.execute(changed).rowcount:
        return False
    _step(connection, case_id, Did.BROUGHT_BACK, note, who, at)
    return True


def transfers(connection: Connection, case_ids: Collection[str]) -> list[Transfer]:
    """Those of these cases, the oldest first."""
    found = select(case_transfers).where(case_transfers.c.case_id.in_(case_ids)).order_by(case_transfers.c.at)
    return [read(row, Transfer) for row in connection.execute(found).mappings()]


def lately_passed_on(connection: Connection) -> list[tuple[Transfer, str, str]]:
    """The newest transfers of all cases, with case number and item."""
    found = select(case_transfers, cases.c.case_number, cases.c.item_title)
    found = found.join(cases, cases.c.case_id == case_transfers.c.case_id)
    rows = connection.execute(found.order_by(case_transfers.c.at.desc()).limit(200)).mappings()
    return [(read(row, Transfer), row["case_number"], row["item_title"]) for row in rows]


def units(connection: Connection) -> list[str]:
    """Those cases were passed on to before."""
    found = select(case_transfers.c.to_unit).distinct().order_by(case_transfers.c.to_unit).limit(50)
    return list(connection.execute(found).scalars())


def note_contact(
    connection: Connection, contact_id: str, case_id: str, what: Contact, note: str, who: str, at: datetime
) -> bool:
    """Its citizen came for something no terminal noted. False where its id is kept already."""
    row: dict[str, Any] = {"contact_id": contact_id, "case_id": case_id, "what": what.value}
    return add_if_new(connection, case_contacts, row | {"note": note, "by_whom": who, "at": at})


def note(connection: Connection, found: Iterable[Event]) -> None:
    """Put these before supervision; one that is there already stays as it is."""
    for event in found:
        add_if_new(connection, supervision_events, msgspec.structs.asdict(event))


def events(connection: Connection, limit: int = 200) -> list[tuple[Event, str, str]]:
    """What supervision looks at, what nobody has seen first; with case number and item."""
    found = select(supervision_events, cases.c.case_number, cases.c.item_title)
    found = found.join(cases, cases.c.case_id == supervision_events.c.case_id)
    found = found.order_by(supervision_events.c.seen_at.is_not(None), supervision_events.c.at.desc()).limit(limit)
    return [(read(row, Event), row["case_number"], row["item_title"]) for row in connection.execute(found).mappings()]


def see(connection: Connection, event_id: str, who: str, note: str, at: datetime) -> bool:
    """Somebody looked into it and says what came of it. False where somebody has."""
    place = (supervision_events.c.event_id == event_id) & supervision_events.c.seen_at.is_(None)
    changed = update(supervision_events).where(place).values(seen_by=who, seen_at=at, seen_note=note)
    return bool(connection.execute(changed).rowcount)


def last_change(connection: Connection) -> tuple[datetime | None, ...]:
    """When something of this was last written that no step says."""
    newest = (case_contacts.c.at, supervision_events.c.at, supervision_events.c.seen_at)
    return tuple(connection.execute(select(func.max(one))).scalar_one() for one in newest)
