"""Reads what other tables tell of cases and no chain has yet; and which of it a chain should have and has not."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import Connection, RowMapping, Select, String, cast, literal, select
from sqlalchemy.sql.elements import ColumnElement

from central.bulk import among
from central.cases.tables import cases, looks, notices_given, ratings, tickets
from central.handling.tables import case_contacts
from central.openings.tables import openings
from central.progress.tables import case_people, case_steps
from central.supplements.tables import supplements
from central.trace.rules import Actor, Fact
from central.trace.tables import trace

AT_ONCE = 500
BY_ITSELF = "–"
"""Who set a step that nobody of the staff did."""


def _told(
    prefix: str, key: ColumnElement[str], case_id: ColumnElement[str], at: ColumnElement[datetime], **said: object
) -> Select[tuple[object, ...]]:
    """One kind of rows: `said` are `what`, `actor`, `who` and `note`, columns or fixed words."""
    source = (literal(prefix) + key).label("source")
    fixed = [(one if isinstance(one, ColumnElement) else literal(one)).label(name) for name, one in said.items()]
    return select(source, case_id.label("case_id"), at.label("at"), *fixed)


def _kinds() -> Iterator[tuple[str, Select[tuple[object, ...]], ColumnElement[datetime]]]:
    """Each kind of event with the rows that tell of it and when."""
    nothing = ""
    step, look, opening = (cast(table.c.id, String) for table in (case_steps, looks, openings))
    yield (
        "filed",
        _told(
            "case:",
            cases.c.case_id,
            cases.c.case_id,
            cases.c.received_at,
            what="filed",
            actor=Actor.CITIZEN.value,
            who=nothing,
            note=cases.c.case_number,
        ),
        cases.c.received_at,
    )
    yield (
        "indexed",
        _told(
            "index:",
            case_people.c.case_id,
            case_people.c.case_id,
            case_people.c.at,
            what="indexed",
            actor=Actor.SYSTEM.value,
            who=nothing,
            note=nothing,
        ),
        case_people.c.at,
    )
    yield (
        "step",
        _told(
            "step:",
            step,
            case_steps.c.case_id,
            case_steps.c.at,
            what=literal("step.") + case_steps.c.step,
            actor=Actor.STAFF.value,
            who=case_steps.c.by_whom,
            note=case_steps.c.note,
        ),
        case_steps.c.at,
    )
    yield (
        "looked",
        _told(
            "look:",
            look,
            looks.c.case_id,
            looks.c.at,
            what="looked",
            actor=Actor.STAFF.value,
            who=looks.c.who,
            note=looks.c.reason,
        ),
        looks.c.at,
    )
    opened = _told(
        "opening:",
        opening,
        openings.c.of_id,
        openings.c.at,
        what=literal("looked.") + openings.c.kind,
        actor=Actor.STAFF.value,
        who=openings.c.who,
        note=openings.c.reason,
    )
    yield "opened", opened.where(openings.c.kind.in_(("credit", "scan"))), openings.c.at
    pictures = _told(
        "opening:",
        opening,
        cases.c.case_id,
        openings.c.at,
        what="looked.scan",
        actor=Actor.STAFF.value,
        who=openings.c.who,
        note=openings.c.reason,
    )
    brought = pictures.join(supplements, supplements.c.supplement_id == openings.c.of_id)
    brought = brought.join(cases, cases.c.case_number == supplements.c.case_number)
    yield "opened", brought.where(openings.c.kind == "supplement"), openings.c.at
    paper = _told(
        "ticket:",
        tickets.c.envelope_id,
        tickets.c.case_id,
        tickets.c.received_at,
        what=tickets.c.outcome,
        actor=Actor.SYSTEM.value,
        who=nothing,
        note=tickets.c.serial,
    )
    yield "printed", paper, tickets.c.received_at
    notice = _told(
        "notice:",
        notices_given.c.envelope_id,
        notices_given.c.case_id,
        notices_given.c.received_at,
        what="notice",
        actor=Actor.CITIZEN.value,
        who=nothing,
        note=nothing,
    )
    yield "notice", notice.where(notices_given.c.case_id != ""), notices_given.c.received_at
    rated = _told(
        "rating:",
        ratings.c.envelope_id,
        ratings.c.case_id,
        ratings.c.received_at,
        what="rated",
        actor=Actor.CITIZEN.value,
        who=nothing,
        note=nothing,
    )
    yield "rated", rated.where(ratings.c.case_id != ""), ratings.c.received_at
    later = _told(
        "supplement:",
        supplements.c.supplement_id,
        cases.c.case_id,
        supplements.c.received_at,
        what="supplement",
        actor=Actor.CITIZEN.value,
        who=supplements.c.by_whom,
        note=nothing,
    )
    yield "supplement", later.join(cases, cases.c.case_number == supplements.c.case_number), supplements.c.received_at
    yield (
        "contact",
        _told(
            "contact:",
            case_contacts.c.contact_id,
            case_contacts.c.case_id,
            case_contacts.c.at,
            what="contact",
            actor=Actor.STAFF.value,
            who=case_contacts.c.by_whom,
            note=case_contacts.c.note,
        ),
        case_contacts.c.at,
    )


def untold(
    connection: Connection, *, since: datetime | None = None, case_ids: Collection[str] | None = None
) -> list[tuple[str, Fact]]:
    """What no chain tells yet, with its kind, the oldest first: of the time from `since` on, or of these cases."""
    found: list[tuple[str, Fact]] = []
    for kind, rows, at in _kinds():
        source, case_id = rows.selected_columns["source"], rows.selected_columns["case_id"]
        wanted = rows.outerjoin(trace, trace.c.source == source).where(trace.c.source.is_(None))
        if since is not None:
            wanted = wanted.where(at >= since)
        if case_ids is not None:
            wanted = wanted.where(case_id.in_(case_ids))
        wanted = wanted.order_by(at).limit(AT_ONCE)
        found += [(kind, _fact(row)) for row in connection.execute(wanted).mappings()]
    return sorted(found, key=lambda one: (one[1].at, one[1].source))


def _fact(row: RowMapping) -> Fact:
    who, what = row["who"] or "", row["what"]
    actor = Actor(row["actor"])
    if who == BY_ITSELF:
        actor, who = Actor.SYSTEM, ""
    elif actor is Actor.CITIZEN and who:
        actor = Actor.STAFF
    if row["source"].startswith("ticket:"):
        what = "printed" if what == "printed" else "print.failed"
    return Fact(row["case_id"], row["source"], row["at"], what, actor, who, row["note"] or "")


def known(connection: Connection, facts: Collection[Fact]) -> set[str]:
    """Those of these cases there are: a report about paper may come before its case."""
    ids = sorted({fact.case_id for fact in facts})
    return set(connection.execute(select(cases.c.case_id).where(among(connection, cases.c.case_id, ids))).scalars())
