"""A Modbus input board with a cabinet's door, switch and tamper contact."""

from collections.abc import Mapping
from typing import Final

import msgspec

from devices.cabinet.protocol import Contacts, Switch, Wiring, bits_of
from devices.model import Cover
from devices.parts import modbus
from devices.simulation.faults import Where

LINE: Final = "pty"
ADDRESS: Final = "serial:{port}"
OPTIONS: Final = {
    "unit": ("1", "the board's address"),
    "tamper": ("-1", "the input of the tamper contact; -1: none"),
    "switch": ("run", "where the switch stands: run, maintenance or supervisor"),
}


class SimulatedCabinet:
    """The board's side of the line."""

    where = Where(length_at=2)

    def __init__(self, wiring: Wiring, switch: Switch) -> None:
        self.contradicting = False
        self._wiring = wiring
        self._contacts = Contacts(Cover.CLOSED, switch, tampered=False)
        self._refusing = 0
        self._requests = modbus.RequestReader()

    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:  # noqa: ARG002 - one line, one peer
        """See SimulatedDevice."""
        return [
            modbus.encode_reply(reply) for request in self._requests.feed(chunk) for reply in self._replies(request)
        ]

    def ordered(self, order: Mapping[str, object]) -> list[bytes]:
        """See SimulatedDevice."""
        now = self._contacts
        match order.get("do"):
            case "door_open":
                self._contacts = msgspec.structs.replace(now, door=Cover.OPEN)
            case "door_close":
                self._contacts = msgspec.structs.replace(now, door=Cover.CLOSED)
            case "switch":
                self._contacts = msgspec.structs.replace(now, switch=Switch(str(order.get("to", "run"))))
            case "tamper":
                self._contacts = msgspec.structs.replace(now, tampered=bool(order.get("on", True)))
            case "refuse":
                self._refusing = int(str(order.get("code", 0)))
            case unknown:
                raise ValueError(f"no order {unknown!r}")
        return []

    def restarted(self) -> None:
        """See SimulatedDevice."""
        self._requests = modbus.RequestReader()

    def state(self) -> dict[str, object]:
        """See SimulatedDevice."""
        plain: dict[str, object] = msgspec.to_builtins(self._contacts)
        return plain

    def _replies(self, request: modbus.Request | modbus.Refused) -> list[modbus.Reply]:
        if request.unit != self._wiring.unit:
            return []
        match request:
            case modbus.ReadInputs(unit=unit, first=first, count=count):
                if self._refusing:
                    return [modbus.Refused(unit, modbus.READ_INPUTS, self._refusing)]
                return [modbus.Inputs(unit, self._bits(first, count))]
            case modbus.WriteCoil(unit=unit):
                return [modbus.Refused(unit, modbus.WRITE_COIL, 0x01)]
            case refused:
                return [refused]

    def _bits(self, first: int, count: int) -> tuple[bool, ...]:
        said = msgspec.structs.replace(self._contacts, switch=Switch.UNKNOWN) if self.contradicting else self._contacts
        bits = bits_of(said, self._wiring)
        return tuple(place < len(bits) and bits[place] for place in range(first, first + count))


def simulated(options: Mapping[str, str]) -> SimulatedCabinet:
    """The board of a closed cabinet. Raises ValueError for a choice nobody knows."""
    wiring = Wiring(unit=int(options["unit"]), tamper=int(options["tamper"]))
    return SimulatedCabinet(wiring, Switch(options["switch"]))
