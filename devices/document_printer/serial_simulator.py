"""A serial document printer: ESC/P with DLE EOT, or PDF under PJL; it jams, runs out of paper and draws its sheets."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from devices.document_printer import pjl
from devices.document_printer.escp_commands import EscpCommand, EscpReader, Graphics, RealTimeReader
from devices.document_printer.serial_paper import Sheets
from devices.parts.printed import Character, Plain
from devices.simulation.faults import Where

LINE: Final = "pty"
ADDRESS: Final = "serial:{port}"
OPTIONS: Final = {
    "language": ("escp", "escp or pjl"),
    "paper": ("", "the folder for a PNG of each sheet"),
    "stamp": ("", "in hex, what makes its stamping device strike"),
    "answers": ("all", "all; status, without GS r; or none"),
}


@dataclass(frozen=True)
class Hardware:
    """What can be wrong with it."""

    paper: str = "full"
    cover: str = "closed"
    jammed: bool = False
    broken: bool = False
    paused: bool = False

    @property
    def stopped(self) -> bool:
        """Whether nothing is printed."""
        return self.paper == "out" or self.cover == "open" or self.jammed or self.broken or self.paused


ORDERS: Final[dict[str, Callable[[Hardware], Hardware]]] = {
    "paper_out": lambda now: replace(now, paper="out"),
    "paper_low": lambda now: replace(now, paper="low"),
    "refill": lambda now: replace(now, paper="full"),
    "cover_open": lambda now: replace(now, cover="open"),
    "cover_close": lambda now: replace(now, cover="closed"),
    "jam": lambda now: replace(now, jammed=True),
    "clear_jam": lambda now: replace(now, jammed=False),
    "break": lambda now: replace(now, broken=True),
    "mend": lambda now: replace(now, broken=False),
    "pause": lambda now: replace(now, paused=True),
    "resume": lambda now: replace(now, paused=False),
}


class SimulatedSerialPrinter(ABC):
    """What both languages share: hardware, sheets, and a stop that comes in the middle of a given page."""

    where = Where()

    def __init__(self, sheets: Sheets) -> None:
        self.contradicting = False
        self.hardware = Hardware()
        self.sheets = sheets
        self._stops: tuple[int, int, str] | None = None
        self._lines_of_page = 0

    @abstractmethod
    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:
        """See SimulatedDevice."""

    @abstractmethod
    def work(self) -> list[bytes]:
        """Go on with what waits; what it then answers."""

    @property
    @abstractmethod
    def waiting(self) -> int:
        """How much of what was sent has not been printed."""

    def ordered(self, order: Mapping[str, object]) -> list[bytes]:
        """See SimulatedDevice. `stop_at`: after `pages` more sheets and `lines` lines, by the order `with`."""
        match order.get("do"):
            case "stop_at":
                pages, lines = int(str(order.get("pages", 0))), int(str(order.get("lines", 0)))
                self._stops = (self.sheets.out + pages, lines, str(order.get("with", "jam")))
            case str(name) if name in ORDERS:
                self.hardware = ORDERS[name](self.hardware)
                self._stops = None if name in ("clear_jam", "refill") else self._stops
            case unknown:
                raise ValueError(f"no order {unknown!r}")
        return self.work()

    @abstractmethod
    def restarted(self) -> None:
        """See SimulatedDevice."""

    def state(self) -> dict[str, object]:
        """See SimulatedDevice."""
        return {
            "pages": self.sheets.out,
            "blank": self.sheets.blank,
            "seals": self.sheets.seals,
            "texts": self.sheets.texts[-20:],
            "waiting": self.waiting,
            "paper": self.hardware.paper,
            "jammed": self.hardware.jammed,
            "last": str(self.sheets.last) if self.sheets.last else None,
        }

    def stops_here(self) -> bool:
        """Before a line or an eject: whether it has stopped, or was told to stop at this place."""
        if self._stops and (self.sheets.out, self._lines_of_page) >= self._stops[:2]:
            self.hardware = ORDERS[self._stops[2]](self.hardware)
            self._stops = None
        return self.hardware.stopped

    def line_done(self) -> None:
        """One more line of this page."""
        self._lines_of_page += 1

    def page_done(self) -> None:
        """The next page begins."""
        self._lines_of_page = 0


class SimulatedEscpPrinter(SimulatedSerialPrinter):
    """Stopped, it keeps what arrives, answers DLE EOT but nothing else, and goes on later."""

    def __init__(self, sheets: Sheets, stamp: bytes, answers: str) -> None:
        super().__init__(sheets)
        self._stamp = stamp
        self._answers = answers
        self._commands, self._real_time = EscpReader(stamp), RealTimeReader()
        self._queue: list[EscpCommand] = []

    def restarted(self) -> None:
        """See SimulatedDevice."""
        self._commands, self._real_time = EscpReader(self._stamp), RealTimeReader()
        self._queue.clear()

    @property
    def waiting(self) -> int:
        """See SimulatedSerialPrinter."""
        return len(self._queue)

    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:  # noqa: ARG002 - one line, one peer
        """See SimulatedDevice."""
        answers = [answer for kind, n in self._real_time.feed(chunk) for answer in self._at_once(kind, n)]
        self._queue += [one for one in self._commands.feed(chunk) if not _acted_on(one)]
        return answers + self.work()

    def work(self) -> list[bytes]:
        """See SimulatedSerialPrinter."""
        answers = []
        while self._queue and not self.hardware.stopped and not self.contradicting:
            if self._queue[0] in (Plain(b"\n"), Plain(b"\x0c")) and self.stops_here():
                break
            answers += self._carry_out(self._queue.pop(0))
        return answers if self._answers == "all" else []

    def _at_once(self, kind: int, n: int) -> list[bytes]:
        if kind == 0x05:
            if self.hardware.jammed and n == 2:
                self._queue.clear()
            return []
        hardware = Hardware() if self.contradicting else self.hardware
        return [bytes((_status_byte(hardware, n),))] if self._answers != "none" else []

    def _carry_out(self, command: EscpCommand) -> list[bytes]:
        sheets = self.sheets
        match command:
            case Character(char=char):
                sheets.character(char)
            case Graphics(dots=dots):
                sheets.dots(dots)
            case Plain(name=b"\r"):
                sheets.carriage_return()
            case Plain(name=b"\n"):
                sheets.next_line()
                self.line_done()
            case Plain(name=b"\x0c"):
                sheets.eject()
                self.page_done()
            case Plain(name=b"\x1dr"):
                return [b"\x00"]
            case Plain(name=name, parameters=parameters):
                self._set(name, parameters)
        return []

    def _set(self, name: bytes, parameters: bytes) -> None:
        match name:
            case b"stamp":
                self.sheets.seal()
            case b"\x1b3":
                self.sheets.line_dots = parameters[0]
            case b"\x1bC":
                self.sheets.page_lines = parameters[0]


def _acted_on(command: EscpCommand) -> bool:
    return isinstance(command, Plain) and command.name.startswith(b"\x10")


def _status_byte(hardware: Hardware, n: int) -> int:
    out, low = hardware.paper == "out", hardware.paper in ("low", "out")
    match n:
        case 1:
            bits = 0x08 * hardware.stopped
        case 2:
            error = hardware.jammed or hardware.broken
            bits = 0x04 * (hardware.cover == "open") | 0x20 * out | 0x40 * error
        case 3:
            bits = 0x04 * hardware.jammed | 0x20 * hardware.broken
        case _:
            bits = 0x0C * low | 0x60 * out
    return 0x12 | bits


class SimulatedPjlPrinter(SimulatedSerialPrinter):
    """Keeps a job while it is stopped and prints it afterwards, as the real ones do."""

    def __init__(self, sheets: Sheets, stamp: bytes, answers: str) -> None:
        super().__init__(sheets)
        self._stamp = stamp
        self._answers = answers
        self._count = 4711
        self._buffer = bytearray()
        self._jobs: list[tuple[bytes, bool]] = []

    def restarted(self) -> None:
        """See SimulatedDevice."""
        self._buffer.clear()
        self._jobs.clear()

    @property
    def waiting(self) -> int:
        """See SimulatedSerialPrinter."""
        return len(self._jobs)

    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:  # noqa: ARG002 - one line, one peer
        """See SimulatedDevice."""
        self._buffer += chunk
        answers = []
        while (end := self._buffer.find(pjl.UEL)) >= 0:
            part = bytes(self._buffer[:end])
            del self._buffer[: end + len(pjl.UEL)]
            answers += self._part(part)
        return answers

    def work(self) -> list[bytes]:
        """See SimulatedSerialPrinter."""
        while self._jobs and not self.contradicting and not self.stops_here():
            pdf, sealed = self._jobs.pop(0)
            self.sheets.seals += sealed
            self._count += self.sheets.pdf(pdf)
        return []

    def _part(self, part: bytes) -> list[bytes]:
        if part.startswith(b"@PJL INFO STATUS") and self._answers != "none":
            return [pjl.encode_reply(self._status())]
        if part.startswith(b"@PJL INFO PAGECOUNT") and self._answers != "none":
            return [pjl.encode_reply(pjl.PageCount(self._count if self._answers == "all" else None))]
        head, entered, pdf = part.partition(b"@PJL ENTER LANGUAGE=PDF\r\n")
        if entered:
            self._jobs.append((pdf, bool(self._stamp) and self._stamp in head))
            self.work()
        return []

    def _status(self) -> pjl.Status:
        now = Hardware() if self.contradicting else self.hardware
        for stands, code in (
            (now.cover == "open", 40021),
            (now.jammed, 42101),
            (now.broken, 50001),
            (now.paper == "out", 41003),
            (now.paused, 40010),
            (now.paper == "low", 11001),
            (bool(self._jobs), 10023),
        ):
            if stands:
                return pjl.Status(code, online=not now.stopped)
        return pjl.Status(pjl.READY, online=True)


def simulated(options: Mapping[str, str]) -> SimulatedSerialPrinter:
    """The printer, freshly switched on. Raises ValueError for a choice nobody knows."""
    kinds = {"escp": SimulatedEscpPrinter, "pjl": SimulatedPjlPrinter}
    if options["language"] not in kinds or options["answers"] not in ("all", "status", "none"):
        raise ValueError("language is escp or pjl; answers is all, status or none")
    sheets = Sheets(Path(options["paper"]) if options["paper"] else None)
    return kinds[options["language"]](sheets, bytes.fromhex(options["stamp"]), options["answers"])
