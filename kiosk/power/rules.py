"""What the terminal does when the mains fail: finish, park, go. Pure: states and moments in, advice out.

On battery: whoever is here may finish, nothing new that prints. Battery low: park, write everything down, switch off.
A UPS that says nothing changes nothing: neither a silent cable nor a dead upsd may close or end a terminal.
"""

from enum import StrEnum
from typing import Final

import msgspec

from devices.power.state import PowerState, Source

LOW_SECONDS: Final = 2.0
"""A battery must stay low for this long: one wrong sample must not switch a terminal off."""
STEADY_SECONDS: Final = 10.0
"""Mains must stay for this long before printing opens again: after a cut they often go once more."""


class Advice(StrEnum):
    """What to do now."""

    NORMAL = "normal"
    FINISH = "finish"  # let the citizen finish, begin nothing that prints or pays
    SHUT_DOWN = "shut_down"  # park the hardware, write the journals, end cleanly, power off


class PowerWatch(msgspec.Struct, frozen=True):
    """What was seen so far, as far as it still matters. Times are monotonic seconds."""

    advice: Advice = Advice.NORMAL
    reason: str = ""
    """The fault key that stands behind the advice: `power.on_battery`, `power.battery_low`."""
    since: float = 0.0
    """When this advice began."""
    low_since: float | None = None
    mains_since: float | None = None


def step(watch: PowerWatch, seen: PowerState | None, now: float) -> PowerWatch:
    """The advice after one more look at the UPS; None when it did not answer. Shutting down is never taken back."""
    if watch.advice is Advice.SHUT_DOWN or seen is None:
        return watch
    if seen.forced_shutdown:
        return _advise(watch, Advice.SHUT_DOWN, "power.battery_low", now)
    match seen.source:
        case Source.BATTERY:
            return _on_battery(watch, now, low=seen.battery_low)
        case Source.MAINS:
            return _on_mains(watch, now)
        case Source.OFF | Source.UNKNOWN:
            return watch


def taken_away(watch: PowerWatch) -> PowerWatch:
    """There is no UPS any more: what the last one said holds nothing closed. Shutting down is never taken back."""
    return watch if watch.advice is Advice.SHUT_DOWN else PowerWatch()


def _on_battery(watch: PowerWatch, now: float, *, low: bool) -> PowerWatch:
    low_since = (watch.low_since if watch.low_since is not None else now) if low else None
    watch = msgspec.structs.replace(watch, low_since=low_since, mains_since=None)
    if low_since is not None and now - low_since >= LOW_SECONDS:
        return _advise(watch, Advice.SHUT_DOWN, "power.battery_low", now)
    return _advise(watch, Advice.FINISH, "power.on_battery", now)


def _on_mains(watch: PowerWatch, now: float) -> PowerWatch:
    mains_since = watch.mains_since if watch.mains_since is not None else now
    watch = msgspec.structs.replace(watch, low_since=None, mains_since=mains_since)
    if watch.advice is Advice.FINISH and now - mains_since >= STEADY_SECONDS:
        return _advise(watch, Advice.NORMAL, "", now)
    return watch


def _advise(watch: PowerWatch, advice: Advice, reason: str, now: float) -> PowerWatch:
    if watch.advice is advice:
        return watch
    return msgspec.structs.replace(watch, advice=advice, reason=reason, since=now)
