"""Notices, ways, transfers, contacts and events of supervision in the database."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select, update

from central.cases.tables import cases
from central.database import add_if_new, read
from central.handling import rules
from central.handling.rules import Contact, Correction, Event, Malformed, Proposal, Refusal, Transfer
from central.handling.tables import (
    case_contacts,
    case_corrections,
    case_refusals,
    case_routes,
    case_transfers,
    refusal_proposals,
    supervision_events,
)
from central.progress import store as progress
from central.progress.rules import Did, Step
from central.trace import store as trace
from central.trace.rules import Actor, Fact
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
    """Keep the notice and its step, once a case. False where it has one. The case is locked.

    Raises Malformed without a leader's confirmation: nobody refuses alone.
    """
    if refusal.confirmed_by in ("", refusal.by_whom):
        raise Malformed("handling.own_proposal")
    row = msgspec.structs.asdict(refusal) | {"refused": refusal.refused.value}
    if not add_if_new(connection, case_refusals, row):
        return False
    note = f"{refusal.reason}。接下来：{refusal.next_steps}"
    _step(connection, refusal.case_id, Did.REFUSED, note, refusal.by_whom, refusal.at)
    return True


def propose(connection: Connection, proposal: Proposal) -> bool:
    """不能决定，上报. False where one waits already, or its id is kept. The case is locked."""
    row = msgspec.structs.asdict(proposal) | {"refused": proposal.refused.value, "code": proposal.code.value}
    if not add_if_new(connection, refusal_proposals, row):
        return False
    _tell(connection, proposal.case_id, f"proposal:{proposal.proposal_id}", proposal.at, "refusal.proposed",
          proposal.by_whom, proposal.reason)  # fmt: skip
    return True


def decide(connection: Connection, proposal: Proposal, who: str, note: str, at: datetime, *, confirmed: bool) -> bool:
    """A leader confirms, and the notice leaves at once; or sends it back, and the case goes on. False where somebody
    has decided. The case is locked. Raises Malformed for whoever proposed it.
    """
    rules.check_confirmer(proposal, who)
    place = (refusal_proposals.c.proposal_id == proposal.proposal_id) & refusal_proposals.c.decided_at.is_(None)
    decided = "confirmed" if confirmed else "returned"
    said = {"decided": decided, "decided_by": who, "decided_at": at, "decided_note": note}
    if not connection.execute(update(refusal_proposals).where(place).values(said)).rowcount:
        return False
    source = f"proposal:{proposal.proposal_id}:{decided}"
    _tell(connection, proposal.case_id, source, at, f"refusal.{decided}", who, note)
    if confirmed:
        notice = Refusal(
            proposal.proposal_id, proposal.case_id, proposal.refused, proposal.reason, proposal.next_steps,
            proposal.by_whom, at, proposal.code.value, who,
        )  # fmt: skip
        refuse(connection, notice)
    return True


def proposals(connection: Connection, case_ids: Collection[str]) -> list[Proposal]:
    """Those of these cases, the newest first."""
    found = select(refusal_proposals).where(refusal_proposals.c.case_id.in_(case_ids))
    rows = connection.execute(found.order_by(refusal_proposals.c.at.desc())).mappings()
    return [read(row, Proposal) for row in rows]


def find_proposal(connection: Connection, proposal_id: str) -> Proposal | None:
    """One by its id."""
    found = select(refusal_proposals).where(refusal_proposals.c.proposal_id == proposal_id)
    row = connection.execute(found).mappings().first()
    return None if row is None else read(row, Proposal)


def waiting_proposals(connection: Connection) -> list[tuple[Proposal, str, str]]:
    """What waits for a leader, the earliest due first; with case number and item."""
    found = select(refusal_proposals, cases.c.case_number, cases.c.item_title)
    found = found.join(cases, cases.c.case_id == refusal_proposals.c.case_id)
    found = found.where(refusal_proposals.c.decided_at.is_(None)).order_by(refusal_proposals.c.due_at).limit(200)
    rows = connection.execute(found).mappings()
    return [(read(row, Proposal), row["case_number"], row["item_title"]) for row in rows]


def refusals(connection: Connection, case_ids: Collection[str]) -> dict[str, Refusal]:
    """The refusal of each of these cases that has one."""
    found = select(case_refusals).where(case_refusals.c.case_id.in_(case_ids))
    return {row["case_id"]: read(row, Refusal) for row in connection.execute(found).mappings()}


def _step(connection: Connection, case_id: str, did: Did, note: str, who: str, at: datetime) -> None:
    progress.add_step(connection, case_id, Step(did, note, who, at))


def _tell(connection: Connection, case_id: str, source: str, at: datetime, what: str, who: str, note: str) -> None:
    trace.append(connection, Fact(case_id, source, at, what, Actor.STAFF, who, note))


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
    """Offered to another unit; whoever has it keeps it until that unit takes it over. False where its id is kept
    already or one waits. The case is locked.
    """
    same = case_transfers.c.transfer_id == transfer.transfer_id
    offered = (case_transfers.c.case_id == transfer.case_id) & case_transfers.c.back_at.is_(None)
    waits = offered & case_transfers.c.accepted_at.is_(None)
    if connection.execute(select(case_transfers).where(same | waits)).first():
        return False
    connection.execute(case_transfers.insert().values(msgspec.structs.asdict(transfer)))
    note = f"{transfer.from_unit} → {transfer.to_unit}：{transfer.reason}"
    source = f"transfer:{transfer.transfer_id}"
    _tell(connection, transfer.case_id, source, transfer.at, "transfer.offered", transfer.by_whom, note)
    return True


def take_over(connection: Connection, transfer: Transfer, who: str, at: datetime) -> bool:
    """The other unit has it from now on; where somebody else had it, that unit has passed it on. False where it was
    answered before. The case is locked.
    """
    place = case_transfers.c.transfer_id == transfer.transfer_id
    waits = place & case_transfers.c.accepted_at.is_(None) & case_transfers.c.back_at.is_(None)
    if connection.execute(select(case_transfers.c.transfer_id).where(waits)).first() is None:
        return False
    before = (case_transfers.c.case_id == transfer.case_id) & case_transfers.c.back_at.is_(None) & ~place
    passed = {"back_at": at, "back_by": who, "back_note": f"→ {transfer.to_unit}"}
    connection.execute(update(case_transfers).where(before).values(passed))
    said = {"accepted_at": at, "accepted_by": who}
    connection.execute(update(case_transfers).where(waits).values(said))
    source = f"transfer:{transfer.transfer_id}:taken"
    _tell(connection, transfer.case_id, source, at, "transfer.accepted", who, transfer.to_unit)
    _step(connection, transfer.case_id, Did.TRANSFERRED, transfer.to_unit, who, at)
    return True


def decline(connection: Connection, transfer: Transfer, who: str, note: str, at: datetime) -> bool:
    """The other unit does not take it: it stays where it is. False where it was answered before."""
    waits = (case_transfers.c.transfer_id == transfer.transfer_id) & case_transfers.c.accepted_at.is_(None)
    said = {"back_at": at, "back_by": who, "back_note": note}
    changed = update(case_transfers).where(waits & case_transfers.c.back_at.is_(None)).values(said)
    if not connection.execute(changed).rowcount:
        return False
    source = f"transfer:{transfer.transfer_id}:declined"
    _tell(connection, transfer.case_id, source, at, "transfer.declined", who, f"{transfer.to_unit}：{note}")
    return True


def find_transfer(connection: Connection, transfer_id: str) -> Transfer | None:
    """One by its id."""
    row = connection.execute(select(case_transfers).where(case_transfers.c.transfer_id == transfer_id))
    found = row.mappings().first()
    return None if found is None else read(found, Transfer)


def offered(connection: Connection, unit: str = "") -> list[tuple[Transfer, str, str]]:
    """What waits to be taken over, by one unit or by any; with case number and item."""
    waits = case_transfers.c.accepted_at.is_(None) & case_transfers.c.back_at.is_(None)
    found = select(case_transfers, cases.c.case_number, cases.c.item_title)
    found = found.join(cases, cases.c.case_id == case_transfers.c.case_id).where(waits)
    if unit:
        found = found.where(case_transfers.c.to_unit == unit)
    rows = connection.execute(found.order_by(case_transfers.c.at).limit(200)).mappings()
    return [(read(row, Transfer), row["case_number"], row["item_title"]) for row in rows]


def bring_back(connection: Connection, case_id: str, who: str, note: str, at: datetime) -> bool:
    """Back at the office that owns it. False where nobody else has it. The case is locked."""
    open_ = (case_transfers.c.case_id == case_id) & case_transfers.c.back_at.is_(None)
    open_ &= case_transfers.c.accepted_at.is_not(None)
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
    newest = (
        case_contacts.c.at,
        supervision_events.c.at,
        supervision_events.c.seen_at,
        refusal_proposals.c.at,
        refusal_proposals.c.decided_at,
        case_transfers.c.at,
        case_transfers.c.accepted_at,
        case_transfers.c.back_at,
    )
    return tuple(connection.execute(select(func.max(one))).scalar_one() for one in newest)
