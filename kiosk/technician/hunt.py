"""Looks for devices at the ports of this machine. What a working device of ours holds is left alone."""

from collections.abc import Callable, Iterable
from typing import Final

from devices.byhand import detect
from devices.model import DeviceError
from devices.port import Deadline
from kiosk.technician.address import parse
from kiosk.technician.events import PortTried
from kiosk.technician.stations import Stations
from kiosk.technician.values import Found, Plan, PortHere

PORT_SECONDS: Final = 30.0
ALL_SECONDS: Final = 120.0


def hunt(plan: Plan, kind: str, stations: Stations, post: Callable[[PortTried], None]) -> None:
    """Ask at every serial port, and tell of each when it is asked and when it has answered."""
    deadline = Deadline.after(ALL_SECONDS)
    ours = _ours(plan, stations)
    for name in stations.names:
        if not stations.is_up(name):
            stations.release(name)
    try:
        for path, detail, held_by in _places(plan):
            if path in ours:
                post(PortTried(PortHere(path, detail, "ours"), ()))
            elif held_by:
                post(PortTried(PortHere(path, held_by, "taken"), ()))
            else:
                _try(path, detail, kind, deadline, post)
    finally:
        for name, setup in plan.devices.items():
            stations.refit(name, setup)


def _try(path: str, detail: str, kind: str, deadline: Deadline, post: Callable[[PortTried], None]) -> None:
    post(PortTried(PortHere(path, detail, "asking"), ()))
    try:
        found = detect.detect(path, None, deadline.sooner(PORT_SECONDS))
        if not found and kind:
            # questions that end a line are asked of the wanted kind alone: a mute printer would print them
            found = detect.detect(path, (kind,), deadline.sooner(PORT_SECONDS))
    except DeviceError as error:
        post(PortTried(PortHere(path, error.fault.key, "taken"), ()))
        return
    answers = tuple(Found(one.kind, one.address, one.detail) for one in found)
    post(PortTried(PortHere(path, detail, "found" if answers else "nothing"), answers))


def _ours(plan: Plan, stations: Stations) -> frozenset[str]:
    return frozenset(_path(setup.port) for name, setup in plan.devices.items() if stations.is_up(name))


def _places(plan: Plan) -> Iterable[tuple[str, str, str]]:
    """Every port there is, then those that only the settings know: (path, what it is, who else holds it)."""
    told = set()
    for port in detect.ports():
        told |= {port.path, port.name, *port.names}
        yield port.name, " ".join(filter(None, (port.title, port.serial))), port.held_by
    for setup in plan.devices.values():
        path = _path(setup.port)
        if path and path not in told:
            told.add(path)
            yield path, "", ""


def _path(port: str) -> str:
    address = parse(port)
    return address.target if address.scheme == "serial" else ""
