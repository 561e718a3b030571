"""Reconciliation on both databases: what a terminal claims is compared place by place, and archived when it is safe."""

import msgspec
import pytest
from sqlalchemy import Connection

from central.intake.placing import Trouble
from central.reconciliation import nightly, rules, store
from central.reconciliation.nightly import archive, look_again, night
from central.reconciliation.pages import ACCOUNTS_OF
from central.reconciliation.store import latest
from central.scans import store as scans
from contract.catalogue import ItemKind
from contract.envelope import Envelope, Lane
from contract.feed import Archived
from contract.messages import DayClosed, EpochLeft, LaneDigest, Purged
from contract.scans import ScanRef
from tests.central.conftest import Running
from tests.central.terminal_double import TerminalDouble, a_case, local_now


def close_day(terminal: TerminalDouble, *earlier: TerminalDouble) -> DayClosed:
    """What a terminal says of every lane of every epoch it has used."""
    lanes = tuple(
        LaneDigest(one.epoch, lane, len(sent), rules.digest([item.hash for item in sent], terminal.key.suite))
        for one in (*earlier, terminal)
        for lane, sent in sorted(one.lanes.items())
    )
    body = DayClosed("2026-05-01", lanes, 3, local_now())
    terminal.file_raw(Lane.TELEMETRY, "day_closed", msgspec.json.encode(body))
    return body


def accounts(running: Running) -> list[rules.Account]:
    with running.centre.database.reading() as connection:
        return latest(connection, running.clock() - ACCOUNTS_OF)


def receipts(running: Running) -> dict[str, int]:
    """The archived receipts that went down, by lane."""
    rows = running.query("SELECT body FROM feed WHERE kind = 'archived' AND replaced_by IS NULL")
    found = [msgspec.json.decode(bytes(row[0]), type=Archived) for row in rows]  # type: ignore[call-overload]
    return {one.lane: one.seq for one in found}


def pass_by_night(running: Running) -> int:
    return archive(running.centre.database, running.centre.keys, running.clock(), ACCOUNTS_OF / 8)


def test_a_day_that_arrived_whole_is_equal(running: Running, terminal: TerminalDouble) -> None:
    for _ in range(3):
        terminal.file_case()
    terminal.file_case(ItemKind.FILING)
    close_day(terminal)
    for lane in (Lane.NUMBERS, Lane.CASES, Lane.TELEMETRY):
        running.push(terminal, lane)
    running.judged()
    found = accounts(running)
    assert [(one.lane, one.claimed, one.held, one.equal) for one in found] == [
        ("cases", 1, 1, True),
        ("numbers", 3, 3, True),
    ]
    assert running.query("SELECT count(*) FROM alarms") == [(0,)]


def test_repeats_conflicts_and_damaged_bytes_count_at_their_places(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    later = TerminalDouble(terminal.id, 2, key=terminal.key)
    first = msgspec.json.decode(terminal.lanes[Lane.NUMBERS][0].raw, type=Envelope)
    later.file_raw(Lane.NUMBERS, first.kind, bytes(first.body), None, first.id)  # a repeat
    later.file(a_case(), Lane.NUMBERS, record_id=first.id)  # a conflict
    later.file_case()
    torn = later.lanes[Lane.NUMBERS][2]
    later.lanes[Lane.NUMBERS][2] = msgspec.structs.replace(torn, raw=torn.raw[:-1] + b" ")
    close_day(later, terminal)
    assert running.push(later, Lane.NUMBERS).ack == 3
    running.push(later, Lane.TELEMETRY)
    running.judged()
    assert [(one.epoch, one.lane, one.held, one.equal) for one in accounts(running)] == [
        (1, "numbers", 1, True),
        (2, "numbers", 3, True),
    ]
    assert running.query("SELECT trouble FROM envelopes WHERE trouble IS NOT NULL") == [(Trouble.DAMAGED,)]


def test_what_is_still_on_its_way_is_missing_until_it_comes(running: Running, terminal: TerminalDouble) -> None:
    for _ in range(4):
        terminal.file_case()
    close_day(terminal)
    running.push(terminal, Lane.NUMBERS, count=1)
    running.push(terminal, Lane.TELEMETRY)
    running.judged()
    [one] = accounts(running)
    assert (one.claimed, one.held, one.missing, one.equal, one.differs) == (4, 1, 3, False, False)
    assert running.query("SELECT count(*) FROM alarms") == [(0,)]  # it may only be slow
    running.clock.forward(hours=2)
    assert look_again(running.centre.database, running.clock()) == (1, 1)
    assert running.query("SELECT kind, detail FROM alarms") == [
        ("reconciliation.missing", "2026-05-01 1/numbers"),
    ]
    running.push(terminal, Lane.NUMBERS)
    assert look_again(running.centre.database, running.clock()) == (1, 0)
    assert look_again(running.centre.database, running.clock()) == (0, 0)
    assert [one.equal for one in accounts(running)] == [True]


def test_many_that_never_agree_keep_nobody_from_a_second_look(
    running: Running, terminal: TerminalDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading their hashes also holds no lock: records come in meanwhile."""
    monkeypatch.setattr(nightly, "ACCOUNTS_AT_ONCE", 2)
    lost = tuple(LaneDigest(epoch, Lane.NUMBERS, 1, "0" * 64) for epoch in range(2, 7))
    body = close_day(terminal)
    terminal.lanes[Lane.TELEMETRY].clear()
    terminal.file_case()
    mine = LaneDigest(1, Lane.NUMBERS, 1, rules.digest([terminal.lanes[Lane.NUMBERS][0].hash], terminal.key.suite))
    closed = msgspec.structs.replace(body, lanes=(*lost, mine))
    terminal.file_raw(Lane.TELEMETRY, "day_closed", msgspec.json.encode(closed))
    running.push(terminal, Lane.TELEMETRY)
    running.judged()
    compared = store.compared

    def slowly(connection: Connection, claim: rules.Account) -> rules.Account:
        if not terminal_was_heard:
            terminal_was_heard.append(running.push(terminal, Lane.NUMBERS).ack)
        return compared(connection, claim)

    terminal_was_heard: list[int] = []
    monkeypatch.setattr(store, "compared", slowly)
    assert look_again(running.centre.database, running.clock())[0] == 6
    assert terminal_was_heard == [1]
    assert look_again(running.centre.database, running.clock())[1] == 5


def test_another_record_than_the_terminal_says_is_told_at_once(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case()
    body = close_day(terminal)
    lied = msgspec.structs.replace(body.lanes[0], digest="0" * 64)
    terminal.lanes[Lane.TELEMETRY].clear()
    other = msgspec.structs.replace(body, lanes=(lied,))
    terminal.file_raw(Lane.TELEMETRY, "day_closed", msgspec.json.encode(other))
    running.push(terminal, Lane.NUMBERS)
    running.push(terminal, Lane.TELEMETRY)
    running.judged()
    assert [one.differs for one in accounts(running)] == [True]
    assert running.query("SELECT kind FROM alarms") == [("reconciliation.differs",)]


def test_the_page_says_a_hundred_per_cent_or_what_is_missing(running: Running, terminal: TerminalDouble) -> None:
    running.log_in()
    assert "尚无终端完成日结" in running.client.get("/reconciliation").text
    for _ in range(3):
        terminal.file_case()
    close_day(terminal)
    running.push(terminal, Lane.NUMBERS, count=2)
    running.push(terminal, Lane.TELEMETRY)
    running.judged()
    page = running.client.get("/reconciliation?lang=en").text
    assert "66.67 %" in page
    assert "Numbers · epoch 1: 1 of 3 missing" in page
    running.push(terminal, Lane.NUMBERS)
    look_again(running.centre.database, running.clock())
    page = running.client.get("/reconciliation").text
    assert "100 %" in page
    assert "3 of 3 records held" in page


def test_a_lane_is_archived_when_it_is_judged_and_old_enough(running: Running, terminal: TerminalDouble) -> None:
    for _ in range(3):
        terminal.file_case()
    running.push(terminal, Lane.NUMBERS, count=2)
    running.judged()
    assert pass_by_night(running) == 0
    running.clock.forward(hours=23)
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    running.clock.forward(hours=2)
    assert pass_by_night(running) == 1
    assert receipts(running) == {"numbers": 2}  # the third came only two hours ago
    assert pass_by_night(running) == 0
    running.clock.forward(hours=23)
    assert pass_by_night(running) == 1
    assert receipts(running) == {"numbers": 3}
    assert running.query("SELECT seq, archived FROM marks") == [(3, 3)]


def test_what_waits_for_the_judge_holds_up_the_receipt(running: Running, terminal: TerminalDouble) -> None:
    for _ in range(3):
        terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    running.clock.forward(hours=25)
    running.centre.commit._judging.stop()  # it would judge the second again at once
    with running.centre.database.writing() as connection:
        connection.exec_driver_sql("UPDATE envelopes SET judged_at = NULL WHERE seq = 2")
    assert pass_by_night(running) == 1
    assert receipts(running) == {"numbers": 1}


def test_a_young_repeat_holds_up_the_receipt_too(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    running.clock.forward(hours=25)
    first = msgspec.json.decode(terminal.lanes[Lane.NUMBERS][0].raw, type=Envelope)
    terminal.file_raw(Lane.NUMBERS, first.kind, bytes(first.body), None, first.id)
    running.push(terminal, Lane.NUMBERS)
    assert pass_by_night(running) == 1
    assert receipts(running) == {"numbers": 1}


def test_a_scan_that_is_not_here_holds_up_the_receipt(running: Running, terminal: TerminalDouble) -> None:
    scan = ScanRef("a" * 64, 1000)
    terminal.file_case(ItemKind.FILING)
    terminal.file_case(ItemKind.FILING, scans=(scan,))
    running.push(terminal, Lane.CASES)
    running.judged()
    running.clock.forward(hours=25)
    assert pass_by_night(running) == 1
    assert receipts(running) == {"cases": 1}
    with running.centre.database.writing() as connection:
        scans.held(connection, terminal.id, scan.hash, running.clock())
    assert pass_by_night(running) == 1
    assert receipts(running) == {"cases": 2}


def test_a_repeat_waits_for_the_scans_of_the_record_it_repeats(running: Running, terminal: TerminalDouble) -> None:
    scan = ScanRef("a" * 64, 1000)
    terminal.file_case(ItemKind.FILING, scans=(scan,))
    running.push(terminal, Lane.CASES)
    later = TerminalDouble(terminal.id, 2, key=terminal.key)
    first = msgspec.json.decode(terminal.lanes[Lane.CASES][0].raw, type=Envelope)
    later.file_raw(Lane.CASES, first.kind, bytes(first.body), None, first.id)
    assert running.push(later, Lane.CASES).ack == 1
    running.judged()
    running.clock.forward(hours=25)
    assert pass_by_night(running) == 0
    with running.centre.database.writing() as connection:
        scans.held(connection, terminal.id, scan.hash, running.clock())
    assert pass_by_night(running) == 2


def test_proofs_of_deletion_and_moves_are_kept(running: Running, terminal: TerminalDouble) -> None:
    purged = Purged(1, Lane.NUMBERS, 1, 40, "0" * 64, ("a" * 64,), "archived and 7 days", local_now())
    terminal.file_raw(Lane.TELEMETRY, "purged", msgspec.json.encode(purged))
    left = EpochLeft(1, "outbox.fork", 12, local_now())
    terminal.file_raw(Lane.TELEMETRY, "epoch_left", msgspec.json.encode(left))
    running.push(terminal, Lane.TELEMETRY)
    running.judged()
    assert running.query("SELECT lane, first_seq, last_seq, scans FROM purges") == [("numbers", 1, 40, 1)]
    assert running.query("SELECT count(*) FROM quarantine") == [(0,)]


def test_the_pass_by_hand_counts_what_it_did(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case()
    close_day(terminal)
    running.push(terminal, Lane.TELEMETRY)
    running.judged()
    came_to = night(running.centre.database, running.centre.keys, running.clock(), ACCOUNTS_OF)
    assert (came_to.looked_at, came_to.wrong) == (1, 1)


@pytest.mark.parametrize(
    ("claimed", "held", "said"), [(3, 3, "100 %"), (3, 2, "66.67 %"), (10**6, 10**6 - 1, "99.99 %")]
)
def test_a_hundred_per_cent_is_never_rounded_up_to(claimed: int, held: int, said: str) -> None:
    assert rules.share(claimed, held) == said
