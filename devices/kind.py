"""What a kind of device is to the rest of the house: how to connect to it, and what can be asked, checked and done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import msgspec

from devices import model
from devices.model import DeviceError
from devices.port import BytePort, Deadline, open_port
from devices.recording.recorder import RecordedPort, Recorder
from devices.recording.recorder import Redaction as RedactionRule
from devices.worker import Driver

Options = Mapping[str, object]
"""What settings say about one device beside its address; each kind refuses what it does not know."""

OPEN_SECONDS: Final = 3.0

D = TypeVar("D", bound=Driver)
O = TypeVar("O", bound=msgspec.Struct)  # noqa: E741 - options


class Level(StrEnum):
    """How deep a health check goes (UnifiedPOS CheckHealth)."""

    INTERNAL = "internal"  # questions only: nothing moves
    EXTERNAL = "external"  # the device does its work once: prints, cuts, triggers
    INTERACTIVE = "interactive"  # somebody does something: lays a card, shows a code, opens a door


class Finding(msgspec.Struct, frozen=True):
    """One thing a check looked at. `ok` None: this device cannot tell."""

    name: str
    ok: bool | None
    found: str


@dataclass(frozen=True)
class HealthCheck(Generic[D]):
    """One safe test, ended by its deadline. Raises DeviceError when the device cannot be used at all."""

    level: Level
    run: Callable[[D, Deadline], tuple[Finding, ...]]
    seconds: float = 30.0


@dataclass(frozen=True)
class Probe:
    """How to find this kind on an unknown serial line with questions that leave no trace on paper or in the world."""

    bauds: tuple[int, ...]
    """The likeliest first."""
    question: bytes
    recognise: Callable[[bytes], str | None]
    """What the answer says of the device (may be ""), or None when this is not this kind's answer."""
    seconds: float = 0.3
    leaves_no_trace: bool = True
    """False: an ESC/POS printer might keep the question in its line buffer, so printers are asked before it."""
    afterwards: bytes = b""
    """Sent once at the rate that was found: empties what questions at wrong rates left in the device's buffer."""


@dataclass(frozen=True)
class Kind(Generic[D]):
    """One kind of device."""

    name: str
    title: str
    schemes: tuple[str, ...]
    """The address forms it takes: serial, tcp, simulator, ipp …"""
    options: type[msgspec.Struct]
    open: Callable[[str, Any, Recorder | None], D]
    """The driver at an address. Raises DeviceError; nothing stays open then. `over_a_line` makes it for byte lines."""
    redaction: Callable[[], RedactionRule]
    simulator: str
    """The module with `simulated()`, loaded only by `devices.simulate`."""
    actions: Mapping[str, Callable[[D], dict[str, object]]]
    """What can be done by hand: `./suiban device KIND PORT ACTION`."""
    checks: tuple[HealthCheck[D], ...]
    faults: tuple[str, ...]
    probe: Probe | None = None
    other_makes: tuple[Probe, ...] = ()
    """Devices of this kind that do not understand the first probe's question."""

    def connect(self, address: str, options: Options | None = None, recorder: Recorder | None = None) -> D:
        """Connect to the device. Raises DeviceError; nothing stays open then."""
        if (scheme := scheme_of(address)) not in self.schemes:
            taken = ", ".join(f"{name}:" for name in self.schemes)
            raise DeviceError(model.fault("port.address_invalid", f"it takes {taken}; {scheme}: is none of them"))
        try:
            known = msgspec.convert(dict(options or {}), self.options, strict=False)
        except msgspec.ValidationError as error:
            there_are = ", ".join(field.name for field in msgspec.structs.fields(self.options))
            raise DeviceError(model.fault("device.options_invalid", f"{error}; there are: {there_are}")) from error
        return self.open(address, known, recorder)

    def recorder(self, path: Path | None = None) -> Recorder:
        """A flight recorder that knows what of this kind's bytes may be kept; with a path it outlives this process."""
        return Recorder(self.redaction(), path=path)

    def by_hand(self, address: str, action: str, options: Options | None = None) -> dict[str, object]:
        """Do one action on the device and let go of it. Raises DeviceError."""
        driver = self.connect(address, options)
        try:
            return self.actions[action](driver)
        finally:
            driver.close()


def scheme_of(address: str) -> str:
    """What comes before the first colon; a bare path is a serial port."""
    return "serial" if address.startswith("/") else address.partition(":")[0]


def over_a_line(make: Callable[[BytePort, O], D]) -> Callable[[str, O, Recorder | None], D]:
    """Open the line an address names and put a driver on it."""

    def connect(address: str, options: O, recorder: Recorder | None) -> D:
        port: BytePort = open_port(address, Deadline.after(OPEN_SECONDS))
        if recorder is not None:
            port = RecordedPort(port, recorder)
        try:
            return make(port, options)
        except BaseException:
            port.close()
            raise

    return connect
