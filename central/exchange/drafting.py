"""Items of another system become drafts of the catalogue editor: never published by it, never over somebody's draft."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from central.catalogue import store as catalogue
from central.catalogue.store import Draft
from central.catalogue_lint import rules as lint
from central.database import Transaction
from central.exchange.begun import begun, code_of, slug_of
from central.exchange.items import Malformed, plain


class Begun(msgspec.Struct, frozen=True):
    """What became of a row: `new`, `same` as the draft that is there, or it `waits` for that draft to be done with.
    `lacks`: the fields the lint will not let it go out without.
    """

    row: int
    slug: str
    title: str
    became: str
    lacks: tuple[str, ...]


def begin(connection: Transaction, rows: Sequence[Mapping[str, Any]], who: str, now: datetime) -> list[Begun]:
    """All rows or none. Raises Malformed naming row and field."""
    published, drafts = catalogue.published(connection), catalogue.drafts(connection)
    known = {
        item.implementation_code: item
        for one in published.values()
        if one.body and (item := lint.lint(one.body).item) is not None
    }
    found: list[Begun] = []
    made: dict[str, Draft] = {}
    for number, row in enumerate(rows, 1):
        try:
            item = known.get(code_of(row))
            slug = item.slug if item is not None else slug_of(row)
            body = begun(row, slug, plain(item) if item is not None else None)
        except Malformed as error:
            message = f"row {number}: {error}"
            raise Malformed(message) from None
        if slug in made:
            message = f"row {number}: task_code: the file has it twice"
            raise Malformed(message)
        based_on = published[slug].seq if slug in published else 0
        made[slug] = Draft(slug, body, based_on, who, now)
        lacks = tuple(dict.fromkeys(one.place for one in lint.lint(body).grave if one.place))
        there = drafts.get(slug)
        became = "new" if there is None else "same" if there.body == body else "waits"
        found.append(Begun(number, slug, str(row["task_name"]), became, lacks))
    for one in found:
        if one.became == "new":
            catalogue.save(connection, made[one.slug], "")
    return found


def in_short(found: Sequence[Begun]) -> str:
    """One line for the audit trail."""
    return f"{len(found)} items, {sum(one.became == 'new' for one in found)} new drafts"
