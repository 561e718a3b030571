"""The archived receipt lets a terminal delete its copy: it is not given for what waits for a person to decide."""

import msgspec
import pytest

from contract.envelope import Envelope, Lane
from tests.central.conftest import Running
from tests.central.terminal_double import TerminalDouble, a_case
from tests.central.test_every_record_is_accounted_for import pass_by_night, receipts

NUMBERS = Lane.NUMBERS


def damage(terminal: TerminalDouble, index: int) -> None:
    """A bit that fell over on the way."""
    torn = terminal.lanes[NUMBERS][index]
    terminal.lanes[NUMBERS][index] = msgspec.structs.replace(torn, raw=torn.raw[:-1] + b" ")


@pytest.fixture
def damaged(running: Running, terminal: TerminalDouble) -> str:
    """Three cases of which the second came damaged; its id at the centre. Everything is old enough."""
    for _ in range(3):
        terminal.file_case()
    damage(terminal, 1)
    assert running.push(terminal, NUMBERS).ack == 3
    running.judged()
    running.clock.forward(days=3)
    [(envelope_id,)] = running.query("SELECT envelope_id FROM quarantine")
    return str(envelope_id)


def act(running: Running, path: str, **form: str) -> int:
    running.log_in()
    page = running.client.get("/quarantine").text
    token = page.split('name="csrf" value="')[1].split('"')[0]
    return running.client.post(path, data={"csrf": token, **form}, follow_redirects=False).status_code


def test_damaged_bytes_hold_up_the_archive_until_somebody_closes_them(running: Running, damaged: str) -> None:
    assert pass_by_night(running) == 1
    assert receipts(running) == {NUMBERS: 1}
    assert pass_by_night(running) == 0
    # Not by a click that slipped.
    assert act(running, f"/quarantine/{damaged}/close") == 303
    assert pass_by_night(running) == 0
    assert act(running, f"/quarantine/{damaged}/close", sure="yes") == 303
    assert running.query("SELECT closed_by FROM quarantine") == [("boss",)]
    assert damaged not in running.client.get("/quarantine").text
    assert pass_by_night(running) == 1
    assert receipts(running) == {NUMBERS: 3}
    # The raw bytes are kept all the same.
    assert running.query("SELECT count(*) FROM envelopes") == [(3,)]


def test_what_was_judged_again_in_vain_waits_again(running: Running, damaged: str) -> None:
    running.log_in()
    assert act(running, f"/quarantine/{damaged}/again") == 303
    running.centre.commit.wake()
    running.judged()
    assert pass_by_night(running) == 1
    assert receipts(running) == {NUMBERS: 1}


def test_the_whole_bytes_come_and_nobody_need_decide(running: Running, terminal: TerminalDouble) -> None:
    for _ in range(2):
        terminal.file_case()
    whole = terminal.lanes[NUMBERS][0]
    damage(terminal, 0)
    running.push(terminal, NUMBERS)
    running.judged()
    running.clock.forward(days=3)
    assert pass_by_night(running) == 0
    terminal.lanes[NUMBERS][0] = whole
    running.push(terminal, NUMBERS)
    running.judged()
    running.clock.forward(days=3)
    assert pass_by_night(running) == 1
    assert receipts(running) == {NUMBERS: 2}


def test_a_repeat_waits_with_its_record_and_a_conflict_until_it_is_seen(
    running: Running, terminal: TerminalDouble, damaged: str
) -> None:
    first = msgspec.json.decode(terminal.lanes[NUMBERS][0].raw, type=Envelope)
    later = TerminalDouble(terminal.id, 2, key=terminal.key)
    later.file(a_case(), NUMBERS, record_id=first.id)
    running.push(later, NUMBERS)
    running.judged()
    running.clock.forward(days=3)
    assert pass_by_night(running) == 1  # of the first epoch, up to what is damaged
    assert running.query("SELECT epoch, archived FROM marks ORDER BY epoch") == [(1, 1), (2, 0)]
    assert act(running, f"/conflicts/{terminal.id}/2/{NUMBERS}/1/seen") == 303
    assert pass_by_night(running) == 1
    assert running.query("SELECT epoch, archived FROM marks ORDER BY epoch") == [(1, 1), (2, 1)]
    assert damaged
