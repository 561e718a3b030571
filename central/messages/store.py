"""Messages in the database, queued in the transaction of what they tell of: neither is there without the other."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from central.database import add_if_new, read
from central.messages import rules
from central.messages.protocol import Told
from central.messages.rules import ENDS, Message, Purpose, State
from central.messages.tables import text_messages

_by_id = text_messages.c.message_id
_LISTED = [column for column in text_messages.c if column.name != "sealed_to"]


def queue_message(
    connection: Connection,
    purpose: Purpose,
    about_id: str,
    sealed_to: bytes,
    template: str,
    values: Mapping[str, str],
    now: datetime,
    *,
    until: datetime | None = None,
) -> bool:
    """Have a text sent, once for this purpose and thing; False where it was queued before.

    `sealed_to` is what `central.messages.numbers.seal_number` made; `template` a key of texts.toml; `values` fill it,
    and name nobody. `until`: not sent any more from then on. Ring "messages" after the commit.
    """
    row = {
        "message_id": rules.message_id(purpose, about_id),
        "purpose": purpose.value,
        "about_id": about_id,
        "template": template,
        "filled": msgspec.json.encode(dict(values)).decode(),
        "state": State.WAITING.value,
        "sealed_to": sealed_to,
        "tries": 0,
        "trouble": "",
        "reference": "",
        "made_at": now,
        "until": until,
        "next_try": now,
        "sent_at": None,
        "done_at": None,
    }
    return add_if_new(connection, text_messages, row)


def due(connection: Connection, now: datetime, limit: int = 100) -> Sequence[tuple[Message, bytes]]:
    """What is to be sent or asked about now, the oldest first, with the sealed telephone number."""
    found = select(text_messages).where(
        text_messages.c.state.in_([State.WAITING.value, State.SENT.value]), text_messages.c.next_try <= now
    )
    rows = connection.execute(found.order_by(text_messages.c.next_try).limit(limit)).mappings()
    return [(read(row, Message), bytes(row["sealed_to"])) for row in rows]


def hear(connection: Connection, message: Message, told: Told, now: datetime) -> bool:
    """What the gateway said; whether anything changed. An end is an end, whatever is heard afterwards."""
    state = rules.after(told)
    values = {
        "state": state.value,
        "tries": 0 if state is not message.state else message.tries + 1,
        "trouble": told.why[:60],
        "reference": told.reference[:80] or message.reference,
        "next_try": now + rules.wait(0 if state is not message.state else message.tries + 1),
        "sent_at": message.sent_at or (now if state is not State.WAITING else None),
    }
    return _change(connection, message, values, state, now) and state is not message.state


def fail(connection: Connection, message: Message, why: str, now: datetime) -> None:
    """Nobody answered, or it cannot be sent yet: it is tried again."""
    tries = message.tries + 1
    values = {"tries": tries, "trouble": why, "next_try": now + rules.wait(tries)}
    _change(connection, message, values, message.state, now)


def end(connection: Connection, message: Message, state: State, now: datetime, why: str = "") -> None:
    """Over without the gateway's word."""
    _change(connection, message, {"state": state.value, "trouble": why}, state, now)


def withdraw(connection: Connection, purpose: Purpose, about_id: str, now: datetime) -> None:
    """What it tells of is off: one that has not gone never goes, and its number is wiped whatever became of it."""
    mine = _by_id == rules.message_id(purpose, about_id)
    waits, tried = text_messages.c.state == State.WAITING.value, text_messages.c.tries > 0
    for which, state in ((~tried, State.LAPSED), (tried, State.UNCONFIRMED)):  # a try nobody answered may have arrived
        over = {"state": state.value, "done_at": now, "sealed_to": b""}
        connection.execute(update(text_messages).where(mine, waits, which).values(over))
    sent = text_messages.c.state == State.SENT.value
    connection.execute(update(text_messages).where(mine, sent).values(sealed_to=b""))


def _change(
    connection: Connection, message: Message, values: Mapping[str, object], state: State, now: datetime
) -> bool:
    place = (_by_id == message.message_id) & (text_messages.c.state == message.state.value)
    ended = {"done_at": now, "sealed_to": b""} if state in ENDS else {}
    return connection.execute(update(text_messages).where(place).values({**values, **ended})).rowcount > 0


def find(connection: Connection, purpose: Purpose, about_id: str) -> Message | None:
    """How the message of a purpose and thing stands."""
    found = select(*_LISTED).where(_by_id == rules.message_id(purpose, about_id))
    row = connection.execute(found).mappings().first()
    return None if row is None else read(row, Message)


def listed(connection: Connection, state: str = "", limit: int = 200) -> Sequence[Message]:
    """The newest, of one state where it is named."""
    found = select(*_LISTED).order_by(text_messages.c.made_at.desc()).limit(limit)
    if state:
        found = found.where(text_messages.c.state == state)
    return [read(row, Message) for row in connection.execute(found).mappings()]


def counts(connection: Connection) -> dict[str, int]:
    """How many stand in each state."""
    found = select(text_messages.c.state, func.count()).group_by(text_messages.c.state)
    return {str(state): int(count) for state, count in connection.execute(found)}


def last_change(connection: Connection) -> tuple[object, ...]:
    """Another value whenever a message was queued or moved."""
    found = select(func.count(), func.max(text_messages.c.next_try), func.max(text_messages.c.done_at))
    return tuple(connection.execute(found).one())
