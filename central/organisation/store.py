"""The tree in the database: its places, the values at them, and what terminals were sent."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, func, select

from central.bulk import add_many, keep_many
from central.database import read
from central.fleet.tables import terminals
from central.organisation import rules
from central.organisation.rules import HALL, FileNode, Kind, Node, Sent, Value
from central.organisation.tables import organisation, organisation_halls, organisation_sent, organisation_values


def nodes(connection: Connection) -> dict[str, Node]:
    """Every place, by its id."""
    rows = connection.execute(select(organisation).order_by(organisation.c.node)).mappings()
    return {row["node"]: read(row, Node) for row in rows}


def names(connection: Connection) -> dict[str, str]:
    """What places are called, for a choice: deeper ones are set in."""
    known = nodes(connection)
    found: dict[str, str] = {}

    def walk(parent: str, deep: int) -> None:
        for one in known.values():
            if one.parent == parent:
                found[one.node] = "　" * deep + one.name
                walk(one.node, deep + 1)

    walk("", 0)
    return found


def places(connection: Connection) -> dict[str, str]:
    """Every place something can be said at, for a choice: the tree, its halls, and halls nobody placed."""
    found = names(connection)
    known = set(halls(connection)) | set(connection.execute(select(terminals.c.hall).distinct()).scalars())
    return found | {HALL + hall: hall for hall in sorted(known - {""})}


def halls(connection: Connection) -> dict[str, str]:
    """Hall -> the place it stands at."""
    return {row.hall: row.node for row in connection.execute(select(organisation_halls))}


def subtree(connection: Connection, place: str) -> set[str]:
    """The halls under a place; a hall is under itself. Halls that nobody placed are the district's own."""
    if place.startswith(HALL):
        return {place.removeprefix(HALL)}
    known = nodes(connection)
    under = rules.below(known, place)
    found = {hall for hall, at in halls(connection).items() if at in under}
    if place in known and not known[place].parent:
        found |= set(connection.execute(select(terminals.c.hall).distinct()).scalars())
    return found


def way_to(connection: Connection, hall: str, terminal: str = "") -> list[tuple[str, str]]:
    """From the district down to a hall or a terminal: ids and names."""
    known = nodes(connection)
    place = rules.TERMINAL + terminal if terminal else HALL + hall
    found = rules.way(known, place, halls(connection), hall)
    return [(one, known[one].name if one in known else one.partition(":")[2]) for one in found]


def replace(connection: Connection, found: Iterable[FileNode]) -> None:
    """The tree is this from now on. Values at places that are gone go with them."""
    places = list(found)
    connection.execute(delete(organisation))
    connection.execute(delete(organisation_halls))
    fields = Node.__struct_fields__
    connection.execute(organisation.insert(), [{name: getattr(one, name) for name in fields} for one in places])
    add_many(connection, organisation_halls, [{"hall": hall, "node": one.node} for one in places for hall in one.halls])
    here = [one.node for one in places]
    colon = organisation_values.c.node.contains(":")
    connection.execute(delete(organisation_values).where(organisation_values.c.node.not_in(here), ~colon))


def values(connection: Connection) -> dict[str, list[Value]]:
    """Place -> what is said there."""
    found: dict[str, list[Value]] = {}
    for row in connection.execute(select(organisation_values).order_by(organisation_values.c.key)).mappings():
        found.setdefault(row["node"], []).append(read(row, Value))
    return found


def keep(connection: Connection, said: Iterable[Value]) -> None:
    """Say something at a place; it replaces what was said there of the same."""
    keep_many(connection, organisation_values, [msgspec.structs.asdict(one) for one in said], ("node", "kind", "key"))


def drop(connection: Connection, place: str, kind: Kind, key: str) -> bool:
    """Say nothing of it here any more: what is above holds again."""
    here = (organisation_values.c.node == place, organisation_values.c.kind == kind, organisation_values.c.key == key)
    return bool(connection.execute(delete(organisation_values).where(*here)).rowcount)


def sent(connection: Connection) -> dict[str, list[Sent]]:
    """Terminal -> what it was sent of the tree."""
    found: dict[str, list[Sent]] = {}
    for row in connection.execute(select(organisation_sent)).mappings():
        found.setdefault(row["terminal"], []).append(read(row, Sent))
    return found


def note_sent(
    connection: Connection,
    terminal: str,
    new: Mapping[tuple[str, str], str],
    gone: Iterable[tuple[str, str]],
) -> None:
    """What a terminal has now been sent, and what it does not have any more."""
    rows = [{"terminal": terminal, "kind": kind, "key": key, "digest": said} for (kind, key), said in new.items()]
    keep_many(connection, organisation_sent, rows, ("terminal", "kind", "key"))
    for kind, key in gone:
        here = (organisation_sent.c.terminal == terminal, organisation_sent.c.kind == kind)
        connection.execute(delete(organisation_sent).where(*here, organisation_sent.c.key == key))


def last_change(connection: Connection) -> datetime | None:
    """When a value was last said."""
    newest: datetime | None = connection.execute(select(func.max(organisation_values.c.at))).scalar_one()
    return newest
