"""What was found when the terminal was looked over; frozen values, the same for the table, the JSON and the paper."""

from dataclasses import dataclass

import msgspec

from devices.kind import Finding, Level


@dataclass(frozen=True)
class Check:
    """One thing looked at. `ok` is false only where the terminal cannot work; `advice` is empty when all is well."""

    name: str
    ok: bool
    found: str
    advice: str = ""


class DeviceHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One fitted device. `ok` None: it could not be looked at, or cannot tell; that is never the same as well."""

    name: str
    port: str
    levels: tuple[Level, ...]
    ok: bool | None
    findings: tuple[Finding, ...] = ()
    fault: str = ""
    what: dict[str, str] = {}
    """What is wrong and what to do, by language; empty when nothing is."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Which terminal was looked over, and in which state of its settings."""

    terminal: str = ""
    hall: dict[str, str] = {}
    place: dict[str, str] = {}
    machine: str = ""
    revision: int | None = None
    """The last one the technician's screen saved, and what became of it; None where nobody saved one yet."""
    outcome: str = ""
    fingerprint: str = ""
    version: str = ""
    level: Level = Level.INTERNAL
    at: str = ""


class Readiness(msgspec.Struct, frozen=True):
    """The whole of it."""

    identity: Identity
    checks: tuple[Check, ...]
    devices: tuple[DeviceHealth, ...]

    @property
    def ok(self) -> bool:
        """Nothing speaks against opening the terminal."""
        return all(check.ok for check in self.checks) and not any(device.ok is False for device in self.devices)

    @property
    def machine_only(self) -> bool:
        """Whether no terminal was named: that nothing of one was found lacking says nothing then."""
        return not self.identity.terminal

    @property
    def lacking(self) -> int:
        """How much does."""
        return sum(not check.ok for check in self.checks) + sum(device.ok is False for device in self.devices)

    @property
    def unproven(self) -> int:
        """How many devices nobody could look at."""
        return sum(device.ok is None for device in self.devices)

    @property
    def notes(self) -> int:
        """What works and deserves a look all the same."""
        return sum(check.ok and bool(check.advice) for check in self.checks)
