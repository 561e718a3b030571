"""Unfinished filings in the database."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select, update

from central.cases.store import Source
from central.database import add_if_new, read
from central.drafts.rules import Draft
from central.drafts.tables import drafts
from contract.messages import CaseFiled


def keep(connection: Connection, draft: Draft) -> bool:
    """Keep one, or what it has become since. False where the id is another person's, another item's, or a case by now.
    One that nobody's card was laid for becomes that of whoever goes on with it by card.
    """
    if add_if_new(connection, drafts, msgspec.structs.asdict(draft)):
        return True
    whose = drafts.c.person.in_({"", draft.person})
    same = (drafts.c.draft_id == draft.draft_id) & whose & (drafts.c.item == draft.item) & (drafts.c.case_number == "")
    values = {"sealed": draft.sealed, "person": draft.person, "item_version": draft.item_version, "until": draft.until}
    return bool(connection.execute(update(drafts).where(same).values(**values)).rowcount)


def changed(connection: Connection, draft: Draft, sealed: bytes, until: datetime) -> bool:
    """What a phone or a window has filled in. False where it became a case meanwhile, or somebody else has changed it
    since it was opened: nothing of theirs is overwritten.
    """
    unchanged = (drafts.c.draft_id == draft.draft_id) & (drafts.c.case_number == "") & (drafts.c.sealed == draft.sealed)
    return bool(connection.execute(update(drafts).where(unchanged).values(sealed=sealed, until=until)).rowcount)


def find(connection: Connection, lookup: str) -> Draft | None:
    """The one of a code."""
    row = connection.execute(select(drafts).where(drafts.c.lookup == lookup)).mappings().first()
    return None if row is None else read(row, Draft)


def opened(connection: Connection, draft_id: str, now: datetime) -> None:
    """Somebody goes on with it."""
    connection.execute(update(drafts).where(drafts.c.draft_id == draft_id).values(opened_at=now, wrong=0))


def guessed(connection: Connection, draft_id: str) -> None:
    """A wrong PIN: counted before anything is answered."""
    place = drafts.c.draft_id == draft_id
    connection.execute(update(drafts).where(place).values(wrong=drafts.c.wrong + 1))


def file(connection: Connection, filed: Sequence[tuple[Source, CaseFiled]]) -> list[tuple[Source, CaseFiled]]:
    """These became cases: what was kept of them is not needed any more, their codes lead to the cases.

    Returns those whose draft had become another case before: filed at two ends, one of them without a network.
    """
    doubled = []
    for source, body in filed:
        if body.draft and not became(connection, body.draft, body.case_number):
            first = number_of(connection, body.draft)
            if first not in ("", body.case_number):
                doubled.append((source, body))
    return doubled


def became(connection: Connection, draft_id: str, case_number: str) -> bool:
    """It is a case now. False where it was one before."""
    place = (drafts.c.draft_id == draft_id) & (drafts.c.case_number == "")
    done = connection.execute(update(drafts).where(place).values(case_number=case_number, sealed=b""))
    return bool(done.rowcount)


def number_of(connection: Connection, draft_id: str) -> str:
    """The number of the case it became; empty for none."""
    found = select(drafts.c.case_number).where(drafts.c.draft_id == draft_id)
    return connection.execute(found).scalar_one_or_none() or ""


def sweep(connection: Connection, now: datetime) -> None:
    """Forget what is over."""
    connection.execute(delete(drafts).where(drafts.c.until <= now))
