"""What a worker needs of a driver."""

from typing import Protocol, runtime_checkable

from devices.model import DeviceState
from devices.tally import Tally


class Driver(Protocol):
    """What a worker needs of a driver."""

    tally: Tally

    def status(self) -> DeviceState:
        """The device's state; DeviceError when it cannot be used."""

    def close(self) -> None:
        """Let go of the line; never raises."""


@runtime_checkable
class Resting(Protocol):
    """A driver whose device stays switched on for a repeated job, such as a scanner's light."""

    def rest(self) -> None:
        """The repeated job has ended: switch the device off."""
