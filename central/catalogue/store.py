"""Drafts, rollouts and what terminals hold, in the database."""

import tomllib
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, func, select, update

from central.cases.tables import difficulties
from central.catalogue.rules import OPEN, Before, Held, Rollout, Seen, Sent, held
from central.catalogue.tables import catalogue_drafts, rollout_steps, rollouts
from central.database import add_if_new, insert, read
from central.feed.tables import feed
from central.fleet import rules as fleet_rules
from central.fleet import store as fleet
from contract.feed import FeedKind


class Draft(msgspec.Struct, frozen=True):
    """A version nobody has sent out yet. `based_on`: the place of what it was made of."""

    slug: str
    body: bytes
    based_on: int
    by_whom: str
    changed_at: datetime


class Step(msgspec.Struct, frozen=True):
    """One thing that happened to a rollout."""

    what: str
    stage: int
    detail: str
    by_whom: str
    at: datetime


class Newest(msgspec.Struct, frozen=True):
    """What is in force for everybody under a name, or was; an empty body took it away."""

    seq: int
    key: str
    body: bytes
    signed_at: str
    by_whom: str


# --- drafts ----------


def drafts(connection: Connection) -> dict[str, Draft]:
    """All of them, by slug."""
    found = connection.execute(select(catalogue_drafts)).mappings()
    return {row["slug"]: read(row, Draft) for row in found}


def draft(connection: Connection, slug: str) -> Draft | None:
    """One."""
    row = connection.execute(select(catalogue_drafts).where(catalogue_drafts.c.slug == slug)).mappings().first()
    return None if row is None else read(row, Draft)


def save(connection: Connection, made: Draft, seen: str) -> bool:
    """Keep a draft. False where somebody else has changed it since `seen` (its `changed_at`, or nothing)."""
    values = msgspec.structs.asdict(made)
    if not seen:
        return add_if_new(connection, catalogue_drafts, values)
    place = (catalogue_drafts.c.slug == made.slug) & (catalogue_drafts.c.changed_at == datetime.fromisoformat(seen))
    return bool(connection.execute(update(catalogue_drafts).where(place).values(**values)).rowcount)


def discard(connection: Connection, slug: str) -> None:
    """Throw a draft away, or what was sent out of it."""
    connection.execute(catalogue_drafts.delete().where(catalogue_drafts.c.slug == slug))


# --- what was published ----------


def published(connection: Connection) -> dict[str, Newest]:
    """What everybody has been told last, by slug."""
    place = (feed.c.kind == FeedKind.CATALOGUE) & (feed.c.audience == "*") & feed.c.replaced_by.is_(None)
    wanted = [feed.c[name] for name in Newest.__struct_fields__]
    found = connection.execute(select(*wanted).where(place).order_by(feed.c.key)).mappings()
    return {row["key"]: read(row, Newest) for row in found}


def versions(connection: Connection, slug: str) -> list[Newest]:
    """Every version of an item that was for everybody, the newest first."""
    place = (feed.c.kind == FeedKind.CATALOGUE) & (feed.c.audience == "*") & (feed.c.key == slug)
    wanted = [feed.c[name] for name in Newest.__struct_fields__]
    found = connection.execute(select(*wanted).where(place).order_by(feed.c.seq.desc())).mappings()
    return [read(row, Newest) for row in found]


def sent(connection: Connection) -> list[Sent]:
    """Every version that ever went down, in order."""
    found = select(feed.c.seq, feed.c.audience, feed.c.key, feed.c.body, feed.c.signed_at)
    found = found.where(feed.c.kind == FeedKind.CATALOGUE).order_by(feed.c.seq)
    return [Sent(row.seq, row.audience, row.key, *_head(row.body), row.signed_at) for row in connection.execute(found)]


@lru_cache(maxsize=8192)
def _head(body: bytes) -> tuple[int, str]:
    if not body:
        return 0, ""
    values = tomllib.loads(body.decode())
    return int(values.get("version", 0)), str(values.get("effective_from", ""))


def stale(connection: Connection, now: datetime) -> list[Held]:
    """Which terminals have an old version of which item; who was never heard has none (ZN-08)."""
    every, states = sent(connection), fleet.now_of(connection)
    found = []
    for terminal in fleet.everyone(connection):
        state = states.get(terminal.id)
        cursor = state.heartbeat().cursor if state is not None else None
        found += held(terminal.id, cursor, every, now)
    return found


# --- rollouts ----------


def _rollout(row: RowMapping) -> Rollout:
    values: dict[str, Any] = {str(name): value for name, value in row.items()}
    values["groups"] = msgspec.json.decode(values["groups"], type=tuple[tuple[str, ...], ...])
    values["baseline"] = msgspec.json.decode(values["baseline"], type=dict[str, Before])
    return msgspec.convert(values, Rollout)


def add(connection: Connection, rollout: Rollout) -> bool:
    """Begin one. False where another of the item is open."""
    return add_if_new(connection, rollouts, _values(rollout))


def change(connection: Connection, rollout: Rollout, was: Rollout) -> bool:
    """Take a step. False where somebody else took one since."""
    place = (rollouts.c.rollout_id == was.rollout_id) & (rollouts.c.changed_at == was.changed_at)
    place &= rollouts.c.state == was.state.value
    return bool(connection.execute(update(rollouts).where(place).values(**_values(rollout))).rowcount)


def _values(rollout: Rollout) -> dict[str, object]:
    values = msgspec.structs.asdict(rollout)
    values["groups"] = msgspec.json.encode(rollout.groups).decode()
    values["baseline"] = msgspec.json.encode(rollout.baseline).decode()
    values["state"] = rollout.state.value
    return values


def note(connection: Connection, rollout_id: str, step: Step) -> None:
    """Write down what happened."""
    connection.execute(insert(connection, rollout_steps).values(rollout_id=rollout_id, **msgspec.structs.asdict(step)))


def find(connection: Connection, rollout_id: str) -> Rollout | None:
    """One by its id."""
    row = connection.execute(select(rollouts).where(rollouts.c.rollout_id == rollout_id)).mappings().first()
    return None if row is None else _rollout(row)


def listed(connection: Connection, *, only_open: bool = False, limit: int = 100) -> list[Rollout]:
    """The newest first."""
    found = select(rollouts).order_by(rollouts.c.made_at.desc()).limit(limit)
    if only_open:
        found = found.where(rollouts.c.state.in_([state.value for state in OPEN]))
    return [_rollout(row) for row in connection.execute(found).mappings()]


def of_item(connection: Connection, slug: str) -> Rollout | None:
    """The open one of an item."""
    return next((one for one in listed(connection, only_open=True) if one.slug == slug), None)


def steps(connection: Connection, rollout_id: str) -> list[Step]:
    """What happened to it, the oldest first."""
    found = select(rollout_steps).where(rollout_steps.c.rollout_id == rollout_id).order_by(rollout_steps.c.id)
    return [read(row, Step) for row in connection.execute(found).mappings()]


def seen(connection: Connection, rollout: Rollout, now: datetime) -> list[Seen]:
    """How every terminal stands with this version, by its last heartbeat and what its citizens reported."""
    every = [one for one in sent(connection) if one.slug == rollout.slug]
    states = fleet.now_of(connection)
    since = rollout.stage_at or rollout.made_at
    counted = select(difficulties.c.terminal, func.count()).where(difficulties.c.item == rollout.slug)
    counted = counted.where(difficulties.c.received_at >= since).group_by(difficulties.c.terminal)
    failed = {row[0]: int(row[1]) for row in connection.execute(counted)}
    found = []
    for terminal in fleet.everyone(connection):
        state = states.get(terminal.id)
        if state is None:
            found.append(
                Seen(
                    terminal.id,
                    online=False,
                    read=False,
                    quarantined=0,
                    closed=None,
                    difficulties=failed.get(terminal.id, 0),
                )
            )
            continue
        said = state.heartbeat()
        mine = [one for one in every if one.audience in {"*", terminal.id} and one.seq <= said.cursor]
        service = next((one for one in said.services if one.item == rollout.slug), None)
        found.append(
            Seen(
                terminal.id,
                fleet_rules.is_online(state.received_at, now),
                bool(mine) and mine[-1].version == rollout.version,
                said.quarantined,
                None if service is None or service.open else service.reason,
                failed.get(terminal.id, 0),
            )
        )
    return found


def last_change(connection: Connection) -> tuple[datetime | None, datetime | None]:
    """Other values whenever a draft or a rollout changed."""
    newest_draft: datetime | None = connection.execute(select(func.max(catalogue_drafts.c.changed_at))).scalar_one()
    newest: datetime | None = connection.execute(select(func.max(rollouts.c.changed_at))).scalar_one()
    return newest_draft, newest
