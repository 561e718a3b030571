"""Envelopes, requests and databases of every version ever released, as they were written then, before today's code.

A new folder in recorded/ is made in the tree of the release (record_version.py) and is tested from then on.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from central.fleet import store as fleet
from central.intake import rules
from central.unseal import open_case
from contract import envelope
from contract.envelope import Lane
from contract.exchange import HEARTBEAT_PATH, PUSH_PATH, Heartbeat, PushReply, PushRequest, Sent
from offline_cache.store import Store
from tests.central.conftest import Running, start
from tests.central.terminal_double import TerminalDouble
from tests.contract.record_version import EVERYTHING, Recording, read, restore_central
from tests.offline_cache.drafts import draft, open_store

RECORDED = Path(__file__).parent / "recorded"
VERSIONS = sorted(path.name for path in RECORDED.iterdir() if path.is_dir())


@pytest.fixture(params=VERSIONS)
def folder(request: pytest.FixtureRequest) -> Path:
    return RECORDED / str(request.param)


@pytest.fixture
def recording(folder: Path) -> Recording:
    return read(folder)


@pytest.fixture
def old_centre(folder: Path, tmp_path: Path) -> Iterator[Running]:
    """Today's centre on the database and the keys that version left."""
    (tmp_path / "data").mkdir()
    restore_central(folder, tmp_path / "data" / "central.db")
    shutil.copytree(folder / "keys", tmp_path / "keys")
    for key in (tmp_path / "keys").iterdir():
        key.chmod(0o600)
    config = tmp_path / "central.toml"
    config.write_text('port = 0\nhall = "长安区政务服务中心"\n', encoding="utf-8")
    yield from start(config)


@pytest.fixture
def old_store(folder: Path, recording: Recording, tmp_path: Path) -> Iterator[Store]:
    """Today's store on the file that version left."""
    shutil.copy(folder / "terminal.db", tmp_path / "terminal.db")
    store = open_store(tmp_path / "terminal.db", key=recording.database_key, terminal=recording.terminal)
    yield store
    store.close()


def test_a_recording_of_the_first_version_is_kept() -> None:
    assert "0.1.0" in VERSIONS


def test_every_envelope_is_decoded_and_judged(recording: Recording) -> None:
    kinds = set()
    for raw in recording.envelopes:
        assert envelope.encode(envelope.decode(raw)) == raw, "the canonical bytes of a record have changed"
        kinds.add(rules.read_body(raw)[0].kind)
    assert kinds >= {"case", "ticket", "document", "rating", "difficulty", "card_left", "settings_revised"}


def test_every_request_is_read(recording: Recording) -> None:
    for request in recording.requests:
        if request.path == PUSH_PATH:
            items = rules.read_push(request.body).items
            assert all(envelope.content_hash(item.raw) == item.hash for item in items)
        else:
            assert rules.read_heartbeat(request.body).terminal == recording.terminal


def test_a_terminals_file_is_migrated_with_all_it_held(old_store: Store, recording: Recording) -> None:
    old_store.verify()
    again = {case_id: old_store.save_case(draft(case_id)) for case_id in recording.cases}
    assert {case_id: case.number for case_id, case in again.items()} == recording.cases
    assert all(case.repeat for case in again.values())
    waiting = [item.id for item in _waiting(old_store)]
    assert sorted(waiting) == sorted(recording.unsent)
    new = old_store.save_case(draft("after-the-migration"))
    assert new.number not in recording.cases.values()
    assert not new.repeat


def test_a_centres_database_is_migrated_and_knows_the_same_requests(old_centre: Running, recording: Recording) -> None:
    """The signatures of then are accepted, what was held is a repeat, nothing is stored twice."""
    before = old_centre.query("SELECT count(*) FROM envelopes")
    for request in recording.requests:
        answer = old_centre.post(request.path, request.body, request.headers)
        assert (answer.status, request.status) == (200, 200), answer.body
        if request.path == PUSH_PATH:
            then = msgspec.json.decode(request.answer, type=PushReply)
            assert (answer.push_reply().ack, answer.push_reply().refusal) == (then.ack, None)
        else:
            assert request.path == HEARTBEAT_PATH
            assert answer.json()["held"] == msgspec.json.decode(request.answer)["held"]
    assert old_centre.query("SELECT count(*) FROM envelopes") == before
    assert old_centre.query("SELECT count(*) FROM quarantine") == [(0,)]


def test_a_heartbeat_of_then_is_shown_until_the_next(old_centre: Running, recording: Recording) -> None:
    """It lies there whole; the next is kept in two parts."""
    [request] = [one for one in recording.requests if one.path == HEARTBEAT_PATH]
    then = msgspec.json.decode(request.body, type=Heartbeat)
    with old_centre.centre.database.reading() as connection:
        [before] = fleet.now_of(connection).values()
    assert before.steady is None
    assert before.heartbeat() == then
    with old_centre.centre.database.writing() as connection:
        connection.exec_driver_sql("UPDATE terminals_now SET nonce = ''")
    assert old_centre.post(request.path, request.body, request.headers).status == 200
    with old_centre.centre.database.reading() as connection:
        [after] = fleet.now_of(connection).values()
    assert after.steady is not None
    assert after.heartbeat() == msgspec.structs.replace(then, nonce="")


def test_what_was_sealed_then_opens_now(old_centre: Running, recording: Recording) -> None:
    opened = {}
    for raw in recording.envelopes:
        wrapped = envelope.decode(raw)
        if wrapped.sealed is not None:
            opened[wrapped.id] = open_case(old_centre.centre.keys, wrapped.sealed, wrapped.terminal, wrapped.id)
    assert opened == recording.contents
    assert opened


def test_what_waited_then_arrives_once(old_centre: Running, old_store: Store, recording: Recording) -> None:
    """The file of the terminal and the database of the centre, both migrated: the rest is sent."""
    key = TerminalDouble().key
    old_centre.enter(TerminalDouble(recording.terminal, key_id="after-the-migration", key=key), replace=True)
    terminal = TerminalDouble(recording.terminal, old_store.epoch, key_id="after-the-migration", key=key)
    for state in old_store.lane_states():
        run = old_store.outbox_run(state.lane, state.acked, *EVERYTHING)
        if run:
            items = tuple(Sent(item.seq, item.id, item.hash, item.raw) for item in run)
            request = PushRequest(terminal.id, old_store.epoch, state.lane, run[0].seq, "w" * 32, items)
            reply = old_centre.send(terminal, request).push_reply()
            assert (reply.ack, reply.refusal) == (run[-1].seq, None), reply
    old_centre.judged()
    held = old_centre.query("SELECT case_id, number FROM cases")
    assert dict(held) == recording.cases  # type: ignore[arg-type]
    assert len(held) == len(recording.cases)
    assert old_centre.query("SELECT count(*) FROM quarantine") == [(0,)]


def _waiting(store: Store) -> list[envelope.Envelope]:
    return [
        envelope.decode(item.raw)
        for state in store.lane_states()
        if state.lane in Lane
        for item in store.outbox_run(state.lane, state.acked, *EVERYTHING)
    ]
