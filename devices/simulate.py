"""`python -m devices.simulate KIND`: one simulated device as a process of its own, on a line of its own."""

import argparse
import json
import signal
import sys
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Literal, Protocol, cast

from devices.recording.recordings import load
from devices.registry import KINDS
from devices.simulation.faults import NAMES, Faults
from devices.simulation.replay import ReplayedDevice
from devices.simulation.simulated_line import Line, PtyLine, TcpLine
from devices.simulation.simulator_server import SimulatedDevice, SimulatorServer


class SimulatorModule(Protocol):
    """What every kind's simulator.py has."""

    LINE: Literal["pty", "tcp", "own"]
    """"own": the module makes its line itself, by `own_line(device)`."""
    ADDRESS: str
    """The address of the simulated device, with {port} for the far end of its line."""
    OPTIONS: Mapping[str, tuple[str, str]]
    """Name -> default and meaning of what can be chosen at its start: `--name value` or `simulator:KIND?name=value`."""

    def simulated(self, options: Mapping[str, str]) -> SimulatedDevice:
        """The device, freshly switched on. Raises ValueError for a choice nobody knows."""


class OwnLineModule(SimulatorModule, Protocol):
    """One whose device sits behind something of its own, such as another program."""

    def own_line(self, device: SimulatedDevice) -> Line:
        """The line of this device. Raises OSError."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM, SIGINT or, with --while-stdin, the end of standard input."""
    first, _ = _parser(None, None).parse_known_args(arguments)
    module = cast("SimulatorModule", import_module(KINDS[first.kind].simulator))
    options = _parser(first.kind, module).parse_args(arguments)
    name, _, times = options.fault.partition(":")
    faults = Faults()
    line: Line | None = None
    try:
        faults.put(name, int(times) if times else None)
        device = module.simulated({choice: getattr(options, choice) for choice in module.OPTIONS})
        line = _line(module, device, options)
        if options.replay:
            device = _replayed(options.kind, device, options.replay)
        server = SimulatorServer(
            device,
            line,
            faults,
            stranger=partial(_stranger, options.kind),
            control=options.control,
            pace=getattr(options, "pace", 0),
        )
    except (OSError, ValueError) as error:
        if line:
            line.unplug()
        print(f"simulate {options.kind}: {error}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, server.stop)
    signal.signal(signal.SIGINT, server.stop)
    if options.while_stdin:
        server.watch(sys.stdin.fileno())
    address = module.ADDRESS.format(port=line.port)
    ready = {"ready": True, "port": line.port, "address": address, "kind": options.kind}
    print(json.dumps(ready, ensure_ascii=False), flush=True)
    server.serve()
    if options.control:
        options.control.unlink(missing_ok=True)
    return 0


def _line(module: SimulatorModule, device: SimulatedDevice, options: argparse.Namespace) -> Line:
    """The line of the module's sort. Raises OSError."""
    match module.LINE:
        case "pty":
            return PtyLine(options.link, options.baud)
        case "tcp":
            return TcpLine(options.port)
        case "own":
            return cast("OwnLineModule", module).own_line(device)


def _replayed(kind: str, device: SimulatedDevice, path: Path) -> ReplayedDevice:
    """The device as a recording says. Raises OSError, and ValueError for a file of another kind or none."""
    recording = load(path)
    if recording.kind != kind:
        raise ValueError(f"{path} is the recording of a {recording.kind}")
    return ReplayedDevice(device, recording.recorded(), KINDS[kind].redaction)


def _stranger(kind: str) -> SimulatedDevice:
    other = "ticket-printer" if kind == "id-card-reader" else "id-card-reader"
    module = cast("SimulatorModule", import_module(KINDS[other].simulator))
    return module.simulated({choice: default for choice, (default, _) in module.OPTIONS.items()})


def _parser(kind: str | None, module: SimulatorModule | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"suiban simulate {kind or ''}".rstrip(),
        description="A simulated device on a pseudo-terminal or a socket of this machine.",
        add_help=module is not None or not any(name in KINDS for name in sys.argv[1:2]),
    )
    parser.add_argument("kind", choices=sorted(KINDS))
    if module is None:
        return parser
    parser.add_argument("--control", type=Path, help="a Unix socket that takes orders, one JSON object a line")
    parser.add_argument("--fault", default="none", metavar="NAME[:TIMES]", help=f"one of: {', '.join(NAMES)}")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="answer as this recording of a real device says")
    parser.add_argument("--while-stdin", action="store_true", help="end when standard input closes")
    if module.LINE == "pty":
        parser.add_argument("--pace", type=int, default=0, metavar="BAUD", help="let bytes take the time they take")
        parser.add_argument("--baud", type=int, default=0, help="the device's rate; at any other it is misheard")
        parser.add_argument("--link", type=Path, help="a stable name for the pseudo-terminal")
    elif module.LINE == "tcp":
        parser.add_argument("--port", type=int, default=0, help="the port to listen on; 0 takes a free one")
    for name, (default, meaning) in module.OPTIONS.items():
        parser.add_argument(f"--{name}", dest=name, default=default, help=meaning)
    return parser


if __name__ == "__main__":
    sys.exit(main())
