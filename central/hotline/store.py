"""Orders of 12345 and the outbox to it, in the database."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from central.complaints.tables import complaints
from central.database import add_if_new, read
from central.hotline.rules import Direction, Known
from central.hotline.tables import hotline_orders, hotline_outbox


class Message(msgspec.Struct, frozen=True):
    """One message to the hotline; `body` is sealed."""

    message_id: str
    order_number: str
    kind: str
    body: bytes
    tries: int


class Stand(msgspec.Struct, frozen=True):
    """How the complaint of an order stands, and what the hotline was told last."""

    order_number: str
    told: str
    state: str
    answer: str


def add(connection: Connection, one: Known) -> bool:
    """Keep an order once; False where it is known."""
    return add_if_new(connection, hotline_orders, msgspec.structs.asdict(one) | {"direction": one.direction.value})


def is_known(connection: Connection, order_number: str) -> bool:
    """Whether an order is kept already."""
    found = select(hotline_orders.c.order_number).where(hotline_orders.c.order_number == order_number)
    return connection.execute(found).first() is not None


def of_complaint(connection: Connection, complaint_id: str) -> Known | None:
    """The order of a complaint."""
    found = select(hotline_orders).where(hotline_orders.c.complaint_id == complaint_id)
    row = connection.execute(found).mappings().one_or_none()
    return None if row is None else read(row, Known)


def listed(connection: Connection, limit: int = 200) -> list[Known]:
    """The newest orders, in both directions."""
    found = select(hotline_orders).order_by(hotline_orders.c.changed_at.desc()).limit(limit)
    return [read(row, Known) for row in connection.execute(found).mappings()]


def stands(connection: Connection) -> list[Stand]:
    """Orders that came in and are not closed: how each stands here."""
    columns = (hotline_orders.c.order_number, hotline_orders.c.state.label("told"), complaints.c.state)
    found = select(*columns, complaints.c.answer).join(
        complaints, complaints.c.complaint_id == hotline_orders.c.complaint_id
    )
    found = found.where(hotline_orders.c.direction == Direction.IN.value, hotline_orders.c.state != "closed")
    return [read(row, Stand) for row in connection.execute(found).mappings()]


def told(connection: Connection, one: Stand, now: datetime) -> bool:
    """The hotline is going to hear how it stands. False where somebody has seen to that."""
    place = (hotline_orders.c.order_number == one.order_number) & (hotline_orders.c.state == one.told)
    done = connection.execute(update(hotline_orders).where(place).values(state=one.state, changed_at=now))
    return bool(done.rowcount)


def said(connection: Connection, order_number: str) -> list[str]:
    """The ids of what was put in the outbox about an order."""
    found = select(hotline_outbox.c.message_id).where(hotline_outbox.c.order_number == order_number)
    return list(connection.execute(found).scalars())


def queue(connection: Connection, message: Message, now: datetime) -> bool:
    """Have a message sent, once."""
    row = msgspec.structs.asdict(message) | {"made_at": now, "next_at": now, "sent_at": None, "answer": ""}
    return add_if_new(connection, hotline_outbox, row)


def due(connection: Connection, now: datetime, limit: int = 50) -> list[Message]:
    """What is to be sent now, the oldest first: of each order what comes next, and nothing that would overtake it."""
    older = hotline_outbox.alias()
    before = (older.c.order_number == hotline_outbox.c.order_number) & older.c.sent_at.is_(None)
    before &= older.c.made_at < hotline_outbox.c.made_at
    found = select(hotline_outbox).where(hotline_outbox.c.sent_at.is_(None), hotline_outbox.c.next_at <= now)
    found = found.where(~select(older.c.message_id).where(before).exists())
    found = found.order_by(hotline_outbox.c.made_at).limit(limit)
    return [read(row, Message) for row in connection.execute(found).mappings()]


def sent(connection: Connection, message: Message, answer: str, now: datetime) -> None:
    """The hotline has it; what is personal in it is gone from here."""
    one = update(hotline_outbox).where(hotline_outbox.c.message_id == message.message_id)
    connection.execute(one.values(sent_at=now, answer=answer, body=b""))


def again(connection: Connection, message: Message, next_at: datetime, why: str) -> None:
    """Nobody took it; say it later."""
    one = update(hotline_outbox).where(hotline_outbox.c.message_id == message.message_id)
    connection.execute(one.values(tries=message.tries + 1, next_at=next_at, answer=why[:200]))


def named(connection: Connection, old: str, number: str, state: str, now: datetime) -> None:
    """The hotline gave an order we passed on its own number."""
    one = update(hotline_orders).where(hotline_orders.c.order_number == old)
    connection.execute(one.values(order_number=number, state=state, changed_at=now))


def unsent(connection: Connection) -> int:
    """How many messages wait."""
    found = select(func.count()).select_from(hotline_outbox).where(hotline_outbox.c.sent_at.is_(None))
    return int(connection.execute(found).scalar_one())


def complaint_by_number(connection: Connection, number: str) -> str | None:
    """The id of the complaint with this number; hyphens make no difference."""
    written = func.replace(complaints.c.number, "-", "") == number.replace("-", "")
    found: str | None = connection.execute(select(complaints.c.complaint_id).where(written)).scalar()
    return found
