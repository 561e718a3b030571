"""A simulated device that answers as a recording says: a fault met in the field happens again on the desk. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from devices.parts.frames import Recorded, Redaction
from devices.simulation.faults import Send
from devices.simulation.simulator_server import SimulatedDevice


@dataclass(frozen=True)
class _Exchange:
    """What the terminal said, and what came until it spoke again."""

    said: Recorded
    came: tuple[Recorded, ...]


class ReplayedDevice:
    """Stands before the simulator of the recording's kind.

    A question found in the recording gets the recorded answer, as late as it came, or none if none came; the search
    goes on behind the one found last and then begins anew. What was redacted is filled: with the simulator's own
    answer where that looks the same, with zeros where it does not. A question nobody recorded gets the simulator's own.
    """

    def __init__(self, device: SimulatedDevice, frames: Sequence[Recorded], redaction: Callable[[], Redaction]) -> None:
        self._device = device
        self._redaction = redaction
        self._exchanges = _exchanges(frames)
        self._next = 0
        self._heard = b""
        self._own: list[bytes | Send] = []
        self.where = device.where
        self.contradicting = False

    def received(self, chunk: bytes, peer: int = 0) -> Sequence[bytes | Send]:
        """See SimulatedDevice."""
        self._heard += chunk
        self._own += self._device.received(chunk, peer)
        answers: list[bytes | Send] = []
        while self._heard and (met := self._met()) is not None:
            own = b"".join(one for one in self._own if isinstance(one, bytes))
            self._own.clear()
            answers += self._answers(met, own)
            self._heard = self._heard[met.said.length :]
        if self._heard and not any(one.said.length > len(self._heard) for one in self._exchanges):
            answers += self._own
            self._heard = b""
            self._own.clear()
        return answers

    def ordered(self, order: Mapping[str, object]) -> Sequence[bytes | Send]:
        """See SimulatedDevice."""
        return self._device.ordered(order)

    def restarted(self) -> None:
        """See SimulatedDevice."""
        self._heard = b""
        self._device.restarted()

    def state(self) -> dict[str, object]:
        """See SimulatedDevice."""
        return {**self._device.state(), "replayed": self._next, "recorded": len(self._exchanges)}

    def _met(self) -> _Exchange | None:
        count = len(self._exchanges)
        for step in range(count):
            at = (self._next + step) % count
            said = self._exchanges[at].said
            if said.length <= len(self._heard) and _holds(self._heard[: said.length], said.shown):
                self._next = at + 1
                return self._exchanges[at]
        return None

    def _answers(self, met: _Exchange, own: bytes) -> list[bytes | Send]:
        answers: list[bytes | Send] = []
        for frame in met.came:
            filled = frame.shown + bytes(frame.length - len(frame.shown))
            if len(own) == frame.length and self._redaction()("in", own) == frame.shown:
                filled = own
            answers.append(Send(filled, max(0, frame.at_us - met.said.at_us) / 1_000_000))
        return answers


def _exchanges(frames: Sequence[Recorded]) -> list[_Exchange]:
    found: list[_Exchange] = []
    for frame in frames:
        if frame.direction == "out" and frame.length:
            found.append(_Exchange(frame, ()))
        elif frame.direction == "in" and found:
            found[-1] = _Exchange(found[-1].said, (*found[-1].came, frame))
    return found


def _holds(heard: bytes, shown: bytes) -> bool:
    """Whether what is shown of a frame, in its order, is in what was heard."""
    rest = iter(heard)
    return all(byte in rest for byte in shown)
