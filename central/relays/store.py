"""Hall nodes in the database: entering one, its terminals, what it said last, what was done in its hall."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, func, literal, select, update

from central.bulk import add_many, keep_many, rows_of
from central.database import add_if_new, read
from central.fleet import store as fleet
from central.fleet.tables import terminal_keys, terminals
from central.intake.tables import marks
from central.numbers import store as numbers
from central.queue.tables import queue_numbers
from central.relays.rules import Followed, Hall, Known, Now, Why, follow, refused
from central.relays.tables import hall_acts, relayed, relays, relays_now
from contract.relay import ENDED_AT_MOST, Before, BehindIt, Ended, HallAct, LaneHeld, RelayBeat, Stands

_KEY_IN_USE = "SELECT DISTINCT terminal FROM terminal_keys JOIN {asked} ON terminal = one WHERE retired_at IS NULL"


class Taken(Exception):
    """A hall has one node, and a name is one thing; the message says which is in the way."""


def enter(connection: Connection, relay: str, hall: str, who: str, now: datetime) -> None:
    """Say that this name is the node of this hall; the same again changes nothing. Raises Taken."""
    known = find(connection, relay)
    if known is not None and known.hall == hall:
        return
    if known is not None:
        message = f"{relay} is the node of {known.hall}; choose another name"
        raise Taken(message)
    if fleet.find(connection, relay) is not None:
        message = f"{relay} is a terminal; choose another name for the node of {hall}"
        raise Taken(message)
    if not add_if_new(connection, relays, {"id": relay, "hall": hall, "made_by": who, "made_at": now}):
        message = f"{hall} has a node already; cut it off and enrol its successor under the same name"
        raise Taken(message)


def find(connection: Connection, relay: str) -> Hall | None:
    """One hall node by its id."""
    row = connection.execute(select(relays).where(relays.c.id == relay)).mappings().one_or_none()
    return None if row is None else read(row, Hall)


def everyone(connection: Connection) -> list[Hall]:
    """Every hall node, by hall."""
    return [read(row, Hall) for row in connection.execute(select(relays).order_by(relays.c.hall)).mappings()]


def take_terminals(connection: Connection, relay: str, said: Sequence[BehindIt], now: datetime) -> dict[str, Why]:
    """Enter the terminals of a hall node, and forget those it names no more; who is refused, and why.

    What they sent stays. A terminal behind a hall has no key here: it is heard through its hall alone.
    """
    hall = find(connection, relay)
    if hall is None:
        return {}
    names = {one.id for one in everyone(connection)}
    known = _known(connection, [one.terminal for one in said])
    why = {one.terminal: reason for one in said if (reason := refused(one, relay, known.get(one.terminal), names))}
    taken = sorted((one for one in said if one.terminal not in why), key=lambda one: one.terminal)
    for one in taken:
        row = {"id": one.terminal, "hall": hall.hall, "place": one.place, "series": one.series, "epoch": one.epoch}
        if not add_if_new(connection, terminals, row | {"added_at": now}):
            place = terminals.c.id == one.terminal
            connection.execute(
                update(terminals).where(place).values(hall=hall.hall, place=one.place, series=one.series)
            )
            connection.execute(update(terminals).where(place, terminals.c.epoch < one.epoch).values(epoch=one.epoch))
    rows = [
        {"terminal": one.terminal, "relay": relay, "key_id": one.key_id, "public_key": one.public_key, "said_at": now}
        for one in taken
    ]
    keep_many(connection, relayed, rows, ("terminal",))
    gone = set(behind(connection, relay)) - {one.terminal for one in taken}
    if gone:
        connection.execute(relayed.delete().where(relayed.c.relay == relay, relayed.c.terminal.in_(sorted(gone))))
    return why


def _known(connection: Connection, ids: Collection[str]) -> dict[str, Known]:
    there = {row[0] for row in rows_of(connection, "SELECT id FROM terminals JOIN {asked} ON id = one", ids)}
    of = {
        row[0]: row[1]
        for row in rows_of(connection, "SELECT terminal, relay FROM relayed JOIN {asked} ON terminal = one", ids)
    }
    signing = {row[0] for row in rows_of(connection, _KEY_IN_USE, there | set(of.values()))}
    return {one: Known(one, of.get(one, ""), of.get(one, one) in signing) for one in there}


def called_elsewhere(hall: ColumnElement[str] | Column[str]) -> ColumnElement[bool]:
    """Whether the numbers of a hall are called at its own node, and only told here; not once that was cut off."""
    mine = relays.c.hall == hall
    in_use = (terminal_keys.c.terminal == relays.c.id) & terminal_keys.c.retired_at.is_(None)
    return select(relays.c.id).where(mine, select(terminal_keys.c.key_id).where(in_use).exists()).exists()


def has_its_own(connection: Connection, hall: str) -> bool:
    """The same of one hall."""
    return bool(connection.execute(select(called_elsewhere(literal(hall)))).scalar_one())


def before(connection: Connection, hall: Hall, day: str) -> Before:
    """What was given in this hall before, as far as it is known here."""
    table = queue_numbers.c
    own = (table.hall == hall.hall) & (table.business_date >= day) & (table.series == "") & (table.count > 0)
    found = select(table.business_date, table.queue, func.max(table.count)).where(own)
    given = numbers.highest_given(connection, hall.hall, day)
    for date, queue, highest in connection.execute(found.group_by(table.business_date, table.queue)):
        given[date, queue] = max(given.get((date, queue), 0), highest)
    over = (table.hall == hall.hall) & (table.business_date >= day) & table.ended_at.is_not(None)
    latest = select(*(table[name] for name in Ended.__struct_fields__)).where(over).order_by(table.ended_at.desc())
    ended = tuple(
        msgspec.convert([one.isoformat() if isinstance(one, datetime) else one for one in row], Ended)
        for row in connection.execute(latest.limit(ENDED_AT_MOST))
    )
    there = select(terminals).where(terminals.c.hall == hall.hall, terminals.c.id.not_in(select(relays.c.id)))
    return Before(
        day,
        {f"{date}/{queue}": highest for (date, queue), highest in sorted(given.items())},
        tuple(Stands(row.id, row.place, row.series, row.epoch) for row in connection.execute(there.order_by("id"))),
        ended,
    )


def behind(connection: Connection, relay: str) -> list[str]:
    """The terminals behind a hall node, by id."""
    found = select(relayed.c.terminal).where(relayed.c.relay == relay).order_by(relayed.c.terminal)
    return list(connection.execute(found).scalars())


def home_of(connection: Connection, terminal: str) -> str:
    """The hall node a terminal is behind; empty for none."""
    found = select(relayed.c.relay).where(relayed.c.terminal == terminal)
    return connection.execute(found).scalar_one_or_none() or ""


def homes(connection: Connection) -> dict[str, str]:
    """Terminal -> the hall node it is behind, for all that are behind one."""
    return {row.terminal: row.relay for row in connection.execute(select(relayed.c.terminal, relayed.c.relay))}


def revoked(connection: Connection) -> set[str]:
    """Hall nodes none of whose keys is accepted, though one was."""
    had = select(terminal_keys.c.terminal).where(terminal_keys.c.terminal.in_(select(relays.c.id)))
    ever = set(connection.execute(had).scalars())
    return ever - set(connection.execute(had.where(terminal_keys.c.retired_at.is_(None))).scalars())


# --- what it said last ----------


def keep_now(connection: Connection, relay: str, beat: RelayBeat, skew: int, now: datetime, since: datetime) -> bool:
    """Replace what it said before; False for the very same request again. `since`: silent before then is a new day."""
    row = connection.execute(select(relays_now).where(relays_now.c.relay == relay)).mappings().one_or_none()
    if row is not None and row["nonce"] == beat.nonce:
        return False
    stayed = row is not None and row["received_at"] >= since
    kept = {
        "relay": relay,
        "received_at": now,
        "came_online_at": row["came_online_at"] if row is not None and stayed else now,
        "clock_skew_seconds": skew,
        "nonce": beat.nonce,
        "report": msgspec.json.encode(msgspec.structs.replace(beat, heard=(), nonce="")),
    }
    keep_many(connection, relays_now, [kept], ("relay",))
    return True


def now_of(connection: Connection) -> dict[str, Now]:
    """What each hall node said last, by id."""
    return {row["relay"]: read(row, Now) for row in connection.execute(select(relays_now)).mappings()}


def held(connection: Connection, relay: str) -> list[LaneHeld]:
    """How far every lane of every terminal behind it is held."""
    found = select(marks).join(relayed, relayed.c.terminal == marks.c.terminal).where(relayed.c.relay == relay)
    return [LaneHeld(row.terminal, row.epoch, row.lane, row.seq) for row in connection.execute(found)]


def last_change(connection: Connection) -> tuple[str, int]:
    """Another value whenever a hall node was heard or something of its hall came."""
    heard = connection.execute(select(func.max(relays_now.c.received_at))).scalar_one()
    acts = connection.execute(select(func.count()).select_from(hall_acts)).scalar_one()
    return repr(heard), acts


# --- what was done in the hall ----------


def take_acts(connection: Connection, relay: str, stream: str, acts: Sequence[HallAct], now: datetime) -> Followed:
    """Keep the acts that come next. The relay's row is locked: two requests of one hall follow each other."""
    connection.execute(select(relays.c.id).where(relays.c.id == relay).with_for_update())
    of = (hall_acts.c.relay == relay) & (hall_acts.c.stream == stream)
    mark: int = connection.execute(select(func.coalesce(func.max(hall_acts.c.seq), 0)).where(of)).scalar_one()
    known: Mapping[int, str] = {}
    if acts and acts[0].seq <= mark:
        again = select(hall_acts.c.seq, hall_acts.c.hash).where(of, hall_acts.c.seq >= acts[0].seq)
        known = {row.seq: row.hash for row in connection.execute(again.where(hall_acts.c.seq <= acts[-1].seq))}
    found = follow(acts, mark, known)
    rows: list[dict[str, Any]] = [
        {"relay": relay, "stream": stream, "seq": act.seq, "hash": act.hash, "body": act.body}
        | {"received_at": now, "applied_at": None, "trouble": ""}
        for act in found.new
    ]
    add_many(connection, hall_acts, rows)
    return found


def acts_held(connection: Connection, relay: str) -> dict[str, int]:
    """Stream -> how far its acts are held."""
    found = select(hall_acts.c.stream, func.max(hall_acts.c.seq)).where(hall_acts.c.relay == relay)
    return {row[0]: row[1] for row in connection.execute(found.group_by(hall_acts.c.stream))}


class ToApply(msgspec.Struct, frozen=True):
    """An act that is held and not yet part of what the centre's pages show."""

    relay: str
    stream: str
    seq: int
    body: bytes


def to_apply(connection: Connection, limit: int) -> list[ToApply]:
    """The oldest of these, those of one stream in their order."""
    waiting = select(hall_acts).where(hall_acts.c.applied_at.is_(None))
    ordered = waiting.order_by(hall_acts.c.relay, hall_acts.c.stream, hall_acts.c.seq).limit(limit)
    return [read(row, ToApply) for row in connection.execute(ordered).mappings()]


def applied(connection: Connection, acts: Iterable[ToApply], now: datetime, trouble: str = "") -> None:
    """These are, or cannot be and why."""
    for act in acts:
        place = (hall_acts.c.relay == act.relay, hall_acts.c.stream == act.stream, hall_acts.c.seq == act.seq)
        connection.execute(update(hall_acts).where(*place).values(applied_at=now, trouble=trouble[:200]))
