"""Releases on their way, what terminals say of them, and what they were told, in the database."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, func, select, update

from central.database import add_if_new, insert, read
from central.feed.tables import feed
from central.fleet import rules as fleet_rules
from central.fleet import store as fleet
from central.releases.rules import OPEN, Before, Rollout, Seen, is_fault
from central.releases.tables import release_outcomes, release_rollouts, release_steps
from contract.feed import FeedKind
from contract.releases import ReleaseReport, Stage, Wanted


class Step(msgspec.Struct, frozen=True):
    """One thing that happened to a rollout."""

    what: str
    stage: int
    detail: str
    by_whom: str
    at: datetime


class Outcome(msgspec.Struct, frozen=True):
    """The last word of a terminal on a release that ended there: `well`, `back` or `refused`."""

    terminal: str
    release: str
    stage: str
    why: str
    at: datetime


_ENDS = frozenset({Stage.WELL, Stage.BACK, Stage.REFUSED})


def add(connection: Connection, rollout: Rollout) -> bool:
    """Begin one. False where there is one of this id."""
    return add_if_new(connection, release_rollouts, _values(rollout))


def change(connection: Connection, rollout: Rollout, was: Rollout) -> bool:
    """Take a step. False where somebody else took one since."""
    place = (release_rollouts.c.rollout_id == was.rollout_id) & (release_rollouts.c.changed_at == was.changed_at)
    place &= release_rollouts.c.state == was.state.value
    return bool(connection.execute(update(release_rollouts).where(place).values(**_values(rollout))).rowcount)


def note(connection: Connection, rollout_id: str, step: Step) -> None:
    """Write down what happened."""
    connection.execute(insert(connection, release_steps).values(rollout_id=rollout_id, **msgspec.structs.asdict(step)))


def find(connection: Connection, rollout_id: str) -> Rollout | None:
    """One by its id."""
    found = select(release_rollouts).where(release_rollouts.c.rollout_id == rollout_id)
    row = connection.execute(found).mappings().first()
    return None if row is None else _rollout(row)


def listed(connection: Connection, *, only_open: bool = False, limit: int = 50) -> list[Rollout]:
    """The newest first."""
    found = select(release_rollouts).order_by(release_rollouts.c.made_at.desc()).limit(limit)
    if only_open:
        found = found.where(release_rollouts.c.state.in_([state.value for state in OPEN]))
    return [_rollout(row) for row in connection.execute(found).mappings()]


def steps(connection: Connection, rollout_id: str) -> list[Step]:
    """What happened to it, the oldest first."""
    found = select(release_steps).where(release_steps.c.rollout_id == rollout_id).order_by(release_steps.c.id)
    return [read(row, Step) for row in connection.execute(found).mappings()]


def seen(connection: Connection, now: datetime) -> list[Seen]:
    """How every terminal stands, by its last heartbeat."""
    states = fleet.now_of(connection)
    found = []
    for terminal in fleet.everyone(connection):
        state = states.get(terminal.id)
        if state is None:
            found.append(Seen(terminal.id, online=False, heard_at=None, said=None, closed=0))
            continue
        said = state.heartbeat()
        closed = sum(not one.open and is_fault(one.reason) for one in said.services)
        online = fleet_rules.is_online(state.received_at, now)
        found.append(Seen(terminal.id, online, state.received_at, said.release, closed))
    return found


def wanted(connection: Connection) -> dict[str, tuple[int, Wanted]]:
    """What each audience was told last, with its place; a terminal follows whichever of `*` and its own is later."""
    place = (feed.c.kind == FeedKind.RELEASE.value) & feed.c.replaced_by.is_(None)
    found = select(feed.c.audience, feed.c.seq, feed.c.body).where(place).order_by(feed.c.seq)
    return {row.audience: (row.seq, msgspec.json.decode(row.body, type=Wanted)) for row in connection.execute(found)}


def wanted_by(told: dict[str, tuple[int, Wanted]], terminal: str) -> Wanted:
    """What this terminal is to run."""
    mine = [told[audience] for audience in ("*", terminal) if audience in told]
    return max(mine)[1] if mine else Wanted()


def keep_outcomes(connection: Connection, said: Iterable[tuple[str, ReleaseReport]], now: datetime) -> bool:
    """Write down how releases ended where they have. Whether that was news."""
    known = {
        (row.terminal, row.release): (row.stage, row.why) for row in connection.execute(select(release_outcomes)).all()
    }
    news = False
    for terminal, report in said:
        ended = (report.stage.value, report.why)
        if report.stage not in _ENDS or not report.of or known.get((terminal, report.of)) == ended:
            continue
        news = True
        row = {"terminal": terminal, "release": report.of, "stage": ended[0], "why": ended[1], "at": now}
        if not add_if_new(connection, release_outcomes, row):
            place = (release_outcomes.c.terminal == terminal) & (release_outcomes.c.release == report.of)
            connection.execute(update(release_outcomes).where(place).values(**row))
    return news


def outcomes(connection: Connection, limit: int) -> list[Outcome]:
    """The newest first."""
    found = select(release_outcomes).order_by(release_outcomes.c.at.desc()).limit(limit)
    return [read(row, Outcome) for row in connection.execute(found).mappings()]


def last_change(connection: Connection) -> tuple[datetime | None, datetime | None]:
    """Other values whenever a rollout or an outcome changed."""
    one: datetime | None = connection.execute(select(func.max(release_rollouts.c.changed_at))).scalar_one()
    other: datetime | None = connection.execute(select(func.max(release_outcomes.c.at))).scalar_one()
    return one, other


def _rollout(row: RowMapping) -> Rollout:
    values: dict[str, Any] = {str(name): value for name, value in row.items()}
    values["groups"] = msgspec.json.decode(values["groups"], type=tuple[tuple[str, ...], ...])
    values["baseline"] = msgspec.json.decode(values["baseline"], type=dict[str, Before])
    return msgspec.convert(values, Rollout)


def _values(rollout: Rollout) -> dict[str, object]:
    values = msgspec.structs.asdict(rollout)
    values["groups"] = msgspec.json.encode(rollout.groups).decode()
    values["baseline"] = msgspec.json.encode(rollout.baseline).decode()
    values["state"] = rollout.state.value
    return values
