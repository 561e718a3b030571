"""Compares who stands there with the card on the reader. Nothing of anybody is kept: not here, not in the device."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Final

import msgspec

from devices.kind import Finding, HealthCheck, Kind, Level, Probe, over_a_line
from devices.model import DeviceError
from devices.parts import numbered
from devices.parts.numbered_talk import NumberedTalk
from devices.person_matcher.protocol import (
    Order,
    Phase,
    Result,
    Status,
    Way,
    decode_result,
    decode_sensors,
    encode_reference,
    encode_way,
)
from devices.person_matcher.state import FAULTS, MatcherState, Verdict, matcher_fault, state_of, verdict_of
from devices.port import BytePort, Deadline
from devices.tally import Tally

_LOOK_EVERY: Final = 0.15
_COMPARE_SECONDS: Final = 7.0
"""How long somebody has to look at the camera, or to lay a finger down."""


class MatcherOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs between models and places."""

    threshold: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 800
    """The least score that counts as the same person; the maker's table says what false acceptance it stands for."""


class PersonMatcher:
    """One device on one line. Every call ends by its deadline; failures are DeviceErrors."""

    def __init__(self, port: BytePort, options: MatcherOptions | None = None) -> None:
        self.tally = Tally()
        self._options = options or MatcherOptions()
        self._talk = NumberedTalk(port, self.tally)

    def status(self) -> MatcherState:
        """Ask it. Raises DeviceError when it is silent, garbled or says what no such device says."""
        status, data = self._talk.ask(Order.STATE)
        found = decode_sensors(data) if status == Status.DONE else None
        if found is None:
            raise DeviceError(matcher_fault("person_matcher.not_understood", "STATE"))
        return state_of(found)

    def inherit(self, before: object | None) -> None:  # noqa: ARG002 - whoever it was is gone
        """What a visit before left in the device is wiped."""
        with suppress(DeviceError):  # the first look says what is wrong
            self._talk.ask(Order.FORGET)

    def compare(
        self,
        way: Way,
        reference: bytes,
        deadline: Deadline | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Verdict:
        """Whether who stands there is whom `reference` is of. The device forgets both, however this ends.

        Raises `way_not_fitted`, and `reference_unusable` for a card that says nothing of this way.
        """
        until = deadline or Deadline.after(_COMPARE_SECONDS)
        if not reference:
            raise DeviceError(matcher_fault("person_matcher.reference_unusable", "the card says nothing of it"))
        try:
            self._told(Order.REFERENCE, encode_reference(way, reference))
            self._told(Order.BEGIN, encode_way(way))
            verdict = verdict_of(self._result(until, cancelled), self._options.threshold)
        finally:
            self._talk.ask(Order.FORGET)
        self.tally.add("compared")
        if verdict != "same":
            self.tally.add("not_the_same")
        return verdict

    def close(self) -> None:
        """Let go of the line."""
        self._talk.close()

    def _result(self, until: Deadline, cancelled: Callable[[], bool]) -> Result:
        while True:
            status, data = self._talk.ask(Order.RESULT)
            found = decode_result(data) if status == Status.DONE else None
            if found is None:
                raise DeviceError(matcher_fault("person_matcher.not_understood", "RESULT"))
            if found.phase in (Phase.DONE, Phase.NOBODY):
                return found
            if until.expired or cancelled():
                return Result(Phase.NOBODY)
            time.sleep(_LOOK_EVERY)

    def _told(self, order: Order, data: bytes) -> None:
        status, _ = self._talk.ask(order, data)
        match status:
            case Status.DONE:
                return
            case Status.UNUSABLE:
                raise DeviceError(matcher_fault("person_matcher.reference_unusable"))
            case Status.NOT_NOW:
                raise DeviceError(matcher_fault("person_matcher.way_not_fitted"))
            case _:
                raise DeviceError(matcher_fault("person_matcher.not_understood", order.name))


def _answers(matcher: PersonMatcher, _: Deadline) -> tuple[Finding, ...]:
    state = matcher.status()
    fault = state.fault()
    return (
        Finding("device", ok=fault is None, found=fault.key if fault else "ready"),
        Finding("face", ok=None, found="fitted" if state.face else "not fitted"),
        Finding("finger", ok=None, found="fitted" if state.finger else "not fitted"),
    )


def _recognise(answer: bytes) -> str | None:
    found = [frame for frame in numbered.FrameReader().feed(answer) if frame.code == Order.STATE | numbered.ANSWER]
    return "" if any(decode_sensors(frame.data[1:]) for frame in found) else None


BY_HAND: Final[dict[str, Callable[[PersonMatcher], dict[str, object]]]] = {
    "status": lambda matcher: matcher.status().as_json()
}
"""What `./suiban device person-matcher PORT …` can do. Nobody is compared by hand."""

KIND: Final = Kind(
    name="person-matcher",
    title="person matcher (face or finger against the card)",
    schemes=("serial", "tcp", "simulator"),
    options=MatcherOptions,
    open=over_a_line(PersonMatcher),
    redaction=numbered.Redaction,
    simulator="devices.person_matcher.simulator",
    actions=BY_HAND,
    checks=(HealthCheck(Level.INTERNAL, _answers),),
    faults=FAULTS,
    probe=Probe(
        (115200, 57600, 38400, 19200, 9600),
        numbered.encode(numbered.Frame(1, Order.STATE)),
        _recognise,
        leaves_no_trace=False,
    ),
)
