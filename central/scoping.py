"""Who sees which hall's rows: one rule under every select, update and delete of a request, so no list can forget it.

A session of some halls alone (`Session.halls`) has each table it touches narrowed to their rows: by the row's `hall`,
else by its `terminal`'s, else by its `case_id`'s, else by its parent's (`PARENTS`). A table that says nothing of it is
shut to such a session unless `DISTRICT` names it. Requests without a session (terminals, public pages) and chores look
at everything: they answer for themselves.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Delete,
    Dialect,
    Engine,
    Select,
    Table,
    TextClause,
    TextualSelect,
    Update,
    event,
    false,
    or_,
    select,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.selectable import Alias, FromClause, Join
from sqlalchemy.sql.visitors import cloned_traverse

from central.database import METADATA


class Seen:
    """Which halls the request under way may see; filled in once its session is known. Empty: no limit."""

    def __init__(self) -> None:
        self.halls: tuple[str, ...] = ()


_SEEN: ContextVar[Seen | None] = ContextVar("seen", default=None)

PARENTS: Final = {
    "obstacles": ("obstacle_id", "obstacle_sources", "obstacle_id"),
    "difficulty_answers": ("envelope_id", "difficulties", "envelope_id"),
    # table: (its column, its parent, the parent's column)
    "rating_receipts": ("envelope_id", "ratings", "envelope_id"),
    "complaint_steps": ("complaint_id", "complaints", "complaint_id"),
    "matter_steps": ("matter_id", "matters", "matter_id"),
    "matter_calls": ("matter_id", "matters", "matter_id"),
    "help_lines": ("help_id", "help_calls", "help_id"),
    "service_order_steps": ("order_id", "service_orders", "order_id"),
    "service_order_people": ("order_id", "service_orders", "order_id"),
    "order_steps": ("order_id", "orders", "order_id"),
    "supplement_pictures": ("supplement_id", "supplements", "supplement_id"),
    "queue_skills": ("window_id", "queue_windows", "window_id"),
    "queue_posts": ("window_id", "queue_windows", "window_id"),
    "queue_covers": ("window_id", "queue_windows", "window_id"),
    "queue_signs": ("window_id", "queue_windows", "window_id"),
    "queue_sign_log": ("window_id", "queue_windows", "window_id"),
    "queue_agents": ("window_id", "queue_windows", "window_id"),
    "queue_found": ("window_id", "queue_windows", "window_id"),
    "asked_people": ("envelope_id", "envelopes", "id"),
    "call_deliveries": ("call_id", "queue_acts", "act_id"),
    "relays_now": ("relay", "relays", "id"),
    "hall_acts": ("relay", "relays", "id"),
}
ABOUT: Final = {
    "audit_lots": ("", "subject_id"),
    "first_receivers": ("kind", "of_id"),
    "obstacle_sources": ("source", "source_id"),
    # table whose rows are about things of several kinds: its column of the kind, its column of the thing's id
    "supervision_cards": ("subject", "subject_id"),
    "trail": ("kind", "of_id"),
}
_THINGS: Final = (
    ("cases", "case_id"),
    ("complaints", "complaint_id"),
    ("difficulties", "envelope_id"),
    ("help_calls", "help_id"),
    ("tickets", "envelope_id"),
    ("bookings", "booking_id"),
    ("service_orders", "order_id"),
    ("queue_windows", "window_id"),
)
_KINDS_OF_THE_DISTRICT: Final = ("mandate", "unit")
SHUT: Final = frozenset(
    {
        # of no hall, and nothing somebody of some halls alone is shown
        "hotline_outbox",
        "exchange_loads",
        "exchange_records",
        "exchange_conflicts",
    }
)
DISTRICT: Final = frozenset(
    {
        # of a hall node about itself: it has one hall
        "upward_words",
        "upward_acts",
        "upward_refused_items",
        # plans, rosters and units, that every hall of the district reads
        "units",
        "approval_routes",
        "audits",
        "honours",
        "leader_presence",
        "promise_exceptions",
        "promise_policy",
        "unclaimed",
        "unclaimed_steps",
        "unit_members",
        "mandates",
        "mandate_asked",
        "mandate_extensions",
        "supervision_notices",
        "trace_checkpoints",
        # who came first: units and numbers, no names of citizens
        "first_receivers",
        "slot_plans",
        "slot_closures",
        "slots",
        "duty_shifts",
        "agents",
        "guides",
        "projects",
        "project_parts",
        # people and what is known of them
        "users",
        "attempts",
        "sessions",
        "second_factors",
        # staff by keyed hash: no number, no name of a citizen
        "staff_people",
        "recovery_codes",
        "openings",
        "credit_flags",
        "audit_log",
        "audit_head",
        "interface_accounts",
        # the centre's own heads, serials and what it tells terminals
        "centre_life",
        "document_serials",
        "receipt_head",
        "feed",
        "feed_head",
        "service_measured",
        # texts without the number or name of anybody, and what stands on screens of windows
        "text_messages",
        "staff_cards",
        # the district's tree, its orders to terminals, its telephones of duty
        "media",
        "media_content",
        "media_coming",
        "organisation",
        "organisation_values",
        "remote_orders",
        "duty_phones",
        "digests",
        # reports of the district (a hall's people see the public version alone), its catalogue
        "reports",
        "report_files",
        "catalogue_drafts",
        "rollouts",
        "rollout_steps",
        "release_rollouts",
        "release_steps",
    }
)


_NARROWED: Final = (Select, CompoundSelect, Update, Delete, TextClause, TextualSelect)
_QUERY: Final = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
_SCHEMA: Final = {"sqlite": "main", "postgresql": "public"}
_FIRST: Final = ("terminals", "cases")
"""What other tables' conditions read stands before them."""


@contextmanager
def asking() -> Iterator[None]:
    """One request: whatever is set by `limit` inside holds until it ends, in its tasks and threads too."""
    token = _SEEN.set(Seen())
    try:
        yield
    finally:
        _SEEN.reset(token)


def limit(halls: tuple[str, ...]) -> None:
    """From now on this request sees these halls alone. Raises LookupError outside a request."""
    seen = _SEEN.get()
    if seen is None:
        message = "a session was opened outside a request of the application"
        raise LookupError(message)
    seen.halls = halls


@contextmanager
def all_halls() -> Iterator[None]:
    """For what a request must know of the whole district (is a number taken?), never for what it shows."""
    token = _SEEN.set(None)
    try:
        yield
    finally:
        _SEEN.reset(token)


def within(found: FromClause, halls: tuple[str, ...]) -> ColumnElement[bool] | None:
    """The condition that a table's rows (or an alias's of it) belong to these halls; None where no row is of a hall."""
    table = found.element if isinstance(found, Alias) else found
    if not isinstance(table, Table) or table.name in DISTRICT:
        return None
    columns = found.c
    of_terminal = columns.terminal.in_(_terminals(halls)) if "terminal" in columns else None
    if table.name == "terminals":
        return columns.hall.in_(halls)
    if "hall" in columns:
        mine = columns.hall.in_(halls)
        return mine if of_terminal is None else or_(mine, (columns.hall == "") & of_terminal)
    if table.name == "bookings":
        return or_(columns.place.in_(halls), of_terminal) if of_terminal is not None else columns.place.in_(halls)
    if of_terminal is not None and table.name in {"ratings", "poor_ratings"}:
        return or_(of_terminal, columns.case_id.in_(_ids("cases", "case_id", halls)))
    if of_terminal is not None:
        return of_terminal
    if "case_id" in columns:
        return columns.case_id.in_(_ids("cases", "case_id", halls))
    if table.name in ABOUT:
        kind, of_id = ABOUT[table.name]
        of_district = columns[kind].in_(_KINDS_OF_THE_DISTRICT) if kind else false()
        known = [thing for thing in _THINGS if thing[0] in METADATA.tables and thing[1] in METADATA.tables[thing[0]].c]
        return or_(of_district, *(columns[of_id].in_(_ids(*thing, halls)) for thing in known))
    parent = PARENTS.get(table.name)
    # What nobody has named is shut too; a test asks for the name.
    return false() if parent is None else columns[parent[0]].in_(_ids(parent[1], parent[2], halls))


def _terminals(halls: tuple[str, ...]) -> Select[Any]:
    place = METADATA.tables["terminals"].alias()
    return select(place.c.id).where(place.c.hall.in_(halls))


def _ids(name: str, column: str, halls: tuple[str, ...]) -> Select[Any]:
    parent = METADATA.tables[name].alias()
    condition = within(parent, halls)
    found = select(parent.c[column])
    return found if condition is None else found.where(condition)


def _read(one: Select[Any]) -> Iterator[FromClause]:
    """The tables a select reads; what is only joined on where it is there is left to the side that decides."""
    left_open: set[Any] = set()
    found: list[Any] = []

    def take(from_: FromClause) -> None:
        if isinstance(from_, Join):
            take(from_.left)
            if from_.isouter or from_.full:
                left_open.add(from_.right)
            else:
                take(from_.right)
        else:
            found.append(from_)

    for from_ in one._from_obj:  # noqa: SLF001 - what `get_final_froms` starts from; that one cannot read what correlates
        take(from_)
    for right, _, __, flags in one._setup_joins:  # noqa: SLF001
        (left_open.add if flags["isouter"] or flags["full"] else found.append)(right)
    found += one.columns_clause_froms
    for condition in one._where_criteria:  # noqa: SLF001
        found += condition._from_objects  # noqa: SLF001
    yield from (from_ for from_ in dict.fromkeys(found) if from_ not in left_open and not isinstance(from_, Join))


def narrowed(statement: Any, halls: tuple[str, ...], dialect: Dialect | None = None) -> Any:  # noqa: ANN401 - whatever may be executed
    """The same statement over the rows of these halls alone, in every select inside it, also where it is plain text."""

    def narrow(one: Select[Any]) -> None:
        for found in tuple(_read(one)):
            condition = within(found, halls)
            if condition is not None:
                one._where_criteria += (condition,)  # noqa: SLF001 - the clone's own; `where` would make another

    def narrow_text(one: TextClause) -> None:
        one.text = _shadowed(one.text, halls, dialect or sqlite.dialect())

    found = cloned_traverse(statement, {}, {"select": narrow, "textclause": narrow_text})
    if isinstance(found, (Update, Delete)):
        condition = within(found.table, halls)
        return found if condition is None else found.where(condition)
    return found


def _shadowed(said: str, halls: tuple[str, ...], dialect: Dialect) -> str:
    """A query in plain text whose tables are hidden by their own rows of these halls; a fragment stays as it is."""
    begins = _QUERY.match(said)
    if begins is None:
        return said
    named = set(re.findall(r"[a-z_]+", said))
    hidden = []
    for name in sorted(named & METADATA.tables.keys(), key=lambda one: (one not in _FIRST, one)):
        table = METADATA.tables[name]
        condition = within(table, halls)
        if condition is not None:
            rows = str(select(table).where(condition).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
            real = f"{_SCHEMA[dialect.name]}.{name}"
            rows = rows.replace(f"FROM {name} \n", f"FROM {real} AS {name} \n", 1)
            hidden.append(f"{name} AS ({rows})".replace(":", "\\:"))
    if not hidden:
        return said
    rest = said[begins.end() :]
    return f"WITH {', '.join(hidden)}" + (f", {rest}" if begins[1].upper() == "WITH" else f" {begins[1]}{rest}")


@event.listens_for(Engine, "before_execute", retval=True)
def _narrow(connection: Connection, statement: Any, many: Any, values: Any, _: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401 - SQLAlchemy's signature
    seen = _SEEN.get()
    if seen is None or not seen.halls or not isinstance(statement, _NARROWED):
        return statement, many, values
    return narrowed(statement, seen.halls, connection.dialect), many, values
