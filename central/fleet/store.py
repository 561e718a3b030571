"""Terminals in the database: entering one, finding who signed, and the state of now."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from operator import itemgetter

import msgspec
from sqlalchemy import Connection, func, select, update

from central.arrays import Row
from central.bulk import among, keep_many, rows_of
from central.database import add_if_new, insert, read
from central.fleet.rules import OFFLINE_AFTER, Now, Revision, Terminal
from central.fleet.tables import (
    alarms,
    purges,
    settings_revisions,
    terminal_keys,
    terminal_reports,
    terminals,
    terminals_now,
)
from central.relays.tables import relayed, relays, relays_now
from contract.messages import Purged, SettingsRevised

_HEARD = ("terminal", "epoch", "clock_skew_seconds", "version", "nonce", "report")
_STATES = """
SELECT n.terminal, n.received_at, n.came_online_at, n.nonce, r.hash FROM {asked}
JOIN terminals_now n ON n.terminal = one LEFT JOIN terminal_reports r ON r.terminal = n.terminal
"""


class Conflict(Exception):
    """A terminal or a key of that name is there already, with another key."""


class Signer(msgspec.Struct, frozen=True):
    """A key that may sign, and whose it is."""

    key_id: str
    terminal: str
    public_key: bytes


class State(msgspec.Struct, frozen=True):
    """What the next heartbeat of a terminal is compared with."""

    terminal: str
    received_at: datetime
    came_online_at: datetime
    nonce: str
    hash: str | None = None
    """Of the steady part of its report, as it is kept."""


class NewTerminal(msgspec.Struct, frozen=True):
    """What `add-terminal` was told. `key_id` may be left to the centre."""

    id: str
    public_key: bytes
    key_id: str | None
    hall: str
    place: str
    series: str


class Alarm(msgspec.Struct, frozen=True):
    """Something staff should know of a terminal, e.g. a card left behind. `kind` names the words of `[alarm]`."""

    terminal: str
    kind: str
    at: str
    received_at: datetime
    detail: str = ""


def add(connection: Connection, new: NewTerminal, now: datetime, *, replace: bool) -> tuple[Terminal, Signer]:
    """Enter a terminal; the same key again changes nothing. Another key needs `replace`, which opens the next epoch.

    Raises Conflict.
    """
    known = find(connection, new.id)
    if known is None:
        row = {"id": new.id, "hall": new.hall, "place": new.place, "series": new.series, "epoch": 1, "added_at": now}
        connection.execute(insert(connection, terminals).values(row))
        return msgspec.convert(row, Terminal), _add_key(connection, new, now)
    current = signer_of(connection, new.id)
    if current is not None and current.public_key == new.public_key:
        return known, current
    if not replace and _had_a_key(connection, new.id):
        raise Conflict(
            f"terminal {new.id} is entered with another key; `--replace` takes the new one and opens a new epoch"
        )
    retired = update(terminal_keys).where(terminal_keys.c.terminal == new.id, terminal_keys.c.retired_at.is_(None))
    connection.execute(retired.values(retired_at=now))
    connection.execute(update(terminals).where(terminals.c.id == new.id).values(epoch=known.epoch + 1))
    epoch = known.epoch + 1
    return msgspec.structs.replace(known, epoch=epoch), _add_key(connection, new, now)


def _had_a_key(connection: Connection, terminal: str) -> bool:
    found = select(terminal_keys.c.key_id).where(terminal_keys.c.terminal == terminal)
    return connection.execute(found.limit(1)).first() is not None


def add_known(connection: Connection, those: Iterable[Terminal]) -> None:
    """Terminals that stood here before: their place, label and newest epoch. None may speak until it is enrolled."""
    for one in those:
        add_if_new(connection, terminals, msgspec.structs.asdict(one))


def _add_key(connection: Connection, new: NewTerminal, now: datetime) -> Signer:
    key_id = new.key_id or new.id
    row = {"key_id": key_id, "terminal": new.id, "public_key": new.public_key, "added_at": now}
    if not add_if_new(connection, terminal_keys, row):
        raise Conflict(f"key id {key_id} is taken; choose another with `--key-id`")
    return Signer(key_id=key_id, terminal=new.id, public_key=new.public_key)


def find(connection: Connection, terminal: str) -> Terminal | None:
    """One terminal by its id."""
    row = connection.execute(select(terminals).where(terminals.c.id == terminal)).mappings().one_or_none()
    return None if row is None else read(row, Terminal)


def hall_of(connection: Connection, terminal: str) -> str:
    """The hall a terminal stands in; empty for one that is not known."""
    return connection.execute(select(terminals.c.hall).where(terminals.c.id == terminal)).scalar_one_or_none() or ""


def halls_of(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The halls of several terminals, by id."""
    found = select(terminals.c.id, terminals.c.hall).where(among(connection, terminals.c.id, set(ids)))
    return {row.id: row.hall for row in connection.execute(found)}


def halls(connection: Connection) -> list[str]:
    """Every hall that has a terminal, by name."""
    return list(connection.execute(select(terminals.c.hall).distinct().order_by(terminals.c.hall)).scalars())


def everyone(connection: Connection) -> list[Terminal]:
    """Every terminal, by id. A hall's own node has a key as terminals have, and is none."""
    found = select(terminals).where(terminals.c.id.not_in(select(relays.c.id))).order_by(terminals.c.id)
    return [read(row, Terminal) for row in connection.execute(found).mappings()]


def signer(connection: Connection, key_id: str) -> Signer | None:
    """Whose key that is, unless it was retired."""
    found = select(terminal_keys).where(terminal_keys.c.key_id == key_id, terminal_keys.c.retired_at.is_(None))
    row = connection.execute(found).mappings().one_or_none()
    return None if row is None else read(row, Signer)


def signers(connection: Connection, key_ids: Collection[str]) -> dict[str, Signer]:
    """The same for many keys, by their ids."""
    mine = among(connection, terminal_keys.c.key_id, key_ids)
    found = select(terminal_keys).where(mine, terminal_keys.c.retired_at.is_(None))
    return {row["key_id"]: read(row, Signer) for row in connection.execute(found).mappings()}


def signer_of(connection: Connection, terminal: str) -> Signer | None:
    """The key a terminal signs with now."""
    found = select(terminal_keys).where(terminal_keys.c.terminal == terminal, terminal_keys.c.retired_at.is_(None))
    row = connection.execute(found).mappings().first()
    return None if row is None else read(row, Signer)


def states(connection: Connection, ids: Collection[str]) -> dict[str, State]:
    """What is kept of the last heartbeat of these terminals, without the report."""
    found = rows_of(connection, _STATES, ids)
    return {
        row[0]: State(row[0], datetime.fromisoformat(row[1]), datetime.fromisoformat(row[2]), *row[3:]) for row in found
    }


def keep_now(connection: Connection, rows: list[Row], before: Mapping[str, State], received_at: datetime) -> None:
    """Replace the state of terminals, one row each, with `rules.parts` of what they said.

    Coming back after silence starts a new `came_online_at`. The steady part is written only when it is another.
    """
    now, steady = [], []
    for row in sorted(rows, key=itemgetter("terminal")):
        state = before.get(row["terminal"])
        stayed = state is not None and state.received_at >= received_at - OFFLINE_AFTER
        online = state.came_online_at if state is not None and stayed else received_at
        now.append({name: row[name] for name in _HEARD} | {"received_at": received_at, "came_online_at": online})
        if state is None or state.hash != row["hash"]:
            steady.append({name: row[name] for name in ("terminal", "hash", "steady")})
    keep_many(connection, terminals_now, now, ("terminal",))
    keep_many(connection, terminal_reports, steady, ("terminal",))


def now_of(connection: Connection, terminal: str | None = None) -> dict[str, Now]:
    """The last heartbeat of one terminal, or of all, by id."""
    both = terminals_now.outerjoin(terminal_reports, terminal_reports.c.terminal == terminals_now.c.terminal)
    hall = both.outerjoin(relayed, relayed.c.terminal == terminals_now.c.terminal)
    heard = relays_now.c.received_at.label("hall_heard_at")
    every = hall.outerjoin(relays_now, relays_now.c.relay == relayed.c.relay)
    found = select(terminals_now, terminal_reports.c.steady, heard).select_from(every)
    if terminal is not None:
        found = found.where(terminals_now.c.terminal == terminal)
    return {row["terminal"]: read(row, Now) for row in connection.execute(found).mappings()}


def last_change(connection: Connection) -> datetime | None:
    """When the newest heartbeat came."""
    newest: datetime | None = connection.execute(select(func.max(terminals_now.c.received_at))).scalar_one()
    return newest


def add_alarm(connection: Connection, alarm_id: str, alarm: Alarm) -> None:
    """Keep an alarm once. `alarm_id` is the envelope's it came in, or names what happened at the centre."""
    row = {"id": alarm_id, **msgspec.structs.asdict(alarm)}
    add_if_new(connection, alarms, row)


def add_revision(connection: Connection, envelope_id: str, terminal: str, body: SettingsRevised, now: datetime) -> None:
    """Keep a report about a terminal's settings once."""
    row = {
        "envelope_id": envelope_id,
        "terminal": terminal,
        "revision": body.revision,
        "by_whom": body.by,
        "at": body.at,
        "changes": msgspec.json.encode(body.changes),
        "outcome": body.outcome,
        "received_at": now,
    }
    add_if_new(connection, settings_revisions, row)


def add_purge(connection: Connection, envelope_id: str, terminal: str, body: Purged, now: datetime) -> None:
    """Keep a terminal's proof of deletion once."""
    row = {**msgspec.structs.asdict(body), "scans": len(body.scans), "envelope_id": envelope_id, "terminal": terminal}
    add_if_new(connection, purges, row | {"received_at": now})


def revisions_of(connection: Connection, terminal: str) -> list[Revision]:
    """The newest reports about a terminal's settings, oldest first."""
    found = select(settings_revisions).where(settings_revisions.c.terminal == terminal)
    newest = found.order_by(settings_revisions.c.received_at.desc(), settings_revisions.c.revision.desc()).limit(50)
    return [read(row, Revision) for row in reversed(connection.execute(newest).mappings().all())]
