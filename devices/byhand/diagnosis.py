"""Why a device does not answer: another one does, it speaks at another rate, or somebody else holds the port."""

from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl

from devices import model
from devices.byhand.detect import Found, detect
from devices.byhand.ports import holder
from devices.kind import Kind, scheme_of
from devices.model import DeviceError, Fault
from devices.port import Deadline

_UNEXPLAINED: Final = frozenset({"device.silent", "device.garbled"})
_USUAL_BAUD: Final = "115200"


def explained(kind: Kind[Any], address: str, fault: Fault, deadline: Deadline) -> Fault:
    """The same fault, or a better one after looking who is there. The driver must have let go of the line."""
    if fault.key == "port.busy" and (held_by := holder(_place(address))):
        return replace(fault, detail=held_by)
    if fault.key not in _UNEXPLAINED or scheme_of(address) not in ("serial", "tcp"):
        return fault
    try:
        found = detect(address, None, deadline) or detect(address, (kind.name,), deadline)
    except DeviceError:
        return fault
    return _compared(kind, address, found) or fault


def _compared(kind: Kind[Any], address: str, found: tuple[Found, ...]) -> Fault | None:
    if not found:
        return None
    ours = next((one for one in found if one.kind == kind.name), None)
    if ours is None:
        kinds = " / ".join(dict.fromkeys(one.kind for one in found))
        said = f", {found[0].detail}" if found[0].detail else ""
        return model.fault("device.wrong_kind", f"{kinds}{said}, {found[0].address}")
    was, answers_at = _baud(address), _baud(ours.address)
    return model.fault("device.wrong_baud", f"set to {was}, it answers at {answers_at}") if was != answers_at else None


def _place(address: str) -> str:
    """The node in /dev of "/dev/…", "serial:/dev/…?…" or "v4l2:/dev/…"."""
    return (address if address.startswith("/") else address.partition(":")[2]).partition("?")[0]


def _baud(address: str) -> str:
    return dict(parse_qsl(address.partition("?")[2])).get("baud", _USUAL_BAUD)
