"""SIGKILL at random and at every statement: what was promised is there once, and no ticket can be printed again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from contract.envelope import Lane
from offline_cache.store import PrintState
from tests.offline_cache.drafts import Clock, draft, lease, open_store

ROOT = Path(__file__).parents[2]
EVERYTHING = (50, 1 << 20)


def kill(way: str, folder: Path, rounds: int) -> dict[str, int]:
    """Run the harness and read its figures."""
    command = [sys.executable, "-m", "tests.offline_cache.kill_loop", way, str(folder), str(rounds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    assert not found.pop("notes")
    return found


def faults(found: dict[str, int]) -> dict[str, int]:
    harmless = {"kills", "promised", "stored", "unpromised"}
    return {name: count for name, count in found.items() if count and name not in harmless}


@pytest.mark.slow
def test_kills_at_random_moments(tmp_path: Path) -> None:
    """The long form is `./suiban campaign kill`."""
    found = kill("loop", tmp_path, 12)
    assert faults(found) == {}
    assert found["kills"] == 12
    assert found["promised"] >= 9  # a word in each round that is not killed while it opens
    assert found["unpromised"] <= 12  # at most the one under way at each kill


@pytest.mark.slow
def test_a_kill_at_every_point_of_a_submission(tmp_path: Path) -> None:
    found = kill("sweep", tmp_path, 200)
    assert faults(found) == {}
    assert found["kills"] > 20, "one before every statement and every commit"


def test_the_harness_finds_a_case_stored_without_its_envelope(tmp_path: Path) -> None:
    """Negative control: case and outbox in two transactions, killed in between."""
    found = kill("control", tmp_path, 3)
    assert faults(found) == {"without_envelope": 3}


@pytest.mark.parametrize(
    ("steps", "expected", "reason"),
    [
        (("save",), PrintState.FAILED, "never sent to the printer"),
        (("save", "claim"), PrintState.UNCERTAIN, "terminal restarted while it was printing"),
        (("save", "claim", "finish"), PrintState.PRINTED, ""),
    ],
)
def test_a_restart_after_each_step_settles_the_paper_once(
    tmp_path: Path, steps: tuple[str, ...], expected: PrintState, reason: str
) -> None:
    copy = tmp_path / "after"
    copy.mkdir()
    before = open_store(tmp_path / "suiban.db")
    lease(before, "2026-11-22")
    saved = before.save_case(draft("case-1"))
    if "claim" in steps:
        before.tickets.claim("case-1")
    if "finish" in steps:
        before.tickets.finish(saved.print_id, "printed", "GS ( H", "")
    assert before.tickets.reconcile_at_start() == ()  # what this very process has under way is left alone
    for file in tmp_path.glob("suiban.db*"):
        (copy / file.name).write_bytes(file.read_bytes())
    before.close()

    clock = Clock("2026-11-22T10:05:00+08:00")
    after = open_store(copy / "suiban.db", clock)
    settled = after.tickets.reconcile_at_start()
    assert [case.print_state for case in settled] == ([expected] if reason else [])
    assert after.tickets.reconcile_at_start() == ()
    again = after.save_case(draft("case-1"))
    assert (again.number, again.repeat, again.print_state) == (saved.number, True, expected)
    assert after.tickets.claim("case-1") is None
    kinds = [item.raw for item in after.outbox_run(Lane.NUMBERS, 0, *EVERYTHING)]
    assert len(kinds) == 2
    assert expected.value.encode() in kinds[1]
    assert reason.encode() in kinds[1]
    after.close()
    third = open_store(copy / "suiban.db", clock)
    assert third.tickets.reconcile_at_start() == ()
    assert third.save_case(draft("case-2")).number == "A1-052"  # its reserve was lost: 50 are skipped
    third.close()


def test_after_a_night_without_paper_nothing_waits_to_be_printed(tmp_path: Path) -> None:
    """F12: a refill must not print yesterday's tickets."""
    clock = Clock("2026-11-22T20:00:00+08:00")
    evening = open_store(tmp_path / "suiban.db", clock)
    for n in range(30):
        evening.save_case(draft(f"case-{n}"))
    evening.close()
    clock.set("2026-11-23T08:00:00+08:00")
    morning = open_store(tmp_path / "suiban.db", clock)
    assert len(morning.tickets.reconcile_at_start()) == 30
    assert all(morning.tickets.claim(f"case-{n}") is None for n in range(30))
    assert morning.counts().failed == 30
    morning.close()
