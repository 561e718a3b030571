"""The intake on both databases: whatever a terminal repeats, doubles, loses or mixes up, each record is kept once."""

import threading
from collections.abc import Mapping

import msgspec
import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from central.intake import store
from central.intake.commit import Job, Overloaded
from contract import envelope
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.exchange import PushReply, Refusal, Sent
from tests.central.conftest import Running, wait_until
from tests.central.terminal_double import TerminalDouble, a_case, believe


def kept(running: Running) -> int:
    return int(str(running.query("SELECT count(*) FROM envelopes")[0][0]))


def test_a_run_is_acknowledged_up_to_its_last(running: Running, terminal: TerminalDouble) -> None:
    for _ in range(3):
        terminal.file_case()
    assert running.push(terminal, Lane.NUMBERS).ack == 3
    raws = [bytes(row[0]) for row in running.query("SELECT raw FROM envelopes ORDER BY seq")]  # type: ignore[call-overload]
    assert raws == [sent.raw for sent in terminal.lanes[Lane.NUMBERS]]
    running.judged()
    assert running.query("SELECT count(*) FROM cases") == [(3,)]


def test_the_same_bytes_again_are_answered_the_same(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case()
    terminal.file_case()
    request = terminal.request(Lane.NUMBERS)
    first, second = running.send(terminal, request), running.send(terminal, request)
    assert (first.status, second.status) == (200, 200)
    assert first.push_reply().ack == second.push_reply().ack == 2
    assert kept(running) == 2


def test_a_lost_reply_and_a_longer_resend_add_only_what_is_new(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    terminal.file_case()
    terminal.file_case()
    assert running.push(terminal, Lane.NUMBERS).ack == 3
    assert running.push(terminal, Lane.NUMBERS, first=2).ack == 3
    assert kept(running) == 3


def test_a_gap_is_refused_and_says_what_is_held(running: Running, terminal: TerminalDouble) -> None:
    for _ in range(4):
        terminal.file_case()
    running.push(terminal, Lane.NUMBERS, count=1)
    answer = running.send(terminal, terminal.request(Lane.NUMBERS, first=3))
    reply = answer.push_reply()
    assert (answer.status, reply.refusal, reply.refused_seq, reply.ack) == (409, Refusal.GAP, 3, 1)
    assert kept(running) == 1


def test_a_fork_in_mid_batch_keeps_what_came_before(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case()
    terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    rolled_back = TerminalDouble(terminal.id, terminal.epoch, key=terminal.key)
    rolled_back.lanes[Lane.NUMBERS] = [terminal.lanes[Lane.NUMBERS][0]]
    rolled_back.file_case()
    answer = running.send(rolled_back, rolled_back.request(Lane.NUMBERS))
    reply = answer.push_reply()
    assert (answer.status, reply.refusal, reply.refused_seq, reply.ack) == (409, Refusal.FORK, 2, 2)
    assert kept(running) == 2
    assert running.query("SELECT kind, detail FROM alarms") == [("outbox.fork", "1/numbers/2")]


def aside(running: Running) -> list[tuple[object, ...]]:
    """What is kept and never judged: place, trouble, and the reason shown to staff."""
    running.judged()
    kept = "SELECT e.lane, e.seq, e.trouble, q.reason FROM envelopes e JOIN quarantine q ON q.envelope_id = e.id"
    return running.query(f"{kept} WHERE e.trouble IS NOT NULL ORDER BY e.lane, e.seq")


def test_damaged_bytes_are_put_aside_and_their_followers_go_on(running: Running, terminal: TerminalDouble) -> None:
    for _ in range(3):
        terminal.file_case()
    whole = terminal.lanes[Lane.NUMBERS]
    torn = msgspec.structs.replace(whole[1], raw=whole[1].raw[:-1] + b" ")
    answer = running.send(terminal, terminal.request(Lane.NUMBERS, items=[whole[0], torn, whole[2]]))
    assert (answer.status, answer.push_reply().ack) == (200, 3)
    [(lane, seq, trouble, reason)] = aside(running)
    assert (lane, seq, trouble) == ("numbers", 2, "damaged")
    assert torn.id in str(reason)
    assert running.query("SELECT count(*) FROM cases") == [(2,)]
    assert running.push(terminal, Lane.NUMBERS).ack == 3  # the whole bytes come again, e.g. from an export
    assert aside(running) == []
    assert running.query("SELECT count(*) FROM cases") == [(3,)]


def test_the_envelope_of_another_terminal_is_put_aside(running: Running, terminal: TerminalDouble) -> None:
    other = running.enter(TerminalDouble("GL-02"))
    other.file_case()
    answer = running.send(terminal, terminal.request(Lane.NUMBERS, items=other.lanes[Lane.NUMBERS]))
    assert (answer.status, answer.push_reply().ack) == (200, 1)
    assert [row[2] for row in aside(running)] == ["foreign"]
    assert running.query("SELECT count(*) FROM cases") == [(0,)]
    assert running.push(other, Lane.NUMBERS).ack == 1  # its own terminal is not kept out by it
    running.judged()
    assert running.query("SELECT terminal FROM cases") == [("GL-02",)]


def test_an_envelope_of_another_place_is_put_aside(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case(ItemKind.FILING)
    request = terminal.request(Lane.NUMBERS, items=terminal.lanes[Lane.CASES])
    assert running.send(terminal, request).push_reply().ack == 1
    assert [row[2] for row in aside(running)] == ["foreign"]


def test_what_is_put_aside_is_judged_again_without_effect(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case(ItemKind.FILING)
    running.send(terminal, terminal.request(Lane.NUMBERS, items=terminal.lanes[Lane.CASES]))
    [(envelope_id,)] = running.query("SELECT envelope_id FROM quarantine")
    with running.centre.database.writing() as connection:
        assert store.judge_again(connection, str(envelope_id))
    running.centre.commit.wake()
    assert [row[2] for row in aside(running)] == ["foreign"]
    assert running.query("SELECT count(*) FROM cases") == [(0,)]


def test_a_record_carried_into_the_next_epoch_is_stored_once(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case()
    terminal.file_case(ItemKind.FILING)
    running.push(terminal, Lane.NUMBERS)
    later = TerminalDouble(terminal.id, terminal.epoch + 1, key=terminal.key)
    for lane in (Lane.NUMBERS, Lane.CASES):
        for sent in terminal.lanes[lane]:
            carried = msgspec.json.decode(sent.raw, type=envelope.Envelope)
            later.file_raw(lane, carried.kind, bytes(carried.body), carried.sealed, carried.id)
        assert running.push(later, lane).ack == 1
        assert running.push(later, lane).ack == 1  # the place keeps its hash: the same again is no fork
    running.judged()
    assert running.query("SELECT epoch, lane, seq FROM repeats") == [(2, "numbers", 1)]
    assert running.query("SELECT count(*) FROM cases") == [(2,)]
    assert (kept(running), running.query("SELECT count(*) FROM quarantine")) == (2, [(0,)])


def test_another_content_under_a_held_id_is_a_conflict_in_sight(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    taken = terminal.lanes[Lane.NUMBERS][0].id
    terminal.file(a_case(), Lane.CASES, record_id=taken)
    terminal.file_case(ItemKind.FILING)
    assert running.push(terminal, Lane.CASES).ack == 2  # its follower does not wait
    assert running.push(terminal, Lane.CASES).ack == 2
    running.judged()
    assert running.query("SELECT lane, seq, id FROM conflicts") == [("cases", 1, taken)]
    assert running.query("SELECT kind, detail FROM alarms") == [("outbox.conflict", "1/cases/1")]
    assert running.query("SELECT count(*) FROM cases") == [(2,)]


def test_the_id_of_another_terminal_is_never_called_a_repeat(running: Running, terminal: TerminalDouble) -> None:
    body = terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    other = running.enter(TerminalDouble("GL-02"))
    other.file(body, Lane.NUMBERS, record_id=terminal.lanes[Lane.NUMBERS][0].id)
    assert running.push(other, Lane.NUMBERS).ack == 1
    assert running.query("SELECT terminal FROM conflicts") == [("GL-02",)]


def test_one_id_twice_in_a_push_is_kept_once(running: Running, terminal: TerminalDouble) -> None:
    body = a_case()
    for _ in range(2):
        terminal.file(body, Lane.RATINGS, record_id="twice-in-one")
    terminal.file(a_case(), Lane.RATINGS, record_id="twice-in-one")
    assert running.push(terminal, Lane.RATINGS).ack == 3
    assert (kept(running), running.query("SELECT seq FROM repeats")) == (1, [(2,)])
    assert running.query("SELECT seq FROM conflicts") == [(3,)]


def test_lanes_and_epochs_do_not_wait_for_each_other(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case(ItemKind.FILING)
    terminal.file_case()
    assert running.push(terminal, Lane.CASES).ack == 1
    next_epoch = TerminalDouble(terminal.id, terminal.epoch + 1, key=terminal.key)
    next_epoch.file_case()
    assert running.push(next_epoch, Lane.NUMBERS).ack == 1
    assert running.push(terminal, Lane.NUMBERS).ack == 1
    assert kept(running) == 3


def test_an_empty_push_asks_what_is_held(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    assert running.send(terminal, terminal.request(Lane.NUMBERS, items=[])).push_reply().ack == 1


def test_an_envelope_of_a_later_version_is_kept(running: Running, terminal: TerminalDouble) -> None:
    later = b'{"terminal":"GL-01","epoch":1,"lane":"numbers","seq":1,"id":"x-1","wholly":"new","format":9}'
    sent = Sent(1, "x-1", envelope.content_hash(later), later)
    assert running.send(terminal, terminal.request(Lane.NUMBERS, items=[sent])).push_reply().ack == 1


def test_pushes_doubled_at_the_same_moment_are_kept_once(running: Running, terminal: TerminalDouble) -> None:
    for _ in range(20):
        terminal.file_case()
    replies: list[PushReply] = []
    threads = [threading.Thread(target=lambda: replies.append(running.push(terminal, Lane.NUMBERS))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert [reply.ack for reply in replies] == [20] * 6
    assert kept(running) == 20
    running.judged()
    assert running.query("SELECT count(*) FROM cases") == [(20,)]


def test_many_terminals_in_one_group_keep_their_order(running: Running) -> None:
    terminals = [running.enter(TerminalDouble(f"GL-{number:02}")) for number in range(1, 7)]
    for terminal in terminals:
        for _ in range(5):
            terminal.file_case()

    def push_one_by_one(terminal: TerminalDouble) -> None:
        acks.extend((running.push(terminal, Lane.NUMBERS, first=seq, count=1).ack, seq) for seq in range(1, 6))

    acks: list[tuple[int, int]] = []
    threads = [threading.Thread(target=push_one_by_one, args=(terminal,)) for terminal in terminals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(acks) == 30
    assert all(ack == seq for ack, seq in acks)


def test_the_reply_is_signed_for_this_request_only(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case()
    request = terminal.request(Lane.NUMBERS)
    answer = running.send(terminal, request)
    [(key_id, key)] = running.centre.keys.signing_public().items()
    believe(answer, request.nonce, key_id, key)
    assert answer.push_reply().nonce == request.nonce
    with pytest.raises(AssertionError):
        believe(answer, "another-nonce-00000", key_id, key)


def test_a_heartbeat_is_replaced_by_the_next_and_says_what_is_held(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    running.send(terminal, terminal.heartbeat(unprinted=3))
    answer = running.send(terminal, terminal.heartbeat(unprinted=1))
    assert answer.json()["held"] == {"numbers": 1}
    [(report,)] = running.query("SELECT report FROM terminals_now")
    assert msgspec.json.decode(bytes(report))["unprinted"] == 1  # type: ignore[call-overload]


@pytest.fixture
def submitted(embedded: Running, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What has been handed to the group commit so far."""
    jobs: list[object] = []
    real = embedded.centre.commit.submit

    def submit(job: Job) -> None:
        real(job)
        jobs.append(job)

    monkeypatch.setattr(embedded.centre.commit, "submit", submit)
    return jobs


def test_what_waits_together_is_committed_together(embedded: Running, submitted: list[object]) -> None:
    terminals = [embedded.enter(TerminalDouble(f"GL-{number:02}")) for number in range(1, 7)]
    for terminal in terminals:
        terminal.file_case()
    with embedded.centre.database.writing():
        threads = [threading.Thread(target=embedded.push, args=(terminal, Lane.NUMBERS)) for terminal in terminals]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(submitted) == 6, "all six")
    for thread in threads:
        thread.join(timeout=20)
    assert kept(embedded) == 6
    [(commits,)] = embedded.query("SELECT count(DISTINCT received_at) FROM envelopes")
    assert commits in {1, 2}  # the first may have been taken before the others came


def test_an_intake_without_room_asks_to_come_again(embedded: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = embedded.enter(TerminalDouble())
    terminal.file_case()

    def full(_: object) -> None:
        raise Overloaded

    monkeypatch.setattr(embedded.centre.commit, "submit", full)
    for request in (terminal.request(Lane.NUMBERS), terminal.heartbeat()):
        answer = embedded.send(terminal, request)
        assert (answer.status, answer.headers["retry-after"], answer.json()["error"]) == (503, "5", "later")
        [(key_id, key)] = embedded.centre.keys.signing_public().items()
        believe(answer, request.nonce, key_id, key)


@pytest.mark.parametrize("error", [OperationalError, IntegrityError])
def test_a_database_that_fails_acknowledges_nothing(
    embedded: Running, monkeypatch: pytest.MonkeyPatch, error: type[DBAPIError]
) -> None:
    terminal = embedded.enter(TerminalDouble())
    terminal.file_case()

    def fail(*_: object) -> None:
        raise error("COMMIT", None, Exception("disk I/O error"))

    with monkeypatch.context() as patch:
        patch.setattr(store, "raise_marks", fail)
        assert embedded.send(terminal, terminal.request(Lane.NUMBERS)).status == 503
    assert (kept(embedded), embedded.query("SELECT seq FROM marks")) == (0, [])
    assert embedded.push(terminal, Lane.NUMBERS).ack == 1


def test_one_push_the_database_refuses_does_not_hold_up_its_company(
    embedded: Running, submitted: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminals = [embedded.enter(TerminalDouble(f"GL-{number:02}")) for number in range(1, 5)]
    for terminal in terminals:
        terminal.file_case()
    real, statuses = store.raise_marks, {}

    def fail_for_the_second(connection: Connection, raised: Mapping[store.LaneKey, int]) -> None:
        if any(lane[0] == "GL-02" for lane in raised):
            raise IntegrityError("UPDATE", None, Exception("refused"))
        real(connection, raised)

    def push(terminal: TerminalDouble) -> None:
        statuses[terminal.id] = embedded.send(terminal, terminal.request(Lane.NUMBERS)).status

    monkeypatch.setattr(store, "raise_marks", fail_for_the_second)
    with embedded.centre.database.writing():
        threads = [threading.Thread(target=push, args=(terminal,)) for terminal in terminals]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(submitted) == 4, "all four")
    for thread in threads:
        thread.join(timeout=20)
    assert statuses == {"GL-01": 200, "GL-02": 503, "GL-03": 200, "GL-04": 200}
