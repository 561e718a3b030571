"""`python -m central.messages.simulator --key-file FILE`: an SMS gateway until it is stopped."""

import json
from pathlib import Path
from typing import Annotated

import typer

from central.clock import now
from central.messages.simulator.program import GatewayProgram


def main(
    key_file: Annotated[Path, typer.Option("--key-file", help="The key both share, as in the settings.")],
    port: Annotated[int, typer.Option("--port", help="0: any free one.")] = 0,
    ready_file: Annotated[Path | None, typer.Option("--ready-file", help="Where to write the URL, once ready.")] = None,
) -> None:
    """Serve until stopped."""
    program = GatewayProgram(key_file.read_bytes().strip(), now, port)
    if ready_file is not None:
        ready_file.write_text(json.dumps({"url": program.url}), encoding="utf-8")
    typer.echo(f"gateway ready {program.url}")
    program.serve()


if __name__ == "__main__":
    typer.run(main)
