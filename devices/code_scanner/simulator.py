"""A scanner of any of the three makes: codes are held before it; it reads one a trigger, or by itself after a reset."""

from collections.abc import Mapping
from typing import Final, get_args

from devices.code_scanner import makes
from devices.code_scanner.commands import Order, OrderReader
from devices.code_scanner.makes import MakeName
from devices.code_scanner.protocol import Framing, Terminator, encode_burst
from devices.simulation.faults import Where

LINE: Final = "pty"
ADDRESS: Final = "serial:{port}"
OPTIONS: Final = {
    "make": ("newland", "newland, honeywell or zebra"),
    "terminator": ("cr", "what ends a code: cr, lf, crlf or none"),
    "prefix": ("", "what is sent before each code"),
    "suffix": ("", "what is sent after each code"),
}

_SEGMENT: Final = 240
"""Bytes of a code in one SSI packet."""
_BY_ITSELF, _BY_COMMAND = "by itself", "by command"


class SimulatedCodeScanner:
    """The scanner's side of the line. Switched on it reads whatever it sees, until it is told to wait for triggers."""

    where = Where()

    def __init__(self, make: MakeName, framing: Framing) -> None:
        self.contradicting = False
        self._make = make
        self._framing = framing
        self._orders = OrderReader(make)
        self._mode = _BY_ITSELF
        self._reading = False
        self._held = b""
        self._sent = self._commands = self._acknowledged = 0
        self._refuses = ""

    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:  # noqa: ARG002 - one line, one peer
        """See SimulatedDevice."""
        return [answer for order in self._orders.feed(chunk) for answer in self._answer(order)]

    def ordered(self, order: Mapping[str, object]) -> list[bytes]:
        """See SimulatedDevice."""
        match order.get("do"):
            case "show_code":
                return self._show(_octets(order), hold=bool(order.get("hold")))
            case "take_away":
                self._held = b""
            case "refuse":
                self._refuses = str(order.get("with", "nak"))
            case "set_mode":
                self._mode = _BY_ITSELF if order.get("mode") == "auto" else _BY_COMMAND
            case "say":
                return [bytes.fromhex(str(order.get("hex", "")))]
            case unknown:
                raise ValueError(f"no order {unknown!r}")
        return []

    def restarted(self) -> None:
        """See SimulatedDevice: what was set until the power goes is gone with it."""
        self._mode, self._reading, self._refuses = _BY_ITSELF, False, ""
        self._orders = OrderReader(self._make)

    def state(self) -> dict[str, object]:
        """See SimulatedDevice."""
        return {
            "make": self._make,
            "mode": self._mode,
            "reading": self._reading,
            "sent": self._sent,
            "commands": self._commands,
            "acknowledged": self._acknowledged,
        }

    def _show(self, raw: bytes, *, hold: bool) -> list[bytes]:
        self._held = raw if hold else b""
        return self._scan(raw) if self._reading or self._mode == _BY_ITSELF else []

    def _scan(self, raw: bytes) -> list[bytes]:
        if not raw or self.contradicting:
            return []
        self._reading = False  # one trigger, one code
        self._sent += 1
        if self._make != "zebra":
            return [encode_burst(raw, self._framing)]
        whole = self._framing.prefix + raw + self._framing.suffix
        parts = [whole[at : at + _SEGMENT] for at in range(0, len(whole), _SEGMENT)]
        return [
            makes.ssi(makes.DECODED, b"\x1c" + part, makes.DECODER, makes.MORE_FOLLOWS if part is not parts[-1] else 0)
            for part in parts
        ]

    def _answer(self, order: Order) -> list[bytes]:
        if order.word in {"ack", "nak"}:
            self._acknowledged += order.word == "ack"
            return []
        self._commands += 1
        if self._refuses and order.word in {"set", "start"}:
            return self._said(order, self._refuses)
        match order.word:
            case "start":
                self._reading = True
                return [*self._said(order), *self._scan(self._held)]
            case "stop":
                self._reading = False
                return self._said(order)
            case "set" if not self.contradicting:
                self._mode, self._reading = _BY_COMMAND, False
                return self._said(order)
            case "ask":
                return [self._mode_said()]
            case "unknown":
                return self._said(order, "enq")
        return self._said(order)

    def _said(self, order: Order, verdict: str = "ack") -> list[bytes]:
        mark = {"ack": b"\x06", "nak": b"\x15", "enq": b"\x05"}[verdict]
        match self._make:
            case "newland":
                return [b"\x02\x010000#" + order.octets + mark + b";\x03"]
            case "honeywell":
                text = order.octets[:-1].upper()
                return [text + mark + order.octets[-1:]] if order.word not in {"start", "stop"} else []
        if verdict == "ack":
            return [makes.ssi(makes.ACK, b"", makes.DECODER)]
        return [makes.ssi(makes.NAK, b"\x06", makes.DECODER)]

    def _mode_said(self) -> bytes:
        commanded = self._mode == _BY_COMMAND
        match self._make:
            case "newland":
                return b"\x02\x010000#SCNMOD" + (b"0" if commanded else b"2") + b"\x06;\x03"
            case "honeywell":
                return b"TRGMOD" + (b"0" if commanded else b"3") + b"\x06."
        trigger, packets = (8, 1) if commanded else (7, 0)
        return makes.ssi(makes.PARAMETERS, bytes((0xFF, 0x8A, trigger, 0xEE, packets)), makes.DECODER)


def _octets(order: Mapping[str, object]) -> bytes:
    if "hex" in order:
        return bytes.fromhex(str(order["hex"]))
    return str(order.get("text", "")).encode(str(order.get("encoding", "utf-8")))


def simulated(options: Mapping[str, str]) -> SimulatedCodeScanner:
    """The scanner, freshly switched on. Raises ValueError for a make or a terminator nobody knows."""
    for value, known in ((options["make"], get_args(MakeName)), (options["terminator"], get_args(Terminator))):
        if value not in known:
            raise ValueError(f"{value!r} is none of {', '.join(known)}")
    terminator: Terminator = options["terminator"]  # type: ignore[assignment] # looked up just above
    make: MakeName = options["make"]  # type: ignore[assignment] # as above
    return SimulatedCodeScanner(make, Framing(terminator, options["prefix"].encode(), options["suffix"].encode()))
