"""The feed: nothing is passed over, the newest version comes alone, each item is signed, a reply has its limits."""

import base64
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from sqlalchemy import make_url

from central import keys
from central.feed import rules, store
from central.feed.rules import Draft
from contract.exchange import HeartbeatReply
from contract.feed import (
    PULL_MAX_ITEMS,
    PULL_PATH,
    Archived,
    FeedItem,
    FeedKind,
    PullReply,
    PullRequest,
    Switch,
    signed_bytes,
)
from contract.suites import GM, BadSignature, PublicKey
from tests.central.conftest import AUTHORITY, Running
from tests.central.terminal_double import Answer, TerminalDouble, believe, fresh_nonce

NOTICE, SWITCH = FeedKind.NOTICE, FeedKind.SWITCH


def put(running: Running, audience: str, kind: str, key: str, body: bytes | msgspec.Struct = b"{}") -> FeedItem:
    with running.centre.database.writing() as connection:
        return store.publish(connection, running.centre.keys, audience, kind, key, body, running.clock())


def ask(running: Running, asker: TerminalDouble, cursor: int, changes: dict[str, Any] | None = None) -> Answer:
    said: dict[str, Any] = {"terminal": asker.id, "epoch": asker.epoch, "nonce": fresh_nonce(), "cursor": cursor}
    request = PullRequest(**(said | (changes or {})))
    body = msgspec.json.encode(request)
    return running.post(PULL_PATH, body, asker.signed(AUTHORITY, PULL_PATH, body, fresh_nonce()))


def pulled(running: Running, terminal: TerminalDouble, cursor: int = 0) -> PullReply:
    answer = ask(running, terminal, cursor)
    assert answer.status == 200, answer.body
    return msgspec.json.decode(answer.body, type=PullReply)


def everything(running: Running, terminal: TerminalDouble, cursor: int = 0) -> list[FeedItem]:
    """As a terminal reads: until the cursor stands still."""
    found: list[FeedItem] = []
    while True:
        reply = pulled(running, terminal, cursor)
        found += reply.items
        if reply.cursor == cursor:
            return found
        cursor = reply.cursor


def test_a_terminal_gets_its_own_and_everybodys_in_order(running: Running, terminal: TerminalDouble) -> None:
    other = running.enter(TerminalDouble("GL-02"))
    put(running, "*", NOTICE, "n1")
    put(running, other.id, NOTICE, "n2")
    put(running, terminal.id, SWITCH, "s1", Switch("s1", on=False))
    put(running, other.id, NOTICE, "n3")
    reply = pulled(running, terminal)
    assert [item.key for item in reply.items] == ["n1", "s1"]
    assert reply.cursor == 4
    assert pulled(running, terminal, 4).items == ()
    assert [item.key for item in everything(running, other)] == ["n1", "n2", "n3"]


def test_each_item_is_signed_and_a_changed_one_is_not_believed(embedded: Running) -> None:
    running, terminal = embedded, embedded.enter(TerminalDouble())
    put(running, "*", SWITCH, "s1", Switch("s1", on=False, reason={"zh-Hans": "停电"}))
    answer = ask(running, terminal, 0)
    ((key_id, public),) = running.centre.keys.signing_public().items()
    (item,) = msgspec.json.decode(answer.body, type=PullReply).items
    ours = PublicKey(item.suite, base64.b64decode(public))
    ours.verify(signed_bytes(item), item.signature)
    assert item.key_id == key_id
    for changed in ({"body": b"{}"}, {"version": 9}, {"audience": "GL-02"}, {"key": "s2"}):
        with pytest.raises(BadSignature):
            ours.verify(signed_bytes(msgspec.structs.replace(item, **changed)), item.signature)


def test_a_centre_of_the_national_suite_signs_with_sm2(embedded: Running, tmp_path: Path) -> None:
    keys.make(tmp_path / "gm", GM)
    ours = keys.load(tmp_path / "gm", GM)
    with embedded.centre.database.writing() as connection:
        item = store.publish(connection, ours, "*", SWITCH, "s1", Switch("s1", on=True), embedded.clock())
    assert (item.suite, item.key_id) == (GM, ours.signing_id)
    PublicKey(GM, ours.signing.public).verify(signed_bytes(item), item.signature)
    with pytest.raises(BadSignature):
        PublicKey(GM, ours.signing.public).verify(signed_bytes(item) + b"x", item.signature)


def test_the_reply_is_signed_for_this_request(embedded: Running) -> None:
    running, terminal = embedded, embedded.enter(TerminalDouble())
    body = msgspec.json.encode(PullRequest(terminal.id, 1, fresh_nonce(), 0))
    nonce = fresh_nonce()
    answer = running.post(PULL_PATH, body, terminal.signed(AUTHORITY, PULL_PATH, body, nonce))
    ((key_id, public),) = running.centre.keys.signing_public().items()
    believe(answer, nonce, key_id, public)


def test_only_the_newest_version_of_a_thing_is_sent(running: Running, terminal: TerminalDouble) -> None:
    for on in (True, False, True, False):
        put(running, "*", SWITCH, "s1", Switch("s1", on=on))
    put(running, terminal.id, NOTICE, "n1")
    found = everything(running, terminal)
    assert [(item.kind, item.key) for item in found] == [("switch", "s1"), ("notice", "n1")]
    assert msgspec.json.decode(found[0].body, type=Switch).on is False
    assert [item.version for item in found] == [4, 5]


def test_a_word_to_one_terminal_and_a_word_to_all_follow_each_other(running: Running, terminal: TerminalDouble) -> None:
    other = running.enter(TerminalDouble("GL-02"))
    put(running, "*", SWITCH, "s1", Switch("s1", on=True))
    put(running, terminal.id, SWITCH, "s1", Switch("s1", on=False))
    mine, others = everything(running, terminal), everything(running, other)
    assert [item.seq for item in mine] == [1, 2]
    assert mine[1].version > mine[0].version
    assert [item.seq for item in others] == [1]
    put(running, "*", SWITCH, "s1", Switch("s1", on=True))
    assert [item.seq for item in everything(running, terminal)] == [3]


def test_a_reply_holds_no_more_than_the_contract_allows(running: Running, terminal: TerminalDouble) -> None:
    drafts = [Draft("*", NOTICE, f"n{index}", b"x") for index in range(PULL_MAX_ITEMS + 30)]
    drafts += [Draft("*", NOTICE, f"large{index}", b"x" * 200_000) for index in range(5)]
    with running.centre.database.writing() as connection:
        store.publish_all(connection, running.centre.keys, drafts, running.clock())
    first = pulled(running, terminal)
    assert (len(first.items), first.cursor) == (PULL_MAX_ITEMS, PULL_MAX_ITEMS)
    second = pulled(running, terminal, first.cursor)
    assert len(second.items) == 30 + 1
    assert [item.key for item in everything(running, terminal)] == [draft.key for draft in drafts]


def test_what_is_too_large_is_never_published(embedded: Running) -> None:
    running = embedded
    with pytest.raises(rules.Invalid, match="at most"):
        put(running, "*", NOTICE, "n1", b"x" * (rules.BODY_LARGEST + 1))
    assert put(running, "*", NOTICE, "n1", b"x" * rules.BODY_LARGEST).seq == 1


def test_what_is_past_is_neither_sent_nor_kept(running: Running, terminal: TerminalDouble) -> None:
    draft = Draft("*", NOTICE, "n1", b"{}", until=running.clock() + timedelta(minutes=5))
    with running.centre.database.writing() as connection:
        store.publish_all(connection, running.centre.keys, [draft], running.clock())
    assert len(pulled(running, terminal).items) == 1
    running.clock.forward(minutes=6)
    assert pulled(running, terminal).items == ()
    with running.centre.database.writing() as connection:
        assert store.sweep(connection, running.clock()) == 1
    assert put(running, "*", NOTICE, "n1").version > 1, "a name that comes back is newer than what terminals hold"


def test_a_terminal_entered_later_gets_what_is_in_force(embedded: Running) -> None:
    running = embedded
    put(running, "*", SWITCH, "s1", Switch("s1", on=False))
    put(running, "*", SWITCH, "s1", Switch("s1", on=True))
    put(running, "GL-01", FeedKind.ARCHIVED, "1/cases", Archived(1, "cases", 7))
    late = running.enter(TerminalDouble("GL-07"))
    assert [(item.kind, item.version) for item in everything(running, late)] == [("switch", 2)]


def test_the_heartbeat_says_when_there_is_something_to_pull(running: Running, terminal: TerminalDouble) -> None:
    def newest() -> int:
        answer = running.send(terminal, terminal.heartbeat())
        return msgspec.json.decode(answer.body, type=HeartbeatReply).newest

    assert newest() == 0
    put(running, "GL-02", NOTICE, "n1")
    assert newest() == 0
    put(running, "*", NOTICE, "n2")
    assert newest() == 2
    put(running, terminal.id, NOTICE, "n3")
    assert newest() == 3
    assert pulled(running, terminal).cursor >= newest()


def test_a_centre_that_came_back_from_a_backup_gives_no_place_a_terminal_has_passed(
    running: Running, terminal: TerminalDouble
) -> None:
    put(running, "*", NOTICE, "n1")
    reply = pulled(running, terminal, 40)
    assert (reply.items, reply.cursor) == ((), 40)
    item = put(running, "*", NOTICE, "n1")
    assert (item.seq, item.version) == (41, 41)
    assert [found.seq for found in pulled(running, terminal, 40).items] == [41]


def test_a_leap_no_backup_explains_moves_nothing(embedded: Running) -> None:
    running, terminal = embedded, embedded.enter(TerminalDouble())
    pulled(running, terminal, 2**50)
    assert put(running, "*", NOTICE, "n1").seq == 1


@pytest.mark.parametrize("changes", [{"cursor": -1}, {"cursor": 2**53}, {"nonce": 3}])
def test_what_is_no_pull_is_refused(embedded: Running, changes: dict[str, object]) -> None:
    terminal = embedded.enter(TerminalDouble())
    assert ask(embedded, terminal, 0, changes).status == 422


def test_nobody_pulls_for_another(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble())
    assert ask(embedded, terminal, 0, {"terminal": "GL-02"}).status == 401
    stranger = TerminalDouble("GL-09")
    assert ask(embedded, stranger, 0).status == 401


def test_no_reader_passes_a_place_that_is_not_committed_yet(running: Running, terminal: TerminalDouble) -> None:
    """Two publish at once; the second waits for the first, so a reader between them sees neither or the first."""
    second = threading.Thread(target=put, args=(running, "*", NOTICE, "n2"))
    with running.centre.database.writing() as connection:
        store.publish(connection, running.centre.keys, "*", NOTICE, "n1", b"{}", running.clock())
        second.start()
        second.join(timeout=0.3)
        assert second.is_alive(), "the second waits"
        between = pulled(running, terminal)
        assert (between.items, between.cursor) == ((), 0)
    second.join(timeout=20)
    assert [item.key for item in everything(running, terminal, between.cursor)] == ["n1", "n2"]


@pytest.mark.postgresql
def test_control_places_given_without_the_lock_are_passed_over(
    request: pytest.FixtureRequest, postgres_socket: str, postgres_model: str
) -> None:
    """The same two writers on an identity column: the reader passes a place and never comes back to it."""
    del request, postgres_model
    place = make_url(f"postgresql://suiban@/postgres?host={postgres_socket}")
    text = f"host={place.query['host']} user=suiban dbname=postgres"
    with psycopg.connect(text, autocommit=True) as reader:
        reader.execute("CREATE TABLE control (seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key TEXT)")
        with psycopg.connect(text) as one, psycopg.connect(text) as two:
            one.execute("INSERT INTO control (key) VALUES ('n1')")
            two.execute("INSERT INTO control (key) VALUES ('n2')")
            two.commit()
            seen = reader.execute("SELECT seq, key FROM control WHERE seq > 0 ORDER BY seq").fetchall()
            cursor = seen[-1][0]
            one.commit()
        seen += reader.execute("SELECT seq, key FROM control WHERE seq > %s ORDER BY seq", (cursor,)).fetchall()
        reader.execute("DROP TABLE control")
    assert [key for _, key in seen] == ["n2"], "n1 was passed over"
