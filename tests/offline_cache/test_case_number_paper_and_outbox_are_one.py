"""A case, its number, its ticket and its envelope are stored together, once, whatever is repeated."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from stdnum.iso7064 import mod_37_36

from contract import envelope
from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.messages import CardLeftBehind, CaseFiled, DifficultyReported, RatingGiven, TicketReported
from offline_cache import lanes
from offline_cache.store import PrintState, Store, StoreError, StoreFault
from offline_cache.thread import StoreThread
from tests.offline_cache.drafts import Clock, draft, open_store
from tests.offline_cache.traced import traced

EVERYTHING = (50, 1 << 20)


def test_a_saved_case_has_number_ticket_and_envelope(store: Store) -> None:
    stored = store.save_case(draft("case-1", sealed=True))
    assert stored.number == "A1-001"
    assert stored.print_state is PrintState.PREPARED
    assert not stored.repeat
    (item,) = store.outbox_run(Lane.NUMBERS, 0, *EVERYTHING)
    sent = envelope.decode(item.raw)
    assert (sent.terminal, sent.epoch, sent.lane, sent.seq, sent.kind) == ("GL-01", 1, Lane.NUMBERS, 1, "case")
    assert sent.id == item.id == "case-1"
    assert item.hash == envelope.content_hash(item.raw)
    assert sent.sealed == draft("case-1", sealed=True).sealed
    body = msgspec.json.decode(sent.body, type=CaseFiled)
    assert (body.number, body.case_number, body.filed_at) == (stored.number, stored.case_number, stored.filed_at)


def test_the_case_number_is_25_characters_with_its_check_character(store: Store) -> None:
    first, second = store.save_case(draft("case-1")), store.save_case(draft("case-2", queue="B"))
    assert first.case_number[:18] == second.case_number[:18] == "310115GL0120261122"
    assert int(second.case_number[18:24]) == int(first.case_number[18:24]) + 1
    assert all(mod_37_36.is_valid(case.case_number) and len(case.case_number) == 25 for case in (first, second))


def test_a_filing_travels_in_its_own_lane_with_its_promise(store: Store) -> None:
    stored = store.save_case(draft("case-1", ItemKind.FILING, "B"))
    assert (stored.number, stored.promise_date) == ("B1-001", "2026-12-02")
    assert store.outbox_run(Lane.NUMBERS, 0, *EVERYTHING) == ()
    assert len(store.outbox_run(Lane.CASES, 0, *EVERYTHING)) == 1


def test_saving_the_same_case_again_gives_the_same_number(store: Store) -> None:
    first = store.save_case(draft("case-1"))
    store.tickets.claim("case-1")
    again = store.save_case(draft("case-1", queue="B"))
    assert again.repeat
    assert (again.number, again.case_number, again.print_id) == (first.number, first.case_number, first.print_id)
    assert again.print_state is PrintState.SENT
    assert store.save_case(draft("case-2")).number == "A1-002"
    assert store.counts().cases == 2


def test_eight_threads_racing_with_one_case_get_one_number(tmp_path: Path) -> None:
    thread = StoreThread(lambda: open_store(tmp_path / "suiban.db"))
    with ThreadPoolExecutor(8) as crowd:
        tries = [
            crowd.submit(lambda: thread.do(lambda store: store.save_case(draft("case-1"))).result()) for _ in range(64)
        ]
        stored = [found.result() for found in tries]
    counts = thread.do(Store.counts).result()
    thread.stop()
    assert len({case.number for case in stored}) == 1
    assert [case.repeat for case in stored].count(False) == 1
    assert (counts.cases, counts.prepared, counts.lanes[0].unsent) == (1, 1, 1)


@pytest.mark.slow
def test_two_hundred_cases_from_four_threads_have_two_hundred_numbers(tmp_path: Path) -> None:
    thread = StoreThread(lambda: open_store(tmp_path / "suiban.db"))
    with ThreadPoolExecutor(4) as crowd:
        tries = [
            crowd.submit(lambda n=n: thread.do(lambda store: store.save_case(draft(f"case-{n}"))).result())  # type: ignore[misc]
            for n in range(200)
        ]
        numbers = {found.result().number for found in tries}
    thread.stop()
    assert len(numbers) == 200


def test_an_error_in_the_middle_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(lanes, "put", fail)
        with pytest.raises(RuntimeError):
            store.save_case(draft("case-1"))
    counts = store.counts()
    assert (counts.cases, counts.prepared, [lane.unsent for lane in counts.lanes]) == (0, 0, [0] * 5)
    assert store.save_case(draft("case-1")).number == "A1-001"


def test_each_save_is_one_transaction(store: Store) -> None:
    with traced(store) as seen:
        store.save_case(draft("case-1"))
    assert (seen[0], seen[-1], seen.count("COMMIT")) == ("BEGIN IMMEDIATE", "COMMIT", 1)


def test_a_ticket_is_claimed_once(store: Store) -> None:
    store.save_case(draft("case-1"))
    claimed = store.tickets.claim("case-1")
    assert claimed is not None
    assert claimed.print_state is PrintState.SENT
    assert store.tickets.claim("case-1") is None
    store.tickets.finish(claimed.print_id, "printed", "GS ( H", "")
    assert store.tickets.claim("case-1") is None


@pytest.mark.parametrize("outcome", ["printed", "failed", "uncertain"])
def test_how_a_ticket_ended_is_told_once_in_its_cases_lane(store: Store, outcome: str) -> None:
    stored = store.save_case(draft("case-1", ItemKind.FILING))
    store.tickets.claim("case-1")
    assert store.tickets.finish(stored.print_id, outcome, "evidence", "reason").print_state == outcome
    store.tickets.finish(stored.print_id, "printed", "other", "other")
    case, ticket = store.outbox_run(Lane.CASES, 0, *EVERYTHING)
    report = msgspec.json.decode(envelope.decode(ticket.raw).body, type=TicketReported)
    assert (case.id, ticket.seq, report.outcome, report.evidence) == ("case-1", 2, outcome, "evidence")
    assert report.case_id == "case-1"


def test_a_ticket_never_sent_can_fail_but_not_be_printed(store: Store) -> None:
    stored = store.save_case(draft("case-1"))
    for outcome in ("printed", "uncertain", "sent"):
        with pytest.raises(StoreError) as refused:
            store.tickets.finish(stored.print_id, outcome, "", "")
        assert refused.value.fault is StoreFault.WRONG_STEP
    assert store.tickets.finish(stored.print_id, "failed", "", "visit.died").print_state is PrintState.FAILED
    assert store.tickets.claim("case-1") is None


def test_unknown_cases_and_tickets_are_named(store: Store) -> None:
    def fault_of(job: object) -> StoreFault:
        with pytest.raises(StoreError) as refused:
            job()  # type: ignore[operator]
        return refused.value.fault

    assert fault_of(lambda: store.tickets.claim("nobody")) is StoreFault.UNKNOWN_CASE
    assert fault_of(lambda: store.tickets.finish("nothing", "printed", "", "")) is StoreFault.UNKNOWN_CASE
    assert fault_of(lambda: store.end_visit("nobody")) is StoreFault.UNKNOWN_CASE
    rating = RatingGiven("nobody", Satisfaction.SATISFIED, "2026-11-22T10:00:00+08:00")
    assert fault_of(lambda: store.add_record(rating, "r")) is StoreFault.UNKNOWN_CASE


def test_a_case_is_rated_at_most_once(store: Store) -> None:
    store.save_case(draft("case-1"))
    rating = RatingGiven("case-1", Satisfaction.DISSATISFIED, "2026-11-22T10:00:00+08:00")
    assert store.add_record(rating, "rating-1")
    assert not store.add_record(rating, "rating-1")
    assert not store.add_record(rating, "rating-2")
    assert len(store.outbox_run(Lane.RATINGS, 0, *EVERYTHING)) == 1


def test_other_records_are_told_once_each(store: Store) -> None:
    difficulty = DifficultyReported("form", "social-card", None, "words", "2026-11-22T10:00:00+08:00")
    assert store.add_record(difficulty, "d-1")
    assert not store.add_record(difficulty, "d-1")
    assert store.add_record(CardLeftBehind("2026-11-22T10:00:00+08:00"), "c-1")
    runs = [store.outbox_run(lane, 0, *EVERYTHING) for lane in (Lane.RATINGS, Lane.TELEMETRY)]
    assert [[envelope.decode(item.raw).kind for item in run] for run in runs] == [["difficulty"], ["card_left"]]


def test_the_next_screen_may_show_only_a_young_unfinished_number(store: Store, clock: Clock) -> None:
    minute = timedelta(seconds=60)
    assert store.latest_unfinished(minute) is None
    store.save_case(draft("case-1"))
    clock.pass_time(seconds=59)
    found = store.latest_unfinished(minute)
    assert found is not None
    assert found.number == "A1-001"
    clock.pass_time(seconds=2)
    assert store.latest_unfinished(minute) is None
    clock.pass_time(hours=-1)
    assert store.latest_unfinished(minute) is None


def test_a_number_in_somebodys_hand_is_not_shown_to_the_next(store: Store) -> None:
    minute = timedelta(seconds=60)
    first = store.save_case(draft("case-1"))
    store.tickets.claim("case-1")
    store.tickets.finish(first.print_id, "printed", "", "")
    assert store.latest_unfinished(minute) is None
    store.save_case(draft("case-2"))
    store.end_visit("case-2")
    assert store.latest_unfinished(minute) is None


def test_counts_tell_what_waits_and_what_staff_must_look_at(store: Store, clock: Clock) -> None:
    clock.set("2026-11-22T10:00:00+08:00")
    store.save_case(draft("yesterday"))
    clock.set("2026-11-23T10:00:00+08:00")
    for n, outcome in enumerate(("printed", "failed", "uncertain")):
        stored = store.save_case(draft(f"case-{n}", ItemKind.FILING))
        store.tickets.claim(stored.case_id)
        store.tickets.finish(stored.print_id, outcome, "", "")
    store.save_case(draft("case-9"))
    store.tickets.claim("case-9")
    counts = store.counts()
    assert (counts.cases, counts.numbers) == (5, 2)
    assert (counts.prepared, counts.sent, counts.printed, counts.failed, counts.uncertain) == (1, 1, 1, 1, 1)
    assert counts.unprinted == 3
    by_lane = {report.lane: report for report in counts.lanes}
    assert (by_lane[Lane.NUMBERS].unsent, by_lane[Lane.CASES].unsent) == (2, 6)
    assert by_lane[Lane.NUMBERS].oldest_at == "2026-11-22T10:00:00+08:00"
    assert by_lane[Lane.RATINGS].oldest_at is None


def test_a_run_keeps_both_limits_but_never_stands_still(store: Store) -> None:
    for n in range(5):
        store.save_case(draft(f"case-{n}", sealed=True))
    size = len(store.outbox_run(Lane.NUMBERS, 0, 1, 1 << 20)[0].raw)
    assert [item.seq for item in store.outbox_run(Lane.NUMBERS, 1, 2, 1 << 20)] == [2, 3]
    assert [item.seq for item in store.outbox_run(Lane.NUMBERS, 0, 50, 2 * size + 10)] == [1, 2]
    assert [item.seq for item in store.outbox_run(Lane.NUMBERS, 3, 50, 1)] == [4]
    assert store.outbox_run(Lane.NUMBERS, 5, 50, 1 << 20) == ()


def test_an_acknowledgement_marks_and_a_rewind_takes_it_back(store: Store) -> None:
    for n in range(4):
        store.save_case(draft(f"case-{n}"))
    before = store.outbox_run(Lane.NUMBERS, 0, *EVERYTHING)
    store.acknowledge(1, Lane.NUMBERS, 3, "2026-11-22T10:00:01+08:00")
    store.acknowledge(1, Lane.NUMBERS, 2, "2026-11-22T10:00:02+08:00")
    assert store.lane_states()[0].acked == 3
    assert store.counts().lanes[0].unsent == 1
    assert store.outbox_run(Lane.NUMBERS, 0, *EVERYTHING) == before
    store.rewind(1, Lane.NUMBERS, 1)
    assert (store.lane_states()[0].acked, store.counts().lanes[0].unsent) == (1, 3)
    with pytest.raises(ValueError, match="holds 4"):
        store.acknowledge(1, Lane.NUMBERS, 5, "2026-11-22T10:00:03+08:00")
