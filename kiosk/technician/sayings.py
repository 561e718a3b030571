"""What devices say, in finished values: states, checks and frames. Nothing personal is among them."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from devices import sentences
from devices.account import NOBODY_ANSWERED
from devices.kind import Finding
from devices.model import Action, DeviceState, Fault
from devices.recording.recorder import Recorded
from kiosk.technician.values import Checked, FindingSeen, Frame, Presence, Seen, Texts

_BYTES_SHOWN: Final = 24


def seen_of(state: DeviceState, at: datetime) -> Seen:
    """A device's state in finished words. One that cannot be asked is lost, whatever else it says."""
    parts = tuple((name, said) for name, said in _parts(state.as_json()))
    fault = state.fault()
    if fault is None:
        return Seen(Presence.READY, clock(at), parts=parts)
    presence = Presence.LOST if fault.key in NOBODY_ANSWERED else Presence.TROUBLE
    return troubled(presence, fault, at, parts)


def texts_of(fault: Fault) -> tuple[Texts, Texts]:
    """What is wrong and what to do, in every language there are sentences in."""
    detail = f" ({fault.detail})" if fault.detail else ""
    what = {language: sentences.what(fault, language) + detail for language in sentences.LANGUAGES}
    return what, {language: sentences.advice(fault, language) for language in sentences.LANGUAGES}


def whole(fault: Fault) -> Texts:
    what, advice = texts_of(fault)
    return {language: f"{what[language]} · {advice[language]}" for language in what}


def judged(level: str, findings: tuple[Finding, ...], began: float) -> Checked:
    """Good only when everything was seen to be good."""
    said = [finding.ok for finding in findings]
    ok = False if False in said or not said else None if None in said else True
    shown = tuple(FindingSeen(finding.name, finding.ok, finding.found) for finding in findings)
    return Checked(level, now(), ok, round(time.monotonic() - began, 1), shown)


def troubled(presence: Presence, fault: Fault, at: datetime, parts: tuple[tuple[str, str], ...]) -> Seen:
    what, advice = texts_of(fault)
    waits = fault.action is Action.SUSPEND
    return Seen(presence, clock(at), fault.key, what, advice, waits=waits, parts=parts)


def _parts(state: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in state.items():
        if isinstance(value, Mapping):
            found += _parts(value, f"{prefix}{name}.")
        elif isinstance(value, (list, tuple)):
            found.append((prefix + name, ", ".join(str(one) for one in value)))
        elif value is not None:
            found.append((prefix + name, str(value).lower() if isinstance(value, bool) else str(value)))
    return found


def frame_of(recorded: Recorded) -> Frame:
    at = datetime.fromtimestamp(recorded.at_us / 1e6).astimezone()
    shown = recorded.shown[:_BYTES_SHOWN].hex(" ").upper() + (" …" if len(recorded.shown) > _BYTES_SHOWN else "")
    return Frame(f"{at:%H:%M:%S}.{at.microsecond // 1000:03}", recorded.direction, recorded.length, shown)


def clock(at: datetime) -> str:
    return f"{at.astimezone():%H:%M:%S}"


def now() -> str:
    return f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"


def failed(level: str, fault: Fault, began: float) -> Checked:
    what, advice = texts_of(fault)
    seconds = round(time.monotonic() - began, 1)
    return Checked(level, now(), ok=False, seconds=seconds, what=what, advice=advice)
