"""Each item is in force, or lies aside, in the very transaction that moves the cursor behind it."""

import base64
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from contract.envelope import Lane
from contract.feed import (
    Archived,
    Calendar,
    CaseVerdict,
    Command,
    FeedItem,
    FeedKind,
    Notice,
    Place,
    SealingKey,
    SealingKeys,
    SettingsPatch,
    Sites,
    Switch,
)
from contract.numbers import Lease
from contract.suites import GM, INTL, PublicKey, suite
from offline_cache.feed import rules as feed_rules
from offline_cache.feed.kept import Directions, Feed, Taken
from offline_cache.feed.rules import BadItem, Held
from offline_cache.records import StoreError, StoreFault
from offline_cache.store import Store
from offline_cache.tables import ArchivedRow, IdentityRow, LeaseRow
from tests.offline_cache.drafts import Clock, open_store
from tests.offline_cache.feed_items import FAR, SLUG, Signer, item_text

OFF = Switch(SLUG, on=False, reason={"zh-Hans": "系统维护"})
ON = Switch(SLUG, on=True)
STOP = Command("c-1", "suspend", FAR, "wang", {"zh-Hans": "检修"})
SHORT_KEY = SealingKeys((SealingKey("a", "eA==", INTL),))
STRANGE_KEY = SealingKeys((SealingKey("a", "eA==", "X"),))
NOTICE = Notice({"zh-Hans": "停电"}, "2026-11-22T00:00:00+08:00", FAR)


@pytest.fixture
def signer() -> Signer:
    return Signer()


def take(store: Store, signer: Signer, *items: FeedItem) -> tuple[str, ...]:
    """The reasons for what was bad."""
    taken = store.feed.apply(items, items[-1].seq, signer.keys)
    return tuple(bad.reason for bad in taken.aside)


def test_a_higher_version_replaces_a_lower_one_and_the_cursor_moves_with_it(store: Store, signer: Signer) -> None:
    assert take(store, signer, signer.item(FeedKind.SWITCH, SLUG, OFF)) == ()
    assert store.feed.cursor == 1
    assert store.feed.directions().switches == (OFF,)
    assert take(store, signer, signer.item(FeedKind.SWITCH, SLUG, ON, 2)) == ()
    assert (store.feed.cursor, store.feed.directions().switches) == (2, (ON,))


def test_the_cursor_follows_the_page_beyond_what_was_for_others(store: Store, signer: Signer) -> None:
    store.feed.apply((signer.item(FeedKind.SWITCH, SLUG, OFF),), 40, signer.keys)
    assert store.feed.cursor == 40


@pytest.mark.parametrize(
    ("reason", "made"),
    [
        ("feed.signature", lambda s: msgspec.structs.replace(s.item(FeedKind.SWITCH, SLUG, ON, 9), version=10)),
        ("feed.signature", lambda s: msgspec.structs.replace(s.item(FeedKind.SWITCH, SLUG, ON, 9), body=b"{}")),
        ("feed.signature", lambda _: Signer().item(FeedKind.SWITCH, SLUG, ON, 9, seq=2)),
        ("feed.signature", lambda s: msgspec.structs.replace(s.item(FeedKind.SWITCH, SLUG, ON, 9), key_id="centre-7")),
        ("feed.signature", lambda s: msgspec.structs.replace(s.item(FeedKind.SWITCH, SLUG, ON, 9), suite=GM)),
        ("feed.audience", lambda s: s.item(FeedKind.SWITCH, SLUG, ON, 9, audience="GL-02")),
        ("feed.unknown_kind", lambda s: s.item("weather", "today", b"{}")),
        ("feed.older", lambda s: s.item(FeedKind.SWITCH, SLUG, ON, 1)),
        ("feed.form", lambda s: s.item(FeedKind.SWITCH, SLUG, b"not json", 9)),
        ("feed.form", lambda s: s.item(FeedKind.SWITCH, SLUG, Switch("other", on=True), 9)),
        ("feed.form", lambda s: s.item(FeedKind.SWITCH, SLUG, Switch(SLUG, on=False, reason={"en": "x"}), 9)),
        ("feed.form", lambda s: s.item(FeedKind.CATALOGUE, SLUG, b"title = 3", 9)),
        ("feed.form", lambda s: s.item(FeedKind.CATALOGUE, "other-slug", item_text(9), 9)),
        ("feed.form", lambda s: s.item(FeedKind.CATALOGUE, "../../etc/passwd", b"", 9)),
        ("feed.form", lambda s: s.item(FeedKind.NOTICE, "n", Notice({"zh-Hans": "x"}, FAR, FAR), 9)),
        ("feed.form", lambda s: s.item(FeedKind.NOTICE, "n", Notice({"zh-Hans": "x"}, "2026-11-22", FAR), 9)),
        ("feed.form", lambda s: s.item(FeedKind.CALENDAR, "2026", Calendar(2026, ("2027-01-01",)), 9)),
        ("feed.form", lambda s: s.item(FeedKind.SITES, "places", Sites(()), 9)),
        ("feed.form", lambda s: s.item(FeedKind.SITES, "sites", Sites((Place("x", {"en": "x"}, ("*",)),)), 9)),
        ("feed.form", lambda s: s.item(FeedKind.SETTINGS, "kiosk", SettingsPatch({"terminal.id": "X"}), 9)),
        ("feed.form", lambda s: s.item(FeedKind.SETTINGS, "kiosk", SettingsPatch({"centre.url": "http://x"}), 9)),
        ("feed.form", lambda s: s.item(FeedKind.SETTINGS, "kiosk", SettingsPatch({"services": "x"}), 9)),
        ("feed.form", lambda s: s.item(FeedKind.COMMAND, "c-2", STOP, 9)),
        ("feed.form", lambda s: s.item(FeedKind.SEALING_KEYS, "sealing", SealingKeys(()), 9)),
        (
            "feed.form",
            lambda s: s.item(FeedKind.SEALING_KEYS, "sealing", SHORT_KEY, 9),
        ),
        (
            "feed.form",
            lambda s: s.item(FeedKind.SEALING_KEYS, "sealing", STRANGE_KEY, 9),
        ),
        ("feed.form", lambda s: s.item(FeedKind.VERDICT, "case-1", CaseVerdict("case-2", "accepted"), 9)),
    ],
)
def test_a_bad_one_has_its_reason(signer: Signer, reason: str, made: Callable[[Signer], FeedItem]) -> None:
    signer.seq = 1
    held = Held(5, msgspec.json.encode(OFF))
    with pytest.raises(BadItem, match=f"^{re.escape(reason)}: "):
        feed_rules.judge(made(signer), held, "GL-01", signer.keys)


def test_a_bad_one_lies_aside_and_the_old_stays_in_force(store: Store, signer: Signer) -> None:
    take(store, signer, signer.item(FeedKind.SWITCH, SLUG, OFF, 5))
    before = store.feed.directions()
    bad = (
        msgspec.structs.replace(signer.item(FeedKind.SWITCH, SLUG, ON, 9), body=b"{}"),
        signer.item("weather", "today", b"{}"),
        signer.item(FeedKind.CATALOGUE, SLUG, b"title = 3", 9),
        signer.item(FeedKind.SWITCH, SLUG, ON, 1),
    )
    good = signer.item(FeedKind.NOTICE, "power", NOTICE)
    found = take(store, signer, *bad, good)
    assert [reason.partition(":")[0] for reason in found] == [
        "feed.signature",
        "feed.unknown_kind",
        "feed.form",
        "feed.older",
    ]
    assert store.feed.cursor == good.seq
    assert store.feed.directions() == msgspec.structs.replace(before, notices=(NOTICE,))
    assert tuple(aside.reason for aside in store.feed.aside()) == found
    assert store.feed.aside_count() == 3  # what is only older than what is in force needs nobody's eye


def test_a_later_good_version_settles_what_lay_aside(store: Store, signer: Signer) -> None:
    take(store, signer, signer.item(FeedKind.SWITCH, SLUG, b"broken", 3))
    assert store.feed.aside_count() == 1
    take(store, signer, signer.item(FeedKind.SWITCH, SLUG, OFF, 4))
    assert store.feed.aside_count() == 0


def test_the_same_once_more_is_nothing(store: Store, signer: Signer) -> None:
    item = signer.item(FeedKind.SWITCH, SLUG, OFF)
    take(store, signer, item)
    assert take(store, signer, item) == ()
    assert store.feed.aside() == ()


def test_what_this_terminal_and_what_all_are_told_replace_each_other_by_place(store: Store, signer: Signer) -> None:
    take(store, signer, signer.item(FeedKind.SWITCH, SLUG, OFF, 7))
    take(store, signer, signer.item(FeedKind.SWITCH, SLUG, ON, 1, audience="GL-01"))
    assert store.feed.directions().switches == (ON,)
    take(store, signer, signer.item(FeedKind.SWITCH, SLUG, OFF, 8))
    assert store.feed.directions().switches == (OFF,)


def test_what_a_newer_program_would_know_is_judged_again(store: Store, signer: Signer) -> None:
    stranger = Signer()
    item = stranger.item(FeedKind.SWITCH, SLUG, OFF, seq=1)
    assert take(store, signer, item)[0].startswith("feed.signature")
    assert store.feed.look_again(stranger.keys).kinds == {"switch"}
    assert (store.feed.directions().switches, store.feed.aside_count()) == ((OFF,), 0)


# --- power may go at any statement ----------


class _CutError(BaseException):
    """The power went."""


@contextmanager
def cut_at(store: Store, transaction: int) -> Iterator[None]:
    """The power goes before the commit of this one."""
    whole, begun = store._database.unit_of_work, 0

    @contextmanager
    def cut() -> Iterator[Session]:
        nonlocal begun
        begun += 1
        with whole() as session:
            yield session
            if begun == transaction:
                raise _CutError

    store._database.unit_of_work = cut  # type: ignore[method-assign]
    try:
        yield
    finally:
        store._database.unit_of_work = whole  # type: ignore[method-assign]


class CarelessFeed(Feed):
    """The control: it moves the cursor first and applies afterwards, as if one transaction were not needed."""

    def apply(self, items: Sequence[FeedItem], cursor: int, keys: Mapping[str, PublicKey]) -> Taken:
        with self._database.unit_of_work() as session:
            session.get_one(IdentityRow, 1).cursor = cursor
        for item in items:
            with self._database.unit_of_work() as session:
                self._take(session, item, keys, set())
        return Taken(cursor)


def _cut_and_go_on(path: Path, signer: Signer, items: list[FeedItem], transaction: int, kind: type[Feed]) -> Directions:
    clock = Clock()
    store = open_store(path, clock)
    store.feed.__class__ = kind
    with cut_at(store, transaction), pytest.raises(_CutError):
        store.feed.apply(items, items[-1].seq, signer.keys)
    store.close()
    again = open_store(path, clock)
    again.feed.__class__ = kind
    cursor = again.feed.cursor
    rest = [item for item in items if item.seq > cursor]
    if rest:
        again.feed.apply(rest, items[-1].seq, signer.keys)
    found = again.feed.directions()
    assert again.feed.aside_count() == (0 if kind is CarelessFeed else 1)
    again.close()
    return found


@pytest.mark.parametrize("transaction", [1, 2, 3, 4])
def test_a_cut_at_any_transaction_loses_and_doubles_nothing(tmp_path: Path, signer: Signer, transaction: int) -> None:
    items = [
        signer.item(FeedKind.SWITCH, SLUG, OFF),
        signer.item(FeedKind.NOTICE, "n", b"broken"),
        signer.item(FeedKind.COMMAND, "c-1", STOP),
    ]
    found = _cut_and_go_on(tmp_path / "suiban.db", signer, items, transaction, Feed)
    assert (found.switches, found.commands) == ((OFF,), (STOP,))


def test_without_one_transaction_an_item_would_be_lost(tmp_path: Path, signer: Signer) -> None:
    items = [signer.item(FeedKind.SWITCH, SLUG, OFF), signer.item(FeedKind.COMMAND, "c-1", STOP)]
    found = _cut_and_go_on(tmp_path / "suiban.db", signer, items, 2, CarelessFeed)
    assert found.commands == ()


# --- what the program stumbles over ----------


@pytest.mark.parametrize("error", [TypeError, StoreError(StoreFault.SOFTWARE, "UNIQUE constraint failed")])
def test_an_item_this_program_stumbles_over_stops_nothing_behind_it(
    tmp_path: Path, signer: Signer, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    store = open_store(tmp_path / "suiban.db")
    items = [signer.item(FeedKind.NOTICE, "n", NOTICE), signer.item(FeedKind.SWITCH, SLUG, OFF)]
    judge = feed_rules.judge

    def stumbles(item: FeedItem, *rest: Any) -> object:  # noqa: ANN401 - as they are
        if item.kind == FeedKind.NOTICE:
            raise error
        return judge(item, *rest)

    with monkeypatch.context() as old_program:
        old_program.setattr(feed_rules, "judge", stumbles)
        (reason,) = take(store, signer, *items)
        assert reason.startswith("feed.software: ")
        assert (store.feed.directions().switches, store.feed.cursor) == ((OFF,), items[-1].seq)
        assert store.feed.look_again(signer.keys).kinds == frozenset()
        assert store.feed.aside_count() == 1
    assert store.feed.look_again(signer.keys).kinds == {"notice"}, "a mended program takes it"
    assert (store.feed.directions().notices, store.feed.aside_count()) == ((NOTICE,), 0)
    store.close()


def test_a_disk_that_fails_is_no_fault_of_the_item(
    store: Store, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError(StoreFault.FULL, "no space left")

    with monkeypatch.context() as trouble:
        trouble.setattr(Feed, "_put", full)
        with pytest.raises(StoreError):
            take(store, signer, signer.item(FeedKind.SWITCH, SLUG, OFF))
    assert (store.feed.cursor, store.feed.aside()) == (0, ())


@pytest.mark.parametrize("suite_id", [INTL, GM])
def test_a_sealing_key_or_a_lease_that_is_none_wedges_nothing(store: Store, signer: Signer, suite_id: str) -> None:
    no_key = SealingKeys((SealingKey("a", base64.b64encode(b"\xff" * 64).decode(), suite_id),))
    no_day = Lease("tomorrow", "A", "1", 1, 500, 1)
    bad = (
        signer.item(FeedKind.SEALING_KEYS, "sealing", no_key),
        signer.item(FeedKind.LEASE, "tomorrow/A", no_day),
        signer.item(FeedKind.LEASE, "2026-11-22/A", Lease("2026-11-22", "A", "1", 1, 2**70, store.epoch)),
    )
    assert len(take(store, signer, *bad, signer.item(FeedKind.SWITCH, SLUG, OFF))) == 3
    assert store.feed.directions().switches == (OFF,)


def test_a_page_that_says_it_ends_before_its_items_is_not_read_for_ever(store: Store, signer: Signer) -> None:
    item = signer.item(FeedKind.SWITCH, SLUG, OFF)
    store.feed.apply((item,), item.seq - 1, signer.keys)
    assert store.feed.cursor == item.seq


# --- what the kinds do ----------


def test_leases_and_archived_receipts_land_in_their_tables_with_the_item(store: Store, signer: Signer) -> None:
    lease = Lease("2026-11-22", "Q", "1", 1, 500, store.epoch)
    take(
        store,
        signer,
        signer.item(FeedKind.LEASE, "2026-11-22/Q", lease, audience="GL-01"),
        signer.item(FeedKind.ARCHIVED, "1/cases", Archived(1, "cases", 9), audience="GL-01"),
        signer.item(FeedKind.ARCHIVED, "1/cases", Archived(1, "cases", 4), 2, audience="GL-01"),
    )
    with store._database.unit_of_work() as session:
        kept = session.scalars(select(LeaseRow).where(LeaseRow.queue == "Q")).one()
        assert (kept.first, kept.last) == (1, 500)
        assert session.scalars(select(ArchivedRow)).one().seq == 9  # an archive never shrinks


def test_a_calendar_and_a_verdict_are_kept(store: Store, signer: Signer) -> None:
    calendar = Calendar(2026, ("2026-10-01",), ("2026-10-10",))
    verdict = CaseVerdict("case-1", "accepted")
    take(
        store,
        signer,
        signer.item(FeedKind.CALENDAR, "2026", calendar),
        signer.item(FeedKind.VERDICT, "case-1", verdict, audience="GL-01"),
    )
    assert store.feed.calendar(2026) == calendar
    assert store.feed.directions().calendars == (calendar,)
    assert store.feed.calendar(2027) is None
    assert store.feed.verdict("case-1") == msgspec.json.encode(verdict)


def test_sealing_keys_of_both_suites_are_tried_before_they_are_taken(store: Store, signer: Signer) -> None:
    keys = SealingKeys(
        tuple(
            SealingKey(
                f"k-{name}", base64.b64encode(suite(name).sealing_public(suite(name).fresh_sealing())).decode(), name
            )
            for name in (INTL, GM)
        )
    )
    assert take(store, signer, signer.item(FeedKind.SEALING_KEYS, "sealing", keys)) == ()
    assert store.feed.directions().sealing_keys == keys.keys


def test_a_command_is_done_once_and_told_under_its_own_id(tmp_path: Path, signer: Signer) -> None:
    store = open_store(tmp_path / "suiban.db")
    take(store, signer, signer.item(FeedKind.COMMAND, "c-1", STOP, audience="GL-01"))
    assert store.feed.directions().commands == (STOP,)
    assert store.feed.command_done("c-1", "done")
    assert not store.feed.command_done("c-1", "done")
    store.close()
    again = open_store(tmp_path / "suiban.db")
    try:
        assert not again.feed.command_done("c-1", "expired")
        found = again.feed.directions()
        assert (found.commands, found.suspended) == ((), {"zh-Hans": "检修"})
        told = [item.id for item in again.outbox_run(Lane.TELEMETRY, 0, 10, 10**6)]
        assert told.count("c-1") == 1
        take(
            again, signer, signer.item(FeedKind.COMMAND, "c-2", Command("c-2", "resume", FAR, "wang"), audience="GL-01")
        )
        again.feed.command_done("c-2", "done")
        assert again.feed.directions().suspended is None
    finally:
        again.close()


def test_settings_wait_until_they_were_tried_and_a_refusal_lies_aside(store: Store, signer: Signer) -> None:
    patch = SettingsPatch({"patience.page": 150.0})
    take(store, signer, signer.item(FeedKind.SETTINGS, "kiosk", patch, audience="GL-01"))
    waiting = store.feed.directions().settings
    assert waiting is not None
    assert waiting.values == patch.values
    store.feed.settings_acted(waiting, refused="kiosk.toml: `patience.page`: too short")
    store.feed.settings_acted(waiting, refused="said once only")
    assert store.feed.directions().settings is None
    assert [aside.reason for aside in store.feed.aside()] == ["feed.acted: kiosk.toml: `patience.page`: too short"]
    store.feed.look_again(signer.keys)
    assert (store.feed.directions().settings, store.feed.aside_count()) == (None, 1)
