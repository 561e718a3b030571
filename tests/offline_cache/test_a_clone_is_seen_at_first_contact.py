"""Every row of the table in docs/sync.md: lost replies, re-images, clones, disks set back; nothing lost or doubled."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from contract.catalogue import ItemKind
from contract.envelope import Envelope, Lane, decode
from contract.exchange import EPOCH_PATH
from contract.messages import CaseFiled, EpochLeft
from offline_cache.link.messenger import Delivered, LinkChanged, MovedOn
from offline_cache.link.outbox import Alarm, AlarmKey
from tests.offline_cache.bench import Bench, held, ids
from tests.offline_cache.centre_double import CentreDouble, Fault


@pytest.fixture
def benches() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def started(benches: ExitStack, bench: Bench, centre: CentreDouble) -> Bench:
    benches.callback(bench.stop)
    bench.start(centre)
    return bench


def accounted(centre: CentreDouble, *promised: str) -> bool:
    """Wait until the centre has every promised case, and find each there once."""
    there = centre.wait_until(lambda: set(promised) <= {*ids(centre, Lane.NUMBERS), *ids(centre, Lane.CASES)})
    cases = [*ids(centre, Lane.NUMBERS), *ids(centre, Lane.CASES)]
    assert centre.memory.conflicts == []
    return there and sorted(cases) == sorted(promised)


def epoch_of(bench: Bench) -> int:
    return bench.store.do(lambda store: store.epoch).result()


def test_the_chain_goes_on_link_by_link(bench: Bench, centre: CentreDouble) -> None:
    bench.start(centre)
    assert centre.wait_until(lambda: len(centre.memory.heartbeats) >= 4)
    links = [beat.link for beat in centre.memory.heartbeats]
    assert [link.token for link in links if link] == ["", *(f"token-{n}" for n in range(1, len(links)))]
    assert len({link.fresh for link in links if link}) == len(links)
    assert len({(link.store, link.machine) for link in links if link}) == 1
    assert centre.memory.closings == []


def test_a_lost_reply_is_no_clone(bench: Bench, centre: CentreDouble) -> None:
    bench.start(centre)
    bench.next(LinkChanged)
    centre.faults.extend([Fault.REPLY_LOST, Fault.REPLY_CUT])
    assert centre.wait_until(lambda: len(centre.memory.heartbeats) >= 6)
    repeated = [beat.link.token for beat in centre.memory.heartbeats if beat.link]
    assert len(repeated) > len(set(repeated))
    assert centre.memory.closings == []
    assert epoch_of(bench) == 1


def test_a_reply_lost_to_a_killed_process_is_no_clone(
    bench: Bench, centre: CentreDouble, tmp_path: Path, benches: ExitStack
) -> None:
    centre.faults.append(Fault.REPLY_LOST)
    bench.start(centre)
    assert centre.wait_until(lambda: len(centre.memory.heartbeats) >= 1)
    bench.stop()
    bench.messenger = None
    again = started(benches, bench.copied(tmp_path / "again"), centre)
    again.next(LinkChanged, lambda event: event.up)
    assert centre.memory.closings == []


def test_nothing_is_sent_before_the_first_heartbeat_is_answered(bench: Bench, centre: CentreDouble) -> None:
    centre.faults.extend([Fault.ERROR] * 3)
    bench.save("case-1")
    bench.start(centre)
    assert accounted(centre, "case-1")
    assert len(centre.memory.heartbeats) >= 1
    assert bench.next(LinkChanged).reason == "link.refused"
    assert bench.next(LinkChanged).up


def test_a_re_imaged_terminal_gets_an_epoch_of_its_own(
    bench: Bench, centre: CentreDouble, tmp_path: Path, benches: ExitStack
) -> None:
    bench.save("case-1", "case-2")
    bench.start(centre)
    bench.next(Delivered, lambda event: event.ack == 2)
    bench.stop()
    bench.messenger = None
    fresh = Bench(tmp_path / "fresh", "machine-1")
    fresh.key = bench.key
    fresh.save("case-3")
    started(benches, fresh, centre)
    moved = fresh.next(MovedOn).carried
    assert (moved.left, moved.epoch, moved.why, moved.records) == (1, 2, "epoch.other_store", 1)
    assert accounted(centre, "case-1", "case-2", "case-3")
    assert centre.memory.closings == ["epoch.other_store"]
    assert held(centre, Lane.TELEMETRY, 1)
    first = decode(centre.memory.lanes["GL-01", 2, Lane.TELEMETRY][0].raw)
    said = msgspec.json.decode(first.body, type=EpochLeft)
    assert (said.epoch, said.why, said.carried) == (1, "epoch.other_store", 1)


@pytest.mark.parametrize("machine", ["machine-1", "machine-2"])
def test_a_clone_is_closed_at_its_first_contact_and_both_lose_nothing(
    bench: Bench, centre: CentreDouble, tmp_path: Path, benches: ExitStack, machine: str
) -> None:
    bench.save("case-1")
    bench.start(centre)
    bench.next(Delivered)
    assert bench.messenger
    bench.messenger.stop()
    bench.save("both-have-it", kind=ItemKind.FILING)
    bench.store.stop()
    twin = bench.copied(tmp_path / "twin", machine)
    first = benches.enter_context(ExitStack())
    again = bench.copied(tmp_path / "again")
    bench.messenger = None
    again.save("only-the-first")
    started(first, again, centre)
    assert held(centre, Lane.NUMBERS, 2)
    twin.save("only-the-twin")
    contacts = len(centre.memory.heartbeats)
    started(benches, twin, centre)
    assert twin.next(MovedOn).carried.why == "epoch.stale_link"
    ours = [beat.link for beat in centre.memory.heartbeats[contacts:] if beat.link]
    assert centre.memory.closings[0] == "epoch.stale_link"
    assert ours
    assert again.next(MovedOn).carried.why == "epoch.left"
    assert accounted(centre, "case-1", "both-have-it", "only-the-first", "only-the-twin")
    assert centre.wait_until(lambda: centre.memory.came_again != [])  # its lane is not the one of the twin's own case
    assert [found.id for found in centre.memory.came_again] == ["both-have-it"]
    assert len({epoch_of(again), epoch_of(twin), 1}) == 3
    counted = len(centre.memory.heartbeats)
    assert centre.wait_until(lambda: len(centre.memory.heartbeats) >= counted + 6)
    assert centre.memory.closings == ["epoch.stale_link", "epoch.left"], "by heartbeat or push, but once for each"


def test_a_disk_set_back_is_seen_and_its_cases_are_not_doubled(
    bench: Bench, centre: CentreDouble, tmp_path: Path, benches: ExitStack
) -> None:
    bench.save("case-1", "case-2")
    bench.start(centre)
    bench.next(Delivered, lambda event: event.ack == 2)
    assert bench.messenger
    bench.messenger.stop()
    bench.save("case-3")
    bench.store.stop()
    before = bench.copied(tmp_path / "before")
    bench.messenger = None
    later = bench.copied(tmp_path / "later")
    later.save("case-4")
    started(benches, later, centre)
    assert held(centre, Lane.NUMBERS, 4)
    later.stop()
    before.save("case-5")
    started(benches, before, centre)
    moved = before.next(MovedOn).carried
    assert (moved.why, moved.records) == ("epoch.stale_link", 2)
    assert accounted(centre, "case-1", "case-2", "case-3", "case-4", "case-5")
    assert [found.id for found in centre.memory.came_again] == ["case-3"]
    assert list(tmp_path.glob("before/suiban.db.epoch-1-*"))


def set_back(bench: Bench, centre: CentreDouble, tmp_path: Path, benches: ExitStack) -> Bench:
    """A disk set back behind an acknowledgement, of a terminal that has gone on writing since."""
    bench.save("case-1")
    bench.start(centre)
    bench.next(Delivered)
    bench.stop()
    bench.messenger = None
    before = bench.copied(tmp_path / "before")
    later = bench.copied(tmp_path / "later")
    later.save("case-2", "case-3")
    started(benches, later, centre)
    assert held(centre, Lane.NUMBERS, 3)
    later.stop()
    return before


def test_a_lane_higher_at_the_centre_than_ever_given_out_ends_the_epoch(
    bench: Bench, centre: CentreDouble, tmp_path: Path, benches: ExitStack
) -> None:
    centre.memory.knows_links = False
    before = set_back(bench, centre, tmp_path, benches)
    before.save("case-4")
    started(benches, before, centre)
    assert before.next(Alarm).key is AlarmKey.ROLLED_BACK
    assert before.next(MovedOn).carried.why == "outbox.rolled_back"
    assert accounted(centre, "case-1", "case-2", "case-3", "case-4")


def test_another_content_at_the_centre_ends_the_epoch(
    bench: Bench, centre: CentreDouble, tmp_path: Path, benches: ExitStack
) -> None:
    centre.memory.knows_links = False
    before = set_back(bench, centre, tmp_path, benches)
    before.save("case-4", "case-5", "case-6")
    started(benches, before, centre)
    assert before.next(Alarm).key is AlarmKey.FORK
    assert before.next(MovedOn).carried.why == "outbox.fork"
    assert accounted(centre, *(f"case-{n}" for n in range(1, 7)))


def test_control_a_centre_that_neither_links_nor_compares_loses_cases(
    bench: Bench, centre: CentreDouble, tmp_path: Path, benches: ExitStack
) -> None:
    centre.memory.knows_links = centre.memory.compares = False
    before = set_back(bench, centre, tmp_path, benches)
    before.save("case-4", "case-5")
    started(benches, before, centre)
    before.next(Delivered, lambda event: event.ack == 3)
    assert before.unsent()[Lane.NUMBERS] == 0
    assert sorted(ids(centre, Lane.NUMBERS)) == ["case-1", "case-2", "case-3"]


def test_the_terminal_serves_on_while_no_epoch_can_be_opened(
    bench: Bench, centre: CentreDouble, tmp_path: Path, benches: ExitStack
) -> None:
    bench.save("case-1")
    bench.start(centre)
    bench.next(Delivered)
    bench.stop()
    bench.messenger = None
    fresh = Bench(tmp_path / "fresh", "machine-1")
    fresh.key = bench.key
    centre.fault_of_path[EPOCH_PATH] = Fault.ERROR
    fresh.save("case-2")
    started(benches, fresh, centre)
    fresh.next(LinkChanged, lambda event: event.reason == "link.epoch_ends")
    assert fresh.next(Alarm).key is AlarmKey.REFUSED
    fresh.save("case-3")
    assert ids(centre, Lane.NUMBERS) == ["case-1"]
    centre.fault_of_path.clear()
    assert fresh.next(MovedOn).carried.records == 2
    assert accounted(centre, "case-1", "case-2", "case-3")


def test_numbers_jump_with_the_epoch(bench: Bench, centre: CentreDouble, tmp_path: Path, benches: ExitStack) -> None:
    before = set_back(bench, centre, tmp_path, benches)
    started(benches, before, centre)
    before.next(MovedOn)
    before.save("case-4")
    assert accounted(centre, "case-1", "case-2", "case-3", "case-4")
    numbers = {body.case_id: body.case_number for body in map(case_of, centre.memory.envelopes(Lane.NUMBERS))}
    assert int(numbers["case-4"][18:24]) > int(numbers["case-3"][18:24]) + 40


def case_of(found: Envelope) -> CaseFiled:
    return msgspec.json.decode(found.body, type=CaseFiled)
