"""What is asked with every case, push and heartbeat goes by keys: a month's backlog costs no more than a day's."""

from collections.abc import Callable

import pytest

from contract.envelope import Lane
from contract.numbers import NumberGiven
from offline_cache import lanes
from offline_cache.store import Store
from tests.offline_cache.drafts import draft
from tests.offline_cache.traced import driver_of, traced

AT = "2026-11-22T10:00:00+08:00"
GIVEN = NumberGiven("n" * 32, AT, "A901", "2026-11-22")
LARGE = ("outbox", "cases", "paper_journal", "hashes", "scans")

QUESTIONS: dict[str, Callable[[Store], object]] = {
    "a case": lambda store: store.save_case(draft("case-new")),
    "a case with the upstream's number": lambda store: store.save_case(draft("case-new"), GIVEN),
    "a claim": lambda store: store.tickets.claim("case-1"),
    "where it stands": lambda store: store.epochs.standing(),
    "a run": lambda store: store.outbox_run(Lane.NUMBERS, 3, 50, 1 << 18),
    "an acknowledgement": lambda store: store.acknowledge(1, Lane.NUMBERS, 5, AT, ""),
    "a link": lambda store: store.epochs.link("machine"),
    "a heartbeat's figures": lambda store: store.pulse(),
    "what is left behind": lambda store: store.unsent_run(Lane.NUMBERS, (0, 0), 50, 1 << 18),
}
STATEMENTS = {"a case": 10, "where it stands": 4, "a run": 3, "an acknowledgement": 6}
"""At most, with BEGIN and COMMIT."""


def plan(store: Store, statement: str) -> list[str]:
    """How SQLite goes about it."""
    return [str(step[3]) for step in driver_of(store).execute(f"EXPLAIN QUERY PLAN {statement}")]


def scans(store: Store, statement: str) -> list[str]:
    """The steps that read a large table, or an index of one, from one end to the other."""
    names = {f"SCAN {name}" for name in LARGE} | {f"SCAN {letter}" for letter in "ocp"}
    return [step for step in plan(store, statement) if " ".join(step.split()[:2]) in names]


@pytest.fixture
def full(store: Store) -> Store:
    for n in range(40):
        store.save_case(draft(f"case-{n}", sealed=True))
    store.acknowledge(1, Lane.NUMBERS, 3, AT)
    return store


@pytest.mark.parametrize("name", QUESTIONS)
def test_nothing_large_is_read_from_end_to_end(full: Store, name: str) -> None:
    with traced(full) as seen:
        QUESTIONS[name](full)
    asked = [one for one in seen if one.lstrip().startswith(("SELECT", "UPDATE", "INSERT"))]
    assert asked
    assert {one: found for one in asked if (found := scans(full, one))} == {}
    if name in STATEMENTS:
        assert len(seen) <= STATEMENTS[name], "\n".join(seen)


def test_control_a_question_without_a_key_is_seen(full: Store) -> None:
    assert scans(full, "SELECT count(*) FROM outbox WHERE acked_at IS NULL")
    assert scans(full, "UPDATE outbox SET acked_at = 'x' WHERE made_at < 'y'")
    assert scans(full, "SELECT o.made_at FROM outbox AS o")


def test_an_acknowledgement_touches_only_what_is_new(full: Store) -> None:
    """The mark of what was acknowledged before stays; the second look at it was what made long backlogs slow."""
    full.acknowledge(1, Lane.NUMBERS, 20, "2026-11-22T11:00:00+08:00")
    marks = driver_of(full).execute("SELECT seq, acked_at FROM outbox WHERE lane = 'numbers' ORDER BY seq").fetchall()
    assert {at for seq, at in marks if seq <= 3} == {AT}
    assert {at for seq, at in marks if 3 < seq <= 20} == {"2026-11-22T11:00:00+08:00"}
    assert {at for seq, at in marks if seq > 20} == {None}
    (step,) = plan(full, lanes._MARK.replace("?", "1"))
    assert step.endswith("(epoch=? AND lane=? AND seq>? AND seq<?)"), step
