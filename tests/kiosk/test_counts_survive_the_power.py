"""What devices did is counted durably, by whoever holds them, and says when maintenance is due."""

import threading
from pathlib import Path

import pytest

from kiosk.fitted import ledger
from kiosk.fitted.ledger import Account, Ledger, due, limits_of


def test_counts_are_on_disk_after_a_write_and_add_up(tmp_path: Path) -> None:
    first = Ledger(tmp_path)
    first.add("ticket_printer", {"cuts": 1, "paper_mm": 120.5})
    assert Ledger(tmp_path).of("ticket_printer") == Account(), "the control: memory alone is no disk"
    first.write()
    assert not first.dirty
    second = Ledger(tmp_path)
    second.add("ticket_printer", {"cuts": 2})
    second.write()
    assert Ledger(tmp_path).of("ticket_printer").totals == {"cuts": 3, "paper_mm": 120.5}
    assert first.known("ticket_printer").totals == {"cuts": 1, "paper_mm": 120.5}


def test_two_processes_writing_lose_nothing(tmp_path: Path) -> None:
    def work() -> None:
        own = Ledger(tmp_path)
        for _ in range(20):
            own.add("locker", {"door_cycles": 1})
            own.write()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Ledger(tmp_path).of("locker").totals == {"door_cycles": 60}


def test_a_refill_begins_a_new_count_and_leaves_the_totals(tmp_path: Path) -> None:
    kept = Ledger(tmp_path)
    kept.add("ticket_printer", {"paper_mm": 5000})
    kept.refilled("ticket_printer", "2026-11-22T03:00:00+08:00", "80 m")
    kept.add("ticket_printer", {"paper_mm": 200})
    kept.write()
    found = kept.of("ticket_printer")
    assert found.refill is not None
    assert (found.totals, found.refill.counts, found.refill.note) == ({"paper_mm": 5200}, {"paper_mm": 200}, "80 m")


def test_maintenance_is_due_at_the_limit_and_not_for_a_new_machine(tmp_path: Path) -> None:
    kept = Ledger(tmp_path)
    kept.add("ticket_printer", {"cuts": 1_600_000})
    kept.write()
    limits = limits_of("ticket_printer", {})
    assert [found.counter for found in due(kept.of("ticket_printer"), limits)] == ["cuts"]
    assert due(kept.of("ticket_printer"), limits_of("ticket_printer", {"cuts": 2_000_000})) == ()
    kept.replaced("ticket_printer", "2026-11-22T03:00:00+08:00", "SN 4711")
    assert due(kept.of("ticket_printer"), limits) == ()
    assert kept.of("ticket_printer").totals == {"cuts": 1_600_000}


def test_a_disk_that_takes_nothing_loses_no_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    kept = Ledger(tmp_path)
    kept.add("locker", {"door_cycles": 7})
    with monkeypatch.context() as broken:
        broken.setattr(ledger, "replace_file", full)
        with pytest.raises(OSError, match="No space"):
            kept.write()
    assert kept.dirty
    kept.write()
    assert kept.of("locker").totals == {"door_cycles": 7}


def test_a_file_nobody_can_read_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "locker.json").write_text("{", encoding="utf-8")
    kept = Ledger(tmp_path)
    kept.add("locker", {"door_cycles": 1})
    kept.write()
    assert kept.of("locker").totals == {"door_cycles": 1}


def test_tickets_left_are_foretold_from_the_refill(tmp_path: Path) -> None:
    kept = Ledger(tmp_path)
    assert ledger.supplies_left("ticket_printer", kept.of("ticket_printer")) == {}
    kept.refilled("ticket_printer", "2026-11-22T03:00:00+08:00", "50 m")
    kept.add("ticket_printer", {"tickets_printed": 99, "tickets_uncertain": 1, "paper_mm": 10_000})
    kept.write()
    assert ledger.supplies_left("ticket_printer", kept.of("ticket_printer")) == {"tickets": 400}
    assert ledger.supplies_left("locker", kept.of("ticket_printer")) == {}
