"""Where an order stands: it only moves forward, money taken is for something given or goes back. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from central.payments.protocol import At, Told
from contract.catalogue import Item, Text, say
from contract.offering import Fee
from contract.questions import PayState

PAY_WITHIN = timedelta(minutes=15)
GIVEN_UP_AFTER = timedelta(minutes=5)
"""The citizen had given up when it turned out to be paid: the terminal hears so and may still go on for so long."""
NOT_GIVEN = "not_given"


class State(StrEnum):
    """Where an order stands here. `opening`: nobody knows whether the gateway has heard of it."""

    OPENING = "opening"
    WAITING = "waiting"
    CLOSED = "closed"
    PAID = "paid"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


_FORWARD = (State.OPENING, State.WAITING, State.CLOSED, State.PAID, State.REFUNDING, State.REFUNDED)
"""Paid comes after closed: money the gateway took although we thought it would not is money to be given back."""

_HEARD = {
    At.WAITING: State.WAITING,
    At.PAID: State.PAID,
    At.CLOSED: State.CLOSED,
    At.REFUNDING: State.REFUNDING,
    At.REFUNDED: State.REFUNDED,
}
SHOWN = {
    State.OPENING: PayState.UNKNOWN,
    State.WAITING: PayState.WAITING,
    State.CLOSED: PayState.CLOSED,
    State.PAID: PayState.PAID,
    State.REFUNDING: PayState.REFUNDING,
    State.REFUNDED: PayState.REFUNDED,
}


class Order(msgspec.Struct, frozen=True):
    """An order as the centre holds it. `lines` is JSON of (words by language, fen); `asked` what was asked first."""

    order_id: str
    terminal: str
    item: str
    title: str
    case_id: str
    bill: str
    asked: str
    person: str
    amount_fen: int
    lines: str
    state: State
    gives_up: int
    """The citizen does not pay after all: close it as soon as the gateway can be reached."""
    pay_url: str
    pay_until: datetime
    opened_at: datetime
    changed_at: datetime
    paid_at: datetime | None = None
    receipt_number: str | None = None
    claimed_by: str | None = None
    """The act or case it pays for; nobody else's from then on."""
    claimed_at: datetime | None = None
    given_at: datetime | None = None
    refund_why: str = ""
    refunded_at: datetime | None = None

    @property
    def final(self) -> bool:
        """Whether the gateway has nothing more to say."""
        return self.state in {State.CLOSED, State.REFUNDED} or (self.state is State.PAID and self.given_at is not None)

    @property
    def may_go_back(self) -> bool:
        """Whether its money may be given back: it was taken, and nobody has a claim on it."""
        return self.state is State.PAID and self.claimed_by is None and self.given_at is None


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One line of what is paid."""

    text: Text
    fen: int


class NotOnTheList(ValueError):
    """A fee the item does not have, or more of it than may be due: nothing is charged."""


def lines_of(item: Item, wanted: Sequence[tuple[str, int]]) -> list[Line]:
    """The lines of an order from the item's own list. Raises NotOnTheList."""
    known = {fee.key: fee for fee in item.fees}
    found = []
    for key, times in wanted:
        fee = known.pop(key, None)
        if fee is None or not 1 <= times <= fee.at_most:
            raise NotOnTheList(key)
        found.append(Line(_named(fee, times), fee.standard_fen * times))
    return found


def _named(fee: Fee, times: int) -> Text:
    return {language: f"{name} × {times} {say(fee.per, language)}" for language, name in fee.name.items()}


def total(lines: Sequence[Line]) -> int:
    """In fen."""
    return sum(line.fen for line in lines)


def heard(order: Order, told: Told, now: datetime) -> Order:
    """The order after the gateway's word. It never moves back; a word about another amount changes nothing."""
    state = _HEARD.get(told.at)
    if told.order_id != order.order_id or state is None:
        return order
    if state is not State.CLOSED and told.amount_fen != order.amount_fen:
        return order
    moved = _FORWARD.index(state) > _FORWARD.index(order.state)
    if not moved:
        return msgspec.structs.replace(order, pay_url=order.pay_url or told.pay_url)
    taken = _FORWARD.index(state) >= _FORWARD.index(State.PAID)
    paid_at = order.paid_at or (_moment(told.paid_at, now) if taken else None)
    refunded_at = now if state is State.REFUNDED else None
    return msgspec.structs.replace(
        order,
        state=state,
        pay_url=order.pay_url or told.pay_url,
        paid_at=paid_at,
        refunded_at=refunded_at,
        changed_at=now,
    )


def _moment(text: str, now: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return now
    return found if found.tzinfo is not None else now


def is_unwanted(order: Order, now: datetime, refund_after: timedelta) -> str:
    """Why its money goes back now, if it does: nothing was or will be given for it."""
    if not order.may_go_back or order.paid_at is None:
        return ""
    if order.refund_why:
        return order.refund_why
    wait = min(refund_after, GIVEN_UP_AFTER) if order.gives_up else refund_after
    return NOT_GIVEN if now - order.paid_at >= wait else ""


def receipt_number(serial: int, at: datetime) -> str:
    """票据号码: year of the payment and ten digits (财政电子票据)."""
    return f"{at:%Y}{serial:010}"


class Difference(msgspec.Struct, frozen=True):
    """Where the gateway's statement and our orders do not say the same."""

    order_id: str
    ours: str
    theirs: str
    amount_fen: int


def differences(ours: Sequence[Order], theirs: Sequence[Told]) -> list[Difference]:
    """Every order of a day's statement, and every one of ours that was paid that day, that the other side has not or
    has otherwise.
    """
    mine, said = {one.order_id: one for one in ours}, {one.order_id: one for one in theirs}
    found = []
    for order_id in sorted(mine.keys() | said.keys()):
        order, told = mine.get(order_id), said.get(order_id)
        here = order.state.value if order is not None else "unknown"
        there = told.at.value if told is not None else "unknown"
        amount = told.amount_fen if told is not None else order.amount_fen if order is not None else 0
        if here != there or (order is not None and told is not None and order.amount_fen != told.amount_fen):
            found.append(Difference(order_id, here, there, amount))
    return found
