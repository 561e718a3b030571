"""Mandates as pages and the ledger show them, each with its countdown."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from central.centre import Centre
from central.complaints import store as complaints
from central.database import Transaction
from central.mandates import rules, store
from central.mandates.rules import Asked, Countdown, Extension, Mandate
from central.people.rules import Session
from central.trail import store as trail
from central.trail.store import Done
from central.units import store as units
from central.web.words import Words


class Row(msgspec.Struct, frozen=True):
    """One in a list."""

    one: Mandate
    left: Countdown


class Whole(msgspec.Struct, frozen=True):
    """One on its own page."""

    one: Mandate
    left: Countdown
    last_moment: datetime
    asked: list[Asked]
    extensions: list[Extension]
    trail: list[Done]
    is_ours: bool
    """Whether its reader belongs to the unit, or nobody was entered for the unit."""


def local(centre: Centre, moment: datetime) -> datetime:
    """In the hall's zone."""
    return moment.astimezone(centre.settings.zone)


def rows(centre: Centre, connection: Transaction, found: Iterable[Mandate]) -> list[Row]:
    """With the days that are left of each."""
    now = local(centre, centre.clock())
    working = complaints.worktime(connection, now)
    return [Row(one, rules.countdown(local(centre, one.due_at), now, working)) for one in found]


def whole(centre: Centre, connection: Transaction, session: Session, one: Mandate) -> Whole:
    """Everything of one."""
    now, due = local(centre, centre.clock()), local(centre, one.due_at)
    working = complaints.worktime(connection, now)
    return Whole(
        one=one,
        left=rules.countdown(due, now, working),
        last_moment=rules.last_moment(one.kind, due, working),
        asked=store.asked_of(connection, one.mandate_id),
        extensions=store.extensions_of(connection, one.mandate_id),
        trail=trail.of(connection, trail.MANDATE, [one.mandate_id]),
        is_ours=belongs(connection, session, one.unit),
    )


def belongs(connection: Transaction, session: Session, unit: str) -> bool:
    """Whether somebody acts for a unit: its people do, and everybody for one nobody was entered for."""
    members = units.members(connection)
    return members.get(session.name) == unit or unit not in members.values()


def headings(words: Words) -> list[str]:
    """Of the ledger: 事项、责任、时限 and what came of it."""
    names = ("kind", "name", "source", "unit", "owner", "received", "due", "left", "state", "result", "closed_by")
    return [words(f"mandates.{name}") for name in names]


def ledger(centre: Centre, found: Iterable[Row], words: Words) -> Iterable[list[object]]:
    """The lines of the ledger."""
    for row in found:
        one = row.one
        yield [
            words(f"mandate_kind.{one.kind.value}"),
            one.title,
            one.source,
            one.unit,
            one.owner,
            f"{local(centre, one.received_at):%Y-%m-%d %H:%M}",
            f"{local(centre, one.due_at):%Y-%m-%d %H:%M}",
            counted(row, words),
            words(f"mandate_state.{one.state.value}"),
            one.result,
            one.closed_by or "",
        ]


def counted(row: Row, words: Words) -> str:
    """The countdown in words; of what is done, whether it was in time."""
    one = row.one
    if one.done_at is not None:
        return words("countdown.in_time" if one.done_at <= one.due_at else "countdown.was_late")
    return told(row.left, words)


def told(left: Countdown, words: Words) -> str:
    """Days that are left or that it is late."""
    if left.late:
        return words("countdown.late", days=left.days) if left.days else words("countdown.is_late")
    return words("countdown.left", days=left.days) if left.days else words("countdown.today")


def kept(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed, so that a form that is refused is not empty."""
    return {name: value for name, value in form.items() if name != "csrf"}
