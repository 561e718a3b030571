"""Paper out, printer gone, reader gone: the citizen finishes or is told the truth, and it comes back by itself."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from kiosk.demo.citizen import Citizen
from kiosk.demo.stage import Stage
from tests.waiting import until

pytestmark = pytest.mark.slow


def last_ticket(stage: Stage) -> dict[str, Any]:
    """The last outcome in the trail."""
    return [event for event in stage.trail() if event["event"] == "ticket_finished"][-1]


@pytest.mark.parametrize(
    ("order", "mend", "fault"),
    [("paper_out", "refill", "ticket_printer.paper_out"), ("cover_open", "cover_close", "ticket_printer.cover_open")],
)
def test_a_printer_that_cannot_print_never_closes_number_taking(
    stage: Stage, citizen: Citizen, order: str, mend: str, fault: str
) -> None:
    stage.printer.ask(order)
    citizen.walk_until("result")
    state = until(lambda: citizen.look().get("ticket") in ("failed", "uncertain") and citizen.look(), "the truth")
    assert state["screen"] == "result"
    assert state["ticket"] == "failed"
    assert last_ticket(stage)["fault"] == fault
    assert not [name for name in state["texts"] if "请取走小票" in name]
    citizen.leave()
    stage.printer.ask(mend)
    before = citizen.tickets()
    citizen.visit("number", "zh-Hans", "resident")
    assert citizen.tickets() == before + 1, "the refill printed something of before, or nothing at all"


def test_a_dead_printer_is_flagged_for_staff_at_the_centre(stage: Stage, citizen: Citizen) -> None:
    stage.printer.ask("unplug")
    citizen.walk_until("result")
    until(lambda: citizen.look().get("ticket") == "failed", "the truth")
    citizen.leave()
    stage.printer.ask("replug")
    counts = until(
        lambda: (
            (found := stage.ask("central", "counts", "--config", str(stage.centre_config), "--json"))
            and found["cases"] > found["tickets_printed"]
            and found
        ),
        "the centre to know",
    )
    assert counts["cases"] > counts["tickets_printed"]


def test_a_dead_reader_closes_what_needs_it_and_it_opens_by_itself(stage: Stage, citizen: Citizen) -> None:
    citizen.await_screen("attract")
    stage.reader.ask("unplug")
    citizen.press("attract")
    citizen.await_screen("home")
    citizen.choose_filing()
    until(lambda: "main" in citizen.look()["disabled"], "the button to grey")
    stage.reader.ask("replug")
    until(lambda: "main" not in citizen.look()["disabled"], "the button to come back")
    citizen.leave()


def test_a_card_left_behind_is_nobodys_card(stage: Stage, citizen: Citizen) -> None:
    citizen.walk_until("card")
    os.kill(citizen.process, 9)
    stage.reader.ask("put_card", card="resident")
    citizen.await_another(citizen.process)
    time.sleep(1.5)  # long enough for ten polls of the reader
    assert citizen.look()["screen"] == "attract", "a card that lay there before was read"
    stage.reader.ask("lift_card")
    until(lambda: not [event for event in stage.trail() if event["event"] == "card_left"][-1]["lying"], "the card gone")
    citizen.visit("number", "zh-Hans", "resident")


def test_nothing_personal_is_in_any_file_of_the_terminal(stage: Stage, citizen: Citizen) -> None:
    citizen.visit("filing", "zh-Hans", "resident")
    canaries = [text.encode(code) for text in ("张三", "11010519491231002X", "13800138000", "示范路") for code in
                ("utf-8", "utf-16-le", "gb18030")]  # fmt: skip
    files = [path for path in stage.folder.rglob("*") if path.is_file() and "centre" not in path.parts]
    assert [path for path in files if path.name == "terminal.db"]
    found = [(path, canary) for path in files for canary in canaries if _holds(path, canary)]
    assert found == []


def _holds(path: Path, canary: bytes) -> bool:
    try:
        return canary in path.read_bytes()
    except FileNotFoundError:  # one of the running terminal's that has just taken its place
        return False


def test_the_running_terminal_process_has_no_qt_loaded(stage: Stage, citizen: Citizen) -> None:
    citizen.await_screen("attract")
    terminal = Path(f"/proc/{stage.terminal_pid}/maps").read_text(encoding="utf-8")
    visit = Path(f"/proc/{citizen.process}/maps").read_text(encoding="utf-8")
    assert "libQt6" in visit, "the control: a visit process has Qt loaded"
    assert "libQt6" not in terminal
    assert "PySide6" not in terminal
