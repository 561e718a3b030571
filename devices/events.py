"""What a worker tells the rest of the house: past tense, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from devices.model import Fault


@dataclass(frozen=True)
class DeviceUp:
    """The device answers."""

    name: str
    state: object
    at: datetime


@dataclass(frozen=True)
class DeviceDown:
    """The device cannot be used; posted once, and again only when the fault changes."""

    name: str
    fault: Fault
    at: datetime


@dataclass(frozen=True)
class StateSeen:
    """The device's state changed."""

    name: str
    state: object
    at: datetime


@dataclass(frozen=True)
class JobDone:
    """A job returned. The result may be personal: do not log it."""

    name: str
    token: object
    result: object


@dataclass(frozen=True)
class JobFailed:
    """A job ended with a fault."""

    name: str
    token: object
    fault: Fault
    begun: bool = False
    """Whether the driver had been given it; False: it was refused, and nothing was sent."""


@dataclass(frozen=True)
class Counted:
    """What was counted since the last of these: the driver's own words, and `jobs`, `faults.KEY`, `powered_seconds`."""

    name: str
    counts: Mapping[str, float]
