"""Service orders in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, and_, func, select, update

from central.agents.rules import Task
from central.bulk import add_new
from central.cases.store import Source
from central.database import insert, read
from central.feed.catalogue import store as catalogue
from central.orders import rules
from central.orders.rules import OPEN, Order, State, Step
from central.orders.tables import service_order_people, service_order_steps, service_orders
from contract.calendar import gathered, published
from contract.orders import OrderPlaced
from contract.worktime import Worktime

_OF_BODY = tuple(name for name in OrderPlaced.__struct_fields__ if name in service_orders.c)


def worktime(connection: Connection, now: datetime) -> Worktime:
    """How the office works: the published days, and what was known when this software was built."""
    return Worktime(gathered(catalogue.calendars(connection, now).values(), published()))


def file(connection: Connection, filed: Sequence[tuple[Source, OrderPlaced]]) -> dict[str, str]:
    """Keep each once. Envelope id -> why it cannot be kept: another record has its id."""
    if not filed:
        return {}
    working = worktime(connection, filed[0][0].received_at)
    rows = [
        {name: getattr(body, name) for name in _OF_BODY}
        | msgspec.structs.asdict(source)
        | {"wish": body.wish.value, "named": int(body.named), "bring": msgspec.json.encode(body.bring).decode()}
        | {"due_at": rules.answer_due(body.wish, datetime.fromisoformat(body.at), working)}
        | {"state": State.RECEIVED.value, "agent_id": "", "outcome": "", "told": "", "changed_at": source.received_at}
        for source, body in filed
    ]
    new = add_new(connection, service_orders, rows, "envelope_id")
    reasons = {}
    for source, body in filed:
        if source.envelope_id in new:
            note(connection, body.order_id, Step(State.RECEIVED, "", "", source.received_at))
            continue
        known = find(connection, body.order_id)
        if known is None or known.envelope_id != source.envelope_id:
            reasons[source.envelope_id] = f"order {body.order_id} is held from another envelope"
    return reasons


def find(connection: Connection, order_id: str) -> Order | None:
    """One by its id."""
    row = connection.execute(select(service_orders).where(service_orders.c.order_id == order_id)).mappings().first()
    return None if row is None else read(row, Order)


def by_number(connection: Connection, number: str, code: str = "") -> Order | None:
    """The one whose paper carries the number, and with a code both."""
    place = service_orders.c.number == number
    found = select(service_orders).where(place & (service_orders.c.code == code) if code else place)
    row = connection.execute(found).mappings().first()
    return None if row is None else read(row, Order)


def listed(connection: Connection, *, ended: bool) -> list[Order]:
    """Those to be done, the most urgent first; or the ended ones, the newest first."""
    if ended:
        found = select(service_orders).where(service_orders.c.state == State.ENDED)
        found = found.order_by(service_orders.c.done_at.desc()).limit(100)
    else:
        found = select(service_orders).where(service_orders.c.state.in_(OPEN))
        found = found.order_by(service_orders.c.due_at).limit(500)
    return [read(row, Order) for row in connection.execute(found).mappings()]


def of_day(connection: Connection, day: str, agent_id: str = "") -> list[Order]:
    """What somebody goes or stays for on a day."""
    place = (service_orders.c.day == day) & service_orders.c.state.in_(OPEN)
    found = select(service_orders).where(place & (service_orders.c.agent_id == agent_id) if agent_id else place)
    return [read(row, Order) for row in connection.execute(found).mappings()]


def of_agent(connection: Connection, agent_id: str) -> list[Order]:
    """What one agent has to do, the most urgent first."""
    place = (service_orders.c.agent_id == agent_id) & service_orders.c.state.in_(OPEN)
    found = select(service_orders).where(place).order_by(service_orders.c.due_at)
    return [read(row, Order) for row in connection.execute(found).mappings()]


def tasks(connection: Connection, since: datetime) -> list[Task]:
    """What agents have, and had since then, to do."""
    place = (service_orders.c.agent_id != "") & (
        service_orders.c.done_at.is_(None) | (service_orders.c.done_at >= since)
    )
    columns = [service_orders.c[name] for name in Task.__struct_fields__]
    return [read(row, Task) for row in connection.execute(select(*columns).where(place)).mappings()]


def steps(connection: Connection, order_ids: Collection[str]) -> dict[str, list[Step]]:
    """What was done with these, the oldest first."""
    found = select(service_order_steps).where(service_order_steps.c.order_id.in_(order_ids))
    by_order: dict[str, list[Step]] = {order_id: [] for order_id in order_ids}
    for row in connection.execute(found.order_by(service_order_steps.c.id)).mappings():
        by_order[row["order_id"]].append(read(row, Step))
    return by_order


def note(connection: Connection, order_id: str, step: Step) -> None:
    """Something was done with it."""
    values = msgspec.structs.asdict(step)
    connection.execute(service_order_steps.insert().values(order_id=order_id, **values))


def assign(connection: Connection, order: Order, agent_id: str, due_at: datetime, step: Step) -> bool:
    """Given to somebody, or to somebody else. False where it has ended."""
    state = State.AGREED if order.state is State.AGREED else State.ASSIGNED
    return _change(connection, order.order_id, step, agent_id=agent_id, due_at=due_at, state=state)


def agree(connection: Connection, order_id: str, when: tuple[str, str], due_at: datetime, step: Step) -> bool:
    """Day and time are settled. False where it has ended."""
    return _change(connection, order_id, step, day=when[0], slot=when[1], due_at=due_at, state=State.AGREED)


def end(connection: Connection, order_id: str, outcome: str, told: str, step: Step) -> bool:
    """It is over, once: what came of it, in words its citizen reads. False where it has ended."""
    return _change(connection, order_id, step, outcome=outcome, told=told, state=State.ENDED, done_at=step.at)


def _change(connection: Connection, order_id: str, step: Step, **values: object) -> bool:
    place = (service_orders.c.order_id == order_id) & service_orders.c.state.in_(OPEN)
    changed = connection.execute(update(service_orders).where(place).values(changed_at=step.at, **values))
    if changed.rowcount:
        note(connection, order_id, step)
    return bool(changed.rowcount)


def last_change(connection: Connection) -> datetime | None:
    """When one last changed."""
    newest: datetime | None = connection.execute(select(func.max(service_orders.c.changed_at))).scalar_one()
    return newest


# --- whose they are ----------


def unnamed(connection: Connection, key_id: str, limit: int) -> list[Order]:
    """Orders with a card that are not in the index of this key, the newest first."""
    known = and_(service_order_people.c.order_id == service_orders.c.order_id, service_order_people.c.key_id == key_id)
    found = select(service_orders).outerjoin(service_order_people, known)
    found = found.where(service_order_people.c.order_id.is_(None), service_orders.c.named == 1)
    found = found.order_by(service_orders.c.received_at.desc()).limit(limit)
    return [read(row, Order) for row in connection.execute(found).mappings()]


def name(connection: Connection, order_id: str, person: str, key_id: str, now: datetime) -> None:
    """The order is of this person; the empty text where it does not open here."""
    values = {"person": person, "key_id": key_id, "at": now}
    added = insert(connection, service_order_people).values(order_id=order_id, **values)
    place = [service_order_people.c.order_id]
    connection.execute(added.on_conflict_do_update(index_elements=place, set_=values))


def of_person(connection: Connection, person: str) -> list[Order]:
    """A person's orders, the newest first."""
    found = select(service_orders).join(
        service_order_people, service_order_people.c.order_id == service_orders.c.order_id
    )
    found = found.where(service_order_people.c.person == person).order_by(service_orders.c.received_at.desc()).limit(50)
    return [read(row, Order) for row in connection.execute(found).mappings()]
