"""Open items in the database. What two looks at once would both write is written by the first alone."""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, literal, or_, select, update

from central.bulk import add_new, among, keep_many
from central.cases import store as cases
from central.database import Moment, add_if_new, read
from central.fleet.store import Alarm
from central.fleet.tables import alarms, terminals
from central.matters.rules import ALARM, Changes, Matter
from central.matters.tables import day_closes, duty_phones, matter_calls, matter_steps, matters

PAGE_SIZE = 50
ALARMS_OF = timedelta(days=7)
SAID_EVERY = timedelta(minutes=5)
"""One officer is not written to more often."""


class Step(msgspec.Struct, frozen=True):
    """Something done about an item."""

    at: datetime
    who: str
    what: str
    note: str


class Ring(msgspec.Struct, frozen=True):
    """Whom an item was told to, and as which of the roster."""

    rung: int
    who: str
    called_at: datetime


class Closing(msgspec.Struct, frozen=True):
    """A day of a hall that was closed."""

    hall: str
    day: str
    by_whom: str
    at: datetime
    handed: int


class Asked(msgspec.Struct, frozen=True):
    """Which items a page shows; lives in the URL."""

    state: str = "open"
    hall: str = ""
    kind: str = ""
    owner: str = ""
    text: str = ""
    page: int = 1
    halls: tuple[str, ...] | None = None
    """What whoever asks may see; None: everything."""


def standing(connection: Connection) -> dict[tuple[str, str], Matter]:
    """Every item that is open, by kind and subject."""
    rows = connection.execute(select(matters).where(matters.c.closed_at.is_(None))).mappings()
    return {(row["kind"], row["subject"]): _matter(row) for row in rows}


def _matter(row: object) -> Matter:
    values = dict(row)  # type: ignore[call-overload] # a mapping of the driver
    return read(values | {"by_hand": bool(values["by_hand"]), "escalated": bool(values["escalated"])}, Matter)


def new_alarms(connection: Connection, now: datetime) -> list[tuple[str, Alarm]]:
    """What terminals raised and no item was made of yet, by its id."""
    made = matters.c.matter_id.is_(None)
    both = alarms.outerjoin(matters, and_(matters.c.kind == ALARM, matters.c.subject == alarms.c.id))
    found = select(alarms).select_from(both).where(made, alarms.c.received_at >= now - ALARMS_OF)
    return [(row["id"], read(row, Alarm)) for row in connection.execute(found).mappings()]


def write(connection: Connection, found: Changes) -> list[Matter]:
    """Write what a look changed, and return what is new. A change counts only for the row it was worked out from."""
    rows = [_row(msgspec.structs.replace(one, matter_id=secrets.token_hex(6))) for one in found.begun]
    new = add_new(connection, matters, rows, "matter_id")
    ended = []
    for one in found.changed:
        place = (matters.c.matter_id == one.matter_id) & matters.c.closed_at.is_(None)
        values = {name: value for name, value in _row(one).items() if name not in _KEPT}
        if connection.execute(update(matters).where(place).values(**values)).rowcount and one.closed_at is not None:
            ended.append(one)
    for one in found.gone:
        connection.execute(delete(matters).where(matters.c.matter_id == one.matter_id, matters.c.shown_at.is_(None)))
    shown = [row for row in rows if row["matter_id"] in new and row["shown_at"]]
    steps = [_step(row["matter_id"], row["shown_at"], "", "shown") for row in shown]
    steps += [_step(one.matter_id, one.closed_at, one.closed_by, "over") for one in ended]
    if steps:
        connection.execute(matter_steps.insert(), steps)
    return [_matter(row) for row in rows if row["matter_id"] in new]


_KEPT = {"matter_id", "owner", "reason", "acknowledged_by", "acknowledged_at"}
"""What people write: a look that began before they did must not take it back."""


def _row(one: Matter) -> dict[str, object]:
    return msgspec.structs.asdict(one) | {"by_hand": int(one.by_hand), "escalated": int(one.escalated)}


def _step(matter_id: object, at: object, who: str, what: str, note: str = "") -> dict[str, object]:
    return {"matter_id": matter_id, "at": at, "who": who, "what": what, "note": note}


def find(connection: Connection, matter_id: str) -> Matter | None:
    """One item."""
    row = connection.execute(select(matters).where(matters.c.matter_id == matter_id)).mappings().first()
    return None if row is None else _matter(row)


def _of(halls: tuple[str, ...] | None) -> list[ColumnElement[bool]]:
    return [] if halls is None else [matters.c.hall.in_([*halls, ""])]


def listed(connection: Connection, asked: Asked, since: datetime, limit: int = PAGE_SIZE) -> tuple[list[Matter], int]:
    """A page of items and how many there are: open ones the worst first, others the newest first."""
    where = [matters.c.shown_at.is_not(None), *_of(asked.halls)]
    if asked.state == "open":
        where.append(matters.c.closed_at.is_(None))
    elif asked.state == "closed":
        where.append(matters.c.closed_at >= since)
    else:
        where.append(matters.c.began_at >= since)
    named = ("hall", "kind", "owner")
    where += [matters.c[name] == wanted for name in named if (wanted := getattr(asked, name))]
    if asked.text:
        where.append(or_(matters.c.terminal.icontains(asked.text, autoescape=True), matters.c.subject == asked.text))
    total: int = connection.execute(select(func.count()).select_from(matters).where(*where)).scalar_one()
    found = select(matters).where(*where).limit(limit).offset((max(asked.page, 1) - 1) * PAGE_SIZE)
    return _matters(connection, _worst_first(found) if asked.state == "open" else found.order_by(_NEWEST)), total


_NEWEST = matters.c.began_at.desc()


def _worst_first(found: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    red = matters.c.severity == "act"
    return found.order_by(
        matters.c.escalated.desc(), red.desc(), matters.c.acknowledged_at.is_not(None), matters.c.began_at
    )


def _matters(connection: Connection, found: Select[tuple[object, ...]]) -> list[Matter]:
    return [_matter(row) for row in connection.execute(found).mappings()]


def worst(connection: Connection, halls: tuple[str, ...] | None, limit: int, hall: str = "") -> list[Matter]:
    """The first of what is open and shown."""
    where = [matters.c.shown_at.is_not(None), matters.c.closed_at.is_(None), *_of(halls)]
    if hall:
        where.append(matters.c.hall == hall)
    return _matters(connection, _worst_first(select(matters).where(*where)).limit(limit))


def open_by_hall(connection: Connection) -> dict[str, tuple[int, int]]:
    """Hall -> how many red and how many yellow items are open there."""
    where = (matters.c.shown_at.is_not(None), matters.c.closed_at.is_(None))
    counted = select(matters.c.hall, matters.c.severity, func.count()).where(*where)
    found: dict[str, tuple[int, int]] = {}
    for hall, severity, number in connection.execute(counted.group_by(matters.c.hall, matters.c.severity)):
        red, yellow = found.get(hall, (0, 0))
        found[hall] = (red + number, yellow) if severity == "act" else (red, yellow + number)
    return found


def of_terminal(connection: Connection, terminal: str) -> list[Matter]:
    """What is open at a terminal."""
    where = (matters.c.terminal == terminal, matters.c.shown_at.is_not(None), matters.c.closed_at.is_(None))
    return _matters(connection, _worst_first(select(matters).where(*where)).limit(50))


def halls(connection: Connection) -> list[str]:
    """Every hall terminals stand in."""
    found = select(terminals.c.hall).where(terminals.c.hall != "").distinct().order_by(terminals.c.hall)
    return list(connection.execute(found).scalars())


def unsettled(connection: Connection, hall: str) -> list[Matter]:
    """What a person has to close before a hall's day may close over it."""
    where = (matters.c.hall == hall, matters.c.by_hand == 1, matters.c.closed_at.is_(None))
    return _matters(connection, select(matters).where(*where).order_by(matters.c.began_at))


def since(connection: Connection, begin: datetime, end: datetime, halls: tuple[str, ...] | None = None) -> list[Matter]:
    """Everything that touches a time, the oldest first."""
    touches = (matters.c.began_at < end) & or_(matters.c.closed_at.is_(None), matters.c.closed_at > begin)
    where = (touches, matters.c.shown_at.is_not(None), *_of(halls))
    return _matters(connection, select(matters).where(*where).order_by(matters.c.began_at).limit(20_000))


def acknowledge(connection: Connection, matter_id: str, who: str, now: datetime) -> bool:
    """Somebody has it: the first who says so. False where it is had or over."""
    place = (matters.c.matter_id == matter_id) & matters.c.acknowledged_at.is_(None) & matters.c.closed_at.is_(None)
    values = {"acknowledged_by": who, "acknowledged_at": now, "owner": who, "escalated": 0, "changed_at": now}
    if not connection.execute(update(matters).where(place).values(**values)).rowcount:
        return False
    connection.execute(matter_steps.insert().values(**_step(matter_id, now, who, "acknowledged")))
    return True


def hand(connection: Connection, matter_id: str, to: str, who: str, note: str, now: datetime) -> bool:
    """From now on somebody else's, with the reason. False where it is over."""
    place = (matters.c.matter_id == matter_id) & matters.c.closed_at.is_(None)
    values = {"owner": to, "reason": note, "changed_at": now}
    if not connection.execute(update(matters).where(place).values(**values)).rowcount:
        return False
    connection.execute(matter_steps.insert().values(**_step(matter_id, now, who, "handed", f"{to}: {note}")))
    return True


def close(connection: Connection, matter_id: str, who: str, note: str, now: datetime) -> bool:
    """Over, and what was done. Whoever closes what nobody had is the one who had it. False where it is over."""
    place = (matters.c.matter_id == matter_id) & matters.c.closed_at.is_(None)
    values = {
        "closed_at": now,
        "closed_by": who,
        "note": note,
        "changed_at": now,
        "acknowledged_by": func.coalesce(matters.c.acknowledged_by, who),
        "acknowledged_at": func.coalesce(matters.c.acknowledged_at, literal(now, Moment())),
    }
    if not connection.execute(update(matters).where(place).values(**values)).rowcount:
        return False
    connection.execute(matter_steps.insert().values(**_step(matter_id, now, who, "closed", note)))
    return True


def seen_to(connection: Connection, matter: Matter, who: str, note: str, now: datetime) -> None:
    """What the item is about is settled at its own place too: a ticket is seen to."""
    if matter.kind == "print":
        cases.handle(connection, matter.subject, who, note, now)


def steps(connection: Connection, matter_id: str) -> list[Step]:
    """What was done, the oldest first."""
    found = select(matter_steps).where(matter_steps.c.matter_id == matter_id).order_by(matter_steps.c.id)
    return [read(row, Step) for row in connection.execute(found).mappings()]


# --- whom it is told to ----------


def rings(connection: Connection, ids: Collection[str]) -> dict[str, list[Ring]]:
    """Item -> whom it was told to, in the order of the roster."""
    found = select(matter_calls).where(among(connection, matter_calls.c.matter_id, set(ids)))
    told: dict[str, list[Ring]] = {}
    for row in connection.execute(found.order_by(matter_calls.c.rung)).mappings():
        told.setdefault(row["matter_id"], []).append(read(row, Ring))
    return told


def ring(connection: Connection, matter: Matter, rung: int, who: str, now: datetime) -> bool:
    """It is told to somebody, once for each of the roster; whose it is as long as nobody has it."""
    row = {"call_id": f"{matter.matter_id}~{rung}", "matter_id": matter.matter_id, "rung": rung, "who": who}
    if not add_if_new(connection, matter_calls, row | {"called_at": now}):
        return False
    mine = (matters.c.matter_id == matter.matter_id) & matters.c.acknowledged_at.is_(None)
    connection.execute(update(matters).where(mine, matters.c.reason == "").values(owner=who, changed_at=now))
    connection.execute(matter_steps.insert().values(**_step(matter.matter_id, now, who, "rung")))
    return True


def told_lately(connection: Connection, now: datetime) -> set[str]:
    """Officers who were written to within the last minutes."""
    found = select(matter_calls.c.who).where(matter_calls.c.called_at > now - SAID_EVERY).distinct()
    return set(connection.execute(found).scalars())


def escalate(connection: Connection, ids: Iterable[str], now: datetime) -> int:
    """Nobody came: these come first from now on. How many are new."""
    count = 0
    for matter_id in ids:
        place = (matters.c.matter_id == matter_id) & (matters.c.escalated == 0) & matters.c.acknowledged_at.is_(None)
        if connection.execute(update(matters).where(place).values(escalated=1, changed_at=now)).rowcount:
            connection.execute(matter_steps.insert().values(**_step(matter_id, now, "", "escalated")))
            count += 1
    return count


def phones(connection: Connection) -> dict[str, tuple[str, bytes]]:
    """Officer -> the masked telephone of their duty, and the sealed one."""
    rows = connection.execute(select(duty_phones.c.who, duty_phones.c.masked, duty_phones.c.sealed))
    return {row.who: (row.masked, row.sealed) for row in rows}


def keep_phone(connection: Connection, who: str, masked: str, sealed: bytes, by: str, now: datetime) -> None:
    """Where somebody is told on duty; it replaces what was there."""
    row = {"who": who, "masked": masked, "sealed": sealed, "by_whom": by, "at": now}
    keep_many(connection, duty_phones, [row], ("who",))


# --- days ----------


def close_day(connection: Connection, found: Closing) -> bool:
    """The day of a hall is closed. False where it is."""
    return add_if_new(connection, day_closes, msgspec.structs.asdict(found))


def closings(connection: Connection, hall: str) -> list[Closing]:
    """The last days that were closed, the newest first."""
    found = select(day_closes).where(day_closes.c.hall == hall).order_by(day_closes.c.day.desc()).limit(14)
    return [read(row, Closing) for row in connection.execute(found).mappings()]


def last_change(connection: Connection) -> datetime | None:
    """When an item last changed."""
    newest: datetime | None = connection.execute(select(func.max(matters.c.changed_at))).scalar_one()
    return newest
