"""The pages' menu: groups and entries in their order. Who sees which entry follows from `central.people.paths`."""

from typing import Final

import msgspec

from central.people.paths import may_open, parts_of
from central.people.rules import Session


class Entry(msgspec.Struct, frozen=True):
    """One page of the menu; `words` is the key of its name."""

    path: str
    words: str


class Group(msgspec.Struct, frozen=True):
    """Pages that belong together."""

    words: str
    entries: tuple[Entry, ...]


class Door(msgspec.Struct, frozen=True):
    """A link as a page shows it."""

    path: str
    words: str
    is_here: bool


class Shown(msgspec.Struct, frozen=True):
    """The two rows of one page for one person."""

    groups: tuple[Door, ...]
    entries: tuple[Door, ...]


ACCOUNT: Final = "/account"
MENU: Final = (
    Group("menu.overview", (Entry("/", "layout.wall"),)),
    Group(
        "menu.window",
        (
            Entry("/window", "queue.window"),
            Entry("/drafts", "layout.drafts"),
            Entry("/pickups", "layout.pickups"),
            Entry("/payments", "layout.payments"),
        ),
    ),
    Group(
        "menu.hall",
        (
            Entry("/queue", "queue.title"),
            Entry("/windows", "queue.windows"),
            Entry("/waits", "layout.waits"),
            Entry("/screens", "screens.title"),
            Entry("/messages", "messages.title"),
            Entry("/appointments", "layout.appointments"),
            Entry("/help", "layout.help"),
            Entry("/guides/escorts", "menu.escorts"),
            Entry("/guides", "menu.guides"),
        ),
    ),
    Group(
        "menu.cases",
        (
            Entry("/cases", "layout.cases"),
            Entry("/tasks", "tasks.title"),
            Entry("/find-case", "life.find"),
            Entry("/unclaimed", "unclaimed.title"),
            Entry("/pauses", "life.pauses"),
            Entry("/routes", "routes.title"),
            Entry("/prints", "layout.prints"),
            Entry("/orders", "layout.orders"),
            Entry("/agents", "menu.agents"),
            Entry("/projects", "layout.projects"),
            Entry("/cities", "menu.cities"),
            Entry("/credit", "menu.credit"),
        ),
    ),
    Group(
        "menu.supervision",
        (
            Entry("/supervision", "cards.title"),
            Entry("/mandates", "mandates.title"),
            Entry("/handling", "layout.handling"),
            Entry("/trace", "trace.title"),
            Entry("/presence", "presence.title"),
            Entry("/reports", "layout.reports"),
            Entry("/units", "units.title"),
        ),
    ),
    Group(
        "menu.voices",
        (
            Entry("/complaints", "layout.complaints"),
            Entry("/hotline", "hotline.title"),
            Entry("/difficulties", "layout.difficulties"),
            Entry("/obstacles", "obstacles.title"),
            Entry("/ratings", "layout.ratings"),
            Entry("/poor-ratings", "poor.title"),
            Entry("/surveys", "menu.surveys"),
        ),
    ),
    Group(
        "menu.items",
        (
            Entry("/items", "layout.items"),
            Entry("/catalogue", "layout.catalogue"),
            Entry("/proofs", "menu.proofs"),
            Entry("/promises", "promises.title"),
        ),
    ),
    Group(
        "menu.terminals",
        (
            Entry("/matters", "matters.title"),
            Entry("/digests", "digests.title"),
            Entry("/fleet", "fleet.title"),
            Entry("/availability", "fleet.availability"),
            Entry("/organisation", "organisation.title"),
            Entry("/media", "media.title"),
            Entry("/remote", "remote.title"),
            Entry("/releases", "releases.title"),
            Entry("/directions", "layout.directions"),
            Entry("/onboarding", "onboarding.title"),
            Entry("/terminals/new", "menu.enrol"),
            Entry("/floor", "floor.title"),
            Entry("/walks", "menu.walks"),
            Entry("/departments", "layout.departments"),
        ),
    ),
    Group(
        "menu.data",
        (
            Entry("/nodes", "nodes.title"),
            Entry("/quarantine", "layout.quarantine"),
            Entry("/reconciliation", "layout.reconciliation"),
        ),
    ),
    Group(
        "menu.system",
        (
            Entry("/exports", "exchange.title"),
            Entry("/imports", "imports.title"),
            Entry("/accounts", "accounts.title"),
            Entry("/audit", "audit.title"),
            Entry("/account", "account.title"),
        ),
    ),
)


def shown(session: Session, path: str) -> Shown:
    """The menu of one page: only what its reader may open; the second row is of the group they are in."""
    open_to = [
        (group, tuple(entry for entry in group.entries if may_open(session.roles, entry.path))) for group in MENU
    ]
    here = current(path)
    groups: list[Door] = []
    second: tuple[Door, ...] = ()
    for group, entries in open_to:
        if not entries:
            continue
        is_here = here is not None and here in group.entries
        groups.append(Door(entries[0].path, group.words, is_here))
        if is_here and len(entries) > 1:
            second = tuple(Door(entry.path, entry.words, entry == here) for entry in entries)
    return Shown(tuple(groups), second)


def current(path: str) -> Entry | None:
    """The entry a page belongs to: the longest one it lies under. A terminal's page belongs to the overview."""
    parts = parts_of(path)
    if parts[:1] == ("terminals",) and parts != ("terminals", "new"):
        return MENU[0].entries[0]
    found = [
        entry
        for group in MENU
        for entry in group.entries
        if parts_of(entry.path) == parts[: len(parts_of(entry.path))] and (parts_of(entry.path) or not parts)
    ]
    return max(found, key=lambda entry: len(parts_of(entry.path)), default=None)


def home(session: Session) -> str:
    """Where somebody begins: the first page they may open."""
    return next(
        (entry.path for group in MENU for entry in group.entries if may_open(session.roles, entry.path)), ACCOUNT
    )
