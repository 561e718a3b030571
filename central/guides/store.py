"""Guides and accompanied tickets in the database."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select, update

from central.cases.tables import cases
from central.database import add_if_new, read
from central.guides.rules import Escort, Guide
from central.guides.tables import escorts, guides
from contract.catalogue import ItemKind


def every(connection: Connection) -> list[Guide]:
    """All of them, those that left last."""
    found = select(guides).order_by(guides.c.ended_at.is_not(None), guides.c.badge)
    return [read(row, Guide) for row in connection.execute(found).mappings()]


def find(connection: Connection, badge: str) -> Guide | None:
    """The one with this badge, unless they have left."""
    found = select(guides).where(guides.c.badge == badge, guides.c.ended_at.is_(None))
    row = connection.execute(found).mappings().first()
    return None if row is None else read(row, Guide)


def put(connection: Connection, guide: Guide) -> None:
    """Somebody is a guide from now on, or has another number."""
    row = msgspec.structs.asdict(guide)
    if not add_if_new(connection, guides, row):
        connection.execute(update(guides).where(guides.c.badge == guide.badge).values(row))


def tried(connection: Connection, guide: Guide) -> None:
    """What is remembered of numbers that did not fit."""
    values = {"wrong": guide.wrong, "locked_until": guide.locked_until}
    connection.execute(update(guides).where(guides.c.badge == guide.badge).values(values))


def end(connection: Connection, badge: str, now: datetime) -> bool:
    """No guide any more. False where there is none."""
    place = (guides.c.badge == badge) & guides.c.ended_at.is_(None)
    return bool(connection.execute(update(guides).where(place).values(ended_at=now)).rowcount)


def escorts_of(connection: Connection, day: str) -> list[Escort]:
    """The numbers of a day whose citizens may want somebody to come along, those that wait first."""
    names = ("case_id", "number", "item", "item_title", "masked_name", "terminal", "filed_at", "helped_by", "how")
    found = (
        select(*(cases.c[name] for name in names), escorts.c.who, escorts.c.at)
        .join(escorts, escorts.c.case_id == cases.c.case_id, isouter=True)
        .where(cases.c.business_date == day, cases.c.item_kind == ItemKind.NUMBER)
        .order_by(escorts.c.at.is_not(None), cases.c.filed_at)
    )
    rows = (read(row, Escort) for row in connection.execute(found).mappings())
    return [one for one in rows if one.wanted]


def accompany(connection: Connection, case_id: str, who: str, now: datetime) -> bool:
    """Somebody goes along: the first who says so. False where there is no such case, or somebody goes already."""
    if connection.execute(select(cases.c.case_id).where(cases.c.case_id == case_id)).first() is None:
        return False
    return add_if_new(connection, escorts, {"case_id": case_id, "who": who, "at": now})
