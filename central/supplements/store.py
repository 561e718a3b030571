"""Papers that came later, in the database: each once, whichever way it came and however often it is said."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from central.bulk import add_new
from central.cases.store import Source
from central.cases.tables import cases, tickets
from central.database import add_if_new, read
from central.progress import store as progress
from central.progress.rules import Did, Step
from central.progress.tables import case_steps
from central.scans import store as scans
from central.supplements.rules import How, State, Supplement, completes
from central.supplements.tables import pictures, supplements
from contract.supplements import SupplementGiven

_KNOWN = [supplements.c[name] for name in Supplement.__struct_fields__]


def file(connection: Connection, given: Sequence[tuple[Source, SupplementGiven]]) -> dict[str, str]:
    """Keep each once. Envelope id -> why it cannot be kept: another record has its id."""
    rows = [
        {name: getattr(body, name) for name in ("supplement_id", "case_number", "code", "item", "sealed_as", "trust")}
        | msgspec.structs.asdict(source)
        | {"how": How.CODE if body.code else How.CARD, "materials": _json(body.materials), "scans": len(body.scans)}
        | {"masked_name": body.masked_name, "reason": "", "by_whom": "", "at": body.at}
        | {"state": State.RECEIVED, "settled_by": ""}
        for source, body in given
    ]
    new = add_new(connection, supplements, rows, "envelope_id")
    reasons = {}
    for source, body in given:
        if source.envelope_id in new:
            scans.expect(connection, source.terminal, body.supplement_id, body.scans, source.received_at)
            continue
        known = find(connection, body.supplement_id)
        if known is None or known.envelope_id != source.envelope_id:
            reasons[source.envelope_id] = f"supplement {body.supplement_id} is held from another envelope"
    return reasons


def add(connection: Connection, one: Supplement, sealed: Sequence[tuple[str, bytes]] = ()) -> bool:
    """Keep what a window or a phone brought, with its sealed pictures. False where it is kept already."""
    if not add_if_new(connection, supplements, msgspec.structs.asdict(one)):
        return False
    for position, (material, content) in enumerate(sealed):
        row = {"supplement_id": one.supplement_id, "position": position, "material": material, "sealed": content}
        connection.execute(pictures.insert().values(row))
    return True


def find(connection: Connection, supplement_id: str) -> Supplement | None:
    """One by its id."""
    found = select(*_KNOWN).where(supplements.c.supplement_id == supplement_id)
    row = connection.execute(found).mappings().first()
    return None if row is None else read(row, Supplement)


def of_cases(connection: Connection, numbers: Collection[str]) -> dict[str, list[Supplement]]:
    """What came for these cases, by their numbers, the oldest first."""
    found = select(*_KNOWN).where(supplements.c.case_number.in_(numbers)).order_by(supplements.c.received_at)
    by_number: dict[str, list[Supplement]] = {number: [] for number in numbers}
    for row in connection.execute(found).mappings():
        by_number[row["case_number"]].append(read(row, Supplement))
    return by_number


def codes_of(connection: Connection, case_ids: Collection[str]) -> dict[str, set[str]]:
    """The verification codes of the receipts of these cases."""
    found = select(tickets.c.case_id, tickets.c.code).where(
        tickets.c.case_id.in_(case_ids), tickets.c.code.is_not(None)
    )
    by_case: dict[str, set[str]] = {case_id: set() for case_id in case_ids}
    for case_id, code in connection.execute(found):
        by_case[case_id].add(code)
    return by_case


def refuse(connection: Connection, supplement_id: str, who: str, reason: str, now: datetime) -> bool:
    """It is not what it should be: it does not count any more. False where that was said before."""
    place = (supplements.c.supplement_id == supplement_id) & (supplements.c.state != State.REFUSED)
    values = {"state": State.REFUSED, "settled_by": who, "settled_at": now, "reason": reason}
    return bool(connection.execute(update(supplements).where(place).values(**values)).rowcount)


def accept(connection: Connection, supplement_id: str, who: str, now: datetime) -> bool:
    """Somebody looked, and it is right. False where it was settled before."""
    place = (supplements.c.supplement_id == supplement_id) & (supplements.c.state == State.RECEIVED)
    values = {"state": State.CHECKED, "how": How.WINDOW, "settled_by": who, "settled_at": now}
    return bool(connection.execute(update(supplements).where(place).values(**values)).rowcount)


def pictures_of(connection: Connection, supplement_id: str) -> list[tuple[str, bytes]]:
    """A phone's pictures: material and sealed bytes, in their order."""
    found = select(pictures.c.material, pictures.c.sealed).where(pictures.c.supplement_id == supplement_id)
    return [(row[0], bytes(row[1])) for row in connection.execute(found.order_by(pictures.c.position))]


def case_of(connection: Connection, one: Supplement) -> str | None:
    """The id of its case, where that has arrived."""
    found: str | None = connection.execute(
        select(cases.c.case_id).where(cases.c.case_number == one.case_number)
    ).scalar_one_or_none()
    return found


def missing_of(connection: Connection, case_id: str) -> list[str]:
    """The codes of what a case lacked when it was filed."""
    missing = connection.execute(select(cases.c.missing).where(cases.c.case_id == case_id)).scalar_one_or_none()
    return msgspec.json.decode(missing or "[]", type=list[str])


def settle(connection: Connection, now: datetime, at_most: int = 200) -> int:
    """Mark the cases complete whose missing papers are all here; how many. Said again it changes nothing."""
    told = select(case_steps.c.id).where(case_steps.c.case_id == cases.c.case_id, case_steps.c.step == Did.COMPLETED)
    found = select(cases.c.case_id, cases.c.case_number, cases.c.missing).join(
        supplements, supplements.c.case_number == cases.c.case_number
    )
    open_ones = found.where(cases.c.missing != "[]", ~told.exists()).distinct().order_by(cases.c.case_id).limit(at_most)
    done = 0
    for case_id, number, missing in connection.execute(open_ones).all():
        connection.execute(select(cases.c.case_id).where(cases.c.case_id == case_id).with_for_update())
        if connection.execute(told.where(cases.c.case_id == case_id)).first() is not None:
            continue  # another centre has just done so
        given = of_cases(connection, [number])[number]
        codes = codes_of(connection, [case_id])[case_id]
        held = not any(scans.lacking(connection, one.supplement_id) for one in given if one.envelope_id)
        if completes(msgspec.json.decode(missing, type=list[str]), given, codes, held=held):
            progress.add_step(connection, case_id, Step(Did.COMPLETED, "", progress.BY_ITSELF, now))
            done += 1
    return done


def last_change(connection: Connection) -> datetime | None:
    """When something last came or was settled."""
    newest = select(func.max(func.coalesce(supplements.c.settled_at, supplements.c.received_at)))
    found: datetime | None = connection.execute(newest).scalar_one()
    return found


def _json(value: Sequence[str]) -> str:
    return msgspec.json.encode(value).decode()
