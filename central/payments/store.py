"""Orders in the database. Each change looks at the row it locked, so that two never move it past each other."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from central.database import add_if_new, read
from central.payments import rules
from central.payments.protocol import Told
from central.payments.rules import Order, State
from central.payments.tables import order_steps, orders, receipt_head

RECEIPTS_SKIP = 100_000
"""Receipts that may have been given since a backup."""


class Step(msgspec.Struct, frozen=True):
    """One thing that happened to an order."""

    order_id: str
    what: str
    by_whom: str
    at: datetime


def add(connection: Connection, order: Order, by: str) -> bool:
    """Enter an order. False where the id is taken."""
    if not add_if_new(connection, orders, msgspec.structs.asdict(order)):
        return False
    _note(connection, order.order_id, order.state, by, order.opened_at)
    return True


def find(connection: Connection, order_id: str) -> Order | None:
    """An order by its id."""
    row = connection.execute(select(orders).where(orders.c.order_id == order_id)).mappings().first()
    return None if row is None else read(row, Order)


def _locked(connection: Connection, order_id: str) -> Order | None:
    found = select(orders).where(orders.c.order_id == order_id).with_for_update()
    row = connection.execute(found).mappings().first()
    return None if row is None else read(row, Order)


def hear(connection: Connection, told: Told, now: datetime) -> Order | None:
    """Take the gateway's word about an order; the first time it says paid, the receipt gets its number."""
    before = _locked(connection, told.order_id)
    if before is None:
        return None
    after = rules.heard(before, told, now)
    if after.paid_at is not None and after.receipt_number is None:
        after = msgspec.structs.replace(after, receipt_number=rules.receipt_number(_serial(connection), after.paid_at))
    _keep(connection, before, after, "gateway", now)
    return after


def give_up(connection: Connection, order_id: str, now: datetime) -> Order | None:
    """The citizen does not pay after all."""
    before = _locked(connection, order_id)
    if before is None:
        return None
    after = msgspec.structs.replace(before, gives_up=1)
    _keep(connection, before, after, "citizen", now)
    return after


def send_back(connection: Connection, order_id: str, why: str, by: str, now: datetime) -> Order | None:
    """Its money shall go back: at once where it was taken, as soon as it is where it may still be. An order somebody
    has a claim on stays as it is.
    """
    before = _locked(connection, order_id)
    if before is None or before.claimed_by is not None or before.given_at is not None:
        return before
    after = before
    if before.state is State.PAID:
        after = msgspec.structs.replace(before, state=State.REFUNDING, refund_why=why, changed_at=now)
    elif before.state in {State.OPENING, State.WAITING}:
        after = msgspec.structs.replace(before, gives_up=1, refund_why=why)
    _keep(connection, before, after, by, now)
    return after


def claim(connection: Connection, order_id: str, act_id: str, now: datetime) -> bool:
    """Something is done for this money: from now on it cannot go back, nor pay for anything else. Claimed again by the
    same act it stays claimed. False where it is not paid, or another's, or on its way back.
    """
    before = _locked(connection, order_id)
    if before is None or before.state is not State.PAID or before.refund_why:
        return False
    if before.claimed_by is None:
        _keep(connection, before, msgspec.structs.replace(before, claimed_by=act_id, claimed_at=now), act_id, now)
    return before.claimed_by in {None, act_id}


def given(connection: Connection, order_id: str, act_id: str, now: datetime) -> None:
    """What it was claimed for is done."""
    before = _locked(connection, order_id)
    if before is not None and before.claimed_by == act_id and before.given_at is None:
        _keep(connection, before, msgspec.structs.replace(before, given_at=now), act_id, now)


def release(connection: Connection, order_id: str, act_id: str, now: datetime) -> None:
    """What it was claimed for is certainly not done and never will be: the money goes back soon, unless the visit has
    something else done for it.
    """
    before = _locked(connection, order_id)
    if before is not None and before.claimed_by == act_id and before.given_at is None:
        after = msgspec.structs.replace(before, claimed_by=None, claimed_at=None, gives_up=1)
        _keep(connection, before, after, f"not {act_id}", now)


def _keep(connection: Connection, before: Order, after: Order, by: str, now: datetime) -> None:
    if after == before:
        return
    changed = {
        name: value for name, value in msgspec.structs.asdict(after).items() if value != getattr(before, name)
    } | {"changed_at": now}
    connection.execute(update(orders).where(orders.c.order_id == before.order_id).values(**changed))
    for name in ("state", "claimed_by", "given_at", "gives_up", "refund_why"):
        if name in changed:
            _note(connection, before.order_id, str(changed[name]) if name == "state" else name, by, now)


def _note(connection: Connection, order_id: str, what: str, by: str, at: datetime) -> None:
    connection.execute(order_steps.insert().values(order_id=order_id, what=what, by_whom=by, at=at))


def _serial(connection: Connection) -> int:
    moved = update(receipt_head).where(receipt_head.c.id == 1).values(last=receipt_head.c.last + 1)
    return int(connection.execute(moved.returning(receipt_head.c.last)).scalar_one())


def after_restore(connection: Connection) -> None:
    """A database set back to a backup gives none of the receipt numbers again that may be out since."""
    connection.execute(update(receipt_head).values(last=receipt_head.c.last + RECEIPTS_SKIP))


def unsettled(connection: Connection) -> list[Order]:
    """Orders the gateway may have more to say about, and paid ones nothing was given for yet; the oldest first."""
    open_states = [State.OPENING, State.WAITING, State.REFUNDING]
    owed = (orders.c.state == State.PAID) & orders.c.given_at.is_(None)
    found = select(orders).where(orders.c.state.in_(open_states) | owed).order_by(orders.c.changed_at).limit(500)
    return [read(row, Order) for row in connection.execute(found).mappings()]


def of_case(connection: Connection, case_ids: Collection[str]) -> list[Order]:
    """The orders that pay for these cases."""
    found = select(orders).where(orders.c.case_id.in_(case_ids), orders.c.bill == "").order_by(orders.c.opened_at)
    return [read(row, Order) for row in connection.execute(found).mappings()]


def of_person(connection: Connection, person: str) -> list[Order]:
    """A person's orders, the newest first."""
    found = select(orders).where(orders.c.person == person).order_by(orders.c.opened_at.desc()).limit(100)
    return [read(row, Order) for row in connection.execute(found).mappings()]


def between(connection: Connection, first: datetime, last: datetime) -> list[Order]:
    """The orders opened between two moments, the newest first."""
    found = select(orders).where(orders.c.opened_at >= first, orders.c.opened_at < last)
    return [read(row, Order) for row in connection.execute(found.order_by(orders.c.opened_at.desc())).mappings()]


def paid_between(connection: Connection, first: datetime, last: datetime) -> list[Order]:
    """The orders paid between two moments."""
    found = select(orders).where(orders.c.paid_at >= first, orders.c.paid_at < last)
    return [read(row, Order) for row in connection.execute(found).mappings()]


def steps(connection: Connection, order_ids: Collection[str]) -> list[Step]:
    """What happened to these orders, the oldest first."""
    found = select(order_steps).where(order_steps.c.order_id.in_(order_ids)).order_by(order_steps.c.id)
    return [read(row, Step) for row in connection.execute(found).mappings()]


def last_change(connection: Connection) -> datetime | None:
    """When an order last changed."""
    newest: datetime | None = connection.execute(select(func.max(orders.c.changed_at))).scalar_one()
    return newest
