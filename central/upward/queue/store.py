"""Acts of the queue that have no place on their way up yet, with their number as it stands now."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from central.bulk import among, keep_many
from central.queue.acts import Did
from central.queue.rows import store as rows
from central.queue.rules import ENDS, Number, Stand
from central.queue.tables import queue_acts, queue_items, queue_numbers, queue_turns, queue_windows
from central.upward.tables import upward_acts, upward_words
from contract.hall_queue import STREAM, QueueAct, Row
from contract.relay import Ended

_SEEN = "queue: newest id"
_LATE_AT_MOST = 1000
"""How far below the newest id an act may lie that is committed only now."""


def fresh(connection: Connection, at_most: int) -> list[tuple[str, bytes]]:
    """The oldest of them. An act that is committed late, with a lower id than its followers, is taken all the same."""
    sent = select(upward_acts.c.ref).where(upward_acts.c.stream == STREAM, upward_acts.c.ref == queue_acts.c.act_id)
    seen = select(upward_words.c.value).where(upward_words.c.name == _SEEN)
    seen_to = int(connection.execute(seen).scalar_one_or_none() or 0)
    new = select(queue_acts).where(queue_acts.c.id > seen_to - _LATE_AT_MOST, ~sent.exists())
    acts = [dict(row) for row in connection.execute(new.order_by(queue_acts.c.id).limit(at_most)).mappings()]
    if not acts:
        return []
    highest = max(seen_to, *(act["id"] for act in acts))
    keep_many(connection, upward_words, [{"name": _SEEN, "value": str(highest)}], ("name",))
    cases = {act["case_id"] for act in acts}
    of_numbers = select(queue_numbers).where(among(connection, queue_numbers.c.case_id, cases))
    numbers = {row["case_id"]: _row(row) for row in connection.execute(of_numbers).mappings()}
    turns, items = (
        [
            _row(row)
            for row in connection.execute(select(table).where(among(connection, table.c.case_id, cases))).mappings()
        ]
        for table in (queue_turns, queue_items)
    )
    rooms = {str(act["window_id"]) for act in acts} | {str(row["window_id"]) for row in turns}
    of_windows = select(queue_windows).where(among(connection, queue_windows.c.window_id, rooms))
    windows = {row["window_id"]: _row(row) for row in connection.execute(of_windows).mappings()}
    found = []
    for act in acts:
        case_id = act["case_id"]
        mine = tuple(row for row in turns if row["case_id"] == case_id)
        there = {act["window_id"], *(row["window_id"] for row in mine)}
        body = QueueAct(
            _row({name: value for name, value in act.items() if name != "id"}),
            numbers.get(case_id),
            mine,
            tuple(row for row in items if row["case_id"] == case_id),
            tuple(windows[name] for name in sorted(there) if name in windows),
        )
        found.append((str(act["act_id"]), msgspec.json.encode(body)))
    return found


def end_known(connection: Connection, hall: str, ended: Sequence[Ended], now: datetime) -> int:
    """Numbers the centre knows to have ended are not called again here: this hall was set back, or is a new machine,
    and its terminals send them once more. How many are over now that were not. Nothing of it goes up: it came down.
    """
    mine = among(connection, queue_numbers.c.case_id, {one.case_id for one in ended})
    known = {row.case_id: row.stand for row in connection.execute(select(queue_numbers).where(mine))}
    over = 0
    for one in ended:
        stand, at = Stand(one.stand), datetime.fromisoformat(one.ended_at)
        if one.case_id not in known:
            fields = {name: getattr(one, name) for name in ("case_id", "business_date", "queue", "item", "number")}
            taken = datetime.fromisoformat(one.taken_at)
            number = Number(
                **fields, hall=hall, series=one.series, count=one.count, taken_at=taken, stand=stand, ended_at=at
            )
            row = rows.row_of(number) | {"entered_at": now, "changed_at": now}
            connection.execute(queue_numbers.insert().values(row))
        elif Stand(known[one.case_id]) not in ENDS:
            values = {"stand": stand.value, "ended_at": at, "at_window": "", "wanted_window": "", "changed_at": now}
            place = queue_numbers.c.case_id == one.case_id
            connection.execute(update(queue_numbers).where(place).values(values))
            rows.end_turn(connection, one.case_id, Did.CLOSED, at)
        else:
            continue
        over += 1
    return over


def _row(row: Mapping[Any, Any]) -> Row:
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> str | int | None:  # noqa: ANN401 - a column of any kind
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
