"""Staff by keyed hash, and which ratings are theirs about what they belong to, in the database."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, and_, column, delete, func, select, table

from central.cases.tables import cases, ratings
from central.database import insert, read
from central.fleet.tables import terminals
from central.people.tables import users
from central.progress.tables import case_people
from central.ratings.staff.rules import Rated, Rater, is_own
from central.ratings.staff.tables import staff_people
from central.units import rules as unit_rules
from central.units import store as units

_TURNS = table("queue_turns", *(column(name) for name in ("case_id", "who", "called_at")))


class Known(msgspec.Struct, frozen=True):
    """That a member of staff is entered: by whom, when, under which key."""

    name: str
    key_id: str
    set_by: str
    set_at: datetime


def find(connection: Connection, name: str) -> Known | None:
    """Whether an account is entered; never as whom."""
    wanted = [staff_people.c[field] for field in Known.__struct_fields__]
    row = connection.execute(select(*wanted).where(staff_people.c.name == name)).mappings().first()
    return None if row is None else read(row, Known)


def enter(connection: Connection, name: str, person: str, key_id: str, who: str, now: datetime) -> None:
    """An account is this person's from now on."""
    row = {"name": name, "person": person, "key_id": key_id, "set_by": who, "set_at": now}
    added = insert(connection, staff_people).values(row)
    connection.execute(added.on_conflict_do_update(index_elements=[staff_people.c.name], set_=row))


def forget(connection: Connection, name: str) -> bool:
    """An account is nobody's; False where it was."""
    return connection.execute(delete(staff_people).where(staff_people.c.name == name)).rowcount > 0


def own_ratings(connection: Connection, begins: datetime, ends: datetime) -> frozenset[str]:
    """The ratings of a time that staff gave on what they belong to, by their envelopes."""
    same = and_(staff_people.c.person == case_people.c.person, staff_people.c.key_id == case_people.c.key_id)
    last = select(_TURNS.c.case_id, func.max(_TURNS.c.called_at).label("called_at")).group_by(_TURNS.c.case_id)
    newest = last.subquery()
    found = (
        select(
            ratings.c.envelope_id,
            ratings.c.terminal,
            staff_people.c.name,
            func.coalesce(_TURNS.c.who, "").label("staff"),
            func.coalesce(terminals.c.hall, "").label("hall"),
            func.coalesce(func.nullif(ratings.c.item, ""), cases.c.item, "").label("item"),
        )
        .join(case_people, case_people.c.case_id == ratings.c.case_id)
        .join(staff_people, same)
        .outerjoin(cases, cases.c.case_id == ratings.c.case_id)
        .outerjoin(terminals, terminals.c.id == ratings.c.terminal)
        .outerjoin(newest, newest.c.case_id == ratings.c.case_id)
        .outerjoin(_TURNS, and_(_TURNS.c.case_id == newest.c.case_id, _TURNS.c.called_at == newest.c.called_at))
        .where(ratings.c.received_at >= begins, ratings.c.received_at < ends, case_people.c.person != "")
    )
    rows = list(connection.execute(found).mappings())
    if not rows:
        return frozenset()
    every, raters = units.every(connection), _raters(connection)
    own = set()
    for row in rows:
        unit, _ = unit_rules.route(every, row["item"], "", (row["terminal"], row["hall"]))
        if is_own(raters[row["name"]], Rated(row["staff"], row["hall"], unit)):
            own.add(str(row["envelope_id"]))
    return frozenset(own)


def _raters(connection: Connection) -> dict[str, Rater]:
    belongs = units.members(connection)
    found = select(staff_people.c.name, users.c.halls).outerjoin(users, users.c.name == staff_people.c.name)
    return {
        name: Rater(name, belongs.get(name, ""), msgspec.json.decode(halls or "[]", type=tuple[str, ...]))
        for name, halls in connection.execute(found)
    }
