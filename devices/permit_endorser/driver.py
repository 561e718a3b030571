"""A machine that takes a travel permit in, prints an endorsement on it once, and gives it back."""

import time
from collections.abc import Callable
from typing import Final

import msgspec

from devices import model
from devices.kind import Finding, HealthCheck, Kind, Level, Probe, over_a_line
from devices.model import DeviceError
from devices.parts import numbered
from devices.parts.numbered_talk import NumberedTalk
from devices.permit_endorser.protocol import (
    Machine,
    Order,
    Permit,
    Place,
    Status,
    Work,
    decode_machine,
    decode_permit,
    encode_job,
)
from devices.permit_endorser.state import (
    FAULTS,
    EndorseOutcome,
    EndorserState,
    GivenBack,
    Taken,
    endorser_fault,
    state_of,
)
from devices.port import BytePort, Deadline
from devices.tally import Tally

_LOOK_EVERY: Final = 0.15
_BACK_SECONDS: Final = 6.0
"""How long the machine may take to move a permit from inside into its mouth."""
NOTHING_BEGUN: Final = "the machine has not begun"


class EndorserOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs between models."""

    print_seconds: float = 20.0
    """One endorsement, printed and dried."""


class PermitEndorser:
    """One machine on one line. Every call ends by its deadline; failures are DeviceErrors."""

    def __init__(self, port: BytePort, options: EndorserOptions | None = None) -> None:
        self.tally = Tally()
        self._options = options or EndorserOptions()
        self._talk = NumberedTalk(port, self.tally)

    def status(self) -> EndorserState:
        """Ask it. Raises DeviceError when it is silent, garbled or says what no such machine says."""
        return state_of(self._machine())

    def inherit(self, before: object | None) -> None:  # noqa: ARG002 - whoever began it is gone
        """A permit inside belongs to a job of an earlier process or before a power cut: it goes back to the mouth."""
        try:
            if self._machine().place is Place.INSIDE:
                self._order(Order.GIVE_BACK)
                self.tally.add("given_back_unasked")
        except DeviceError:
            return  # the first look says what is wrong

    def take_in(self, deadline: Deadline, cancelled: Callable[[], bool] = lambda: False) -> Taken:
        """Open the mouth, wait for a permit, read it. What cannot be read goes back into the mouth.

        Raises `none_inserted` when nobody put one in, `unreadable`, and `occupied` for one that lay there before.
        """
        if self._machine().place is not Place.NONE:
            raise DeviceError(endorser_fault("permit_endorser.occupied"))
        self._order(Order.OPEN)
        while (now := self._machine()).place is not Place.INSIDE:
            if now.place is Place.JAMMED:
                raise DeviceError(endorser_fault("permit_endorser.jammed"))
            if deadline.expired or cancelled():
                self._order(Order.SHUT)
                if self._machine().place is Place.INSIDE:  # it went in at the last moment
                    break
                raise DeviceError(endorser_fault("permit_endorser.none_inserted"))
            time.sleep(_LOOK_EVERY)
        permit = self._read()
        if permit is None:
            self.tally.add("reads_failed")
            self.give_back(Deadline.after(_BACK_SECONDS))
            raise DeviceError(endorser_fault("permit_endorser.unreadable"))
        self.tally.add("permits_taken_in")
        return Taken(permit.tail, permit.valid_until)

    def endorse(self, job: str, text: str) -> EndorseOutcome:
        """Print `text` on the permit inside. `job` (hex of sixteen bytes) said again prints nothing twice.

        Never raises for the machine: what it cannot say of the job is uncertain.
        """
        until = Deadline.after(self._options.print_seconds)
        try:
            status, _ = self._talk.ask(Order.ENDORSE, encode_job(job, text), deadline=until)
        except DeviceError as error:
            return self._asked_for(job, until, error)
        if status != Status.DONE:
            fault = endorser_fault("permit_endorser.not_printed", f"status {status:02X}")
            return EndorseOutcome("failed", NOTHING_BEGUN, fault)
        return self._asked_for(job, until, None)

    def give_back(self, deadline: Deadline) -> GivenBack:
        """Put what is inside into the mouth and wait for a hand until the deadline; say where it is then."""
        self._order(Order.GIVE_BACK)
        came_out = Deadline.after(_BACK_SECONDS)
        while (place := self._machine().place) is Place.INSIDE and not came_out.expired:
            time.sleep(_LOOK_EVERY)
        if place in (Place.INSIDE, Place.JAMMED):
            return GivenBack("stuck", endorser_fault("permit_endorser.not_given_back"))
        while (place := self._machine().place) is Place.MOUTH and not deadline.expired:
            time.sleep(_LOOK_EVERY)
        if place is Place.NONE:
            self._order(Order.SHUT)
            self.tally.add("permits_given_back")
        return GivenBack("taken" if place is Place.NONE else "mouth")

    def keep(self) -> GivenBack:
        """Nobody took it: into the locked box, for staff."""
        self._order(Order.KEEP)
        until = Deadline.after(_BACK_SECONDS)
        while (now := self._machine()).place in (Place.MOUTH, Place.INSIDE) and not until.expired:
            time.sleep(_LOOK_EVERY)
        if now.place is not Place.NONE:
            return GivenBack("stuck", endorser_fault("permit_endorser.not_given_back"))
        self.tally.add("permits_kept")
        return GivenBack("kept")

    def close(self) -> None:
        """Let go of the line."""
        self._talk.close()

    def _asked_for(self, job: str, until: Deadline, problem: DeviceError | None) -> EndorseOutcome:
        """Ask what became of a job until the machine knows. A machine that forgot it has printed nothing of it."""
        while True:
            try:
                now = self._machine()
            except DeviceError as error:
                problem = error
                if until.expired or error.fault.key in model.LOST:
                    return EndorseOutcome("uncertain", error.fault.key, endorser_fault("permit_endorser.not_known"))
                continue
            if now.job != job.lower():
                key = problem.fault if problem else endorser_fault("permit_endorser.not_printed")
                return EndorseOutcome("failed", NOTHING_BEGUN, key)
            match now.work:
                case Work.PRINTED:
                    self.tally.add("endorsements")
                    return EndorseOutcome("printed", "the machine says so of this job")
                case Work.BLANK:
                    return EndorseOutcome(
                        "failed", "nothing was printed", endorser_fault("permit_endorser.not_printed")
                    )
                case Work.UNDER_WAY if not until.expired:
                    time.sleep(_LOOK_EVERY)
                case _:
                    return EndorseOutcome("uncertain", now.work.value, endorser_fault("permit_endorser.not_known"))

    def _machine(self) -> Machine:
        status, data = self._talk.ask(Order.STATE)
        found = decode_machine(data) if status == Status.DONE else None
        if found is None:
            raise DeviceError(endorser_fault("permit_endorser.not_understood", "STATE"))
        return found

    def _read(self) -> Permit | None:
        status, data = self._talk.ask(Order.READ, deadline=Deadline.after(4.0))
        return decode_permit(data) if status == Status.DONE else None

    def _order(self, order: Order) -> None:
        status, _ = self._talk.ask(order)
        if status == Status.JAMMED:
            raise DeviceError(endorser_fault("permit_endorser.jammed", order.name))
        if status == Status.NOT_UNDERSTOOD:
            raise DeviceError(endorser_fault("permit_endorser.not_understood", order.name))


def _takes_one_in(machine: PermitEndorser, deadline: Deadline) -> tuple[Finding, ...]:
    """Somebody puts a permit in; it is read and given back, nothing is printed."""
    taken = machine.take_in(deadline)
    back = machine.give_back(Deadline.after(10.0))
    return (
        Finding("permit read", ok=True, found=f"…{taken.tail}"),
        Finding("given back", back.how == "taken", back.how),
    )


def _answers(machine: PermitEndorser, _: Deadline) -> tuple[Finding, ...]:
    state = machine.status()
    fault = state.fault()
    return (
        Finding("machine", ok=fault is None, found=fault.key if fault else "ready"),
        Finding("permits in the box", ok=None, found=str(state.kept)),
    )


def _recognise(answer: bytes) -> str | None:
    found = [frame for frame in numbered.FrameReader().feed(answer) if frame.code == Order.STATE | numbered.ANSWER]
    return "" if any(decode_machine(frame.data[1:]) for frame in found) else None


BY_HAND: Final[dict[str, Callable[[PermitEndorser], dict[str, object]]]] = {
    "status": lambda machine: machine.status().as_json(),
    "give-back": lambda machine: {"permit": machine.give_back(Deadline.after(10.0)).how},
}
"""What `./suiban device permit-endorser PORT …` can do. Nothing is endorsed by hand."""

KIND: Final = Kind(
    name="permit-endorser",
    title="permit endorser (takes a travel permit in)",
    schemes=("serial", "tcp", "simulator"),
    options=EndorserOptions,
    open=over_a_line(PermitEndorser),
    redaction=numbered.Redaction,
    simulator="devices.permit_endorser.simulator",
    actions=BY_HAND,
    checks=(HealthCheck(Level.INTERNAL, _answers), HealthCheck(Level.INTERACTIVE, _takes_one_in)),
    faults=FAULTS,
    probe=Probe(
        (115200, 57600, 38400, 19200, 9600),
        numbered.encode(numbered.Frame(1, Order.STATE)),
        _recognise,
        leaves_no_trace=False,
    ),
)
