"""Words all devices share. What a device says of itself is one of these, or "unknown"; never the last known value."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Presence(StrEnum):
    """Can the device be spoken to?"""

    ONLINE = "online"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


class Supply(StrEnum):
    """How much of a consumable is left."""

    FULL = "full"
    LOW = "low"
    OUT = "out"
    UNKNOWN = "unknown"


class Cover(StrEnum):
    """A lid or door of the device itself."""

    CLOSED = "closed"
    OPEN = "open"
    UNKNOWN = "unknown"


class Part(StrEnum):
    """One mechanical part of a device, such as a cutter."""

    OK = "ok"
    INOPERABLE = "inoperable"
    UNKNOWN = "unknown"


class Action(StrEnum):
    """Who must act on a fault (CEN/XFS4IoT error actions)."""

    RESET = "reset"  # the software may try again, or the citizen with another card
    CLEAR = "clear"  # somebody on site: paper, jam, a lid
    MAINTENANCE = "maintenance"  # a field engineer
    CONFIGURATION = "configuration"  # whoever set the terminal up
    SUSPEND = "suspend"  # nobody: the device recovers and will report
    SOFTWARE = "software"  # whoever wrote this


class DeviceState(Protocol):
    """What every driver's status() returns: a frozen value that compares equal as long as nothing changed."""

    def as_json(self) -> dict[str, object]:
        """In the device's own words, for the command line, the technician and the centre. Nothing personal."""

    def fault(self) -> "Fault | None":
        """Why the device cannot do its work now; None when nothing known stands against it."""


@dataclass(frozen=True)
class Fault:
    """What went wrong, by key. `detail` is for technicians and never holds anything personal."""

    key: str
    action: Action
    detail: str = ""


class DeviceError(Exception):
    """A device or its line failed in a way that has a name; caught once, in worker.py and cli.py."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.key} {fault.detail}".rstrip())
        self.fault = fault


ACTIONS: dict[str, Action] = {
    "port.address_invalid": Action.CONFIGURATION,
    "device.options_invalid": Action.CONFIGURATION,
    "port.missing": Action.MAINTENANCE,
    "port.busy": Action.CONFIGURATION,
    "port.denied": Action.CONFIGURATION,
    "port.lost": Action.RESET,
    "port.stuck": Action.RESET,
    "device.silent": Action.RESET,
    "device.garbled": Action.MAINTENANCE,
    "device.wrong_kind": Action.CONFIGURATION,
    "device.wrong_baud": Action.CONFIGURATION,
    "device.failed": Action.SOFTWARE,
    "device.stopped": Action.SUSPEND,
    "device.cancelled": Action.SUSPEND,
}

FAULTS: tuple[str, ...] = tuple(ACTIONS)
"""Every fault key that any kind of device can have; each driver adds its own tuple of this name."""

LOST: frozenset[str] = frozenset({"port.missing", "port.busy", "port.denied", "port.lost", "port.stuck"})
"""After one of these the line is closed and must be opened anew."""


def fault(key: str, detail: str = "") -> Fault:
    """One of the faults every device can have."""
    return Fault(key, ACTIONS[key], detail)
