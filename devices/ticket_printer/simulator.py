"""An ESC/POS printer with paper, cover and cutter: reads the real bytes, answers them and draws what it prints."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from devices.parts.printed import Character, Plain
from devices.simulation.faults import Where
from devices.ticket_printer.bitmap import Bitmap
from devices.ticket_printer.commands import CommandReader, Group, LineFeed, PrinterCommand, Raster, RealTimeReader
from devices.ticket_printer.paper import PaperRoll, Style

LINE: Final = "pty"
ADDRESS: Final = "serial:{port}"
OPTIONS: Final = {
    "paper": ("", "the folder for a PNG of each ticket"),
    "presenter": ("0", "the bit of the presenter's sensor in the fourth automatic status byte; 0: none is fitted"),
    "retracted": ("0", "the bit of the retract bin's sensor there"),
}

_LEVELS: Final = {0x30: "L", 0x31: "M", 0x32: "Q", 0x33: "H"}


@dataclass(frozen=True)
class Hardware:
    """What can be wrong with it."""

    paper: str = "full"
    cover: str = "closed"
    jammed: bool = False
    lines_left: int | None = None
    lines_to_jam: int | None = None
    powered: bool = True
    lines_to_power_off: int | None = None
    media: str = "not_present"
    presenter: int = 0
    retracted: int = 0

    @property
    def offline(self) -> bool:
        """Whether it has stopped."""
        return self.paper == "out" or self.cover == "open" or self.jammed


IDLE: Final = Hardware()
ORDERS: Final[dict[str, Callable[[Hardware], Hardware]]] = {
    "paper_out": lambda now: replace(now, paper="out", lines_left=None),
    "paper_low": lambda now: replace(now, paper="low"),
    "refill": lambda now: replace(now, paper="full", lines_left=None),
    "cover_open": lambda now: replace(now, cover="open"),
    "cover_close": lambda now: replace(now, cover="closed"),
    "jam": lambda now: replace(now, jammed=True),
    "clear_jam": lambda now: replace(now, jammed=False, lines_to_jam=None),
    "take_ticket": lambda now: replace(now, media="taken"),
    "retract_ticket": lambda now: replace(now, media="retracted"),
    "power_on": lambda now: replace(now, powered=True, lines_to_power_off=None),
}
_CLEARED: Final = b"\x37\x25\x00"
_BREAK: Final = b"\x00"
"""What the other end of a serial line hears when the power goes."""
_LOGO: Final = Bitmap(192, (b"\xff" * 24,) * 96)


class SimulatedTicketPrinter:
    """The printer's side of the line. Stopped, it keeps what arrives in its buffer, and goes on later."""

    where = Where()

    def __init__(self, folder: Path | None, hardware: Hardware = IDLE) -> None:
        self.contradicting = False
        self._hardware = hardware
        self._roll = PaperRoll(folder)
        self._real_time = RealTimeReader()
        self._commands = CommandReader()
        self._waiting: list[PrinterCommand] = []
        self._automatic = False
        self._qr = (b"", 3, "L")

    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:  # noqa: ARG002 - one line, one peer
        """See SimulatedDevice."""
        if not self._hardware.powered:
            return []
        answers = [answer for kind, n in self._real_time.feed(chunk) for answer in self._at_once(kind, n)]
        self._waiting += [command for command in self._commands.feed(chunk) if not _acted_on(command)]
        return answers + self._work()

    def ordered(self, order: Mapping[str, object]) -> list[bytes]:
        """See SimulatedDevice."""
        before = self._hardware
        match order.get("do"):
            case "paper_left":
                self._hardware = replace(before, lines_left=self._roll.lines + int(str(order.get("lines", 0))))
            case "jam_after":
                self._hardware = replace(before, lines_to_jam=self._roll.lines + int(str(order.get("lines", 0))))
            case "power_off_after":
                self._hardware = replace(before, lines_to_power_off=self._roll.lines + int(str(order.get("lines", 0))))
            case str(name) if name in ORDERS:
                self._hardware = ORDERS[name](before)
            case unknown:
                raise ValueError(f"no order {unknown!r}")
        return self._pushed(before) + self._work()

    def restarted(self) -> None:
        """See SimulatedDevice."""
        self._hardware = ORDERS["power_on"](self._hardware)
        self._forget()
        self._real_time = RealTimeReader()
        self._automatic = False
        self._roll.reset()

    def state(self) -> dict[str, object]:
        """See SimulatedDevice."""
        return {
            "tickets": self._roll.cuts,
            "pieces": self._roll.pieces[-4:],
            "media": self._hardware.media,
            "lines": self._roll.lines,
            "paper": self._hardware.paper,
            "cover": self._hardware.cover,
            "jammed": self._hardware.jammed,
            "waiting": len(self._waiting),
            "last": str(self._roll.last) if self._roll.last else None,
        }

    def _at_once(self, kind: int, n: int) -> list[bytes]:
        if kind == 0x04:
            return [bytes((status_byte(IDLE if self.contradicting else self._hardware, n),))]
        if kind == 0x14:
            self._forget()
            return [_CLEARED]
        before = self._hardware
        if before.jammed:
            self._hardware = replace(before, jammed=False)
            if n == 2:
                self._forget()
        return self._pushed(before)

    def _forget(self) -> None:
        self._waiting.clear()
        self._commands = CommandReader()

    def _work(self) -> list[bytes]:
        answers: list[bytes] = []
        while self._waiting and not self._hardware.offline and not self.contradicting:
            answers += self._carry_out(self._waiting.pop(0))
            left = self._hardware.lines_left
            if left is not None and self._roll.lines >= left:
                before = self._hardware
                self._hardware = replace(before, paper="out", lines_left=None)
                answers += self._pushed(before)
            jam = self._hardware.lines_to_jam
            if jam is not None and self._roll.lines >= jam:
                before = self._hardware
                self._hardware = replace(before, jammed=True, lines_to_jam=None)
                answers += self._pushed(before)
            if self._lost_power():
                answers.append(_BREAK)
        return answers

    def _lost_power(self) -> bool:
        last = self._hardware.lines_to_power_off
        if last is None or self._roll.lines < last:
            return False
        self.restarted()
        self._hardware = replace(self._hardware, powered=False)
        return True

    def _carry_out(self, command: PrinterCommand) -> list[bytes]:
        match command:
            case Group(letter="H", parameters=parameters) if parameters[:2] == b"\x30\x30":
                return [b"\x37\x22" + parameters[2:6] + b"\x00"]
            case Plain(name=b"\x1d\x61", parameters=parameters):
                self._automatic = parameters != b"\x00"
                return [automatic_status(self._hardware)] if self._automatic else []
            case Plain(name=b"\x1d\x72"):
                return [automatic_status(self._hardware)[2:3]]
            case Plain(name=b"\x1d\x56"):
                return self._cut()
            case _:
                self._draw(command)
        return []

    def _draw(self, command: PrinterCommand) -> None:
        roll = self._roll
        match command:
            case Character(char=char):
                roll.character(char, roll.style)
            case LineFeed():
                roll.end_line()
            case Raster(bitmap=bitmap):
                roll.picture(bitmap)
            case Group(letter="L") | Plain(name=b"\x1c\x70"):
                roll.picture(_LOGO)
            case Group(letter="k", parameters=parameters):
                self._qr_function(parameters)
            case Plain(name=name, parameters=parameters):
                self._plain(name, parameters)
            case _:
                pass

    def _plain(self, name: bytes, parameters: bytes) -> None:
        roll, n = self._roll, parameters[-1] if parameters else 0
        match name:
            case b"\x1b\x40":
                roll.reset()
                self._automatic = False
            case b"\x1b\x64":
                roll.feed(n)
            case _:
                roll.style = _styled(roll.style, name, n)

    def _cut(self) -> list[bytes]:
        before = self._hardware
        if self._roll.cut() and before.presenter:
            self._hardware = replace(before, media="present")
        return self._pushed(before)

    def _qr_function(self, parameters: bytes) -> None:
        payload, module, level = self._qr
        match parameters[:2]:
            case b"\x31\x43":
                module = parameters[2]
            case b"\x31\x45":
                level = _LEVELS.get(parameters[2], level)
            case b"\x31\x50":
                payload = parameters[3:]
            case b"\x31\x51":
                self._roll.qr(payload, module, level)
        self._qr = (payload, module, level)

    def _pushed(self, before: Hardware) -> list[bytes]:
        now, then = automatic_status(self._hardware), automatic_status(before)
        return [now] if self._automatic and now != then else []


def _acted_on(command: PrinterCommand) -> bool:
    return isinstance(command, Plain) and command.name.startswith(b"\x10")


def _styled(style: Style, name: bytes, n: int) -> Style:
    match name:
        case b"\x1b\x61":
            return replace(style, align=n)
        case b"\x1b\x45":
            return replace(style, bold=bool(n & 1))
        case b"\x1b\x33":
            return replace(style, spacing=n)
        case b"\x1b\x32":
            return replace(style, spacing=30)
        case b"\x1d\x21":
            width, height = (n >> 4 & 7) + 1, (n & 7) + 1
            return replace(style, width=width, height=height, chinese_width=width, chinese_height=height)
        case b"\x1c\x21":
            return replace(style, chinese_width=1 + bool(n & 4), chinese_height=1 + bool(n & 8))
        case b"\x1c\x57":
            return replace(style, chinese_width=1 + (n & 1), chinese_height=1 + (n & 1))
    return style


def status_byte(hardware: Hardware, n: int) -> int:
    """The answer to DLE EOT n."""
    out, cover, jammed = hardware.paper == "out", hardware.cover == "open", hardware.jammed
    near_end = hardware.paper in ("low", "out")
    match n:
        case 1:
            bits = 0x08 * hardware.offline
        case 2:
            bits = 0x04 * cover | 0x20 * out | 0x40 * jammed
        case 3:
            bits = 0x08 * jammed
        case _:
            bits = 0x0C * near_end | 0x60 * out
    return 0x12 | bits


def automatic_status(hardware: Hardware) -> bytes:
    """The four bytes pushed on a change."""
    first = 0x10 | 0x08 * hardware.offline | 0x20 * (hardware.cover == "open")
    third = 0x03 * (hardware.paper in ("low", "out")) | 0x0C * (hardware.paper == "out")
    fourth = hardware.presenter * (hardware.media == "present") | hardware.retracted * (hardware.media == "retracted")
    return bytes((first, 0x08 * hardware.jammed, third, fourth))


def simulated(options: Mapping[str, str]) -> SimulatedTicketPrinter:
    """The printer, with a folder for its tickets or without. Raises ValueError for a bit that is no number."""
    fitted = Hardware(presenter=int(options["presenter"]), retracted=int(options["retracted"]))
    return SimulatedTicketPrinter(Path(options["paper"]) if options["paper"] else None, fitted)
