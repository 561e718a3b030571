"""What is done between visits goes in small steps: whoever files meanwhile waits for one of them at most."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import envelope
from contract.envelope import Lane
from contract.messages import CardLeftBehind, DayClosed
from offline_cache.disk.driven import driven
from offline_cache.retention import days, purge, rules
from offline_cache.store import Store
from tests.offline_cache.drafts import Clock, draft, open_store

AT = "2026-11-22T10:00:00+08:00"


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """Without leases: its business date is the wall clock's."""
    with closing(open_store(tmp_path / "suiban.db", clock)) as opened:
        yield opened


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "_HASHES_AT_ONCE", 3)


def closed(store: Store) -> list[DayClosed]:
    run = [envelope.decode(item.raw) for item in store.outbox_run(Lane.TELEMETRY, 0, 10_000, 1 << 30)]
    return [msgspec.json.decode(one.body, type=DayClosed) for one in run if one.kind == "day_closed"]


def digest(store: Store, epoch: int, lane: Lane, highest: int) -> str:
    """Of the hashes as they lie there, at one go."""
    place = (epoch, lane.value, highest)
    with store._database.transaction() as driver:
        asked = "SELECT hash FROM outbox WHERE epoch = ? AND lane = ? AND seq <= ? ORDER BY seq"
        found = [row[0] for row in driver.execute(asked, place)]
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def keep(store: Store, case_id: str) -> None:
    store.save_case(draft(case_id))


def steps(store: Store, between: Callable[[], None] = lambda: None) -> int:
    count = 1
    while store.days.close():
        between()
        count += 1
    return count


@pytest.mark.usefixtures("small")
def test_a_day_is_closed_in_steps_and_cases_are_kept_between_them(store: Store) -> None:
    for n in range(10):
        store.save_case(draft(f"case-{n}"))
    saved = iter(range(10, 100))
    assert steps(store, lambda: keep(store, f"case-{next(saved)}")) == 4
    (day,) = closed(store)
    (account,) = day.lanes
    assert (account.highest, account.digest) == (10, digest(store, 1, Lane.NUMBERS, 10))
    assert day.cases == 13
    assert not store.days.under_way


@pytest.mark.usefixtures("small")
def test_the_account_goes_over_a_purge_between_two_steps(store: Store, clock: Clock) -> None:
    for n in range(8):
        store.save_case(draft(f"case-{n}"))
    whole = digest(store, 1, Lane.NUMBERS, 8)
    store.acknowledge(1, Lane.NUMBERS, 8, AT)
    clock.pass_time(days=8)
    with store._database.unit_of_work() as session:
        driven(session).execute("INSERT INTO archived VALUES (1, 'numbers', 6)")
    assert store.days.close()
    assert store.purge.step().records == 6
    steps(store)
    (day,) = closed(store)
    assert {one.lane: one.digest for one in day.lanes}[Lane.NUMBERS] == whole


@pytest.mark.usefixtures("small")
def test_an_account_begun_in_an_epoch_that_is_left_begins_anew(store: Store) -> None:
    for n in range(10):
        store.save_case(draft(f"case-{n}"))
    store.acknowledge(1, Lane.NUMBERS, 4, AT)
    assert store.days.close()
    store.epochs.close(store.epochs.standing().store, "epoch.left")
    store.epochs.open(store.epochs.standing().store, 2, "token")
    steps(store)
    (day,) = closed(store)
    account = {(one.epoch, one.lane): one for one in day.lanes}
    assert account[1, Lane.NUMBERS].highest == 4
    for (epoch, lane), one in account.items():
        assert one.digest == digest(store, epoch, lane, one.highest)


@pytest.mark.usefixtures("small")
def test_the_date_that_ended_is_closed_once_however_many_steps_it_takes(store: Store, clock: Clock) -> None:
    store.days.close_if_over()
    for n in range(10):
        store.save_case(draft(f"case-{n}"))
    clock.pass_time(days=1)
    found = [store.days.close_if_over() for _ in range(6)]
    assert found == [False, False, False, True, False, False]
    assert [day.business_date for day in closed(store)] == ["2026-11-22"]


def test_control_a_digest_of_one_step_is_another(store: Store) -> None:
    for n in range(10):
        store.save_case(draft(f"case-{n}"))
    assert digest(store, 1, Lane.NUMBERS, 3) != digest(store, 1, Lane.NUMBERS, 10)


def test_what_waits_does_not_hide_what_may_go(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window moves on over old cases of which something waits, and begins again at the first."""
    monkeypatch.setattr(store.purge, "_cases_at_once", 2)
    monkeypatch.setattr(purge, "_WINDOW", 2)
    monkeypatch.setattr(rules, "next_amount", lambda amount, _seconds, **_: amount)
    for n in range(12):
        store.save_case(draft(f"case-{n}"))
    for n in (9, 11):
        claimed = store.tickets.claim(f"case-{n}")
        assert claimed is not None
        store.tickets.finish(claimed.print_id, "printed", "device", "")
    clock.pass_time(days=9)
    with store._database.unit_of_work() as session:
        driver = driven(session)
        driver.execute("DELETE FROM outbox WHERE id IN ('case-9', 'case-11')")
        driver.execute("DELETE FROM outbox WHERE kind = 'ticket'")
    steps = [store.purge.step()]
    while steps[-1].more:
        steps.append(store.purge.step())
    assert [step.cases for step in steps] == [0, 0, 2, 0]
    assert store.counts().cases == 10
    assert not store.purge.step().cases


@given(amount=st.integers(1, 1000), seconds=st.floats(0, 100), least=st.integers(1, 50), most=st.integers(50, 1000))
def test_a_step_that_took_long_is_followed_by_a_smaller_one(amount: int, seconds: float, least: int, most: int) -> None:
    after = rules.next_amount(amount, seconds, least=least, most=most)
    assert after >= 1
    if seconds > rules.STEP_SECONDS:
        assert after <= amount
        assert after >= min(least, amount)
    else:
        assert after <= max(most, amount)


def test_every_table_that_names_a_case_is_found_by_it(store: Store) -> None:
    """SQLite looks into each of them when a case goes; an index of some of the rows does not serve for that."""
    with store._database.transaction() as driver:
        tables = [row[0] for row in driver.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        naming = [
            t for t in tables if any(row[2] == "cases" for row in driver.execute(f"PRAGMA foreign_key_list({t})"))
        ]
        assert set(naming) == {"paper_journal", "documents"}
        for table in naming:
            whole = [row[1] for row in driver.execute(f"PRAGMA index_list({table})") if not row[4]]
            leading = {driver.execute(f"PRAGMA index_xinfo({index})").fetchall()[0][2] for index in whole}
            assert "case_id" in leading, table


def test_control_the_index_before_did_not_serve_for_it(store: Store) -> None:
    with store._database.transaction() as driver:
        driver.execute("DROP INDEX one_live_ticket")
        driver.execute("CREATE UNIQUE INDEX one_live_ticket ON paper_journal (case_id) WHERE voided_at IS NULL")
        plan = driver.execute("EXPLAIN QUERY PLAN SELECT 1 FROM paper_journal WHERE case_id = 'x'").fetchall()
    assert "SCAN" in plan[0][3]


def test_a_second_live_ticket_is_still_refused(store: Store) -> None:
    store.save_case(draft("case-1"))
    copy = (
        "INSERT INTO paper_journal SELECT print_id || ?, case_id, state, evidence, reason, boot, prepared_at, sent_at, "
        "finished_at, ? FROM paper_journal WHERE case_id = 'case-1'"
    )
    with store._database.transaction() as driver:
        driver.execute(copy, ("-1", AT))  # one that is voided may lie beside it
    with pytest.raises(Exception, match="UNIQUE"), store._database.transaction() as driver:
        driver.execute(copy, ("-2", None))
    store.add_record(CardLeftBehind(AT), "card-1")
