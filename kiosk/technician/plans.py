"""Between the settings file and the technician's plan: read into values, written back where something changed."""

from collections.abc import Mapping

import msgspec
import tomlkit

from kiosk.power import backlight
from kiosk.settings import DEVICE_NAMES, Settings
from kiosk.technician.values import NightKnown, Plan, Setup


def plan_of(settings: Settings) -> Plan:
    """What the technician can change, as it is now."""
    devices = {name: Setup(device.port, dict(device.options)) for name, device in settings.devices.fitted().items()}
    return Plan(devices, settings.panel.width_mm)


def night_of(settings: Settings) -> NightKnown:
    """The night mode that holds here, and the panel's light where it has one."""
    look, night = settings.profile.look, settings.profile.night
    light = backlight.found(settings.panel.backlight)
    return NightKnown(
        look.night_from, look.night_to, night.volume, night.brightness, night.help, light.name if light else ""
    )


def write(document: tomlkit.TOMLDocument, before: Plan, plan: Plan) -> None:
    """Change in the document what differs between the plans, and nothing else: comments and order stay."""
    devices = _table(document, "devices")
    for name in DEVICE_NAMES:
        was, wanted = before.devices.get(name), plan.devices.get(name)
        if was == wanted:
            continue
        if wanted is None:
            devices.pop(name, None)
            continue
        device = _table(devices, name)
        device["port"] = wanted.port
        if wanted.options:
            device["options"] = _inline(wanted.options)
        else:
            device.pop("options", None)
    if plan.width_mm != before.width_mm:
        _table(document, "panel")["width_mm"] = plan.width_mm


def _table(parent: tomlkit.TOMLDocument | tomlkit.items.Table, name: str) -> tomlkit.items.Table:
    if name not in parent:
        parent[name] = tomlkit.table()
    found = parent[name]
    if not isinstance(found, tomlkit.items.Table):
        raise msgspec.ValidationError(f"`{name}` is not a table")
    return found


def _inline(options: Mapping[str, object]) -> tomlkit.items.InlineTable:
    table = tomlkit.inline_table()
    table.update(dict(options))
    return table
