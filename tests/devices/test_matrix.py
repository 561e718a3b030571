"""Every kind under every fault: the right answer, a named fault or unknown; never a wrong success, never too late."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from devices.registry import KINDS
from devices.simulation.faults import NAMES
from devices.ticket_printer.document import Cut, Text
from devices.ticket_printer.driver import PrintOutcome, TicketPrinter
from devices.ticket_printer.state import TicketPrinterState
from tests.devices import matrix
from tests.devices.matrix import Cell, cells, kind_of, table
from tests.devices.matrix_rows import ROWS


@pytest.fixture(autouse=True)
def _others_use_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "SLOWER", 3.0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(ROWS))
def test_no_fault_makes_it_lie_repeat_hang_or_stay_away(kind: str, tmp_path: Path) -> None:
    played = cells(kind, tmp_path)
    print(table({kind: played}))  # noqa: T201 - shown when it fails
    assert [line for cell in played for line in cell.wrong] == []
    assert [cell.fault for cell in played] == list(NAMES)


def test_every_kind_there_is_has_its_row() -> None:
    assert {kind_of(label) for label in ROWS} == set(KINDS)


def test_a_success_that_did_not_happen_is_noticed(tmp_path: Path) -> None:
    boaster = replace(ROWS["ticket-printer"], work=lambda _printer: PrintOutcome("printed", "said so"))
    [cell] = cells("ticket-printer", tmp_path, ("noise-after",), boaster)
    assert "called done, but nothing happened" in str(cell.wrong)


@pytest.mark.parametrize(
    ("result", "said"), [("printed", "done 2 times"), ("failed", "called not done, but it happened")]
)
def test_an_effect_that_happened_twice_or_in_secret_is_noticed(
    tmp_path: Path, result: Literal["printed", "failed"], said: str
) -> None:
    def twice(printer: TicketPrinter) -> PrintOutcome:
        for mark in ("A001", "A002"):
            printer.print_ticket((Text("A1-001"), Cut()), mark)
        return PrintOutcome(result, "")

    [cell] = cells("ticket-printer", tmp_path, ("glued",), replace(ROWS["ticket-printer"], work=twice))
    assert said in str(cell.wrong)


def test_a_status_that_lies_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = iter([{"paper": "full"}, {"paper": "low"}, *[{"paper": "full"}] * 9])
    monkeypatch.setattr(TicketPrinterState, "as_json", lambda _state: next(said))
    [cell] = cells("ticket-printer", tmp_path, ("glued",))
    assert "status lies: {'paper': 'low'}" in str(cell.wrong)


def test_a_device_that_stays_away_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "WELL_SECONDS", 0.1)
    [cell] = cells(
        "ticket-printer", tmp_path, ("glued",), replace(ROWS["ticket-printer"], orders=({"do": "paper_out"},))
    )
    assert "not well before: " in cell.wrong[0]
    assert "paper_out" in cell.wrong[0]


def test_an_answer_after_its_deadline_is_noticed(tmp_path: Path) -> None:
    hurried = replace(ROWS["id-card-reader"], work_seconds=0.01)
    [cell] = cells("id-card-reader", tmp_path, ("silence",), hurried)
    assert "work took" in str(cell.wrong)


def test_the_table_has_a_line_for_each_fault() -> None:
    printed = table({"some-kind": [Cell("some-kind", "silence", "well", "done", wrong=["lies"])]})
    assert printed.count("\n") == len(NAMES) + 1
    assert "! well / done" in printed
