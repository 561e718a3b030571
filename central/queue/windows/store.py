"""Windows in the database: what they serve, who sits there, whose post it is, and who stands in for whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Select, delete, select, update
from sqlalchemy.exc import IntegrityError

from central.database import add_if_new, read
from central.queue.posts import OFF, ON, Cover, Post, Sign, Window
from central.queue.tables import (
    queue_covers,
    queue_numbers,
    queue_posts,
    queue_sign_log,
    queue_signs,
    queue_skills,
    queue_windows,
)


def keep(connection: Connection, window: Window) -> bool:
    """Make a window, or change it. False where its hall has another with that code."""
    row = msgspec.structs.asdict(window)
    skills = row.pop("skills")
    try:
        with connection.begin_nested():
            if not add_if_new(connection, queue_windows, row | {"ended_at": None}):
                place = queue_windows.c.window_id == window.window_id
                if not connection.execute(update(queue_windows).where(place).values(row)).rowcount:
                    return False
    except IntegrityError:
        return False
    connection.execute(delete(queue_skills).where(queue_skills.c.window_id == window.window_id))
    for skill in skills:
        connection.execute(queue_skills.insert().values(window_id=window.window_id, skill=skill))
    return True


def end(connection: Connection, window_id: str, at: datetime) -> None:
    """The window is not there any more; its past stays. Whoever may calls the numbers kept for it."""
    place = (queue_windows.c.window_id == window_id) & queue_windows.c.ended_at.is_(None)
    connection.execute(update(queue_windows).where(place).values(ended_at=at))
    connection.execute(delete(queue_posts).where(queue_posts.c.window_id == window_id))
    release(connection, window_id, "", at)


def windows(connection: Connection, hall: str | None = None) -> list[Window]:
    """Those of a hall, or of all; in the order of their codes."""
    found = select(queue_windows).where(queue_windows.c.ended_at.is_(None))
    if hall is not None:
        found = found.where(queue_windows.c.hall == hall)
    rows = list(connection.execute(found).mappings())
    skills = _skills(connection, [row["window_id"] for row in rows])
    made = [read(dict(row) | {"skills": tuple(skills[row["window_id"]])}, Window) for row in rows]
    return sorted(made, key=lambda one: (one.hall, len(one.code), one.code))


def find(connection: Connection, window_id: str) -> Window | None:
    """One window that is there."""
    place = (queue_windows.c.window_id == window_id) & queue_windows.c.ended_at.is_(None)
    row = connection.execute(select(queue_windows).where(place)).mappings().first()
    if row is None:
        return None
    return read(dict(row) | {"skills": tuple(_skills(connection, [window_id])[window_id])}, Window)


def codes(connection: Connection, window_ids: Collection[str]) -> dict[str, str]:
    """What is written over these windows, also over those that are gone."""
    found = select(queue_windows.c.window_id, queue_windows.c.code)
    return {row[0]: row[1] for row in connection.execute(found.where(queue_windows.c.window_id.in_(window_ids)))}


def codes_of(connection: Connection, hall: str) -> dict[str, str]:
    """What is written over the windows of a hall."""
    found = select(queue_windows.c.window_id, queue_windows.c.code)
    here = (queue_windows.c.hall == hall) & queue_windows.c.ended_at.is_(None)
    return {row[0]: row[1] for row in connection.execute(found.where(here))}


def _skills(connection: Connection, window_ids: Collection[str]) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    asked = select(queue_skills).where(queue_skills.c.window_id.in_(window_ids)).order_by(queue_skills.c.skill)
    for row in connection.execute(asked).mappings():
        found[row["window_id"]].append(row["skill"])
    return found


def skills_now(window_id: str) -> Select[str]:
    """Its own, and those of the windows it stands in for: a question for other statements."""
    covered = select(queue_covers.c.window_id).where(
        queue_covers.c.stand_in_window == window_id, queue_covers.c.until.is_(None)
    )
    place = (queue_skills.c.window_id == window_id) | queue_skills.c.window_id.in_(covered)
    return select(queue_skills.c.skill).where(place)


def skills_by_window(connection: Connection, found: Iterable[Window]) -> dict[str, frozenset[str]]:
    """The same of several windows, asked in one question."""
    own = {one.window_id: frozenset(one.skills) for one in found}
    stood_for = select(queue_covers.c.stand_in_window, queue_skills.c.skill).join(
        queue_skills, queue_skills.c.window_id == queue_covers.c.window_id
    )
    place = queue_covers.c.until.is_(None) & queue_covers.c.stand_in_window.in_(own)
    for window_id, skill in connection.execute(stood_for.where(place)):
        own[window_id] |= {skill}
    return own


class Seat(msgspec.Struct, frozen=True):
    """A window's hall, and who sits there."""

    hall: str
    who: str
    state: str


def seat(connection: Connection, window_id: str) -> Seat | None:
    """One window that is there."""
    signed = queue_signs.c.window_id == queue_windows.c.window_id
    found = select(queue_windows.c.hall, queue_signs.c.who, queue_signs.c.state).join(queue_signs, signed, isouter=True)
    here = (queue_windows.c.window_id == window_id) & queue_windows.c.ended_at.is_(None)
    row = connection.execute(found.where(here)).first()
    return None if row is None else Seat(row[0], row[1] or "", row[2] or OFF)


def signs(connection: Connection, window_ids: Collection[str]) -> dict[str, Sign]:
    """Who sits at these windows, on duty, at a break, or gone."""
    found = select(queue_signs).where(queue_signs.c.window_id.in_(window_ids))
    return {row["window_id"]: read(row, Sign) for row in connection.execute(found).mappings()}


def place_of(connection: Connection, who: str) -> Sign | None:
    """Where somebody has signed on."""
    found = select(queue_signs).where(queue_signs.c.who == who, queue_signs.c.state != OFF)
    row = connection.execute(found).mappings().first()
    return None if row is None else read(row, Sign)


def sign(connection: Connection, wanted: Sign) -> Sign | None:
    """Sign on, off, or to a break. None where it is so now; else the sign in the way: somebody else sits there, or this
    person sits somewhere else.
    """
    place = queue_signs.c.window_id == wanted.window_id
    found = connection.execute(select(queue_signs).where(place).with_for_update()).mappings().first()
    before = None if found is None else read(found, Sign)
    if before is not None and before.state != OFF and before.who != wanted.who:
        return before
    if (OFF if before is None else before.state) == wanted.state and (before is None or before.who == wanted.who):
        return None
    row = msgspec.structs.asdict(wanted)
    try:
        with connection.begin_nested():
            said = queue_signs.insert() if before is None else update(queue_signs).where(place)
            connection.execute(said.values(row))
    except IntegrityError:
        # Of a hall this session does not see, nothing is told but that.
        return place_of(connection, wanted.who) or Sign("", wanted.who, ON, wanted.since)
    log = {"window_id": wanted.window_id, "who": wanted.who, "state": wanted.state, "at": wanted.since}
    connection.execute(queue_sign_log.insert().values(log))
    return None


def posts(connection: Connection, window_ids: Collection[str]) -> list[Post]:
    """AB岗 of these windows, by window and time."""
    found = select(queue_posts).where(queue_posts.c.window_id.in_(window_ids))
    ordered = found.order_by(queue_posts.c.window_id, queue_posts.c.weekday, queue_posts.c.starts)
    return [read(row, Post) for row in connection.execute(ordered).mappings()]


def add_post(connection: Connection, post: Post) -> bool:
    """Enter one. False where it is there."""
    return add_if_new(connection, queue_posts, msgspec.structs.asdict(post))


def end_post(connection: Connection, post_id: str) -> bool:
    """Take one out."""
    return bool(connection.execute(delete(queue_posts).where(queue_posts.c.post_id == post_id)).rowcount)


def covers(connection: Connection, window_ids: Collection[str]) -> list[Cover]:
    """Who stands in for these windows now, the first to be away first. Screens show it."""
    found = select(queue_covers).where(queue_covers.c.window_id.in_(window_ids), queue_covers.c.until.is_(None))
    return [read(row, Cover) for row in connection.execute(found.order_by(queue_covers.c.since)).mappings()]


def begin_cover(connection: Connection, cover: Cover) -> list[str]:
    """Another window serves for this one from now on; the case ids of the numbers kept for it that move along. A cover
    that is open moves nothing twice.
    """
    if not add_if_new(connection, queue_covers, msgspec.structs.asdict(cover)):
        return []
    return release(connection, cover.window_id, cover.stand_in_window, cover.since)


def end_covers(connection: Connection, window_ids: Iterable[str], at: datetime) -> None:
    """Whoever was away is back."""
    place = queue_covers.c.window_id.in_(list(window_ids)) & queue_covers.c.until.is_(None)
    connection.execute(update(queue_covers).where(place).values(until=at))


def release(connection: Connection, window_id: str, to: str, at: datetime) -> list[str]:
    """The numbers kept for a window are kept for another one, or with an empty `to` for none. Their case ids."""
    place = (queue_numbers.c.wanted_window == window_id) & (queue_numbers.c.stand == "waiting")
    moved = list(connection.execute(select(queue_numbers.c.case_id).where(place).with_for_update()).scalars())
    connection.execute(update(queue_numbers).where(place).values(wanted_window=to, changed_at=at))
    return moved
