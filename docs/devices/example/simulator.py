"""A call lamp: answers the bytes of the real one, and burns out on order."""

from collections.abc import Mapping
from typing import Final

from devices.simulation.faults import Where
from docs.devices.example.protocol import Order, decode_order, encode_state

LINE: Final = "pty"
ADDRESS: Final = "serial:{port}"
OPTIONS: Final[Mapping[str, tuple[str, str]]] = {}


class SimulatedCallLamp:
    """The lamp's side of the line."""

    where = Where()

    def __init__(self) -> None:
        self.contradicting = False
        self._lit = self._burnt_out = False
        self._heard = b""

    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:  # noqa: ARG002 - one line, one peer
        """See SimulatedDevice."""
        answers = []
        for byte in chunk:
            self._heard = (self._heard + bytes((byte,)))[-3:]
            order = decode_order(self._heard)
            if order is not None:
                self._heard = b""
                if order is not Order.TELL:
                    self._lit = order is Order.ON and not (self._burnt_out or self.contradicting)
                answers.append(encode_state(lit=self._lit))
        return answers

    def ordered(self, order: Mapping[str, object]) -> list[bytes]:
        """See SimulatedDevice."""
        if order.get("do") != "burn_out":
            raise ValueError(f"no order {order.get('do')!r}")
        self._burnt_out, self._lit = True, False
        return []

    def restarted(self) -> None:
        """See SimulatedDevice."""
        self._lit = False

    def state(self) -> dict[str, object]:
        """See SimulatedDevice."""
        return {"lit": self._lit}


def simulated(_: Mapping[str, str]) -> SimulatedCallLamp:
    """The lamp, dark."""
    return SimulatedCallLamp()
