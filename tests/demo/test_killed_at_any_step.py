"""kill -9 of the visit or of the terminal at any step: no second number, no second ticket, the spare within 1 s."""

import os
import signal
import time
from typing import Final

import pytest

from kiosk.demo.citizen import Citizen
from kiosk.demo.stage import Stage

pytestmark = pytest.mark.slow

STEPS: Final = ("attract", "home", "item", "card", "person", "saving", "result")
SPARE_SECONDS: Final = 1.0


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_visit_is_replaced_and_nothing_is_doubled(stage: Stage, citizen: Citizen, step: str) -> None:
    tickets, cases = citizen.tickets(), len(kept(stage))
    process = citizen.walk_until(step)
    await_spare(stage)
    os.kill(process, signal.SIGKILL)
    began = time.monotonic()
    citizen.await_another(process)
    assert time.monotonic() - began < SPARE_SECONDS + 0.25, "the spare took too long"
    stage.reader.ask("lift_card")
    settle(stage)
    assert citizen.tickets() - tickets <= len(kept(stage)) - cases <= 1
    assert len(set(kept(stage))) == len(kept(stage)), "a number was given twice"
    if step == "result":
        assert len(kept(stage)) - cases == 1, "the case of the visit that was killed is not there"
        citizen.visit("number", "zh-Hans", "resident")
        assert len(set(kept(stage))) == len(kept(stage))


@pytest.mark.parametrize("step", ["card", "saving", "result"])
def test_a_killed_terminal_comes_back_and_doubles_nothing(stage: Stage, citizen: Citizen, step: str) -> None:
    tickets, cases = citizen.tickets(), len(kept(stage))
    citizen.walk_until(step)
    stage.kill_terminal()
    stage.reader.ask("lift_card")
    stage.start_terminal()
    citizen.await_another(0)
    settle(stage)
    assert citizen.tickets() - tickets <= 1
    assert len(kept(stage)) - cases <= 1
    citizen.visit("number", "zh-Hans", "resident")
    assert len(set(kept(stage))) == len(kept(stage))


def await_spare(stage: Stage) -> None:
    """Wait until a spare stands behind the visit."""
    deadline = time.monotonic() + 10
    while _count(stage, "visit_warm") <= _count(stage, "visit_entered"):
        assert time.monotonic() < deadline, "no spare came up"
        time.sleep(0.05)


def _count(stage: Stage, name: str) -> int:
    return sum(event["event"] == name for event in stage.trail())


def kept(stage: Stage) -> list[str]:
    """The numbers the terminal says it has kept, from its audit trail."""
    return [event["number"] for event in stage.trail() if event["event"] == "case_kept" and not event["repeat"]]


def settle(stage: Stage) -> None:
    """Let a ticket that was begun come to its end; a case may wait 0.8 s for its number before that."""
    deadline = time.monotonic() + 8
    while time.monotonic() < deadline:
        before = (stage.printer.ask("state")["state"]["tickets"], len(stage.trail()))
        time.sleep(1.0)
        if before == (stage.printer.ask("state")["state"]["tickets"], len(stage.trail())):
            return
