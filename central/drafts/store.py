"""Unfinished filings in the database."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select, update

from central.database import add_if_new, read
from central.drafts.rules import Draft
from central.drafts.tables import drafts


def keep(connection: Connection, draft: Draft) -> bool:
    """Keep one, or what it has become since. False where the id is another person's or another item's."""
    if add_if_new(connection, drafts, msgspec.structs.asdict(draft)):
        return True
    whose = drafts.c.person.in_({"", draft.person})
    same = (drafts.c.draft_id == draft.draft_id) & whose & (drafts.c.item == draft.item) & (drafts.c.case_number == "")
    values = {"sealed": draft.sealed, "person": draft.person, "item_version": draft.item_version, "until": draft.until}
    return bool(connection.execute(update(drafts).where(same).values(**values)).rowcount)


def find(connection: Connection, lookup: str) -> Draft | None:
    """The one of a code."""
    row = connection.execute(select(drafts).where(drafts.c.lookup == lookup)).mappings().first()
    return None if row is None else read(row, Draft)


def opened(connection: Connection, draft_id: str, now: datetime) -> None:
    """Somebody goes on with it."""
    connection.execute(update(drafts).where(drafts.c.draft_id == draft_id).values(opened_at=now))


def sweep(connection: Connection, now: datetime) -> None:
    """Forget what is over."""
    connection.execute(delete(drafts).where(drafts.c.until <= now))
