"""What a page of cases is asked for, and what is known of a case's paper. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode

import msgspec

from central.scans.rules import Held
from contract.catalogue import ItemKind

PAGE_SIZE = 50
SILENT_AFTER = timedelta(minutes=2)
"""A case of which nothing is heard for so long after its arrival is no longer just printing."""

NOTE_LIMIT = 200
REASON_LIMIT = 200


class Paper(StrEnum):
    """What the centre knows of the ticket of a case."""

    PRINTED = "printed"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    HANDLED = "handled"
    UNKNOWN = "unknown"


class Case(msgspec.Struct, frozen=True):
    """A case as staff see it: nothing personal but the masked name."""

    case_id: str
    envelope_id: str
    terminal: str
    case_number: str
    item_kind: ItemKind
    item: str
    item_version: int
    item_title: str
    implementation_code: str
    queue: str
    number: str
    business_date: str
    filed_at: str
    masked_name: str
    language: str
    promise_date: str | None
    received_at: datetime
    paper: Paper = Paper.UNKNOWN
    scans: Held | None = None
    """How many of the scans it names are held; None when it names none."""


class Ticket(msgspec.Struct, frozen=True):
    """One report about the paper of a case."""

    envelope_id: str
    terminal: str
    case_id: str
    print_id: str
    outcome: str
    evidence: str
    reason: str
    at: str
    received_at: datetime
    handled_by: str | None
    handled_at: datetime | None
    handled_note: str | None
    paper: str = "ticket"
    """`ticket`, or `document` for one on A4, which has what follows."""
    serial: str | None = None
    code: str | None = None
    copy: int | None = None
    pages: int | None = None
    pages_out: int | None = None
    voids: str | None = None

    @property
    def waits(self) -> bool:
        """Whether a person must see to it."""
        return self.outcome != Paper.PRINTED and self.handled_at is None


class Rating(msgspec.Struct, frozen=True):
    """好差评 of one case."""

    case_id: str
    satisfaction: str
    at: str


class Difficulty(msgspec.Struct, frozen=True):
    """办不成事, as the terminal reported it."""

    terminal: str
    page: str
    item: str | None
    last_error: str | None
    reason: str
    at: str
    received_at: datetime


class Look(msgspec.Struct, frozen=True):
    """Somebody opened what is sealed."""

    who: str
    at: datetime
    reason: str


class Print(msgspec.Struct, frozen=True):
    """A ticket that waits for a person, with its case if that has arrived."""

    ticket: Ticket
    case: Case | None


class Filter(msgspec.Struct, frozen=True):
    """Which cases a page shows; lives in the URL."""

    day: str
    kind: str = ""
    terminal: str = ""
    page: int = 1

    def query(self, page: int) -> str:
        """The query string of another page of the same filter."""
        return urlencode({"day": self.day, "kind": self.kind, "terminal": self.terminal, "page": page})


def read_filter(query: Mapping[str, str], today: date) -> Filter:
    """The filter a URL asks for; what makes no sense is left out rather than refused."""
    kind = query.get("kind", "")
    page = query.get("page", "1")
    return Filter(
        day=_day(query.get("day", ""), today),
        kind=kind if kind in ItemKind.__members__.values() else "",
        terminal=query.get("terminal", "")[:40],
        page=int(page) if page.isascii() and page.isdigit() and 0 < int(page) < 10_000 else 1,
    )


def paper(tickets: list[Ticket]) -> Paper:
    """What several reports about the ticket of a case say together: paper once seen stays seen."""
    tickets = [ticket for ticket in tickets if ticket.paper == "ticket"]
    outcomes = {ticket.outcome for ticket in tickets}
    if Paper.PRINTED in outcomes:
        return Paper.PRINTED
    if not tickets:
        return Paper.UNKNOWN
    if not any(ticket.waits for ticket in tickets):
        return Paper.HANDLED
    return Paper.UNCERTAIN if Paper.UNCERTAIN in outcomes else Paper.FAILED


def clean_note(text: str, limit: int) -> str:
    """What a person typed, on one line. Empty when nothing was said or too much."""
    words = " ".join(text.split())
    return words if len(words) <= limit and words.isprintable() else ""


def _day(text: str, today: date) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return today.isoformat()
