"""Every kind of device by the name settings and the command line use for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import msgspec

from devices import model
from devices.id_card_reader import driver as id_card_reader
from devices.id_card_reader.protocol import Redaction
from devices.model import DeviceError
from devices.port import BytePort, Deadline, open_port
from devices.recorder import RecordedPort, Recorder
from devices.recorder import Redaction as RedactionRule
from devices.ticket_printer import driver as ticket_printer
from devices.ticket_printer.protocol import redacted
from devices.ticket_printer.state import FAULTS as PRINTER_FAULTS
from devices.worker import Driver

Options = Mapping[str, object]
"""What settings say about one device beside its address; each kind refuses what it does not know."""

OPEN_SECONDS: Final = 3.0

D = TypeVar("D", bound=Driver)


class IdCardReaderOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs between models."""

    newest_address: bool = True


@dataclass(frozen=True)
class Kind(Generic[D]):
    """One kind of device."""

    name: str
    title: str
    make: Callable[[BytePort, Options], D]
    """The driver on an open line. Raises DeviceError, also for options it does not know."""
    redaction: Callable[[], RedactionRule]
    simulator: str
    """The module with `simulated()`, loaded only by `devices.simulate`."""
    actions: Mapping[str, Callable[[D], dict[str, object]]]
    """What can be done by hand: `./suiban device KIND PORT ACTION`."""
    faults: tuple[str, ...]

    def connect(self, address: str, options: Options | None = None, recorder: Recorder | None = None) -> D:
        """Open the line and put the driver on it. Raises DeviceError; nothing stays open then."""
        port: BytePort = open_port(address, Deadline.after(OPEN_SECONDS))
        if recorder is not None:
            port = RecordedPort(port, recorder)
        try:
            return self.make(port, options or {})
        except BaseException:
            port.close()
            raise

    def recorder(self) -> Recorder:
        """A flight recorder that knows what of this kind's bytes may be kept."""
        return Recorder(self.redaction())

    def by_hand(self, address: str, action: str) -> dict[str, object]:
        """Do one action on the device and let go of it. Raises DeviceError."""
        driver = self.connect(address)
        try:
            return self.actions[action](driver)
        finally:
            driver.close()


def _reader(port: BytePort, options: Options) -> id_card_reader.IdCardReader:
    known = _options(options, IdCardReaderOptions)
    return id_card_reader.IdCardReader(port, newest_address=known.newest_address)


def _printer(port: BytePort, options: Options) -> ticket_printer.TicketPrinter:
    return ticket_printer.TicketPrinter(port, _options(options, ticket_printer.TicketPrinterOptions))


S = TypeVar("S", bound=msgspec.Struct)


def _options(options: Options, shape: type[S]) -> S:
    try:
        return msgspec.convert(dict(options), shape, strict=False)
    except msgspec.ValidationError as error:
        raise DeviceError(model.fault("device.options_invalid", str(error))) from error


ID_CARD_READER: Final = Kind(
    name="id-card-reader",
    title="ID-card reader (SAM-V)",
    make=_reader,
    redaction=Redaction,
    simulator="devices.id_card_reader.simulator",
    actions=id_card_reader.BY_HAND,
    faults=id_card_reader.FAULTS,
)
TICKET_PRINTER: Final = Kind(
    name="ticket-printer",
    title="ticket printer (ESC/POS)",
    make=_printer,
    redaction=lambda: redacted,
    simulator="devices.ticket_printer.simulator",
    actions=ticket_printer.BY_HAND,
    faults=PRINTER_FAULTS,
)

KINDS: Final[dict[str, Kind[id_card_reader.IdCardReader] | Kind[ticket_printer.TicketPrinter]]] = {
    ID_CARD_READER.name: ID_CARD_READER,
    TICKET_PRINTER.name: TICKET_PRINTER,
}

FAULTS: Final = (*model.FAULTS, *(key for kind in KINDS.values() for key in kind.faults))
"""Every fault key there is: the citizen's words and the technician's sentences must know each of them."""
