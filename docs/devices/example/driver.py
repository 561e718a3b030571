"""The call lamp: lit, dark or unknown, and never said to be lit before it says so itself."""

from typing import Final

import msgspec

from devices import model
from devices.kind import Finding, HealthCheck, Kind, Level, Probe, over_a_line
from devices.model import DeviceError, Fault
from devices.port import BytePort, Deadline
from devices.tally import Tally
from docs.devices.example.protocol import Order, decode_state, encode_order


class CallLampState(msgspec.Struct, frozen=True):
    """What the lamp says of itself."""

    lit: bool

    def as_json(self) -> dict[str, object]:
        """See DeviceState."""
        return {"lit": self.lit}

    def fault(self) -> Fault | None:
        """See DeviceState: a lamp that answers can do its work."""
        return None


class CallLampOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs between models."""

    answer_seconds: float = 0.3


class CallLamp:
    """One lamp on one line. Every call ends by its deadline; failures are DeviceErrors."""

    def __init__(self, port: BytePort, options: CallLampOptions) -> None:
        self.tally = Tally()
        self._port = port
        self._options = options

    def status(self) -> CallLampState:
        """Ask it."""
        return CallLampState(self._tell(Order.TELL))

    def light(self, *, lit: bool) -> CallLampState:
        """Switch it; what comes back is what the lamp then says, not what it was told."""
        state = CallLampState(self._tell(Order.ON if lit else Order.OFF))
        self.tally.add("switched")
        return state

    def close(self) -> None:
        """Let go of the line."""
        self._port.close()

    def _tell(self, order: Order) -> bool:
        self._port.discard_input()
        self._port.write(encode_order(order), Deadline.after(0.5))
        until, heard = Deadline.after(self._options.answer_seconds), b""
        while chunk := self._port.read(64, until):
            heard += chunk
            if (lit := decode_state(heard)) is not None:
                return lit
        raise DeviceError(model.fault("device.garbled" if heard else "device.silent", order.name))


KIND: Final = Kind(
    name="call-lamp",
    title="call lamp (the tutorial's)",
    schemes=("serial", "tcp", "simulator"),
    options=CallLampOptions,
    open=over_a_line(CallLamp),
    redaction=lambda: lambda _, piece: piece,  # nothing personal is ever on this line
    simulator="docs.devices.example.simulator",
    actions={
        "status": lambda lamp: lamp.status().as_json(),
        "on": lambda lamp: lamp.light(lit=True).as_json(),
        "off": lambda lamp: lamp.light(lit=False).as_json(),
    },
    checks=(HealthCheck(Level.INTERNAL, lambda lamp, _: (Finding("lit", ok=True, found=str(lamp.status().lit)),)),),
    faults=(),
    probe=Probe(
        (9600, 115200), encode_order(Order.TELL), lambda said: None if decode_state(said) is None else "", seconds=0.2
    ),
)
