"""How cases stand, and everything that was done with a person's data: for whoever shows the card or the paper."""

import asyncio

from central.appointments import store as bookings
from central.centre import Centre
from central.database import Transaction
from central.deliveries import tracking
from central.departments import store as departments
from central.departments.every import CONNECTORS
from central.feed.catalogue import store as catalogue
from central.handling import shown
from central.openings import store as openings
from central.orders import index as order_index
from central.orders import rules as order_rules
from central.orders import store as service_orders
from central.payments import store as orders
from central.persons import plain_code
from central.pickups import store as pickups
from central.progress import index, later, rules, store
from central.progress.rules import Deed, Known, Ratings, deed
from central.questions.answering import Handler, in_thread
from central.trace import keeping
from central.trace import store as trace
from central.trace.words import told
from contract.catalogue import DEFAULT_LANGUAGE, say
from contract.questions import Answer, CasesAsked, CasesFound, Refused, TraceAsked, TraceFound


async def _cases(centre: Centre, _: str, asked: CasesAsked) -> Answer:
    found = await asyncio.to_thread(_known, centre, asked)
    if not isinstance(found, list):
        return found
    await tracking.refresh(centre, [case.case_id for case in found])
    return await asyncio.to_thread(_stand, centre, found)


def _known(centre: Centre, asked: CasesAsked) -> list[Known] | Refused:
    if asked.person is None and not asked.case_number:
        return Refused("nobody_named")
    index.catch_up(centre)
    with centre.database.reading() as connection:
        if asked.person is not None:
            return store.of_person(connection, centre.blind.person(asked.person.id_number))
        number = "".join(asked.case_number.split()).upper()
        one = store.by_code(connection, number, plain_code(asked.verification_code))
        return [one] if one is not None else Refused("number_or_code")


def _stand(centre: Centre, found: list[Known]) -> CasesFound:
    with centre.database.reading() as connection:
        return told_now(connection, centre, later.without_brought(connection, found))


def told_now(connection: Transaction, centre: Centre, known: list[Known]) -> CasesFound:
    """These cases as their citizens read them."""
    ids = [case.case_id for case in known]
    steps, ratings = store.steps(connection, ids), store.rated(connection, ids)
    now = centre.clock()
    items = {slug: catalogue.find(connection, slug, now) for slug in {case.item for case in known}}
    by_staff = shown.handled(centre, connection, known, items)
    told = [
        rules.stands(
            case,
            steps[case.case_id],
            items[case.item],
            ratings.get(case.case_id, Ratings()),
            centre.today(),
            centre.settings.zone,
            by_staff[case.case_id],
        )
        for case in known
    ]
    return CasesFound(later.completed(connection, centre, known, items, told))


def _trace(centre: Centre, _: str, asked: TraceAsked) -> Answer:
    index.catch_up(centre)
    order_index.catch_up(centre)
    person = centre.blind.person(asked.person.id_number)
    with centre.database.reading() as connection:
        known = store.of_person(connection, person)
    keeping.catch_up(centre, case_ids=[case.case_id for case in known])
    with centre.database.reading() as connection:
        deeds = [
            *_of_cases(connection, known),
            *_of_departments(connection, person),
            *_of_services(connection, person),
            *_of_orders(connection, person),
        ]
    return TraceFound(rules.traced(deeds, centre.settings.zone))


def _of_cases(connection: Transaction, known: list[Known]) -> list[Deed]:
    """What the trace of each case tells; who looked is named with the reason they gave."""
    titles = {case.case_id: case.item_title for case in known}
    return [
        Deed(entry.at, told(entry, titles[case_id], rules.WORDS), {DEFAULT_LANGUAGE: entry.note} if entry.note else {})
        for case_id, entries in trace.entries(connection, list(titles)).items()
        for entry in entries
    ]


def _of_departments(connection: Transaction, person: str) -> list[Deed]:
    asked = [
        deed(one.at, f"向{_name(one.connector)}查询了您的信息", f"{_name(one.connector, 'en')} was asked about you")
        for one in departments.calls_of(connection, person)
    ]
    issued = [
        deed(one.issued_at, f"出具了证明 {one.serial}", f"Document {one.serial} was issued", one.masked_name)
        for one in departments.documents_of(connection, person)
    ]
    return asked + issued


def _name(connector: str, language: str = DEFAULT_LANGUAGE) -> str:
    known = CONNECTORS.get(connector)
    return say(known.source, language) if known is not None else connector


def _of_services(connection: Transaction, person: str) -> list[Deed]:
    booked = [
        deed(one.made_at, "您预约了办事时间", "You booked a time", f"{one.day} {one.starts}".strip())
        for one in bookings.of_person(connection, person, "")
    ]
    paid = [
        deed(
            one.paid_at,
            f"您支付了 {one.amount_fen / 100:.2f} 元",
            f"You paid {one.amount_fen / 100:.2f} yuan",
            one.title,
        )
        for one in orders.of_person(connection, person)
        if one.paid_at is not None
    ]
    fetched = [
        deed(one.at, "取件柜门动作", "A locker door was moved for you", one.what)
        for one in pickups.moves_of(connection, person)
    ]
    return booked + paid + fetched


def _of_orders(connection: Transaction, person: str) -> list[Deed]:
    """What was asked for, done, and looked at; whoever looked is named."""
    orders = {one.order_id: one for one in service_orders.of_person(connection, person)}
    found = []
    for order_id, steps in service_orders.steps(connection, list(orders)).items():
        order = orders[order_id]
        wish = order_rules.WISHES[order.wish]
        for step in steps:
            words = order_rules.WORDS.get(step.what)
            if words is not None:
                chinese, english = (f"{say(wish, tag)}：{say(words, tag)}" for tag in (DEFAULT_LANGUAGE, "en"))
                found.append(deed(step.at, chinese, english, f"{order.item_title} {order.number}"))
    found += [
        deed(
            one.at,
            f"工作人员 {one.who} 查看了您的地址和电话",
            f"{one.who} of the staff looked at your address and telephone",
            one.reason,
        )
        for one in openings.of(connection, openings.ORDER, list(orders))
    ]
    return found


ANSWERS: dict[type, Handler] = {CasesAsked: _cases, TraceAsked: in_thread(_trace)}
