"""Every fitted device is connected to, checked as deep as asked, and let go of again, one after the other."""

from collections.abc import Callable, Mapping
from typing import Final

from devices import model
from devices.byhand import health
from devices.byhand.diagnosis import explained
from devices.kind import Level
from devices.model import DeviceError, Fault
from devices.port import Deadline
from devices.registry import KINDS
from devices.sentences import LANGUAGES, clause
from kiosk.fitted.fitting import kind_at
from kiosk.settings import Device
from kiosk.setup.readiness.found import DeviceHealth

_LOOK_SECONDS: Final = 15.0
_TERMINAL: Final = "kiosk (process "
_DEPTHS: Final = tuple(Level)
"""INTERNAL, EXTERNAL, INTERACTIVE: each includes those before it."""

_SIMULATED: Final = {
    "zh-Hans": "这是模拟设备，不是实物；投入使用前请改为真实端口。",
    "en": "a simulated device, not a real one; set the real port before citizens come.",
}

Ask = Callable[[str, Level], None]


def look_over(fitted: Mapping[str, Device], level: Level, ask: Ask) -> tuple[DeviceHealth, ...]:
    """The health of every fitted device. `ask` is told before somebody has to take part."""
    return tuple(_health(name, device, level, ask) for name, device in fitted.items())


def _health(name: str, fitted: Device, level: Level, ask: Ask) -> DeviceHealth:
    known = kind_at(name, fitted.port)
    if known not in KINDS:
        return _faulty(name, fitted, (), model.fault("device.options_invalid", f"no driver for {known}"))
    kind = KINDS[known]
    levels = tuple(one for one in _DEPTHS[: _DEPTHS.index(level) + 1] if one in health.levels(kind))
    try:
        driver = kind.connect(fitted.port, fitted.options)
        try:
            found = health.check(kind, driver, frozenset(levels), lambda deep: ask(known, deep))
            fault = driver.status().fault()
        finally:
            driver.close()
    except DeviceError as error:
        fault = explained(kind, fitted.port, error.fault, Deadline.after(_LOOK_SECONDS))
        return _faulty(name, fitted, levels, fault)
    if fault is not None:
        fault = explained(kind, fitted.port, fault, Deadline.after(_LOOK_SECONDS))
        return _faulty(name, fitted, levels, fault, found)
    pretended = found.ok and fitted.port.startswith("simulator:")
    return DeviceHealth(
        name=name,
        port=fitted.port,
        levels=levels,
        ok=None if pretended else found.ok,
        findings=found.findings,
        what=_SIMULATED if pretended else {},
    )


def _faulty(
    name: str, fitted: Device, levels: tuple[Level, ...], fault: Fault, found: health.Health | None = None
) -> DeviceHealth:
    terminals = fault.key == "port.busy" and _TERMINAL in fault.detail
    return DeviceHealth(
        name=name,
        port=fitted.port,
        levels=levels,
        ok=None if terminals else False,
        findings=found.findings if found else (),
        fault=fault.key,
        what=_held(fault) if terminals else {language: clause(fitted.port, fault, language) for language in LANGUAGES},
    )


def _held(fault: Fault) -> dict[str, str]:
    """The running terminal has it: no failure, and no proof either."""
    return {
        "zh-Hans": f"正在运行的终端程序 {fault.detail} 占用此设备，未能检查；"
        "可在终端的维护页面查看，或停止终端后再检查。",
        "en": f"the running terminal, {fault.detail}, holds it, so it was not checked; "
        "look at it on the technician's screen, or stop the terminal and check again.",
    }
