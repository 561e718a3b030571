"""The locker as a kind of device: what can be done by hand, how it is checked and found. The doors are in doors.py."""

import sys
import time
from collections.abc import Callable
from typing import Final

from devices.kind import Finding, HealthCheck, Kind, Level, Probe, over_a_line
from devices.locker.commissioning import Step
from devices.locker.doors import Locker
from devices.locker.family_8a import Family8A
from devices.locker.family_wkly import FamilyWkly
from devices.locker.protocol import AskBoard, AskLock, BoardSeen, LockSeen, OpenEvery
from devices.locker.state import FAULTS, Door, LockerOptions, LockerState, OpenOutcome, locker_fault
from devices.model import DeviceError
from devices.port import Deadline
from devices.recording.recorder import Direction
from devices.sentences import all_sentences

__all__ = ["BY_HAND", "Door", "Locker", "LockerOptions", "LockerState", "OpenOutcome"]

_COMMISSION_SECONDS: Final = 120.0


def _open(locker: Locker) -> dict[str, object]:
    """Open the door the options name."""
    outcome = locker.open(locker.options.door)
    if outcome.fault is not None and outcome.result != "opened":
        raise DeviceError(outcome.fault)
    return {"door": locker.options.door, "result": outcome.result, "evidence": outcome.evidence}


def _open_every(locker: Locker) -> dict[str, object]:
    """Open every door: only for somebody who stands there and has said so in the options."""
    options = locker.options
    if options.every_door != "by-hand":
        raise DeviceError(locker_fault("locker.not_asked_for", "every_door = by-hand"))
    if locker.boards.family.pulses:  # a supply that is made for one lock must not feed all of them at once
        return {"doors": [locker.open(number).result for number in range(1, options.boards * options.doors + 1)]}
    for board in range(options.first_board, options.first_board + options.boards):
        fault = locker.boards.order(OpenEvery(board), Deadline.after(1.0))
        if fault is not None:
            raise DeviceError(fault)
    time.sleep(options.open_seconds)
    return {"doors": [door.value for door in locker.status().doors()]}


def _say(step: Step) -> None:
    """Tell whoever stands at the locker what comes next, beside the result on standard output."""
    sys.stderr.write(f"{all_sentences()[f'locker_step.{step}'].what['en']}\n")
    sys.stderr.flush()


BY_HAND: Final[dict[str, Callable[[Locker], dict[str, object]]]] = {
    "status": lambda locker: locker.status().as_json(),
    "open": _open,
    "commission": lambda locker: locker.commission(Deadline.after(_COMMISSION_SECONDS), _say),
    "open-every": _open_every,
}
"""What `./suiban device locker PORT …` can do."""


def _answers(locker: Locker, _: Deadline) -> tuple[Finding, ...]:
    state = locker.status()
    boards = tuple(
        Finding(f"board {board.address}", ok=not board.problem, found=board.problem or _counted(board.doors))
        for board in state.boards
    )
    fault = state.fault()
    return (*boards, Finding("locker", ok=fault is None, found=fault.key if fault else "ready"))


def _counted(doors: tuple[Door, ...]) -> str:
    return ", ".join(f"{count} {door.value}" for door in Door if (count := doors.count(door)))


def _opens_one(locker: Locker, deadline: Deadline) -> tuple[Finding, ...]:
    """The one door the options name opens; whoever asked for this stands beside it and closes it again."""
    number = locker.options.door
    outcome = locker.open(number)
    proven = {"opened": True, "failed": False, "uncertain": None}[outcome.result]
    opened = Finding(f"door {number} opens", proven, outcome.fault.key if outcome.fault else outcome.evidence)
    if outcome.result != "opened":
        return (opened,)
    while locker.door(number) is Door.OPEN and not deadline.expired:
        time.sleep(min(0.2, deadline.left()))
    door = locker.door(number)
    return (opened, Finding(f"door {number} closed again", ok=door is Door.CLOSED, found=door.value))


def _recognise(answer: bytes) -> str | None:
    return "8a" if any(isinstance(one, LockSeen) for one in Family8A().answer_reader().feed(answer)) else None


def _recognise_wkly(answer: bytes) -> str | None:
    return "wkly" if any(isinstance(one, BoardSeen) for one in FamilyWkly().answer_reader().feed(answer)) else None


def _everything(_: Direction, piece: bytes) -> bytes:
    """Boards and locks have numbers, not names: all of it may be kept."""
    return piece


KIND: Final = Kind(
    name="locker",
    title="locker (RS-485 boards)",
    schemes=("serial", "tcp", "simulator"),
    options=LockerOptions,
    open=over_a_line(Locker),
    redaction=lambda: _everything,
    simulator="devices.locker.simulator",
    actions=BY_HAND,
    checks=(HealthCheck(Level.INTERNAL, _answers), HealthCheck(Level.INTERACTIVE, _opens_one)),
    faults=FAULTS,
    probe=Probe((9600, 19200, 115200), Family8A().encode(AskLock(1, 1)), _recognise, leaves_no_trace=False),
    other_makes=(
        Probe((9600, 19200, 115200), FamilyWkly().encode(AskBoard(1, 1, 1)), _recognise_wkly, leaves_no_trace=False),
    ),
)
