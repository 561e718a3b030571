"""The smart-card reader: is there a card, what does a social-security card say, and what its codes mean for people."""

import contextlib
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from devices import model
from devices.kind import OPEN_SECONDS, Finding, HealthCheck, Kind, Level
from devices.model import DeviceError
from devices.port import Deadline, resolve
from devices.recording.recorder import Recorder
from devices.smart_card_reader.content import SocialSecurityCard
from devices.smart_card_reader.conversation import read_content
from devices.smart_card_reader.faults import FAULTS, fault, fault_of_call
from devices.smart_card_reader.pcsc_line import PcscLine
from devices.smart_card_reader.protocol import Answer, Command, Redaction, decode_answer, encode_command
from devices.smart_card_reader.reader_process import (
    Connect,
    Disconnect,
    Failed,
    Look,
    Request,
    Seen,
    Transmit,
)
from devices.smart_card_reader.state import Card, SmartCardReaderState, card_of
from devices.tally import Tally

_LOOK_SECONDS: Final = 2.0
_CONNECT_SECONDS: Final = 3.0
"""Power-up of a slow card takes up to a second (ISO/IEC 7816-3); the service tries more than one voltage."""
_TRANSMIT_SECONDS: Final = 2.0
_REPEATS: Final = 2
_PAUSE_SECONDS: Final = 0.25
_TRY_AGAIN: Final = frozenset({"smart_card_reader.read_failed", "smart_card_reader.card_removed", "device.garbled"})
BY_HAND_SECONDS = 8.0
"""How long somebody who reads a card by hand has to insert it."""


class SmartCardReaderOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing differs between readers: PC/SC hides it."""


class SmartCardReader:
    """One reader behind the PC/SC service. Every call ends by its deadline; failures are DeviceErrors."""

    def __init__(self, line: PcscLine, reader: str = "", recorder: Recorder | None = None) -> None:
        """`reader`: its name or the beginning of it, "" for the first there is."""
        self.tally = Tally()
        self._line = line
        self._wanted = reader
        self._recorder = recorder
        self._read_already: int | None = None
        self._hung: int | None = None
        """The insertion whose card let a call hang: the service still waits for it, and so would every further call."""

    def status(self) -> SmartCardReaderState:
        """Look at the slot without touching the card. Raises DeviceError when service or reader are not there."""
        seen = self._look(Deadline.after(_LOOK_SECONDS))
        card = Card.MUTE if seen.state >> 16 == self._hung else card_of(seen.state)
        return SmartCardReaderState(online=True, reader=seen.reader, card=card)

    def is_present(self) -> bool:
        """Whether a card is in the slot, read or not: asked at the end of a visit."""
        return card_of(self._look(Deadline.after(_LOOK_SECONDS)).state) is not Card.ABSENT

    def read_card(self, deadline: Deadline) -> SocialSecurityCard | None:
        """Read the card in the slot. None when there is none, or it was read already since it was inserted.

        A read that fails is tried again: a card put in quickly is announced before its contacts lie still.
        """
        failed: DeviceError | None = None
        for _ in range(1 + _REPEATS):
            seen = self._look(deadline.sooner(_LOOK_SECONDS))
            if card_of(seen.state) is Card.ABSENT or seen.state >> 16 == self._read_already:
                failed = failed and DeviceError(fault("smart_card_reader.card_removed"))
                break
            try:
                return self._read(seen, deadline)
            except DeviceError as error:
                failed = error
            if failed.fault.key not in _TRY_AGAIN or deadline.left() < _PAUSE_SECONDS:
                break
            time.sleep(_PAUSE_SECONDS)
        if failed is not None:
            self.tally.add("cards_failed")
            raise failed
        return None

    def close(self) -> None:
        """Let go of card, reader and service."""
        self._line.close()

    def _read(self, seen: Seen, deadline: Deadline) -> SocialSecurityCard:
        if card_of(seen.state) is Card.MUTE or seen.state >> 16 == self._hung:
            raise DeviceError(fault("smart_card_reader.card_mute"))
        try:
            self._ask(Connect(seen.reader), deadline.sooner(_CONNECT_SECONDS))
            content = read_content(lambda command: self._transmit(command, deadline))
        except DeviceError as error:
            if error.fault.key == "device.silent":
                self._hung = seen.state >> 16
            raise
        finally:
            self._let_go(deadline)
        self._read_already = seen.state >> 16
        self.tally.add("cards_read")
        return content

    def _let_go(self, deadline: Deadline) -> None:
        """Reset the card. One that was torn out cannot be, and one that hung lost its process: the next look tells."""
        if self._line.running:
            with contextlib.suppress(DeviceError):
                self._ask(Disconnect(), deadline.sooner(_TRANSMIT_SECONDS))

    def _transmit(self, command: Command, deadline: Deadline) -> Answer:
        apdu = encode_command(command)
        self._note("out", apdu)
        raw = self._ask(Transmit(apdu), deadline.sooner(_TRANSMIT_SECONDS))
        self._note("in", raw)
        try:
            return decode_answer(raw)
        except ValueError as error:
            raise DeviceError(model.fault("device.garbled", command.head)) from error

    def _note(self, direction: str, piece: bytes) -> None:
        if self._recorder is not None:
            self._recorder.note("out" if direction == "out" else "in", piece)

    def _look(self, deadline: Deadline) -> Seen:
        answer = self._line.ask(Look(self._wanted), deadline)
        if not isinstance(answer, Seen) or not answer.reader or card_of(answer.state) is Card.ABSENT:
            # whatever is in the slot next is another card; a service that was started anew counts from zero
            self._read_already = self._hung = None
        match answer:
            case Seen(reader="", others=others):
                raise DeviceError(model.fault("port.missing", f"{others} other readers"))
            case Seen() as seen:
                return seen
            case Failed(call=call, code=code):
                raise DeviceError(fault_of_call(call, code))
            case _:
                raise DeviceError(model.fault("device.garbled", "Look"))

    def _ask(self, request: Request, deadline: Deadline) -> bytes:
        reply = self._line.ask(request, deadline)
        if isinstance(reply, Failed):
            raise DeviceError(fault_of_call(reply.call, reply.code))
        return b"" if isinstance(reply, Seen) else reply.answer


def _connect(address: str, _: SmartCardReaderOptions, recorder: Recorder | None) -> SmartCardReader:
    """Take "pcsc:", "pcsc:READER NAME" or either with "?service=SOCKET" of a pcscd that is not the usual one."""
    behind, end = resolve(address, Deadline.after(OPEN_SECONDS))
    scheme, _colon, rest = behind.partition(":")
    name, _mark, query = rest.partition("?")
    options = dict(parse_qsl(query))
    service = options.pop("service", "")
    if scheme != "pcsc" or options:
        end()
        raise DeviceError(model.fault("port.address_invalid", f"{address!r}: expected pcsc: or pcsc:READER NAME"))
    return SmartCardReader(PcscLine(service, end), name, recorder)


def _read(reader: SmartCardReader) -> dict[str, object]:
    deadline = Deadline.after(BY_HAND_SECONDS)
    while not deadline.expired:
        content = reader.read_card(deadline)
        if content is not None:
            return dict(content.as_json())
        time.sleep(min(0.2, deadline.left()))
    raise DeviceError(fault("smart_card_reader.no_card"))


BY_HAND: Final[dict[str, Callable[[SmartCardReader], dict[str, object]]]] = {
    "read": _read,
    "status": lambda reader: reader.status().as_json(),
}
"""What `./suiban device smart-card-reader PORT …` can do."""


def _is_there(reader: SmartCardReader, _: Deadline) -> tuple[Finding, ...]:
    state = reader.status()
    return (Finding("reader", ok=True, found=state.reader), Finding("card", ok=None, found=state.card.value))


def _reads_a_card(reader: SmartCardReader, deadline: Deadline) -> tuple[Finding, ...]:
    while not deadline.expired:
        content = reader.read_card(deadline)
        if content is not None:  # which values it gave, never what they are
            given = [name for name, value in content.as_json().items() if value is not None]
            return (Finding("card", ok=True, found=", ".join(given)),)
        time.sleep(min(0.2, deadline.left()))
    return (Finding("card", ok=False, found="none"),)


KIND: Final = Kind(
    name="smart-card-reader",
    title="Smart-card reader (PC/SC)",
    schemes=("pcsc", "simulator"),
    options=SmartCardReaderOptions,
    open=_connect,
    redaction=Redaction,
    simulator="devices.smart_card_reader.simulator",
    actions=BY_HAND,
    checks=(HealthCheck(Level.INTERNAL, _is_there), HealthCheck(Level.INTERACTIVE, _reads_a_card)),
    faults=FAULTS,
)
