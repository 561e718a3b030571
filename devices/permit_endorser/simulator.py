"""A permit endorser: hands put permits in and take them out, the printing takes its time, power goes in the middle."""

import time
from collections.abc import Mapping
from typing import Final

import msgspec

from devices.parts import numbered
from devices.permit_endorser.protocol import (
    Machine,
    Order,
    Permit,
    Place,
    Ribbon,
    Status,
    Work,
    decode_job,
    encode_machine,
    encode_permit,
)
from devices.simulation.faults import Where

LINE: Final = "pty"
ADDRESS: Final = "serial:{port}"
OPTIONS: Final = {
    "seconds": ("0.4", "how long printing an endorsement takes"),
    "number": ("CB1230017", "the number of the permit that is put in by itself, once the mouth opens; empty: nobody's"),
}
_VALID_UNTIL: Final = "20310520"


class SimulatedEndorser:
    """The machine's side of the line."""

    where = Where(length_at=2)

    def __init__(self, seconds: float, number: str) -> None:
        self.contradicting = False
        self._frames = numbered.FrameReader()
        self._now = Machine(Place.NONE, Ribbon.FULL)
        self._seconds = seconds
        self._number = number
        self._permit: Permit | None = None
        self._readable = True
        self._open = False
        self._takes_back = True
        """A hand takes what comes out."""
        self._printing_until = 0.0
        self._fails = ""
        self._printed: list[str] = []
        self._last_text = ""

    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:  # noqa: ARG002 - one line, one peer
        """See SimulatedDevice."""
        self._goes_on()
        return [self._answer(frame) for frame in self._frames.feed(chunk) if not frame.answer]

    def ordered(self, order: Mapping[str, object]) -> list[bytes]:
        """See SimulatedDevice."""
        match order.get("do"):
            case "put_in":
                self._put_in(str(order.get("number", self._number or "CB1234567")))
                self._readable = bool(order.get("readable", True))
            case "take_out":
                self._leave(Place.MOUTH)
            case "hand":
                self._takes_back = bool(order.get("takes", True))
                self._number = str(order.get("number", self._number))
            case "ribbon":
                self._now = msgspec.structs.replace(self._now, ribbon=Ribbon(str(order.get("to", "out"))))
            case "jam":
                self._now = msgspec.structs.replace(self._now, place=Place.JAMMED)
            case "empty":
                self._now = Machine(Place.NONE, Ribbon.FULL, job=self._now.job, work=self._now.work)
                self._permit, self._open, self._fails = None, False, ""
            case "next_job":
                self._fails = str(order.get("ends", ""))
            case "power_cut":
                self._power_cut()
            case unknown:
                raise ValueError(f"no order {unknown!r}")
        return []

    def restarted(self) -> None:
        """See SimulatedDevice: job and permit outlive it, the mouth shuts."""
        self._power_cut()

    def state(self) -> dict[str, object]:
        """See SimulatedDevice."""
        self._goes_on()
        plain: dict[str, object] = msgspec.to_builtins(self._now)
        return plain | {"endorsements": len(self._printed), "text": self._last_text, "open": self._open}

    def _answer(self, frame: numbered.Frame) -> bytes:
        if frame.code not in list(Order):
            return numbered.answer_to(frame, Status.NOT_UNDERSTOOD)
        order = Order(frame.code)
        if order is Order.STATE:
            said = msgspec.structs.replace(self._now, place=Place.JAMMED) if self.contradicting else self._now
            return numbered.answer_to(frame, Status.DONE, encode_machine(said))
        if order is Order.READ:
            if self._now.place is not Place.INSIDE or self._permit is None:
                return numbered.answer_to(frame, Status.NOT_NOW)
            if not self._readable:
                return numbered.answer_to(frame, Status.UNREADABLE)
            return numbered.answer_to(frame, Status.DONE, encode_permit(self._permit))
        return numbered.answer_to(frame, self._move(order, frame.data))

    def _move(self, order: Order, data: bytes) -> Status:
        if self._now.place is Place.JAMMED:
            return Status.JAMMED
        match order:
            case Order.OPEN:
                self._open = True
                if self._number and self._now.place is Place.NONE:
                    self._put_in(self._number)
            case Order.SHUT:
                self._open = False
            case Order.ENDORSE:
                return self._endorse(data)
            case Order.GIVE_BACK if self._now.place is Place.INSIDE:
                self._now = msgspec.structs.replace(self._now, place=Place.MOUTH)
                if self._takes_back:
                    self._leave(Place.MOUTH)
            case Order.KEEP if self._now.place is not Place.NONE:
                self._now = msgspec.structs.replace(self._now, place=Place.NONE, kept=self._now.kept + 1)
                self._permit = None
        return Status.DONE

    def _endorse(self, data: bytes) -> Status:
        job = decode_job(data)
        if job is None:
            return Status.NOT_UNDERSTOOD
        if job[0] == self._now.job and self._now.work is not Work.NONE:
            return Status.DONE
        if self._now.place is not Place.INSIDE or self._now.ribbon is Ribbon.OUT:
            return Status.NOT_NOW
        self._now = msgspec.structs.replace(self._now, job=job[0], work=Work.UNDER_WAY)
        self._printing_until, self._last_text = time.monotonic() + self._seconds, job[1]
        return Status.DONE

    def _goes_on(self) -> None:
        if self._now.work is Work.UNDER_WAY and time.monotonic() >= self._printing_until:
            ends, self._fails = Work(self._fails or Work.PRINTED), ""
            self._now = msgspec.structs.replace(self._now, work=ends)
            if ends is Work.PRINTED:
                self._printed.append(self._now.job)

    def _put_in(self, number: str) -> None:
        if self._open and self._now.place is Place.NONE:
            self._permit, self._readable = Permit(number, _VALID_UNTIL), True
            self._now = msgspec.structs.replace(self._now, place=Place.INSIDE)

    def _leave(self, place: Place) -> None:
        if self._now.place is place:
            self._now = msgspec.structs.replace(self._now, place=Place.NONE)
            self._permit = None

    def _power_cut(self) -> None:
        self._open, self._frames = False, numbered.FrameReader()
        if self._now.work is Work.UNDER_WAY:
            self._now = msgspec.structs.replace(self._now, work=Work.UNKNOWN)


def simulated(options: Mapping[str, str]) -> SimulatedEndorser:
    """The machine, empty, its mouth shut."""
    return SimulatedEndorser(float(options["seconds"]), options["number"])
