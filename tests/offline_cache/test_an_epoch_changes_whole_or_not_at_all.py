"""The change of epoch, killed before every statement: what was promised is there once, under its own id."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from contract import envelope
from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.exchange import Link
from contract.messages import CardLeftBehind, DifficultyReported, EpochLeft, RatingGiven
from offline_cache.epochs import Carried
from offline_cache.link.outbox import LaneState
from offline_cache.store import Store
from offline_cache.tables import IdentityRow
from tests.offline_cache.drafts import draft, open_store

AT = "2026-11-22T10:00:00+08:00"


def filled(path: Path) -> None:
    """Numbers 1 to 6 of which two are acknowledged, a filing, a rating, a difficulty, a card; the epoch must end."""
    with closing(open_store(path)) as store:
        for n in range(1, 7):
            store.save_case(draft(f"number-{n}"))
        store.save_case(draft("filing-1", ItemKind.FILING, sealed=True))
        store.add_record(RatingGiven("filing-1", Satisfaction.SATISFIED, AT), "rating-1")
        store.add_record(DifficultyReported("page", None, None, "stuck", AT), "difficulty-1")
        store.add_record(CardLeftBehind(AT), "card-1")
        store.acknowledge(1, Lane.NUMBERS, 2, AT)
        assert store.epochs.close(store.epochs.standing().store, "epoch.stale_link")


def waiting(store: Store, lane: Lane, epoch: int | None = None) -> list[envelope.Envelope]:
    run = store.outbox_run(lane, 0, 1000, 1 << 30)
    found = [envelope.decode(item.raw) for item in run]
    for item, read in zip(run, found, strict=True):
        assert (read.epoch, read.lane, read.seq, read.id) == (item.epoch, lane, item.seq, item.id)
        assert envelope.content_hash(item.raw) == item.hash
    assert epoch is None or {read.epoch for read in found} <= {epoch}
    return found


def change(store: Store) -> Carried | None:
    return store.epochs.open(store.epochs.standing().store, 4, "token-4")


def unmoved(store: Store) -> None:
    assert store.epoch == 1
    assert store.epochs.standing().due == "epoch.stale_link"
    assert [found.id for found in waiting(store, Lane.NUMBERS, 1)] == [f"number-{n}" for n in range(1, 7)]
    assert store.epochs.link("machine") is None


def moved(store: Store) -> None:
    standing = store.epochs.standing()
    assert (standing.epoch, standing.due) == (4, "")
    assert [found.id for found in waiting(store, Lane.NUMBERS, 4)] == [f"number-{n}" for n in range(3, 7)]
    assert [found.id for found in waiting(store, Lane.CASES, 4)] == ["filing-1"]
    assert waiting(store, Lane.CASES)[0].sealed is not None
    assert [found.id for found in waiting(store, Lane.RATINGS, 4)] == ["rating-1", "difficulty-1"]
    note, card = waiting(store, Lane.TELEMETRY, 4)
    said = msgspec.json.decode(note.body, type=EpochLeft)
    assert (said.epoch, said.why, said.carried, card.id) == (1, "epoch.stale_link", 8, "card-1")
    assert [state for state in standing.lanes if state.lane is Lane.NUMBERS] == [
        LaneState(Lane.NUMBERS, 0, 4, standing.lanes[0].oldest_at)
    ]
    held = {report.lane: report.unsent for report in store.counts().lanes}
    assert held == {Lane.NUMBERS: 4, Lane.CASES: 1, Lane.RATINGS: 2, Lane.TELEMETRY: 2, Lane.SCANS: 0}
    with store._database.unit_of_work() as session:
        left = session.execute(text("SELECT lane, highest, acked FROM lanes WHERE epoch = 1")).all()
    assert {tuple(row) for row in left} == {("numbers", 2, 2), ("cases", 0, 0), ("ratings", 0, 0), ("telemetry", 0, 0)}


def test_what_waits_comes_along_in_its_order_under_its_id(tmp_path: Path) -> None:
    filled(tmp_path / "suiban.db")
    with closing(open_store(tmp_path / "suiban.db")) as store:
        unmoved(store)
        carried = change(store)
        assert carried == Carried(4, 1, "epoch.stale_link", 8, 0)
        moved(store)
        store.save_case(draft("number-7"))
        assert waiting(store, Lane.NUMBERS, 4)[-1].seq == 5


def test_asked_again_it_changes_nothing(tmp_path: Path) -> None:
    filled(tmp_path / "suiban.db")
    with closing(open_store(tmp_path / "suiban.db")) as store:
        name = store.epochs.standing().store
        assert store.epochs.open("of-a-twin", 4, "token") is None
        assert store.epochs.open(name, 1, "token") is None
        unmoved(store)
        assert store.epochs.open(name, 4, "token-4") is not None
        assert store.epochs.open(name, 4, "token-4") is None
        assert store.epochs.open(name, 5, "token-5") is None
        moved(store)


def test_new_records_go_to_the_end_of_the_old_epoch_and_come_along(tmp_path: Path) -> None:
    filled(tmp_path / "suiban.db")
    with closing(open_store(tmp_path / "suiban.db")) as store:
        store.save_case(draft("number-7"))
        assert waiting(store, Lane.NUMBERS, 1)[-1].seq == 7
        change(store)
        assert waiting(store, Lane.NUMBERS, 4)[-1].id == "number-7"


def test_a_closed_store_has_another_name_so_that_twins_never_ask_as_one(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "suiban.db")) as store:
        before = store.epochs.standing().store
        assert not store.epochs.close("another", "epoch.left")
        assert store.epochs.close(before, "epoch.left")
        after = store.epochs.standing().store
        assert after != before
        assert not store.epochs.close(after, "epoch.stale_link")
        assert store.epochs.standing().due == "epoch.left"


def test_a_link_is_durable_before_it_is_sent_and_the_same_until_it_is_answered(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "suiban.db")) as store:
        first = store.epochs.link("machine-1")
        assert first is not None
    with closing(open_store(tmp_path / "suiban.db")) as store:
        assert store.epochs.link("machine-1") == first
        store.epochs.linked(Link("another", "", "", first.fresh), "no")
        store.epochs.linked(Link(first.store, "", "", "another"), "no")
        assert store.epochs.link("machine-1") == first
        store.epochs.linked(first, "token-1")
        second = store.epochs.link("machine-1")
        assert second is not None
        assert (second.token, second.store) == ("token-1", first.store)
        assert second.fresh != first.fresh


def test_an_acknowledgement_to_a_store_that_was_replaced_marks_nothing(tmp_path: Path) -> None:
    filled(tmp_path / "suiban.db")
    with closing(open_store(tmp_path / "suiban.db")) as store:
        store.acknowledge(1, Lane.NUMBERS, 6, AT, "the-one-before")
        assert store.lane_states()[0].acked == 2
        store.rewind(1, Lane.NUMBERS, 0, "the-one-before")
        assert store.lane_states()[0].acked == 2
        store.acknowledge(1, Lane.NUMBERS, 6, AT, store.epochs.standing().store)
        assert store.lane_states()[0].acked == 6


def test_a_centre_that_lost_records_of_earlier_epochs_gets_them_in_this_one(tmp_path: Path) -> None:
    filled(tmp_path / "suiban.db")
    with closing(open_store(tmp_path / "suiban.db")) as store:
        change(store)
        store.acknowledge(4, Lane.NUMBERS, 4, AT)
        store.rewind(4, Lane.NUMBERS, 1)
        assert store.lane_states()[0] == LaneState(Lane.NUMBERS, 1, 6, AT)
        assert [found.id for found in waiting(store, Lane.NUMBERS, 4)][-2:] == ["number-1", "number-2"]


def test_a_record_nobody_can_read_any_more_keeps_no_other_back(tmp_path: Path) -> None:
    filled(tmp_path / "suiban.db")
    with closing(open_store(tmp_path / "suiban.db")) as store:
        with store._database.unit_of_work() as session:
            session.execute(text("UPDATE outbox SET raw = x'00' WHERE id = 'number-4'"))
        carried = change(store)
        assert carried is not None
        assert (carried.records, carried.unreadable) == (7, 1)
        assert [found.id for found in waiting(store, Lane.NUMBERS, 4)] == ["number-3", "number-5", "number-6"]
        assert store.counts().lanes[0].unsent == 4


@contextmanager
def dying_at(store: Store, statement: int) -> Iterator[list[str]]:
    """The process ends before this statement, counted from 1."""
    seen: list[str] = []

    def count(sql: str) -> None:
        seen.append(sql)
        if len(seen) == statement:
            os._exit(9)

    raw = store._database._engine.raw_connection()
    driver: Any = raw.driver_connection
    raw.close()
    driver.set_trace_callback(count)
    yield seen


def in_a_process(job: Callable[[], None]) -> int:
    """Run it in a process of its own; its exit status."""
    child = os.fork()
    if child == 0:
        try:
            job()
        except BaseException:  # noqa: BLE001 - whatever it was, the child must not go on as pytest
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.slow
def test_killed_before_every_statement_it_has_happened_or_has_not(tmp_path: Path) -> None:
    source = tmp_path / "source"
    filled(source / "suiban.db")
    ends = []
    for statement in range(1, 400, 1 if os.environ.get("SUIBAN_FULL") else 4):
        folder = tmp_path / f"killed-{statement}"
        folder.mkdir()
        for file in source.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())

        def job(folder: Path = folder, statement: int = statement) -> None:
            store = open_store(folder / "suiban.db")
            with dying_at(store, statement):
                change(store)

        ends.append(in_a_process(job))
        with closing(open_store(folder / "suiban.db")) as store:
            if ends[-1] == 0:
                moved(store)
                break
            unmoved(store)
            change(store)
            moved(store)
    assert ends[-1] == 0
    assert set(ends[:-1]) == {9}
    assert len(ends) > 8


def test_control_in_two_transactions_a_kill_between_them_loses_the_way(tmp_path: Path) -> None:
    filled(tmp_path / "suiban.db")
    with closing(open_store(tmp_path / "suiban.db")) as store, store._database.unit_of_work() as session:
        identity = session.get_one(IdentityRow, 1)
        identity.epoch, identity.epoch_due = 4, ""
    with closing(open_store(tmp_path / "suiban.db")) as store:
        with pytest.raises(AssertionError):
            moved(store)
        assert waiting(store, Lane.NUMBERS) == []
