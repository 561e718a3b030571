"""The UPS behind NUT's upsd: what it says of mains and battery. It is only asked, never ordered."""

import time
from collections.abc import Callable
from typing import Final

import msgspec

from devices import model
from devices.kind import Finding, HealthCheck, Kind, Level, over_a_line
from devices.model import DeviceError
from devices.port import BytePort, Deadline
from devices.power.protocol import (
    Answer,
    Begin,
    End,
    LineReader,
    ListUps,
    ListVariables,
    Refused,
    Request,
    Strange,
    Ups,
    Variable,
    decode_answer,
    encode_request,
)
from devices.power.state import FAULTS, PowerState, Source, fault_of_error, power_fault, state_of
from devices.recording.recorder import Direction
from devices.tally import Tally

__all__ = ["Power", "PowerOptions", "PowerState"]

_ANSWER_SECONDS: Final = 2.0
_MOST_ANSWERS: Final = 500


class PowerOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs between installations."""

    ups: str = ""
    """Its name in ups.conf; empty: the only one there is."""


class Power:
    """One UPS at one upsd. Every call ends by its deadline; whatever is not answered raises, so it is unknown."""

    def __init__(self, port: BytePort, options: PowerOptions | None = None) -> None:
        self.tally = Tally()
        self._port = port
        self._ups = (options or PowerOptions()).ups
        self._was: Source | None = None

    def status(self) -> PowerState:
        """Ask for every variable. Raises DeviceError for any ERR, a silence or a damaged answer."""
        deadline = Deadline.after(_ANSWER_SECONDS)
        name = self._ups or self._only_one(deadline)
        answers = self._ask(ListVariables(name), f"VAR {name}", deadline)
        state = state_of({one.name: one.value for one in answers if isinstance(one, Variable) and one.ups == name})
        if state.source is Source.BATTERY and self._was is Source.MAINS:
            self.tally.add("mains_losses")
        self._was, self._ups = state.source, name
        return state

    def close(self) -> None:
        """Let go of the line."""
        self._port.close()

    def _only_one(self, deadline: Deadline) -> str:
        names = [one.name for one in self._ask(ListUps(), "UPS", deadline) if isinstance(one, Ups)]
        if len(names) != 1:
            raise DeviceError(power_fault("power.unknown_ups", f"there are: {', '.join(names) or 'none'}"))
        return names[0]

    def _ask(self, request: Request, of: str, deadline: Deadline) -> list[Answer]:
        """The answers between BEGIN and END of a list."""
        self._port.discard_input()
        self._port.write(encode_request(request), deadline)
        lines, answers, begun, heard = LineReader(), list[Answer](), False, False
        while chunk := self._port.read(256, deadline):
            heard = True
            for line in lines.feed(chunk):
                answer = decode_answer(line) if line is not None else Strange(0)
                match answer:
                    case Refused(error=error):
                        self.tally.add("refusals")
                        raise DeviceError(fault_of_error(error))
                    case Begin(of=begins) if not begun and begins == of:
                        begun = True
                    case End(of=ends) if begun and ends == of:
                        return answers
                    case Variable() | Ups() if begun and len(answers) < _MOST_ANSWERS:
                        answers.append(answer)
                    case _ if begun:
                        self._fail("device.garbled", of)
                    case _:
                        pass  # what was still on its way when the question went out
        self._fail("device.garbled" if heard else "device.silent", of)
        return answers

    def _fail(self, key: str, of: str) -> None:
        self.tally.add("timeouts" if key == "device.silent" else "damaged_answers")
        raise DeviceError(model.fault(key, of))


def _findings(state: PowerState) -> tuple[Finding, ...]:
    fault = state.fault()
    unknown = state.source is Source.UNKNOWN
    charge = "unknown" if state.charge_percent is None else f"{state.charge_percent} %"
    return (
        Finding("source", ok=None if unknown else state.source is Source.MAINS, found=state.source.value),
        Finding("battery", ok=None if unknown else fault is None, found=fault.key if fault else "ready"),
        Finding("charge", ok=None if state.charge_percent is None else state.charge_percent >= 50, found=charge),
    )


def _answers(power: Power, _: Deadline) -> tuple[Finding, ...]:
    return _findings(power.status())


def _survives_without_mains(power: Power, deadline: Deadline) -> tuple[Finding, ...]:
    """Somebody pulls the plug of the UPS and puts it back."""
    seen = list[str]()
    while not deadline.expired and seen[-2:] != ["battery", "mains"]:
        source = power.status().source.value
        if seen[-1:] != [source]:
            seen.append(source)
        time.sleep(min(0.5, deadline.left()))
    return (Finding("plug pulled and put back", ok=seen[-2:] == ["battery", "mains"], found=" ".join(seen)),)


def _everything(_: Direction, piece: bytes) -> bytes:
    """A UPS knows nothing of persons: all of it may be kept."""
    return piece


BY_HAND: Final[dict[str, Callable[[Power], dict[str, object]]]] = {"status": lambda power: power.status().as_json()}
"""What `./suiban device power PORT …` can do."""

KIND: Final = Kind(
    name="power",
    title="power (a UPS behind NUT)",
    schemes=("tcp", "simulator"),
    options=PowerOptions,
    open=over_a_line(Power),
    redaction=lambda: _everything,
    simulator="devices.power.simulator",
    actions=BY_HAND,
    checks=(HealthCheck(Level.INTERNAL, _answers), HealthCheck(Level.INTERACTIVE, _survives_without_mains)),
    faults=FAULTS,
)
