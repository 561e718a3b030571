"""`./suiban device …`: one device by hand, for technicians: do something, check it, find it, record what it says."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, cast

import msgspec

from devices.account import NOBODY_ANSWERED
from devices.byhand import health
from devices.byhand.detect import Found, detect, ports
from devices.byhand.diagnosis import explained
from devices.byhand.record import Taking, export, record
from devices.kind import Kind, Level, scheme_of
from devices.model import DeviceError, DeviceState, Fault
from devices.port import Deadline
from devices.recording.recordings import save
from devices.registry import KINDS
from devices.sentences import sentence

LOOK_SECONDS: Final = 20.0
"""How long somebody at the command line waits to hear who is there instead."""

_TAKEN: Final = ("record", "export")
_NOTHING_TAKEN: Final = Taking()


def run(
    kind: str,
    port: str,
    action: str,
    as_json: bool,  # noqa: FBT001 - the command line's switch
    *,
    options: Iterable[str] = (),
    level: Level = Level.INTERNAL,
    taking: Taking = _NOTHING_TAKEN,
) -> int:
    """Do it and print what came of it. 0 when it was done, 1 with a sentence on stderr when not, 2 for a wrong name."""
    if kind not in KINDS:
        return _failed("kind.unknown", _unknown_kind(kind, port), 2, as_json=as_json)
    chosen = KINDS[kind]
    if (wrong := _wrong(chosen, action, options, level, taking.out)) is not None:
        return _failed(*wrong, 2, as_json=as_json)
    named = dict(option.split("=", 1) for option in options)

    def do(driver: Any) -> tuple[dict[str, object], bool]:  # noqa: ANN401 - the kind's own driver
        if action != "check":
            return chosen.actions[action](driver), True
        found = health.check(chosen, driver, {Level.INTERNAL, level}, lambda _: _say(health.instruction(kind)))
        return {"port": port, **msgspec.to_builtins(found)}, found.ok is True

    if action in _TAKEN and taking.out is not None:
        return _taken(chosen, port, action, named, taking, as_json=as_json)
    return _with_device(chosen, port, named, do, looks=action in ("status", "check"), as_json=as_json)


def _wrong(
    kind: Kind[Any], action: str, options: Iterable[str], level: Level, out: Path | None
) -> tuple[str, str] | None:
    """What the command line asks for that there is not: its key and one sentence."""
    actions = (*kind.actions, "check", *_TAKEN)
    if action not in actions:
        return "action.unknown", f"{kind.name} has no action {action!r}; there are: {', '.join(actions)}."
    there = health.levels(kind)
    if action == "check" and level not in there:
        return "level.unknown", f"{kind.name} has no {level} check; there are: {', '.join(there)}."
    unclear = next((option for option in options if "=" not in option), None)
    if unclear is not None:
        return "option.unclear", f"--option {unclear}: NAME=VALUE expected."
    if action in _TAKEN and out is None:
        return "out.missing", f"{action}: --out FILE says where the recording goes."
    return None


def _taken(
    kind: Kind[Any], port: str, action: str, options: Mapping[str, object], taking: Taking, *, as_json: bool
) -> int:
    """Take down a line for a while; for `export` the port is the ring file of a terminal."""
    out = taking.out or Path()
    try:
        made = export(kind, Path(port), taking) if action == "export" else record(kind, port, options, taking)
        save(out, made)
    except DeviceError as error:
        fault = explained(kind, port, error.fault, Deadline.after(LOOK_SECONDS))
        return _failed(fault.key, sentence(kind.name, port, fault), 1, as_json=as_json)
    except (OSError, ValueError) as error:
        return _failed("recording.failed", f"{kind.name} at {port}: {error}.", 1, as_json=as_json)
    said: dict[str, object] = {"file": str(out), "frames": len(made.frames)}
    print(json.dumps(said, ensure_ascii=False)) if as_json else _print_table(said)
    return 0


def _with_device(
    kind: Kind[Any],
    port: str,
    options: Mapping[str, object],
    do: Callable[[Any], tuple[dict[str, object], bool]],
    *,
    looks: bool,
    as_json: bool,
) -> int:
    """`looks`: what was asked is how the device is, so what stands against its work is said as well."""
    try:
        driver = kind.connect(port, options)
        try:
            result, done = do(driver)
            fault = cast("DeviceState", driver.status()).fault() if looks else None
        finally:
            driver.close()
    except DeviceError as error:
        fault = explained(kind, port, error.fault, Deadline.after(LOOK_SECONDS))
        return _failed(fault.key, sentence(kind.name, port, fault), 1, as_json=as_json)
    if looks:
        result |= {"fault": fault.key if fault else None, "action": fault.action.value if fault else None}
    return _told(kind, port, result, fault, done=done, as_json=as_json)


def _told(
    kind: Kind[Any], port: str, result: dict[str, object], fault: Fault | None, *, done: bool, as_json: bool
) -> int:
    """Print the result; beside it, what stands against the device's work now and what to do about it. Nobody who is
    silent has told anything.
    """
    if fault is not None:
        better = explained(kind, port, fault, Deadline.after(LOOK_SECONDS))
        if better != fault:  # what was asked reached nobody: another device, or another rate
            return _failed(better.key, sentence(kind.name, port, better), 1, as_json=as_json)
        _say(sentence(kind.name, port, fault))
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        _print_table(result)
    silent = fault is not None and fault.key in NOBODY_ANSWERED
    return 0 if done and not silent else 1


def list_ports(*, as_json: bool) -> int:
    """Print every serial port of this machine."""
    found = ports()
    if as_json:
        print(json.dumps({"ports": [msgspec.to_builtins(port) for port in found]}, ensure_ascii=False))
        return 0
    for port in found:
        adapter = " ".join(filter(None, (f"{port.vendor}:{port.product}" if port.vendor else "", port.title)))
        number = f"no. {port.serial}" if port.serial else ""
        print("  ".join(filter(None, (port.name, f"-> {port.path}" * (port.name != port.path), adapter, number))))
        if port.held_by:
            print(f"    held by {port.held_by}")
    if not found:
        _say("this machine has no serial port; plug in the readers and printers.")
    return 0


def find(port: str, kinds: Iterable[str], *, as_json: bool) -> int:
    """Print who answers at a port. 1 with a sentence when nobody does or the port cannot be opened."""
    asked = tuple(kinds)
    unknown = next((name for name in asked if name not in KINDS), None)
    if unknown is not None:
        return _failed("kind.unknown", _unknown_kind(unknown, port), 2, as_json=as_json)
    try:
        if scheme_of(port) not in ("serial", "tcp"):
            message = f"{port}: only serial ports and serial servers are asked: /dev/…, serial:/dev/… or tcp:HOST:PORT."
            return _failed("port.address_invalid", message, 2, as_json=as_json)
        found = detect(port, asked or None, Deadline.after(30.0))
    except DeviceError as error:
        return _failed(error.fault.key, sentence("device", port, _held(port, error.fault)), 1, as_json=as_json)
    if not found:
        message = f"nobody answers at {port}; check cable and power, or name the kind that should be there."
        return _failed("device.silent", message, 1, as_json=as_json)
    if as_json:
        print(json.dumps({"port": port, "found": [msgspec.to_builtins(one) for one in found]}, ensure_ascii=False))
    else:
        for one in found:
            print(f"{one.kind:15} {one.address}  {one.detail}".rstrip())
    return 0


def _held(port: str, fault: Fault) -> Fault:
    some = next(iter(KINDS.values()))
    return explained(some, port, fault, Deadline.after(0)) if fault.key == "port.busy" else fault


def _unknown_kind(kind: str, port: str) -> str:
    near = get_close_matches(kind, KINDS, n=1, cutoff=0.4)
    meant = f"did you mean {near[0]}? " if near else ""
    there = next(iter(_who_answers(port)), None)
    answers = f"{there.kind} answers there. " if there else ""
    return f"{port}: no kind of device {kind!r}; {meant}{answers}There are: {', '.join(KINDS)}."


def _who_answers(port: str) -> tuple[Found, ...]:
    try:
        return detect(port, None, Deadline.after(LOOK_SECONDS)) if scheme_of(port) in ("serial", "tcp") else ()
    except DeviceError:
        return ()


def _print_table(result: Mapping[str, object]) -> None:
    findings = result.get("findings")
    if not isinstance(findings, tuple):
        for name, value in result.items():
            print(f"{name:15} {'-' if value is None else value}")
        return
    for finding in findings:
        mark = {True: "ok", False: "FAILED", None: "unknown"}[finding["ok"]]
        print(f"{mark:8} {finding['name']:15} {finding['found']}")


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _failed(key: str, message: str, status: int, *, as_json: bool) -> int:
    _say(message)
    if as_json:
        print(json.dumps({"error": key, "message": message}, ensure_ascii=False))
    return status
