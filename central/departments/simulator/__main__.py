"""`python -m central.departments.simulator`: every department, in one process, until it is told to stop."""

import signal
import threading
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from central.departments.simulator.server import Server
from central.departments.simulator.world import World


def main(
    port: Annotated[int, typer.Option(min=0, max=65535)] = 0,
    ready_file: Annotated[Path | None, typer.Option()] = None,
) -> None:
    """Listen on this port of the loopback; the ready file says where."""
    server = Server(World(), port=port)
    server.begin()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    said = msgspec.json.encode({"ready": True, "url": server.url})
    if ready_file is not None:
        part = ready_file.with_suffix(".part")
        part.write_bytes(said)
        part.replace(ready_file)
    typer.echo(said.decode())
    ended.wait()
    server.end()


if __name__ == "__main__":
    typer.run(main)
