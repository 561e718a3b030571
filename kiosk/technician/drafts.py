"""Changes of the settings that are not saved yet. Each is tried on the device at once. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import msgspec

from kiosk.technician import effects as f
from kiosk.technician import events as e
from kiosk.technician.address import parse
from kiosk.technician.controls import setting
from kiosk.technician.session import Session, Step
from kiosk.technician.values import Page, Plan, Setup, Tab

Edit = e.DeviceAdded | e.DeviceRemoved | e.AddressSet | e.OptionSet | e.FoundChosen | e.DraftDropped
_PLACES: Final[Mapping[str, str]] = {
    "serial": "serial:/dev/suiban/{kind}?baud=115200",
    "tcp": "tcp:127.0.0.1:9100",
    "ipp": "ipp://127.0.0.1:631/ipp/print",
    "pcsc": "pcsc:",
    "v4l2": "v4l2:/dev/video0",
    "nut": "nut:ups@127.0.0.1",
}
"""Where a device of a kind usually is, until somebody says where."""


def place(kind: str, schemes: tuple[str, ...]) -> str:
    """The address a newly added device begins with."""
    scheme = next((scheme for scheme in schemes if scheme != "simulator"), "serial")
    return _PLACES.get(scheme, f"{scheme}:").format(kind=kind)


def edit(s: Session, event: Edit) -> Step:
    """The draft changed by one touch, and the device held at its new setup."""
    match event:
        case e.DeviceAdded(name) if (kind := s.kind(name)) is not None and name not in s.draft.devices:
            added = _put(s, name, Setup(place(kind.kind, kind.schemes)))
            shown = replace(added[0], page=Page.DEVICE, trail=(Page.OVERVIEW,), name=name, tab=Tab.SETUP, notice=None)
            return shown, added[1]
        case e.DeviceRemoved(name) if name in s.draft.devices:
            return replace(_without(s, name), frames=()), (f.Refit(name, None),)
        case e.AddressSet(port) if (setup := s.draft.devices.get(s.name)) is not None:
            return _put(s, s.name, msgspec.structs.replace(setup, port=port))
        case e.OptionSet(option, value):
            return _option(s, option, value)
        case e.FoundChosen(found) if found in s.found and (name := s.name_of(found.kind)):
            before = s.draft.devices.get(name)
            return _put(s, name, Setup(found.address, before.options if before else {}))
        case e.DraftDropped():
            return _dropped(s)
        case _:
            return s, ()


def typed(s: Session, what: str, text: str) -> Step:
    """What was typed on the keyboard page: the target of the address, or one option."""
    setup = s.draft.devices.get(s.name)
    if setup is None or not text:
        return s, ()
    if what == "target":
        address = parse(setup.port)
        whole = msgspec.structs.replace(address, target=text).text()
        return _put(s, s.name, msgspec.structs.replace(setup, port=whole))
    return _option(s, what.removeprefix("option:"), text)


def learned(s: Session, name: str, options: Mapping[str, object]) -> Step:
    """What commissioning proved goes into the draft."""
    kind, setup = s.kind(name), s.draft.devices.get(name)
    if kind is None or setup is None:
        return s, ()
    held = setup.options
    for control in kind.controls:
        if control.name in options:
            held = setting(control, held, options[control.name])
    return _put(s, name, msgspec.structs.replace(setup, options=held))


def _option(s: Session, option: str, value: object) -> Step:
    kind, setup = s.kind(s.name), s.draft.devices.get(s.name)
    control = next((one for one in kind.controls if one.name == option), None) if kind else None
    if control is None or setup is None:
        return s, ()
    options = setting(control, setup.options, value)
    return _put(s, s.name, msgspec.structs.replace(setup, options=options))


def _put(s: Session, name: str, setup: Setup) -> Step:
    before = s.draft.devices.get(name)
    if before == setup:
        return s, ()
    if before and s.kind_at(name, before.port) != s.kind_at(name, setup.port):
        setup = Setup(setup.port)  # another kind has other options
    devices = {**s.draft.devices, name: setup}
    # what was seen of it was seen elsewhere
    changed = replace(_unseen(s, name), draft=Plan(devices, s.draft.width_mm))
    return changed, (f.Refit(name, setup),)


def _without(s: Session, name: str) -> Session:
    devices = {other: setup for other, setup in s.draft.devices.items() if other != name}
    return replace(_unseen(s, name), draft=Plan(devices, s.draft.width_mm))


def _dropped(s: Session) -> Step:
    names = {*s.draft.devices, *s.saved.devices}
    changed = sorted(name for name in names if s.draft.devices.get(name) != s.saved.devices.get(name))
    for name in changed:
        s = _unseen(s, name)
    return replace(s, draft=s.saved, notice=None), tuple(f.Refit(name, s.saved.devices.get(name)) for name in changed)


def _unseen(s: Session, name: str) -> Session:
    return replace(s, seen={other: seen for other, seen in s.seen.items() if other != name})
