"""`python -m devices.simulate KIND`: one simulated device as a process of its own, on a pseudo-terminal."""

import argparse
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from devices.faults import NAMES, Faults
from devices.registry import KINDS
from devices.simulated_line import PtyLine, SimulatedDevice, SimulatorServer


class SimulatorModule(Protocol):
    """What every kind's simulator.py has."""

    def simulated(self, paper: Path | None, card: str) -> SimulatedDevice:
        """The device, freshly switched on."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM, SIGINT or, with --while-stdin, the end of standard input."""
    options = _parser().parse_args(arguments)
    name, _, times = options.fault.partition(":")
    faults = Faults()
    module = cast("SimulatorModule", import_module(KINDS[options.kind].simulator))
    try:
        faults.put(name, int(times) if times else None)
        device = module.simulated(options.paper, options.card)
        line = PtyLine(options.link)
        with _unplugged_on_error(line):
            server = SimulatorServer(device, line, faults, options.control)
    except (OSError, ValueError) as error:
        print(f"simulate {options.kind}: {error}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, server.stop)
    signal.signal(signal.SIGINT, server.stop)
    if options.while_stdin:
        server.watch(sys.stdin.fileno())
    port = str(options.link or line.path)
    print(json.dumps({"ready": True, "port": port, "kind": options.kind}, ensure_ascii=False), flush=True)
    server.serve()
    if options.control:
        options.control.unlink(missing_ok=True)
    return 0


@contextmanager
def _unplugged_on_error(line: PtyLine) -> Iterator[None]:
    try:
        yield
    except BaseException:
        line.unplug()
        raise


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="suiban simulate", description="A simulated device on a pseudo-terminal.")
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--link", type=Path, help="a stable name for the pseudo-terminal")
    parser.add_argument("--control", type=Path, help="a Unix socket that takes orders, one JSON object a line")
    parser.add_argument("--fault", default="none", metavar="NAME[:TIMES]", help=f"one of: {', '.join(NAMES)}")
    parser.add_argument("--paper", type=Path, help="folder for a PNG of each ticket (ticket-printer)")
    parser.add_argument("--card", default="resident", help='card that lies on the reader, or "none" (id-card-reader)')
    parser.add_argument("--while-stdin", action="store_true", help="end when standard input closes")
    return parser


if __name__ == "__main__":
    sys.exit(main())
