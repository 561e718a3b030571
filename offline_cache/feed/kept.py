"""What came down from the centre, as the store holds it: versions in force, commands to do once, what was bad.

A part of the store: every method runs on its thread, is one transaction, and raises StoreError.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from contract.envelope import Lane
from contract.feed import (
    Address,
    Archived,
    Calendar,
    CaseVerdict,
    Command,
    DutyHours,
    FeedItem,
    FeedKind,
    Notice,
    Place,
    RatingTags,
    RosterHours,
    SealingKey,
    SealingKeys,
    SettingsPatch,
    Sites,
    Switch,
)
from contract.media import Media
from contract.messages import CommandDone
from contract.numbers import Lease
from contract.releases import Wanted
from contract.suites import PublicKey
from offline_cache.disk.database import Database, iso
from offline_cache.disk.driven import driven
from offline_cache.documents import Post
from offline_cache.feed import rules as feed_rules
from offline_cache.feed.rules import BadItem, Held
from offline_cache.feed.tables import AsideRow, CommandRow, FeedRow
from offline_cache.records import StoreError, StoreFault
from offline_cache.scans.book import send_again
from offline_cache.tables import ArchivedRow, IdentityRow

STUMBLED: Final = "feed.software"
"""The reason for what this program could not even judge."""
MOST_ASIDE: Final = 500
"""Of what was bad, as many are kept to be looked at."""
_FAST_KINDS: Final = (FeedKind.LEASE, FeedKind.VERDICT)
_KEEP_FAST_DAYS: Final = 60
"""Leases and verdicts come daily: their rows here go after this, what they said lives elsewhere or was of that day."""

Value = TypeVar("Value")


class Aside(msgspec.Struct, frozen=True):
    """An item that was bad, and why; `reason` begins with a `feed.…` key."""

    seq: int
    kind: str
    key: str
    version: int
    reason: str
    settled: bool = False
    """Whether nobody need look at it any more: it was older than what is in force, or a later one was good."""


class Taken(msgspec.Struct, frozen=True):
    """What a page of the feed changed here."""

    cursor: int
    kinds: frozenset[str] = frozenset()
    aside: tuple[Aside, ...] = ()


class Patch(msgspec.Struct, frozen=True):
    """Settings that were not tried yet."""

    version: int
    audience: str
    values: dict[str, str | int | float | bool]


class Directions(msgspec.Struct, frozen=True):
    """All that is in force and concerns visits, as one value."""

    catalogue: dict[str, bytes] = {}
    """Slug -> TOML; empty where the centre took the item away."""
    switches: tuple[Switch, ...] = ()
    notices: tuple[Notice, ...] = ()
    sealing_keys: tuple[SealingKey, ...] = ()
    """To seal to instead of those in the settings, once there are any."""
    settings: Patch | None = None
    commands: tuple[Command, ...] = ()
    """Not done yet, in the order they were given."""
    calendars: tuple[Calendar, ...] = ()
    """The years the centre has said how they are worked."""
    places: tuple[Place, ...] = ()
    """Where else a citizen may go."""
    tags: RatingTags | None = None
    """The reasons a rating may give; None where the centre has said nothing of them."""
    roster: tuple[DutyHours, ...] | None = None
    """When somebody is on duty to help from afar; None where the centre has said nothing of its roster."""
    media: tuple[Media, ...] = ()
    """Pictures for the attract screen, in the order of their names; of any day."""
    suspended: dict[str, str] | None = None
    """Why no visit may begin, by language; None while the terminal serves."""
    address: str = ""
    """Where phones reach the hall's node, or the centre; empty where neither has said so."""
    release: Wanted = Wanted()
    """Which release of the software is to run."""


class Feed:
    """The feed of one store."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        terminal: str,
        *,
        keep_lease: Callable[[Session, Lease], None],
        post: Post,
    ) -> None:
        """`keep_lease` takes a lease in within the transaction of its item."""
        self._database = database
        self._clock = clock
        self._terminal = terminal
        self._keep_lease = keep_lease
        self._post = post

    @property
    def cursor(self) -> int:
        """How far the feed has been read."""
        with self._database.unit_of_work() as session:
            return session.get_one(IdentityRow, 1).cursor

    def apply(self, items: Sequence[FeedItem], cursor: int, keys: Mapping[str, PublicKey]) -> Taken:
        """Take in what came after the cursor, each item in the transaction that moves the cursor behind it.

        A good one replaces the version before it; a bad one is kept aside with its reason. `cursor` is where the centre
        says the page ends; `keys` are the centre's public keys by id.
        """
        kinds: set[str] = set()
        aside: list[Aside] = []
        for item in items:
            try:
                bad = self._apply(item, keys, kinds)
            except Exception as error:  # what this program stumbles over must not stop all behind it
                if _of_the_store(error):
                    raise
                bad = self._put_aside(item, error)
            if bad is not None:
                aside.append(bad)
        cursor = max(cursor, *(item.seq for item in items)) if items else cursor
        with self._database.unit_of_work() as session:
            session.get_one(IdentityRow, 1).cursor = cursor
        return Taken(cursor, frozenset(kinds), tuple(aside))

    def _apply(self, item: FeedItem, keys: Mapping[str, PublicKey], kinds: set[str]) -> Aside | None:
        taken: set[str] = set()
        with self._database.unit_of_work() as session:
            bad = self._take(session, item, keys, taken)
            if bad is not None:
                session.add(_aside_row(item, bad, self._now()))
            session.get_one(IdentityRow, 1).cursor = item.seq
        kinds |= taken
        return bad

    def _put_aside(self, item: FeedItem, error: Exception) -> Aside:
        """A program that is mended judges it again at its start."""
        bad = Aside(item.seq, item.kind, item.key, item.version, f"{STUMBLED}: {type(error).__name__}")
        with self._database.unit_of_work() as session:
            session.add(_aside_row(item, bad, self._now()))
            session.get_one(IdentityRow, 1).cursor = item.seq
        return bad

    def look_again(self, keys: Mapping[str, PublicKey]) -> Taken:
        """Judge what lies aside once more: a newer program, or other keys, may find it good."""
        kinds: set[str] = set()
        with self._database.unit_of_work() as session:
            open_still = select(AsideRow.id).where(AsideRow.settled_at.is_(None)).order_by(AsideRow.seq)
            lying = session.scalars(open_still.where(AsideRow.reason.not_like("feed.acted%"))).all()
        for row_id in lying:
            try:
                self._judge_again(row_id, keys, kinds)
            except Exception as error:  # what this program stumbles over must not stop all behind it
                if _of_the_store(error):
                    raise
        return Taken(self.cursor, frozenset(kinds))

    def _judge_again(self, row_id: int, keys: Mapping[str, PublicKey], kinds: set[str]) -> None:
        taken: set[str] = set()
        with self._database.unit_of_work() as session:
            row = session.get_one(AsideRow, row_id)
            item = msgspec.msgpack.decode(row.raw, type=FeedItem)
            if self._take(session, item, keys, taken) is None:
                row.settled_at = self._now()
        kinds |= taken

    def directions(self) -> Directions:
        """What is in force now."""
        with self._database.unit_of_work() as session:
            tags = _bodies(session, FeedKind.TAGS, RatingTags)
            roster = _bodies(session, FeedKind.HELP_HOURS, RosterHours)
            open_commands = session.scalars(select(CommandRow).where(CommandRow.outcome == "").order_by(CommandRow.seq))
            sealing = _bodies(session, FeedKind.SEALING_KEYS, SealingKeys)
            releases = _bodies(session, FeedKind.RELEASE, Wanted)
            return Directions(
                catalogue={key: row.body for key, row in _in_force(session, FeedKind.CATALOGUE).items()},
                switches=_bodies(session, FeedKind.SWITCH, Switch),
                notices=_bodies(session, FeedKind.NOTICE, Notice),
                sealing_keys=sealing[0].keys if sealing else (),
                settings=_patch(session),
                commands=tuple(_command(row) for row in open_commands),
                calendars=_bodies(session, FeedKind.CALENDAR, Calendar),
                places=tuple(place for found in _bodies(session, FeedKind.SITES, Sites) for place in found.places),
                tags=tags[0] if tags else None,
                roster=roster[0].weekly if roster else None,
                media=_media(session),
                suspended=_suspended(session),
                address=_address(session),
                release=releases[0] if releases else Wanted(),
            )

    def calendar(self, year: int) -> Calendar | None:
        """What makes that year's working days other than Monday to Friday; None where the centre said nothing."""
        with self._database.unit_of_work() as session:
            row = _in_force(session, FeedKind.CALENDAR).get(str(year))
            return msgspec.json.decode(row.body, type=Calendar) if row else None

    def verdict(self, case_id: str) -> bytes | None:
        """What the centre made of a case, as JSON of `CaseVerdict`."""
        with self._database.unit_of_work() as session:
            said = select(FeedRow.body).where(FeedRow.kind == FeedKind.VERDICT.value, FeedRow.key == case_id)
            return session.scalar(said.order_by(FeedRow.seq.desc()).limit(1))

    def command_done(self, command_id: str, outcome: str, detail: str = "") -> bool:
        """Write down what became of a command and tell the centre, once: False when it was written down before."""
        with self._database.unit_of_work() as session:
            row = session.get(CommandRow, command_id)
            if row is None or row.outcome:
                return False
            row.outcome, row.detail, row.done_at = outcome, detail, self._now()
            body = CommandDone(command_id, outcome, detail, row.done_at)
            self._post(driven(session), Lane.TELEMETRY, command_id, body, row.done_at)
            return True

    def settings_acted(self, patch: Patch, refused: str = "") -> None:
        """The settings were tried, whatever becomes of them; `refused` says why they could not even be."""
        with self._database.unit_of_work() as session:
            row = session.get(FeedRow, (FeedKind.SETTINGS.value, feed_rules.SETTINGS_KEY, patch.audience))
            if row is None or row.version != patch.version or row.acted_at:
                return
            row.acted_at = self._now()
            if refused:
                item = FeedItem(
                    row.seq, row.audience, row.kind, row.key, row.version, row.body, row.signed_at, "", "", b""
                )
                bad = Aside(row.seq, row.kind, row.key, row.version, f"feed.acted: {refused}")
                session.add(_aside_row(item, bad, self._now()))

    def aside(self) -> tuple[Aside, ...]:
        """What was bad, the oldest first."""
        with self._database.unit_of_work() as session:
            rows = session.scalars(select(AsideRow).order_by(AsideRow.id))
            return tuple(
                Aside(row.seq, row.kind, row.key, row.version, row.reason, row.settled_at is not None) for row in rows
            )

    def aside_count(self) -> int:
        """How many lie aside and are not settled."""
        with self._database.unit_of_work() as session:
            return session.scalar(select(func.count()).select_from(AsideRow).where(AsideRow.settled_at.is_(None))) or 0

    def tidy(self) -> None:
        """Forget old leases and verdicts, and the oldest of what lies aside."""
        before = iso(self._clock() - timedelta(days=_KEEP_FAST_DAYS))
        with self._database.unit_of_work() as session:
            _prune(session, before)

    def _take(self, session: Session, item: FeedItem, keys: Mapping[str, PublicKey], kinds: set[str]) -> Aside | None:
        row = session.get(FeedRow, (item.kind, item.key, item.audience))
        held = Held(row.version, row.body) if row else None
        try:
            if feed_rules.is_repeat(item, held):
                feed_rules.check_signature(item, keys)
                return None
            body = feed_rules.judge(item, held, self._terminal, keys)
        except BadItem as bad:
            settled = str(bad).startswith(feed_rules.OLDER)
            return Aside(item.seq, item.kind, item.key, item.version, str(bad), settled)
        self._put(session, item, row)
        match body:
            case Lease():
                self._keep_lease(session, body)
            case Archived():
                _keep_archived(session, body)
            case Command():
                self._keep_command(session, item, body)
            case CaseVerdict(outcome="incomplete"):
                send_again(session, body.case_id)
            case _:
                pass
        lying = select(AsideRow).where(AsideRow.kind == item.kind, AsideRow.key == item.key)
        for aside in session.scalars(lying.where(AsideRow.settled_at.is_(None), AsideRow.version <= item.version)):
            aside.settled_at = self._now()
        kinds.add(item.kind)
        return None

    def _put(self, session: Session, item: FeedItem, row: FeedRow | None) -> None:
        if row is None:
            row = FeedRow(kind=item.kind, key=item.key, audience=item.audience)
            session.add(row)
        row.version, row.seq, row.body = item.version, item.seq, item.body
        row.signed_at, row.applied_at, row.acted_at = item.signed_at, self._now(), None

    def _keep_command(self, session: Session, item: FeedItem, command: Command) -> None:
        if session.get(CommandRow, command.command_id) is None:
            session.add(
                CommandRow(
                    command_id=command.command_id,
                    what=command.what,
                    reason=msgspec.json.encode(command.reason),
                    by_whom=command.by,
                    expires_at=command.expires_at,
                    received_at=self._now(),
                    seq=item.seq,
                )
            )

    def _now(self) -> str:
        return iso(self._clock())


def _of_the_store(error: Exception) -> bool:
    """Whether the disk or the file failed, which is no fault of an item."""
    return isinstance(error, StoreError) and error.fault is not StoreFault.SOFTWARE


def _prune(session: Session, before: str) -> None:
    kinds = [kind.value for kind in _FAST_KINDS]
    session.execute(delete(FeedRow).where(FeedRow.kind.in_(kinds), FeedRow.applied_at < before))
    newest = select(AsideRow.id).order_by(AsideRow.id.desc()).limit(MOST_ASIDE)
    session.execute(delete(AsideRow).where(AsideRow.id.not_in(newest)))


def _in_force(session: Session, kind: FeedKind) -> dict[str, FeedRow]:
    """By key. What was said to this terminal and what was said to all replace each other, the later counts."""
    rows = session.scalars(select(FeedRow).where(FeedRow.kind == kind.value).order_by(FeedRow.seq))
    return {row.key: row for row in rows}


def _bodies(session: Session, kind: FeedKind, form: type[Value]) -> tuple[Value, ...]:
    rows = _in_force(session, kind).values()
    return tuple(msgspec.json.decode(row.body, type=form) for row in rows if row.body)


def _address(session: Session) -> str:
    said = {
        key: msgspec.json.decode(row.body, type=Address) for key, row in _in_force(session, FeedKind.ADDRESS).items()
    }
    return next((said[key].public_url for key in feed_rules.ADDRESS_KEYS if key in said and said[key].public_url), "")


def _patch(session: Session) -> Patch | None:
    row = _in_force(session, FeedKind.SETTINGS).get(feed_rules.SETTINGS_KEY)
    if row is None or row.acted_at:
        return None
    return Patch(row.version, row.audience, msgspec.json.decode(row.body, type=SettingsPatch).values)


def _command(row: CommandRow) -> Command:
    reason = msgspec.json.decode(row.reason, type=dict[str, str])
    return Command(row.command_id, row.what, row.expires_at, row.by_whom, reason)


def _media(session: Session) -> tuple[Media, ...]:
    rows = _in_force(session, FeedKind.MEDIA)
    return tuple(msgspec.json.decode(rows[key].body, type=Media) for key in sorted(rows) if rows[key].body)


def _suspended(session: Session) -> dict[str, str] | None:
    """The last of these two that was done decides."""
    done = select(CommandRow).where(CommandRow.what.in_(("suspend", "resume")), CommandRow.outcome == "done")
    last = session.scalar(done.order_by(CommandRow.seq.desc()).limit(1))
    return _command(last).reason if last is not None and last.what == "suspend" else None


def _keep_archived(session: Session, found: Archived) -> None:
    row = session.get(ArchivedRow, (found.epoch, found.lane))
    if row is None:
        session.add(ArchivedRow(epoch=found.epoch, lane=found.lane, seq=found.seq))
    else:
        row.seq = max(row.seq, found.seq)


def _aside_row(item: FeedItem, bad: Aside, at: str) -> AsideRow:
    return AsideRow(
        seq=item.seq,
        kind=item.kind,
        key=item.key,
        version=item.version,
        reason=bad.reason,
        raw=msgspec.msgpack.encode(item),
        at=at,
        settled_at=at if bad.settled else None,
    )
