"""What is known of a locker's doors and boards, and who must act on what is wrong with them."""

from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec

from devices import model
from devices.model import Action, Fault

ACTIONS: Final[dict[str, Action]] = {
    "locker.polarity_unproved": Action.CONFIGURATION,
    "locker.door_unknown": Action.CONFIGURATION,
    "locker.board_silent": Action.MAINTENANCE,
    "locker.board_failed": Action.MAINTENANCE,
    "locker.board_busy": Action.RESET,
    "locker.order_refused": Action.CONFIGURATION,
    "locker.sensor_unreadable": Action.MAINTENANCE,
    "locker.already_open": Action.CLEAR,
    "locker.did_not_open": Action.CLEAR,
    "locker.not_confirmed": Action.CLEAR,
    "locker.coil_not_released": Action.MAINTENANCE,
    "locker.commissioning_failed": Action.CLEAR,
    "locker.not_asked_for": Action.CONFIGURATION,
}
FAULTS: Final = tuple(ACTIONS)


class LockerOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one locker is built. Doors count from 1, board after board."""

    family: Literal["8a", "wkly", "modbus"] = "8a"
    first_board: Annotated[int, msgspec.Meta(ge=0, le=247)] = 1
    boards: Annotated[int, msgspec.Meta(ge=1, le=32)] = 1
    """Their addresses follow one another."""
    doors: Annotated[int, msgspec.Meta(ge=1, le=64)] = 12
    """On each board."""
    short_when: Literal["unproved", "closed", "open"] = "unproved"
    """When a door's contact reads as short (11, 01, input set). Commissioning proves it; before, no door is opened."""
    first_lock: Annotated[int, msgspec.Meta(ge=-1, le=1)] = -1
    """The number of a board's first lock on the wire, 0 or 1; -1 until commissioning has proved it."""
    echo: bool = False
    """Whether the adapter hears what it sends."""
    open_seconds: Annotated[float, msgspec.Meta(ge=0.5, le=10.0)] = 3.0
    """How long a lock may take until its door stands open."""
    pulse_ms: Annotated[int, msgspec.Meta(ge=300, le=500)] = 400
    """How long a relay gives a lock its current."""
    door: Annotated[int, msgspec.Meta(ge=1)] = 1
    """The door that commissioning and the check by hand are about."""
    every_door: Literal["never", "by-hand"] = "never"
    """Whether somebody at the locker may open every door by hand; nothing opens more than one by itself."""

    @property
    def proved(self) -> bool:
        """Whether commissioning has been done."""
        return self.short_when != "unproved" and self.first_lock >= 0


class Door(StrEnum):
    """What a door's sensor says."""

    CLOSED = "closed"
    OPEN = "open"
    UNKNOWN = "unknown"


class BoardState(msgspec.Struct, frozen=True):
    """One board and its doors, from the first lock on."""

    address: int
    doors: tuple[Door, ...]
    problem: str = ""
    """The fault key of a board whose sensors could not be asked."""


class LockerState(msgspec.Struct, frozen=True):
    """Every board by itself: one that is silent says nothing of the others."""

    proved: bool
    boards: tuple[BoardState, ...]
    coils_held: bool = False
    """A relay was told to let go of a lock's coil and has not said that it did."""

    def as_json(self) -> dict[str, object]:
        """For the command line and reports."""
        plain: dict[str, object] = msgspec.to_builtins(self)
        return plain

    def fault(self) -> Fault | None:
        """What somebody must do something about, the worst first."""
        unwell = [board for board in self.boards if board.problem]
        if len(unwell) == len(self.boards):
            return _fault(unwell[0].problem, unwell)
        if self.coils_held:
            return locker_fault("locker.coil_not_released")
        if unwell:
            key = unwell[0].problem
            return _fault(key if key in ACTIONS else "locker.board_silent", unwell)
        if not self.proved:
            return locker_fault("locker.polarity_unproved")
        unreadable = [number for number, door in enumerate(self.doors(), 1) if door is Door.UNKNOWN]
        if unreadable:
            return locker_fault("locker.sensor_unreadable", f"door {', '.join(map(str, unreadable))}")
        return None

    def doors(self) -> tuple[Door, ...]:
        """Every door in the order of its number."""
        return tuple(door for board in self.boards for door in board.doors)


class OpenOutcome(msgspec.Struct, frozen=True):
    """`opened`: its sensor says so. `failed`: it is known to be closed, or nothing was sent. Else `uncertain`.

    Nobody may order an uncertain door to open again by himself: it may stand open with somebody's things in it.
    """

    result: Literal["opened", "failed", "uncertain"]
    evidence: str
    fault: Fault | None = None


class DoorMoved(msgspec.Struct, frozen=True):
    """A board said that a door moved; the state is what the sensor said when it was asked afterwards."""

    door: int
    state: Door


def locker_fault(key: str, detail: str = "") -> Fault:
    """One of the faults of this kind."""
    return Fault(key, ACTIONS[key], detail)


def _fault(key: str, boards: list[BoardState]) -> Fault:
    detail = f"board {', '.join(str(board.address) for board in boards)}"
    return locker_fault(key, detail) if key in ACTIONS else model.fault(key, detail)
