"""What goes down, in the database: places under a lock, signatures, and what a terminal has not read yet.

The lock on the head is held until the transaction ends: publish last in it, after every other lock it takes.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, delete, or_, select, update

from central.bulk import add_many, change_many, rows_of
from central.cases import store as cases
from central.database import add_if_new, read
from central.feed.kept.rules import HEAD_LEAP_AT_MOST, Directed, Done, Reader, page_of, reader_of, runs
from central.feed.rules import EVERYBODY, Draft
from central.feed.tables import commands_done, feed, feed_head
from central.fleet import store as fleet
from central.keys import Keys
from contract.feed import PULL_MAX_ITEMS, FeedItem, FeedKind, PullRequest, signed_bytes
from contract.messages import CommandDone

KEEP_REPLACED = timedelta(days=30)
_IN_FORCE = feed.c.replaced_by.is_(None)
_STANDS = "feed.replaced_by IS NULL AND feed.seq < new.replaced_by"
_NEWEST = "SELECT one, coalesce((SELECT max(seq) FROM feed WHERE audience = one), 0) FROM {asked}"
"""One step into the index for each, however much came down."""


def publish(  # noqa: PLR0913 - what an item is
    connection: Connection,
    keys: Keys,
    audience: str,
    kind: str,
    key: str,
    body: bytes | msgspec.Struct,
    now: datetime,
    *,
    by: str = "centre",
    until: datetime | None = None,
) -> FeedItem:
    """Sign one item and put it at the end. A body that is no bytes goes as JSON. Raises ValueError if it is too large.

    After `until` it is neither sent nor kept. It replaces what is in force under the same kind and key: for the same
    audience, and for everybody if it is for everybody.
    """
    return publish_all(connection, keys, [Draft(audience, kind, key, body, by, until)], now)[0]


def publish_all(connection: Connection, keys: Keys, drafts: Sequence[Draft], now: datetime) -> list[FeedItem]:
    """The same for many: one lock, one insert. A later draft replaces an earlier one of the same kind and key."""
    if not drafts:
        return []
    moved = update(feed_head).where(feed_head.c.id == 1).values(seq=feed_head.c.seq + len(drafts))
    last: int = connection.execute(moved.returning(feed_head.c.seq)).scalar_one()
    items = [_sign(keys, draft, last - len(drafts) + 1 + index, now) for index, draft in enumerate(drafts)]
    rows = [
        {**msgspec.structs.asdict(item), "by_whom": draft.by, "until": draft.until, "replaced_by": None}
        for item, draft in zip(items, drafts, strict=True)
    ]
    add_many(connection, feed, rows)
    for run in runs(items):
        place = ("kind", "key") if run[0].audience == EVERYBODY else ("audience", "kind", "key")
        by = [{name: getattr(item, name) for name in place} | {"replaced_by": item.seq} for item in run]
        change_many(connection, feed, by, place, _STANDS)
    return items


def _sign(keys: Keys, draft: Draft, seq: int, now: datetime) -> FeedItem:
    """The version is the place: it rises over all audiences, and over a centre that came back from a backup."""
    signed_at = now.astimezone(UTC).isoformat(timespec="microseconds")
    item = FeedItem(
        seq,
        draft.audience,
        draft.kind,
        draft.key,
        seq,
        draft.raw(),
        signed_at,
        keys.signing.suite,
        keys.signing_id,
        b"",
    )
    return msgspec.structs.replace(item, signature=keys.signing.sign(signed_bytes(item)))


def pull(connection: Connection, asked: PullRequest, now: datetime) -> tuple[tuple[FeedItem, ...], int]:
    """What is in force for a terminal after its cursor, in order and within the contract's limits; and the new cursor.

    The head is read first: everything up to it is committed, so nothing can appear behind the cursor afterwards.
    """
    return pull_for(connection, [asked.terminal], asked.cursor, asked.limit_bytes, now)


def pull_for(
    connection: Connection, terminals: Iterable[str], cursor: int, limit_bytes: int, now: datetime
) -> tuple[tuple[FeedItem, ...], int]:
    """The same for whoever fetches it on behalf of several."""
    seen = head(connection)
    mine = feed.c.audience.in_([*terminals, EVERYBODY])
    waiting = mine & _IN_FORCE & (feed.c.seq > cursor) & (feed.c.seq <= seen) & _still(now)
    found = connection.execute(select(feed).where(waiting).order_by(feed.c.seq).limit(PULL_MAX_ITEMS + 1)).mappings()
    items = [read(row, FeedItem) for row in found]
    page = page_of(items, limit_bytes)
    return page, page[-1].seq if len(page) < len(items) else max(seen, cursor)


def newest(connection: Connection, terminals: Collection[str]) -> dict[str, int]:
    """The newest place of what comes down, for each of these terminals; 0 when nothing does."""
    wanted = {EVERYBODY, *terminals}
    found: dict[str, int] = {row[0]: row[1] for row in rows_of(connection, _NEWEST, wanted)}
    return {terminal: max(found[EVERYBODY], found[terminal]) for terminal in terminals}


def head(connection: Connection) -> int:
    """The last place that was given."""
    seq: int = connection.execute(select(feed_head.c.seq)).scalar_one()
    return seq


def pass_by(connection: Connection, cursor: int) -> bool:
    """A terminal has read further than we know: this centre came back from a backup. Give no place it has passed.

    True if the head was moved. A leap no backup can explain is left alone.
    """
    if not 0 < cursor - head(connection) <= HEAD_LEAP_AT_MOST:
        return False
    moved = update(feed_head).where(feed_head.c.id == 1, feed_head.c.seq < cursor).values(seq=cursor)
    return bool(connection.execute(moved).rowcount)


def in_force(connection: Connection, kinds: Iterable[str], now: datetime, terminal: str = "") -> list[Directed]:
    """What is in force of these kinds, newest first; with `terminal` only what is for it."""
    found = select(feed).where(feed.c.kind.in_(list(kinds)), _IN_FORCE, _still(now))
    if terminal:
        found = found.where(_for(terminal))
    return _directed(connection, found)


def directed(connection: Connection, kind: str, key: str) -> list[Directed]:
    """Everything ever said about one thing and still kept, newest first."""
    return _directed(connection, select(feed).where(feed.c.kind == kind, feed.c.key == key))


def _directed(connection: Connection, found: Select[tuple[object, ...]]) -> list[Directed]:
    rows = connection.execute(found.order_by(feed.c.seq.desc()).limit(500)).mappings()
    return [read(row, Directed) for row in rows]


def command_done(
    connection: Connection, envelope_id: str, terminal: str, body: CommandDone, received_at: datetime
) -> None:
    """Keep what became of a command, once."""
    row = {"envelope_id": envelope_id, "terminal": terminal, **msgspec.structs.asdict(body)}
    add_if_new(connection, commands_done, row | {"received_at": received_at})


def outcomes(connection: Connection, command_ids: list[str]) -> dict[str, Done]:
    """Command id -> what became of it, as far as it was reported."""
    found = select(commands_done).where(commands_done.c.command_id.in_(command_ids))
    ordered = found.order_by(commands_done.c.received_at)
    return {row["command_id"]: read(row, Done) for row in connection.execute(ordered).mappings()}


def sweep(connection: Connection, now: datetime) -> int:
    """Forget what is past, and what was replaced long ago. Returns how many items went."""
    connection.execute(select(feed_head).with_for_update())  # as whoever publishes: neither waits for the other midway
    past = connection.execute(delete(feed).where(feed.c.until < now)).rowcount
    before = (now - KEEP_REPLACED).astimezone(UTC).isoformat(timespec="microseconds")
    # Every version of an item stays: how many are handled at terminals is told month by month (central/items).
    gone = ~_IN_FORCE & (feed.c.signed_at < before) & (feed.c.kind != FeedKind.CATALOGUE)
    return past + connection.execute(delete(feed).where(gone)).rowcount


def known_items(connection: Connection, now: datetime, since: str) -> dict[str, str]:
    """Every service item some terminal or the catalogue has: its name, and its title as far as it is known."""
    said = {service.item for state in fleet.now_of(connection).values() for service in state.heartbeat().services}
    titles = cases.titles(connection, since)
    sent = in_force(connection, [FeedKind.CATALOGUE], now)
    titles |= {one.key: one.title() for one in sent if one.body}
    there = {one.key for one in sent if one.body}
    return {item: titles.get(item, item) for item in sorted(said | there)}


def readers(connection: Connection) -> list[Reader]:
    """How far each terminal has read, by its last heartbeat; those behind first."""
    states = fleet.now_of(connection)
    everyone = fleet.everyone(connection)
    places = newest(connection, [terminal.id for terminal in everyone])
    found = [reader_of(terminal, states.get(terminal.id), places[terminal.id]) for terminal in everyone]
    return sorted(found, key=lambda reader: (reader.current, reader.terminal))


def last_change(connection: Connection) -> int:
    """Another number whenever something was published."""
    return head(connection)


def _for(terminal: str) -> ColumnElement[bool]:
    return feed.c.audience.in_([terminal, EVERYBODY])


def _still(now: datetime) -> ColumnElement[bool]:
    return or_(feed.c.until.is_(None), feed.c.until >= now)
