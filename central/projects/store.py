"""Projects in the database."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from central.cases.tables import cases
from central.database import add_if_new, read
from central.progress import rules as progress
from central.projects.rules import Kind, Part, Project
from central.projects.tables import project_parts, projects


def add(connection: Connection, project: Project) -> bool:
    """A new one. False where it is known."""
    return add_if_new(connection, projects, msgspec.structs.asdict(project))


def join(connection: Connection, part: Part) -> bool:
    """Something belongs to it. False where it did before."""
    taken = select(project_parts.c.id).where(
        project_parts.c.project_id == part.project_id,
        project_parts.c.kind == part.kind.value,
        project_parts.c.of_id == part.of_id,
        project_parts.c.item == part.item,
    )
    if connection.execute(taken).first() is not None:
        return False
    connection.execute(project_parts.insert().values(**msgspec.structs.asdict(part) | {"kind": part.kind.value}))
    _changed(connection, part.project_id, part.added_at)
    return True


def leave(connection: Connection, project_id: str, kind: Kind, of_id: str, now: datetime) -> bool:
    """It belongs to it no more. False where it did not."""
    place = (project_parts.c.project_id == project_id) & (project_parts.c.of_id == of_id)
    gone = connection.execute(project_parts.delete().where(place & (project_parts.c.kind == kind.value))).rowcount
    if gone:
        _changed(connection, project_id, now)
    return bool(gone)


def look_after(connection: Connection, project_id: str, agent_id: str, now: datetime) -> bool:
    """One agent looks after all of it (一对一). False where there is no such project."""
    values = {"agent_id": agent_id, "changed_at": now}
    return bool(
        connection.execute(update(projects).where(projects.c.project_id == project_id).values(**values)).rowcount
    )


def close(connection: Connection, project_id: str, now: datetime) -> bool:
    """It is over. False where it was before."""
    place = (projects.c.project_id == project_id) & projects.c.closed_at.is_(None)
    return bool(connection.execute(update(projects).where(place).values(closed_at=now, changed_at=now)).rowcount)


def _changed(connection: Connection, project_id: str, now: datetime) -> None:
    connection.execute(update(projects).where(projects.c.project_id == project_id).values(changed_at=now))


def find(connection: Connection, project_id: str) -> Project | None:
    """One by its id."""
    row = connection.execute(select(projects).where(projects.c.project_id == project_id)).mappings().first()
    return None if row is None else read(row, Project)


def by_number(connection: Connection, number: str) -> Project | None:
    """One by the number the company has."""
    row = connection.execute(select(projects).where(projects.c.number == number)).mappings().first()
    return None if row is None else read(row, Project)


def listed(connection: Connection, *, closed: bool) -> list[Project]:
    """Those under way, or those that are over; the last changed first."""
    place = projects.c.closed_at.is_not(None) if closed else projects.c.closed_at.is_(None)
    found = select(projects).where(place).order_by(projects.c.changed_at.desc()).limit(200)
    return [read(row, Project) for row in connection.execute(found).mappings()]


def parts(connection: Connection, project_ids: Collection[str]) -> dict[str, list[Part]]:
    """What belongs to these, in the order it was joined."""
    found = select(project_parts).where(project_parts.c.project_id.in_(project_ids)).order_by(project_parts.c.id)
    by_project: dict[str, list[Part]] = {project_id: [] for project_id in project_ids}
    for row in connection.execute(found).mappings():
        by_project[row["project_id"]].append(read(row, Part))
    return by_project


def last_change(connection: Connection) -> datetime | None:
    """When one last changed."""
    newest: datetime | None = connection.execute(select(func.max(projects.c.changed_at))).scalar_one()
    return newest


# --- what parts are ----------

_KNOWN = [cases.c[name] for name in progress.Known.__struct_fields__]


def case_by_number(connection: Connection, number: str) -> progress.Known | None:
    """The case with this 办件编号."""
    row = connection.execute(select(*_KNOWN).where(cases.c.case_number == number)).mappings().first()
    return None if row is None else read(row, progress.Known)


def cases_of(connection: Connection, case_ids: Collection[str]) -> dict[str, progress.Known]:
    """These cases by their ids."""
    found = select(*_KNOWN).where(cases.c.case_id.in_(case_ids))
    return {row["case_id"]: read(row, progress.Known) for row in connection.execute(found).mappings()}


class Joint(msgspec.Struct, frozen=True):
    """A case that does several items together."""

    case_id: str
    case_number: str
    item_title: str
    received_at: datetime
    items: tuple[str, ...]


def joint_cases(connection: Connection, limit: int = 200) -> Sequence[Joint]:
    """Joint filings (一件事) that are no project yet, the newest first."""
    columns = (cases.c.case_id, cases.c.case_number, cases.c.item_title, cases.c.received_at, cases.c.how)
    found = select(*columns).outerjoin(projects, projects.c.project_id == cases.c.case_id)
    found = found.where(projects.c.project_id.is_(None), cases.c.how.like('%"joint":["%'))
    rows = connection.execute(found.order_by(cases.c.received_at.desc()).limit(limit)).mappings()
    return [
        Joint(
            row["case_id"],
            row["case_number"],
            row["item_title"],
            row["received_at"],
            tuple(json.loads(row["how"]).get("joint", ())),
        )
        for row in rows
    ]
