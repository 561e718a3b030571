"""What a visit asks about money: open an order, how does it stand, close it, give it back."""

import asyncio

import msgspec

from central.centre import Centre
from central.feed.catalogue import store as catalogue
from central.payments import rules
from central.payments.rules import Line, NotOnTheList, Order, State
from central.questions.answering import Handler, in_thread
from contract.catalogue import DEFAULT_LANGUAGE, Item
from contract.questions import (
    Answer,
    DepartmentAsked,
    DepartmentFound,
    PayAsked,
    PayBegun,
    PayClosed,
    PayStands,
    RefundWanted,
    Refused,
    Unavailable,
)

NO_GATEWAY = Unavailable("down", text={"zh-Hans": "这里没有接通缴费", "en": "Payments are not connected here"})


async def _begun(centre: Centre, terminal: str, asked: PayBegun) -> Answer:
    if centre.payments is None:
        return NO_GATEWAY
    known = await asyncio.to_thread(centre.payments.find, asked.order_id)
    if known is not None:
        if known.asked not in {_print_of(asked), ""}:
            return Refused("order_taken")
        return _stands(centre, await asyncio.to_thread(centre.payments.look, known))
    item = await asyncio.to_thread(_item, centre, asked.item)
    if item is None:
        return Refused("item_unknown")
    lines = await _lines(centre, terminal, item, asked)
    if not isinstance(lines, list):
        return lines
    amount = rules.total(lines)
    if amount <= 0 or (asked.amount_fen and asked.amount_fen != amount):
        return Refused("amount_differs" if amount > 0 else "nothing_due")
    order = _new(centre, terminal, asked, item, lines)
    return _stands(centre, await asyncio.to_thread(centre.payments.begin, order))


async def _lines(centre: Centre, terminal: str, item: Item, asked: PayBegun) -> list[Line] | Answer:
    """What is due, from the item's own list or from the department whose bill it is, never from the terminal."""
    if asked.fees:
        try:
            return rules.lines_of(item, asked.fees)
        except NotOnTheList:
            return Refused("fee_not_listed")
    if not asked.bill or item.query is None:
        return Refused("fee_not_listed")
    if not item.query.query or asked.person is None:
        return rules.lines_of(item, [(fee.key, 1) for fee in item.fees])
    question = DepartmentAsked(item.slug, item.query.connector, item.query.query, asked.person)
    found = await _department(centre, terminal, question)
    if not isinstance(found, DepartmentFound):
        return found
    amount = found.amounts.get(asked.bill, found.amount_fen)
    if amount is None:
        return rules.lines_of(item, [(fee.key, 1) for fee in item.fees])
    return [Line(dict(item.title), amount)]


async def _department(centre: Centre, terminal: str, question: DepartmentAsked) -> Answer:
    from central.questions.registry import ANSWERS as EVERY  # noqa: PLC0415 - the registry knows us

    handler = EVERY.get(DepartmentAsked)
    return Unavailable("down") if handler is None else await handler(centre, terminal, question)


def _item(centre: Centre, slug: str) -> Item | None:
    with centre.database.reading() as connection:
        return catalogue.find(connection, slug, centre.clock())


def _new(centre: Centre, terminal: str, asked: PayBegun, item: Item, lines: list[Line]) -> Order:
    now = centre.clock()
    return Order(
        order_id=asked.order_id,
        terminal=terminal,
        item=asked.item,
        title=item.title[DEFAULT_LANGUAGE],
        case_id=asked.case_id,
        bill=asked.bill,
        asked=_print_of(asked),
        person=centre.blind.person(asked.person.id_number) if asked.person else "",
        amount_fen=rules.total(lines),
        lines=msgspec.json.encode(lines).decode(),
        state=State.OPENING,
        gives_up=0,
        pay_url="",
        pay_until=now + rules.PAY_WITHIN,
        opened_at=now,
        changed_at=now,
    )


def _print_of(asked: PayBegun) -> str:
    """What was asked under an id, but for whom: the same id with other words is another order and is refused."""
    return msgspec.json.encode([asked.item, asked.case_id, asked.fees, asked.bill]).decode()


def _asked(centre: Centre, _: str, asked: PayAsked) -> Answer:
    if centre.payments is None:
        return NO_GATEWAY
    known = centre.payments.find(asked.order_id)
    return Refused("order_unknown") if known is None else _stands(centre, centre.payments.look(known))


def _closed(centre: Centre, terminal: str, asked: PayClosed) -> Answer:
    """Also of an order that was never heard of: should it still come, it is closed."""
    if centre.payments is None:
        return NO_GATEWAY
    now = centre.clock()
    never = Order(
        order_id=asked.order_id,
        terminal=terminal,
        item="",
        title="",
        case_id="",
        bill="",
        asked="",
        person="",
        amount_fen=0,
        lines="[]",
        state=State.CLOSED,
        gives_up=1,
        pay_url="",
        pay_until=now,
        opened_at=now,
        changed_at=now,
    )
    return _stands(centre, centre.payments.close(never))


def _refund(centre: Centre, _: str, asked: RefundWanted) -> Answer:
    if centre.payments is None:
        return NO_GATEWAY
    after = centre.payments.send_back(asked.order_id, asked.why[:80] or rules.NOT_GIVEN, "visit")
    if after is None:
        return Refused("order_unknown")
    return Refused("already_given") if after.claimed_by else _stands(centre, after)


def _stands(centre: Centre, order: Order) -> PayStands:
    zone, open_now = centre.settings.zone, order.state is State.WAITING and not order.gives_up
    centre.live.changed()
    return PayStands(
        order_id=order.order_id,
        state=rules.SHOWN[order.state],
        amount_fen=order.amount_fen,
        lines=tuple((line.text, line.fen) for line in msgspec.json.decode(order.lines, type=list[Line])),
        pay_code=order.pay_url if open_now else "",
        pay_until=order.pay_until.astimezone(zone).isoformat(timespec="seconds"),
        paid_at=order.paid_at.astimezone(zone).isoformat(timespec="seconds") if order.paid_at else "",
        receipt_number=order.receipt_number or "",
        heard=order.final or not (centre.payments and centre.payments.silent),
    )


ANSWERS: dict[type, Handler] = {
    PayBegun: _begun,
    PayAsked: in_thread(_asked),
    PayClosed: in_thread(_closed),
    RefundWanted: in_thread(_refund),
}
