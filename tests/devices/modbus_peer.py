"""A relay and input board played by pymodbus, RTU frames over TCP: `python -m tests.devices.modbus_peer PORT`.

Coil n releases lock n; input n is set while door n stands open. Letting the coil go does not close the door.
"""

import asyncio
import sys
from collections.abc import Sequence

from pymodbus import FramerType
from pymodbus.constants import ExcCodes
from pymodbus.server import StartAsyncTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

_READ_INPUTS = 2
_WRITE_COIL = 5


class Doors:
    """What coils and inputs share: the doors."""

    def __init__(self) -> None:
        self._open = 0

    def meet(self, function: int, address: int, registers: list[int], values: Sequence[int | bool] | None) -> None:
        """Before each access; `registers` are the sixteen bits each that pymodbus answers from."""
        if function == _WRITE_COIL and values and values[0]:
            self._open |= 1 << address
        if function == _READ_INPUTS:
            registers[0] = self._open


def _bits(*on: int) -> list[SimData]:
    return [SimData(0, values=[place in on for place in range(16)], datatype=DataType.BITS)]


async def main(port: int) -> None:
    """Serve until killed; unit 1 has the doors, unit 7 inputs of which the first is set."""
    doors = Doors()
    none = [SimData(0, values=0, datatype=DataType.REGISTERS)]

    async def action(
        function: int,
        _first: int,
        address: int,
        _count: int,
        registers: list[int],
        values: list[int] | list[bool] | None,
    ) -> ExcCodes | None:
        doors.meet(function, address, registers, values)
        return None

    devices = [
        SimDevice(1, simdata=(_bits(), _bits(), none, none), action=action),
        SimDevice(7, simdata=(_bits(), _bits(0), none, none)),
    ]
    await StartAsyncTcpServer(devices, address=("127.0.0.1", port), framer=FramerType.RTU)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
