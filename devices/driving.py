"""What a worker needs of a driver."""

from collections.abc import Callable
from typing import Protocol, TypeVar, runtime_checkable

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


@runtime_checkable
class Inheriting(Protocol):
    """A driver whose device may still hold work of an earlier process, which only its next owner may touch."""

    def inherit(self, before: object | None) -> None:
        """The device is this process's alone; `before`: the driver of the connection before, closed. Never raises."""


D = TypeVar("D", bound=Driver)


def as_owner(connect: Callable[[], D]) -> Callable[[], D]:
    """Connecting as the terminal does. Whoever only looks, by hand or for a check, leaves what is under way alone."""
    before: D | None = None

    def connected() -> D:
        nonlocal before
        driver = connect()
        owner: object = driver
        if isinstance(owner, Inheriting):
            owner.inherit(before)
        before = driver
        return driver

    return connected
