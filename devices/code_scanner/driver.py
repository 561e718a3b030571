"""The code scanner: off unless a screen wants a code; what comes unasked is counted and thrown away."""

import contextlib
import hashlib
import time
from collections.abc import Callable
from typing import Final

import msgspec

from devices import model
from devices.code_scanner.makes import MAKES, Command, MakeName, redacted
from devices.code_scanner.protocol import (
    Answer,
    Code,
    Dropped,
    Framing,
    Scanned,
    Terminator,
    UnreadableCode,
    decode_code,
)
from devices.kind import Finding, HealthCheck, Kind, Level, Probe, over_a_line
from devices.model import Action, DeviceError, Fault
from devices.port import BytePort, Deadline
from devices.tally import Tally

REPEATS: Final = 2
"""How often an answer that is damaged or missing is asked for again."""

ACTIONS: Final[dict[str, Action]] = {
    "code_scanner.command_refused": Action.CONFIGURATION,
    "code_scanner.wrong_mode": Action.CONFIGURATION,
    "code_scanner.babbling": Action.MAINTENANCE,
    "code_scanner.code_unreadable": Action.RESET,
    "code_scanner.no_code": Action.RESET,
}
FAULTS: Final = tuple(ACTIONS)

BY_HAND_SECONDS: Final = 10.0
"""How long somebody who tries the scanner by hand has to show a code."""
PAUSE_SECONDS: Final = 0.05
"""Between two commands (Newland serial programming)."""
_ANSWER_SECONDS: Final = 0.5
_WRITE_SECONDS: Final = 0.5
_GAP_SECONDS: Final = 0.15
"""A code that stops for this long is broken: at 9600 baud a byte takes 1 ms, a USB adapter adds 16."""
_SETTLE_SECONDS: Final = 0.03
"""A code that ends as it should, and then this much silence: nothing belongs to it any more."""
_DRAIN_SECONDS: Final = 4.0
"""The longest code takes three seconds at 9600 baud."""
_FRESH_SECONDS: Final = 1.6
"""While a code is wanted the answers to the triggers say that the scanner lives: questions might end its reading."""


class CodeScannerState(msgspec.Struct, frozen=True):
    """What the scanner says of itself. A scanner that has a state answers and waits to be triggered."""

    online: bool
    make: str
    armed: bool

    def as_json(self) -> dict[str, object]:
        """For the command line and reports."""
        return {"online": self.online, "make": self.make, "armed": self.armed}

    def fault(self) -> Fault | None:
        """See DeviceState."""
        return None


class CodeScannerOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs between makes and how this one was set up."""

    make: MakeName = "newland"
    terminator: Terminator = "any"
    prefix: str = ""
    """As the scanner was told to send it, in ASCII."""
    suffix: str = ""
    same_code_seconds: float = 2.0
    """A code that stays in view is one code; shown anew after this long it is another."""
    trigger_again_seconds: float = 1.5
    """A trigger ends by itself after some seconds; it is repeated while a code is wanted."""


class CodeScanner:
    """One scanner on one line. Every call ends by its deadline; failures are DeviceErrors."""

    def __init__(self, port: BytePort, options: CodeScannerOptions | None = None) -> None:
        self.tally = Tally()
        self.armed = False
        self._port = port
        self._options = options or CodeScannerOptions()
        self._make = MAKES[self.make]
        framing = Framing(self._options.terminator, _octets(self._options.prefix), _octets(self._options.suffix))
        self._reader = self._make.reader(framing)
        self._codes: list[Code] = []
        self._unreadable: str = ""
        self._answers: list[Answer] = []
        self._heard_at = 0.0
        self._answered_at = 0.0
        self._command_at = 0.0
        self._trigger_due = 0.0
        self._last_code = (b"", 0.0)

    @property
    def make(self) -> MakeName:
        """Whose commands it is given."""
        return self._options.make

    def status(self) -> CodeScannerState:
        """Ask for its mode; put it back into the right one, which a power cycle loses. Raises DeviceError if silent."""
        deadline = Deadline.after(3.0)
        self._hear(Deadline.after(0))
        if self.armed and time.monotonic() - self._answered_at < _FRESH_SECONDS:
            return self._state()
        if self._mode(deadline) != self._make.wanted:
            self._command(self._make.set_up, deadline)
            self.tally.add("settings_restored")
            if (mode := self._mode(deadline)) != self._make.wanted:
                raise DeviceError(_fault("code_scanner.wrong_mode", mode))
        self._trigger_due = 0.0
        return self._state()

    def arm(self) -> None:
        """A screen wants a code: forget whatever came before, then switch the scanner on."""
        self._drain()
        self._codes.clear()
        self._unreadable = ""
        self.armed = True
        self._trigger()

    def poll(self, deadline: Deadline) -> Code | None:
        """The next code shown while armed; None when the deadline passed first, or at once when nobody wants one.

        Raises `code_unreadable` for a code that is no text or steers something.
        """
        while self.armed and not self._codes:
            if self._unreadable:
                why, self._unreadable = self._unreadable, ""
                raise DeviceError(_fault("code_scanner.code_unreadable", why))
            if time.monotonic() >= self._trigger_due:
                self._trigger()
            elif deadline.expired:
                break
            else:
                self._hear(deadline.sooner(self._trigger_due - time.monotonic()))
        return self._codes.pop(0) if self._codes else None

    def read(self, deadline: Deadline) -> Code | None:
        """poll(), arming first when that is still to be done: the job for Worker.repeat."""
        if not self.armed:
            self.arm()
        return self.poll(deadline)

    def disarm(self) -> None:
        """Nobody wants a code any more: switch the scanner off, throw away what is still on its way."""
        self.armed = False
        self._codes.clear()
        self._unreadable = ""
        self._command(self._make.stop, Deadline.after(2 * _ANSWER_SECONDS))

    def rest(self) -> None:
        """See worker.Driver: the repeated job has ended."""
        if self.armed:
            self.disarm()

    def close(self) -> None:
        """Switch it off if it is on, as far as it listens; let go of the line."""
        if self.armed:
            with contextlib.suppress(DeviceError):
                self._port.write(self._make.stop.octets, Deadline.after(_GAP_SECONDS))
                self._hear(Deadline.after(_GAP_SECONDS))  # closing drops what has not left yet
        self._port.close()

    def _state(self) -> CodeScannerState:
        return CodeScannerState(online=True, make=self.make, armed=self.armed)

    def _mode(self, deadline: Deadline) -> str:
        answer = self._command(self._make.ask, deadline)
        return answer.text if answer else ""

    def _trigger(self) -> None:
        self._trigger_due = time.monotonic() + self._options.trigger_again_seconds
        self._command(self._make.start, Deadline.after(2 * _ANSWER_SECONDS))

    def _command(self, command: Command, deadline: Deadline) -> Answer | None:
        """One exchange: a missing answer is asked for again. None for commands that have no answer."""
        for _ in range(1 + REPEATS):
            self._answers.clear()
            while (early := self._command_at + PAUSE_SECONDS - time.monotonic()) > 0:
                self._hear(Deadline.after(early))
            self._command_at = time.monotonic()
            self._port.write(command.octets, deadline.sooner(_WRITE_SECONDS))
            if command.answer is None:
                return None
            answer = self._answer(command.answer, deadline.sooner(_ANSWER_SECONDS))
            if answer is not None and answer.verdict != "ack":
                detail = f"{command.octets[6:-2].decode('ascii', 'replace')} {answer.verdict}".upper()
                raise DeviceError(_fault("code_scanner.command_refused", detail))
            if answer is not None:
                return answer
            self.tally.add("timeouts")
            if deadline.expired:
                break
        raise DeviceError(model.fault("device.silent"))

    def _answer(self, wanted: str, until: Deadline) -> Answer | None:
        while True:
            for answer in self._answers:
                refused = answer.verdict != "ack" and not answer.text
                if refused or (answer.text.startswith(wanted) if wanted else not answer.text):
                    return answer
            self._answers.clear()
            if until.expired:
                return None
            self._hear(until)

    def _drain(self) -> None:
        """Read until the line is quiet, so that nothing shown before belongs to what comes now."""
        until, quiet = Deadline.after(_DRAIN_SECONDS), False
        while not quiet:
            if until.expired:
                raise DeviceError(_fault("code_scanner.babbling"))
            unfinished = self._reader.inside and not self._reader.terminated
            chunk = self._port.read(256, until.sooner(_GAP_SECONDS if unfinished else _SETTLE_SECONDS))
            quiet = not chunk
            self._take(chunk)
        for event in self._reader.quiet() if self._reader.inside else ():
            self._note(event)

    def _hear(self, until: Deadline) -> None:
        """Take what arrives, or notice that what waits is complete; not longer than one of the two, or `until`."""
        patience = _SETTLE_SECONDS if self._reader.terminated else _GAP_SECONDS
        wait = until.sooner(max(0.0, self._heard_at + patience - time.monotonic())) if self._reader.inside else until
        chunk = self._port.read(256, wait)
        if chunk:
            self._take(chunk)
        elif self._reader.inside and time.monotonic() - self._heard_at >= patience:
            for event in self._reader.quiet():
                self._note(event)

    def _take(self, chunk: bytes) -> None:
        if chunk:
            self._heard_at = time.monotonic()
            for event in self._reader.feed(chunk):
                self._note(event)

    def _note(self, event: Answer | Scanned | Dropped) -> None:
        if event.reply:
            self._port.write(event.reply, Deadline.after(_WRITE_SECONDS))
        if not isinstance(event, Answer):
            # one trigger, one code: the light is off now
            self._trigger_due = min(self._trigger_due, time.monotonic() + self._options.trigger_again_seconds / 4)
        match event:
            case Answer():
                self._answers.append(event)
                self._answered_at = time.monotonic()
            case Dropped(reason=reason):
                self.tally.add(f"dropped.{reason}")
                if reason in {"several", "too_long"} and self.armed:
                    self._unreadable = reason
            case Scanned(raw=raw):
                self._scanned(raw)

    def _scanned(self, raw: bytes) -> None:
        if not self.armed:
            self.tally.add("strays")
            return
        now, (last, at) = time.monotonic(), self._last_code
        mark = hashlib.sha256(raw).digest()
        self._last_code = (mark, now)
        if mark == last and now - at < self._options.same_code_seconds:
            self.tally.add("repeats")
            return
        try:
            self._codes.append(decode_code(raw))
            self.tally.add("codes")
        except UnreadableCode as error:
            self.tally.add("unreadable")
            self._unreadable = str(error)


def _octets(text: str) -> bytes:
    return text.encode("utf-8")


def _fault(key: str, detail: str = "") -> Fault:
    return Fault(key, ACTIONS[key], detail)


def _read(scanner: CodeScanner) -> dict[str, object]:
    code = _shown(scanner, Deadline.after(BY_HAND_SECONDS))
    if code is None:
        raise DeviceError(_fault("code_scanner.no_code"))
    return {"text": code.text, "bytes": len(code.raw), "encoding": code.encoding}


BY_HAND: Final[dict[str, Callable[[CodeScanner], dict[str, object]]]] = {
    "status": lambda scanner: scanner.status().as_json(),
    "read": _read,
}
"""What `./suiban device code-scanner PORT …` can do."""


def _shown(scanner: CodeScanner, deadline: Deadline) -> Code | None:
    scanner.status()
    try:
        return scanner.read(deadline)
    finally:
        scanner.rest()


def _answers(scanner: CodeScanner, _: Deadline) -> tuple[Finding, ...]:
    return (Finding("mode", ok=True, found=scanner.status().make),)


def _triggers(scanner: CodeScanner, _: Deadline) -> tuple[Finding, ...]:
    answered = MAKES[scanner.make].start.answer is not None
    scanner.status()
    scanner.arm()
    scanner.disarm()
    return (Finding("trigger", ok=True if answered else None, found="acknowledged" if answered else "no answer due"),)


def _reads_a_code(scanner: CodeScanner, deadline: Deadline) -> tuple[Finding, ...]:
    code = _shown(scanner, deadline)
    # how long it is, never what it says
    return (Finding("code", ok=code is not None, found=f"{len(code.raw)} bytes, {code.encoding}" if code else "none"),)


def _recognise(answer: bytes) -> str | None:
    for name, make in MAKES.items():
        reader = make.reader(Framing())
        if any(isinstance(event, Answer) for event in reader.feed(answer)):
            return name
    return None


KIND: Final = Kind(
    name="code-scanner",
    title="code scanner (Newland, Honeywell, Zebra SSI)",
    schemes=("serial", "tcp", "simulator"),
    options=CodeScannerOptions,
    open=over_a_line(CodeScanner),
    redaction=lambda: redacted,
    simulator="devices.code_scanner.simulator",
    actions=BY_HAND,
    checks=(
        HealthCheck(Level.INTERNAL, _answers),
        HealthCheck(Level.EXTERNAL, _triggers),
        HealthCheck(Level.INTERACTIVE, _reads_a_code),
    ),
    faults=FAULTS,
    # SSI has no mark where a packet begins, so its question comes before the other two
    probe=Probe(
        (9600, 115200, 57600, 38400, 19200),
        b"".join(MAKES[name].ask.octets for name in ("zebra", "newland", "honeywell")),
        _recognise,
        seconds=0.5,
        leaves_no_trace=False,
    ),
)
