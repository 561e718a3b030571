"""What a UPS says of itself, in words; what that asks of whom."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from devices.model import Action, Fault

ACTIONS: Final[dict[str, Action]] = {
    "power.on_battery": Action.SUSPEND,
    "power.battery_low": Action.SUSPEND,
    "power.output_off": Action.MAINTENANCE,
    "power.state_unknown": Action.MAINTENANCE,
    "power.overloaded": Action.CLEAR,
    "power.alarm": Action.MAINTENANCE,
    "power.replace_battery": Action.MAINTENANCE,
    "power.bypassed": Action.MAINTENANCE,
    "power.unknown_ups": Action.CONFIGURATION,
    "power.access_denied": Action.CONFIGURATION,
    "power.driver_gone": Action.MAINTENANCE,
    "power.stale": Action.RESET,
    "power.request_refused": Action.SOFTWARE,
}
FAULTS: Final = tuple(ACTIONS)

FAULT_OF_ERROR: Final = {
    "UNKNOWN-UPS": "power.unknown_ups",
    "ACCESS-DENIED": "power.access_denied",
    "INVALID-USERNAME": "power.access_denied",
    "INVALID-PASSWORD": "power.access_denied",
    "USERNAME-REQUIRED": "power.access_denied",
    "PASSWORD-REQUIRED": "power.access_denied",
    "DRIVER-NOT-CONNECTED": "power.driver_gone",
    "DATA-STALE": "power.stale",
}
"""Errors that somebody else than a programmer can do something about; every other one is `request_refused`."""

_FAULT_OF_FLAG: Final = {
    "OVER": "power.overloaded",
    "ALARM": "power.alarm",
    "RB": "power.replace_battery",
    "BYPASS": "power.bypassed",
}


class Source(StrEnum):
    """Where the terminal's current comes from."""

    MAINS = "mains"
    BATTERY = "battery"
    OFF = "off"  # the UPS gives none
    UNKNOWN = "unknown"


class PowerState(msgspec.Struct, frozen=True):
    """What one UPS says of itself. None: this UPS does not measure that."""

    source: Source = Source.UNKNOWN
    battery_low: bool = False
    forced_shutdown: bool = False
    """Whoever looks after the UPS has decided that everything behind it goes off now."""
    flags: tuple[str, ...] = ()
    """The words of ups.status as they came, in alphabetical order."""
    charge_percent: int | None = None
    runtime_minutes: int | None = None
    model: str = ""

    def as_json(self) -> dict[str, object]:
        """For the command line and reports."""
        plain: dict[str, object] = msgspec.to_builtins(self)
        return plain

    def fault(self) -> Fault | None:
        """What somebody should know or do, the most pressing first; None on mains with nothing against it."""
        if self.forced_shutdown or (self.source is Source.BATTERY and self.battery_low):
            return power_fault("power.battery_low")
        if self.source is Source.BATTERY:
            return power_fault("power.on_battery")
        if self.source is Source.OFF:
            return power_fault("power.output_off")
        if self.source is Source.UNKNOWN:
            return power_fault("power.state_unknown", " ".join(self.flags))
        return next((power_fault(key) for flag, key in _FAULT_OF_FLAG.items() if flag in self.flags), None)


def power_fault(key: str, detail: str = "") -> Fault:
    """One of the faults of this kind."""
    return Fault(key, ACTIONS[key], detail)


def fault_of_error(error: str) -> Fault:
    """The fault an ERR stands for. Whatever was asked is unknown, never "on line"."""
    return power_fault(FAULT_OF_ERROR.get(error, "power.request_refused"), error)


def state_of(variables: Mapping[str, str]) -> PowerState:
    """The variables of one UPS as words. A status that says both OL and OB, or neither, is unknown."""
    flags = tuple(sorted(set(variables.get("ups.status", "").split())))
    runtime = _whole(variables.get("battery.runtime"))
    return PowerState(
        source=_source(flags),
        battery_low="LB" in flags,
        forced_shutdown="FSD" in flags,
        flags=flags,
        charge_percent=_whole(variables.get("battery.charge")),
        runtime_minutes=None if runtime is None else runtime // 60,  # seconds change with every answer
        model=variables.get("ups.model", variables.get("device.model", "")),
    )


def _source(flags: tuple[str, ...]) -> Source:
    if "OFF" in flags:
        return Source.OFF
    match "OL" in flags, "OB" in flags:
        case True, False:
            return Source.MAINS
        case False, True:
            return Source.BATTERY
    return Source.UNKNOWN


def _whole(text: str | None) -> int | None:
    try:
        return int(float(text)) if text is not None else None
    except (ValueError, OverflowError):
        return None
