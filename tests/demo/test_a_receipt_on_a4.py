"""A filing's receipt from the finger on the glass to the printer's tray, the journal and the centre."""

import os
import signal
from typing import Any

import pytest

from kiosk.demo.citizen import Citizen
from kiosk.demo.stage import Stage
from tests.waiting import until

pytestmark = pytest.mark.slow

DOCUMENT_PRINTER = """
[devices.document_printer]
port = "simulator:document-printer?seconds-a-side=0.2"
"""


@pytest.fixture(scope="module", autouse=True)
def fitted(stage: Stage) -> None:
    """The terminal has a document printer from its second start on."""
    stage.stop_terminal()
    settings = stage.config.read_text(encoding="utf-8")
    stage.config.write_text(settings + DOCUMENT_PRINTER, encoding="utf-8")
    stage.start_terminal()


def documents(stage: Stage) -> list[dict[str, Any]]:
    """What the trail says of documents."""
    return [event for event in stage.trail() if event["event"] == "document_finished"]


def file_up_to_the_result(citizen: Citizen, stage: Stage) -> None:
    """A whole filing."""
    citizen.await_screen("attract")
    until(lambda: [e for e in stage.trail() if e["event"] == "device_up" and e["device"] == "document_printer"], "it")
    citizen.press("attract")
    citizen.await_screen("home")
    citizen.choose_filing()
    citizen.press("main")
    citizen.await_screen("card")
    stage.reader.ask("put_card", card="resident")
    citizen.await_screen("person")
    citizen._file()
    citizen.await_screen("result")


def test_the_receipt_comes_out_once_and_the_screen_says_so_after_the_journal(stage: Stage, citizen: Citizen) -> None:
    file_up_to_the_result(citizen, stage)
    citizen.press("receipt")
    until(lambda: any("请取走 A4 回执" in text for text in citizen.look()["texts"]), "the receipt")
    (found,) = documents(stage)
    assert (found["outcome"], found["pages_out"]) == ("printed", 1)
    assert "receipt" not in citizen.look().get("names", [])
    citizen.leave()


def test_a_citizen_who_is_gone_leaves_no_page_behind(stage: Stage, citizen: Citizen) -> None:
    before = len(documents(stage))
    file_up_to_the_result(citizen, stage)
    citizen.press("receipt")
    process = citizen.process

    os.kill(process, signal.SIGKILL)
    citizen.await_another(process)
    found = until(lambda: documents(stage)[before:], "the end of the document")[0]
    assert found["outcome"] in ("failed", "printed", "uncertain")
    assert found["outcome"] != "printed" or found["pages_out"] == 1
    stage.reader.ask("lift_card")
