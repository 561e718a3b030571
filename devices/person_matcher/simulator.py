"""A matcher in front of which somebody stands or does not: who that is, the orders say."""

import time
from collections.abc import Mapping
from typing import Final

from devices.parts import numbered
from devices.person_matcher.protocol import (
    Order,
    Phase,
    Result,
    Sensors,
    Status,
    Way,
    decode_reference,
    decode_way,
    encode_result,
    encode_sensors,
)
from devices.simulation.faults import Where

LINE: Final = "pty"
ADDRESS: Final = "serial:{port}"
OPTIONS: Final = {
    "sensors": ("face+finger", "what is built in: face, finger, face+finger or none"),
    "score": ("950", "how like the card whoever stands there is, 0 to 1000"),
    "seconds": ("0.4", "how long it looks"),
}


class SimulatedMatcher:
    """The device's side of the line."""

    where = Where(length_at=2)

    def __init__(self, sensors: frozenset[str], score: int, seconds: float) -> None:
        self.contradicting = False
        self._frames = numbered.FrameReader()
        self._sensors = sensors
        self._score = score
        self._seconds = seconds
        self._alive = True
        self._there = True
        self._held: tuple[Way, bytes] | None = None
        self._until = 0.0
        self._phase = Phase.IDLE
        self._compared = 0

    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:  # noqa: ARG002 - one line, one peer
        """See SimulatedDevice."""
        return [self._answer(frame) for frame in self._frames.feed(chunk) if not frame.answer]

    def ordered(self, order: Mapping[str, object]) -> list[bytes]:
        """See SimulatedDevice."""
        match order.get("do"):
            case "person":
                self._there = bool(order.get("there", True))
                self._alive = bool(order.get("alive", True))
                self._score = int(str(order.get("score", self._score)))
            case "sensors":
                self._sensors = _sensors(str(order.get("are", "")))
            case unknown:
                raise ValueError(f"no order {unknown!r}")
        return []

    def restarted(self) -> None:
        """See SimulatedDevice: nothing of anybody outlives it."""
        self._held, self._phase, self._frames = None, Phase.IDLE, numbered.FrameReader()

    def state(self) -> dict[str, object]:
        """See SimulatedDevice."""
        return {"holds": self._held is not None, "phase": self._phase.value, "compared": self._compared}

    def _answer(self, frame: numbered.Frame) -> bytes:
        match frame.code:
            case Order.STATE:
                face, finger = (way.value in self._sensors and not self.contradicting for way in Way)
                said = Sensors(face, finger, holds=self._held is not None)
                return numbered.answer_to(frame, Status.DONE, encode_sensors(said))
            case Order.RESULT:
                return numbered.answer_to(frame, Status.DONE, encode_result(self._result()))
            case Order.REFERENCE:
                return numbered.answer_to(frame, self._takes(frame.data))
            case Order.BEGIN:
                return numbered.answer_to(frame, self._begins(frame.data))
            case Order.FORGET:
                self._held, self._phase = None, Phase.IDLE
                return numbered.answer_to(frame, Status.DONE)
            case _:
                return numbered.answer_to(frame, Status.NOT_UNDERSTOOD)

    def _takes(self, data: bytes) -> Status:
        held = decode_reference(data)
        if held is None:
            return Status.NOT_UNDERSTOOD
        if held[0].value not in self._sensors:
            return Status.NOT_NOW
        if not held[1].strip(b"\0"):
            return Status.UNUSABLE
        self._held = held
        return Status.DONE

    def _begins(self, data: bytes) -> Status:
        way = decode_way(data)
        if way is None:
            return Status.NOT_UNDERSTOOD
        if self._held is None or self._held[0] is not way:
            return Status.NOT_NOW
        if self._phase is Phase.IDLE:
            self._phase, self._until = Phase.LOOKING, time.monotonic() + self._seconds
        return Status.DONE

    def _result(self) -> Result:
        if self._phase is Phase.LOOKING and time.monotonic() >= self._until:
            self._phase = Phase.DONE if self._there else Phase.NOBODY
            self._compared += 1
        if self._phase is not Phase.DONE:
            return Result(self._phase)
        return Result(Phase.DONE, self._score, self._alive)


def _sensors(said: str) -> frozenset[str]:
    names = frozenset(said.split("+")) - {"none", ""}
    if not names <= {way.value for way in Way}:
        raise ValueError(f"no sensors {said!r}; there are: face, finger, face+finger, none")
    return names


def simulated(options: Mapping[str, str]) -> SimulatedMatcher:
    """The device, holding nobody. Raises ValueError for sensors nobody knows."""
    return SimulatedMatcher(_sensors(options["sensors"]), int(options["score"]), float(options["seconds"]))
