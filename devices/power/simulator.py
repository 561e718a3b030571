"""An upsd with one UPS: mains that come and go, a battery that runs down, errors on demand."""

from collections.abc import Mapping
from typing import Final

from devices.power.protocol import (
    ERRORS,
    Begin,
    Done,
    End,
    LineReader,
    ListUps,
    ListVariables,
    Logout,
    Refused,
    Ups,
    Variable,
    decode_request,
    encode_answer,
)
from devices.simulation.faults import Where

LINE: Final = "tcp"
ADDRESS: Final = "tcp:{port}"
OPTIONS: Final = {"ups": ("kiosk", "the name of the UPS"), "status": ("OL", "ups.status at the start")}


class SimulatedPower:
    """upsd's side of each connection."""

    where = Where()

    def __init__(self, ups: str, status: str) -> None:
        self.contradicting = False
        self._ups = ups
        self._variables = {
            "battery.charge": "100",
            "battery.runtime": "1800",
            "ups.model": "simulated",
            "ups.status": status,
        }
        self._error = ""
        self._lines: dict[int, LineReader] = {}

    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:
        """See SimulatedDevice."""
        if not chunk:
            self._lines.pop(peer, None)
            return []
        return [self._answer(line or "") for line in self._lines.setdefault(peer, LineReader()).feed(chunk)]

    def ordered(self, order: Mapping[str, object]) -> list[bytes]:
        """See SimulatedDevice."""
        match order.get("do"):
            case "mains_off":
                self._variables |= {"ups.status": "OB DISCHRG", "battery.charge": "80", "battery.runtime": "900"}
            case "battery_low":
                self._variables |= {"ups.status": "OB DISCHRG LB", "battery.charge": "9", "battery.runtime": "60"}
            case "mains_on":
                self._variables |= {"ups.status": "OL CHRG"}
            case "set":
                self._variables[str(order["name"])] = str(order["value"])
            case "error":
                self._error = str(order.get("error", ""))
                if self._error not in {"", *ERRORS}:
                    raise ValueError(f"no error {self._error!r}; there are: {', '.join(ERRORS)}")
            case unknown:
                raise ValueError(f"no order {unknown!r}")
        return []

    def restarted(self) -> None:
        """See SimulatedDevice."""
        self._lines.clear()

    def state(self) -> dict[str, object]:
        """See SimulatedDevice."""
        return {"variables": dict(self._variables), "error": self._error or None}

    def _answer(self, line: str) -> bytes:
        match decode_request(line):
            case ListUps():
                return _lines(Begin("UPS"), Ups(self._ups, "simulated"), End("UPS"))
            case ListVariables(ups=ups):
                return self._listed(ups)
            case Logout():
                return encode_answer(Done("Goodbye"))
        return encode_answer(Refused("UNKNOWN-COMMAND"))

    def _listed(self, ups: str) -> bytes:
        if ups != self._ups or self._error:
            return encode_answer(Refused(self._error or "UNKNOWN-UPS"))
        said = self._variables | ({"ups.status": "OL OB"} if self.contradicting else {})
        lines = (Variable(ups, name, value) for name, value in sorted(said.items()))
        return _lines(Begin(f"VAR {ups}"), *lines, End(f"VAR {ups}"))


def _lines(*answers: Begin | End | Ups | Variable) -> bytes:
    return b"".join(encode_answer(answer) for answer in answers)


def simulated(options: Mapping[str, str]) -> SimulatedPower:
    """One upsd with its UPS."""
    return SimulatedPower(options["ups"], options["status"])
