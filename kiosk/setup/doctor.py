"""`./suiban doctor`: looks the whole terminal over and says it as a table, one JSON object, or a report to sign."""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import msgspec

from devices.byhand import health
from devices.kind import Level
from kiosk.settings import Settings
from kiosk.setup.readiness import equipment, machine
from kiosk.setup.readiness.found import Check, DeviceHealth, Readiness
from kiosk.setup.readiness.identity import identity
from kiosk.version import VERSION


def run(
    *, as_json: bool, settings: Settings | None = None, level: Level = Level.INTERNAL, pdf: Path | None = None
) -> int:
    """Prints the findings; 1 when something the terminal needs is missing, 2 when the report cannot be written.

    Without `settings` neither link nor devices are tried: nobody knows where they are.
    """
    found = look_over(settings, level)
    if as_json:
        print(json.dumps(_plain(found), ensure_ascii=False))
    else:
        print(table(found))
    if pdf is not None and not _written(pdf, found):
        return 2
    return 0 if found.ok else 1


def look_over(settings: Settings | None, level: Level) -> Readiness:
    """Everything there is to look at. Deeper levels print, cut, and ask somebody to lay a card."""
    checks = machine.examine(settings.centre.url if settings else None, settings.folder if settings else Path.cwd())
    if settings:
        checks.append(machine.key_source(settings.database_key.kind))
    devices = equipment.look_over(settings.devices.fitted(), level, _ask) if settings else ()
    return Readiness(identity(settings, level, VERSION, datetime.now().astimezone()), tuple(checks), devices)


def table(found: Readiness) -> str:
    """For a person at a console."""
    checks = found.checks
    width = max(len(name) for name in (*(check.name for check in checks), *(one.name for one in found.devices)))
    lines = [line for check in checks for line in _check_lines(check, width)]
    return "\n".join([*lines, *(line for device in found.devices for line in _device_lines(device, width))])


def _check_lines(check: Check, width: int) -> list[str]:
    mark = "ok  " if check.ok and not check.advice else "note" if check.ok else "LACK"
    line = f"{mark}  {check.name:<{width}}  {check.found}"
    return [line, f"      {'':<{width}}  -> {check.advice}"] if check.advice else [line]


def _device_lines(device: DeviceHealth, width: int) -> list[str]:
    mark = {True: "ok  ", False: "LACK", None: "note"}[device.ok]
    said = ", ".join(f"{one.name} {one.found}" for one in device.findings) or "not checked"
    line = f"{mark}  {device.name:<{width}}  {device.port}: {said}"
    return [line, f"      {'':<{width}}  -> {device.what['en']}"] if device.what else [line]


def _plain(found: Readiness) -> dict[str, object]:
    return {
        "ok": found.ok,
        "unproven": found.unproven,
        "checks": [asdict(check) for check in found.checks],
        "devices": msgspec.to_builtins(found.devices),
        "identity": msgspec.to_builtins(found.identity),
    }


def _written(path: Path, found: Readiness) -> bool:
    from kiosk.setup.readiness import report  # noqa: PLC0415 - typesetting is loaded by whoever wants paper

    try:
        path.write_bytes(report.pdf(found))
    except (OSError, RuntimeError) as error:
        print(f"{path}: the report could not be written: {error}.", file=sys.stderr)
        return False
    print(f"report: {path}", file=sys.stderr)
    return True


def _ask(kind: str, _: Level) -> None:
    print(f"{kind}: {health.instruction(kind)}", file=sys.stderr, flush=True)
