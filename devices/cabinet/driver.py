"""The cabinet around the devices: its door, the operator's switch, a tamper contact, on a Modbus board's inputs."""

import time
from collections.abc import Callable
from typing import Final

from devices import model
from devices.cabinet.protocol import Switch, Wiring, contacts_of
from devices.cabinet.state import FAULTS, CabinetState, fault_of_code, state_of
from devices.kind import Finding, HealthCheck, Kind, Level, Probe, over_a_line
from devices.model import Cover, DeviceError
from devices.parts import modbus
from devices.parts.half_duplex import HalfDuplexLine
from devices.port import BytePort, Deadline
from devices.recording.recorder import Direction
from devices.tally import Tally

__all__ = ["Cabinet", "CabinetState", "Switch", "Wiring"]

_ANSWER_SECONDS: Final = 0.25
_ASKS: Final = 3
"""A question changes nothing, so a missing or damaged answer is asked for again."""


class Cabinet:
    """One input board on one line. Every call ends by its deadline."""

    def __init__(self, port: BytePort, wiring: Wiring | None = None) -> None:
        self.tally = Tally()
        self._wiring = wiring or Wiring()
        self._line = HalfDuplexLine(port, echo=self._wiring.echo)
        self._door: Cover | None = None

    def status(self) -> CabinetState:
        """Ask for every input. Raises DeviceError when the board is silent, garbled or refuses: all is unknown then."""
        problem = model.fault("device.silent")
        for _ in range(_ASKS):
            try:
                state = state_of(contacts_of(self._inputs(), self._wiring))
            except DeviceError as error:
                if error.fault.key in model.LOST:
                    raise
                problem = error.fault
                self.tally.add("questions_failed")
                continue
            if state.door is Cover.OPEN and self._door is Cover.CLOSED:
                self.tally.add("door_openings")
            self._door = state.door
            return state
        raise DeviceError(problem)

    def close(self) -> None:
        """Let go of the line."""
        self._line.close()

    def _inputs(self) -> tuple[bool, ...]:
        question = modbus.ReadInputs(self._wiring.unit, 0, self._wiring.count)
        self._line.unasked()  # belongs to no question of now
        deadline = Deadline.after(_ANSWER_SECONDS)
        self._line.send(modbus.encode_request(question), deadline)
        replies = modbus.ReplyReader()
        while chunk := self._line.read(deadline):
            for reply in replies.feed(chunk):
                match reply:
                    case modbus.Refused(unit=question.unit, function=modbus.READ_INPUTS, code=code):
                        raise DeviceError(fault_of_code(code))
                    case modbus.Inputs(unit=question.unit, bits=bits) if len(bits) == (question.count + 7) // 8 * 8:
                        return bits
                    case _:
                        pass
        key = "device.garbled" if replies.damaged else "device.silent"
        raise DeviceError(model.fault(key, f"unit {question.unit}"))


def _findings(state: CabinetState) -> tuple[Finding, ...]:
    fault = state.fault()
    return (
        Finding("contacts", ok=fault is None, found=fault.key if fault else "ready"),
        Finding("door", ok=None, found=state.door.value if state.door else "not fitted"),
        Finding("switch", ok=None, found=state.switch.value if state.switch else "not fitted"),
    )


def _answers(cabinet: Cabinet, _: Deadline) -> tuple[Finding, ...]:
    return _findings(cabinet.status())


def _notices_a_hand(cabinet: Cabinet, deadline: Deadline) -> tuple[Finding, ...]:
    """Somebody opens the door or turns the switch."""
    before = now = cabinet.status()
    while now == before and not deadline.expired:
        time.sleep(min(0.1, deadline.left()))
        now = cabinet.status()
    changed = [name for name, said in now.as_json().items() if said != before.as_json()[name]]
    return (Finding("a contact that moved", ok=now != before, found=", ".join(changed) or "none"),)


def _recognise(answer: bytes) -> str | None:
    replies = modbus.ReplyReader().feed(answer)
    return "" if any(isinstance(one, (modbus.Inputs, modbus.Refused)) for one in replies) else None


def _everything(_: Direction, piece: bytes) -> bytes:
    """A cabinet knows nothing of persons: all of it may be kept."""
    return piece


BY_HAND: Final[dict[str, Callable[[Cabinet], dict[str, object]]]] = {"status": lambda found: found.status().as_json()}
"""What `./suiban device cabinet PORT …` can do."""

KIND: Final = Kind(
    name="cabinet",
    title="cabinet (door and switch on a Modbus input board)",
    schemes=("serial", "tcp", "simulator"),
    options=Wiring,
    open=over_a_line(Cabinet),
    redaction=lambda: _everything,
    simulator="devices.cabinet.simulator",
    actions=BY_HAND,
    checks=(HealthCheck(Level.INTERNAL, _answers), HealthCheck(Level.INTERACTIVE, _notices_a_hand)),
    faults=FAULTS,
    probe=Probe(
        (9600, 19200, 115200, 38400),
        modbus.encode_request(modbus.ReadInputs(1, 0, 1)),
        _recognise,
        leaves_no_trace=False,
    ),
)
