"""A hall and its district as two processes: the line is cut, either is killed; in the end everything is there once."""

import itertools
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from central import keys as centre_keys
from central.feed import store as feed
from central.queue.acts import Refusal
from central.queue.calling import store as calling
from central.queue.posts import ON, Sign, Window
from central.queue.rows.store import Asked
from central.queue.rules import Number
from central.queue.windows import store as windows
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.feed import FeedKind, SealingKeys, signed_bytes
from contract.questions import SurveyAsked, SurveyOffered, Unavailable
from contract.waiting import WaitAsked, WaitTold
from tests.central.conftest import wait_until
from tests.central.scan_sender import ScanSender, over, sealed_scan
from tests.central.terminal_double import TerminalDouble, a_case
from tests.hall.hall_world import HALL, World, hall_world
from tests.hall.visit import asked_at_hall

pytestmark = pytest.mark.slow

FULL = os.environ.get("SUIBAN_FULL") == "1"
_serials = itertools.count(1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One for all that follows; whoever kills one of them starts it again."""
    with hall_world(tmp_path_factory.mktemp("hall")) as found:
        yield found


def asked(window: str) -> Asked:
    now = datetime.now(UTC)
    return Asked(
        f"act-{next(_serials)}", window, f"员工{window}", now, f"{now.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d}"
    )


def open_window(world: World, window: str) -> None:
    """A window of the hall with somebody on duty."""
    with world.database(world.hall) as database, database.writing() as connection:
        assert windows.keep(connection, Window(window_id=window, hall=HALL, code=window, skills=("A",)))
        assert windows.sign(connection, Sign(window, f"员工{window}", ON, datetime.now(UTC))) is None


def call(world: World, window: str) -> Number | Refusal:
    """The next number of the hall to a window, as its page does it."""
    with world.database(world.hall) as database, database.writing() as connection:
        return calling.call_next(connection, asked(window))


def serve(world: World, number: Number, window: str) -> None:
    with world.database(world.hall) as database, database.writing() as connection:
        assert not isinstance(calling.came(connection, number.case_id, asked(window)), Refusal)
        assert not isinstance(calling.finish(connection, number.case_id, asked(window)), Refusal)


def sealing_keys(world: World, terminal: TerminalDouble) -> dict[str, str]:
    """What a terminal of the hall is told to seal to."""
    items = [item for item in world.pull(terminal).items if item.kind == FeedKind.SEALING_KEYS]
    return {key.id: key.key for key in msgspec.json.decode(items[-1].body, type=SealingKeys).keys}


def test_numbers_taken_and_called_while_the_line_is_cut_are_at_the_centre_once_when_it_is_back(world: World) -> None:
    """Eight hours of a hall at once: the long form has 20 terminals, 5 windows and 1,000 numbers."""
    terminals = [world.enter(f"GL-{place:02}") for place in range(1, 21 if FULL else 3)]
    rooms = [f"W{place}" for place in range(1, 6 if FULL else 3)]
    for window in rooms:
        open_window(world, window)
    before = [world.take(terminal) for terminal in terminals]
    world.everything_up()
    world.centre.kill()
    during = [world.take(terminal) for terminal in terminals for _ in range(50 if FULL else 6)]
    world.everything_judged()
    served: list[str] = []
    while not isinstance(number := call(world, rooms[len(served) % len(rooms)]), Refusal):
        serve(world, number, rooms[len(served) % len(rooms)])
        served.append(number.case_id)
    assert sorted(served) == sorted(case_id for case_id, _ in before + during)
    world.centre.start()
    world.everything_up()
    rows = world.query(world.centre, "SELECT case_id, number FROM cases")
    assert sorted(rows) == sorted(before + during)
    mine = "SELECT case_id, stand, calls, at_window FROM queue_numbers ORDER BY case_id"
    wait_until(lambda: world.query(world.centre, mine) == world.query(world.hall, mine), "the queue at the centre")
    called = world.query(world.centre, "SELECT case_id, count(*) FROM queue_acts WHERE did = 'called' GROUP BY case_id")
    assert dict(called) == dict.fromkeys(served, 1)
    assert {stand for _, stand, _, _ in world.query(world.centre, mine)} == {"done"}
    assert world.query(world.centre, "SELECT kind FROM alarms") == []
    assert world.query(world.centre, "SELECT DISTINCT hall FROM cases") == [(HALL,)]


def test_a_hall_node_that_was_killed_calls_again_soon_and_terminals_give_their_own_numbers_meanwhile(
    world: World,
) -> None:
    terminal = world.enter("GL-31")
    open_window(world, "W9")
    assert world.beat(terminal).newest > 0
    leases = [item for item in world.pull(terminal).items if item.kind == FeedKind.LEASE]
    lease = next(msgspec.json.decode(item.body) for item in leases if item.key.endswith("/A"))
    first, _ = world.take(terminal)
    world.hall.kill()
    alone = [f"A{lease['series']}-{lease['first'] + place:03}" for place in range(5)]
    world.hall.start()
    back = time.monotonic()
    world.everything_judged()
    number = call(world, "W9")
    took = time.monotonic() - back
    assert isinstance(number, Number)
    assert number.case_id == first
    assert took <= 5.0, f"calling resumed {took:.1f} s after the hall node was back"
    merged = [world.take(terminal, one, "leased")[0] for one in alone]
    serve(world, number, "W9")
    world.everything_judged()
    while not isinstance(number := call(world, "W9"), Refusal):
        merged.remove(number.case_id)
        serve(world, number, "W9")
    assert merged == []
    world.everything_up()
    numbers = world.query(world.centre, "SELECT number FROM cases WHERE terminal = 'GL-31' AND tier = 'leased'")
    assert sorted(numbers) == sorted((one,) for one in alone)
    for where in (world.hall, world.centre):
        assert world.query(where, "SELECT kind FROM alarms WHERE kind = 'number_outside'") == []


def test_what_the_centre_says_comes_to_a_halls_terminals_under_the_halls_signature(world: World) -> None:
    terminal = world.enter("GL-41")
    known = "SELECT terminal FROM relayed WHERE terminal = 'GL-41'"
    wait_until(lambda: bool(world.query(world.centre, known)), "the centre knows the terminal")
    keys = centre_keys.load(world.centre.config.parent / "keys")
    with world.database(world.centre) as database, database.writing() as connection:
        for audience, key in (("GL-41", "mine"), ("*", "everybody's"), ("GL-99", "another's")):
            body = b'{"item":"x","on":true}'
            feed.publish(connection, keys, audience, FeedKind.SWITCH.value, key, body, datetime.now(UTC))
    wait_until(lambda: "mine" in {item.key for item in world.pull(terminal).items}, "it came down")
    items = {item.key: item for item in world.pull(terminal).items if item.kind == FeedKind.SWITCH}
    assert set(items) == {"mine", "everybody's"}
    ours = centre_keys.load(world.hall.config.parent / "keys")
    ours.signing.public_key.verify(signed_bytes(items["mine"]), items["mine"].signature)
    both = set(keys.sealing_public()) | set(ours.sealing_public())
    assert set(sealing_keys(world, terminal)) == both


def test_a_scan_comes_up_with_its_case(world: World) -> None:
    terminal = world.enter("GL-51")
    case = a_case(ItemKind.FILING, terminal="GL-51")
    content = sealed_scan("GL-51", case.case_id, os.urandom(300_000), sealing_keys(world, terminal))
    sender = ScanSender(
        terminal, over(world.hall.url), content, case.case_id, authority=world.hall.url.removeprefix("http://")
    )
    sender.whole(256 * 1024)
    sent = terminal.file(msgspec.structs.replace(case, scans=(sender.ref,)), Lane.CASES)
    assert terminal.push(world.hall.url, Lane.CASES, sent.seq).ack == sent.seq
    held = "SELECT hash, state FROM scans WHERE terminal = 'GL-51'"
    wait_until(lambda: world.query(world.centre, held) == [(sender.ref.hash, "held")], "the scan at the centre")
    there = next((world.centre.config.parent / "data" / "scans").rglob(sender.ref.hash))
    assert there.read_bytes() == content
    verdict = "SELECT count(*) FROM feed WHERE kind = 'verdict' AND audience = 'GL-51'"
    wait_until(lambda: world.query(world.hall, verdict) == [(1,)], "the centre's word came down")


def test_a_hall_answers_what_it_knows_and_says_at_once_what_it_cannot(world: World) -> None:
    terminal = world.enter("GL-61")
    wait_until(lambda: bool(world.query(world.centre, "SELECT 1 FROM relayed WHERE terminal = 'GL-61'")), "it is known")
    keys = sealing_keys(world, terminal)
    assert isinstance(asked_at_hall(world, terminal, keys, SurveyAsked("x")), SurveyOffered)
    assert isinstance(asked_at_hall(world, terminal, keys, WaitAsked("real-estate-transfer", "A")), WaitTold)
    world.centre.kill()
    try:
        wait_until(
            lambda: asked_at_hall(world, terminal, keys, SurveyAsked("x")) == Unavailable("down"), "said to be away"
        )
        assert isinstance(asked_at_hall(world, terminal, keys, WaitAsked("real-estate-transfer", "A")), WaitTold)
    finally:
        world.centre.start()
